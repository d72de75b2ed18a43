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

#include "tests/scheme/program_prelude.hpp"
#include "tests/scheme/random_values.hpp"

namespace fermata::scheme {

class ProgramMaker final : ValueMaker {
 public:
  using ValueMaker::Dialect;

  explicit ProgramMaker(std::uint64_t seed, Dialect dialect = Dialect::ours)
      : ValueMaker(seed, dialect) {}

  std::string program() {
    return "(run-program (lambda (tr tick) " + body(any_kind(), 4 + below(2)) + "))";
  }

 private:
  // ---- control: gives a value of any kind ---------------------------------------------------
  std::string control(Kind kind, int d) override {
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
  std::string body(Kind kind, int depth) override {
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
};

}  // namespace fermata::scheme
