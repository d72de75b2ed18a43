// Figures of the table of hosts' needs, counted in what repeats - steps, bytes, allocations - where
// the clock would not.  bench/embed measures the times.
#include <catch2/catch.hpp>

#include <fermata/fermata.hpp>
#include "api/instance.hpp"

using namespace fermata;

namespace {

struct Used {
  std::uint64_t steps, bytes;
};

// What one turn of it uses, once it has been done a few times.
Used used_by(Interpreter& in, auto work) {
  constexpr std::uint64_t kTurns = 200;
  for (int i = 0; i < 10; ++i) work();
  const vm::Heap& heap = in.raw()->machine->heap;
  const std::uint64_t steps = in.stats().gas, bytes = heap.allocated();
  for (std::uint64_t i = 0; i < kTurns; ++i) work();
  return {(in.stats().gas - steps) / kTurns, (heap.allocated() - bytes) / kTurns};
}

}  // namespace

TEST_CASE("embedding 1.1: evaluating a short text compiles that text and nothing else", "[api]") {
  Interpreter in = Interpreter::create().value();
  const Used plain = used_by(in, [&] { in.eval("(+ 1 2)").value(); });
  INFO(plain.steps << " steps, " << plain.bytes << " bytes");
  CHECK(plain.steps < 100);
  CHECK(plain.bytes < 8000);
  // What was defined and imported before makes it no dearer.
  in.eval("(import (scheme list) (srfi 115) (fermata go) (fermata flow))").value();
  for (int i = 0; i < 300; ++i) in.eval("(define v" + std::to_string(i) + " " + std::to_string(i) + ")").value();
  const Used later = used_by(in, [&] { in.eval("(+ 1 2)").value(); });
  INFO(later.steps << " steps, " << later.bytes << " bytes");
  CHECK(later.steps <= plain.steps + plain.steps / 8);
  CHECK(later.bytes <= plain.bytes + plain.bytes / 8);
}

TEST_CASE("embedding 1.1: a call of a script's function allocates nothing, one that fails little", "[api][plain]") {
  Interpreter in = Interpreter::create().value();
  in.eval("(define (inc n) (+ n 1)) (define (fail) (error \"no\"))").value();
  const Value inc = in.get("inc").value(), fail = in.get("fail").value();
  CHECK(in.call<int>("inc", 41).value() == 42);
  CHECK(inc(41).value().as<int>().value() == 42);
  const Used call = used_by(in, [&] { inc.operator()<int>(1).value(); });
  INFO(call.steps << " steps, " << call.bytes << " bytes");
  CHECK(call.steps < 8);
  CHECK(call.bytes == 0);
  const Used error = used_by(in, [&] { CHECK_FALSE(fail()); });
  INFO(error.steps << " steps, " << error.bytes << " bytes");
  CHECK(error.bytes < 400);  // the condition and its trace; a stack of its own takes more
}

TEST_CASE("embedding 1.1: a task that waits for the host goes on without garbage", "[api]") {
  Interpreter in = Interpreter::create().value();
  std::optional<Completer<int>> asked;
  in.define("ask", [&](Completer<int> done) { asked.emplace(std::move(done)); }).value();
  in.spawn({.body = std::string("(let loop () (ask) (loop))")}).value();
  in.tick();
  const Used resume = used_by(in, [&] {
    std::move(*asked).resolve(1);
    in.tick({.gas = 1});
  });
  INFO(resume.steps << " steps, " << resume.bytes << " bytes");
  CHECK(resume.steps < 10);
  CHECK(resume.bytes < 64);
}
