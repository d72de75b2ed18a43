// Trees are built from the root on, by a list of what is still to be read; a variable can be
// mentioned only while the list says that it is visible.
#include "scheme/compiled_reader.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "scheme/compiled_calls.hpp"
#include "scheme/compiled_objects.hpp"
#include "scheme/expander_machine.hpp"
#include "scheme/library.hpp"
#include "scheme/passes.hpp"
#include "scheme/span_value.hpp"
#include "vm/number.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

[[noreturn]] void damaged(const char* what) { UntrustedBytes::damaged(what); }

// ---- places -----------------------------------------------------------------------------------

class Places {
 public:
  Places(Machine& m, UntrustedBytes& in) : heap_(m.heap), in_(in), texts_(m.heap), uses_(m.heap) {}

  // Names that carried texts have say that a text is to be believed.
  void read_texts() {
    const std::size_t count = in_.count();
    if (count == 0) damaged("it has no text");
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view name = in_.text();
      if (name.starts_with(kCarried)) damaged("a text with the name of one of Fermata's own");
      texts_.push_back(&make_source(heap_, name, in_.text()));
    }
  }
  SourceText* text() { return texts_[0]; }

  void read_uses(CompiledObjects& objects) {
    const std::size_t count = in_.count();
    for (std::size_t i = 0; i < count; ++i) {
      want_memory(heap_, i);
      const Value name = objects.symbol();
      begin();
      const Value definition = span_value(heap_, next(), kNull);
      begin();
      const Span site = next();
      const Inlined* use = make_inlined(heap_, heap_.cons(name, definition), site);
      if (definition == kFalse || !site.known() || use->depth > kDeepestUse)
        damaged("a use of a macro that there cannot be");
      uses_.push_back(use);
    }
  }

  // The next place is the first one of its form.
  void begin() { last_ = {texts_[0], 0, 0, nullptr}; }

  Span next() {
    switch (in_.tag(PlaceTag::far)) {
      case PlaceTag::none:
        return {};
      case PlaceTag::near: {
        const std::int64_t by = in_.signed_number(), before = last_.start;
        if (by > UINT32_MAX || by < -before) damaged("a place outside of its text");
        return place(static_cast<std::uint64_t>(before + by));
      }
      case PlaceTag::far:
        break;
    }
    last_.text = texts_[in_.number_below(texts_.size(), "a text that is not there")];
    const std::uint64_t use =
        in_.number_below(uses_.size() + 1, "a use of a macro that is not there");
    last_.within = use == 0 ? nullptr : uses_[use - 1];
    return place(in_.number());
  }

 private:
  Span place(std::uint64_t start) {
    const std::string_view text = last_.text->view();
    const std::uint64_t size = in_.number();
    if (start > text.size() || size > text.size() - start || text.size() > UINT32_MAX)
      damaged("a place outside of its text");
    if (is_inside_character(text, start) || is_inside_character(text, start + size))
      damaged("a place inside of a character");
    last_.start = static_cast<std::uint32_t>(start);
    last_.end = static_cast<std::uint32_t>(start + size);
    return last_;
  }
  static bool is_inside_character(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  }

  Heap& heap_;
  UntrustedBytes& in_;
  GcVector<SourceText*> texts_;
  GcVector<const Inlined*> uses_;
  Span last_;
};

// ---- trees ------------------------------------------------------------------------------------

// One form's tree.
class TreeReader {
 public:
  TreeReader(Runtime& r, UntrustedBytes& in, CompiledObjects& objects, Places& places,
             GcVector<Value>& defined)
      : r_(r),
        heap_(r.machine.heap),
        in_(in),
        objects_(objects),
        places_(places),
        defined_(defined),
        jobs_(heap_),
        variables_(heap_),
        globals_(heap_) {}

  Node* read() {
    Node* root = nullptr;
    places_.begin();
    later(&root, Place::top);
    for (std::size_t made = 0; !jobs_.empty(); ++made) {
      want_memory(heap_, made);
      const Job job = jobs_.pop_back();
      switch (job.kind) {
        case Job::node: {
          --awaited_;
          Node* const made_here = node(job.place, job.hole);
          std::memcpy(job.hole, &made_here, sizeof made_here);
          break;
        }
        case Job::show:
          show(job.from, job.count, true);
          break;
        case Job::hide:
          show(job.from, job.count, false);
          break;
        case Job::check: {
          Call* call = nullptr;
          std::memcpy(&call, job.hole, sizeof call);
          if (!is_core_call(*call, static_cast<CoreProcedure>(job.from)))
            damaged("a call that no form makes");
        }
      }
    }
    if (next_defined_ != defined_.size()) damaged("a name that is defined nowhere");
    return root;
  }

