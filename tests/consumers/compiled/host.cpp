// A host that carries a program which was compiled while the host was built.
#include <fermata-programs/greeting.h>

#include <cstdio>
#include <fermata/fermata.hpp>
#include <span>

int main() {
  auto in = fermata::Interpreter::create().value();
  const auto greeted = in.load_compiled(std::as_bytes(std::span(greeting, greeting_size))).value();
  const bool said = greeted.as<std::string>().value() == "Hello, world!";
  const std::string report(in.call("greeting", 7).error().report());
  const bool placed = report.find("names.scm:1:19") != std::string::npos;
  if (!placed) std::fprintf(stderr, "%s\n", report.c_str());
  std::printf("%d passed, %d failed\n", said + placed, 2 - said - placed);
  return !said || !placed;
}
