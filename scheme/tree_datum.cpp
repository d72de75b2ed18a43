// A post-order walk with two stacks: work to do, and the data made so far.
#include "scheme/tree_datum.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

struct Job {
  Node* node;
  bool children_done;
};

class Walk {
 public:
  explicit Walk(Machine& m) : m_(m), jobs_(m.heap), made_(m.heap) {}

  Value run(Node* tree) {
    enter(tree);
    while (!jobs_.empty()) {
      const Job job = jobs_.pop_back();
      if (job.children_done) {
        made_.push_back(finish(job.node));
      } else {
        jobs_.push_back({job.node, true});
        enter_children(job.node);
      }
    }
    return made_.pop_back();
  }

 private:
  void enter(Node* node) { jobs_.push_back({node, false}); }

  // The last one entered is the first one done, so the results lie first child on top.
  template <class T>
  void enter_all(List<T>* list) {
    for (T* node : *list) enter(node);
  }

  void enter_children(Node* node) {
    switch (node->node_kind()) {
      case NodeKind::constant:
      case NodeKind::local_ref:
      case NodeKind::global_ref: return;
      case NodeKind::local_set: return enter(static_cast<LocalSet*>(node)->value);
      case NodeKind::global_set: return enter(static_cast<GlobalSet*>(node)->value);
      case NodeKind::global_define: return enter(static_cast<GlobalDefine*>(node)->value);
      case NodeKind::conditional: {
        auto* c = static_cast<Conditional*>(node);
        enter(c->test);
        enter(c->then);
        return enter(c->otherwise);
      }
      case NodeKind::lambda: return enter(static_cast<Lambda*>(node)->body);
      case NodeKind::case_lambda: return enter_all(static_cast<CaseLambda*>(node)->clauses);
      case NodeKind::call: {
        auto* c = static_cast<Call*>(node);
        enter(c->procedure);
        return enter_all(c->arguments);
      }
      case NodeKind::sequence: return enter_all(static_cast<Sequence*>(node)->nodes);
      case NodeKind::let: {
        auto* l = static_cast<Let*>(node);
        enter_all(l->inits);
        return enter(l->body);
      }
      case NodeKind::letrec: {
        auto* l = static_cast<Letrec*>(node);
        enter_all(l->inits);
        return enter(l->body);
      }
      case NodeKind::receive: {
        auto* r = static_cast<Receive*>(node);
        enter(r->producer);
        return enter(r->body);
      }
      case NodeKind::block:
      case NodeKind::exit: return;  // the compiler's own
    }
  }

  Value finish(Node* node) {
    switch (node->node_kind()) {
      case NodeKind::constant: return quoted(static_cast<Constant*>(node)->value);
      case NodeKind::local_ref: return static_cast<LocalRef*>(node)->variable->name;
      case NodeKind::global_ref: return static_cast<GlobalRef*>(node)->cell->name;
      case NodeKind::local_set: return form("set!", static_cast<LocalSet*>(node)->variable->name);
      case NodeKind::global_set: return form("set!", static_cast<GlobalSet*>(node)->cell->name);
      case NodeKind::global_define:
        return form("define", static_cast<GlobalDefine*>(node)->cell->name);
      case NodeKind::conditional: {
        const Value test = take(), then = take(), otherwise = take();
        return otherwise == kUnspecified ? list({word("if"), test, then})
                                         : list({word("if"), test, then, otherwise});
      }
      case NodeKind::lambda: {
        auto* l = static_cast<Lambda*>(node);
        return list({word("lambda"), parameters(l->parameters, l->has_rest, l->most_rest), take()});
      }
      case NodeKind::case_lambda:
        return m_.heap.cons(word("case-lambda"), take_list(static_cast<CaseLambda*>(node)->clauses->count));
      case NodeKind::call: {
        const Value procedure = take();
        return m_.heap.cons(procedure, take_list(static_cast<Call*>(node)->arguments->count));
      }
      case NodeKind::sequence:
        return m_.heap.cons(word("begin"), take_list(static_cast<Sequence*>(node)->nodes->count));
      case NodeKind::let: return binding("let", static_cast<Let*>(node)->variables);
      case NodeKind::letrec: return binding("letrec*", static_cast<Letrec*>(node)->variables);
      case NodeKind::receive: {
        auto* r = static_cast<Receive*>(node);
        const Value producer = take(), body = take();
        return list({word("receive"), parameters(r->variables, r->has_rest != 0), producer, body});
      }
      case NodeKind::block:
      case NodeKind::exit: break;  // the compiler's own
    }
    return kUnspecified;
  }

  // Children were entered first to last, so the last is done first and lies deepest.
  Value take() { return made_.pop_back(); }
  Value take_list(std::size_t count) {
    GcVector<Value> items(m_.heap);
    for (std::size_t i = 0; i < count; ++i) items.push_back(take());
    Value result = kNull;
    while (!items.empty()) result = m_.heap.cons(items.pop_back(), result);
    return result;
  }
  Value word(std::string_view name) { return m_.symbols.intern(name); }
  Value list(std::initializer_list<Value> items) {
    Value result = kNull;
    for (const Value* v = items.end(); v != items.begin();) result = m_.heap.cons(*--v, result);
    return result;
  }
  Value form(std::string_view name, Value variable) { return list({word(name), variable, take()}); }
  Value quoted(Value v) {
    const bool itself = !(v.is_pair() || v == kNull || is<Symbol>(v));
    return itself ? v : list({word("quote"), v});
  }
  Value parameters(List<Variable>* variables, bool has_rest, std::uint64_t most_rest = 0) {
    Value result = kNull;
    for (std::size_t i = variables->count; i-- > 0;) {
      const Value name = (*variables)[i]->name;
      if (!has_rest || i + 1 != variables->count) {
        result = m_.heap.cons(name, result);
        continue;
      }
      result = name;
      if (most_rest != 0)
        result = m_.heap.cons(Value::fixnum(static_cast<std::int64_t>(most_rest)), result);
    }
    return result;
  }
  Value binding(std::string_view name, List<Variable>* variables) {
    GcVector<Value> pairs(m_.heap);
    for (Variable* v : *variables) pairs.push_back(list({v->name, take()}));
    const Value body = take();
    Value bindings = kNull;
    while (!pairs.empty()) bindings = m_.heap.cons(pairs.pop_back(), bindings);
    return list({word(name), bindings, body});
  }

  Machine& m_;
  GcVector<Job> jobs_;
  GcVector<Value> made_;
};

}  // namespace

Value tree_to_datum(Machine& m, Node* tree) { return Walk(m).run(tree); }

}  // namespace fermata::scheme
