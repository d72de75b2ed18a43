// Sets of characters as the sorted boundaries of their ranges: the base of (srfi 14).
//
// A vector #(first1 after1 first2 after2 ...) of code points; everything from first up to
// after is in the set.  Set operations are Scheme, in lib/srfi/14; here is what must be quick
// (asking for a character) and what only Unicode's tables know (the standard sets).
#include <algorithm>
#include <string_view>
#include <vector>

#include <utf8proc.h>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/char_data.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kCodePoints = 0x110000;

// The characters' boundaries at or before c are counted: inside when that is odd.
Outcome within(Machine& m, Vector& boundaries, char32_t c) {
  const Value* first = boundaries.slots();
  const Value* last = first + boundaries.length();
  const auto code = static_cast<std::int64_t>(c);
  const Value* after = std::upper_bound(
      first, last, code, [](std::int64_t x, Value v) { return v.is_fixnum() && x < v.fixnum(); });
  return Value::boolean(((after - first) & 1) != 0);
}

// A category such as Lu or Nd, one letter for all that begin with it, or a property.
constexpr std::uint32_t bit(int category) { return std::uint32_t{1} << category; }

struct Class {
  std::string_view name;
  bool (*contains)(char32_t);
  std::uint32_t categories;  // those that have such characters
};
constexpr Class kProperties[] = {
    {"Lowercase", is_lowercase,
     bit(UTF8PROC_CATEGORY_LL) | bit(UTF8PROC_CATEGORY_LM) | bit(UTF8PROC_CATEGORY_LO) |
         bit(UTF8PROC_CATEGORY_MN) | bit(UTF8PROC_CATEGORY_NL) | bit(UTF8PROC_CATEGORY_SO)},
    {"Uppercase", is_uppercase,
     bit(UTF8PROC_CATEGORY_LU) | bit(UTF8PROC_CATEGORY_NL) | bit(UTF8PROC_CATEGORY_SO)},
    {"White_Space", is_whitespace,
     bit(UTF8PROC_CATEGORY_CC) | bit(UTF8PROC_CATEGORY_ZS) | bit(UTF8PROC_CATEGORY_ZL) |
         bit(UTF8PROC_CATEGORY_ZP)},
};

// Ideographs and syllables stand in long runs and have none of these properties: the letters
// without case that count as lowercase (ordinal indicators) stand alone.
constexpr std::uint32_t kLongRun = 1000;

// Nothing is assigned there, and a walk would take most of its time on it.
constexpr std::uint32_t kEmptyFrom = 0x40000, kEmptyTo = 0xE0000;

// All characters as runs of one category: one walk over Unicode for all sets; a walk for each of
// (srfi 14)'s took 60 ms of its import.
struct Run {
  std::uint32_t start;
  std::uint8_t category;
};

const std::vector<Run>& category_runs() {
  static const std::vector<Run> kRuns = [] {
    std::vector<Run> runs;
    for (std::uint32_t c = 0; c < kCodePoints; ++c) {
      const auto category =
          static_cast<std::uint8_t>(utf8proc_category(static_cast<utf8proc_int32_t>(c)));
      if (runs.empty() || runs.back().category != category) runs.push_back({c, category});
      if (c == kEmptyFrom) c = kEmptyTo - 1;
    }
    runs.push_back({kCodePoints, 0xff});
    return runs;
  }();
  return kRuns;
}

Outcome class_boundaries(Machine& m, Symbol& name) {
  m.charge(kCodePoints / 64);
  const std::string wanted = to_utf8(as<String>(name.name));
  const Class* property = nullptr;
  for (const Class& p : kProperties)
    if (p.name == wanted) property = &p;
  std::vector<std::int64_t> boundaries;
  bool inside = false;
  const auto from_here = [&](std::uint32_t c, bool now) {
    if (now != inside) boundaries.push_back(c);
    inside = now;
  };
  const std::vector<Run>& runs = category_runs();
  for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
    const Run& run = runs[i];
    const bool without_properties =
        property == nullptr || !(property->categories >> run.category & 1) ||
        (run.category == UTF8PROC_CATEGORY_LO && runs[i + 1].start - run.start > kLongRun);
    if (property == nullptr) {
      const std::string_view text =
          utf8proc_category_string(static_cast<utf8proc_int32_t>(run.start));
      // Surrogates are no characters, whatever their category.
      from_here(run.start, run.category != UTF8PROC_CATEGORY_CS && text.starts_with(wanted));
    } else if (without_properties) {
      from_here(run.start, false);
    } else {
      for (std::uint32_t c = run.start; c < runs[i + 1].start; ++c)
        from_here(c, property->contains(c));
    }
  }
  if (inside) boundaries.push_back(static_cast<std::int64_t>(kCodePoints));
  Vector& result = m.heap.make_vector(boundaries.size(), kUnspecified);
  Value* slot = result.slots();
  for (const std::int64_t boundary : boundaries) *slot++ = Value::fixnum(boundary);
  return value_of(&result);
}

// The rule of Unicode's extended grapheme clusters for two neighbours.
Outcome grapheme_break(Machine&, char32_t before, char32_t after) {
  return Value::boolean(utf8proc_grapheme_break(static_cast<utf8proc_int32_t>(before),
                                                static_cast<utf8proc_int32_t>(after)));
}

constexpr Builtin kCharSets[] = {
    builtin<within>("(%within-boundaries? vector char)",
                    "Whether char lies in one of the ranges between the boundaries."),
    builtin<class_boundaries>("(%class-boundaries symbol)",
                              "The boundaries of a Unicode category or property."),
    builtin<grapheme_break>("(%grapheme-break? char1 char2)",
                            "Whether a reader sees two characters rather than one."),
};

}  // namespace

std::span<const Builtin> char_set_builtins() { return kCharSets; }

}  // namespace fermata::scheme