  void take_globals(CompiledForm& form) {
    Vector& names = heap_.make_vector(globals_.size(), kFalse);
    form.names = value_of(&names);
    form.globals = make_list_of<Node>(heap_, globals_.size());
    for (std::size_t i = 0; i < globals_.size(); ++i) {
      names.slots()[i] = globals_[i].name;
      (*form.globals)[i] = globals_[i].node;
    }
  }

 private:
  enum class Place : std::uint8_t { expression, top, letrec_init, clause };
  struct Job {
    enum Kind : std::uint8_t { node, show, hide, check } kind;
    Place place;
    void* hole;  // for a pointer, in what `root` leads to
    std::size_t from, count;
  };

  // What is read next is pushed last.
  void later(void* hole, Place place = Place::expression) {
    ++awaited_;
    jobs_.push_back({Job::node, place, hole, 0, 0});
  }
  void later_all(List<Node>* list, Place place = Place::expression) {
    for (std::size_t i = list->count; i-- > 0;) later(&(*list)[i], place);
  }
  void show_later(std::size_t from, std::size_t count) {
    jobs_.push_back({Job::show, {}, nullptr, from, count});
  }
  void hide_later(std::size_t from, std::size_t count) {
    jobs_.push_back({Job::hide, {}, nullptr, from, count});
  }

  void show(std::size_t from, std::size_t count, bool visible) {
    for (std::size_t i = from; i < from + count; ++i) visible_[i] = visible;
  }
  Variable* variable() {
    const std::uint64_t i = in_.number_below(variables_.size(), "a variable that is not there");
    if (!visible_[i]) damaged("a variable that is not visible");
    return variables_[i];
  }
  List<Variable>* names(std::size_t count) {
    auto* list = make_list_of<Variable>(heap_, count);
    for (std::size_t i = 0; i < count; ++i) {
      want_memory(heap_, i);
      (*list)[i] = make_variable(heap_, objects_.symbol());
      variables_.push_back((*list)[i]);
      visible_.push_back(false);
    }
    return list;
  }

  // The node has no cell until it is linked.
  struct Global {
    Node* node;
    Value name;
  };
  Node* global(Node* node, Value name) {
    globals_.push_back({node, name});
    return node;
  }

  Node* node(Place place, void* hole) {
    const TreeTag tag = in_.tag(TreeTag::core_call);
    const Span span = places_.next();
    if (place == Place::clause && tag != TreeTag::lambda) damaged("a clause that is no procedure");
    Node* const none = nullptr;
    Cell* const no_cell = nullptr;
    switch (tag) {
      case TreeTag::constant:
        return make_constant(heap_, span, objects_.reference());
      case TreeTag::no_value_yet:
        if (place != Place::letrec_init) damaged("a value that is none");
        return make_constant(heap_, span, kUnbound);
      case TreeTag::local_ref:
        return make_local_ref(heap_, span, variable());
      case TreeTag::local_set: {
        auto* n = make_node<LocalSet>(heap_, NodeKind::local_set, span, variable(), none);
        later(&n->value);
        return n;
      }
      case TreeTag::global_ref:
        return global(make_node<GlobalRef>(heap_, NodeKind::global_ref, span, no_cell),
                      objects_.symbol());
      case TreeTag::global_set: {
        auto* n = make_node<GlobalSet>(heap_, NodeKind::global_set, span, no_cell, none);
        later(&n->value);
        return global(n, objects_.symbol());
      }
      case TreeTag::global_define: {
        if (place != Place::top || next_defined_ == defined_.size())
          damaged("a definition out of place");
        auto* n = make_node<GlobalDefine>(heap_, NodeKind::global_define, span, no_cell, none);
        later(&n->value);
        return global(n, defined_[next_defined_++]);
      }
      case TreeTag::conditional: {
        auto* n = make_node<Conditional>(heap_, NodeKind::conditional, span, none, none, none);
        later(&n->otherwise);
        later(&n->then);
        later(&n->test);
        return n;
      }
      case TreeTag::lambda:
        return lambda(span);
      case TreeTag::case_lambda: {
        const Value name = objects_.name();
        auto* clauses = make_list_of<Lambda>(heap_, children());
        for (std::size_t i = clauses->count; i-- > 0;) later(&(*clauses)[i], Place::clause);
        return make_node<CaseLambda>(heap_, NodeKind::case_lambda, span, name, clauses);
      }
      case TreeTag::call: {
        auto* n = make_node<Call>(heap_, NodeKind::call, span, none,
                                  make_list_of<Node>(heap_, children()));
        later_all(n->arguments);
        later(&n->procedure);
        return n;
      }
      case TreeTag::sequence: {
        auto* n =
            make_node<Sequence>(heap_, NodeKind::sequence, span, make_list_of<Node>(heap_, some()));
        later_all(n->nodes, place == Place::top ? Place::top : Place::expression);
        return n;
      }
      case TreeTag::let:
        return let(span, place);
      case TreeTag::letrec:
        return letrec(span);
      case TreeTag::receive:
        return receive(span);
      case TreeTag::common_ref:
        return builtin(
            span, kCommon[in_.number_below(std::size(kCommon), "a procedure that is not there")]);
      case TreeTag::core_call:
        return core_call(span, hole);
    }
    return none;
  }

