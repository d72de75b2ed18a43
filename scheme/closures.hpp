// The plan for a tree: which lambdas are places to jump to, which are known, which need
// closures, what they capture, and which variables live in boxes.
//
// A lambda is a *label* when all its calls are in tail position of the expression that
// binds it (or of other labels bound there): then it runs in the frame of its surroundings,
// its parameters are registers, its calls are jumps.  Loops are of this kind, and so is code
// that several branches share.  What is found is the greatest consistent set: at first every
// candidate is taken for a label, and whatever contradicts that is struck out until nothing
// does (the continuation-based analysis of Fluet and Weeks, "Contification using dominators",
// restricted to the binding expression's own continuation).
//
// A *block* stays one when all its exits stand in its own frame, labels included; otherwise it
// is the call of call/cc again that it was.
//
// Every other lambda has a frame of its own.  One without free variables is *fixed*: a
// single closure made at compile time, which costs nothing to refer to.
#pragma once

#include "scheme/passes.hpp"
#include "vm/emitter.hpp"

namespace fermata::scheme {

// Where the value of an expression goes, and where control goes afterwards.
struct Target {
  enum Kind : std::uint8_t { effect, value, tail, test } kind = effect;
  enum Next : std::uint8_t { none, on_true, on_false } next = none;  // the label that follows
  int reg = 0;                                                       // value
  vm::Emitter::Label if_true = -1, if_false = -1;                    // test
  // Control stays where it is; else it has gone elsewhere.
  bool falls_through() const { return kind == effect || kind == value; }
};

// Heap memory, traced; hangs at Lambda::analysis.
struct LambdaPlan {
  Lambda* lambda;
  Variable* name;        // the unassigned variable it is bound to by Let or Letrec, or null
  LambdaPlan* parent;    // the lambda around it
  List<Variable>* free;  // own frame: what it captures, in order
  vm::Code* code;
  vm::Closure* closure;      // fixed: the one closure
  std::int32_t index, home;  // home: the context of the binding expression
  std::int32_t capacity;
  bool is_label, is_fixed;
  // while generating the frame that a label belongs to
  bool emitted;
  vm::Emitter::Label place;
  Target target;
};

// Heap memory, traced; hangs at Block::analysis.
struct BlockPlan {
  LambdaPlan* lambda;    // around it
  std::int32_t context;  // that of its body and of the values of its exits
  bool is_crossed;       // an exit stands in another frame
  vm::Emitter::Label end;
  Target target;
};
inline BlockPlan* plan_of(const Block* b) { return static_cast<BlockPlan*>(b->analysis); }

inline LambdaPlan* plan_of(const Lambda* l) { return static_cast<LambdaPlan*>(l->analysis); }

// The plan of the lambda whose frame the code of `p` runs in.
inline LambdaPlan* frame_of(LambdaPlan* p) {
  while (p->is_label) p = p->parent;
  return p;
}
// The plan of the lambda that the variable always holds, or null.
inline LambdaPlan* plan_of(const Variable* v) {
  Lambda* l = known_lambda(v);
  return l != nullptr ? plan_of(l) : nullptr;
}

// All lambdas of the tree, outer before inner.
struct Plan {
  explicit Plan(Heap& heap) : lambdas(heap) {}
  GcVector<LambdaPlan*> lambdas;
};
void make_plan(Compilation& c, Lambda& top, Plan& plan);

// Whether a call is an instruction: it enters no other code.
bool is_instruction(const Compilation& c, const Call& call);

}  // namespace fermata::scheme
