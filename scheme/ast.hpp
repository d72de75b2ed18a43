// The syntax tree: what the expander hands to the compiler.
//
// Nodes are heap objects, so a tree under construction survives collections and a
// captured continuation.  Names are resolved: a reference holds its Variable or Cell.
// Derived forms are gone: `let` families are Let and Letrec, loops are Letrec of
// Lambdas, bodies with definitions are Letrec (with letrec* order).
#pragma once

#include "vm/heap.hpp"
#include "vm/source_map.hpp"

namespace fermata::scheme {

enum class NodeKind : std::uint8_t {
  constant, local_ref, local_set, global_ref, global_set, global_define,
  conditional, lambda, case_lambda, call, sequence, let, letrec, receive,
  block, exit  // the compiler's own, see blocks.cpp
};

struct Node : vm::Object {  // aux: the NodeKind
  static constexpr vm::Kind kKind = vm::Kind::node;
  vm::SourceText* text;
  std::uint32_t start, end;
  const vm::Inlined* within;  // an inlined procedure, null in what the expander makes
  NodeKind node_kind() const { return static_cast<NodeKind>(aux()); }
  vm::Span span() const { return {text, start, end, within}; }
};

template <class T>
struct List {  // traced array
  std::uint64_t count;
  T* items[1];
  T** begin() { return items; }
  T** end() { return items + count; }
  T*& operator[](std::size_t i) { return items[i]; }
};
template <class T>
List<T>* make_list_of(vm::Heap& heap, std::size_t count) {
  auto* l = static_cast<List<T>*>(heap.traced(sizeof(std::uint64_t) + (count ? count : 1) * sizeof(T*)));
  l->count = count;
  for (auto*& item : *l) item = nullptr;
  return l;
}

struct Lambda;

// A local variable.  The expander fills name and counts nothing; analysis is the compiler's.
struct Variable : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::variable;
  vm::Value name;        // Symbol
  Lambda* owner;         // analysis: the lambda whose frame holds it
  Node* init;            // analysis: what it is bound to, if by let or letrec
  std::int32_t references, assignments;  // analysis: counts
  std::int32_t reg;      // codegen
  std::uint32_t flags;   // analysis and codegen: VariableFlag
  // Where the program itself binds it by let or a definition in a body; null elsewhere.
  vm::SourceText* text;
  std::uint32_t start, end;
  vm::Span span() const { return {text, start, end}; }
};

struct Constant : Node { vm::Value value; };
struct LocalRef : Node { Variable* variable; };
struct LocalSet : Node { Variable* variable; Node* value; };
struct GlobalRef : Node { vm::Cell* cell; };
struct GlobalSet : Node { vm::Cell* cell; Node* value; };
struct GlobalDefine : Node { vm::Cell* cell; Node* value; };  // its value is unspecified
struct Conditional : Node { Node* test; Node* then; Node* otherwise; };
struct Lambda : Node {
  vm::Value name;               // Symbol or #f
  List<Variable>* parameters;   // required, then optional (kDefault when absent), then rest
  std::uint32_t required, optional;
  std::uint32_t has_rest, flags;
  Node* body;
  void* analysis;               // traced; the compiler's own
  vm::Value form;               // what inlining it elsewhere takes, or #f; the compiler's own
  std::uint64_t most_rest = 0;  // how many arguments the rest takes; 0: any number
};
struct CaseLambda : Node { vm::Value name; List<Lambda>* clauses; };
struct Call : Node { Node* procedure; List<Node>* arguments; };
struct Sequence : Node { List<Node>* nodes; };                     // at least one
struct Let : Node { List<Variable>* variables; List<Node>* inits; Node* body; };     // parallel
struct Letrec : Node { List<Variable>* variables; List<Node>* inits; Node* body; };  // letrec*
// Binds the values that the producer returns; with has_rest the last variable gets a list.
struct Receive : Node {
  List<Variable>* variables;
  std::uint64_t has_rest;
  Node* producer;
  Node* body;
};

// (call/cc (lambda (k) body)) where k is only ever called: a place to jump to the end of.
struct Block : Node {
  Call* call;      // what it stands for
  void* analysis;  // traced; the compiler's own
  Node*& body() const { return static_cast<Lambda*>(call->arguments->items[0])->body; }
};
// (k value)
struct Exit : Node {
  Block* block;
  Call* call;
  Node*& value() const { return call->arguments->items[0]; }
};

template <class T, class... Fields>
T* make_node(vm::Heap& heap, NodeKind kind, vm::Span span, Fields... fields) {
  return ::new (heap.traced(sizeof(T)))
      T{{{vm::make_header(vm::Kind::node, static_cast<std::uint64_t>(kind))}, span.text, span.start, span.end, span.within},
        fields...};
}
inline Variable* make_variable(vm::Heap& heap, vm::Value name, vm::Span span = {}) {
  return &heap.make<Variable>(name, nullptr, nullptr, 0, 0, -1, 0u, span.text, span.start,
                              span.end);
}

}  // namespace fermata::scheme
