// Small questions about syntax trees, and small trees.  Walks use a list of work, so that
// they never recurse.

#include "scheme/builtins.hpp"
#include "scheme/passes.hpp"
#include "scheme/primitives.hpp"

namespace fermata::scheme {

void count_uses(Heap& heap, Node* tree) {
  GcVector<Node*> work(heap);
  work.push_back(tree);
  const auto reset = [](Variable* v, Node* init) {
    v->references = v->assignments = 0;
    v->flags &= kUninitialized;
    v->init = init;
  };
  while (!work.empty()) {
    Node* n = work.pop_back();
    switch (n->node_kind()) {
      case NodeKind::local_ref: {
        Variable* v = node_cast<LocalRef>(n).variable;
        v->references++;
        v->flags |= kEscapes;
        continue;
      }
      case NodeKind::local_set:
        node_cast<LocalSet>(n).variable->assignments++;
        break;
      case NodeKind::lambda:
        for (Variable* v : *node_cast<Lambda>(n).parameters) reset(v, nullptr);
        break;
      case NodeKind::case_lambda:
        for (Lambda* l : *node_cast<CaseLambda>(n).clauses)
          for (Variable* v : *l->parameters) reset(v, nullptr);
        break;
      case NodeKind::let: {
        auto& let = node_cast<Let>(n);
        for (std::size_t i = 0; i < let.variables->count; ++i)
          reset((*let.variables)[i], (*let.inits)[i]);
        break;
      }
      case NodeKind::letrec: {
        auto& let = node_cast<Letrec>(n);
        for (std::size_t i = 0; i < let.variables->count; ++i)
          reset((*let.variables)[i], (*let.inits)[i]);
        break;
      }
      case NodeKind::receive:
        for (Variable* v : *node_cast<Receive>(n).variables) reset(v, nullptr);
        break;
      case NodeKind::call:
        if (auto* ref = node_if<LocalRef>(node_cast<Call>(n).procedure, NodeKind::local_ref)) {
          ref->variable->references++;
          for (Node* a : *node_cast<Call>(n).arguments) work.push_back(a);
          continue;
        }
        break;
      default:
        break;
    }
    for_each_child(n, [&](Node*& child) { work.push_back(child); });
  }
}

namespace {

// A fixed number of steps: big expressions are called impure rather than looked at forever.
bool is_pure_within(Node* n, int& steps) {
  if (--steps < 0) return false;
  switch (n->node_kind()) {
    case NodeKind::constant:
    case NodeKind::lambda:
    case NodeKind::case_lambda:
      return true;
    case NodeKind::local_ref:
      return !(node_cast<LocalRef>(n).variable->flags & kUninitialized);
    case NodeKind::global_ref: {
      const vm::Cell* cell = node_cast<GlobalRef>(n).cell;
      return cell->is_constant() && cell->value != vm::kUnbound;
    }
    case NodeKind::call: {
      auto& call = node_cast<Call>(n);
      const Primitive* p = primitive_of(call);
      if (p == nullptr || !p->pure) return false;
      break;
    }
    case NodeKind::conditional:
    case NodeKind::sequence:
    case NodeKind::let:
      break;
    default:
      return false;
  }
  bool pure = true;
  for_each_child(n, [&](Node*& child) { pure = pure && is_pure_within(child, steps); });
  return pure;
}

}  // namespace

bool is_pure(Node* n) {
  int steps = 40;
  return is_pure_within(n, steps);
}

bool is_small(Heap& heap, const Lambda& l) {
  std::size_t left = 8 + 2 * l.parameters->count;
  GcVector<Node*> work(heap);
  work.push_back(l.body);
  while (!work.empty()) {
    Node* n = work.pop_back();
    if (left-- == 0) return false;
    switch (n->node_kind()) {
      case NodeKind::lambda:
      case NodeKind::case_lambda:
      case NodeKind::letrec:
      case NodeKind::global_define:
        return false;
      default:
        break;
    }
    for_each_child(n, [&](Node*& child) { work.push_back(child); });
  }
  return true;
}

bool refers_to(Heap& heap, Node* tree, const Variable* v) {
  GcVector<Node*> work(heap);
  work.push_back(tree);
  while (!work.empty()) {
    Node* n = work.pop_back();
    if (auto* ref = node_if<LocalRef>(n, NodeKind::local_ref); ref && ref->variable == v)
      return true;
    if (auto* set = node_if<LocalSet>(n, NodeKind::local_set); set && set->variable == v)
      return true;
    for_each_child(n, [&](Node*& child) { work.push_back(child); });
  }
  return false;
}

bool accepts(const Lambda& l, std::size_t arguments) {
  return arguments >= l.required && (arguments <= l.required + l.optional + l.most_rest ||
                                     (l.has_rest && l.most_rest == 0));
}

Lambda* known_lambda(const Variable* v) {
  if (v->assignments != 0 || v->init == nullptr || (v->flags & kUninitialized)) return nullptr;
  return node_if<Lambda>(v->init, NodeKind::lambda);
}

Node* make_constant(Heap& heap, vm::Span span, Value value) {
  return make_node<Constant>(heap, NodeKind::constant, span, value);
}

Node* make_local_ref(Heap& heap, vm::Span span, Variable* v) {
  return make_node<LocalRef>(heap, NodeKind::local_ref, span, v);
}

Node* make_native_ref(Heap& heap, vm::Span span, std::string_view name) {
  const vm::Builtin* row = find_builtin(name);
  assert(row != nullptr && "the compiler asks only for natives that exist");
  return make_constant(heap, span,
                       vm::value_of(&heap.make_with<vm::Native>(vm::kVariadic, 0, row)));
}

Node* make_call(Heap& heap, vm::Span span, Node* procedure,
                std::initializer_list<Node*> arguments) {
  auto* list = make_list_of<Node>(heap, arguments.size());
  std::size_t i = 0;
  for (Node* a : arguments) (*list)[i++] = a;
  return make_node<Call>(heap, NodeKind::call, span, procedure, list);
}

Node* make_let(Heap& heap, vm::Span span, Variable* v, Node* init, Node* body) {
  auto* variables = make_list_of<Variable>(heap, 1);
  (*variables)[0] = v;
  auto* inits = make_list_of<Node>(heap, 1);
  (*inits)[0] = init;
  return make_node<Let>(heap, NodeKind::let, span, variables, inits, body);
}

const vm::Native* native_of(Node* n) {
  if (auto* ref = node_if<GlobalRef>(n, NodeKind::global_ref))
    return ref->cell->is_constant() ? vm::cast<vm::Native>(ref->cell->value) : nullptr;
  if (auto* constant = node_if<Constant>(n, NodeKind::constant))
    return vm::cast<vm::Native>(constant->value);
  return nullptr;
}

// ---- copying ------------------------------------------------------------------------

namespace {

class Copier {
 public:
  explicit Copier(Heap& heap) : heap_(heap), work_(heap), old_(heap), fresh_(heap) {}

