// The shortest ways to use an interpreter.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include <fermata/fermata.hpp>

using namespace fermata;

TEST_CASE("create, define, eval, call", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("half", [](int n) { return n / 2; }).value();
  CHECK(in.call<int>("half", 84).value() == 42);
  CHECK(in.eval("(+ 1 2)").value().as<int>().value() == 3);
}

TEST_CASE("load takes the name of a file in any form", "[api]") {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("load-" + std::to_string(getpid()) + ".scm");
  std::ofstream(file) << "(define n 40)\n(+ n 2)";
  const std::string text = file.string();
  Interpreter in = Interpreter::create().value();
  CHECK(in.load(file).value().as<int>().value() == 42);
  CHECK(in.load(text).value().as<int>().value() == 42);
  CHECK(in.load(text.c_str()).value().as<int>().value() == 42);
  CHECK(in.load("/nowhere/at all.scm").error().code() == Errc::io);
  std::filesystem::remove(file);
}
