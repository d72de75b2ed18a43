// Inlining across libraries, and what inlined code says of where it came from.
//
// A library's procedure that is small, or that calls what it is given, keeps its tree as its
// *form*: bytes that tell the nodes in pre-order, and the values they mention.  Images hold
// forms like other values.  Where such a procedure is called, and is small or is given a
// lambda, its tree is made anew in place of the call: `for-each` with a lambda is a loop.
//
// The nodes of an inlined body say within which call they stand (vm::Inlined), so that
// backtraces tell the frames that are gone.  Those of a library's form have no places of their
// own; they stand at the call.  A lambda within an inlined body is not marked: where it becomes
// a place to jump to, the generator knows the frame; else it has one.

#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "scheme/passes.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

namespace {

constexpr std::size_t kSmall = 12;       // nodes that are worth having anywhere
constexpr std::size_t kMostNodes = 100;  // nodes worth having when they call a lambda that is known
constexpr std::size_t kMostNumber = 255; // counts and indexes are bytes

// ---- frames that are gone -----------------------------------------------------------------

class Marker {
 public:
  Marker(Heap& heap, const vm::Inlined* in) : heap_(heap), in_(in), work_(heap), made_(heap) {}

  void run(Node* body) {
    work_.push_back(body);
    while (!work_.empty()) {
      Node* n = work_.pop_back();
      n->within = rebased(n->within);
      const NodeKind k = n->node_kind();
      if (k == NodeKind::lambda || k == NodeKind::case_lambda) continue;
      for_each_child(n, [&](Node*& child) { work_.push_back(child); });
    }
  }

 private:
  // The same frames, on top of ours.
  const vm::Inlined* rebased(const vm::Inlined* w) {
    if (w == nullptr) return in_;
    if (w->depth + in_->depth > vm::Inlined::kDeepest) return w;
    const auto [entry, fresh] = known_.try_emplace(w, nullptr);
    if (fresh) {
      auto* copy = static_cast<vm::Inlined*>(heap_.traced(sizeof(vm::Inlined)));
      *copy = *w;
      made_.push_back(copy);
      known_[w] = copy;
      copy->site.within = rebased(w->site.within);
      copy->depth = w->depth + in_->depth;
      return copy;
    }
    return entry->second;
  }

  Heap& heap_;
  const vm::Inlined* in_;
  GcVector<Node*> work_;
  GcVector<vm::Inlined*> made_;
  std::unordered_map<const vm::Inlined*, const vm::Inlined*> known_;  // made_ and the tree keep them
};

// ---- forms --------------------------------------------------------------------------------

// #(bytes cost called value ...): `called` has a bit for each parameter that is worth knowing.
constexpr std::size_t kBytes = 0, kCost = 1, kCalled = 2, kValues = 3;

// One procedure body has one dynamic state, which escapes that are jumps rely on; and some ask
// who called them.
bool needs_frame(std::string_view native) {
  return native.starts_with("%push-") || native.starts_with("%pop-") || native == "%set-dynamic!" ||
         native == "%callers";
}

// May stand in another procedure's code, or in another library's image.
bool is_plain(Value v) {
  if (const auto* n = vm::cast<vm::Native>(v)) return !needs_frame(n->row->name());
  if (const auto* s = vm::cast<vm::String>(v)) return s->is_immutable();
  if (const auto* s = vm::cast<vm::Symbol>(v)) return s->is_interned();
  return !v.is_pair() && !v.is_object() && !v.is_procedure();
}

class FormWriter {
 public:
  FormWriter(Heap& heap, const vm::Cell* own) : heap_(heap), own_(own), values_(heap), variables_(heap) {}

