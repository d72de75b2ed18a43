// From tree to instructions, one frame at a time.
//
// Each expression is generated for a Target: its value into a register, for effect, as the
// frame's result, or as a test that goes to one of two labels.  Registers are a stack:
// `top_` is the first free one, let-bound variables take it, temporaries stand above.
//
// What every function here keeps to: the target register is written by the last
// instruction of each path only, unless it is `top_` itself, that is, nobody's yet.  So a
// loop may compute its variable's next value straight into it, and an operand may be read
// from the register of its variable.
#pragma once

#include "scheme/closures.hpp"
#include "scheme/kept_locals.hpp"
#include "scheme/primitives.hpp"
#include "vm/emitter.hpp"

namespace fermata::scheme {

class FrameGenerator {
 public:
  FrameGenerator(Compilation& c, LambdaPlan& frame)
      : c_(c),
        heap_(c.heap()),
        frame_(frame),
        emit_(c.heap()),
        locals_(kept_locals(c.m)),
        scope_(c.heap()),
        tables_(c.heap()) {}
  vm::Code& run();

 private:
  using Op = vm::Op;
  using Label = vm::Emitter::Label;
  static constexpr Label kNoLabel = vm::Emitter::kNoLabel;

  // ---- codegen.cpp: control
  void generate(Node* n, Target target);
  void leaf(Node* n, Target target);
  // These give the node to go on with (in the same target), or null.
  Node* conditional(Conditional& n, Target target, Label& end);
  Node* switch_on(Conditional& n, Target target, Label& end);  // codegen_switch.cpp
  template <class T>
  Node* bindings(T& n, Target target, Label& end);
  Node* receive(Receive& n);
  Node* block(Block& n, Target target, Label& end);
  void exit(Exit& n);
  void make_closures(List<Variable>& variables, List<Node>& inits);
  void enter_labels(List<Variable>& variables, Target target);
  void generate_labels(List<Variable>& variables, Target target, Label end);
  // To the end of the expression, when not there.
  void leave(Target target, Label& end);
  void local_set(LocalSet& n, Target target);
  void global_write(Op op, const Node& n, vm::Cell* cell, Node* value, Target target);

  // ---- codegen.cpp: values and registers
  void into(Node* n, int reg);  // the value of n
  // A register with the value of n; may be a new temporary.  `later`: what is evaluated
  // before it is used, and might assign the variable that n is.
  int operand(Node* n, std::initializer_list<const Node*> later = {});
  int place_for(Target target) { return target.kind == Target::value ? target.reg : top_; }
  void deliver(int reg, Target target);  // the value is in reg
  void deliver_constant(Value v, Target target);
  void load(Value v, int reg);
  void load_variable(Variable* v, int reg);
  bool in_register(Node* n, int* reg);           // an unboxed variable of this frame
  void load_variable_raw(Variable* v, int reg);  // the box itself, if it is one
  void make_closure(LambdaPlan& p, int reg);
  std::uint32_t capture(Variable* v);
  int take() { return take(1); }
  int take(int count);  // registers from the top
  void box_if_needed(Variable* v);
  void branch_true(int reg, Target target);
  // After a conditional jump to if_false was written.
  void otherwise_true(Target target);
  Target rest(Target t) {
    t.next = Target::none;
    return t;
  }
  static Target value_in(int reg) {
    Target t;
    t.kind = Target::value;
    t.reg = reg;
    return t;
  }
  static Target as_kind(Target::Kind k) {
    Target t;
    t.kind = k;
    return t;
  }
  Target test_of(Label if_true, Label if_false, Target::Next next);

  // ---- codegen_calls.cpp
  void call(Call& n, Target target);
  // Whether a call there takes the place of this frame.  A form at top level keeps its frame
  // while it calls, so that backtraces lead to it.
  bool leaves_frame(Target target) const {
    return target.kind == Target::tail && frame_.parent != nullptr &&
           locals_ != Locals::all;
  }
  void jump_to(LambdaPlan& p, List<Node>& arguments, Label place);
  bool reads(Node* n, int reg);
  void arguments_from(List<Node>& arguments, int base);
  void call_native(const vm::Native& native, Call& n, Target target);
  void call_cell(Call& n, vm::Cell& cell, Target target);
  void call_closure(vm::Closure& closure, Call& n, Target target);
  void case_lambda(CaseLambda& n, Target target);
  // One call with its operands at base; `with` writes the instruction for result register a.
  template <class F>
  void finish_call(Node& n, Target target, F with);

  // ---- codegen_locals.cpp: tables of variables, where they are kept
  void in_scope(Variable* v) {
    const bool is_there = locals_ == Locals::all || v->references > 0 || v->assignments > 0;
    if (locals_ != Locals::none && is_there) scope_.push_back(v);
  }
  void out_of_scope(std::size_t size) {
    while (scope_.size() > size) scope_.pop_back();
  }
  void note_locals();       // a call was just written
  vm::Value locals_table();

  // ---- codegen_primitives.cpp
  void primitive(const Primitive& p, Call& n, Target target);
  void test_primitive(const Primitive& p, Call& n, Target target);
  void compare(const Primitive& p, Call& n, Target target);
  void compare_words(const Primitive& p, List<Node>& a, Target target);
  void sum(const Primitive& p, List<Node>& a, Node& n, int reg);
  void effect(const Primitive& p, Call& n);
  void list(List<Node>& a, Node& n, int reg);

  Compilation& c_;
  Heap& heap_;
  LambdaPlan& frame_;
  vm::Emitter emit_;
  int top_ = 1;
  Label entry_ = kNoLabel;  // where a tail call of itself goes
  const Locals locals_;
  GcVector<Variable*> scope_;   // those that have a value here
  GcVector<vm::Value> tables_;  // of the calls written so far
};

}  // namespace fermata::scheme
