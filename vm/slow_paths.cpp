#include "vm/slow_paths.hpp"

#include <algorithm>
#include <cmath>

#include "vm/backtrace.hpp"
#include "vm/bignum.hpp"
#include "vm/native.hpp"
#include "vm/number.hpp"
#include "vm/stubs.hpp"

namespace fermata::vm {

Outcome unbound_variable(Machine& m, const Cell& cell) {
  const std::string name = to_utf8(as<String>(as<Symbol>(cell.name).name));
  return m.error(ConditionKind::unbound, "unbound variable: " + name, {cell.name});
}

Outcome uninitialized_variable(Machine& m, Value name) {
  if (!is<Symbol>(name)) {
    return m.error(ConditionKind::uninitialized, "a variable is used before its definition was run");
  }
  return m.error(ConditionKind::uninitialized,
                 to_utf8(as<String>(as<Symbol>(name).name)) + " is used before its definition was run",
                 {name});
}

Outcome not_a_procedure(Machine& m, Value callee, const Value*, std::size_t) {
  return m.error(ConditionKind::apply, "not a procedure: " + m.describe(callee), {callee});
}

Outcome refusal(Machine& m, Value callee, std::size_t argc) {
  return callee.is_procedure() ? m.wrong_arity(callee, argc) : not_a_procedure(m, callee, nullptr, 0);
}

Outcome add_small(Machine& m, Value a, std::int64_t n) {
  if (is_number(a)) return number_add(m, a, Value::fixnum(n));
  return m.error(ConditionKind::type, "+: every argument must be a number, got " + m.describe(a), {a});
}

namespace {

// The index is wrong, or the container is a literal that was to be changed.
Outcome bad_access(Machine& m, const char* wanted, bool right_type, bool immutable, std::size_t length,
                   Value container, Value index) {
  if (!right_type) return m.wrong_type(1, wanted, container);
  const bool in_range =
      index.is_fixnum() && static_cast<std::uint64_t>(index.fixnum()) < length;
  if (!in_range) return m.bad_index(2, length, index);
  if (immutable) {
    return m.error(ConditionKind::immutable,
                   std::string(m.native_name()) + ": argument 1 is a literal constant, which cannot be changed",
                   {container});
  }
  return m.error(ConditionKind::internal, "access refused without a reason");
}

}  // namespace

Outcome bad_vector_access(Machine& m, Value vector, Value index) {
  const auto* v = cast<Vector>(vector);
  return bad_access(m, "a vector", v, v && v->is_immutable(), v ? v->length() : 0, vector, index);
}

Outcome bad_string_access(Machine& m, Value string, Value index) {
  const auto* s = cast<String>(string);
  return bad_access(m, "a string", s, s && s->is_immutable(), s ? s->length : 0, string, index);
}

Outcome set_character(Machine& m, Value string, Value index, Value character) {
  auto* s = cast<String>(string);
  const bool inside = index.is_fixnum() && s && static_cast<std::uint64_t>(index.fixnum()) < s->length;
  if (!inside || s->is_immutable()) return bad_string_access(m, string, index);
  if (!character.is_char()) return m.wrong_type(3, "a character", character);
  string_set(m.heap, *s, static_cast<std::size_t>(index.fixnum()), character.character());
  return kUnspecified;
}

Outcome has_parity(Machine& m, Value number, int remainder) {
  if (!is_integer(number)) return m.wrong_type(1, "an integer", number);
  const bool odd = is_flonum(number) ? std::fmod(flonum_value(number), 2) != 0 : integer_is_odd(number);
  return Value::boolean(odd == (remainder == 1));
}

Outcome bad_bytevector_access(Machine& m, Value bytevector, Value index, Value byte) {
  const auto* b = cast<Bytevector>(bytevector);
  if (b && byte != kFalse && !(byte.is_fixnum() && byte.fixnum() >= 0 && byte.fixnum() < 256) &&
      index.is_fixnum() && static_cast<std::uint64_t>(index.fixnum()) < b->length()) {
    return m.wrong_type(3, "a byte (0 to 255)", byte);
  }
  return bad_access(m, "a bytevector", b, b && b->is_immutable(), b ? b->length() : 0, bytevector, index);
}

std::string record_of(const RecordType& type) {
  std::string name = "record";
  if (is<Symbol>(type.name)) name = to_utf8(as<String>(as<Symbol>(type.name).name));
  if (name.size() > 2 && name.front() == '<' && name.back() == '>') {
    name = name.substr(1, name.size() - 2);
  }
  const bool vowel =
      !name.empty() && std::string_view("aeiouAEIOU").find(name[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + name;
}

namespace {

// The innermost procedure whose name does not say that it is nobody else's business.
std::string public_caller(Machine& m) {
  constexpr std::size_t kFar = 20;
  GcVector<TraceFrame> frames(m.heap);
  frames_running(m, frames, kFar);
  for (const TraceFrame& f : frames)
    if (const std::string name = name_of(m, f); !name.empty() && name.front() != '%') return name;
  return {};
}

}  // namespace

Outcome wrong_record(Machine& m, std::string who, Value got, const RecordType& type) {
  const std::string caller = who.starts_with('%') ? public_caller(m) : "";
  const bool is_private = !caller.empty();
  if (is_private) who = caller;
  const Value condition = m.make_condition(
      ConditionKind::type,
      (who.empty() ? "" : who + ": ") + (is_private ? "wants " : "argument 1 must be ") +
          record_of(type) + ", got " + m.describe(got),
      m.heap.cons(got, kNull));
  if (!who.empty()) as<Condition>(condition).who = m.symbols.intern(who);
  return m.raise(condition);
}

Outcome wrong_record(Machine& m, Value accessor, Value got, Value type) {
  return wrong_record(m, m.procedure_name(accessor), got, as<RecordType>(type));
}

bool is_subtype(const RecordType& type, Value ancestor) {
  for (Value p = type.parent; is<RecordType>(p); p = as<RecordType>(p).parent) {
    if (p == ancestor) return true;
  }
  return false;
}

Outcome wrong_values(Machine& m, Value packed, std::size_t wanted, bool more) {
  const std::size_t count = is<Values>(packed) ? as<Values>(packed).count() : 1;
  return m.error(ConditionKind::arity, std::string(more ? "at least " : "") + std::to_string(wanted) +
                                           (wanted == 1 ? " value was" : " values were") +
                                           " expected here, but " + std::to_string(count) + " came");
}

Value pack_values(Machine& m, Args values) {
  if (values.count == 1) return values[0];
  Values& packed = m.heap.make_values(values.count);
  std::copy(values.begin(), values.end(), packed.slots());
  return value_of(&packed);
}

Outcome throw_to(Machine& m, Continuation& k, Args values) {
  const Value packed = pack_values(m, values);
  if (k.is_composable()) {
    if (k.dynamic == k.base) return m.enter(k, packed);
    return m.tail_call(m.throw_procedure, {value_of(&k), packed});
  }
  if (k.task != value_of(m.current())) {
    return m.error(ConditionKind::continuation,
                   "a full continuation can only be entered in the task that captured it");
  }
  const auto wind = [](Value d) { return d == kNull ? kNull : as<Dynamic>(d).wind; };
  if (wind(m.dynamic()) == wind(k.dynamic)) return m.enter(k, packed);
  return m.tail_call(m.throw_procedure, {value_of(&k), packed});
}

Value parameter_value(Machine& m, const Parameter& p) {
  const Value mark = m.find_mark(value_of(&p));
  return mark == kUnbound ? p.value : mark;
}

// ---- arguments ------------------------------------------------------------------

bool Machine::arrange(Closure& closure, std::size_t argc) {
  const Code& code = *closure.code;
  const std::size_t required = code.required(), optional = code.optional();
  if (!code.accepts(argc)) return false;
  const std::size_t total = required + optional + code.rest();
  if (fp_ + std::max(argc, total) + 1 > limit_ + kRedZone) make_room(argc + 1, total + 1);
  if (code.rest()) {
    Value rest = kNull;
    for (std::size_t i = argc; i > required + optional; --i) rest = heap.cons(fp_[i], rest);
    fp_[total] = rest;
  }
  for (std::size_t i = argc; i < required + optional; ++i) fp_[i + 1] = kDefault;
  return true;
}

Outcome Machine::tail_call(Value procedure, std::initializer_list<Value> arguments) {
  fp_[0] = procedure;
  std::copy(arguments.begin(), arguments.end(), fp_ + 1);
  argc_ = arguments.size();
  return {procedure, Outcome::Kind::tail_call};
}

Outcome Machine::tail_apply(Value procedure, const Value* leading, std::size_t count, Value list) {
  std::size_t length = 0;
  Value tail = list;
  for (; tail.is_pair(); tail = tail.pair()->cdr) {
    if (++length > (std::size_t{1} << 28)) break;
  }
  if (tail != kNull) return wrong_type(count + 2, "a proper list", list);
  const std::size_t total = count + length;
  std::copy(leading, leading + count, fp_ + 1);  // may be the same frame: moves down
  fp_[0] = procedure;
  if (fp_ + total + 1 > limit_) {
    if (!heap.can_allocate((total + 128) * sizeof(Value))) return out_of_memory(total * sizeof(Value));
    make_room(count + 1, total + 1);
  }
  Value* to = fp_ + 1 + count;
  for (Value l = list; l.is_pair(); l = l.pair()->cdr) *to++ = l.pair()->car;
  argc_ = total;
  charge(length / 8);
  return {procedure, Outcome::Kind::tail_call};
}

// ---- raising ------------------------------------------------------------------------

void Machine::push_raise(Value obj) {
  const Value running = fp_[0];
  const std::size_t frame = is<Closure>(running) ? as<Closure>(running).frame_size() : 1;
  const std::size_t base = std::min<std::size_t>(frame + 2, 255);
  fp_[base - 2] = pc_value(pc_);
  fp_[base - 1] = pc_value(raise_stub(base));
  fp_ += base;
  fp_[0] = raise_procedure;
  fp_[1] = obj;
  note_trace(obj);
}

void Machine::note_trace(Value obj) {
  auto* c = cast<Condition>(obj);
  if (c != nullptr && c->trace == kFalse) {
    if (Kont* k = capture()) c->trace = value_of(k);
  }
}

}  // namespace fermata::vm
