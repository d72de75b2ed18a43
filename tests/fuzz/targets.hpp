// What is fuzzed: procedures that take any bytes and must come back.
//
// libFuzzer calls one of them (main.cpp, script/fuzz); the tests feed all of them the seeds
// below corpus/ and a slice of changed seeds (fuzz_test.cpp).  A target ends the process when
// something does not hold, with the input still in the fuzzer's hands.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fermata::fuzz {

void reader(std::string_view input);    // text -> data -> text
void number(std::string_view input);    // string->number and back, in several radices
void program(std::string_view input);   // expander, compiler, machine
void verifier(std::string_view input);  // changed instructions
void image(std::string_view input);     // changed library images
void compiled(std::string_view input);  // compiled programs, behind a right checksum
void regexp(std::string_view input);    // SRFI 115: an expression, then what is searched
void json(std::string_view input);      // SRFI 180
void journal(std::string_view input);   // values and histories of flows
void envelope(std::string_view input);  // what peers send

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};
inline constexpr Target kTargets[] = {
    {"reader", reader}, {"number", number}, {"program", program}, {"verifier", verifier},
    {"image", image},   {"compiled", compiled}, {"regexp", regexp}, {"json", json},
    {"journal", journal}, {"envelope", envelope}};

inline void expect(bool holds, const std::string& what, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "%s: %s\n", what.c_str(), detail.c_str());
  std::abort();
}

}  // namespace fermata::fuzz
