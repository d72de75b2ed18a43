// Control: conditionals, bindings, labels, values into registers.

#include "scheme/codegen.hpp"

#include <vector>

namespace fermata::scheme {

using vm::Op;

vm::Code& FrameGenerator::run() {
  Lambda& l = *frame_.lambda;
  for (std::size_t i = 0; i < frame_.free->count; ++i) {
    Variable* v = (*frame_.free)[i];
    v->reg = static_cast<std::int32_t>(i);
    v->flags |= kFree;
  }
  for (Variable* v : *l.parameters) {
    v->flags &= ~kFree;
    v->reg = take();
  }
  emit_.at(l.span());
  entry_ = emit_.make_label();
  emit_.bind(entry_);
  for (Variable* v : *l.parameters) {
    box_if_needed(v);
    in_scope(v);
  }
  generate(l.body, as_kind(Target::tail));
  const vm::Value locals = locals_table();
  for (Variable* v : *frame_.free) v->flags &= ~kFree;
  vm::Emitter::Facts facts;
  facts.name = l.name;
  facts.file = l.text;
  facts.required = l.required;
  facts.optional = l.optional;
  facts.rest = l.has_rest != 0;
  facts.most_rest = l.most_rest;
  facts.free = frame_.free->count;
  // Without its form it is called wherever it is used, and its frame is seen.
  facts.form = locals_ == Locals::all ? vm::kFalse : l.form;
  facts.locals = locals;
  return emit_.finish(facts);
}

Target FrameGenerator::test_of(Label if_true, Label if_false, Target::Next next) {
  Target t;
  t.kind = Target::test;
  t.if_true = if_true;
  t.if_false = if_false;
  t.next = next;
  return t;
}

// ---- control ----------------------------------------------------------------------------

void FrameGenerator::generate(Node* n, Target target) {
  const int saved = top_;
  const std::size_t scope = scope_.size();
  Label end = kNoLabel;
  while (n != nullptr) {
    c_.guard.check(n->span());
    switch (n->node_kind()) {
      case NodeKind::conditional:
        n = conditional(node_cast<Conditional>(n), target, end);
        break;
      case NodeKind::sequence: {
        auto& nodes = *node_cast<Sequence>(n).nodes;
        for (std::size_t i = 0; i + 1 < nodes.count; ++i)
          generate(nodes[i], as_kind(Target::effect));
        n = nodes[nodes.count - 1];
        break;
      }
      case NodeKind::let:
        n = bindings(node_cast<Let>(n), target, end);
        break;
      case NodeKind::letrec:
        n = bindings(node_cast<Letrec>(n), target, end);
        break;
      case NodeKind::receive:
        n = receive(node_cast<Receive>(n));
        break;
      case NodeKind::block:
        n = block(node_cast<Block>(n), target, end);
        break;
      case NodeKind::exit:
        exit(node_cast<Exit>(n));
        n = nullptr;
        break;
      default:
        leaf(n, target);
        n = nullptr;
    }
  }
  if (end != kNoLabel) emit_.bind(end);
  top_ = saved;
  out_of_scope(scope);
}

void FrameGenerator::leave(Target target, Label& end) {
  if (!target.falls_through()) return;
  if (end == kNoLabel) end = emit_.make_label();
  emit_.jump(end);
}

Node* FrameGenerator::conditional(Conditional& n, Target target, Label& end) {
  if (Node* last = switch_on(n, target, end)) return last;
  const auto constant = [](Node* node, bool& truth) {
    auto* c = node_if<Constant>(node, NodeKind::constant);
    if (c != nullptr) truth = c->value.is_true();
    return c != nullptr;
  };
  bool truth = false;
  if (target.kind == Target::test && constant(n.then, truth)) {  // or
    const Label otherwise = emit_.make_label();
    generate(n.test,
             test_of(truth ? target.if_true : target.if_false, otherwise, Target::on_false));
    emit_.bind(otherwise);
    return n.otherwise;
  }
  if (target.kind == Target::test && constant(n.otherwise, truth)) {  // and
    const Label then = emit_.make_label();
    generate(n.test, test_of(then, truth ? target.if_true : target.if_false, Target::on_true));
    emit_.bind(then);
    return n.then;
  }
  const Label then = emit_.make_label(), otherwise = emit_.make_label();
  generate(n.test, test_of(then, otherwise, Target::on_true));
  emit_.bind(then);
  generate(n.then, rest(target));
  leave(target, end);
  emit_.bind(otherwise);
  return n.otherwise;
}

void FrameGenerator::box_if_needed(Variable* v) {
  if (!(v->flags & kBoxed)) return;
  const auto reg = static_cast<unsigned>(v->reg);
  emit_.emit(Op::make_box, reg, reg);
}

template <class T>
Node* FrameGenerator::bindings(T& n, Target target, Label& end) {
  List<Variable>& variables = *n.variables;
  List<Node>& inits = *n.inits;
  bool labels = false;
  for (std::size_t i = 0; i < variables.count; ++i) {
    Variable* v = variables[i];
    v->flags &= ~kFree;
    if (LambdaPlan* p = plan_of(v)) {
      labels = labels || p->is_label;
      continue;
    }
    if (v->references == 0 && v->assignments == 0 && locals_ != Locals::all) {
      generate(inits[i], as_kind(Target::effect));
      continue;
    }
    const int reg = top_;
    into(inits[i], reg);
    v->reg = take();
    box_if_needed(v);
    in_scope(v);
  }
  make_closures(variables, inits);
  if (!labels) return n.body;

  const Target each = rest(target);
  enter_labels(variables, each);
  const std::uint32_t frame = emit_.frame(), around = emit_.frame_of(n.within);
  generate(n.body, each);
  leave(target, end);
  emit_.set_frame(around);
  generate_labels(variables, each, end);
  emit_.set_frame(frame);
  return nullptr;
}

// Lambdas that need closures, all of them before the captures of one another.
void FrameGenerator::make_closures(List<Variable>& variables, List<Node>& inits) {
  struct Patch {
    LambdaPlan* of;
    std::size_t index;
    Variable* with;
  };
  GcVector<Patch> patches(heap_);
  GcVector<LambdaPlan*> made(heap_);
  for (std::size_t i = 0; i < variables.count; ++i) {
    LambdaPlan* p = plan_of(variables[i]);
    if (p == nullptr || p->is_label || p->is_fixed || variables[i]->references == 0) continue;
    variables[i]->reg = take();
    made.push_back(p);
  }
  for (std::size_t i = 0; i < made.size(); ++i) {
    List<Variable>& free = *made[i]->free;
    for (std::size_t k = 0; k < free.count; ++k)
      for (std::size_t later = i + 1; later < made.size(); ++later)
        if (made[later]->name == free[k]) patches.push_back({made[i], k, free[k]});
    emit_.at(made[i]->lambda->span());
    make_closure(*made[i], made[i]->name->reg);
  }
  for (const Patch& p : patches) {
    if (p.index > 255)
      throw SyntaxError(p.of->lambda->span(), "too many mutually recursive procedures");
    emit_.emit(Op::patch_closure, static_cast<unsigned>(p.of->name->reg),
               static_cast<unsigned>(p.with->reg), static_cast<unsigned>(p.index));
  }
}

void FrameGenerator::enter_labels(List<Variable>& variables, Target target) {
  for (Variable* v : variables) {
    LambdaPlan* p = plan_of(v);
    if (p == nullptr || !p->is_label) continue;
    p->emitted = false;
    p->place = emit_.make_label();
    p->target = target;
    for (Variable* parameter : *p->lambda->parameters) {
      parameter->flags &= ~kFree;
      parameter->reg = take();
    }
  }
}

// The code of the labels that somebody jumps to; each may jump to others.
void FrameGenerator::generate_labels(List<Variable>& variables, Target target, Label end) {
  for (bool again = true; again;) {
    again = false;
    for (Variable* v : variables) {
      LambdaPlan* p = plan_of(v);
      if (p == nullptr || !p->is_label || p->emitted || !emit_.is_referenced(p->place)) continue;
      p->emitted = again = true;
      emit_.bind(p->place);
      const std::size_t scope = scope_.size();
      for (Variable* parameter : *p->lambda->parameters) {
        box_if_needed(parameter);
        in_scope(parameter);
      }
      generate(p->lambda->body, target);
      out_of_scope(scope);
      leave(target, end);
    }
  }
}

Node* FrameGenerator::receive(Receive& n) {
  const auto fixed = static_cast<unsigned>(n.variables->count - n.has_rest);
  const int first = top_;
  into(n.producer, first);
  emit_.at(n.span());
  const auto reg = static_cast<unsigned>(first);
  emit_.emit(n.has_rest ? Op::unpack_values_rest : Op::unpack_values, reg, reg, fixed);
  for (Variable* v : *n.variables) {
    v->flags &= ~kFree;
    v->reg = take();
  }
  for (Variable* v : *n.variables) {
    box_if_needed(v);
    in_scope(v);
  }
  return n.body;
}

// An exit goes on where the block does: its value has the block's target.
Node* FrameGenerator::block(Block& n, Target target, Label& end) {
  BlockPlan& p = *plan_of(&n);
  if (target.falls_through() && end == kNoLabel) end = emit_.make_label();
  p.target = rest(target);
  p.end = end;
  return n.body();
}

void FrameGenerator::exit(Exit& n) {
  BlockPlan& p = *plan_of(n.block);
  generate(n.value(), p.target);
  if (p.target.falls_through()) emit_.jump(p.end);
}

void FrameGenerator::leaf(Node* n, Target target) {
  switch (n->node_kind()) {
    case NodeKind::constant:
      deliver_constant(node_cast<Constant>(n).value, target);
      break;
    case NodeKind::local_ref: {
      int reg = 0;
      if (!in_register(n, &reg)) {
        reg = place_for(target);
        emit_.at(n->span());
        load_variable(node_cast<LocalRef>(n).variable, reg);
      }
      deliver(reg, target);
      break;
    }
    case NodeKind::global_ref: {
      vm::Cell* cell = node_cast<GlobalRef>(n).cell;
      if (cell->is_constant() && cell->value != vm::kUnbound) {
        deliver_constant(cell->value, target);
        break;
      }
      const int reg = place_for(target);
      emit_.at(n->span());
      emit_.emit_literal(Op::load_global, vm::value_of(cell), static_cast<unsigned>(reg));
      deliver(reg, target);
      break;
    }
    case NodeKind::local_set:
      local_set(node_cast<LocalSet>(n), target);
      break;
    case NodeKind::global_set: {
      auto& set = node_cast<GlobalSet>(n);
      global_write(Op::set_global, set, set.cell, set.value, target);
      break;
    }
    case NodeKind::global_define: {
      auto& define = node_cast<GlobalDefine>(n);
      global_write(Op::define_global, define, define.cell, define.value, target);
      break;
    }
    case NodeKind::lambda: {
      LambdaPlan& p = *plan_of(&node_cast<Lambda>(n));
      if (p.is_fixed) {
        deliver_constant(vm::value_of(p.closure), target);
        break;
      }
      const int reg = place_for(target);
      emit_.at(n->span());
      make_closure(p, reg);
      deliver(reg, target);
      break;
    }
    case NodeKind::case_lambda:
      case_lambda(node_cast<CaseLambda>(n), target);
      break;
    case NodeKind::call:
      call(node_cast<Call>(n), target);
      break;
    default:
      assert(false && "generate() has the rest");
  }
}

void FrameGenerator::local_set(LocalSet& n, Target target) {
  Variable* v = n.variable;
  const bool own = !(v->flags & kFree);
  if (!(v->flags & kBoxed)) {
    into(n.value, v->reg);  // of this frame: what is captured and assigned is boxed
  } else {
    const int saved = top_;
    const int value = operand(n.value);
    int box = v->reg;
    if (!own) {
      box = take();
      load_variable_raw(v, box);
    }
    emit_.at(n.span());
    emit_.emit(Op::store_box, static_cast<unsigned>(box), static_cast<unsigned>(value));
    top_ = saved;
  }
  deliver_constant(vm::kUnspecified, target);
}

void FrameGenerator::global_write(Op op, const Node& n, vm::Cell* cell, Node* value,
                                  Target target) {
  const int saved = top_;
  const int reg = operand(value);
  emit_.at(n.span());
  emit_.emit_literal(op, vm::value_of(cell), static_cast<unsigned>(reg));
  top_ = saved;
  deliver_constant(vm::kUnspecified, target);
}

// ---- values and registers -------------------------------------------------------------------

int FrameGenerator::take(int count) {
  const int first = top_;
  top_ += count;
  if (top_ > 255) throw SyntaxError(frame_.lambda->span(), "too many variables in one procedure");
  return first;
}

void FrameGenerator::into(Node* n, int reg) { generate(n, value_in(reg)); }

int FrameGenerator::operand(Node* n, std::initializer_list<const Node*> later) {
  int reg = 0;
  if (in_register(n, &reg)) {
    bool stays = true;
    if (node_cast<LocalRef>(n).variable->assignments != 0)
      for (const Node* other : later)
        stays = stays && (other->node_kind() == NodeKind::constant ||
                          other->node_kind() == NodeKind::local_ref);
    if (stays) return reg;
  }
  into(n, top_);
  return take();
}

bool FrameGenerator::in_register(Node* n, int* reg) {
  auto* ref = node_if<LocalRef>(n, NodeKind::local_ref);
  if (ref == nullptr) return false;
  Variable* v = ref->variable;
  if (LambdaPlan* p = plan_of(v)) {
    if (p->is_fixed) return false;
    if (frame_.name == v) return *reg = 0, true;
  }
  if (v->flags & (kFree | kBoxed)) return false;
  *reg = v->reg;
  return true;
}

void FrameGenerator::load_variable_raw(Variable* v, int reg) {
  const auto r = static_cast<unsigned>(reg);
  if (frame_.name == v)
    emit_.emit(Op::move, r, 0);  // the running procedure itself
  else if (v->flags & kFree)
    emit_.emit_wide(Op::load_free, r, static_cast<unsigned>(v->reg));
  else if (v->reg != reg)
    emit_.emit(Op::move, r, static_cast<unsigned>(v->reg));
}

void FrameGenerator::load_variable(Variable* v, int reg) {
  const auto r = static_cast<unsigned>(reg);
  if (LambdaPlan* p = plan_of(v); p != nullptr && p->is_fixed) {
    load(vm::value_of(p->closure), reg);
  } else if (!(v->flags & kBoxed)) {
    load_variable_raw(v, reg);
  } else if (v->flags & kFree) {
    emit_.emit_wide(Op::load_free_box, r, static_cast<unsigned>(v->reg));
  } else {
    emit_.emit(Op::load_box, r, static_cast<unsigned>(v->reg));
  }
}

void FrameGenerator::load(Value v, int reg) {
  const auto r = static_cast<unsigned>(reg);
  if (v.is_fixnum() && v.fixnum() >= -32768 && v.fixnum() <= 32767)
    emit_.emit_wide(Op::load_fixnum, r, static_cast<std::uint16_t>(v.fixnum()));
  else if ((v.bits() & 0xff) == 0x0c && v.bits() >> 8 <= 0xffff)
    emit_.emit_wide(Op::load_constant, r, static_cast<unsigned>(v.bits() >> 8));
  else
    emit_.emit_literal(Op::load_literal, v, r);
}

std::uint32_t FrameGenerator::capture(Variable* v) {
  if (frame_.name == v) return 0;  // the running procedure itself
  const auto reg = static_cast<std::uint32_t>(v->reg);
  return v->flags & kFree ? reg << 1 | 1 : reg << 1;
}

void FrameGenerator::make_closure(LambdaPlan& p, int reg) {
  if (p.is_fixed) return load(vm::value_of(p.closure), reg);
  std::vector<std::uint32_t> captures;
  for (Variable* v : *p.free) captures.push_back(capture(v));
  emit_.emit_closure(static_cast<unsigned>(reg), vm::value_of(p.code), captures);
}

void FrameGenerator::deliver(int reg, Target target) {
  const auto r = static_cast<unsigned>(reg);
  switch (target.kind) {
    case Target::effect:
      break;
    case Target::value:
      if (target.reg != reg) emit_.emit(Op::move, static_cast<unsigned>(target.reg), r);
      break;
    case Target::tail:
      emit_.emit(Op::return_value, r);
      break;
    case Target::test:
      branch_true(reg, target);
      break;
  }
}

void FrameGenerator::deliver_constant(Value v, Target target) {
  switch (target.kind) {
    case Target::effect:
      break;
    case Target::value:
      load(v, target.reg);
      break;
    case Target::tail:
      load(v, top_);
      emit_.emit(Op::return_value, static_cast<unsigned>(top_));
      break;
    case Target::test:
      if (v.is_true() ? target.next != Target::on_true : target.next != Target::on_false)
        emit_.jump(v.is_true() ? target.if_true : target.if_false);
      break;  // else the label follows
  }
}

void FrameGenerator::branch_true(int reg, Target target) {
  const auto r = static_cast<unsigned>(reg);
  if (target.next == Target::on_false) {
    emit_.emit_branch(Op::unless_false, target.if_true, r);
  } else {
    emit_.emit_branch(Op::unless_true, target.if_false, r);
    otherwise_true(target);
  }
}

void FrameGenerator::otherwise_true(Target target) {
  if (target.next != Target::on_true) emit_.jump(target.if_true);
}

// ---- all frames -----------------------------------------------------------------------------

vm::Code& generate(Compilation& c, Lambda& top) {
  Plan plan(c.heap());
  make_plan(c, top, plan);
  for (LambdaPlan* p : plan.lambdas) {
    if (!p->is_fixed) continue;
    p->closure = static_cast<vm::Closure*>(c.heap().traced(sizeof(vm::Closure)));
    p->closure->header = vm::make_header(vm::Kind::closure, vm::kVariadic);
    p->closure->code = nullptr;
  }
  // Inner procedures first: the code that makes their closures holds their codes.
  for (std::size_t i = plan.lambdas.size(); i-- > 0;) {
    LambdaPlan* p = plan.lambdas[i];
    if (p->is_label) continue;
    p->code = &FrameGenerator(c, *p).run();
    if (p->closure == nullptr) continue;
    p->closure->code = p->code;
    p->closure->header = vm::make_header(vm::Kind::closure, p->code->shape >> 1);
  }
  return *plan.lambdas[0]->code;
}

}  // namespace fermata::scheme
