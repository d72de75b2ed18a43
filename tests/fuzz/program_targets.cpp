// Whole programs, and libraries that read text of their own.
#include "tests/fuzz/interpreter.hpp"
#include "tests/fuzz/targets.hpp"

namespace fermata::fuzz {

using namespace vm;

void program(std::string_view input) {
  if (input.size() > 4000) return;
  scheme::Runtime& r = interpreter();
  const std::string text =
      "(import (scheme base) (scheme write) (scheme char) (scheme inexact) (scheme lazy) (scheme "
      "case-lambda)"
      "(scheme cxr) (scheme eval) (srfi 1))\n" +
      std::string(input);
  Task& task = r.machine.make_task(r.loader("program", text, nullptr));
  for (int slices = 0; slices < 40; ++slices) {
    const RunStatus status = r.machine.run(task, 500);
    if (status == RunStatus::raised)
      scheme::to_text_limited(r.machine, task.result, scheme::Style::write, 500);
    if (status != RunStatus::out_of_gas) return;
  }
}

void json(std::string_view input) {
  if (input.size() > 2000) return;
  static const Handle round_trip = procedure_of(R"scheme(
    (import (scheme base) (srfi 180))
    (define (parse text) (json-read (open-input-string text)))
    (define (print value)
      (let ((port (open-output-string)))
        (json-write value port)
        (get-output-string port)))
    (lambda (text)
      ;; 1e400 is read as an infinity, which cannot be written.
      (let ((written (guard (c ((json-error? c) #f)) (print (parse text)))))
        (if (not written)
            'refused
            (if (equal? written (print (parse written))) 'same written)))))scheme");
  const std::string result = call_with_text(round_trip, input, 400'000);
  expect(result == "refused" || result == "same" || result == "stopped", "JSON does not come back",
         result);
}

void regexp(std::string_view input) {
  if (input.size() > 300) return;
  // The expression is the first datum; what follows it is searched.
  static const Handle search = procedure_of(R"scheme(
    (import (scheme base) (scheme read) (srfi 115))
    (define (rest port)
      (let ((line (read-string 100 port))) (if (eof-object? line) "" line)))
    (lambda (text)
      (let* ((port (open-input-string text))
             (sre (guard (c (#t (eof-object))) (read port)))
             (subject (guard (c (#t "")) (rest port))))
        (if (not (valid-sre? sre))
            'refused
            (let* ((re (regexp sre))
                   (whole (regexp-matches re subject))
                   (found (regexp-search re subject))
                   (pieces (regexp-extract re subject)))
              (cond ((and whole (not found)) 'whole-without-part)
                    ((and found
                          (not (equal? (regexp-match-submatch found)
                                       (substring subject
                                                  (regexp-match-submatch-start found)
                                                  (regexp-match-submatch-end found)))))
                     'other-text)
                    ((not (equal? (regexp-replace-all re subject "") (regexp-replace-all re subject "")))
                     'unstable)
                    ((and (pair? pieces) (not found)) 'pieces-without-match)
                    (else 'fine)))))))scheme");
  const std::string result = call_with_text(search, input, 400'000);
  expect(result == "refused" || result == "fine" || result == "stopped", "a search went wrong",
         result);
}

}  // namespace fermata::fuzz
