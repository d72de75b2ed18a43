// See datum.hpp.  Both directions use a list of what is to be done, for data may be deep.
#include "api/datum.hpp"

#include <unordered_map>

#include "flow/plain_data.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "vm/bignum.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;

namespace {

// Copies out of the heap.  Shared parts stay shared; a cycle is refused, for hosts walk data.
class Copier {
 public:
  Copier(Machine& m, fermata_datum& to) : m_(m), to_(to), todo_(m.heap) {}

  bool copy(Value root) {
    to_.root = begin(root);
    while (problem_.empty() && !todo_.empty()) {
      Work& top = todo_.back();
      if (top.next == top.count) {
        open_[top.node] = false;
        todo_.pop_back();
        continue;
      }
      const std::size_t at = top.next++;
      auto* node = const_cast<Node*>(top.node);
      const Value part = part_of(top.value, at);
      const Node* made = begin(part);
      if (node->kind == Node::Kind::pair) (at == 0 ? node->car : node->cdr) = made;
      else node->items[at] = made;
    }
    return problem_.empty();
  }
  const std::string& problem() const { return problem_; }

 private:
  struct Work {
    Value value;
    const Node* node;
    std::size_t next, count;
  };

  static Value part_of(Value v, std::size_t at) {
    if (v.is_pair()) return at == 0 ? v.pair()->car : v.pair()->cdr;
    return as<Vector>(v).slots()[at];
  }

  const Node* begin(Value v) {
    const bool compound = v.is_pair() || is<Vector>(v);
    if (compound) {
      const auto known = known_.find(v.bits());
      if (known != known_.end()) {
        if (open_[known->second]) problem_ = "it contains itself";
        return known->second;
      }
    }
    Node& n = to_.nodes.emplace_back();
    if (compound) {
      const std::size_t count = v.is_pair() ? 2 : as<Vector>(v).length();
      n.kind = v.is_pair() ? Node::Kind::pair : Node::Kind::vector;
      if (!v.is_pair()) n.items.resize(count);
      known_[v.bits()] = &n;
      open_[&n] = true;
      todo_.push_back({v, &n, 0, count});
    } else {
      leaf(n, v);
    }
    return &n;
  }

  void leaf(Node& n, Value v) {
    using Kind = Node::Kind;
    if (v == kNull) n.kind = Kind::null;
    else if (v == kUnspecified) n.kind = Kind::unspecified;
    else if (v == kEof) n.kind = Kind::eof;
    else if (v.is_boolean()) n.kind = Kind::boolean, n.boolean = v.is_true();
    else if (v.is_char()) n.kind = Kind::character, n.character = v.character();
    else if (is<String>(v)) n.kind = Kind::string, n.text = to_utf8(as<String>(v));
    else if (is<Symbol>(v)) n.kind = Kind::symbol, n.text = to_utf8(as<String>(as<Symbol>(v).name));
    else if (auto* b = cast<Bytevector>(v))
      n.kind = Kind::bytes, n.text.assign(reinterpret_cast<const char*>(b->bytes()), b->length());
    else if (is_number(v)) {
      if (const auto i = to_int64(v)) n.kind = Kind::integer, n.integer = *i;
      else if (const auto u = natural_of(v)) n.kind = Kind::natural, n.natural = *u;
      else if (is_flonum(v)) n.kind = Kind::real, n.real = to_double(v);
      else n.kind = Kind::number, n.text = scheme::to_text(m_, v);
    } else {
      problem_ = flow::not_plain(m_, v).value_or("it is no plain data");
    }
  }
  Machine& m_;
  fermata_datum& to_;
  GcVector<Work> todo_;
  std::unordered_map<std::uint64_t, const Node*> known_;  // by the value's word, which todo_ or its whole keeps alive
  std::unordered_map<const Node*, bool> open_;
  std::string problem_;
};

Value leaf_of(Machine& m, const Node& n) {
  using Kind = Node::Kind;
  switch (n.kind) {
    case Kind::unspecified: return kUnspecified;
    case Kind::eof: return kEof;
    case Kind::boolean: return Value::boolean(n.boolean);
    case Kind::integer: return integer_from(m.heap, n.integer);
    case Kind::natural: return integer_from_unsigned(m.heap, n.natural);
    case Kind::real: return m.heap.make_flonum(n.real);
    case Kind::character: return Value::character(n.character);
    case Kind::string: return value_of(&make_string(m.heap, n.text));
    case Kind::symbol: return m.symbols.intern(n.text);
    case Kind::number: {
      scheme::Reader& r = scheme::make_reader(m);
      std::size_t at = 0;
      scheme::feed(m, r, n.text, at, true);
      return scheme::take(r);
    }
    case Kind::bytes: {
      Bytevector& b = m.heap.make_bytevector(n.text.size());
      if (!n.text.empty()) std::memcpy(b.bytes(), n.text.data(), n.text.size());
      return value_of(&b);
    }
    default: return kNull;
  }
}

// A machine for what needs a reader or a printer, and no interpreter.
struct BareMachine {
  BareMachine() : bounds(enter_collector()), machine(Machine::create()) { scheme::install_printer(machine); }
  ~BareMachine() {
    Machine::destroy(machine);
    leave_collector();
  }
  BareMachine(const BareMachine&) = delete;
  BareMachine& operator=(const BareMachine&) = delete;
  ThreadBounds bounds;
  Machine& machine;
};

}  // namespace

