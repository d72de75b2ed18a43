// What is checked: known operations, whole instructions, registers inside the frame, jump
// targets at the start of an instruction (backwards only by `loop`), literals of the kind
// the operation wants and kept alive by the constants, free variables in range, trailers
// of calls that repeat their operands, and no way to run off the end.

#include "vm/verify.hpp"

#include <cstring>
#include <unordered_set>
#include <vector>

#include "vm/native.hpp"

namespace fermata::vm {

namespace {

Value literal_at(const Instruction* words) {
  std::uint64_t bits;
  std::memcpy(&bits, words, sizeof bits);
  return Value::from_bits(bits);
}

bool never_falls_through(Op op) {
  switch (op) {
    case Op::tail_call:
    case Op::tail_call_global:
    case Op::tail_call_closure:
    case Op::tail_call_self:
    case Op::return_value:
    case Op::jump:
    case Op::loop:
    case Op::underflow:
    case Op::halt:
    case Op::resume_native:
      return true;
    default:
      return false;
  }
}

class Verifier {
 public:
  explicit Verifier(const Code& code) : code_(code), starts_(code.word_count() + 1) {
    Vector* constants = cast<Vector>(code.constants);
    for (std::size_t k = 0; constants != nullptr && k < constants->length(); ++k)
      kept_.insert(constants->slots()[k].bits());
  }

  std::string run() {
    if (code_.word_count() == 0) return "no instructions";
    const std::size_t parameters = code_.required() + code_.optional() + code_.rest();
    if (code_.frame_size() <= parameters) return "the frame does not hold the arguments";
    if (!find_starts()) return std::move(problem_);
    for (std::size_t at = 0; at < code_.word_count(); at += op_length(code_.entry() + at))
      if (!check(at)) return std::move(problem_);
    return {};
  }

 private:
  bool fail(std::size_t at, const std::string& what) {
    problem_ = "word " + std::to_string(at) + ": " + what;
    return false;
  }

  bool find_starts() {
    const Instruction* words = code_.entry();
    Op last = Op::halt;
    std::size_t at = 0, last_at = 0;
    while (at < code_.word_count()) {
      if ((words[at] & 0xff) >= kOpCount) return fail(at, "unknown operation");
      starts_[at] = true;
      last = op_of(words[at]);
      last_at = at;
      at += op_length(words + at);
    }
    if (at != code_.word_count()) return fail(last_at, "the last instruction is cut short");
    if (!never_falls_through(last)) return fail(last_at, "runs off the end");
    return true;
  }

  bool check_register(std::size_t at, std::size_t reg) {
    return reg < code_.frame_size() ||
           fail(at, "register " + std::to_string(reg) + " outside the frame");
  }

  bool check(std::size_t at) {
    const Instruction* i = code_.entry() + at;
    const Instruction w = *i;
    const Op op = op_of(w);
    const Format f = op_info(op).format;
    return check_registers(at, op, f, w) && check_literal(at, op, f, i) &&
           check_label(at, op, f, i) && check_rest(at, op, f, i);
  }

  bool check_registers(std::size_t at, Op op, Format f, Instruction w) {
    const unsigned a = field_a(w), b = field_b(w), c = field_c(w);
    switch (f) {
      case Format::none:
      case Format::L:
        return true;
      case Format::A:
      case Format::AX:
      case Format::AU:
      case Format::AL:
      case Format::AIL:
      case Format::AKL:
      case Format::AK:
      case Format::AKcaptures:
      case Format::AUtable:
        return check_register(at, a);
      case Format::AB:
      case Format::ABI:
      case Format::ABL:
        return check_register(at, a) && check_register(at, b);
      case Format::ABC:
        return check_register(at, a) && check_register(at, b) &&
               (op == Op::patch_closure || check_register(at, c));
      case Format::ABCK:
        return check_register(at, a) && check_register(at, op == Op::record_set ? c : b);
      case Format::ABn:
      case Format::ABnK:
      case Format::ABnKR: {
        const bool call = op != Op::make_vector_of && op != Op::make_record_of &&
                          op != Op::unpack_values && op != Op::unpack_values_rest;
        if (call && b < 2) return fail(at, "a call needs the slot below its base");
        const unsigned last = call || op == Op::unpack_values_rest ? b + c : c ? b + c - 1 : b;
        return check_register(at, a) && check_register(at, last);
      }
    }
    return true;
  }

  bool check_literal(std::size_t at, Op op, Format f, const Instruction* i) {
    if (!has_literal(f)) return true;
    const Value v = literal_at(i + 1);
    // Before anybody looks at what it points to.
    if (!is_kept(v)) return fail(at, "the literal is not among the constants");
    bool fine = true;
    switch (op) {
      case Op::load_global:
      case Op::set_global:
      case Op::define_global:
      case Op::call_global:
      case Op::tail_call_global:
        fine = is<Cell>(v);
        break;
      case Op::call_closure:
      case Op::tail_call_closure: {
        const Closure* closure = cast<Closure>(v);
        fine = closure != nullptr && closure->argc() == field_c(*i);
        break;
      }
      case Op::call_native: {
        const Native* native = cast<Native>(v);
        fine = native != nullptr && native->row->accepts(field_c(*i));
        break;
      }
      case Op::make_closure: {
        const Code* inner = cast<Code>(v);
        fine = inner != nullptr && inner->free_count() == field_u(*i);
        break;
      }
      case Op::unless_record:
        fine = is<RecordType>(v);
        break;
      case Op::make_record_of:
        fine = is<RecordType>(v) && field_c(*i) == field_count(v);
        break;
      case Op::record_ref:
        fine = is<RecordType>(v) && field_c(*i) < field_count(v);
        break;
      case Op::record_set:
        fine = is<RecordType>(v) && field_b(*i) < field_count(v);
        break;
      case Op::check_bound:
        fine = is<Symbol>(v);
        break;
      default:
        break;
    }
    return fine || fail(at, "the literal does not suit the operation");
  }

