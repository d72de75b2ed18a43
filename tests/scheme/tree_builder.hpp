// Syntax trees from text, for tests of the compiler alone: a small expander without macros,
// modules or hygiene.  Natives are constant cells, so they compile as imports do.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "scheme/ast.hpp"
#include "scheme/builtins.hpp"
#include "scheme/compiler.hpp"
#include "scheme/reader.hpp"
#include "vm/disassemble.hpp"
#include "vm/machine.hpp"
#include "vm/native.hpp"
#include "vm/string.hpp"
#include "vm/verify.hpp"

namespace fermata::scheme {

class TreeBuilder {
 public:
  explicit TreeBuilder(vm::Machine& m) : m_(m), cells_(m.heap) {}

  // All forms of the text, one after the other.
  Node* program(std::string_view text) {
    SpanTable& spans = make_span_table(m_.heap, vm::make_source(m_.heap, "test", text));
    return body(read_all(m_, spans), {}, true);
  }

  vm::Cell* cell(vm::Value name) {
    for (vm::Cell* c : cells_)
      if (c->name == name) return c;
    vm::Cell& c = m_.heap.make<vm::Cell>(vm::kUnbound, name, vm::kFalse);
    if (const vm::Builtin* row = find_builtin(text_of(name))) {
      c.value = vm::value_of(&m_.heap.make_with<vm::Native>(vm::kVariadic, 0, row));
      c.set_constant();
    }
    cells_.push_back(&c);
    return &c;
  }
  vm::Cell* cell(std::string_view name) { return cell(m_.symbols.intern(name)); }

 private:
  using Scope = std::vector<Variable*>;  // innermost last; reachable from the tree being built

  std::string text_of(vm::Value symbol) {
    return vm::is<vm::Symbol>(symbol)
               ? vm::to_utf8(vm::as<vm::String>(vm::as<vm::Symbol>(symbol).name))
               : "";
  }
  static vm::Value car(vm::Value v) { return vm::as<vm::Pair>(v).car; }
  static vm::Value cdr(vm::Value v) { return vm::as<vm::Pair>(v).cdr; }
  static vm::Value cadr(vm::Value v) { return car(cdr(v)); }
  static vm::Value cddr(vm::Value v) { return cdr(cdr(v)); }
  static std::size_t length(vm::Value list) {
    std::size_t n = 0;
    for (; list.is_pair(); list = cdr(list)) ++n;
    return n;
  }
  template <class T, class... Fields>
  T* node(NodeKind kind, Fields... fields) {
    T* n = make_node<T>(m_.heap, kind, vm::Span{}, fields...);
    kept_.emplace_back(vm::value_of(reinterpret_cast<vm::Object*>(n)));
    return n;
  }
  Variable* variable(vm::Value name) {
    Variable* v = make_variable(m_.heap, name);
    kept_.emplace_back(vm::value_of(static_cast<vm::Object*>(v)));
    return v;
  }
  Node* constant(vm::Value v) { return node<Constant>(NodeKind::constant, v); }
  static Variable* find(const Scope& scope, vm::Value name) {
    for (std::size_t i = scope.size(); i-- > 0;)
      if (scope[i]->name == name) return scope[i];
    return nullptr;
  }
  List<Node>* nodes(vm::Value list, const Scope& scope) {
    auto* l = make_list_of<Node>(m_.heap, length(list));
    for (Node*& n : *l) n = expand(car(list), scope), list = cdr(list);
    return l;
  }

