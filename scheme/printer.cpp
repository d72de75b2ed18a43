// The printer: a stack of what is still to print, and a table for labels.
//
// For `write`, a label is given to an object that a depth-first walk meets again while it
// is still inside of it: each cycle has at least one such object, so printing ends, and
// without cycles there are no labels (R7RS 6.13.3).  `write-shared` labels all that the
// walk meets twice.
#include "scheme/printer.hpp"

#include <algorithm>

#include "scheme/address_hash.hpp"
#include "scheme/environment.hpp"
#include "scheme/print_atom.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::size_t kNoLimit = ~std::size_t{0};
// Parts looked at without a table: 0.15 ms for data that turns out to need one, where the table
// takes three times the walk's instructions.
constexpr std::size_t kShortWalk = 30000;
constexpr std::size_t kMostForMessage = 4000;  // parts looked at, where the text is cut

enum class Phase : std::uint8_t { short_walk, scan, print, done };
enum class Todo : std::uint8_t { datum, rest_of_list, elements, close_round, close_angle };

struct Item {
  Value v;
  std::size_t index = 0;  // of the next part
  Todo todo = Todo::datum;
};

struct Entry {
  Value object;         // kUnbound: free
  std::uint64_t state;  // bits below, and the label's number plus one from bit 8
};
constexpr std::uint64_t kOpen = 1, kLabelled = 2;

}  // namespace

struct Printer : Object {
  static constexpr Kind kKind = Kind::work;
  Value root;
  Item* items;
  std::uint64_t depth, item_capacity;
  Entry* entries;  // null: nothing is labelled
  std::uint64_t count, capacity;
  std::uint64_t labels;    // given so far
  std::uint64_t labelled;  // objects that get one
  std::uint64_t walked;
  std::uint64_t limit;  // of the text; kNoLimit for all of it
  Style style;
  Phase phase;
};

namespace {

// ---- what has parts --------------------------------------------------------------------

// Fields of a record from the first on whose name begins with % are nobody's business.
std::size_t shown_fields(const Record& record) {
  auto* names = cast<Vector>(as<RecordType>(record.type).fields);
  if (names == nullptr) return record.count();
  for (std::size_t i = 0; i < names->length(); ++i) {
    const auto* name = cast<Symbol>(names->slots()[i]);
    if (name != nullptr && to_utf8(as<String>(name->name)).starts_with('%')) return i;
  }
  return record.count();
}

std::size_t parts_of_object(Object& o) {
  switch (o.kind()) {
    case Kind::vector:
      return static_cast<Vector&>(o).length();
    case Kind::record:
      return shown_fields(static_cast<Record&>(o));
    case Kind::values:
      return static_cast<Values&>(o).count();
    case Kind::box:
      return 1;
    case Kind::condition:
      return 1;
    case Kind::environment:
      return 1;
    default:
      return 0;
  }
}

[[gnu::always_inline]] inline std::size_t part_count(Value v) {
  if (v.is_pair()) return 2;
  return v.is_object() ? parts_of_object(*v.object()) : 0;
}

Value part(Value v, std::size_t i) {
  if (v.is_pair()) return i == 0 ? v.pair()->car : v.pair()->cdr;
  switch (v.object()->kind()) {
    case Kind::vector:
      return as<Vector>(v).slots()[i];
    case Kind::record:
      return as<Record>(v).fields()[i];
    case Kind::values:
      return as<Values>(v).slots()[i];
    case Kind::box:
      return as<Box>(v).value;
    case Kind::condition:
      return as<Condition>(v).message;
    case Kind::environment:
      return as<Environment>(v).name;
    default:
      return kUnspecified;
  }
}

std::string_view quotation_mark(Value v) {
  const auto* symbol = cast<Symbol>(v);
  if (symbol == nullptr || !symbol->is_interned()) return {};
  const String& name = as<String>(symbol->name);
  struct Row {
    std::string_view name, mark;
  };
  static constexpr Row kRows[] = {
      {"quote", "'"}, {"quasiquote", "`"}, {"unquote", ","}, {"unquote-splicing", ",@"}};
  for (const auto& row : kRows) {
    if (name.width() == 1 && name.length == row.name.size() &&
        std::equal(row.name.begin(), row.name.end(), static_cast<const char*>(name.data))) {
      return row.mark;
    }
  }
  return {};
}

// One call of print_some.
class Step {
 public:
  Step(Machine& m, Printer& p, std::string& out, std::size_t work)
      : m_(m),
        p_(p),
        out_(out),
        work_(work),
        quoting_(p.style == Style::display ? Quoting::displayed : Quoting::written) {}

  bool run() {
    while (work_ > 0 && p_.phase != Phase::done) {
      switch (p_.phase) {
        case Phase::short_walk:
          short_walk();
          break;
        case Phase::scan:
          scan();
          break;
        case Phase::print:
          print();
          break;
        case Phase::done:
          break;
      }
    }
    return p_.phase == Phase::done;
  }

