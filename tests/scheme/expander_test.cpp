#include <catch2/catch.hpp>

#include "tests/scheme/runtime_fixture.hpp"

namespace fermata::scheme {

using namespace vm;

TEST_CASE_METHOD(RuntimeFixture, "derived forms become simple trees", "[expander]") {
  CHECK(expand("(and 1 2 3)") == "(if 1 (if 2 3 #f) #f)");
  CHECK(expand("(when 1 2 3)") == expand("(if 1 (begin 2 3))"));
  CHECK(expand("(let () 1)") == "1");
  CHECK(expand("(let loop ((i 0)) (loop i))") ==
        "(letrec* ((loop (lambda (i) (loop i)))) (loop 0))");
  CHECK(expand("`(1 2 (3))") == "'(1 2 (3))");
  CHECK(expand("`(1 ,x 2)") == "(cons 1 (cons x '(2)))");
  CHECK(expand("(cond-expand (r7rs 1) (else 2))") == "1");
  CHECK(expand("(define-syntax m (syntax-rules () ((_) 1)))").empty());
}

TEST_CASE_METHOD(RuntimeFixture, "a body's definitions come before its expressions", "[expander]") {
  CHECK(expand("(lambda () (define a 1) (define (f) a) 2 (f))") ==
        "(lambda () (letrec* ((a 1) (f (lambda () a))) (begin 2 (f))))");
}

TEST_CASE_METHOD(RuntimeFixture, "an error points at the very part that is wrong", "[expander]") {
  CHECK(error("(let ((a 1) (b)) a)").place == "(b)");
  CHECK(error("(let ((a 1) b) a)").place == "b");
  CHECK(error("(list 1 (if))").place == "(if)");
  CHECK(error("(lambda (a b a) 1)").place == "a");
  CHECK(error("(list (set! car 1))").place == "car");
  CHECK(error("(cond (1 2) 3)").place == "3");
  CHECK(error("(+ 1 (define x 2))").place == "(define x 2)");
  CHECK(error("(let () (define a 1) (define a 2) a)").place == "a");
  CHECK(error("(define-record-type p (make z) p? (x px))").place == "z");
  CHECK(error("(import (scheme base) (no such library))").place == "(no such library)");
  CHECK(error("(f . x)").place == "(f . x)");
  CHECK(error("`(1 ,@2 . ,@3)").message ==
        "unquote-splicing: there is no list here to splice into");
}

TEST_CASE_METHOD(RuntimeFixture, "in a macro's use, the user's parts keep their places",
                 "[expander]") {
  at_prompt("(define-syntax my-let (syntax-rules () ((_ n v b) (let ((n v)) b))))");
  CHECK(error("(my-let 5 1 2)").place == "5");
  CHECK(error("(my-let x (if) 2)").place == "(if)");
  CHECK(error("(my-let x 1 else)").place == "else");
  at_prompt("(define-syntax wrong (syntax-rules () ((_ x) (if))))");
  CHECK(error("(list (wrong 1))").place == "(wrong 1)");
  CHECK(error("(list (my-let 1))").place == "(my-let 1)");
  CHECK(error("(list (my-let 1))").hint == "expected (my-let n v b)");
}

TEST_CASE_METHOD(RuntimeFixture, "hints say what was meant", "[expander]") {
  CHECK(error("(if)").message == "if: expected (if test consequent [alternate])");
  CHECK(error("()").hint == "write '() for the empty list");
  CHECK(error("(list cond)").hint == "put parentheses around its use: (cond ...)");
  CHECK(error("(set! car 1)").hint == "(define car ...) makes a variable of your own");
  CHECK(run("(import (scheme base)) (define lst '(1)) (import (only (scheme base) carr))") ==
        "raised: import: (scheme base) does not export carr");
}

TEST_CASE_METHOD(RuntimeFixture, "an unbound variable is no error before it is used",
                 "[expander]") {
  CHECK(run("(import (scheme base)) (define (f) (g)) (define (g) 1) (f)") == "1");
  CHECK(run("(import (scheme base)) (define (f) (g)) (f)") == "raised: unbound variable: g");
  CHECK(at_prompt("(define (f) (hash-table-count (make-equal-hash-table)))") ==
        at_prompt("(if #f #f)"));
  CHECK(at_prompt("(define (seven) (+ 3 later))") == at_prompt("(if #f #f)"));
  at_prompt("(define later 4)");
  CHECK(at_prompt("(seven)") == "7");
  at_prompt("(define (user) (vector-swap! (vector 1 2) 0 1))");
  at_prompt("(import (fermata vector))");
  CHECK(at_prompt("(begin (user) 'fine)") == "fine");
}

TEST_CASE_METHOD(RuntimeFixture, "a redefinition at the prompt is seen by what was defined before",
                 "[expander]") {
  at_prompt("(define (f) 1)");
  at_prompt("(define (g) (f))");
  at_prompt("(define (f) 2)");
  CHECK(at_prompt("(g)") == "2");
  at_prompt("(define-syntax f (syntax-rules () ((_) 3)))");
  CHECK(at_prompt("(list (f) (g))") == "(3 2)");
  at_prompt("(define car cdr)");
  CHECK(at_prompt("(car '(1 2))") == "(2)");
  CHECK(run("(import (scheme base)) (car '(1 2))") == "1");
}

TEST_CASE_METHOD(RuntimeFixture, "a definition may use what the name meant before", "[expander]") {
  CHECK(at_prompt("(define cadr (let ((old cadr)) (lambda (x) (list (old x))))) (cadr '(1 2))") ==
        "(2)");
  CHECK(run("(import (scheme base)) (define list (list 1 2)) list") == "(1 2)");
}

TEST_CASE_METHOD(RuntimeFixture, "a program begins with imports", "[expander]") {
  CHECK(run("(display 1)") == "raised: display: no library has been imported yet");
  CHECK(run("(begin (import (scheme base))) (car '(1))") == "1");
  CHECK(run("(cond-expand ((library (scheme base)) (import (scheme base)))) (car '(1))") == "1");
}

TEST_CASE_METHOD(RuntimeFixture, "expansion goes on where its gas ended", "[expander]") {
  Expansion& e = begin("(let loop ((i 0)) (cond ((= i 10) 'end) (else (loop (+ i 1)))))");
  std::size_t steps = 0;
  ExpandStep step;
  while ((step = expand_some(r, e, 1)).kind == ExpandStep::out_of_gas) ++steps;
  CHECK(step.kind == ExpandStep::done);
  CHECK(steps > 10);
  CHECK(to_text(m, tree_to_datum(m, step.tree)) ==
        expand("(let loop ((i 0)) (cond ((= i 10) 'end) (else (loop (+ i 1)))))"));
}

TEST_CASE_METHOD(RuntimeFixture, "an expansion that waits for a transformer can be supplied twice",
                 "[expander]") {
  at_prompt("(define-syntax er (er-macro-transformer (lambda (form rename compare) form)))");
  Expansion& waiting = begin("(let () (define a 1) (define b (er)) (er) (list a b))");
  REQUIRE(expand_some(r, waiting, ~std::size_t{0}).kind == ExpandStep::transform);
  const auto finish = [&](std::int64_t first, std::int64_t second) {
    Expansion* e = &supply(r, waiting, Value::fixnum(first));
    REQUIRE(expand_some(r, *e, ~std::size_t{0}).kind == ExpandStep::transform);
    e = &supply(r, *e, Value::fixnum(second));
    const ExpandStep step = expand_some(r, *e, ~std::size_t{0});
    REQUIRE(step.kind == ExpandStep::done);
    return to_text(m, tree_to_datum(m, step.tree));
  };
  CHECK(finish(10, 20) == "(letrec* ((a 1) (b 20)) (begin 10 (list a b)))");
  CHECK(finish(30, 40) == "(letrec* ((a 1) (b 40)) (begin 30 (list a b)))");
}

TEST_CASE_METHOD(RuntimeFixture, "what a transformer gives may define different names each time",
                 "[expander]") {
  at_prompt("(define-syntax er (er-macro-transformer (lambda (form rename compare) form)))");
  Expansion& waiting = begin("(let ((x 0)) (er) (list x))");
  REQUIRE(expand_some(r, waiting, ~std::size_t{0}).kind == ExpandStep::transform);
  const auto finish = [&](std::string_view text) {
    SpanTable& spans = make_span_table(m.heap, make_source(m.heap, "test", text));
    const ExpandStep step =
        expand_some(r, supply(r, waiting, read_all(m, spans).pair()->car), ~std::size_t{0});
    REQUIRE(step.kind == ExpandStep::done);
    return to_text(m, tree_to_datum(m, step.tree));
  };
  CHECK(finish("(define x 1)") == "(let ((x 0)) (letrec* ((x 1)) (list x)))");
  CHECK(finish("(define y 2)") == "(let ((x 0)) (letrec* ((y 2)) (list x)))");
  CHECK(finish("(define x 3)") == "(let ((x 0)) (letrec* ((x 3)) (list x)))");
}

TEST_CASE_METHOD(RuntimeFixture, "an identifier kept from another place is refused", "[expander]") {
  CHECK(at_prompt("(define stash #f)"
                  "(define-syntax use (er-macro-transformer (lambda (f r c) stash)))"
                  "(list (let ((x 1))"
                  "        (let-syntax ((keep (er-macro-transformer"
                  "                             (lambda (f r c) (set! stash (r 'x)) 1))))"
                  "          (keep)))"
                  "      (use))") == "raised: x: this variable is not visible here");
}

TEST_CASE_METHOD(RuntimeFixture, "a transformer may be anything that ends", "[expander]") {
  CHECK(at_prompt("(define-syntax m (er-macro-transformer 5))") ==
        "raised: er-macro-transformer: the transformer must be a procedure, not 5");
  CHECK(at_prompt("(define-syntax m (er-macro-transformer (lambda (f r c) (raise 'oops)))) (m)") ==
        "raised: oops");
  CHECK(at_prompt("(guard (e (#t (list 'caught e))) (eval '(m)))") == "(caught oops)");
  CHECK(
      at_prompt("(let ((x 1)) (define-syntax m (er-macro-transformer (lambda (f r c) x))) (m))") ==
      "raised: unbound variable: x");
}

TEST_CASE_METHOD(RuntimeFixture, "deep and long forms are no burden on the stack", "[expander]") {
  const auto nested = [](std::string_view open, std::string_view inside, int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += inside;
    return text + std::string(static_cast<std::size_t>(depth), ')');
  };
  const auto expands = [&](const std::string& text) {
    const ExpandStep step = expand_some(r, begin(text), ~std::size_t{0});
    return step.kind == ExpandStep::done;
  };
  constexpr int kDepth = 100'000;
  CHECK(expands(nested("(list ", "1", kDepth)));
  CHECK(expands(nested("(begin ", "1", kDepth)));
  CHECK(expands(nested("(if 1 ", "1", kDepth)));
  CHECK(expands("'" + nested("(", "", kDepth)));
  CHECK(expands("`" + nested("(a ", ",b", kDepth)));
  CHECK(expands(nested("(quasiquote (unquote ", "1", 1) + ")"));
  std::string clauses = "(cond";
  for (int i = 0; i < kDepth; ++i) clauses += " (#f 1)";
  CHECK(expands(clauses + ")"));
  at_prompt("(define-syntax deep (syntax-rules () ((_ x) 'x)))");
  CHECK(expands("(deep " + nested("(", "", kDepth) + ")"));
  CHECK(expands("(define-syntax d (syntax-rules () ((_ x) " + nested("(", "x", kDepth) + ")))"));
  CHECK(expands("(cond-expand (" + nested("not ", "", 0) + "r7rs 1) (else 2))"));
  std::string nots = "r7rs";
  nots = nested("(not ", "r7rs", kDepth);
  CHECK(expands("(cond-expand (" + nots + " 1) (else 2))"));
}

TEST_CASE_METHOD(RuntimeFixture, "a circular form is an error", "[expander]") {
  CHECK(error("#0=(list 1 . #0#)").message == "a form may not be circular");
  CHECK(error("(let ((a 1)) . #0=(a . #0#))").message == "a form may not be circular");
  CHECK(error("(let #0=((a 1) . #0#) a)").message == "a form may not be circular");
  CHECK(error("'#0=(a . #0#)").message == "no error");
}

TEST_CASE_METHOD(RuntimeFixture, "malformed uses of every core form end in an error",
                 "[expander]") {
  for (const CoreForm& form : core_forms()) {
    const std::string name(form.name());
    for (const char* rest : {"",
                             " . x",
                             " 1",
                             " 1 . 2",
                             " ()",
                             " (())",
                             " ((()))",
                             " 1 2",
                             " () ()",
                             " (a) b",
                             " (a b) c",
                             " ((a)) b",
                             " ((a 1)) . b",
                             " ((a 1) . b) c",
                             " #(1) #(2)",
                             " \"a\" 1",
                             " (1) 1",
                             " (((a) 1)) ...",
                             " a (b ...)",
                             " a () (_ ...) (... ...)",
                             " (a . b)",
                             " (() ()) 1",
                             " 1 2 3 4 5 6"}) {
      const std::string text = "(" + name + rest + ")";
      INFO(text);
      CHECK_NOTHROW(error(text));
      CHECK_NOTHROW(error("(let () " + text + " 1)"));
      CHECK_NOTHROW(error("(list " + text + ")"));
    }
  }
}

TEST_CASE_METHOD(RuntimeFixture, "an expansion without end can be stopped", "[expander]") {
  at_prompt("(define-syntax forever (syntax-rules () ((_ x) (forever x))))");
  Expansion& e = begin("(forever 1)");
  CHECK(expand_some(r, e, 10'000).kind == ExpandStep::out_of_gas);
  Task& task = m.make_task(r.loader("test", "(forever 1)", r.interaction));
  CHECK(m.run(task, 10'000) == RunStatus::out_of_gas);
}

TEST_CASE_METHOD(RuntimeFixture, "lambdas are named after what they are bound to", "[expander]") {
  CHECK(at_prompt("(define f (lambda (x) x))") == at_prompt("(if #f #f)"));
  CHECK(at_prompt("f").find("f") != std::string::npos);
  CHECK(at_prompt("(let ((inner (lambda () 1))) inner)").find("inner") != std::string::npos);
  CHECK(at_prompt("(let loop () loop)").find("loop") != std::string::npos);
}

// Only there: elsewhere a number among the parameters is a mistake.
TEST_CASE_METHOD(RuntimeFixture, "in the libraries a rest takes so many arguments and no more", "[expander]") {
  CHECK(error("(lambda (a 2 . rest) a)").place == "2");
  const auto in_library = [&](std::string_view text) {
    return run(text, r.interaction, 1'000'000, "fermata:test.sld");
  };
  at_prompt("(import (scheme base) (scheme case-lambda))");
  in_library("(define (up-to-two first 2 . rest) (cons first rest))");
  CHECK(in_library("(list (up-to-two 1) (up-to-two 1 2) (up-to-two 1 2 3))") == "((1) (1 2) (1 2 3))");
  CHECK(at_prompt("(up-to-two 1 2 3 4)") == "raised: up-to-two takes 1 to 3 arguments, but got 4");
  CHECK(at_prompt("(apply up-to-two '(1 2 3 4 5))") == "raised: up-to-two takes 1 to 3 arguments, but got 5");
  CHECK(in_library("((lambda (a 1 . b) (list a b)) 1 2)") == "(1 (2))");
  CHECK(in_library("((lambda (a 1 . b) (list a b)) 1 2 3)").starts_with("raised: "));
  CHECK(in_library("(call-with-values (lambda () (values 2)) (lambda (1 . all) (cons 1 all)))") == "(1 2)");
  CHECK(in_library("(call-with-values (lambda () (values 1 2 3)) (lambda (1 . all) all))").starts_with("raised: "));
  in_library("(define f (case-lambda ((a 1 . b) 'one) ((a b . c) 'two)))");
  CHECK(at_prompt("(list (f 1) (f 1 2) (f 1 2 3))") == "(one one two)");
}

}  // namespace fermata::scheme
