// Random programs, run with the compiler's passes switched off one by one: all must agree.
//
// A program is made from a seed, so that a difference is shown by the seed and the text.
// Every loop counts down from a small number, so that each program ends.
#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "tests/scheme/runtime_fixture.hpp"

using namespace fermata;
using scheme::CompilerOptions;
using scheme::RuntimeFixture;

namespace {

class ProgramMaker {
 public:
  explicit ProgramMaker(std::uint64_t seed) : random_(seed) {}

  std::string program() {
    std::string text = "(let () ";
    const int procedures = below(3);
    for (int i = 0; i < procedures; ++i) text += procedure_definition();
    text += body(4) + ")";
    return text;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <std::size_t n>
  const char* one_of(const std::array<const char*, n>& of) {
    return of[random_() % n];
  }
  std::string fresh() { return "v" + std::to_string(++names_); }

  // A name in scope; a constant when there is none.
  std::string variable() {
    return variables_.empty() ? constant() : variables_[random_() % variables_.size()];
  }
  std::string constant() {
    static constexpr std::array kConstants{
        "0", "1", "-1", "2", "7", "100", "4611686018427387903", "-4611686018427387904", "1.5", "-0.0", "1/3",
        "#t", "#f", "'()", "'a", "\"s\"", "#\\c", "'(1 2 3)", "'#(1 2 3)", "1e300", "'(a . b)", "255"};
    return one_of(kConstants);
  }

  std::string expression(int depth) {
    if (depth <= 0) return below(3) == 0 ? constant() : variable();
    switch (below(22)) {
      case 0: return constant();
      case 1: case 2: return variable();
      case 3: case 4: {
        static constexpr std::array kBinary{"+", "-", "*", "cons", "list", "eq?", "eqv?", "equal?", "quotient",
                                            "<", "=", ">=", "append", "max", "vector", "remainder", "modulo"};
        return call(one_of(kBinary), {expression(depth - 1), expression(depth - 1)});
      }
      case 5: case 6: {
        static constexpr std::array kUnary{"car", "cdr", "not", "null?", "pair?", "list", "-", "vector->list",
                                           "length", "zero?", "number?", "reverse", "cadr", "abs", "vector-length",
                                           "symbol?", "procedure?", "exact->inexact", "vector"};
        return call(one_of(kUnary), {expression(depth - 1)});
      }
      case 7: return call("if", {expression(depth - 1), expression(depth - 1), expression(depth - 1)});
      case 8: return call(below(2) ? "and" : "or", {expression(depth - 1), expression(depth - 1)});
      case 9: case 10: {
        const std::string name = fresh(), value = expression(depth - 1);
        return "(let ((" + name + " " + value + ")) " + with({name}, [&] { return body(depth - 1); }) + ")";
      }
      case 11: {  // a counted loop with an accumulator
        const std::string i = fresh(), sum = fresh(), loop = fresh(), start = expression(depth - 1);
        return "(let " + loop + " ((" + i + " " + std::to_string(below(6)) + ") (" + sum + " " + start +
               ")) (if (= " + i + " 0) " + sum + " (" + loop + " (- " + i + " 1) " +
               with({i, sum}, [&] { return expression(depth - 1); }) + ")))";
      }
      case 12: {  // recursion that is no tail call
        const std::string i = fresh(), loop = fresh();
        return "(let " + loop + " ((" + i + " " + std::to_string(below(5)) + ")) (if (= " + i + " 0) " +
               expression(depth - 1) + " (list " + with({i}, [&] { return expression(depth - 1); }) + " (" +
               loop + " (- " + i + " 1)))))";
      }
      case 13: {
        const std::string a = fresh(), b = fresh();
        return "((lambda (" + a + " " + b + ") " + with({a, b}, [&] { return body(depth - 1); }) + ") " +
               expression(depth - 1) + " " + expression(depth - 1) + ")";
      }
      case 14: {
        const std::string a = fresh();
        return "(map (lambda (" + a + ") " + with({a}, [&] { return expression(depth - 1); }) + ") (list " +
               expression(depth - 1) + " " + expression(depth - 1) + "))";
      }
      case 15: {  // an escape, sometimes taken
        const std::string k = fresh();
        const std::string inner = with({}, [&] { return expression(depth - 1); });
        return "(call/cc (lambda (" + k + ") (let ((" + k + "x " + inner + ")) (if " + expression(depth - 1) +
               " (" + k + " (list 'escaped " + k + "x)) " + k + "x))))";
      }
      case 16: {
        const std::string c = fresh();
        return "(guard (" + c + " (#t (if (error-object? " + c + ") 'error " + c + "))) " + expression(depth - 1) +
               ")";
      }
      case 17: return "(raise " + constant() + ")";
      case 18:
        if (!procedures_.empty()) {
          const auto& [name, count] = procedures_[random_() % procedures_.size()];
          std::string text = "(" + name;
          for (int i = 0; i < count; ++i) text += " " + expression(depth - 1);
          return text + ")";
        }
        return variable();
      case 19: {
        const std::string a = fresh(), rest = fresh();
        return "(apply (lambda (" + a + " . " + rest + ") " +
               with({a, rest}, [&] { return expression(depth - 1); }) + ") " + expression(depth - 1) +
               " (list " + expression(depth - 1) + "))";
      }
      case 20:
        return "(case " + expression(depth - 1) + " ((0 1 a) " + expression(depth - 1) + ") ((2 #t) => list) (else " +
               expression(depth - 1) + "))";
      default: {  // closures over a variable that is assigned
        const std::string n = fresh(), next = fresh();
        return "(let* ((" + n + " " + expression(depth - 1) + ") (" + next + " (lambda () (set! " + n + " (list " +
               n + ")) " + n + "))) (" + next + ") (list (" + next + ") " + n + "))";
      }
    }
  }

  // Definitions, statements, a value.
  std::string body(int depth) {
    const std::size_t known = variables_.size(), procedures = procedures_.size();
    std::string text;
    for (int i = below(3); i > 0; --i) {
      if (below(4) == 0) {
        text += procedure_definition();
        continue;
      }
      const std::string name = fresh(), value = expression(depth - 1);
      text += "(define " + name + " " + value + ") ";
      variables_.push_back(name);
    }
    if (below(3) == 0 && !variables_.empty())
      text += "(set! " + variables_[random_() % variables_.size()] + " " + expression(depth - 1) + ") ";
    text += expression(depth);
    variables_.resize(known);
    procedures_.resize(procedures);
    return text;
  }

  // Its calls count its first argument down, so that it ends whatever it is given.
  std::string procedure_definition() {
    const std::string name = "p" + std::to_string(++names_), n = fresh(), a = fresh();
    std::string text = "(define (" + name + " " + n + " " + a + ") " + with({n, a}, [&] {
      const std::string first = expression(2), again = expression(1), end = expression(2);
      return "(if (and (exact-integer? " + n + ") (< 0 " + n + " 5)) (let ((r " + first + ")) (list r (" + name +
             " (- " + n + " 1) " + again + "))) " + end + ")";
    }) + ") ";
    procedures_.emplace_back(name, 2);
    return text;
  }

  template <class F>
  std::string with(std::initializer_list<std::string> names, F make) {
    const std::size_t known = variables_.size();
    variables_.insert(variables_.end(), names);
    std::string text = make();
    variables_.resize(known);
    return text;
  }
  static std::string call(const std::string& name, std::initializer_list<std::string> arguments) {
    std::string text = "(" + name;
    for (const auto& a : arguments) text += " " + a;
    return text + ")";
  }

  std::mt19937_64 random_;
  int names_ = 0;
  std::vector<std::string> variables_;
  std::vector<std::pair<std::string, int>> procedures_;
};

// All passes, none, and all but one.
std::array<CompilerOptions, 7> option_sets() {
  const CompilerOptions all;
  std::array<CompilerOptions, 7> sets{all, {false, false, false, false, false}, all, all, all, all, all};
  sets[2].inline_procedures = false;
  sets[3].inline_primitives = false;
  sets[4].fold_constants = false;
  sets[5].loops = false;
  sets[6].known_calls = false;
  return sets;
}

// Which operand is looked at first is not fixed, so neither is which error is raised.
std::string outcome_of(RuntimeFixture& f, const std::string& program) {
  const std::string result = f.at_prompt(program);
  return result.starts_with("raised: ") ? "raised" : result;
}

void compare(std::uint64_t first_seed, int count) {
  std::vector<std::unique_ptr<RuntimeFixture>> interpreters;
  for (const CompilerOptions& o : option_sets())
    interpreters.push_back(std::make_unique<RuntimeFixture>(scheme::RuntimeOptions{{}, {}, o}));
  int values = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + static_cast<std::uint64_t>(count); ++seed) {
    const std::string program = ProgramMaker(seed).program();
    const std::string expected = outcome_of(*interpreters[0], program);
    values += expected != "raised";
    for (std::size_t i = 1; i < interpreters.size(); ++i) {
      const std::string got = outcome_of(*interpreters[i], program);
      if (got == expected) continue;
      INFO("seed " << seed << ", options " << i << "\n" << program);
      CHECK(got == expected);
      break;
    }
  }
  CHECK(values > count / 4);  // programs that only fail would test little
}

}  // namespace

TEST_CASE("random programs mean the same whatever the compiler's passes", "[compiler][random]") {
  compare(1, 1500);
}

TEST_CASE("many random programs mean the same whatever the compiler's passes", "[.long][long][random]") {
  compare(1'000'000, 100'000);
}
