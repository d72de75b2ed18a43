// See plain_data.hpp.
#include "flow/plain_data.hpp"

#include <unordered_set>
#include <vector>

#include "flow/data_types.hpp"
#include "scheme/numeric_vectors.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// How write shows the unspecified value.  It is read through a symbol that the text has not.
constexpr std::string_view kShown = "#<unspecified>";

std::string unused_symbol(std::string_view text) {
  std::string name = "unspecified";
  while (text.find(name) != std::string_view::npos) name += "-";
  return name;
}

bool is_plain_atom(Value v) {
  if (v.is_fixnum() || v.is_immediate_flonum() || v.is_boolean() || v.is_char()) return true;
  if (v == kNull || v == kUnspecified) return true;
  if (const auto* symbol = cast<Symbol>(v)) return symbol->is_interned();
  return is<String>(v) || scheme::numeric_view(v) || is<Bignum>(v) || is<Ratnum>(v) || is<Flonum>(v) ||
         is<Compnum>(v);
}

// One step of a walk: a value and how it was reached from an earlier step.
struct Visit {
  Value value;
  std::int64_t from;  // index of the earlier step, or -1
  std::int64_t how;   // -1 car, -2 cdr, else the index in a vector; below, that of a field
};

constexpr std::int64_t kFirstField = -3;  // the others follow downwards

std::string way_to(GcVector<Visit>& visits, std::int64_t at) {
  std::string way = "it";
  std::vector<std::int64_t> steps;
  for (; visits[static_cast<std::size_t>(at)].from >= 0;
       at = visits[static_cast<std::size_t>(at)].from)
    steps.push_back(visits[static_cast<std::size_t>(at)].how);
  // A long list is counted, not spelled.
  for (std::size_t i = steps.size(); i > 0;) {
    std::size_t rests = 0;
    while (i > 0 && steps[i - 1] == -2) ++rests, --i;
    const bool then_car = i > 0 && steps[i - 1] == -1;
    if (rests > 0 && then_car) {
      --i;
      way = "(list-ref " + way + " " + std::to_string(rests) + ")";
    } else if (rests > 0) {
      way = rests == 1 ? "(cdr " + way + ")"
                       : "(list-tail " + way + " " + std::to_string(rests) + ")";
    } else if (then_car) {
      --i;
      way = "(car " + way + ")";
    } else if (const std::int64_t step = steps[--i]; step >= 0) {
      way = "(vector-ref " + way + " " + std::to_string(step) + ")";
    } else {
      way = "field " + std::to_string(kFirstField - step + 1) + " of " + way;
    }
  }
  return way;
}

// Puts the unspecified value where its symbol stands.
Value restore_unspecified(Machine& m, Value v, std::string_view symbol) {
  const Value stand_in = m.symbols.intern(symbol);
  if (v == stand_in) return kUnspecified;
  GcVector<Value> todo(m.heap);
  std::unordered_set<std::uint64_t> seen;
  const auto fix = [&](Value& slot) {
    if (slot == stand_in)
      slot = kUnspecified;
    else if ((slot.is_pair() || is<Vector>(slot)) && seen.insert(slot.bits()).second)
      todo.push_back(slot);
  };
  Value root = v;
  fix(root);
  while (!todo.empty()) {
    const Value next = todo.pop_back();
    if (next.is_pair()) {
      fix(next.pair()->car);
      fix(next.pair()->cdr);
    } else {
      auto& vector = as<Vector>(next);
      for (std::size_t i = 0; i < vector.length(); ++i) fix(vector.slots()[i]);
    }
  }
  return v;
}

// The text with each #<unspecified> outside strings, |symbols| and characters made readable.
std::string made_readable(std::string_view text, std::string_view symbol) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '|') {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != c) end += text[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, text.size());
      out += text.substr(i, end - i);
      i = end;
    } else if (text.substr(i).starts_with("#\\")) {
      const std::size_t end = std::min(i + 3, text.size());
      out += text.substr(i, end - i);
      i = end;
    } else if (text.substr(i).starts_with(kShown)) {
      out += symbol;
      i += kShown.size();
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> not_plain(Machine& m, Value v) {
  GcVector<Visit> visits(m.heap);
  std::unordered_set<std::uint64_t> seen;
  visits.push_back({v, -1, 0});
  for (std::size_t i = 0; i < visits.size(); ++i) {
    const Value next = visits[i].value;
    const auto here = static_cast<std::int64_t>(i);
    if (next.is_pair()) {
      if (!seen.insert(next.bits()).second) continue;
      visits.push_back({next.pair()->car, here, -1});
      visits.push_back({next.pair()->cdr, here, -2});
    } else if (is<Vector>(next) && !is_marked(m, next)) {
      if (!seen.insert(next.bits()).second) continue;
      auto& vector = as<Vector>(next);
      for (std::size_t k = 0; k < vector.length(); ++k)
        visits.push_back({vector.slots()[k], here, static_cast<std::int64_t>(k)});
    } else if (is_secret(m, next)) {
      if (auto why = not_sealable(m, next))
        return i == 0 ? *why : way_to(visits, here) + ": " + *why;
    } else if (is<Record>(next) && declared_name(m, as<Record>(next).type) != kFalse) {
      if (!seen.insert(next.bits()).second) continue;
      auto& record = as<Record>(next);
      for (std::size_t k = 0; k < record.count(); ++k)
        visits.push_back({record.fields()[k], here, kFirstField - static_cast<std::int64_t>(k)});
    } else if (!is_plain_atom(next)) {
      const std::string shown = scheme::to_text_limited(m, next, scheme::Style::write, 60);
      return i == 0 ? shown : way_to(visits, here) + ": " + shown;
    }
  }
  m.charge(visits.size() / 16);
  return std::nullopt;
}

std::string to_journal_text(Machine& m, Value v) {
  return scheme::to_text(m, without_records(m, v));
}

Value from_journal_text(Machine& m, std::string_view text) {
  const bool has_unspecified = text.find(kShown) != std::string_view::npos;
  const std::string symbol = has_unspecified ? unused_symbol(text) : std::string();
  const std::string readable = has_unspecified ? made_readable(text, symbol) : std::string(text);
  scheme::Reader& reader = scheme::make_reader(m);
  std::size_t at = 0;
  if (scheme::feed(m, reader, readable, at, true) != scheme::ReadStatus::datum)
    throw scheme::SyntaxError({}, "a value in the journal is empty");
  const Value v = scheme::take(reader);
  const Value whole = has_unspecified ? restore_unspecified(m, v, symbol) : v;
  const bool has_records = text.find(kRecordMark) != std::string_view::npos ||
                           text.find(kSecretMark) != std::string_view::npos;
  return has_records ? with_records(m, whole) : whole;
}

}  // namespace fermata::flow
