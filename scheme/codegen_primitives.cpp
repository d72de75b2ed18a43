// Calls that are instructions.

#include "scheme/codegen.hpp"

namespace fermata::scheme {

using vm::Op;

namespace {

unsigned u(int reg) { return static_cast<unsigned>(reg); }

bool is_effect(Shape s) {
  return s == Shape::effect2 || s == Shape::effect3 || s == Shape::record_set;
}

}  // namespace

void FrameGenerator::primitive(const Primitive& p, Call& n, Target target) {
  const int saved = top_;
  List<Node>& a = *n.arguments;
  if (is_test(p.shape)) {
    if (target.kind == Target::test) return test_primitive(p, n, target);
    // As a value: two branches that meet.
    const Label yes = emit_.make_label(), no = emit_.make_label();
    test_primitive(p, n, test_of(yes, no, Target::on_true));
    const Target each = rest(target);
    Label end = kNoLabel;
    emit_.bind(yes);
    deliver_constant(vm::kTrue, each);
    leave(target, end);
    emit_.bind(no);
    deliver_constant(vm::kFalse, each);
    if (end != kNoLabel) emit_.bind(end);
    return;
  }
  if (is_effect(p.shape)) {
    effect(p, n);
    top_ = saved;
    return deliver_constant(vm::kUnspecified, target);
  }
  if (p.shape == Shape::identity) return generate(a[0], target);

  const int reg = place_for(target);
  switch (p.shape) {
    case Shape::value1: {
      const int x = operand(a[0]);
      emit_.at(n.span());
      emit_.emit(p.op, u(reg), u(x));
      break;
    }
    case Shape::value2: {
      const int x = operand(a[0], {a[1]}), y = operand(a[1]);
      emit_.at(n.span());
      emit_.emit(p.op, u(reg), u(x), u(y));
      break;
    }
    case Shape::sum:
    case Shape::difference:
      sum(p, a, n, reg);
      break;
    case Shape::list:
      list(a, n, reg);
      break;
    case Shape::vector:
    case Shape::make_record: {
      const std::size_t skip = p.shape == Shape::make_record ? 1 : 0;
      const int first = top_;
      for (std::size_t i = skip; i < a.count; ++i) {
        into(a[i], top_);
        take();
      }
      emit_.at(n.span());
      const auto count = static_cast<unsigned>(a.count - skip);
      if (skip == 0)
        emit_.emit(p.op, u(reg), u(first), count);
      else
        emit_.emit_literal(p.op, node_cast<Constant>(a[0]).value, u(reg), u(first), count);
      break;
    }
    case Shape::record_ref: {
      const int x = operand(a[0]);
      emit_.at(n.span());
      const auto field = static_cast<unsigned>(node_cast<Constant>(a[2]).value.fixnum());
      emit_.emit_literal(p.op, node_cast<Constant>(a[1]).value, u(reg), u(x), field);
      break;
    }
    default:
      assert(false && "a primitive has a shape");
      break;
  }
  top_ = saved;
  deliver(reg, target);
}

void FrameGenerator::effect(const Primitive& p, Call& n) {
  List<Node>& a = *n.arguments;
  if (p.shape == Shape::record_set) {
    const int x = operand(a[0], {a[3]});
    const int value = operand(a[3]);
    const auto field = static_cast<unsigned>(node_cast<Constant>(a[2]).value.fixnum());
    emit_.at(n.span());
    emit_.emit_literal(p.op, node_cast<Constant>(a[1]).value, u(x), field, u(value));
    return;
  }
  const bool three = p.shape == Shape::effect3;
  Node* last = a[three ? 2 : 1];
  const int x = operand(a[0], {a[1], last});
  const int y = operand(a[1], {last});
  const int z = three ? operand(last) : 0;
  emit_.at(n.span());
  emit_.emit(p.op, u(x), u(y), u(z));
}

// + and - with a small constant have instructions of their own.
void FrameGenerator::sum(const Primitive& p, List<Node>& a, Node& n, int reg) {
  int value = 0;
  const bool adds = p.shape == Shape::sum;
  if (is_immediate_number(a[1], value)) {
    const int x = operand(a[0]);
    emit_.at(n.span());
    emit_.emit(adds ? Op::add_imm : Op::subtract_imm, u(reg), u(x),
               static_cast<std::uint8_t>(value));
  } else if (adds && is_immediate_number(a[0], value)) {
    const int x = operand(a[1]);
    emit_.at(n.span());
    emit_.emit(Op::add_imm, u(reg), u(x), static_cast<std::uint8_t>(value));
  } else {
    const int x = operand(a[0], {a[1]}), y = operand(a[1]);
    emit_.at(n.span());
    emit_.emit(p.op, u(reg), u(x), u(y));
  }
}

void FrameGenerator::list(List<Node>& a, Node& n, int reg) {
  std::vector<int> items;
  for (std::size_t i = 0; i < a.count; ++i) {
    const Node* other = a[a.count - 1];  // one of those that follow, if any, that is not simple
    for (std::size_t k = i + 1; k < a.count; ++k) {
      const NodeKind kind = a[k]->node_kind();
      if (kind != NodeKind::local_ref && kind != NodeKind::constant) other = a[k];
    }
    items.push_back(operand(a[i], {other}));
  }
  emit_.at(n.span());
  const int chain = take();
  load(vm::kNull, chain);
  for (std::size_t i = a.count; i-- > 0;)
    emit_.emit(Op::cons, u(i == 0 ? reg : chain), u(items[i]), u(chain));
  if (a.count == 0) load(vm::kNull, reg);
}

// ---- tests --------------------------------------------------------------------------------

void FrameGenerator::test_primitive(const Primitive& p, Call& n, Target target) {
  const int saved = top_;
  List<Node>& a = *n.arguments;
  const Label no = target.if_false;
  switch (p.shape) {
    case Shape::negation: {
      const Target::Next next = target.next == Target::on_true    ? Target::on_false
                                : target.next == Target::on_false ? Target::on_true
                                                                  : Target::none;
      return generate(a[0], test_of(target.if_false, target.if_true, next));
    }
    case Shape::compare:
      compare(p, n, target);
      break;
    case Shape::eq:
    case Shape::eqv:
      compare_words(p, a, target);
      break;
    case Shape::test1: {
      const int x = operand(a[0]);
      emit_.at(n.span());
      emit_.emit_branch(p.op, no, u(x));
      break;
    }
    case Shape::test2:
    case Shape::test2_swapped: {
      const int x = operand(a[0], {a[1]}), y = operand(a[1]);
      const bool swapped = p.shape == Shape::test2_swapped;
      emit_.at(n.span());
      emit_.emit_branch(p.op, no, u(swapped ? y : x), u(swapped ? x : y));
      break;
    }
    case Shape::sign: {
      const int x = operand(a[0]);
      emit_.at(n.span());
      emit_.emit_branch(p.op, no, u(x), 0, 0);
      break;
    }
    case Shape::kind: {
      const int x = operand(a[0]);
      emit_.at(n.span());
      emit_.emit_branch(p.op, no, u(x), 0, p.extra);
      break;
    }
    case Shape::literal: {
      const int x = operand(a[0]);
      emit_.emit_branch_literal(p.op, Value::from_bits(Value::constant(p.extra)), no, u(x));
      break;
    }
    case Shape::record_test: {
      const int x = operand(a[0]);
      emit_.emit_branch_literal(p.op, node_cast<Constant>(a[1]).value, no, u(x));
      break;
    }
    default:
      assert(false && "tests have these shapes");
      break;
  }
  top_ = saved;
  otherwise_true(target);
}

// < > <= >= =, with a small constant on either side; `extra` says that the row's
// instruction takes its operands the other way round.
void FrameGenerator::compare(const Primitive& p, Call& n, Target target) {
  List<Node>& a = *n.arguments;
  int value = 0;
  const bool strict = p.op == Op::unless_less, equal = p.op == Op::unless_equal;
  const vm::Emitter::Label no = target.if_false;
  const auto immediate = [&](Node* other, bool less) {
    const int x = operand(other);
    const Op op = equal            ? Op::unless_equal_imm
                  : less && strict ? Op::unless_less_imm
                  : less           ? Op::unless_less_equal_imm
                  : strict         ? Op::unless_greater_imm
                                   : Op::unless_greater_equal_imm;
    emit_.at(n.span());
    emit_.emit_branch(op, no, u(x), 0, static_cast<std::uint8_t>(value));
  };
  const bool swapped = p.extra != 0;
  if (is_immediate_number(a[1], value)) return immediate(a[0], !swapped);
  if (is_immediate_number(a[0], value)) return immediate(a[1], swapped);
  const int x = operand(a[0], {a[1]}), y = operand(a[1]);
  emit_.at(n.span());
  emit_.emit_branch(p.op, no, u(swapped ? y : x), u(swapped ? x : y));
}

void FrameGenerator::compare_words(const Primitive& p, List<Node>& a, Target target) {
  const vm::Emitter::Label no = target.if_false;
  for (int i = 0; i < 2; ++i) {
    auto* constant = node_if<Constant>(a[static_cast<std::size_t>(i)], NodeKind::constant);
    if (constant == nullptr) continue;
    const Value v = constant->value;
    if (p.shape == Shape::eqv && !compares_by_word(v)) continue;
    const int x = operand(a[static_cast<std::size_t>(1 - i)]);
    if (v == vm::kNull)
      emit_.emit_branch(Op::unless_null, no, u(x));
    else
      emit_.emit_branch_literal(Op::unless_eq_literal, v, no, u(x));
    return;
  }
  const int x = operand(a[0], {a[1]}), y = operand(a[1]);
  emit_.emit_branch(p.op, no, u(x), u(y));
}

}  // namespace fermata::scheme