  // How many children a node has: there must be bytes for them beside those still to be read.
  std::size_t children() {
    const std::size_t count = in_.count();
    if (count > in_.left() - std::min(awaited_, in_.left())) damaged("it ends too early");
    return count;
  }
  std::size_t some() {
    const std::size_t count = children();
    if (count == 0) damaged("nothing where something is wanted");
    return count;
  }

  Node* lambda(Span span) {
    const Value name = objects_.name();
    const std::size_t required = in_.count();
    const bool rest = in_.flag();
    const std::size_t from = variables_.size(), count = required + rest;
    auto* n = make_node<Lambda>(heap_, NodeKind::lambda, span, name, names(count),
                                static_cast<std::uint32_t>(required), 0u, std::uint32_t{rest}, 0u,
                                static_cast<Node*>(nullptr), static_cast<void*>(nullptr), kFalse);
    inside(from, count, &n->body);
    return n;
  }

  Node* let(Span span, Place place) {
    const std::size_t count = some(), from = variables_.size();
    auto* variables = names(count);
    auto* n = make_node<Let>(heap_, NodeKind::let, span, variables,
                             make_list_of<Node>(heap_, count), static_cast<Node*>(nullptr));
    inside(from, count, &n->body, place == Place::top ? Place::top : Place::expression);
    later_all(n->inits);
    return n;
  }

  Node* letrec(Span span) {
    const std::size_t count = some(), from = variables_.size();
    auto* variables = names(count);
    auto* n = make_node<Letrec>(heap_, NodeKind::letrec, span, variables,
                                make_list_of<Node>(heap_, count), static_cast<Node*>(nullptr));
    hide_later(from, count);
    later(&n->body);
    later_all(n->inits, Place::letrec_init);
    show_later(from, count);
    return n;
  }

  Node* receive(Span span) {
    const std::size_t count = in_.count();
    const bool rest = in_.flag();
    if (rest && count == 0) damaged("nothing where something is wanted");
    const std::size_t from = variables_.size();
    auto* n = make_node<Receive>(heap_, NodeKind::receive, span, names(count), std::uint64_t{rest},
                                 static_cast<Node*>(nullptr), static_cast<Node*>(nullptr));
    inside(from, count, &n->body);
    later(&n->producer);
    return n;
  }

  // To be read where these variables are visible.
  void inside(std::size_t from, std::size_t count, Node** body, Place place = Place::expression) {
    hide_later(from, count);
    later(body, place);
    show_later(from, count);
  }

  Node* builtin(Span span, std::string_view name) {
    Cell& cell = mention(r_.machine, *r_.builtins, r_.machine.symbols.intern(name));
    return make_node<GlobalRef>(heap_, NodeKind::global_ref, span, &cell);
  }

