// Fermata in ten lines.
#include <iostream>

#include <fermata/fermata.hpp>

int main() {
  auto in = fermata::Interpreter::create().value();
  in.define("half", [](int n) { return n / 2; }).value();
  std::cout << in.call<int>("half", 84).value() << "\n";
  auto r = in.eval("(half 'many)");
  if (!r) std::cout << r.error().report();
}