  Value write(Lambda& l, std::uint64_t called) {
    node(&l);
    const bool wanted = nodes_ <= kSmall || called != 0;
    if (!fits_ || !wanted) return vm::kFalse;
    vm::Bytevector& bytes = heap_.make_bytevector(bytes_.size());
    std::memcpy(bytes.bytes(), bytes_.data(), bytes_.size());
    bytes.make_immutable();
    const Value first = value_of(&bytes);
    vm::Vector& form = heap_.make_vector(kValues + values_.size(), vm::kFalse);
    form.slots()[kBytes] = first;
    form.slots()[kCost] = Value::fixnum(static_cast<std::int64_t>(nodes_));
    form.slots()[kCalled] = Value::fixnum(static_cast<std::int64_t>(called));
    for (std::size_t i = 0; i < values_.size(); ++i) form.slots()[kValues + i] = values_[i];
    form.make_immutable();
    return value_of(&form);
  }

 private:
  void put(std::size_t n) {
    if (n > kMostNumber) fits_ = false;
    bytes_.push_back(static_cast<std::uint8_t>(n));
  }
  void value(Value v) {
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (values_[i] == v) return put(i);
    put(values_.size());
    values_.push_back(v);
  }
  void cell(vm::Cell* c) {
    const auto* name = vm::cast<vm::Symbol>(c->name);
    if (c == own_ || name == nullptr || !name->is_interned()) fits_ = false;
    value(value_of(c));
  }
  void bind(List<Variable>& list) {
    put(list.count);
    for (Variable* v : list) {
      variables_.push_back(v);
      put(v->flags & kUninitialized ? 1 : 0);
    }
  }
  void reference(const Variable* v) {
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (variables_[i] == v) return put(i);
    fits_ = false;
  }
  // Recurses no deeper than kMostNodes.
  void node(Node* n) {
    if (++nodes_ > kMostNodes) fits_ = false;
    if (!fits_) return;
    const NodeKind kind = n->node_kind();
    put(static_cast<std::size_t>(kind));
    switch (kind) {
      case NodeKind::constant: {
        const Value v = node_cast<Constant>(n).value;
        if (!is_plain(v)) fits_ = false;
        return value(v);
      }
      case NodeKind::local_ref: return reference(node_cast<LocalRef>(n).variable);
      case NodeKind::global_ref: {
        vm::Cell* c = node_cast<GlobalRef>(n).cell;
        if (c->is_constant() && !is_plain(c->value) && vm::is<vm::Native>(c->value)) fits_ = false;
        return cell(c);
      }
      case NodeKind::local_set: reference(node_cast<LocalSet>(n).variable); break;
      case NodeKind::conditional: break;
      case NodeKind::lambda: {
        auto& l = node_cast<Lambda>(n);
        value(vm::is<vm::Symbol>(l.name) && is_plain(l.name) ? l.name : vm::kFalse);
        put(l.required), put(l.optional), put(l.has_rest), put(l.most_rest);
        bind(*l.parameters);
        break;
      }
      case NodeKind::call: put(node_cast<Call>(n).arguments->count); break;
      case NodeKind::sequence: put(node_cast<Sequence>(n).nodes->count); break;
      case NodeKind::let: bind(*node_cast<Let>(n).variables); break;
      case NodeKind::letrec:
        bind(*node_cast<Letrec>(n).variables);
        put(n->header & kFixGroup ? 1 : 0);
        break;
      case NodeKind::receive:
        put(node_cast<Receive>(n).has_rest);
        bind(*node_cast<Receive>(n).variables);
        break;
      default: fits_ = false; return;
    }
    for_each_child(n, [&](Node*& child) { node(child); });
  }

  Heap& heap_;
  const vm::Cell* own_;
  std::vector<std::uint8_t> bytes_;
  GcVector<Value> values_;
  GcVector<Variable*> variables_;
  std::size_t nodes_ = 0;
  bool fits_ = true;
};

vm::Vector* form_of(const vm::Cell* cell) {
  if (!cell->is_constant()) return nullptr;
  const auto* closure = vm::cast<vm::Closure>(cell->value);
  return closure != nullptr ? vm::cast<vm::Vector>(closure->code->form) : nullptr;
}

// Which parameters the procedures of a library call, or give to one that does.
class CalledParameters {
 public:
  explicit CalledParameters(Heap& heap) : heap_(heap) {}

