// Warnings: each for what it is about, none for what only looks like it.
#include "scheme/warnings.hpp"

#include <catch2/catch.hpp>

#include "scheme/embedded.hpp"
#include "tests/scheme/check_fixture.hpp"

namespace fermata::scheme {

namespace {

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE_METHOD(Checker, "an unbound variable in a body is told before it runs", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define (f x) (cuont x))") == Found{"cuont: unbound variable: cuont"});
  CHECK(check("(define (f x) (set! cuont x))") == Found{"cuont: unbound variable: cuont"});
  CHECK(check("(define (f) (g)) (define (g) 1)").empty());
}

TEST_CASE_METHOD(Checker, "a variable is used before its definition", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(display later) (define later 1)") ==
        Found{"later: later is used before its definition"});
  CHECK(check("(define (f) later) (define later 1)").empty());
}

TEST_CASE_METHOD(Checker, "a binding that is never used is told", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(let ((a 1) (b 2)) b)") == Found{"a: a is never used"});
  CHECK(check("(let* ((a 1) (b 2)) a)") == Found{"b: b is never used"});
  CHECK(check("(define (f) (define g 1) 2)") == Found{"g: g is never used"});
  CHECK(check("(let ((a 1)) (set! a 2) 3)") == Found{"a: a is set, but never used"});
  CHECK(check("(let ((_a 1)) 2)").empty());
  CHECK(check("(define (f unused) 1)").empty());
}

TEST_CASE_METHOD(Checker, "what a macro binds is its own affair", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define-syntax m (syntax-rules () ((_ e) (let ((t 1)) e)))) (m 2)").empty());
  CHECK(check("(define-syntax m (syntax-rules () ((_ (x e)) (let ((x e)) 1)))) (m (y 2))").empty());
}

TEST_CASE_METHOD(Checker, "a known procedure gets the wrong number of arguments", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define (f a b) a) (f 1)") ==
        Found{"(f 1): f takes 2 arguments, but is given 1 here"});
  CHECK(check("(car 1 2)") == Found{"(car 1 2): car takes 1 argument, but is given 2 here"});
  CHECK(check("(let loop ((i 0)) (loop))") ==
        Found{"(loop): loop takes 1 argument, but is given none here"});
  CHECK(check("(define f (case-lambda ((a) a) ((a b c) a))) (f 1 2)") ==
        Found{"(f 1 2): f takes 1 or 3 arguments, but is given 2 here"});
  CHECK(check("(define (f a . r) a) (f 1 2 3)").empty());
  CHECK(check("(define (f a) a) (set! f list) (f 1 2)").empty());
}

TEST_CASE_METHOD(Checker, "a name is defined twice in a program", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define x 1) (define x 2)") == Found{"(define x 2): x is defined again"});
}

TEST_CASE_METHOD(Checker, "clauses that are never reached are told", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define (f x) (cond ((car x) 1) (#t 2) ((cdr x) 3)))") ==
        Found{"((cdr x) 3): this is never reached"});
  CHECK(check("(define (f x) (case x ((a b) 1) ((b) 2)))") ==
        Found{"b: this is never reached: a clause before it has b"});
  CHECK(check("(define f (case-lambda ((a . r) 1) ((a b) 2)))") ==
        Found{"2: this clause is never reached"});
  CHECK(check("(define (f x) (cond ((car x) 1) (#t 2)))").empty());
  CHECK(check("(guard (e (#t 1)) (car 1))").empty());
  CHECK(check("(define (f x) (if #f #f))").empty());
}

TEST_CASE_METHOD(Checker, "an error in one form does not hide the next", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(if) (let ((x)) x) (car 1 2)") ==
        Found{"(car 1 2): car takes 1 argument, but is given 2 here",
              "error: let: a binding must look like (name expression)",
              "error: if: expected (if test consequent [alternate])"});
}

TEST_CASE_METHOD(Checker, "checking runs nothing", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define x (error \"run\")) (error \"run\")").empty());
  CHECK(check("(define-library (a) (import (scheme base)) (export x)"
              "  (begin (define x (error \"run\"))))"
              "(import (a)) (define (f) x)")
            .empty());
}

TEST_CASE_METHOD(Checker, "libraries of the text are looked at as well", "[warnings]") {
  Checker& check = *this;
  CHECK(check("(define-library (a) (import (scheme base)) (export f)"
              "  (begin (define (f) (car 1 2))))") ==
        Found{"(car 1 2): car takes 1 argument, but is given 2 here"});
}

TEST_CASE("the carried libraries give no warning", "[warnings]") {
  for (const EmbeddedText& t : embedded_texts()) {
    // Control and eval take the place of builtins at start-up; natives of other layers are not here.
    if (!t.path.ends_with(".sld") || t.path.starts_with("fermata/flow") ||
        t.text.find("(fermata sched") != t.text.npos ||
        t.path == "fermata/control.sld" || t.path == "fermata/eval.sld")
      continue;
    INFO(t.path);
    Checker check;
    CHECK(check.run("fermata:" + std::string(t.path), t.text) == Found{});
  }
}

}  // namespace fermata::scheme
