// Random programs that end, mostly without an error, and show what they did.
//
// A program is text made from a seed.  Expressions are made for a kind of value (number, list,
// string ...), so that most of them succeed; a few are of another kind, so that errors
// happen too.  What may go round (loops, recursion, re-entered continuations) pays with
// (tick), which leaves the program when its fuel is used up.  (tr n v) notes that v was
// there; the value of a program is its result and these notes, all made plain by (show v).
//
// A portable program is one that any R7RS system must agree on: where the order of
// evaluation is free it is fixed by let*, and what only we have is left out.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

namespace fermata::scheme {

// What programs call; definitions for the top level of any system.
inline constexpr std::string_view kProgramPrelude = R"scheme(
(define (show v)
  (let ((left 60))
    (let show ((v v) (depth 6))
      (set! left (- left 1))
      (cond
       ((or (< left 0) (= depth 0)) 'cut)
       ((boolean? v) (if v 'true 'false))
       ((and (number? v) (exact? v)) v)
       ((number? v)
        (cond ((not (= v v)) 'nan)
              ((= v (/ 1. 0.)) 'infinite)
              ((= v (/ -1. 0.)) 'minus-infinite)
              ((and (= v 0) (< (/ 1. v) 0)) 'minus-zero)
              (else (list 'inexact (exact v)))))
       ((symbol? v) v)
       ((null? v) '())
       ((char? v) (list 'char (char->integer v)))
       ((string? v) (cons 'string (map char->integer (string->list v))))
       ((pair? v)
        (let* ((a (show (car v) (- depth 1))) (d (show (cdr v) (- depth 1)))) (cons a d)))
       ((vector? v)
        (let loop ((i 0) (l '(vector)))
          (if (or (< left 0) (= i (vector-length v)))
              (reverse l)
              (loop (+ i 1) (cons (show (vector-ref v i) (- depth 1)) l)))))
       ((procedure? v) 'procedure)
       (else 'other)))))
(define (mul a b)
  (if (and (number? a) (number? b) (or (eqv? a 0) (eqv? b 0))) 0 (mul-small a b)))
(define (mul-small a b)
  (if (and (exact? a) (exact? b) (< 1e60 (* (abs (inexact a)) (abs (inexact b))))) (quotient (+ a b) 2) (* a b)))
(define (app a b) (if (< 60 (+ (length a) (length b))) a (append a b)))
(define (sapp a b) (if (< 60 (+ (string-length a) (string-length b))) a (string-append a b)))
(define setting (make-parameter 10))
(define clamped (make-parameter 1 (lambda (x) (if (and (number? x) (exact? x)) (max -50 (min 50 x)) 0))))
(define-syntax swap! (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-or (syntax-rules () ((_) #f) ((_ e) e) ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
(define-syntax while
  (syntax-rules () ((_ c e ...) (let lp () (if c (begin e ... (lp)) #f)))))
(define-syntax my-let
  (syntax-rules () ((_ ((n v) ...) . body) ((lambda (n ...) . body) v ...))))
(define (run-program main)
  (let* ((trace '()) (fuel 150) (leave #f)
         (tr (lambda (n v) (set! trace (cons (list n (show v)) trace)) v))
         (tick (lambda () (set! fuel (- fuel 1)) (if (< fuel 0) (leave 'fuel) #f)))
         (result (call/cc
                  (lambda (k)
                    (set! leave k)
                    (guard (c (#t (if (or (number? c) (symbol? c) (pair? c)) (list 'raised (show c)) 'error)))
                      (show (main tr tick)))))))
    (list result (reverse trace))))
)scheme";

class ProgramMaker {
 public:
  enum class Dialect : bool { ours, portable };

  explicit ProgramMaker(std::uint64_t seed, Dialect dialect = Dialect::ours)
      : random_(seed), portable_(dialect == Dialect::portable) {}

  std::string program() {
    return "(run-program (lambda (tr tick) " + body(any_kind(), 4 + below(2)) + "))";
  }

 private:
  enum Kind { number, list, string, vector, boolean, procedure, kKinds };
  struct Variable {
    std::string name;
    Kind kind;
    bool assignable;
  };
  struct Procedure {
    std::string name;
    std::vector<Kind> parameters;
    Kind result;
  };

  // ---- small things ------------------------------------------------------------------
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool one_in(int n) { return below(n) == 0; }
  template <std::size_t n>
  const char* one_of(const std::array<const char*, n>& of) {
    return of[random_() % n];
  }
  Kind any_kind() { return static_cast<Kind>(below(boolean + 1)); }
  std::string fresh(const char* stem = "v") { return stem + std::to_string(++names_); }
  std::string note() { return std::to_string(++notes_); }

  // Where the order of evaluation is free, portable programs say it.
  std::string call(const std::string& head, std::vector<std::string> arguments) {
    std::string bindings;
    int compound = 0;
    for (const auto& a : arguments) compound += is_compound(a);
    if (portable_ && arguments.size() > 1 && compound > 0) {
      for (auto& a : arguments) {
        const std::string name = fresh("a");
        bindings += "(" + name + " " + a + ")";
        a = name;
      }
    }
    std::string text = "(" + head;
    for (const auto& a : arguments) text += " " + a;
    text += ")";
    return bindings.empty() ? text : "(let* (" + bindings + ") " + text + ")";
  }
  static bool is_compound(const std::string& text) { return text.starts_with("("); }
  const char* let() const { return portable_ ? "let*" : "let"; }

  template <class F>
  std::string with(const std::vector<Variable>& variables, F make) {
    const std::size_t known = variables_.size();
    variables_.insert(variables_.end(), variables.begin(), variables.end());
    std::string text = make();
    variables_.resize(known);
    return text;
  }

  const Variable* variable(Kind kind, bool assignable = false) {
    std::vector<const Variable*> fitting;
    for (const Variable& v : variables_)
      if (v.kind == kind && (!assignable || v.assignable)) fitting.push_back(&v);
    return fitting.empty() ? nullptr : fitting[random_() % fitting.size()];
  }

  std::string constant(Kind kind) {
    switch (kind) {
      case number: {
        static constexpr std::array kNumbers{"0",
                                             "1",
                                             "-1",
                                             "2",
                                             "3",
                                             "7",
                                             "-5",
                                             "100",
                                             "255",
                                             "1.5",
                                             "-0.0",
                                             "0.1",
                                             "1/3",
                                             "-7/2",
                                             "1e300",
                                             "2.5",
                                             "4611686018427387903",
                                             "-4611686018427387904",
                                             "4611686018427387904",
                                             "123456789012345678901234567890",
                                             "9007199254740993",
                                             "-1e-300",
                                             "3.0",
                                             "18446744073709551616"};
        return one_of(kNumbers);
      }
      case list: {
        static constexpr std::array kLists{"'()",
                                           "'(1 2 3)",
                                           "'(a b)",
                                           "'(1 (2 #\\a) \"s\" 4.5)",
                                           "'((a . 1) (b . 2) (3 . c))",
                                           "(list 1 2)"};
        return one_of(kLists);
      }
      case string: {
        static constexpr std::array kStrings{
            "\"\"",  "\"abc\"", "\"Hello\"", "\"z\xc3\xa4\xce\xbb\"", "(string #\\q #\\r)",
            "\"12\""};
        return one_of(kStrings);
      }
      case vector: {
        static constexpr std::array kVectors{"'#(1 2 3)", "(vector 1 2)", "(make-vector 3 0)",
                                             "'#()", "(vector 'a \"b\" 3.5)"};
        return one_of(kVectors);
      }
      case boolean:
        return one_in(2) ? "#t" : "#f";
      default: {
        static constexpr std::array kProcedures{
            "-", "abs", "list->number", "(lambda (x) x)", "(lambda (x) (+ x 1))", "number->number"};
        const std::string p = one_of(kProcedures);
        if (p == "list->number") return "(lambda l (length l))";
        if (p == "number->number") return "(case-lambda ((x) (- x 1)) ((x y) (+ x y)))";
        return p;
      }
    }
  }
  std::string leaf(Kind kind) {
    const Variable* v = one_in(3) ? nullptr : variable(kind);
    return v != nullptr ? v->name : constant(kind);
  }
  std::string index() { return std::to_string(below(3)); }

  // ---- expressions -----------------------------------------------------------------------
  std::string expression(Kind kind, int depth) {
    if (one_in(120)) kind = static_cast<Kind>(below(kKinds));
    if (depth <= 0 || size_ > 120) return leaf(kind);
    ++size_;
    if (one_in(2)) return of_kind(kind, depth - 1);
    return control(kind, depth - 1);
  }

  std::string of_kind(Kind kind, int d) {
    switch (kind) {
      case number:
        return number_expression(d);
      case list:
        return list_expression(d);
      case string:
        return string_expression(d);
      case vector:
        return vector_expression(d);
      case boolean:
        return boolean_expression(d);
      default:
        return procedure_expression(d);
    }
  }

  std::string number_expression(int d) {
    switch (below(17)) {
      case 0:
      case 1:
      case 2: {
        static constexpr std::array kBinary{"+", "-", "mul", "+", "-", "max", "min"};
        return call(kBinary[random_() % (portable_ ? 5 : 7)],
                    {expression(number, d), expression(number, d)});
      }
      case 3: {
        static constexpr std::array kByConstant{"quotient", "remainder", "modulo", "/",
                                                "*",        "+",         "-"};
        static constexpr std::array kConstants{
            "2", "3", "-7", "10", "0", "1.5", "4611686018427387904", "-1", "2/3"};
        std::string a = expression(number, d), b = one_of(kConstants);
        if (one_in(4)) std::swap(a, b);
        const std::string op = one_of(kByConstant);
        return call(op == "*" ? "mul" : op, {a, b});
      }
      case 4:
        if (portable_) return leaf(number);  // the sum of three flonums may be grouped otherwise
        return call("+", {expression(number, d), expression(number, d), expression(number, d)});
      case 5: {
        static constexpr std::array kUnary{
            "-",     "abs",     "floor",     "round",  "truncate",
            "exact", "inexact", "numerator", "square", "exact-integer-sqrt"};
        std::string op = one_of(kUnary);
        if (op == "numerator")
          return call("(lambda (q) (if (exact? q) (numerator q) 1))", {expression(number, d)});
        if (op == "square") return call("(lambda (q) (mul q q))", {expression(number, d)});
        if (op == "exact-integer-sqrt")
          return "(call-with-values (lambda () (exact-integer-sqrt " + std::to_string(below(1000)) +
                 ")) (lambda (s r) (- s r)))";
        if (op == "exact")
          return "(let ((x " + expression(number, d) + ")) (if (< -1e60 x 1e60) (exact x) 0))";
        return call(op, {expression(number, d)});
      }
      case 6:
        return call("length", {expression(list, d)});
      case 7:
        return call("string-length", {expression(string, d)});
      case 8:
        return call("vector-length", {expression(vector, d)});
      case 9:
        return "(let ((x " + call("vector-ref", {expression(vector, d), index()}) +
               ")) (if (number? x) x 5))";
      case 10:
        return "(let ((x " + call("car", {expression(list, d)}) + ")) (if (number? x) x 6))";
      case 11:
        return call("char->integer", {call("string-ref", {expression(string, d), index()})});
      case 12: {
        const std::string f = expression(procedure, d), x = expression(number, d);
        return portable_ ? "(let* ((f " + f + ") (x " + x + ")) (f x))" : "(" + f + " " + x + ")";
      }
      case 13:
        if (portable_) return leaf(number);
        return call("apply",
                    {one_in(2)   ? "+"
                     : portable_ ? "-"
                                 : "max",
                     expression(number, d), "(filter-numbers " + expression(list, d) + ")"},
                    "filter-numbers");
      case 14:
        return one_in(2) ? "(setting)" : "(clamped)";
      case 15:
        return known_call(number, d);
      default:
        return "(or (string->number " + expression(string, d) + ") " + expression(number, d) + ")";
    }
  }
  // (filter-numbers l) written out, so that the prelude stays small.
  std::string call(const std::string& head, std::vector<std::string> arguments,
                   const char* expand) {
    std::string text = call(head, std::move(arguments));
    const std::string name = std::string("(") + expand + " ";
    for (std::size_t at; (at = text.find(name)) != std::string::npos;)
      text.replace(at, name.size(),
                   "((lambda (l) (let lp ((l l) (r '())) (if (pair? l) (lp (cdr l) (if (number? "
                   "(car l)) (cons (car l) r) r)) r))) ");
    return text;
  }

  std::string list_expression(int d) {
    switch (below(12)) {
      case 0:
      case 1:
        return call("cons", {expression(any_kind(), d), expression(list, d)});
      case 2:
        return call("list", {expression(any_kind(), d), expression(any_kind(), d)});
      case 3:
        return call("app", {expression(list, d), expression(list, d)});
      case 4:
        return call("cdr", {expression(list, d)});
      case 5:
        return call("reverse", {expression(list, d)});
      case 6: {
        const std::string x = fresh();
        const std::string f =
            "(lambda (" + x + ") " +
            with({{x, portable_ ? boolean : number, false}},
                 [&] { return portable_ ? "(list " + x + ")" : expression(any_kind(), d - 1); }) +
            ")";
        return over_list("map", f, expression(list, d));
      }
      case 7:
        return call("string->list", {expression(string, d)});
      case 8:
        return call("vector->list", {expression(vector, d)});
      case 9:
        return "`(" + (portable_ ? leaf(number) : expression(number, d)) + " ,@" +
               unquoted(list, d) + " ," + unquoted(string, 0) + ")";
      case 10: {
        const std::string x = fresh();
        return "(let ((" + x + " (list " + leaf(number) + " " + leaf(list) + "))) (set-car! " + x +
               " " + expression(number, d) + ") (set-cdr! (cdr " + x + ") (list " + leaf(string) +
               ")) " + x + ")";
      }
      default:
        return known_call(list, d);
    }
  }
  // What an improper list gives is anybody's choice.
  std::string over_list(const std::string& head, const std::string& f, const std::string& l) {
    if (!portable_) return call(head, {f, l});
    const std::string name = fresh("l");
    return "(let ((" + name + " " + l + ")) (if (list? " + name + ") (" + head + " " + f + " " +
           name + ") '()))";
  }
  std::string unquoted(Kind kind, int d) { return portable_ ? leaf(kind) : expression(kind, d); }

  std::string string_expression(int d) {
    switch (below(8)) {
      case 0:
        return call("sapp", {expression(string, d), expression(string, d)});
      case 1:
        return call("number->string",
                    {"(let ((x " + expression(number, d) + ")) (if (exact? x) x 17))"});
      case 2:
        return call("symbol->string",
                    {one_in(2) ? "'sym" : "(string->symbol " + expression(string, d) + ")"});
      case 3:
        return call("list->string", {"(list #\\a (string-ref " + expression(string, d) + " 0))"});
      case 4:
        return call("substring", {expression(string, d), "0", index()});
      case 5: {
        const std::string s = fresh("s");
        return "(let ((" + s + " (string-copy " + expression(string, d) +
               "))) (if (< 0 (string-length " + s + ")) (string-set! " + s + " 0 #\\" +
               (one_in(2) ? "x" : "\xce\xbb") + ") #f) " + s + ")";
      }
      case 6:
        return "(make-string " + index() + " #\\m)";
      default:
        return known_call(string, d);
    }
  }

  std::string vector_expression(int d) {
    switch (below(6)) {
      case 0:
        return call("vector", {expression(any_kind(), d), expression(number, d)});
      case 1:
        return call("list->vector", {expression(list, d)});
      case 2: {
        const std::string v = fresh(), x = expression(number, d);
        return "(let ((" + v + " (vector 1 2 3))) (vector-set! " + v + " " + index() + " " + x +
               ") " + v + ")";
      }
      case 3:
        return call("vector-map", {"(lambda (x) (if (number? x) (- x) x))", expression(vector, d)});
      case 4:
        return "(make-vector " + index() + " " + expression(any_kind(), d) + ")";
      default:
        return known_call(vector, d);
    }
  }

  std::string boolean_expression(int d) {
    switch (below(9)) {
      case 0:
      case 1: {
        static constexpr std::array kCompare{"<", "=", ">", "<=", ">="};
        return call(one_of(kCompare), {expression(number, d), expression(number, d)});
      }
      case 2: {
        static constexpr std::array kTests{"null?",   "pair?",    "number?",
                                           "string?", "vector?",  "procedure?",
                                           "symbol?", "boolean?", "not"};
        return call(one_of(kTests), {expression(any_kind(), d)});
      }
      case 3: {
        static constexpr std::array kTests{"zero?", "integer?", "exact?", "negative?", "positive?"};
        return call(one_of(kTests), {expression(number, d)});
      }
      case 4:
        return call("not", {expression(boolean, d)});
      case 5:
        return call("eqv?",
                    {expression(number, d), one_in(2) ? constant(number) : expression(number, d)});
      case 6:
        return call("equal?", {expression(any_kind(), d), "'(1 2 3)"});
      case 7:
        return call("string=?", {expression(string, d), expression(string, d)});
      default:
        if (portable_) return leaf(boolean);  // Guile does not look at what comes after an answer
        return call("<", {expression(number, d), expression(number, d), expression(number, d)});
    }
  }

  // Of one number, giving one.
  std::string procedure_expression(int d) {
    const std::string x = fresh();
    switch (below(4)) {
      case 0:
      case 1:
        return "(lambda (" + x + ") " + with({{x, number, true}}, [&] { return body(number, d); }) +
               ")";
      case 2:
        return "(case-lambda ((" + x + ") " +
               with({{x, number, true}}, [&] { return expression(number, d); }) + ") ((" + x +
               " . r) " +
               with({{x, number, true}, {"r", list, false}},
                    [&] { return expression(number, d); }) +
               "))";
      default: {  // with a state of its own
        const std::string n = fresh("n");
        return "(let ((" + n + " " + expression(number, d) + ")) (lambda (" + x + ") (set! " + n +
               " (+ " + n + " " + x + ")) " + n + "))";
      }
    }
  }

  std::string known_call(Kind kind, int d) {
    std::vector<const Procedure*> fitting;
    for (const Procedure& p : procedures_)
      if (p.result == kind) fitting.push_back(&p);
    if (fitting.empty()) return leaf(kind);
    const Procedure p = *fitting[random_() % fitting.size()];
    std::vector<std::string> arguments;
    for (const Kind k : p.parameters) arguments.push_back(expression(k, d));
    return call(p.name, std::move(arguments));
  }

  // ---- control: gives a value of any kind ---------------------------------------------------
  std::string control(Kind kind, int d) {
    switch (below(34)) {
      case 0:
        return "(if " + expression(boolean, d) + " " + expression(kind, d) + " " +
               expression(kind, d) + ")";
      case 1:
        return "(cond (" + expression(boolean, d) + " " + expression(kind, d) + ") (" +
               expression(boolean, d) + " " + effect(d) + " " + expression(kind, d) + ") (else " +
               expression(kind, d) + "))";
      case 2:
        return one_in(2) ? "(and " + expression(boolean, d) + " " + expression(kind, d) + ")"
                         : "(or " + expression(kind, d) + " " + expression(kind, d) + ")";
      case 3:
        return "(case " + expression(number, d) + " ((0 1 2) " + expression(kind, d) +
               ") ((3 7 -5) " + expression(kind, d) + ") (else " + expression(kind, d) + "))";
      case 4:
      case 5: {
        const Kind k = static_cast<Kind>(below(kKinds));
        const std::string v = fresh(), value = expression(k, d);
        return "(let ((" + v + " " + value + ")) " +
               with({{v, k, true}}, [&] { return body(kind, d); }) + ")";
      }
      case 6: {
        const Kind k = any_kind(), l = any_kind();
        const std::string v = fresh(), w = fresh(), x = expression(k, d), y = expression(l, d);
        return std::string("(") + (one_in(4) && !portable_ ? "my-let" : let()) + " ((" + v + " " +
               x + ") (" + w + " " + y + ")) " +
               with({{v, k, true}, {w, l, true}}, [&] { return body(kind, d); }) + ")";
      }
      case 7: {
        const std::string v = fresh();
        const std::string f =
            "(lambda (" + v + " . rest) " +
            with({{v, number, true}, {"rest", list, true}}, [&] { return body(kind, d); }) + ")";
        return call(f, {expression(number, d), leaf(string)});
      }
      case 8: {  // a counted loop with an accumulator
        const std::string i = fresh("i"), sum = fresh(), loop = fresh("loop"),
                          start = expression(kind, d);
        return "(let " + loop + " ((" + i + " " + std::to_string(below(5)) + ") (" + sum + " " +
               start + ")) (tick) (if (= " + i + " 0) " + sum + " (" + loop + " (- " + i + " 1) " +
               with({{i, number, false}, {sum, kind, false}}, [&] { return expression(kind, d); }) +
               ")))";
      }
      case 9: {  // do, with a body
        const std::string i = fresh("i"), acc = fresh();
        const std::string start = expression(kind, d);
        const std::vector<Variable> inside{{i, number, false}, {acc, kind, true}};
        return "(let ((" + acc + " " + start + ")) (do ((" + i + " 0 (+ " + i + " 1))) ((= " + i +
               " " + std::to_string(below(4)) + ") " + acc + ") (tick) " +
               with(inside, [&] { return effect(d); }) + " (set! " + acc + " " +
               with(inside, [&] { return expression(kind, d); }) + ")))";
      }
      case 10: {  // recursion that is no tail call
        const std::string i = fresh("i"), loop = fresh("rec");
        const std::string end = expression(list, d);
        return "(begin " + effect(d) + " (let ((x (let " + loop + " ((" + i + " " +
               std::to_string(below(5)) + ")) (tick) (if (= " + i + " 0) " + end + " " +
               call("cons", {with({{i, number, false}}, [&] { return expression(any_kind(), d); }),
                             "(" + loop + " (- " + i + " 1))"}) +
               ")))) " + with({{"x", list, true}}, [&] { return expression(kind, d); }) + "))";
      }
      case 11:
      case 12: {  // an escape, sometimes taken
        const std::string k = fresh("k");
        return "(call/cc (lambda (" + k + ") " + effect(d) + " (if " + expression(boolean, d) +
               " (" + k + " " + expression(kind, d) + ") " + expression(kind, d) + ")))";
      }
      case 13:
      case 14:
        return reentered(kind, d);
      case 15:
      case 16: {
        const std::string in = note(), out = note();
        return "(dynamic-wind (lambda () (tr " + in + " 'in)) (lambda () " + body(kind, d) +
               ") (lambda () (tr " + out + " 'out)))";
      }
      case 17:
      case 18: {
        const std::string c = fresh("c");
        return "(guard (" + c + " ((number? " + c + ") (tr " + note() + " " + c + ") " +
               with({{c, number, true}}, [&] { return expression(kind, d); }) + ") ((symbol? " + c +
               ") " + expression(kind, d) + ")" +
               (one_in(2) ? " (else " + expression(kind, d) + ")" : "") + ") " + body(kind, d) +
               ")";
      }
      case 19:
        return "(if " + expression(boolean, d) + " " + expression(kind, d) + " (raise " +
               (one_in(2) ? "'oops" : expression(number, d)) + "))";
      case 20: {
        const std::string c = fresh("c");
        return "(with-exception-handler (lambda (" + c + ") (tr " + note() + " 'handled) " +
               with({{c, boolean, false}}, [&] { return expression(kind, d); }) + ") (lambda () " +
               effect(d) + " (if " + expression(boolean, d) + " (raise-continuable " +
               leaf(number) + ") " + expression(kind, d) + ")))";
      }
      case 21:
        return "(parameterize ((setting " + expression(number, d) + ") (clamped 77)) " +
               body(kind, d) + ")";
      case 22: {
        const std::string a = fresh(), b = fresh();
        return "(call-with-values (lambda () " + effect(d) + " " +
               call("values", {expression(number, d), expression(list, d)}) + ") (lambda (" + a +
               " " + b + ") " +
               with({{a, number, true}, {b, list, true}}, [&] { return body(kind, d); }) + "))";
      }
      case 23: {
        const std::string a = fresh(), b = fresh();
        return "(let*-values (((" + a + " " + (one_in(2) ? b : ". " + b) + ") (if " +
               expression(boolean, d) + " " +
               call("values", {expression(number, d), expression(list, d)}) +
               " (values 1 '(2)))) ) " + with({{a, number, true}}, [&] { return body(kind, d); }) +
               ")";
      }
      case 24: {
        const std::string a = fresh(), rest = fresh();
        const std::string f =
            "(lambda (" + a + " . " + rest + ") " +
            with({{a, number, true}, {rest, list, true}}, [&] { return body(kind, d); }) + ")";
        return call("apply", {f, leaf(number), expression(list, d)});
      }
      case 25:
        return "(begin " + effect(d) + " " + effect(d) + " " + expression(kind, d) + ")";
      case 26:
        return "(tr " + note() + " " + expression(kind, d) + ")";
      case 27:
        return "(my-or " + expression(kind, d) + " " + expression(kind, d) + ")";
      case 28: {  // a macro that binds and refers
        const std::string m = fresh("m"), v = fresh();
        return "(let ((" + v + " " + expression(number, d) + ")) (let-syntax ((" + m +
               " (syntax-rules () ((_ e) (let ((" + v + " 99)) (list " + v + " e)))))) (let ((w (" +
               m + " " + v + "))) " +
               with({{"w", list, true}, {v, number, true}}, [&] { return expression(kind, d); }) +
               ")))";
      }
      case 29: {  // mutual recursion, none of it escaping
        const std::string e = fresh("even"), o = fresh("odd"), n = fresh();
        return "(letrec ((" + e + " (lambda (" + n + ") (tick) (if (= " + n + " 0) " +
               expression(kind, d) + " (" + o + " (- " + n + " 1))))) (" + o + " (lambda (" + n +
               ") (if (= " + n + " 0) " + expression(kind, d) + " (" + e + " (- " + n +
               " 1)))))) " + (one_in(3) ? effect(d) : "") + " (" + e + " " +
               std::to_string(below(6)) + "))";
      }
      case 30: {  // a procedure variable that changes
        const std::string f = fresh("f");
        return "(let ((" + f + " " + expression(procedure, d) + ")) " +
               with({{f, procedure, true}},
                    [&] {
                      return effect(d) + " (set! " + f + " " + expression(procedure, d) + ") " +
                             expression(kind, d);
                    }) +
               ")";
      }
      case 31: {
        const std::string p = fresh("p");
        return "(let ((" + p + " (delay (begin (tr " + note() + " 'forced) " + expression(kind, d) +
               ")))) (force " + p + ") (force " + p + "))";
      }
      case 32:
        return known_call(kind, d);
      default:
        return body_in_let(kind, d);
    }
  }

  // A continuation that is entered again while what it captured is still in use.
  std::string reentered(Kind kind, int d) {
    const std::string k = fresh("k"), n = fresh("n"), v = fresh(), w = fresh();
    const Kind other = any_kind();
    const std::string first = expression(kind, d), between = expression(other, d);
    const std::vector<Variable> inside{{v, kind, true}, {w, other, true}};
    std::string text = "(let ((" + k + " #f) (" + n + " 0)) (let* ((" + v +
                       " (call/cc (lambda (c) (set! " + k + " c) " + first + "))) (" + w + " " +
                       between + ")) (tick) (set! " + n + " (+ " + n + " 1)) ";
    text += with(inside, [&] {
      return effect(d) + " (if (< " + n + " " + std::to_string(2 + below(2)) + ") (" + k + " " +
             expression(kind, d) + ") " + expression(kind, d) + ")";
    });
    return text + "))";
  }

  // Done for what it does.
  std::string effect(int d) {
    switch (below(9)) {
      case 0:
      case 1:
      case 2: {
        const Kind kind = static_cast<Kind>(below(kKinds));
        if (const Variable* v = variable(kind, true)) {
          const std::string name = v->name;
          return "(set! " + name + " " + expression(kind, d) + ")";
        }
        return "(tr " + note() + " " + expression(any_kind(), d) + ")";
      }
      case 3:
        return "(tr " + note() + " " + leaf(any_kind()) + ")";
      case 4:
        return "(if " + expression(boolean, d) + " " + effect(d - 1) + " " + effect(d - 1) + ")";
      case 5: {
        const Variable* a = variable(number, true);
        const Variable* b = variable(number, true);
        return a != nullptr && b != a
                   ? "(swap! " + std::string(a->name) + " " + b->name + ")"
                   : "(when " + expression(boolean, d) + " " + effect(d - 1) + ")";
      }
      case 6: {
        const std::string n = fresh("n");
        return "(let ((" + n + " " + std::to_string(below(4)) + ")) (while (< 0 " + n +
               ") (tick) (set! " + n + " (- " + n + " 1)) " +
               with({{n, number, false}}, [&] { return effect(d - 1); }) + "))";
      }
      case 7:
        return over_list("for-each", "(lambda (x) (tr " + note() + " x))", expression(list, d));
      default:
        return expression(any_kind(), d);
    }
  }

  std::string body_in_let(Kind kind, int d) { return "(let () " + body(kind, d) + ")"; }

  // Definitions, statements, a value.
  std::string body(Kind kind, int depth) {
    const std::size_t known = variables_.size(), procedures = procedures_.size();
    std::string text;
    if (depth > 0 && size_ < 120) {
      for (int i = below(3); i > 0; --i) {
        if (one_in(2)) {
          text += procedure_definition(depth - 1);
        } else {
          const Kind k = static_cast<Kind>(below(kKinds));
          const std::string name = fresh(), value = expression(k, depth - 1);
          text += "(define " + name + " " + value + ") ";
          variables_.push_back({name, k, true});
        }
      }
      for (int i = below(3); i > 0; --i) text += effect(depth - 1) + " ";
    }
    text += expression(kind, depth);
    variables_.resize(known);
    procedures_.resize(procedures);
    return text;
  }

  // Its calls count its first argument down.
  std::string procedure_definition(int d) {
    const std::string name = fresh("p"), n = fresh(), a = fresh();
    const Kind kind = any_kind(), result = any_kind();
    std::string text =
        "(define (" + name + " " + n + " " + a + ") (tick) " +
        with({{n, number, one_in(3)}, {a, kind, true}},
             [&] {
               const std::string first = one_in(3) ? effect(d) : "", again = expression(kind, d),
                                 end = expression(result, d);
               const std::string recursive = "(" + name + " (- " + n + " 1) " + again + ")";
               return first + " (if (and (exact? " + n + ") (< 0 " + n + " 5)) " +
                      (one_in(2) ? recursive
                                 : "(let ((r " + recursive + ")) (tr " + note() + " r) r)") +
                      " " + end + ")";
             }) +
        ") ";
    procedures_.push_back({name, {number, kind}, result});
    return text;
  }

  std::mt19937_64 random_;
  const bool portable_;
  int names_ = 0, notes_ = 0, size_ = 0;
  std::vector<Variable> variables_;
  std::vector<Procedure> procedures_;
};

}  // namespace fermata::scheme