  Node* body(vm::Value forms, Scope scope, bool top = false) {
    std::vector<std::pair<Variable*, vm::Value>> defined;
    while (!top && forms.is_pair() && car(forms).is_pair() &&
           text_of(car(car(forms))) == "define") {
      vm::Value target = cadr(car(forms));
      defined.emplace_back(variable(target.is_pair() ? car(target) : target), car(forms));
      scope.push_back(defined.back().first);
      forms = cdr(forms);
    }
    Node* result = nullptr;
    if (length(forms) == 1)
      result = expand(car(forms), scope, top);
    else {
      auto* list = make_list_of<Node>(m_.heap, length(forms));
      for (Node*& n : *list) n = expand(car(forms), scope, top), forms = cdr(forms);
      result = node<Sequence>(NodeKind::sequence, list);
    }
    if (defined.empty()) return result;
    auto* variables = make_list_of<Variable>(m_.heap, defined.size());
    auto* inits = make_list_of<Node>(m_.heap, defined.size());
    for (std::size_t i = 0; i < defined.size(); ++i) {
      (*variables)[i] = defined[i].first;
      (*inits)[i] = definition(defined[i].second, scope);
    }
    return node<Letrec>(NodeKind::letrec, variables, inits, result);
  }
  Node* definition(vm::Value form, const Scope& scope) {
    vm::Value target = cadr(form);
    return target.is_pair() ? lambda(car(target), cdr(target), cddr(form), scope)
                            : expand(car(cddr(form)), scope);
  }
  Lambda* lambda(vm::Value name, vm::Value parameters, vm::Value forms, Scope scope) {
    auto* list = make_list_of<Variable>(
        m_.heap, length(parameters) + (vm::is<vm::Symbol>(rest_of(parameters)) ? 1 : 0));
    std::uint32_t required = 0, has_rest = 0;
    for (; parameters.is_pair(); parameters = cdr(parameters))
      (*list)[required++] = variable(car(parameters));
    if (vm::is<vm::Symbol>(parameters)) (*list)[required] = variable(parameters), has_rest = 1;
    for (Variable* v : *list) scope.push_back(v);
    return node<Lambda>(NodeKind::lambda, name, list, required, 0u, has_rest, 0u,
                        body(forms, scope), static_cast<void*>(nullptr), vm::kFalse);
  }
  static vm::Value rest_of(vm::Value list) {
    while (list.is_pair()) list = cdr(list);
    return list;
  }
  Node* call(Node* procedure, List<Node>* arguments) {
    return node<Call>(NodeKind::call, procedure, arguments);
  }
  template <class T>
  Node* let(NodeKind kind, vm::Value bindings, vm::Value forms, Scope scope, bool recursive) {
    const Scope outer = scope;
    auto* variables = make_list_of<Variable>(m_.heap, length(bindings));
    auto* inits = make_list_of<Node>(m_.heap, length(bindings));
    vm::Value b = bindings;
    for (Variable*& v : *variables) v = variable(car(car(b))), scope.push_back(v), b = cdr(b);
    b = bindings;
    for (Node*& n : *inits) n = expand(cadr(car(b)), recursive ? scope : outer), b = cdr(b);
    for (std::size_t i = 0; i < inits->count; ++i)
      if ((*inits)[i]->node_kind() == NodeKind::lambda)
        static_cast<Lambda*>((*inits)[i])->name = (*variables)[i]->name;
    return node<T>(kind, variables, inits, body(forms, scope));
  }
  Node* named_let(vm::Value name, vm::Value bindings, vm::Value forms, Scope scope) {
    auto* inits = make_list_of<Node>(m_.heap, length(bindings));
    vm::Value parameters = vm::kNull;
    std::vector<vm::Value> names;
    vm::Value b = bindings;
    for (Node*& n : *inits)
      n = expand(cadr(car(b)), scope), names.push_back(car(car(b))), b = cdr(b);
    for (std::size_t i = names.size(); i-- > 0;) parameters = m_.heap.cons(names[i], parameters);
    Variable* loop = variable(name);
    scope.push_back(loop);
    auto* variables = make_list_of<Variable>(m_.heap, 1);
    (*variables)[0] = loop;
    auto* values = make_list_of<Node>(m_.heap, 1);
    (*values)[0] = lambda(name, parameters, forms, scope);
    Node* letrec = node<Letrec>(NodeKind::letrec, variables, values,
                                static_cast<Node*>(node<LocalRef>(NodeKind::local_ref, loop)));
    return call(letrec, inits);
  }
  Node* if_(Node* test, Node* then, Node* otherwise) {
    return node<Conditional>(NodeKind::conditional, test, then, otherwise);
  }
  Node* cond(vm::Value clauses, const Scope& scope) {
    if (!clauses.is_pair()) return constant(vm::kUnspecified);
    vm::Value clause = car(clauses);
    if (text_of(car(clause)) == "else") return body(cdr(clause), scope);
    return if_(expand(car(clause), scope), body(cdr(clause), scope), cond(cdr(clauses), scope));
  }
  Node* expand(vm::Value form, const Scope& scope, bool top = false) {
    if (vm::is<vm::Symbol>(form)) {
      if (Variable* v = find(scope, form)) return node<LocalRef>(NodeKind::local_ref, v);
      return node<GlobalRef>(NodeKind::global_ref, cell(form));
    }
    if (!form.is_pair()) return constant(form);
    const std::string head = text_of(car(form));
    const vm::Value rest = cdr(form);
    if (!head.empty() && find(scope, car(form)) == nullptr) {
      if (head == "quote") return constant(car(rest));
      if (head == "if")
        return if_(
            expand(car(rest), scope), expand(cadr(rest), scope),
            cddr(rest).is_pair() ? expand(car(cddr(rest)), scope) : constant(vm::kUnspecified));
      if (head == "define") {
        vm::Value target = cadr(form);
        return node<GlobalDefine>(NodeKind::global_define,
                                  cell(target.is_pair() ? car(target) : target),
                                  definition(form, scope));
      }
      if (head == "set!") {
        Node* value = expand(cadr(rest), scope);
        if (Variable* v = find(scope, car(rest)))
          return node<LocalSet>(NodeKind::local_set, v, value);
        return node<GlobalSet>(NodeKind::global_set, cell(car(rest)), value);
      }
      if (head == "lambda") return lambda(vm::kFalse, car(rest), cdr(rest), scope);
      if (head == "case-lambda") {
        auto* clauses = make_list_of<Lambda>(m_.heap, length(rest));
        vm::Value r = rest;
        for (Lambda*& l : *clauses)
          l = lambda(vm::kFalse, car(car(r)), cdr(car(r)), scope), r = cdr(r);
        return node<CaseLambda>(NodeKind::case_lambda, vm::kFalse, clauses);
      }
      if (head == "begin") return body(rest, scope, top);
      if (head == "let" && vm::is<vm::Symbol>(car(rest)))
        return named_let(car(rest), cadr(rest), cddr(rest), scope);
      if (head == "let") return let<Let>(NodeKind::let, car(rest), cdr(rest), scope, false);
      if (head == "let*") {
        if (length(car(rest)) < 2)
          return let<Let>(NodeKind::let, car(rest), cdr(rest), scope, false);
        vm::Value inner = m_.heap.cons(car(form), m_.heap.cons(cdr(car(rest)), cdr(rest)));
        return let<Let>(NodeKind::let, m_.heap.cons(car(car(rest)), vm::kNull),
                        m_.heap.cons(inner, vm::kNull), scope, false);
      }
      if (head == "letrec" || head == "letrec*")
        return let<Letrec>(NodeKind::letrec, car(rest), cdr(rest), scope, true);
      if (head == "and") {
        if (!rest.is_pair()) return constant(vm::kTrue);
        if (!cdr(rest).is_pair()) return expand(car(rest), scope);
        return if_(expand(car(rest), scope), expand(m_.heap.cons(car(form), cdr(rest)), scope),
                   constant(vm::kFalse));
      }
      if (head == "or") {
        if (!rest.is_pair()) return constant(vm::kFalse);
        if (!cdr(rest).is_pair()) return expand(car(rest), scope);
        Variable* t = variable(vm::kFalse);
        auto* variables = make_list_of<Variable>(m_.heap, 1);
        (*variables)[0] = t;
        auto* inits = make_list_of<Node>(m_.heap, 1);
        (*inits)[0] = expand(car(rest), scope);
        Node* test = node<LocalRef>(NodeKind::local_ref, t);
        Node* then = node<LocalRef>(NodeKind::local_ref, t);
        return node<Let>(NodeKind::let, variables, inits,
                         if_(test, then, expand(m_.heap.cons(car(form), cdr(rest)), scope)));
      }
      if (head == "when")
        return if_(expand(car(rest), scope), body(cdr(rest), scope), constant(vm::kUnspecified));
      if (head == "unless")
        return if_(expand(car(rest), scope), constant(vm::kUnspecified), body(cdr(rest), scope));
      if (head == "cond") return cond(rest, scope);
    }
    Node* procedure = expand(car(form), scope);
    return call(procedure, nodes(rest, scope));
  }

  vm::Machine& m_;
  vm::GcVector<vm::Cell*> cells_;
  std::vector<vm::Handle> kept_;  // partial trees sit in std::vectors here
};

struct CompilerFixture {
  vm::Machine& m = vm::Machine::create();
  TreeBuilder builder{m};
  CompilerOptions options;
  ~CompilerFixture() { vm::Machine::destroy(m); }

  vm::Code& code(std::string_view text) {
    vm::Code& c = compile(m, builder.program(text), options);
    CHECK(vm::verify(c) == "");
    return c;
  }
  std::string listing(std::string_view text) { return vm::disassemble(code(text)); }
  vm::Value run(vm::Code& c) {
    vm::Closure& closure = m.heap.make_closure(c, 0, c.frame_size(), 0);
    vm::Task& task = m.make_task(vm::value_of(&closure));
    vm::RunStatus status = m.run(task, 1 << 20);
    while (status == vm::RunStatus::out_of_gas) status = m.run(task, 1 << 20);
    raised = status == vm::RunStatus::raised;
    if (!raised) REQUIRE(status == vm::RunStatus::finished);
    return task.result;
  }
  vm::Value run(std::string_view text) { return run(code(text)); }
  bool raised = false;
};

}  // namespace fermata::scheme