 private:
  void push(Item item) {
    if (p_.depth == p_.item_capacity) {
      const std::uint64_t capacity = p_.item_capacity * 2;
      auto* bigger = static_cast<Item*>(m_.heap.traced(capacity * sizeof(Item)));
      std::copy(p_.items, p_.items + p_.depth, bigger);
      std::fill(bigger + p_.depth, bigger + capacity, Item{});
      p_.items = bigger;
      p_.item_capacity = capacity;
    }
    p_.items[p_.depth++] = item;
  }
  Item& top() { return p_.items[p_.depth - 1]; }

  // ---- looking for cycles ------------------------------------------------------------

  // Goes through the data as if it were a tree.  If that ends soon, there is no cycle.
  void short_walk() {
    while (work_ > 0 && p_.depth > 0) {
      if (++p_.walked > (p_.limit == kNoLimit ? kShortWalk : kMostForMessage)) return begin_scan();
      --work_;
      Item& item = top();
      const std::size_t n = part_count(item.v);
      if (item.index == n) {
        --p_.depth;
        continue;
      }
      const Value child = part(item.v, item.index++);
      if (item.index == n) --p_.depth;  // the last part needs no way back
      if (part_count(child)) push({child});
    }
    if (p_.depth == 0) begin_print();
  }

  void begin_scan() {
    p_.phase = Phase::scan;
    p_.depth = 0;
    p_.walked = 0;
    make_entries(64);
    visit(p_.root);
  }

  void scan() {
    while (work_ > 0 && p_.depth > 0) {
      --work_;
      // For a message it is enough to find the cycles that show.
      if (p_.limit != kNoLimit && ++p_.walked > 4 * kMostForMessage)
        p_.depth = 0;
      else if (Item& item = top(); item.index < part_count(item.v))
        visit(part(item.v, item.index++));
      else {
        find(item.v)->state &= ~kOpen;
        --p_.depth;
      }
    }
    if (p_.depth == 0) begin_print();
  }

  void visit(Value v) {
    if (part_count(v) == 0) return;
    Entry* e = find(v);
    if (e->object == kUnbound) {
      if (++p_.count * 2 > p_.capacity) {
        grow_entries();
        e = find(v);
      }
      *e = {v, kOpen};
      push({v});
    } else if (!(e->state & kLabelled) && (p_.style == Style::write_shared || (e->state & kOpen))) {
      e->state |= kLabelled;
      ++p_.labelled;
    }
  }

  void make_entries(std::uint64_t capacity) {
    p_.entries = static_cast<Entry*>(m_.heap.traced(capacity * sizeof(Entry)));
    p_.capacity = capacity;
    std::fill(p_.entries, p_.entries + capacity, Entry{kUnbound, 0});
  }

  void grow_entries() {
    const Entry* old = p_.entries;
    const std::uint64_t n = p_.capacity;
    make_entries(n * 2);
    for (std::uint64_t i = 0; i < n; ++i) {
      if (old[i].object != kUnbound) *find(old[i].object) = old[i];
    }
  }

  Entry* find(Value v) {
    const std::uint64_t mask = p_.capacity - 1;
    std::uint64_t i = address_hash(v.bits()) & mask;
    while (p_.entries[i].object != kUnbound && p_.entries[i].object != v) i = (i + 1) & mask;
    return &p_.entries[i];
  }

  bool has_label(Value v) { return p_.entries && part_count(v) && (find(v)->state & kLabelled); }

  // ---- printing ------------------------------------------------------------------------

  void begin_print() {
    p_.phase = Phase::print;
    p_.depth = 0;
    if (p_.labelled == 0) p_.entries = nullptr;
    push({p_.root});
  }

  void print() {
    while (work_ > 0) {
      if (p_.depth == 0 || out_.size() > p_.limit) {
        p_.phase = Phase::done;
        return;
      }
      --work_;
      const Item item = top();
      --p_.depth;
      switch (item.todo) {
        case Todo::datum:
          datum(item.v);
          break;
        case Todo::rest_of_list:
          rest_of_list(item.v);
          break;
        case Todo::elements:
          elements(item);
          break;
        case Todo::close_round:
          out_ += ')';
          break;
        case Todo::close_angle:
          out_ += '>';
          break;
      }
    }
  }

  void datum(Value v) {
    if (!is_compound(v)) {
      const std::size_t before = out_.size();
      print_atom(m_, out_, v, quoting_, p_.limit);
      work_ -= std::min(work_, (out_.size() - before) / 64);
      return;
    }
    if (has_label(v)) {
      Entry* e = find(v);
      const std::uint64_t given = e->state >> 8;
      if (given) {
        out_ += '#' + std::to_string(given - 1) + '#';
        return;
      }
      e->state |= ++p_.labels << 8;
      out_ += '#' + std::to_string(p_.labels - 1) + '=';
    }
    if (v.is_pair()) return pair(v);
    switch (v.object()->kind()) {
      case Kind::vector:
        out_ += "#(";
        break;
      case Kind::record:
        record_head(as<RecordType>(as<Record>(v).type));
        break;
      case Kind::values:
        out_ += "#<values";
        break;
      case Kind::box:
        out_ += "#<box";
        break;
      case Kind::condition:
        out_ +=
            std::string("#<condition ") + condition_kind_name(as<Condition>(v).condition_kind());
        break;
      case Kind::environment:
        out_ += "#<environment";
        break;
      default:
        break;
    }
    push({v, 0, Todo::elements});
  }

