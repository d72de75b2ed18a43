// A host whose own thread never waits for a script: the interpreter has a thread of its own, work
// goes in by submit, and what comes of it is read from a queue.
#include <iostream>
#include <map>
#include <thread>

#include <fermata/fermata.hpp>

constexpr const char* kShop = R"(
  (import (fermata sched))
  (define stock 2)
  (define (order thing)
    (if (= stock 0) (error "sold out:" thing))
    (set! stock (- stock 1))
    (host-event! "packed")
    (string-append thing " is on its way")))";

int main() {
  auto in = fermata::Interpreter::create().value();
  in.eval(kShop).value();
  in.start_background().value();  // from here on the interpreter belongs to that thread

  // Any thread may submit; an answer bears the number that its order was given.
  std::jthread([&] {
    for (const char* thing : {"a kettle", "a lamp", "a chair"})
      in.submit("order", {fermata::Datum::parse('"' + std::string(thing) + '"').value()}).value();
  }).join();

  int packed = 0;
  std::map<std::uint64_t, std::string> answers;
  while (answers.size() < 3) {
    const auto event = in.next_event(std::chrono::seconds(10));
    if (!event) return 1;
    if (event->kind == fermata::Event::published) ++packed;
    else answers[event->id] = event->error ? event->error->message() : event->data.as<std::string>().value();
  }
  for (const auto& [id, answer] : answers) std::cout << answer << "\n";
  std::cout << "packed: " << packed << "\n";
  in.stop_background().value();
}
