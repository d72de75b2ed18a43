// Random expressions for a value of a given kind: constants, variables, calls of procedures.
//
// What has to do with control is ProgramMaker's (random_program.hpp), which takes turns with
// this.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

namespace fermata::scheme {

class ValueMaker {
 public:
  enum class Dialect : bool { ours, portable };

 protected:
  ValueMaker(std::uint64_t seed, Dialect dialect)
      : random_(seed), portable_(dialect == Dialect::portable) {}
  ~ValueMaker() = default;

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
        if (portable_ && op == "round") op = "truncate";  // of -.4: 0. or -0.
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

  // ProgramMaker's part.
  virtual std::string control(Kind kind, int d) = 0;
  virtual std::string body(Kind kind, int depth) = 0;

  std::mt19937_64 random_;
  const bool portable_;
  int names_ = 0, notes_ = 0, size_ = 0;
  std::vector<Variable> variables_;
  std::vector<Procedure> procedures_;
};

}  // namespace fermata::scheme
