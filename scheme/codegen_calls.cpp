// Calls: jumps to labels, known procedures, natives, cells, anything else.

#include <vector>

#include "scheme/codegen.hpp"
#include "vm/native.hpp"

namespace fermata::scheme {

using vm::Op;

// Operands go to base + 1 and up; the slot below base is left for the return address.
void FrameGenerator::arguments_from(List<Node>& arguments, int base) {
  top_ = base + 1;
  if (base + static_cast<int>(arguments.count) > 254)
    throw SyntaxError(frame_.lambda->span(), "too many variables in one procedure");
  for (Node* a : arguments) {
    into(a, top_);
    take();
  }
}

template <class F>
void FrameGenerator::finish_call(Node& n, Target target, F with) {
  emit_.at(n.span());
  const int result = place_for(target);
  with(static_cast<unsigned>(result));
  note_locals();
  deliver(result, target);
}

void FrameGenerator::call(Call& n, Target target) {
  if (is_instruction(c_, n)) return primitive(*primitive_of(n), n, target);
  const int saved = top_;
  const int base = top_ + 1;
  const auto b = static_cast<unsigned>(base);
  const auto count = static_cast<unsigned>(n.arguments->count);
  const bool tail = leaves_frame(target);

  if (const vm::Native* native = native_of(n.procedure); native && native->row->accepts(count)) {
    call_native(*native, n, target);
    return;
  }
  if (auto* global = node_if<GlobalRef>(n.procedure, NodeKind::global_ref)) {
    call_cell(n, *global->cell, target);
    return;
  }
  auto* ref = node_if<LocalRef>(n.procedure, NodeKind::local_ref);
  LambdaPlan* known = ref != nullptr ? plan_of(ref->variable) : nullptr;
  if (known != nullptr && known->is_label) return jump_to(*known, *n.arguments, known->place);
  const bool fits = known != nullptr && c_.options.known_calls && is_fixed(*known->lambda) &&
                    count == known->lambda->required && count < vm::kVariadic;
  if (fits && known == &frame_) {
    // A loop: its next turn has the same frame, even where frames are kept.
    if (target.kind == Target::tail && frame_.parent != nullptr)
      return jump_to(frame_, *n.arguments, entry_);
    arguments_from(*n.arguments, base);
    top_ = saved;
    finish_call(n, target, [&](unsigned a) { emit_.emit(Op::call_self, a, b, count); });
    return;
  }
  if (fits && known->is_fixed) {
    call_closure(*known->closure, n, target);
    return;
  }
  // The operator last when it is only a variable, else first.
  const bool simple = ref != nullptr;
  if (!simple) into(n.procedure, base);
  arguments_from(*n.arguments, base);
  if (simple) {
    emit_.at(n.procedure->span());
    load_variable(ref->variable, base);
  }
  top_ = saved;
  if (tail) {
    emit_.at(n.span());
    emit_.emit(Op::tail_call, 0, b, count);
    return;
  }
  finish_call(n, target,
              [&](unsigned a) { emit_.emit(fits ? Op::call_known : Op::call, a, b, count); });
}

void FrameGenerator::call_native(const vm::Native& native, Call& n, Target target) {
  const int saved = top_, base = top_ + 1;
  const auto b = static_cast<unsigned>(base);
  const auto count = static_cast<unsigned>(n.arguments->count);
  const Value callee = vm::value_of(&native);
  arguments_from(*n.arguments, base);
  top_ = saved;
  if (leaves_frame(target) && is_control(native)) {
    load(callee, base);
    emit_.at(n.span());
    emit_.emit(Op::tail_call, 0, b, count);
    return;
  }
  finish_call(n, target,
              [&](unsigned a) { emit_.emit_literal(Op::call_native, callee, a, b, count); });
}

namespace {

// The procedure of fixed arity that a call of `v` with so many arguments enters, or null.
vm::Closure* closure_for(Value v, std::size_t count) {
  if (vm::Closure* closure = vm::cast<vm::Closure>(v))
    return closure->argc() == count && closure->free_count() == 0 ? closure : nullptr;
  const vm::CaseLambda* cases = vm::cast<vm::CaseLambda>(v);
  vm::Vector* clauses = cases != nullptr ? vm::cast<vm::Vector>(cases->clauses) : nullptr;
  for (std::size_t i = 0; clauses != nullptr && i < clauses->length(); ++i) {
    vm::Closure* closure = vm::cast<vm::Closure>(clauses->slots()[i]);
    if (closure == nullptr || closure->code == nullptr) return nullptr;
    if (closure->code->accepts(count)) return closure_for(clauses->slots()[i], count);
  }
  return nullptr;
}

}  // namespace

void FrameGenerator::call_cell(Call& n, vm::Cell& cell, Target target) {
  const auto count = static_cast<unsigned>(n.arguments->count);
  if (cell.is_constant() && c_.options.known_calls && count < vm::kVariadic)
    if (vm::Closure* closure = closure_for(cell.value, count))
      return call_closure(*closure, n, target);
  const int saved = top_, base = top_ + 1;
  const auto b = static_cast<unsigned>(base);
  arguments_from(*n.arguments, base);
  top_ = saved;
  if (leaves_frame(target)) {
    emit_.at(n.span());
    emit_.emit_literal(Op::tail_call_global, vm::value_of(&cell), 0, b, count);
    return;
  }
  finish_call(n, target, [&](unsigned a) {
    emit_.emit_literal(Op::call_global, vm::value_of(&cell), a, b, count);
  });
}

void FrameGenerator::call_closure(vm::Closure& closure, Call& n, Target target) {
  const int saved = top_, base = top_ + 1;
  const auto b = static_cast<unsigned>(base);
  const auto count = static_cast<unsigned>(n.arguments->count);
  arguments_from(*n.arguments, base);
  top_ = saved;
  const Value callee = vm::value_of(&closure);
  if (leaves_frame(target)) {
    emit_.at(n.span());
    emit_.emit_literal(Op::tail_call_closure, callee, 0, b, count);
    return;
  }
  finish_call(n, target,
              [&](unsigned a) { emit_.emit_literal(Op::call_closure, callee, a, b, count); });
}

// ---- jumps ------------------------------------------------------------------------------------

// Whether evaluating n reads that register, as the variable that lives in it.
bool FrameGenerator::reads(Node* n, int reg) {
  if (n->node_kind() == NodeKind::constant || n->node_kind() == NodeKind::global_ref) return false;
  GcVector<Node*> work(heap_);
  work.push_back(n);
  while (!work.empty()) {
    Node* node = work.pop_back();
    Variable* v = nullptr;
    if (auto* ref = node_if<LocalRef>(node, NodeKind::local_ref)) v = ref->variable;
    if (auto* set = node_if<LocalSet>(node, NodeKind::local_set)) v = set->variable;
    if (v != nullptr && !(v->flags & kFree) && v->reg == reg) return true;
    for_each_child(node, [&](Node*& child) { work.push_back(child); });
  }
  return false;
}

// Evaluates the arguments into the parameters' registers and jumps.  An argument goes
// straight to its register when no argument still to come reads that; quiet arguments are
// taken in an order that makes this so as often as possible.  The others wait in
// temporaries.
void FrameGenerator::jump_to(LambdaPlan& p, List<Node>& arguments, Label place) {
  const int saved = top_;
  const std::size_t count = arguments.count;
  List<Variable>& parameters = *p.lambda->parameters;
  struct Move {
    int from, to;
  };
  std::vector<Move> moves;
  std::vector<std::size_t> todo;
  bool quiet = true;
  const auto is_quiet = [](Node* n) {
    if (auto* call = node_if<Call>(n, NodeKind::call)) {
      if (primitive_of(*call) == nullptr) return false;
      for (Node* a : *call->arguments) {
        const NodeKind k = a->node_kind();
        if (k != NodeKind::local_ref && k != NodeKind::constant) return false;
      }
      return true;
    }
    const NodeKind k = n->node_kind();
    return k == NodeKind::local_ref || k == NodeKind::constant || k == NodeKind::global_ref ||
           k == NodeKind::lambda;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const bool unused = parameters[i]->references == 0 && parameters[i]->assignments == 0;
    int reg = 0;
    if (in_register(arguments[i], &reg) && reg == parameters[i]->reg &&
        parameters[i]->assignments == 0)
      continue;
    if (unused && is_pure(arguments[i]) && locals_ != Locals::all) continue;
    todo.push_back(i);
    quiet = quiet && is_quiet(arguments[i]);
  }
  const auto read_later = [&](std::size_t which) {
    // Whoever looks at a call among the arguments is to see this turn's variables.
    if (locals_ != Locals::none && !quiet && todo.size() > 1) return true;
    const int target = parameters[todo[which]]->reg;
    for (std::size_t k = 0; k < todo.size(); ++k)
      if (k != which && reads(arguments[todo[k]], target)) return true;
    return false;
  };
  while (!todo.empty()) {
    std::size_t which = 0;
    if (quiet)
      while (which + 1 < todo.size() && read_later(which)) ++which;
    if (read_later(which)) {
      if (quiet) which = 0;
      const std::size_t i = todo[which];
      into(arguments[i], top_);
      moves.push_back({take(), parameters[i]->reg});
    } else {
      into(arguments[todo[which]], parameters[todo[which]]->reg);
    }
    todo.erase(todo.begin() + static_cast<std::ptrdiff_t>(which));
  }
  for (const Move& m : moves)
    emit_.emit(Op::move, static_cast<unsigned>(m.to), static_cast<unsigned>(m.from));
  top_ = saved;
  emit_.jump(place);
}

// ---- case-lambda ---------------------------------------------------------------------------

void FrameGenerator::case_lambda(CaseLambda& n, Target target) {
  bool all_fixed = true;
  for (Lambda* l : *n.clauses) all_fixed = all_fixed && plan_of(l)->is_fixed;
  if (all_fixed) {
    vm::Vector& clauses = heap_.make_vector(n.clauses->count, vm::kFalse);
    for (std::size_t i = 0; i < n.clauses->count; ++i)
      clauses.slots()[i] = vm::value_of(plan_of((*n.clauses)[i])->closure);
    deliver_constant(
        vm::value_of(&heap_.make_with<vm::CaseLambda>(vm::kVariadic, 0, vm::value_of(&clauses))),
        target);
    return;
  }
  const int saved = top_, base = top_ + 1;
  const int first = base + 1;
  top_ = first;
  for (Lambda* l : *n.clauses) {
    emit_.at(l->span());
    make_closure(*plan_of(l), top_);
    take();
  }
  emit_.emit(Op::make_vector_of, static_cast<unsigned>(first), static_cast<unsigned>(first),
             static_cast<unsigned>(n.clauses->count));
  top_ = saved;
  Node* maker = make_native_ref(heap_, n.span(), "%make-case-lambda");
  finish_call(n, target, [&](unsigned a) {
    emit_.emit_literal(Op::call_native, node_cast<Constant>(maker).value, a,
                       static_cast<unsigned>(base), 1);
  });
}

}  // namespace fermata::scheme