  Node* run(Node* tree) {
    Node* result = nullptr;
    copy(tree, &result);
    while (!work_.empty()) {
      const Item item = work_.pop_back();
      copy(item.from, item.hole);
    }
    for (Variable* v : old_) v->reg = -1;
    return result;
  }

 private:
  struct Item {
    Node* from;
    Node** hole;  // in a copy that `result` reaches
  };

  // While copying, an old variable's `reg` is the number of its fresh one.
  List<Variable>* variables(List<Variable>* from) {
    auto* to = make_list_of<Variable>(heap_, from->count);
    for (std::size_t i = 0; i < from->count; ++i) {
      Variable* v = (*from)[i];
      Variable* fresh = make_variable(heap_, v->name);
      fresh->flags = v->flags & kUninitialized;
      v->reg = static_cast<std::int32_t>(fresh_.size());
      old_.push_back(v);
      fresh_.push_back(fresh);
      (*to)[i] = fresh;
    }
    return to;
  }
  Variable* renamed(Variable* v) const {
    return v->reg < 0 ? v : fresh_[static_cast<std::size_t>(v->reg)];
  }
  void later(Node* from, Node** hole) { work_.push_back({from, hole}); }

  Lambda* lambda(Lambda& l, Node** hole) {
    auto* parameters = variables(l.parameters);
    auto* to = make_node<Lambda>(heap_, NodeKind::lambda, l.span(), l.name, parameters, l.required,
                                 l.optional, l.has_rest, l.flags, static_cast<Node*>(nullptr),
                                 static_cast<void*>(nullptr), vm::kFalse);
    to->most_rest = l.most_rest;
    if (hole != nullptr) *hole = to;
    later(l.body, &to->body);
    return to;
  }

