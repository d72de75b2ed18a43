// The shortest ways to use an interpreter.
#include <catch2/catch.hpp>

#include <fermata/fermata.hpp>

using namespace fermata;

TEST_CASE("create, define, eval, call", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("half", [](int n) { return n / 2; }).value();
  CHECK(in.call<int>("half", 84).value() == 42);
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}
