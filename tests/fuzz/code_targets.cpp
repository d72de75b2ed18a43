// Compiled code: what was damaged is refused before it runs.
#include <cstring>

#include "scheme/compiled.hpp"
#include "scheme/compiled_format.hpp"
#include "scheme/library.hpp"
#include "scheme/library_image.hpp"
#include "scheme/report.hpp"
#include "tests/fuzz/interpreter.hpp"
#include "tests/fuzz/targets.hpp"
#include "vm/disassemble.hpp"
#include "vm/verify.hpp"

namespace fermata::fuzz {

using namespace vm;

namespace {

// The input is a list of changes: where (two bytes), which byte.
template <class F>
void for_each_change(std::string_view input, F f) {
  for (std::size_t at = 0; at + 3 <= input.size() && at < 300; at += 3) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(input[at + i]); };
    f(static_cast<std::size_t>(byte(0)) << 8 | byte(1), byte(2));
  }
}

// A procedure with loops, closures, records, several values, calls of all sorts.
Code& sample() {
  static const Handle closure = procedure_of(R"scheme(
    (import (scheme base))
    (define-record-type point (make-point x y) point? (x px set-px!) (y py))
    (define (outside n) (if (< n 1) '() (cons n (outside (- n 1)))))
    (lambda (n)
      (define total 0)
      (define (add! k) (set! total (+ total k)))
      (define (even? n) (if (= n 0) #t (odd? (- n 1))))
      (define (odd? n) (if (= n 0) #f (even? (- n 1))))
      (let loop ((i 0) (p (make-point 1 'b)))
        (cond ((= i n) (list total (px p) (even? i)))
              (else (add! i)
                    (set-px! p (vector-ref (vector i 2.5 "s") 1))
                    (let-values (((q . r) (floor/ i 7)))
                      (for-each (lambda (x) (add! (* x q))) (outside i)))
                    (loop (+ i 1) p))))))scheme");
  return *as<Closure>(closure.get()).code;
}

}  // namespace

void verifier(std::string_view input) {
  Machine& m = interpreter().machine;
  const Code& original = sample();
  const std::size_t bytes = original.word_count() * sizeof(Instruction);
  auto& code = *static_cast<Code*>(m.heap.described(sizeof(Code) + bytes));
  std::memcpy(static_cast<void*>(&code), &original, sizeof(Code) + bytes);
  // Whole words keep the literals as they are; a first byte of 255 takes words away instead.
  std::size_t words = original.word_count();
  for_each_change(input, [&](std::size_t at, std::uint8_t byte) {
    if (at >= 0xff00)
      words = std::min(words, std::size_t{byte});
    else
      reinterpret_cast<std::uint8_t*>(code.words())[at % bytes] = byte;
  });
  code.header = make_header(Kind::code, words);
  if (verify(code).empty())
    expect(!disassemble(
                code, [](Value) { return "?"; }, false)
                .empty(),
           "no listing");
}

void image(std::string_view input) {
  static constexpr std::string_view kName = "(srfi 26)";
  scheme::LibraryImage carried;
  if (!scheme::find_library_image(kName, carried)) return;  // the program that makes them has none
  scheme::Runtime& r = interpreter();
  const Value name = scheme::parse_library_text(r.machine, kName);
  static const bool ready = (scheme::instantiate_now(r, name), true);
  std::string bytes(carried.bytes);
  for_each_change(input, [&](std::size_t at, std::uint8_t byte) {
    if (at >= 0xff00)
      bytes.resize(bytes.size() * byte / 256);
    else if (!bytes.empty())
      bytes[at % bytes.size()] = static_cast<char>(byte);
  });
  auto& library = r.machine.heap.make<scheme::Library>(name, nullptr, nullptr, nullptr, kNull);
  scheme::LibraryWork& work = scheme::begin_library(r, library);
  const Value thunk = scheme::open_library_image(r, work, bytes);
  expect(ready && (thunk == kUnbound) == (bytes != carried.bytes), "a changed image was taken");
}

void compiled(std::string_view input) {
  if (input.size() > 20'000) return;
  scheme::Runtime& r = interpreter();
  Value program;
  try {
    program = scheme::make_compiled_loader(r, scheme::with_compiled_header(input), nullptr);
  } catch (const scheme::CompiledError&) {
    return;
  } catch (const std::bad_alloc&) {
    return;
  }
  Task& task = r.machine.make_task(program);
  for (int slices = 0; slices < 40; ++slices) {
    const RunStatus status = r.machine.run(task, 500);
    if (status == RunStatus::raised) scheme::report_error(r.machine, task.result, task.trace).text();
    if (status != RunStatus::out_of_gas) return;
  }
}

}  // namespace fermata::fuzz