  void copy(Node* n, Node** hole) {
    const vm::Span span = n->span();
    switch (n->node_kind()) {
      case NodeKind::constant:
        *hole = make_constant(heap_, span, node_cast<Constant>(n).value);
        break;
      case NodeKind::global_ref:
        *hole = make_node<GlobalRef>(heap_, NodeKind::global_ref, span, node_cast<GlobalRef>(n).cell);
        break;
      case NodeKind::local_ref:
        *hole = make_local_ref(heap_, span, renamed(node_cast<LocalRef>(n).variable));
        break;
      case NodeKind::local_set: {
        auto& from = node_cast<LocalSet>(n);
        auto* to = make_node<LocalSet>(heap_, NodeKind::local_set, span, renamed(from.variable),
                                       static_cast<Node*>(nullptr));
        *hole = to;
        later(from.value, &to->value);
        break;
      }
      case NodeKind::global_set: {
        auto& from = node_cast<GlobalSet>(n);
        auto* to = make_node<GlobalSet>(heap_, NodeKind::global_set, span, from.cell,
                                        static_cast<Node*>(nullptr));
        *hole = to;
        later(from.value, &to->value);
        break;
      }
      case NodeKind::global_define: {
        auto& from = node_cast<GlobalDefine>(n);
        auto* to = make_node<GlobalDefine>(heap_, NodeKind::global_define, span, from.cell,
                                           static_cast<Node*>(nullptr));
        *hole = to;
        later(from.value, &to->value);
        break;
      }
      case NodeKind::conditional: {
        auto& from = node_cast<Conditional>(n);
        Node* none = nullptr;
        auto* to = make_node<Conditional>(heap_, NodeKind::conditional, span, none, none, none);
        *hole = to;
        later(from.test, &to->test);
        later(from.then, &to->then);
        later(from.otherwise, &to->otherwise);
        break;
      }
      case NodeKind::lambda:
        lambda(node_cast<Lambda>(n), hole);
        break;
      case NodeKind::case_lambda: {
        auto& from = node_cast<CaseLambda>(n);
        auto* clauses = make_list_of<Lambda>(heap_, from.clauses->count);
        *hole = make_node<CaseLambda>(heap_, NodeKind::case_lambda, span, from.name, clauses);
        for (std::size_t i = 0; i < clauses->count; ++i)
          (*clauses)[i] = lambda(*(*from.clauses)[i], nullptr);
        break;
      }
      case NodeKind::call: {
        auto& from = node_cast<Call>(n);
        auto* arguments = make_list_of<Node>(heap_, from.arguments->count);
        auto* to =
            make_node<Call>(heap_, NodeKind::call, span, static_cast<Node*>(nullptr), arguments);
        *hole = to;
        later(from.procedure, &to->procedure);
        for (std::size_t i = 0; i < arguments->count; ++i)
          later((*from.arguments)[i], &(*arguments)[i]);
        break;
      }
      case NodeKind::sequence: {
        auto& from = node_cast<Sequence>(n);
        auto* list = make_list_of<Node>(heap_, from.nodes->count);
        *hole = make_node<Sequence>(heap_, NodeKind::sequence, span, list);
        for (std::size_t i = 0; i < list->count; ++i) later((*from.nodes)[i], &(*list)[i]);
        break;
      }
      case NodeKind::let: {
        auto& from = node_cast<Let>(n);
        *hole = binding<Let>(NodeKind::let, span, from.variables, from.inits, from.body);
        break;
      }
      case NodeKind::letrec: {
        auto& from = node_cast<Letrec>(n);
        *hole = binding<Letrec>(NodeKind::letrec, span, from.variables, from.inits, from.body);
        (*hole)->header |= n->header & kFixGroup;
        break;
      }
      case NodeKind::receive: {
        auto& from = node_cast<Receive>(n);
        Node* none = nullptr;
        auto* to = make_node<Receive>(heap_, NodeKind::receive, span, variables(from.variables),
                                      from.has_rest, none, none);
        *hole = to;
        later(from.producer, &to->producer);
        later(from.body, &to->body);
        break;
      }
      case NodeKind::block:
      case NodeKind::exit:
        assert(false && "made by a later pass");
        break;
    }
  }

  template <class T>
  T* binding(NodeKind kind, vm::Span span, List<Variable>* vars, List<Node>* inits, Node* body) {
    auto* fresh = variables(vars);
    auto* values = make_list_of<Node>(heap_, inits->count);
    auto* to = make_node<T>(heap_, kind, span, fresh, values, static_cast<Node*>(nullptr));
    for (std::size_t i = 0; i < inits->count; ++i) later((*inits)[i], &(*values)[i]);
    later(body, &to->body);
    return to;
  }

  Heap& heap_;
  GcVector<Item> work_;
  GcVector<Variable*> old_, fresh_;
};

}  // namespace

Node* copy_tree(Heap& heap, Node* tree) { return Copier(heap).run(tree); }

}  // namespace fermata::scheme
