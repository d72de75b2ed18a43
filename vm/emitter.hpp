// Writes the instructions of one code object: labels, literals, places, frame size.
//
// What cannot be reached is not written: after a jump, a return or a tail call,
// instructions are dropped until a label is bound that somebody jumps to.  So the code
// generator need not know which of its branches come back.
#pragma once

#include <span>
#include <vector>

#include "vm/code.hpp"
#include "vm/heap.hpp"
#include "vm/source_map.hpp"

namespace fermata::vm {

class Emitter {
 public:
  using Label = int;
  static constexpr Label kNoLabel = -1;

  explicit Emitter(Heap& heap) : heap_(heap), constants_(heap), frame_names_(heap) {}

  Label make_label();
  void bind(Label label);  // here
  bool is_bound(Label label) const { return labels_[index(label)].position >= 0; }
  bool is_referenced(Label label) const { return labels_[index(label)].referenced; }
  bool is_reachable() const { return reachable_; }

  // The place of the instructions that follow.
  void at(Span span);
  // The frame of an inlined call: a number for set_frame().  0: the code object's own.
  std::uint32_t frame_of(const Inlined* inlined) { return frame_of(inlined, base_frame_); }
  // What is not inlined any further belongs to that frame from now on.
  void set_frame(std::uint32_t frame) { base_frame_ = frame; }
  std::uint32_t frame() const { return base_frame_; }

  // Each checks that the operation has the format it is for.
  void emit(Op op, unsigned a = 0, unsigned b = 0, unsigned c = 0);
  void emit_wide(Op op, unsigned a, unsigned u);  // AU AX
  void emit_literal(Op op, Value literal, unsigned a, unsigned b = 0, unsigned c = 0);
  void emit_branch(Op op, Label target, unsigned a = 0, unsigned b = 0, unsigned c = 0);
  void emit_branch_literal(Op op, Value literal, Label target, unsigned a);
  // A capture: register << 1, or free variable << 1 | 1.
  void emit_closure(unsigned a, Value code, std::span<const std::uint32_t> captures);
  // To targets[A - lowest] when that is one; else control goes on behind it.
  void emit_switch(Op op, unsigned a, std::int32_t lowest, std::span<const Label> targets);
  // To the label, forwards or backwards.
  void jump(Label target);

  // The frame reaches at least to this register.
  void use_register(unsigned reg) {
    if (reg >= frame_size_) frame_size_ = reg + 1;
  }

  struct Facts {
    Value name = kFalse;
    SourceText* file = nullptr;
    std::size_t required = 0, optional = 0;
    bool rest = false;
    std::size_t most_rest = 0;  // 0: any number
    std::size_t free = 0;
    Value form = kFalse;
    Value locals = kFalse;  // see locals.hpp
  };
  // Where the next instruction will stand.
  std::size_t word() const { return words_.size(); }
  // All labels that are referenced must be bound.  The emitter is used up.
  Code& finish(const Facts& facts);

 private:
  struct LabelState {
    std::int64_t position = -1;
    bool referenced = false;
  };
  struct Fixup {
    std::size_t word;  // where the offset goes; it is the instruction's last word
    Label label;
    bool plain_jump;
  };
  void thread_jumps();
  static std::size_t index(Label label) { return static_cast<std::size_t>(label); }
  void begin(Op op);  // notes the place of the instruction that comes
  void use_operands(Op op, unsigned a, unsigned b, unsigned c);
  void push(Instruction word) { words_.push_back(word); }
  void push_literal(Value literal);
  void push_target(Label target, bool plain_jump = false);
  Value source_map(const SourceText* file);
  Value frames(Value locals);
  std::uint32_t frame_of(const Inlined* inlined, std::uint32_t base);
  void note_frame();

  Heap& heap_;
  GcVector<Value> constants_;
  std::vector<Instruction> words_;  // literals in it are kept alive by constants_
  std::vector<LabelState> labels_;
  std::vector<Fixup> fixups_;
  std::vector<SourceMapEntry> map_;
  SourceText* map_text_ = nullptr;  // the text that map_ refers to: the first one seen
  Span span_;
  std::uint32_t frame_ = 0, base_frame_ = 0;
  std::vector<InlinedMapEntry> frame_map_;
  std::vector<InlinedEntry> frames_;
  GcVector<Value> frame_names_;
  std::size_t frame_size_ = 1;
  void fuse_count(Label head);
  std::size_t last_jump_ = 0;  // position of the last instruction: a jump may turn out useless
  bool last_is_jump_ = false;
  bool reachable_ = true;
};

}  // namespace fermata::vm
