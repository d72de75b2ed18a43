// The machine on hand-made code: calls, gas, deep recursion, raising, capture.
#include <catch2/catch.hpp>

#include "tests/vm/code_builder.hpp"
#include "vm/native.hpp"

using namespace fermata::vm;
using Fixture = MachineFixture;

namespace {

Outcome capture_twice(Machine& m) { return m.make_continuation(); }
constexpr Builtin kCapture = builtin<capture_twice>("(capture)", "The current continuation.");

// Waits once: parks when services[0] is set, asks to be run again while services[1] is.
Outcome wait(Machine& m, Value request) {
  if (m.services[0]) return m.park(request);
  if (m.services[1]) return m.retry_when(request);
  return Value::fixnum(1);
}
constexpr Builtin kWait = builtin<wait>("(wait request)", "Waits for what the request says.");

// (define (f n) (+ n (wait n)))
Value waiting_procedure(Fixture& f) {
  const Value native = value_of(&f.m.heap.make<Native>(&kWait));
  std::vector<Instruction> words{encode(Op::move, 5, 1), encode(Op::call_native, 2, 4, 1)};
  literal(words, native);
  words.push_back(encode(Op::call_native, 2, 4, 1));
  words.push_back(encode(Op::add, 2, 1, 2));
  words.push_back(encode(Op::return_value, 2));
  return f.closure(words, 1, 7, {native});
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a task parks in a native and goes on with the value it is given",
                 "[machine]") {
  int flag = 0;
  m.services[0] = &flag;
  const Value n = Value::fixnum(40);
  Task& task = m.make_task(waiting_procedure(*this), &n, 1);
  REQUIRE(m.run(task, 100) == RunStatus::waiting);
  CHECK(task.result == n);
  collect_now();
  m.resume(task, Value::fixnum(2));
  REQUIRE(m.run(task, 100) == RunStatus::finished);
  CHECK(task.result == Value::fixnum(42));
}

TEST_CASE_METHOD(Fixture, "a native that asked for it is run again with its arguments", "[machine]") {
  int flag = 0;
  m.services[1] = &flag;
  const Value n = Value::fixnum(9);
  Task& task = m.make_task(waiting_procedure(*this), &n, 1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(m.run(task, 100) == RunStatus::waiting);
    CHECK(task.result == n);
    m.retry(task);
  }
  m.services[1] = nullptr;
  REQUIRE(m.run(task, 100) == RunStatus::finished);
  CHECK(task.result == Value::fixnum(10));
}

TEST_CASE_METHOD(Fixture, "a thousand parked tasks go on in any order", "[machine]") {
  int flag = 0;
  m.services[0] = &flag;
  const Value f = waiting_procedure(*this);
  GcVector<Task*> tasks(m.heap);
  for (int i = 0; i < 1000; ++i) {
    const Value n = Value::fixnum(i);
    tasks.push_back(&m.make_task(f, &n, 1));
    REQUIRE(m.run(*tasks.back(), 100) == RunStatus::waiting);
  }
  collect_now();
  for (int i = 999; i >= 0; --i) {
    Task& task = *tasks[static_cast<std::size_t>(i)];
    m.resume(task, Value::fixnum(1000));
    REQUIRE(m.run(task, 100) == RunStatus::finished);
    REQUIRE(task.result == Value::fixnum(1000 + i));
  }
}

TEST_CASE_METHOD(Fixture, "something is raised in a parked task, and in one out of gas", "[machine]") {
  int flag = 0;
  m.services[0] = &flag;
  const Value n = Value::fixnum(40);
  Task& parked = m.make_task(waiting_procedure(*this), &n, 1);
  REQUIRE(m.run(parked, 100) == RunStatus::waiting);
  m.raise_in(parked, Value::fixnum(99));
  REQUIRE(m.run(parked, 100) == RunStatus::raised);
  CHECK(parked.result == Value::fixnum(99));

  Task& preempted = m.make_task(closure(fib_words(), 1, 7), &n, 1);
  REQUIRE(m.run(preempted, 50) == RunStatus::out_of_gas);
  m.raise_in(preempted, Value::fixnum(98));
  REQUIRE(m.run(preempted, 100) == RunStatus::raised);
  CHECK(preempted.result == Value::fixnum(98));
}

TEST_CASE_METHOD(Fixture, "the interrupt flag stops a running task at its next safe point", "[machine]") {
  const Value n = Value::fixnum(40);
  Task& task = m.make_task(closure(fib_words(), 1, 7), &n, 1);
  m.interrupt();
  REQUIRE(m.run(task, 1000) == RunStatus::interrupted);
  m.clear_interrupt();
  CHECK(m.run(task, 1000) == RunStatus::out_of_gas);
}

TEST_CASE_METHOD(Fixture, "a recursive procedure computes its value", "[machine]") {
  const Value fib = closure(fib_words(), 1, 7);
  const Value n = Value::fixnum(20);
  Task& task = m.make_task(fib, &n, 1);
  REQUIRE(m.run(task, 1'000'000) == RunStatus::finished);
  CHECK(task.result == Value::fixnum(6765));
}

TEST_CASE_METHOD(Fixture, "running with a gas of one gives the same value", "[machine]") {
  const Value fib = closure(fib_words(), 1, 7);
  const Value n = Value::fixnum(12);
  Task& task = m.make_task(fib, &n, 1);
  int slices = 0;
  while (m.run(task, 1) == RunStatus::out_of_gas) ++slices;
  CHECK(task.result == Value::fixnum(144));
  CHECK(slices > 100);
}

TEST_CASE_METHOD(Fixture, "recursion a million deep grows the stack on the heap", "[machine]") {
  // (define (count n) (if (< n 1) 0 (+ (count (- n 1)) 1)))
  const Value count = closure({encode(Op::unless_less_imm, 1, 0, 1), 2,
                               encode(Op::load_fixnum, 1, 0), encode(Op::return_value, 1),
                               encode(Op::subtract_imm, 4, 1, 1), encode(Op::call_self, 2, 3, 1),
                               encode(Op::add_imm, 1, 2, 1), encode(Op::return_value, 1)},
                              1, 6);
  const Value n = Value::fixnum(1'000'000);
  Task& task = m.make_task(count, &n, 1);
  REQUIRE(m.run(task, 10'000'000) == RunStatus::finished);
  CHECK(task.result == n);
}

TEST_CASE_METHOD(Fixture, "without a handler an error ends the task with its condition", "[machine]") {
  const Value bad = closure({encode(Op::car, 2, 1), encode(Op::return_value, 2)}, 1, 3);
  const Value n = Value::fixnum(7);
  Task& task = m.make_task(bad, &n, 1);
  REQUIRE(m.run(task, 100) == RunStatus::raised);
  REQUIRE(is<Condition>(task.result));
  CHECK(as<Condition>(task.result).condition_kind() == ConditionKind::type);
}

TEST_CASE_METHOD(Fixture, "a continuation is entered again and again", "[machine]") {
  // (define (f n) (+ n (capture)))  entered twice with numbers
  std::vector<Instruction> words{encode(Op::call_native, 2, 4, 0)};
  const Value native = value_of(&m.heap.make<Native>(&kCapture));
  literal(words, native);
  words.push_back(encode(Op::call_native, 2, 4, 0));
  words.push_back(encode(Op::unless_procedure, 2));
  words.push_back(1);
  words.push_back(encode(Op::return_value, 2));
  words.push_back(encode(Op::add, 3, 1, 2));
  words.push_back(encode(Op::return_value, 3));
  const Value f = closure(words, 1, 6, {native});
  const Value n = Value::fixnum(40);
  Task& task = m.make_task(f, &n, 1);
  REQUIRE(m.run(task, 100) == RunStatus::finished);
  const Value k = task.result;
  REQUIRE(is<Continuation>(k));
  // The capturing task is over; its continuation belongs to it and to no other.
  const Value two = Value::fixnum(2);
  Task& other = m.make_task(k, &two, 1);
  REQUIRE(m.run(other, 100) == RunStatus::raised);
  CHECK(as<Condition>(other.result).condition_kind() == ConditionKind::continuation);
}
