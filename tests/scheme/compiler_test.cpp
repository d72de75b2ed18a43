#include <catch2/catch.hpp>
#include <thread>

#include "scheme/syntax.hpp"
#include "tests/scheme/tree_builder.hpp"

namespace fermata::scheme {

namespace {

bool has(const std::string& listing, std::string_view part) {
  return listing.find(part) != std::string::npos;
}

CompilerOptions options_from(unsigned bits) {
  CompilerOptions o;
  o.inline_procedures = bits & 1;
  o.inline_primitives = bits & 2;
  o.fold_constants = bits & 4;
  o.loops = bits & 8;
  o.known_calls = bits & 16;
  o.blocks = bits & 32;
  return o;
}

}  // namespace

TEST_CASE_METHOD(CompilerFixture, "a constant expression is one constant", "[compiler]") {
  CHECK(listing("(+ 1 (* 2 3))") ==
        "(anonymous): 0 arguments, frame 2, free 0\n"
        "    0  load_fixnum            r1 7\n"
        "    1  return_value           r1\n");
}

TEST_CASE_METHOD(CompilerFixture, "a named let is a loop in registers", "[compiler]") {
  CHECK(listing("(let loop ((i 0) (s 0)) (if (= i 10) s (loop (+ i 1) (+ s i))))") ==
        "(anonymous): 0 arguments, frame 3, free 0\n"
        "    0  load_fixnum            r1 0\n"
        "    1  load_fixnum            r2 0\n"
        "    2  unless_equal_imm       r1 10 -> 5\n"
        "    4  return_value           r2\n"
        "    5  add                    r2 r2 r1\n"
        "    6  add_imm_then_loop      r1 r1 1\n"
        "    7  loop                   -> 2\n");
}

TEST_CASE_METHOD(CompilerFixture, "a loop that counts to a variable steps and tests at once", "[compiler]") {
  CHECK(has(listing("(lambda (n) (let loop ((i 0)) (if (= i n) i (loop (+ i 1)))))"),
            "    0  load_fixnum            r2 0\n"
            "    1  unless_equal           r2 r1 -> 4\n"
            "    3  return_value           r2\n"
            "    4  count_unless_equal     r2 r1 1\n"
            "    5  loop                   -> 1\n"));
  CHECK(has(listing("(lambda (n) (let loop ((i 0)) (if (>= i n) i (loop (+ i 2)))))"),
            "count_unless_less_equal r2 r1 2"));
  CHECK(has(listing("(lambda (n) (let loop ((i 0)) (if (< i n) (loop (+ i 3)) i)))"),
            "count_unless_less      r2 r1 3"));
  CHECK_FALSE(has(listing("(lambda (n) (let loop ((i 0)) (if (= i i) (loop (+ i 3)) i)))"), "count_"));
}

TEST_CASE_METHOD(CompilerFixture, "a continuation that is only called is a place to jump to",
                 "[compiler]") {
  CHECK(has(listing("(lambda (x) (+ 1 (call/cc (lambda (k) (if (> x 0) (k x)) (f x)))))"),
            "    0  unless_greater_imm     r1 0 -> 5\n"
            "    2  move                   r2 r1\n"
            "    3  jump                   -> 10\n"
            "    5  move                   r4 r1\n"
            "    6  call_global            r2 r3 1 <f>\n"
            "   10  add_imm                r2 r2 1\n"
            "   11  return_value           r2\n"));
  // Through loops, not through procedures.
  CHECK_FALSE(has(listing("(lambda (v) (call/cc (lambda (k) (let loop ((i 0)) (if (= i 9) (k i)) (loop (+ i 1))))))"),
                  "call/cc"));
  CHECK(has(listing("(lambda (f) (call/cc (lambda (k) (f (lambda (x) (k x))))))"), "call/cc"));
  CHECK(has(listing("(lambda (f) (call/cc (lambda (k) (k f) (f k))))"), "call/cc"));
  CHECK(has(listing("(lambda (x) (call/cc (lambda (k) (k x x))))"), "call/cc"));
}

TEST_CASE_METHOD(CompilerFixture, "a loop need not be in tail position", "[compiler]") {
  const std::string text = listing("(+ 1 (let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i)))");
  CHECK(has(text, "loop"));
  CHECK_FALSE(has(text, "call"));
  CHECK_FALSE(has(text, "closure"));
}

TEST_CASE_METHOD(CompilerFixture, "a loop defined before it is started needs no call",
                 "[compiler]") {
  const std::string text =
      listing("(let () (define (count i) (if (< i 10) (count (+ i 1)) i)) (+ 1 (count 0)))");
  CHECK(has(text, "loop"));
  CHECK_FALSE(has(text, "call"));
}

TEST_CASE_METHOD(CompilerFixture, "procedures that jump to each other share a frame",
                 "[compiler]") {
  const std::string text = listing(
      "(letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1)))))"
      "         (odd? (lambda (n) (if (= n 0) #f (even? (- n 1)))))) (even? 100))");
  CHECK(has(text, "loop"));
  CHECK_FALSE(has(text, "call"));
}

TEST_CASE_METHOD(CompilerFixture, "a procedure without free variables is made once", "[compiler]") {
  const std::string text = listing(
      "(define (f l) (letrec ((len (lambda (l) (if (null? l) 0 (+ 1 (len (cdr l))))))) (+ (len l) "
      "(len l))))");
  CHECK(has(text, "call_closure"));
  CHECK(has(text, "call_self"));
  CHECK_FALSE(has(text, "make_closure"));
}

TEST_CASE_METHOD(CompilerFixture, "a known procedure with free variables is called directly",
                 "[compiler]") {
  const std::string text = listing(
      "(define (f n) (letrec ((sum (lambda (i) (if (= i n) 0 (+ i (sum (+ i 1))))))) (+ (sum 0) "
      "(sum 1))))");
  CHECK(has(text, "call_known"));
  CHECK(has(text, "call_self"));
}

TEST_CASE_METHOD(CompilerFixture, "tests become jumps without booleans", "[compiler]") {
  const std::string text =
      listing("(define (f a b) (if (and (pair? a) (or (null? b) (not (eq? a b)))) 1 2))");
  CHECK(has(text, "unless_pair"));
  CHECK(has(text, "unless_null"));
  CHECK(has(text, "unless_eq"));
  CHECK_FALSE(has(text, "load_constant          r2"));
}

TEST_CASE_METHOD(CompilerFixture,
                 "natives are called directly, and in tail position when they must", "[compiler]") {
  CHECK(has(listing("(define (f x) (+ 1 (length x)))"), "call_native"));
  CHECK(has(listing("(define (f x) (length x))"), "call_native"));
  CHECK(has(listing("(define (f x) (apply x '()))"), "tail_call"));
  CHECK(has(listing("(define (f x) (length x x))"), "tail_call_global"));
}

TEST_CASE_METHOD(CompilerFixture, "apply with a list that is seen to be made is a call",
                 "[compiler]") {
  for (const char* text : {"(define (f g x) (apply g x (list 1 2)))", "(define (f g x) (apply g (cons x '())))",
                           "(define (f g x) (apply g x '()))",
                           "(define (f g x) (let ((l (list x 1))) (apply g l)))",
                           "(define (f g x) ((lambda all (apply g all)) x 1))"}) {
    INFO(text);
    const std::string code = listing(text);
    CHECK_FALSE(has(code, "<apply>"));
    CHECK_FALSE(has(code, "  list "));
    CHECK_FALSE(has(code, "  cons "));
    CHECK(has(code, "tail_call"));
  }
  CHECK(has(listing("(define (f x) (apply + x (list 1)))"), "add"));
  // What is not seen to be a list may be none; a literal may have been changed.
  CHECK(has(listing("(define (f g x) (apply g (cons 1 x)))"), "apply"));
  CHECK(has(listing("(define (f g) (apply g '(1 2)))"), "apply"));
}

TEST_CASE_METHOD(CompilerFixture, "operands that are variables are read where they live",
                 "[compiler]") {
  CHECK(listing("(define (f a b) (cons (car a) b))")
            .find("    0  car                    r3 r1\n"
                  "    1  cons                   r3 r3 r2\n"
                  "    2  return_value           r3\n") != std::string::npos);
}

TEST_CASE_METHOD(CompilerFixture, "multiple values of known procedures need no object",
                 "[compiler]") {
  const std::string text = listing(
      "(define (f c) (%apply-values (lambda (a b) (cons a b)) (if c (values 1 2) (values 3 4))))");
  CHECK_FALSE(has(text, "unpack_values"));
  CHECK_FALSE(has(text, "call"));
  CHECK(has(listing("(define (f g) (%apply-values (lambda (a . b) (cons a b)) (g)))"),
            "unpack_values_rest"));
}

TEST_CASE_METHOD(CompilerFixture, "an assigned variable of a loop without calls needs no box",
                 "[compiler]") {
  CHECK_FALSE(has(listing("(define (f n) (let ((s 0)) (let loop ((i 0)) (if (< i n)"
                          " (begin (set! s (+ s i)) (loop (+ i 1))) s))))"),
                  "box"));
  CHECK(has(listing("(define (f g) (let ((s 0)) (g) (set! s (+ s 1)) (g) s))"), "box"));
}

TEST_CASE_METHOD(CompilerFixture, "the input tree is not changed", "[compiler]") {
  Node* tree = builder.program(
      "(define (f x) (let ((y x)) (let loop ((i y)) (if (< i 10) (loop (+ i 1)) i)))) (f 3)");
  vm::Code& first = compile(m, tree, options);
  vm::Code& second = compile(m, tree, options);
  CHECK(vm::disassemble(first) == vm::disassemble(second));
  CHECK(run(second) == vm::Value::fixnum(10));
}

TEST_CASE_METHOD(CompilerFixture, "every choice of passes computes the same", "[compiler]") {
  struct Program {
    const char* text;
    std::int64_t value;
  };
  const Program programs[] = {
      {"(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib 15)", 610},
      {"(let loop ((a 0) (b 1) (n 10)) (if (= n 0) a (loop b (+ a b) (- n 1))))", 55},
      {"(let () (define (e n) (if (= n 0) 1 (o (- n 1)))) (define (o n) (if (= n 0) 0 (e (- n "
       "1)))) (+ (e 10) (* 10 (o 11))))",
       11},
      {"(let* ((n 0) (up (lambda () (set! n (+ n 1)) n))) (up) (up) (+ (up) n))", 6},
      {"(let ((f (lambda (x . r) (if (pair? r) (car r) x)))) (+ (f 1) (f 1 20)))", 21},
      {"(let ((f (case-lambda ((a) a) ((a b) (+ a b)) (r 100)))) (+ (f 1) (f 1 1) (f)))", 103},
      {"(let ((k #f) (n 0)) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (< n 5) (k 0)) "
       "n)",
       5},
      {"(define (map1 f l) (if (null? l) '() (cons (f (car l)) (map1 f (cdr l))))) "
       "(apply + (map1 (lambda (x) (* x x)) '(1 2 3)))",
       14},
      {"(letrec ((a (lambda () b)) (b 7)) (a))", 7},
      {"(%apply-values (lambda (a b . c) (+ a b (car c))) (if (car '(#f)) (values 1 2 3) (values 4 "
       "5 6)))",
       15},
      {"(let ((x 1)) (define y 2) (define (g) (+ x y)) (set! x 10) (g))", 12},
      {"(let loop ((i 0) (l '())) (if (< i 3) (loop (+ i 1) (cons (lambda () i) l)) (+ ((car l)) "
       "((cadr l)))))",
       3},
  };
  for (unsigned bits = 0; bits < 64; ++bits) {
    options = options_from(bits);
    for (const Program& p : programs) {
      INFO(p.text << " with options " << bits);
      CHECK(run(p.text) == vm::Value::fixnum(p.value));
    }
  }
}

TEST_CASE_METHOD(CompilerFixture, "frames and calls of any size", "[compiler]") {
  const int n = 500;
  const auto each = [&](const char* before, const char* after) {
    std::string text;
    for (int i = 0; i < n; ++i) text += before + std::to_string(i) + after;
    return text;
  };
  const std::string names = each(" x", "");
  for (unsigned bits : {0u, 15u, 31u}) {
    options = options_from(bits);
    CHECK(run("(let (" + each(" (x", " (car '(1)))") + ") (apply + (list" + names + ")))") ==
          vm::Value::fixnum(n));
    CHECK(run("((lambda (" + names + ") (+" + names + "))" + each(" (car '(", "))") + ")") ==
          vm::Value::fixnum(n * (n - 1) / 2));
    CHECK(run("(define (g" + names + ") (- x499 x0)) (g" + each(" ", "") + ")") ==
          vm::Value::fixnum(n - 1));
    run("(define (g" + names + ") x0) (g 1 2 3)");
    CHECK(raised);
    run("(define (g" + names + ") x0) (g" + each(" ", "") + " 7)");
    CHECK(raised);
    std::string nested = "1";
    for (int i = 0; i < n; ++i) nested = "(+ (car '(1)) " + nested + ")";
    CHECK(run(nested) == vm::Value::fixnum(n + 1));
  }
}

namespace {

// (f (f (f ... 1))), built without recursion.
Node* nested_calls(vm::Machine& m, int depth) {
  vm::Cell& f = m.heap.make<vm::Cell>(vm::kUnbound, m.symbols.intern("f"), vm::kFalse);
  Node* tree = make_node<Constant>(m.heap, NodeKind::constant, vm::Span{}, vm::Value::fixnum(1));
  for (int i = 0; i < depth; ++i) {
    auto* arguments = make_list_of<Node>(m.heap, 1);
    (*arguments)[0] = tree;
    Node* ref = make_node<GlobalRef>(m.heap, NodeKind::global_ref, vm::Span{}, &f);
    tree = make_node<Call>(m.heap, NodeKind::call, vm::Span{}, ref, arguments);
  }
  return tree;
}

}  // namespace

TEST_CASE_METHOD(CompilerFixture, "an expression nested too deeply is a syntax error",
                 "[compiler]") {
  CHECK_THROWS_AS(compile(m, nested_calls(m, 1000000)), SyntaxError);
  CHECK(vm::verify(compile(m, nested_calls(m, 1000))) == "");
}

TEST_CASE_METHOD(CompilerFixture, "so it is on a thread with a small stack", "[compiler]") {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
#ifdef FERMATA_MALLOC_HEAP
  pthread_attr_setstacksize(&attributes, 1024 * 1024);  // instrumented frames are larger
#else
  pthread_attr_setstacksize(&attributes, 256 * 1024);
#endif
  pthread_t thread;
  struct Job {
    vm::Machine* m;
    bool shallow = false, deep = false;
  } job{&m};
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* p) -> void* {
                const vm::RegisteredThread registered;
                Job& j = *static_cast<Job*>(p);
                j.shallow = vm::verify(compile(*j.m, nested_calls(*j.m, 100))).empty();
                try {
                  compile(*j.m, nested_calls(*j.m, 100000));
                } catch (const SyntaxError&) {
                  j.deep = true;
                }
                return nullptr;
              },
              &job) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
  CHECK(job.shallow);
  CHECK(job.deep);
}

TEST_CASE_METHOD(CompilerFixture, "long bodies and long cond chains need no C++ stack",
                 "[compiler]") {
  std::string body, clauses;
  for (int i = 0; i < 5000; ++i) {
    body += " (set! n (+ n 1))";
    clauses += " ((= n " + std::to_string(i) + ") " + std::to_string(i + 1) + ")";
  }
  CHECK(run("(define n 0) (define (f)" + body + " n) (f)") == vm::Value::fixnum(5000));
  CHECK(run("(define (g n) (cond" +
            clauses.substr(0, 60000).substr(0, clauses.substr(0, 60000).rfind(" ((")) +
            " (else 0))) (g 77)") == vm::Value::fixnum(78));
}

}  // namespace fermata::scheme