  std::uint64_t of(const vm::Cell* cell) const {
    if (vm::Vector* form = form_of(cell))
      return static_cast<std::uint64_t>(form->slots()[kCalled].fixnum());
    const auto found = masks_.find(cell);
    return found != masks_.end() ? found->second : 0;
  }
  bool look(const vm::Cell* cell, Lambda& l) {
    std::uint64_t mask = 0;
    const auto note = [&](Node* n) {
      auto* ref = node_if<LocalRef>(n, NodeKind::local_ref);
      for (std::size_t i = 0; ref != nullptr && i < l.parameters->count && i < kMasked; ++i)
        if ((*l.parameters)[i] == ref->variable) mask |= std::uint64_t{1} << i;
    };
    GcVector<Node*> work(heap_);
    work.push_back(l.body);
    while (!work.empty()) {
      Node* n = work.pop_back();
      if (auto* call = node_if<Call>(n, NodeKind::call)) {
        note(call->procedure);
        auto* ref = node_if<GlobalRef>(call->procedure, NodeKind::global_ref);
        const std::uint64_t given = ref != nullptr ? of(ref->cell) : 0;
        for (std::size_t i = 0; i < call->arguments->count && i < kMasked; ++i)
          if (given >> i & 1) note((*call->arguments)[i]);
      }
      for_each_child(n, [&](Node*& child) { work.push_back(child); });
    }
    return std::exchange(masks_[cell], mask) != mask;
  }

 private:
  static constexpr std::size_t kMasked = 32;
  Heap& heap_;
  std::unordered_map<const vm::Cell*, std::uint64_t> masks_;  // the tree keeps them
};

class FormReader {
 public:
  // The nodes of the procedure's own frame stand at `span`, the others nowhere.
  FormReader(Heap& heap, vm::Vector& form, vm::Span span)
      : heap_(heap), form_(form), bytes_(vm::as<vm::Bytevector>(form.slots()[kBytes])), span_(span),
        variables_(heap) {}

  Lambda& read() { return node_cast<Lambda>(node()); }

 private:
  std::size_t get() { return bytes_.bytes()[at_++]; }
  Value value() { return form_.slots()[kValues + get()]; }
  Variable* variable() { return variables_[get()]; }
  List<Variable>* bind() {
    auto* list = make_list_of<Variable>(heap_, get());
    for (Variable*& v : *list) {
      v = make_variable(heap_, vm::kFalse);
      if (get() != 0) v->flags = kUninitialized;
      variables_.push_back(v);
    }
    return list;
  }
  template <class T, class... Fields>
  T* make(NodeKind kind, Fields... fields) {
    return make_node<T>(heap_, kind, depth_ <= 1 ? span_ : vm::Span{}, fields...);
  }
  Node* children(Node* n) {
    for_each_child(n, [&](Node*& child) { child = node(); });
    return n;
  }

  Node* node() {
    Node* const none = nullptr;
    const auto kind = static_cast<NodeKind>(get());
    switch (kind) {
      case NodeKind::constant: return make<Constant>(kind, value());
      case NodeKind::local_ref: return make<LocalRef>(kind, variable());
      case NodeKind::global_ref: return make<GlobalRef>(kind, &vm::as<vm::Cell>(value()));
      case NodeKind::local_set: return children(make<LocalSet>(kind, variable(), none));
      case NodeKind::conditional: return children(make<Conditional>(kind, none, none, none));
      case NodeKind::lambda: {
        const Value name = value();
        const auto required = static_cast<std::uint32_t>(get()), optional = static_cast<std::uint32_t>(get()),
                   rest = static_cast<std::uint32_t>(get());
        const std::size_t most_rest = get();
        auto* parameters = bind();
        Lambda* l = make<Lambda>(kind, name, parameters, required, optional, rest, 0u, none,
                                 static_cast<void*>(nullptr), vm::kFalse, most_rest);
        ++depth_;
        l->body = node();
        --depth_;
        return l;
      }
      case NodeKind::call: {
        auto* arguments = make_list_of<Node>(heap_, get());
        return children(make<Call>(kind, none, arguments));
      }
      case NodeKind::sequence: return children(make<Sequence>(kind, make_list_of<Node>(heap_, get())));
      case NodeKind::let: {
        auto* variables = bind();
        return children(make<Let>(kind, variables, make_list_of<Node>(heap_, variables->count), none));
      }
      case NodeKind::letrec: {
        auto* variables = bind();
        const bool group = get() != 0;
        auto* n = make<Letrec>(kind, variables, make_list_of<Node>(heap_, variables->count), none);
        if (group) n->header |= kFixGroup;
        return children(n);
      }
      case NodeKind::receive: {
        const auto rest = static_cast<std::uint64_t>(get());
        return children(make<Receive>(kind, bind(), rest, none, none));
      }
      default: assert(false && "a writer does not write it"); return none;
    }
  }

