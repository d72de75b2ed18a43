// Precompiled code: what is compiled runs as its source does, and bytes that anybody made can do
// no more than a source could.
#include <catch2/catch.hpp>
#include <fermata/fermata.hpp>
#include <random>

#include "scheme/compiled_format.hpp"

using namespace fermata;
using namespace std::string_literals;

namespace {

constexpr const char* kProgram = R"scheme(
(import (scheme base) (scheme lazy) (scheme case-lambda) (scheme cxr) (prefix (scheme char) c:))
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
(define-syntax my-or (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(define-record-type point (make-point x y) point? (x px set-px!) (y py))
(define-library (compiled pair)
  (export twice) (import (scheme base)) (begin (define (twice x) (list x x))))
(import (compiled pair))
(define p (make-point 1 2))
(define (f a . rest) (let ((b 2)) (swap! a b) (list a b rest)))
(set-px! p 'new)
(define-values (q r) (floor/ 17 5))
(define ring '#0=(1 2 . #0#))
(define vec '#1=#(a #1#))
(define (g x) (guard (e (#t (error-object-message e))) (if x (error "bad" x) 'fine)))
(define (again x) (guard (e ((symbol? e) e)) (guard (e ((string? e) e)) (raise x))))
(define pr (make-parameter 10))
(define pr2 (make-parameter 1))
(define (h) (list (parameterize ((pr 20)) (pr)) (parameterize ((pr 1) (pr2 2)) (list (pr) (pr2)))))
(define s (delay (+ 1 2)))
(define cl (case-lambda ((a) (list 'one a)) ((a b) (list 'two b)) ((a . r) (list 'more r))))
(define big 123456789012345678901234567890)
(define (loop n) (do ((i 0 (+ i 1)) (acc '() (cons i acc))) ((= i n) acc)))
(define (kind x) (case x ((1 2 3 4 5 6 7 8 9 10) 'low) ((a "s" #\b) 'other) (else => list)))
(define count 0)
(define (count!) (set! count (+ count 1)) count)
(begin (define (even x) (or (= x 0) (odd (- x 1)))) (define (odd x) (and (> x 0) (even (- x 1)))))
(define t 5)
(define (local-record)
  (define-record-type local (make-local z) local? (z local-z))
  (local-z (make-local 9)))
#!fold-case
(DEFINE FOLDED 'Case)
(define-syntax folded-too (syntax-rules () ((_) 'SAME)))
#!no-fold-case
(list (f 1 3 4) (px p) (py p) (point? p) (point? 1) q r (cadr ring) (caddr ring)
      (eq? vec (vector-ref vec 1)) (g #f) (g 1) (again 'sym) (again "str") (h) (force s)
      (cl 1) (cl 1 2) (cl 1 2 3) big -98765432109876543210 1/3 2.5 1e300 -0.0 #\x #\x1F600 (loop 4)
      "a\x3bb;b" #u8(1 2) #(1 a "b") `(1 ,@(list 2 3) ,(+ 2 2) #(x ,t)) (kind 3) (kind 'a) (kind 'z)
      (twice 4) (c:char-upcase #\a) (my-or #f t) (count!) (count!) count (even 10) folded (folded-too)
      (let-values (((a . b) (values 1 2 3)) ((c) (values 4))) (list a b c))
      (let*-values (((a b) (values 1 2)) (all (values a b))) all)
      (letrec ((ev? (lambda (n) (if (= n 0) #t (od? (- n 1)))))
               (od? (lambda (n) (if (= n 0) #f (ev? (- n 1))))))
        (ev? 10))
      (letrec ((a (list 1)) (b (lambda () a))) (b))
      (local-record)
      (let loop ((i 0)) (if (< i 5) (loop (+ i 1)) i))
      (call-with-current-continuation (lambda (k) (+ 1 (k 42))))
      (call-with-values (lambda () (values 1 2)) list) (if #f #f) (eof-object))
)scheme";

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}
std::string text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
std::string written(const Result<Value>& v) {
  INFO((v ? "" : v.error().report()));
  REQUIRE(v);
  std::string text;
  fermata_print(
      v->view().raw(), 0,
      [](void* to, const char* t, std::size_t n) { static_cast<std::string*>(to)->append(t, n); },
      &text);
  return text;
}

Bytes compiled(std::string_view program, const std::string& file = "program.scm") {
  Interpreter in = Interpreter::create().value();
  Result<Bytes> bytes = in.compile(program, file);
  INFO((bytes ? "" : bytes.error().report()));
  REQUIRE(bytes);
  return *bytes;
}
std::string body_of(const Bytes& bytes) {
  return text_of(bytes).substr(scheme::kCompiledMagic.size() + 8);
}
// A right checksum in front of it.
Bytes sealed(std::string_view body) { return bytes_of(scheme::with_compiled_header(body)); }

// Bytes that may be anything are refused, or run within their limits.
class Taker {
 public:
  // Whether they were refused as what they are.
  bool refuses(const Bytes& bytes) {
    if (taken_++ % 100 == 0) in_.emplace(Interpreter::create({.heap = 64u << 20}).value());
    const Result<Value> v = in_->load_compiled(bytes, {.gas = 20'000});
    if (v) return false;
    return v.error().code() == Errc::compiled;
  }

 private:
  std::optional<Interpreter> in_;
  int taken_ = 0;
};

#if defined(FERMATA_HOSTILE)
constexpr int kEdits = 20;
constexpr std::size_t kStep = 97;
#else
constexpr int kEdits = 3000;
constexpr std::size_t kStep = 1;
#endif

}  // namespace

TEST_CASE("embedding 1.1: precompiled code", "[api]") {
  const Bytes bytes = compiled(kProgram);
  Interpreter from_source = Interpreter::create().value(),
              from_bytes = Interpreter::create().value();
  const std::string expected = written(from_source.eval(kProgram));
  CHECK(expected.starts_with(
      "((2 1 (3 4)) new 2 #t #f 3 2 2 1 #t fine \"bad\" sym \"str\" (20 (1 2)) 3 (one 1)"));
  CHECK(written(from_bytes.load_compiled(bytes)) == expected);
  CHECK(from_bytes.call<int>("count!").value() == 3);
  // Most of it is not kept as source.
  CHECK(text_of(bytes).size() > 2 * std::string_view(kProgram).size());
}

TEST_CASE("a compiled program is loaded as often as one likes", "[api]") {
  Interpreter in = Interpreter::create().value();
  const Bytes bytes =
      in.compile("(define n 1) (define (next!) (set! n (+ n 1)) n) (next!)").value();
  CHECK(in.load_compiled(bytes)->as<int>().value() == 2);
  CHECK(in.call<int>("next!").value() == 3);
  CHECK(in.load_compiled(bytes)->as<int>().value() == 2);
}

TEST_CASE("compiling runs nothing and leaves the interpreter as it was", "[api]") {
  Interpreter in = Interpreter::create().value();
  in.define("touch", [](int) -> int { throw std::runtime_error("it ran"); }).value();
  in.eval(
        "(define kept 1) (define-library (mine) (export m) (import (scheme base)) (begin (define m "
        "1)))"
        "(import (mine))")
      .value();
  const Bytes bytes =
      in.compile(
            "(define kept (touch 2)) (define fresh 3)"
            "(define-syntax kept-too (syntax-rules () ((_) 1)))"
            "(define-library (mine) (export m) (import (scheme base)) (begin (define m 2)))"
            "(define-library (other) (export) (import (scheme base)))"
            "(import (mine)) m")
          .value();
  CHECK(in.get<int>("kept").value() == 1);
  CHECK_FALSE(in.get("fresh"));
  CHECK(in.eval("(kept-too)").error().code() == Errc::unbound);
  CHECK(in.eval("(import (prefix (mine) old:)) old:m")->as<int>().value() == 1);
  CHECK(in.import("(other)").error().code() == Errc::library);
  CHECK_THAT(std::string(in.load_compiled(bytes).error().what()), Catch::Contains("it ran"));
}

TEST_CASE("a compiled program's transformers see the procedures before them", "[api]") {
  const Bytes bytes = compiled(
      "(import (scheme base) (fermata macro))"
      "(define (doubled form) (list '* 2 form))"
      "(define-syntax double (er-macro-transformer (lambda (form rename compare) (doubled (cadr "
      "form)))))"
      "(define (f x) (double (+ x 1)))"
      "(f 20)");
  Interpreter in = Interpreter::create().value();
  CHECK(in.load_compiled(bytes)->as<int>().value() == 42);
}

TEST_CASE("an error in precompiled code shows its line and a mark", "[api]") {
  const Bytes bytes = compiled(
      "(import (scheme base))\n"
      "(define-syntax first-of (syntax-rules () ((_ x) (car x))))\n"
      "(define (look λ)\n"
      "  (+ 1 (first-of λ)))\n",
      "look.scm");
  Interpreter in = Interpreter::create().value();
  in.load_compiled(bytes).value();
  const Result<Value> v = in.call("look", 5);
  REQUIRE_FALSE(v);
  CHECK(v.error().file() == "look.scm"s);
  CHECK(v.error().line() == 4);
  CHECK(v.error().column() == 8);
  CHECK(v.error().excerpt() == "  4 |   (+ 1 (first-of λ)))\n    |        ^^^^^^^^^^^^\n"s);
  CHECK_THAT(std::string(v.error().report()), Catch::Contains("first-of"));
  // What the compiler itself has to say is an error of compiling.
  CHECK(in.compile("(define (f) (if))").error().code() == Errc::syntax);
}

TEST_CASE("bytes that are no compiled program are refused, and say why", "[api]") {
  Interpreter in = Interpreter::create().value();
  const auto refused = [&](const Bytes& bytes, const char* why) {
    const Result<Value> v = in.load_compiled(bytes);
    REQUIRE_FALSE(v);
    CHECK(v.error().code() == Errc::compiled);
    CHECK_THAT(std::string(v.error().what()), Catch::Contains(why));
  };
  refused({}, "not a compiled program");
  refused(bytes_of("(display 1)"), "not a compiled program");
  std::string other = text_of(compiled("1"));
  other[scheme::kCompiledName.size()] = '7';
  refused(bytes_of(other), "another version");
  refused(sealed(""), "damaged");
  refused(sealed(body_of(compiled("1")) + "x"), "follows its end");
  refused(sealed("\x01\x0d"
                 "fermata:a.scm\x01"
                 "1"),
          "one of Fermata's own");
}

TEST_CASE("a compiled program with any byte changed, or cut anywhere, is refused", "[api]") {
  const std::string whole = text_of(compiled(kProgram));
  Taker taker;
  for (std::size_t i = 0; i < whole.size(); i += kStep) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    INFO(i);
    REQUIRE(taker.refuses(bytes_of(changed)));
    REQUIRE(taker.refuses(bytes_of(whole.substr(0, i))));
  }
}

TEST_CASE("a compiled program cut anywhere is refused without the checksum too", "[api]") {
  const std::string body = body_of(compiled(kProgram));
  Taker taker;
  for (std::size_t i = 0; i < body.size(); i += kStep) {
    INFO(i);
    REQUIRE(taker.refuses(sealed(body.substr(0, i))));
  }
}

TEST_CASE("what a compiled program claims to hold makes no more than its bytes can", "[api]") {
  // A text, no objects, no macros, a form with a tree: calls within calls, each of them said to
  // have as many arguments as there are bytes; vectors and record types the same.
  const std::string calls = std::string("\x01\x01" "a\x01" "1", 5) + std::string("\0\0\x01\0\0\x01\0", 7);
  std::string nested = calls, vectors = std::string("\x01\x01" "a\x01" "1\xa0\x9c\x01", 8);
  for (int i = 0; i < 20'000; ++i) {
    nested += std::string("\x0a\0\xd0\x86\x03", 5);
    vectors += i % 2 == 0 ? std::string("\x03\0\xd0\x86\x03", 5) : std::string("\x06\xd0\x86\x03", 4);
  }
  Interpreter in = Interpreter::create().value();
  const std::size_t before = in.stats().kept;
  for (const std::string& body : {nested, vectors}) {
    const Result<Value> v = in.load_compiled(sealed(body + std::string(100'000, '\0')));
    REQUIRE_FALSE(v);
    CHECK(v.error().message() == "the compiled program is damaged: it ends too early"s);
  }
  CHECK(in.stats().kept < before + (32u << 20));
}

TEST_CASE("a compiled program that somebody edited is refused or runs within its limits", "[api]") {
  const std::string body = body_of(compiled(kProgram));
  std::mt19937 random(7);
  Taker taker;
  int refused = 0;
  for (int edit = 0; edit < kEdits; ++edit) {
    std::string changed = body;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      const std::size_t at = random() % changed.size();
      switch (random() % 4) {
        case 0:
          changed[at] = static_cast<char>(random());
          break;
        case 1:
          changed[at] = static_cast<char>(random() % 24);
          break;
        case 2:
          changed.erase(at, 1 + random() % 3);
          break;
        default:
          changed.insert(at, changed.substr(random() % changed.size(), random() % 8));
      }
    }
    refused += taker.refuses(sealed(changed));
  }
  CHECK(refused > kEdits / 4);
  CHECK(refused < kEdits);
}

TEST_CASE("a name in a compiled program reaches what the source could name, and no more", "[api]") {
  // The name is `(public)`'s in what was compiled; afterwards it is another one of that length.
  const auto renamed = [](std::string_view program, std::string_view from, std::string_view to) {
    std::string body = body_of(compiled(program));
    const std::size_t source = body.find(program);
    const std::size_t at = body.find(from, source + program.size());
    REQUIRE(at != std::string::npos);
    return sealed(body.replace(at, to.size(), to));
  };
  const auto code_of = [](const Bytes& bytes, std::initializer_list<const char*> before = {}) {
    Interpreter in = Interpreter::create().value();
    for (const char* text : before) in.eval(text).value();
    const Result<Value> v = in.load_compiled(bytes, {.gas = 100'000});
    return v ? Errc::ok : v.error().code();
  };
  // What a library's author keeps, and what is ours.
  constexpr const char* kLibrary =
      "(define-library (vault) (export opened) (import (scheme base))"
      " (begin (define (secret) 42) (define (opened) (secret))))";
  constexpr const char* kImport = "(import (vault))";
  CHECK(code_of(renamed("(opened)", "opened", "secret"), {kLibrary, kImport}) == Errc::unbound);
  CHECK(code_of(renamed("(opened)", "opened", "opened"), {kLibrary, kImport}) == Errc::ok);
  CHECK(code_of(renamed("(vector-length 1)", "vector-length", "%expand-begin")) == Errc::unbound);
  CHECK(code_of(renamed("(vector-length 1)", "vector-length", "%make-record1")) == Errc::unbound);
  // A keyword is no value, and what is imported stays what it is.
  CHECK(code_of(renamed("(set-it 1)", "set-it", "lambda")) == Errc::syntax);
  CHECK(code_of(renamed("(set! thing 1)", "thing", "quote")) == Errc::syntax);
}

TEST_CASE("what only a library's macro can name is kept as source", "[api]") {
  constexpr const char* kLibrary =
      "(define-library (vault) (export with-secret) (import (scheme base))"
      " (begin (define secret 42) (define-syntax with-secret (syntax-rules () ((_ f) (f "
      "secret))))))";
  Interpreter in = Interpreter::create().value();
  in.eval(kLibrary).value();
  const Bytes bytes = in.compile("(import (vault)) (define (f) (with-secret list)) (f)").value();
  const std::string body = body_of(bytes);
  CHECK(body.find("\x06secret") == std::string::npos);
  CHECK(written(in.load_compiled(bytes)) == "(42)");
}

TEST_CASE("precompiled code has the capabilities of whoever loads it", "[api]") {
  Interpreter granted = Interpreter::create({.caps = Capabilities::all()}).value();
  const Bytes bytes =
      granted.compile("(import (scheme file)) (open-input-file \"/etc/passwd\")").value();
  CHECK(granted.load_compiled(bytes));
  Interpreter in = Interpreter::create().value();
  CHECK(in.load_compiled(bytes).error().code() == Errc::denied);
  const Bytes endless = granted.compile("(let loop () (loop))").value();
  CHECK(in.load_compiled(endless, {.gas = 10'000}).error().code() == Errc::gas);
}