  Node* core_call(Span span, void* hole) {
    const std::uint64_t which =
        in_.number_below(std::size(kCoreProcedures), "a procedure that is not there");
    Node* procedure = builtin(places_.next(), kCoreProcedures[which]);
    auto* n = make_node<Call>(heap_, NodeKind::call, span, procedure,
                              make_list_of<Node>(heap_, children()));
    jobs_.push_back({Job::check, {}, hole, which, 0});
    later_all(n->arguments);
    return n;
  }

  Runtime& r_;
  Heap& heap_;
  UntrustedBytes& in_;
  CompiledObjects& objects_;
  Places& places_;
  GcVector<Value>& defined_;
  std::size_t next_defined_ = 0;
  GcVector<Job> jobs_;
  std::size_t awaited_ = 0;        // nodes among the jobs
  GcVector<Variable*> variables_;  // in the order in which they are bound
  std::vector<bool> visible_;      // of each, whether it can be mentioned here
  GcVector<Global> globals_;
};

CompiledForm& read_form(Runtime& r, UntrustedBytes& in, CompiledObjects& objects, Places& places) {
  Heap& heap = r.machine.heap;
  const std::uint64_t position =
      in.number_below(places.text()->view().size() + 1, "a form outside of the text");
  const bool fold_case = in.flag();
  CompiledForm& form =
      heap.make<CompiledForm>(Value::fixnum(static_cast<std::int64_t>(position)),
                              Value::boolean(fold_case), nullptr, nullptr, kNull, kNull);
  if (!in.flag()) return form;
  GcVector<Value> defined(heap);
  for (std::size_t i = in.count(); i > 0; --i) defined.push_back(objects.symbol());
  TreeReader reader(r, in, objects, places, defined);
  form.tree = reader.read();
  reader.take_globals(form);
  while (!defined.empty()) form.defined = heap.cons(defined.pop_back(), form.defined);
  return form;
}

}  // namespace

CompiledForms read_compiled(Runtime& r, std::string_view bytes) {
  if (!is_compiled(bytes)) throw CompiledError("this is not a compiled program");
  if (!bytes.starts_with(kCompiledMagic))
    throw CompiledError("the program was compiled by another version of Fermata: compile it again");
  if (bytes.size() > UINT32_MAX) throw CompiledError("the compiled program is too large");
  UntrustedBytes in(bytes.substr(kCompiledMagic.size()));
  std::uint64_t sum = 0;
  for (int shift = 0; shift < 64; shift += 8) sum |= std::uint64_t{in.byte()} << shift;
  if (checksum(bytes.substr(bytes.size() - in.left())) != sum)
    UntrustedBytes::damaged("the checksum is another");
  Places places(r.machine, in);
  places.read_texts();
  CompiledObjects objects(r.machine, in);
  objects.read();
  places.read_uses(objects);
  auto* forms = make_list_of<CompiledForm>(r.machine.heap, in.count());
  for (CompiledForm*& form : *forms) form = &read_form(r, in, objects, places);
  if (in.left() != 0) UntrustedBytes::damaged("something follows its end");
  return {places.text(), forms};
}

Node* link_form(Runtime& r, const CompiledForm& form, Environment& env) {
  Heap& heap = r.machine.heap;
  const Span place{form.tree->text, form.tree->start, form.tree->end};
  const Item& item = make_top_item(heap, kFalse, value_of(&env), nullptr, place);
  Expansion& nothing = heap.make<Expansion>(nullptr, nullptr, nullptr, nullptr);
  Expander x(r, nothing);
  for (Value at = form.defined; at.is_pair(); at = at.pair()->cdr) {
    want_definable(x, env, Core::define, at.pair()->car, place);
    define(r.machine, env, at.pair()->car);
  }
  for (std::size_t i = 0; i < form.globals->count; ++i) {
    Node* const n = (*form.globals)[i];
    const Value name = as<Vector>(form.names).slots()[i];
    if (auto* define = node_if<GlobalDefine>(n, NodeKind::global_define))
      define->cell = &as<Cell>(lookup(env, name));
    else if (auto* set = node_if<GlobalSet>(n, NodeKind::global_set))
      set->cell = &x.assigned_cell(name, resolve(name, item.scope), n->span());
    else
      node_cast<GlobalRef>(n).cell = node_cast<GlobalRef>(x.reference(item, name, n->span())).cell;
  }
  return form.tree;
}

}  // namespace fermata::scheme