  Heap& heap_;
  vm::Vector& form_;
  vm::Bytevector& bytes_;
  vm::Span span_;
  GcVector<Variable*> variables_;
  std::size_t at_ = 0, depth_ = 0;
};

bool is_known_lambda(Node* n) {
  if (n->node_kind() == NodeKind::lambda) return true;
  auto* ref = node_if<LocalRef>(n, NodeKind::local_ref);
  return ref != nullptr && known_lambda(ref->variable) != nullptr;
}

}  // namespace

const vm::Inlined* make_inlined(Heap& heap, Value name, vm::Span site, bool is_foreign) {
  auto* in = static_cast<vm::Inlined*>(heap.traced(sizeof(vm::Inlined)));
  *in = vm::Inlined{name, site, is_foreign, 1 + (site.within != nullptr ? site.within->depth : 0)};
  return in;
}

void mark_inlined(Heap& heap, Node* body, const vm::Inlined* in) {
  if (in != nullptr && in->depth < vm::Inlined::kDeepest) Marker(heap, in).run(body);
}

void keep_forms(Heap& heap, Node* tree) {
  const auto each = [&](auto f) {
    const auto one = [&](Node* n) {
      auto* define = node_if<GlobalDefine>(n, NodeKind::global_define);
      auto* l = define != nullptr ? node_if<Lambda>(define->value, NodeKind::lambda) : nullptr;
      if (l != nullptr) f(define->cell, *l);
    };
    if (auto* all = node_if<Sequence>(tree, NodeKind::sequence)) {
      for (Node* n : *all->nodes) one(n);
    } else {
      one(tree);
    }
  };
  CalledParameters called(heap);
  bool changed = true;
  for (int round = 0; round < 4 && changed; ++round) {
    changed = false;
    each([&](vm::Cell* cell, Lambda& l) { changed = called.look(cell, l) || changed; });
  }
  each([&](vm::Cell* cell, Lambda& l) { l.form = FormWriter(heap, cell).write(l, called.of(cell)); });
}

Lambda* form_for(Heap& heap, Call& call, std::size_t& budget) {
  auto* ref = node_if<GlobalRef>(call.procedure, NodeKind::global_ref);
  vm::Vector* form = ref != nullptr ? form_of(ref->cell) : nullptr;
  if (form == nullptr) return nullptr;
  const auto cost = static_cast<std::size_t>(form->slots()[kCost].fixnum());
  const auto called = static_cast<std::uint64_t>(form->slots()[kCalled].fixnum());
  bool wanted = cost <= kSmall;
  for (std::size_t i = 0; i < call.arguments->count && i < 32; ++i)
    wanted = wanted || ((called >> i & 1) && is_known_lambda((*call.arguments)[i]));
  if (!wanted || cost > budget) return nullptr;
  const vm::Span site = call.span();
  if (site.within != nullptr && site.within->depth > 20) return nullptr;
  vm::Span span = site;
  if (site.known()) span.within = make_inlined(heap, vm::as<vm::Closure>(ref->cell->value).code->name, site, true);
  Lambda& l = FormReader(heap, *form, span).read();
  if (!accepts(l, call.arguments->count)) return nullptr;
  budget -= cost;
  return &l;
}

}  // namespace fermata::scheme
