// The compiler's passes and what they share; private to the compiler.
//
//   copy_tree     the expander's tree is never written: we work on a copy with fresh variables
//   count_uses    how often each variable is referenced and assigned
//   simplify      inlining, of libraries' procedures too (inline.cpp), copy propagation, folding,
//                 dead code; letrec into its parts
//   sink_loops    a loop stands where it is started
//   fit_registers what needs more than 255 registers is cut into several procedures
//   find_blocks   continuations that are only called, from where they are taken
//   plan          which lambdas become loops, which are known; boxes; free variables
//   generate      instructions
#pragma once

#include "scheme/ast.hpp"
#include "scheme/compiler.hpp"
#include "scheme/stack_guard.hpp"
#include "vm/machine.hpp"

namespace fermata::scheme {

using vm::GcVector;
using vm::Heap;
using vm::Value;

enum VariableFlag : std::uint32_t {
  kEscapes = 1,        // referenced other than as the operator of a call
  kBoxed = 2,          // its register holds a Box
  kUninitialized = 4,  // may be read before it has a value (letrec*); always boxed
  kCaptured = 8,       // referenced from another frame than its own
  kSubstitute = 16,    // simplify: references become its init
  kInlineOnce = 32,    // simplify: a lambda called from one place
  kInlineCopy = 64,    // simplify: a lambda small enough to copy
  kFree = 128          // codegen: reg is the index of a free variable
};

// Node header flag: a Letrec that holds one group of mutually recursive lambdas.
inline constexpr std::uint64_t kFixGroup = 0x20;

// Lambda::flags: not to become a label, because its group's parameters would not fit a frame.
inline constexpr std::uint32_t kOwnFrame = 1;

// What a pass needs to know; lies on the C++ stack.
struct Compilation {
  vm::Machine& m;
  const CompilerOptions& options;
  StackGuard guard;
  Heap& heap() { return m.heap; }
};

template <class T>
T& node_cast(Node* n) {
  return *static_cast<T*>(n);
}
template <class T>
T* node_if(Node* n, NodeKind kind) {
  return n->node_kind() == kind ? static_cast<T*>(n) : nullptr;
}

// ---- tree.cpp: walking, asking, making -------------------------------------------
// Calls f(Node*& child) for each child in order of evaluation; a lambda's body included.
template <class F>
void for_each_child(Node* n, F f) {
  switch (n->node_kind()) {
    case NodeKind::constant:
    case NodeKind::local_ref:
    case NodeKind::global_ref:
      break;
    case NodeKind::local_set:
      f(node_cast<LocalSet>(n).value);
      break;
    case NodeKind::global_set:
      f(node_cast<GlobalSet>(n).value);
      break;
    case NodeKind::global_define:
      f(node_cast<GlobalDefine>(n).value);
      break;
    case NodeKind::conditional:
      f(node_cast<Conditional>(n).test);
      f(node_cast<Conditional>(n).then);
      f(node_cast<Conditional>(n).otherwise);
      break;
    case NodeKind::lambda:
      f(node_cast<Lambda>(n).body);
      break;
    case NodeKind::case_lambda:
      for (Lambda*& l : *node_cast<CaseLambda>(n).clauses) f(l->body);
      break;
    case NodeKind::call:
      f(node_cast<Call>(n).procedure);
      for (Node*& a : *node_cast<Call>(n).arguments) f(a);
      break;
    case NodeKind::sequence:
      for (Node*& a : *node_cast<Sequence>(n).nodes) f(a);
      break;
    case NodeKind::let:
      for (Node*& a : *node_cast<Let>(n).inits) f(a);
      f(node_cast<Let>(n).body);
      break;
    case NodeKind::letrec:
      for (Node*& a : *node_cast<Letrec>(n).inits) f(a);
      f(node_cast<Letrec>(n).body);
      break;
    case NodeKind::receive:
      f(node_cast<Receive>(n).producer);
      f(node_cast<Receive>(n).body);
      break;
    case NodeKind::block:
      f(node_cast<Block>(n).body());
      break;
    case NodeKind::exit:
      f(node_cast<Exit>(n).value());
      break;
  }
}

Node* copy_tree(Heap& heap, Node* tree);
void count_uses(Heap& heap, Node* tree);
bool is_pure(Node* n);  // may be left out when its value is not needed
bool is_small(Heap& heap, const Lambda& l);
bool refers_to(Heap& heap, Node* tree, const Variable* v);
bool accepts(const Lambda& l, std::size_t arguments);
inline bool is_fixed(const Lambda& l) { return l.optional == 0 && !l.has_rest; }
// The lambda that an unassigned let- or letrec-bound variable always holds, or null.
Lambda* known_lambda(const Variable* v);

Node* make_constant(Heap& heap, vm::Span span, Value value);
Node* make_local_ref(Heap& heap, vm::Span span, Variable* v);
Node* make_native_ref(Heap& heap, vm::Span span, std::string_view name);  // a Constant
Node* make_call(Heap& heap, vm::Span span, Node* procedure, std::initializer_list<Node*> arguments);
Node* make_let(Heap& heap, vm::Span span, Variable* v, Node* init, Node* body);
// The Native that the node certainly is, or null.
const vm::Native* native_of(Node* n);

// ---- the passes -------------------------------------------------------------------
void simplify(Compilation& c, Node** tree);
// simplify_values.cpp.  True: *hole is something new.
bool receive_values(Compilation& c, Node** hole, Call& call);
bool call_with_known_values(Compilation& c, Node** hole);  // of a Receive
void fix_letrec(Compilation& c, Node** hole);  // letrec.cpp: into lets and groups of lambdas
void fix_every_letrec(Compilation& c, Node** tree);  // for want of simplify, which does it
// fold.cpp: the call's value when it is known now and computing it cannot raise, or null.
Node* fold_call(Compilation& c, Call& call);
Node* rewrite_native_call(Compilation& c, Call& call);  // fold.cpp: a better tree, or null
Node* spread_apply(Compilation& c, Call& call);         // spread.cpp: a call without apply, or null
void sink_loops(Compilation& c, Node** tree);
void fit_registers(Compilation& c, Node** tree);
void find_blocks(Compilation& c, Node** tree);
// Those for which f says so are calls again.
template <class F>
void dissolve_blocks(Heap& heap, Node** tree, F f) {
  GcVector<Node**> work(heap);
  work.push_back(tree);
  while (!work.empty()) {
    Node** hole = work.pop_back();
    if (auto* block = node_if<Block>(*hole, NodeKind::block); block != nullptr && f(*block))
      *hole = block->call;
    else if (auto* exit = node_if<Exit>(*hole, NodeKind::exit); exit != nullptr && f(*exit->block))
      *hole = exit->call;
    for_each_child(*hole, [&](Node*& child) { work.push_back(&child); });
  }
}
// inline.cpp
const vm::Inlined* make_inlined(Heap& heap, Value name, vm::Span site, bool is_foreign = false);
// Says of the nodes of a body, inlined there, that they are; null: nothing.
void mark_inlined(Heap& heap, Node* body, const vm::Inlined* in);
// Has the procedures that the tree defines keep what inlining them elsewhere takes.
void keep_forms(Heap& heap, Node* tree);
// The library procedure that the call is of, when it is worth having there, or null; it takes
// so many nodes from the budget.
Lambda* form_for(Heap& heap, Call& call, std::size_t& budget);

vm::Code& generate(Compilation& c, Lambda& top);
Value costs(Compilation& c, Lambda& top);  // costs.cpp: instead of instructions, what they cost

}  // namespace fermata::scheme