  static std::size_t field_count(Value type) {
    const Vector* fields = cast<Vector>(as<RecordType>(type).fields);
    return fields != nullptr ? fields->length() : 0;
  }

  bool is_kept(Value v) const {
    return (!v.is_pair() && !v.is_object() && !v.is_procedure()) || kept_.count(v.bits()) != 0;
  }

  bool check_label(std::size_t at, Op op, Format f, const Instruction* i) {
    if (f == Format::AUtable) {
      for (std::size_t k = 2; k < op_length(i); ++k)
        if (!check_target(at, op, i, k)) return false;
    }
    return !has_label(f) || check_target(at, op, i, op_length(i) - 1);
  }

  // The label in that word of the instruction.
  bool check_target(std::size_t at, Op op, const Instruction* i, std::size_t word) {
    const std::int64_t offset = static_cast<std::int32_t>(i[word]);
    const std::int64_t target = static_cast<std::int64_t>(at + word + 1) + offset;
    if (target < 0 || target >= static_cast<std::int64_t>(code_.word_count()) ||
        !starts_[static_cast<std::size_t>(target)])
      return fail(at, "jumps to " + std::to_string(target) + ", where no instruction begins");
    if ((op == Op::loop) != (offset < 0)) return fail(at, "only `loop` goes backwards");
    return true;
  }

  bool check_rest(std::size_t at, Op op, Format f, const Instruction* i) {
    if (op == Op::add_imm_then_loop || counts(op)) {
      if (at + 1 >= code_.word_count() || op_of(i[1]) != Op::loop || !starts_[at + 1])
        return fail(at, "no loop follows");
      if (counts(op) && !check_count(at, op, *i)) return false;
    }
    if (f == Format::ABnKR && (i[3] & ~0xffu) != (i[0] & ~0xffu))
      return fail(at, "the frame word does not repeat the operands");
    if ((op == Op::load_free || op == Op::load_free_box) && field_u(*i) >= code_.free_count())
      return fail(at, "no such free variable");
    if (f != Format::AKcaptures) return true;
    for (unsigned k = 0; k < field_u(*i); ++k) {
      const Instruction capture = i[3 + k];
      if (capture & 1 ? (capture >> 1) >= code_.free_count() : (capture >> 1) >= code_.frame_size())
        return fail(at, "captures what is not there");
    }
    return true;
  }

  static bool counts(Op op) {
    return op == Op::count_unless_equal || op == Op::count_unless_less ||
           op == Op::count_unless_less_equal;
  }

  // The test that a counting instruction does for the head of its loop is there.
  bool check_count(std::size_t at, Op op, Instruction w) {
    if (at + 2 >= code_.word_count()) return fail(at, "the loop is cut short");
    const std::int64_t head = static_cast<std::int64_t>(at + 3) +
                              static_cast<std::int32_t>(code_.entry()[at + 2]);
    if (head < 0 || head >= static_cast<std::int64_t>(at)) return fail(at, "no loop to count in");
    const Instruction test = code_.entry()[head];
    const unsigned a = field_a(test), b = field_b(test), counter = field_a(w), limit = field_b(w);
    const bool forth = a == counter && b == limit, back = a == limit && b == counter;
    if (limit == counter) return fail(at, "a count up to itself");
    return (op == Op::count_unless_equal ? op_of(test) == Op::unless_equal && (forth || back)
            : op == Op::count_unless_less ? op_of(test) == Op::unless_less && forth
                                          : op_of(test) == Op::unless_less_equal && back) ||
           fail(at, "the loop does not begin with the test that is counted for");
  }

  const Code& code_;
  std::vector<bool> starts_;
  std::unordered_set<std::uint64_t> kept_;  // by the code's constants
  std::string problem_;
};

}  // namespace

std::string verify(const Code& code) {
  std::vector<const Code*> todo{&code};  // kept alive by `code`
  std::unordered_set<const Code*> seen;
  while (!todo.empty()) {
    const Code* c = todo.back();
    todo.pop_back();
    if (!seen.insert(c).second) continue;
    std::string problem = Verifier(*c).run();
    if (!problem.empty()) return problem;
    Vector* constants = cast<Vector>(c->constants);
    for (std::size_t i = 0; constants != nullptr && i < constants->length(); ++i) {
      const Value v = constants->slots()[i];
      if (const Code* inner = cast<Code>(v))
        todo.push_back(inner);
      else if (const Closure* closure = cast<Closure>(v))
        todo.push_back(closure->code);
    }
  }
  return {};
}

}  // namespace fermata::vm
