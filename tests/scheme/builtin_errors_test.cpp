// Every procedure is called with every kind of argument: it returns, or raises a condition
// whose message says who complains.  Crashes and hangs are what this looks for.
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "scheme/builtins.hpp"
#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// What ends the process, reads standard input, writes to standard output or changes files;
// and what raises or calls whatever it was given.
const std::set<std::string_view> kLeftOut = {
    "exit", "emergency-exit", "read", "read-char", "peek-char", "read-line", "read-u8", "peek-u8",
    "read-string", "char-ready?", "u8-ready?", "read-bytevector", "read-bytevector!", "newline",
    "display", "write", "write-shared", "write-simple", "write-char", "write-string", "write-u8",
    "write-bytevector", "open-output-file", "open-binary-output-file", "delete-file",
    "rename-file", "load", "apply", "raise",
    "raise-continuable", "error", "call/cc", "call-with-current-continuation",
    "create-directory", "create-fifo", "create-hard-link", "create-symlink", "delete-directory",
    "set-file-mode", "set-file-owner", "open-file", "fd->port", "set-umask!", "nice",
    "set-current-directory!", "set-environment-variable!", "delete-environment-variable!"};

constexpr const char* kPrelude = R"~(
(import (scheme base) (scheme eval) (only (scheme inexact) nan?))
(define builtins (environment '(fermata builtins)))
(define circular (list 1 2 3))
(set-cdr! (cddr circular) circular)
(define (samples)
  (list 0 -1 1 256 1.5 -0.0 +nan.0 1/2 +i 1e300 (expt 10 30) (- (expt 2 61)) (- (expt 2 62) 1)
        #t #f '() (if #f #f) #\a #\x10ffff "" "abc" (make-string 3 #\x3bb) 'sym (list 1 2 3)
        '(1 2 . 3) circular '((a . 1) (b . 2)) (vector) (vector 1 2 3) (bytevector)
        (bytevector 1 2 3) car (lambda (x) x) (lambda () 1) (open-input-string "abc")
        (open-output-string) (open-input-bytevector (bytevector 1 2)) (eof-object) builtins
        (make-parameter 1)))
(define few
  (list 0 -1 5 1.5 (expt 10 30) '() #\a "abc" (string-copy "abcdef") 'sym (list 1 2 3)
        '(1 2 . 3) circular (vector 1 2 3) (bytevector 1 2 3) car (open-input-string "abc")))
(define (contains? text part)
  (let ((last (- (string-length text) (string-length part))))
    (let loop ((i 0))
      (and (<= i last)
           (or (string=? (substring text i (+ i (string-length part))) part)
               (loop (+ i 1)))))))
(define complaints '())
(define (complain! name about)
  (if (not (assq name complaints))
      (set! complaints (cons (list name about) complaints))))
(define (call name f args)
  (let ((raised (call/cc
                 (lambda (k)
                   (with-exception-handler
                    (lambda (obj) (k (list obj)))
                    (lambda () (apply f args) #f))))))
    (if raised
        (let ((c (car raised)))
          (cond ((not (error-object? c)) (complain! name c))
                ((not (contains? (error-object-message c) (symbol->string name)))
                 (complain! name (error-object-message c))))))))
(define (try name)
  (let ((f (guard (e (#t #f)) (eval name builtins))) (values* (samples)))
    (if (procedure? f)
        (begin
          (call name f '())
          (for-each (lambda (a) (call name f (list a))) values*)
          (for-each
           (lambda (a) (for-each (lambda (b) (call name f (list a b))) values*))
           values*)
          (for-each
           (lambda (a)
             (for-each
              (lambda (b)
                (for-each (lambda (c) (call name f (list a b c))) '(0 2 -1 100 "abc")))
              few))
           few)
          (for-each
           (lambda (a)
             (call name f (list a a a a))
             (call name f (list a 0 a 1))
             (call name f (list a 0 a 1 2))
             (call name f (list a a a a a))
             (call name f (list a a a a a a a)))
           values*)))))
)~";

}  // namespace

TEST_CASE("every builtin answers, or complains under its own name", "[errors]") {
  RuntimeFixture f;
  std::string text = kPrelude;
  for (const auto& table : all_builtins()) {
    for (const Builtin& row : table) {
      if (row.name().front() == '%' || kLeftOut.contains(row.name())) continue;
      text += "(try '|" + std::string(row.name()) + "|)\n";
    }
  }
  CHECK(f.run(text + "complaints") == "()");
}

TEST_CASE("names with % are for carried texts only", "[errors]") {
  RuntimeFixture f;
  CHECK(f.error("(import (only (fermata builtins) %load-next))").message ==
        "import: (fermata builtins) does not export %load-next");
  CHECK(f.run("(import (fermata builtins)) (%load-next 1)") ==
        "raised: unbound variable: %load-next");
}

}  // namespace fermata::scheme