Value value_of_node(Machine& m, const Node& root) {
  struct Work {
    const Node* node;
    Value value;
    std::size_t next;
  };
  std::unordered_map<const Node*, std::size_t> known;  // place in `made`
  GcVector<Value> made(m.heap);
  GcVector<Work> todo(m.heap);
  const auto begin = [&](const Node& n) -> Value {
    const bool compound = n.kind == Node::Kind::pair || n.kind == Node::Kind::vector;
    if (!compound) return leaf_of(m, n);
    if (const auto found = known.find(&n); found != known.end()) return made[found->second];
    const Value v = n.kind == Node::Kind::pair ? m.heap.cons(kNull, kNull)
                                               : value_of(&m.heap.make_vector(n.items.size(), kFalse));
    known[&n] = made.size();
    made.push_back(v);
    todo.push_back({&n, v, 0});
    return v;
  };
  const Value result = begin(root);
  while (!todo.empty()) {
    const Work work = todo.back();
    const bool pair = work.node->kind == Node::Kind::pair;
    if (work.next == (pair ? 2 : work.node->items.size())) {
      todo.pop_back();
      continue;
    }
    ++todo.back().next;
    if (pair) {
      const Value part = begin(work.next == 0 ? *work.node->car : *work.node->cdr);
      (work.next == 0 ? work.value.pair()->car : work.value.pair()->cdr) = part;
    } else {
      as<Vector>(work.value).slots()[work.next] = begin(*work.node->items[work.next]);
    }
  }
  return result;
}

fermata_datum* datum_of(Instance& in, Value v, std::string& problem) {
  auto d = std::make_unique<fermata_datum>();
  Copier copier(*in.machine, *d);
  if (copier.copy(v)) return d.release();
  problem = copier.problem();
  return nullptr;
}

fermata_datum* plain_part(Instance& in, Value v) {
  std::string problem;
  if (fermata_datum* d = datum_of(in, v, problem)) return d;
  // Of irritants those that are plain, and the text of the others.
  Machine& m = *in.machine;
  GcVector<Value> parts(m.heap);
  for (; v.is_pair() && parts.size() < 100; v = v.pair()->cdr) {
    fermata_datum* part = datum_of(in, v.pair()->car, problem);
    if (part != nullptr) fermata_datum_drop(part);
    const Value text = value_of(&make_string(m.heap, m.describe(v.pair()->car)));
    parts.push_back(part != nullptr ? v.pair()->car : text);
  }
  Value list = kNull;
  while (!parts.empty()) list = m.heap.cons(parts.pop_back(), list);
  return datum_of(in, list, problem);
}

const fermata_datum* empty_datum() {
  static const fermata_datum* const empty = [] {
    auto* d = new fermata_datum;
    d->root = &d->nodes.emplace_back();
    return d;
  }();
  return empty;
}

}  // namespace fermata::api

// ---- the C interface --------------------------------------------------------------------------
using namespace fermata;
using namespace fermata::api;

fermata_error* fermata_datum_of(fermata_view v, fermata_datum** out) {
  if (v.in == nullptr) return error_of(FERMATA_CLOSED, "the interpreter of this value is closed");
  if (fermata_error* e = v.in->check()) return e;
  std::string problem;
  *out = datum_of(*v.in, value_of_view(v), problem);
  return *out != nullptr ? nullptr : error_of(FERMATA_TYPE, "not plain data: " + problem);
}

fermata_error* fermata_datum_parse(const char* text, size_t size, fermata_datum** out) {
  BareMachine bare;
  vm::Machine& m = bare.machine;
  try {
    scheme::Reader& r = scheme::make_reader(m);
    std::size_t at = 0;
    const std::string_view all(text, size);
    if (scheme::feed(m, r, all, at, true) != scheme::ReadStatus::datum)
      return error_of(FERMATA_READ, "there is no datum in the text");
    const vm::Value v = scheme::take(r);
    if (scheme::feed(m, r, all, at, true) != scheme::ReadStatus::eof)
      return error_of(FERMATA_READ, "the text goes on after the first datum");
    auto d = std::make_unique<fermata_datum>();
    Copier copier(m, *d);
    if (!copier.copy(v)) return error_of(FERMATA_TYPE, "not plain data: " + copier.problem());
    *out = d.release();
    return nullptr;
  } catch (const scheme::SyntaxError& e) {
    return error_of(FERMATA_READ, e.message);
  }
}

void fermata_datum_write(const fermata_datum* d, fermata_sink sink, void* data) {
  BareMachine bare;
  const std::string text = scheme::to_text(bare.machine, value_of_node(bare.machine, *d->root));
  sink(data, text.data(), text.size());
}

fermata_view fermata_datum_view(const fermata_datum* d) {
  return {reinterpret_cast<std::uint64_t>(d->root), nullptr};
}

fermata_datum* fermata_datum_copy(const fermata_datum* d) {
  d->uses.fetch_add(1, std::memory_order_relaxed);
  return const_cast<fermata_datum*>(d);
}

void fermata_datum_drop(fermata_datum* d) {
  if (d != nullptr && d->uses.fetch_sub(1, std::memory_order_acq_rel) == 1) delete d;
}

fermata_view fermata_make_datum(fermata_interp* in, const fermata_datum* d) {
  return view_of(*in, value_of_node(*in->machine, *d->root));
}
