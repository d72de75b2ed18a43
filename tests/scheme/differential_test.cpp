// Random programs, run with the compiler's passes switched off and on one by one: result and
// trace of effects must be the same, also when the machine stops every few steps.
//
// A difference is shown by the smallest program that has it.
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>

#include "tests/scheme/random_program.hpp"
#include "tests/scheme/runtime_fixture.hpp"
#include "tests/scheme/shrink.hpp"

using namespace fermata;
using scheme::CompilerOptions;
using scheme::ProgramMaker;
using scheme::RuntimeFixture;

namespace {

using Switch = bool CompilerOptions::*;
constexpr std::array<Switch, 9> kSwitches{&CompilerOptions::simplify,
                                          &CompilerOptions::inline_procedures,
                                          &CompilerOptions::inline_libraries,
                                          &CompilerOptions::inline_primitives,
                                          &CompilerOptions::fold_constants,
                                          &CompilerOptions::loops,
                                          &CompilerOptions::known_calls,
                                          &CompilerOptions::blocks,
                                          &CompilerOptions::unboxed};
constexpr std::array kNames{
    "simplify", "inline_procedures", "inline_libraries", "inline_primitives", "fold_constants", "loops",
    "known_calls", "blocks", "unboxed"};

struct Variant {
  std::string name;
  CompilerOptions options;
};

std::vector<Variant> variants() {
  constexpr CompilerOptions kNone{false, false, false, false, false, false, false, false, false};
  std::vector<Variant> all{{"every pass", {}}, {"no pass", kNone}};
  for (std::size_t i = 0; i < kSwitches.size(); ++i) {
    Variant alone{std::string("only ") + kNames[i], kNone},
        without{std::string("all but ") + kNames[i], {}};
    alone.options.*kSwitches[i] = true;
    // These are parts of simplify, one of them of another.
    if (i >= 1 && i <= 4) alone.options.simplify = true;
    if (kSwitches[i] == &CompilerOptions::inline_libraries) alone.options.inline_procedures = true;
    without.options.*kSwitches[i] = false;
    all.push_back(alone);
    all.push_back(without);
  }
  return all;
}

// What a program that runs too long is said to be; how long depends on the passes.
const std::string kTooLong = "too long";

class Interpreter {
 public:
  explicit Interpreter(const CompilerOptions& options)
      : f_(scheme::RuntimeOptions{{}, {}, options}) {
    f_.at_prompt(scheme::kProgramPrelude);
  }

  // slice: at most so much gas at a time.
  std::string run(const std::string& program, std::int64_t slice, std::uint64_t seed) {
    std::minstd_rand random(static_cast<std::uint32_t>(seed));
    vm::Task& task = f_.m.make_task(f_.r.loader("test", program, f_.r.interaction));
    for (std::int64_t left = 1'000'000; left > 0;) {
      const std::int64_t gas = 1 + static_cast<std::int64_t>(random()) % slice;
      left -= gas;
      const vm::RunStatus status = f_.m.run(task, gas);
      if (status == vm::RunStatus::out_of_gas) continue;
      if (status == vm::RunStatus::finished) return scheme::to_text(f_.m, task.result);
      // Which operand is looked at first is not fixed, so neither is which error is raised.
      if (status == vm::RunStatus::raised) return "raised";
      return "status " + std::to_string(static_cast<int>(status));
    }
    return kTooLong;
  }

 private:
  RuntimeFixture f_;
};

class Comparison {
 public:
  Comparison() {
    for (Variant& v : variants()) {
      interpreters_.push_back(std::make_unique<Interpreter>(v.options));
      names_.push_back(v.name);
    }
  }

  // Where the results differ; empty when they agree.
  std::string difference(const std::string& program, std::uint64_t seed) {
    constexpr std::int64_t kNever = 100'000, kOften = 40;
    const std::string expected = interpreters_[0]->run(program, kNever, seed);
    last_ = expected;
    if (expected == kTooLong) return {};
    // The same in small slices, no pass, and a few of the others, in turn.
    std::string what = differs(program, expected, 0, kOften, seed);
    if (what.empty()) what = differs(program, expected, 1, kNever, seed);
    const std::size_t others = interpreters_.size() - 2;
    for (std::size_t i = 0; i < 4 && what.empty(); ++i)
      what = differs(program, expected, 2 + (seed * 4 + i) % others, i % 2 ? kNever : kOften, seed);
    return what;
  }
  const std::string& last() const { return last_; }

 private:
  std::string differs(const std::string& program, const std::string& expected, std::size_t i,
                      std::int64_t slice, std::uint64_t seed) {
    const std::string got = interpreters_[i]->run(program, slice, seed);
    if (got == expected || got == kTooLong) return {};
    return "every pass: " + expected + "\n" + names_[i] + ", slices up to " +
           std::to_string(slice) + ": " + got;
  }

  std::vector<std::unique_ptr<Interpreter>> interpreters_;
  std::vector<std::string> names_;
  std::string last_;
};

void compare(std::uint64_t first_seed, int count) {
  Comparison comparison;
  int values = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + static_cast<std::uint64_t>(count);
       ++seed) {
    const std::string program = ProgramMaker(seed).program();
    const std::string difference = comparison.difference(program, seed);
    const std::string& result = comparison.last();
    values += !result.starts_with("(error") && !result.starts_with("((raised") &&
              !result.starts_with("raised") && result != kTooLong;
    if (difference.empty()) continue;
    const std::string small = scheme::shrink(
        program, [&](const std::string& p) { return !comparison.difference(p, seed).empty(); });
    FAIL_CHECK("seed " << seed << "\n" << small << "\n" << comparison.difference(small, seed));
  }
  CHECK(values > count / 3);  // programs that only fail would test little; about half do
}

#if defined(FERMATA_HOSTILE)
constexpr int kFew = 12, kMany = 1000;
#elif defined(FERMATA_MALLOC_HEAP)  // where nothing is ever freed
constexpr int kFew = 300, kMany = 300;
#else
constexpr int kFew = 600, kMany = 100'000;
#endif

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace

TEST_CASE("random programs mean the same whatever the compiler's passes", "[compiler][random]") {
  compare(1, kFew);
}

TEST_CASE("many random programs mean the same whatever the compiler's passes", "[long][random]") {
  compare(environment("FERMATA_FIRST_SEED", 1'000'000),
          static_cast<int>(environment("FERMATA_PROGRAMS", kMany)));
}

// For tests/fuzz/systems.py: the prelude, an empty line, then a portable program a line.
TEST_CASE("portable random programs are printed", "[.print]") {
  std::cout << scheme::kProgramPrelude << "\n";
  const std::uint64_t first = environment("FERMATA_FIRST_SEED", 1),
                      count = environment("FERMATA_PROGRAMS", 10);
  for (std::uint64_t seed = first; seed < first + count; ++seed)
    std::cout << ProgramMaker(seed, ProgramMaker::Dialect::portable).program() << "\n";
}