  void record_head(const RecordType& type) {
    std::string name;
    if (const auto* symbol = cast<Symbol>(type.name)) {
      name = to_utf8(as<String>(symbol->name));
    }
    if (name.size() > 2 && name.front() == '<' && name.back() == '>') {
      name = name.substr(1, name.size() - 2);
    }
    out_ += "#<" + name;
  }

  void pair(Value v) {
    const Value rest = v.pair()->cdr;
    if (rest.is_pair() && rest.pair()->cdr == kNull && !has_label(rest)) {
      if (const auto mark = quotation_mark(v.pair()->car); !mark.empty()) {
        out_ += mark;
        push({rest.pair()->car});
        return;
      }
    }
    out_ += '(';
    push({rest, 0, Todo::rest_of_list});
    push({v.pair()->car});
  }

  void rest_of_list(Value v) {
    if (v == kNull) {
      out_ += ')';
    } else if (v.is_pair() && !has_label(v)) {
      out_ += ' ';
      push({v.pair()->cdr, 0, Todo::rest_of_list});
      push({v.pair()->car});
    } else {
      out_ += " . ";
      push({kNull, 0, Todo::close_round});
      push({v});
    }
  }

  void elements(Item item) {
    const bool vector = is<Vector>(item.v);
    if (item.index == part_count(item.v)) {
      out_ += vector ? ')' : '>';
      return;
    }
    if (!vector || item.index) out_ += ' ';
    if (auto* record = cast<Record>(item.v)) field_name(as<RecordType>(record->type), item.index);
    const Value v = part(item.v, item.index++);
    push(item);
    push({v});
  }

  void field_name(const RecordType& type, std::size_t i) {
    auto* names = cast<Vector>(type.fields);
    if (names == nullptr || i >= names->length()) return;
    if (const auto* name = cast<Symbol>(names->slots()[i])) {
      print_symbol(m_, out_, *name, Quoting::written);
      out_ += ": ";
    }
  }

  Machine& m_;
  Printer& p_;
  std::string& out_;
  std::size_t work_;
  const Quoting quoting_;
};

Printer& make_limited(Machine& m, Value v, Style style, std::size_t limit) {
  constexpr std::uint64_t kInitial = 8;
  auto* items = static_cast<Item*>(m.heap.traced(kInitial * sizeof(Item)));
  std::fill(items, items + kInitial, Item{});
  Phase phase = Phase::short_walk;
  std::uint64_t walked = 0;
  if (style == Style::write_simple || part_count(v) == 0) phase = Phase::print;
  if (style == Style::write_shared) walked = kShortWalk;  // to the table at once
  items[0] = {v};
  return m.heap.make<Printer>(v, items, std::uint64_t{1}, std::uint64_t{kInitial},
                              static_cast<Entry*>(nullptr), std::uint64_t{0}, std::uint64_t{0},
                              std::uint64_t{0}, std::uint64_t{0}, walked,
                              static_cast<std::uint64_t>(limit), style, phase);
}

std::string describe(Machine& m, Value v) {
  constexpr std::size_t kLimit = 160;
  return to_text_limited(m, v, Style::write, kLimit);
}

}  // namespace

Printer& make_printer(Machine& m, Value v, Style style) {
  return make_limited(m, v, style, kNoLimit);
}

// Records and multiple values without parts are printed as those with parts are.
bool is_compound(Value v) { return part_count(v) != 0 || is<Record>(v) || is<Values>(v); }

Value printer_value(Printer& p) { return value_of(&p); }
Printer& printer_of(Value v) { return as<Printer>(v); }

bool print_some(Machine& m, Printer& p, std::string& out, std::size_t work) {
  return Step(m, p, out, work).run();
}

std::string to_text(Machine& m, Value v, Style style) {
  std::string out;
  Printer& p = make_printer(m, v, style);
  while (!print_some(m, p, out)) continue;
  return out;
}

std::string to_text_limited(Machine& m, Value v, Style style, std::size_t limit) {
  std::string out;
  Printer& p = make_limited(m, v, style, limit);
  while (!print_some(m, p, out)) continue;
  if (out.size() <= limit) return out;
  std::size_t end = limit > 3 ? limit - 3 : 0;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
  return out.substr(0, end) + "...";
}

void install_printer(Machine& m) { m.hooks.describe = describe; }

}  // namespace fermata::scheme
