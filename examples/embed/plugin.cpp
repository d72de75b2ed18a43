// A plug-in that nobody trusts: it reaches nothing, runs for so long, takes so much, and says so.
#include <iostream>

#include <fermata/fermata.hpp>

int main() {
  using namespace std::chrono_literals;
  const char* plugins[] = {
      "(write-string (string-append \"hello, \" (user-name)))",
      "(import (scheme file)) (open-input-file \"/etc/passwd\")",
      "(let loop () (loop))",
      "(let loop ((all '())) (loop (cons all all)))",
      "(let forever () (guard (c (#t (forever))) (let loop () (loop))))",
      "(import (scheme process-context)) (exit 7)",
  };
  for (const char* text : plugins) {
    auto in = fermata::Interpreter::create({
        .heap = 64 << 20,
        .out = [](std::string_view s) { std::cout << s << "\n"; },
    }).value();
    in.define("user-name", [] { return "you"; }).value();
    const auto r = in.eval(text, {.timeout = 2s});
    if (!r) std::cout << "refused: " << r.error().message() << "\n";
  }
}
