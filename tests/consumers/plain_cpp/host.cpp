// A host without exceptions and without run-time types.
#include <cstdio>
#include <fermata/fermata.hpp>

struct Counter {
  explicit Counter(int n) : number(n) {}
  int add(int n) { return number += n; }
  int number;
};

int main() {
  int failed = 0;
  const auto check = [&](bool fine) { failed += !fine; };
  auto in = fermata::Interpreter::create().value();
  in.define("half", [](int n) { return n / 2; }).value();
  check(in.call<int>("half", 84).value() == 42);
  const auto r = in.eval("(half 'x)");
  check(!r && r.error().code() == fermata::Errc::type);
  in.define_class<Counter>("counter").constructor<int>("make-counter").method("counter-add!", &Counter::add).result().value();
  check(in.eval("(counter-add! (make-counter 40) 2)").value().as<int>().value() == 42);
  in.define("later", [](fermata::Completer<int> done) { std::move(done).resolve(7); }).value();
  check(in.eval("(later)").value().as<int>().value() == 7);
  in.define("both", [](std::function<fermata::Result<int>(int)> f) { return f(20); }).value();
  check(in.eval("(both (lambda (n) (+ n 1)))").value().as<int>().value() == 21);
  std::printf("%d passed, %d failed\n", 5 - failed, failed);
  return failed != 0;
}
