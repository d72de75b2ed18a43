#include "vm/emitter.hpp"

#include <algorithm>
#include <cassert>

namespace fermata::vm {

Emitter::Label Emitter::make_label() {
  labels_.emplace_back();
  return static_cast<Label>(labels_.size() - 1);
}

void Emitter::bind(Label label) {
  LabelState& state = labels_[index(label)];
  assert(state.position < 0 && "a label is bound once");
  if (!reachable_ && last_is_jump_ && last_jump_ + 2 == words_.size() && !fixups_.empty() &&
      fixups_.back().label == label && fixups_.back().word + 1 == words_.size()) {
    // A jump to the very next instruction.  Nobody jumps behind it: a label bound there
    // would have cleared last_is_jump_.
    words_.resize(last_jump_);
    fixups_.pop_back();
    while (!map_.empty() && map_.back().word >= last_jump_) map_.pop_back();
    while (!frame_map_.empty() && frame_map_.back().word >= last_jump_) frame_map_.pop_back();
    reachable_ = true;
  }
  state.position = static_cast<std::int64_t>(words_.size());
  if (state.referenced) reachable_ = true;
  last_is_jump_ = false;
}

// An inlined library procedure has no places of its own: it stands at its call.
void Emitter::at(Span span) {
  frame_ = frame_of(span.within);
  for (std::uint32_t f = frame_; !span.known() && f != 0; f = frames_[f - 1].below) {
    const InlinedEntry& e = frames_[f - 1];
    if (e.end > 0) span = {map_text_, e.start, e.end};
  }
  span_ = span;
}

std::uint32_t Emitter::frame_of(const Inlined* inlined, std::uint32_t base) {
  if (inlined == nullptr) return base;
  const Span& site = inlined->site;
  if (site.known() && map_text_ == nullptr) map_text_ = site.text;
  if (site.known() && site.text != map_text_) return base;
  const std::uint32_t below = frame_of(site.within, base);
  const auto is_it = [&](std::uint32_t f, std::uint32_t under) {
    const InlinedEntry& e = frames_[f - 1];
    return e.start == site.start && e.end == site.end && e.below == under && frame_names_[f - 1] == inlined->name;
  };
  // A part that became a procedure of its own on the way knows its frame already.
  if (base != 0 && below == base && is_it(base, frames_[base - 1].below)) return base;
  for (std::uint32_t f = static_cast<std::uint32_t>(frames_.size()); f > 0; --f)
    if (is_it(f, below)) return f;
  frames_.push_back({site.start, site.end, below, static_cast<std::uint32_t>(inlined->is_foreign)});
  frame_names_.push_back(inlined->name);
  return static_cast<std::uint32_t>(frames_.size());
}

void Emitter::note_frame() {
  const auto word = static_cast<std::uint32_t>(words_.size());
  if ((frame_map_.empty() ? 0 : frame_map_.back().frame) == frame_) return;
  if (!frame_map_.empty() && frame_map_.back().word == word) frame_map_.pop_back();
  frame_map_.push_back({word, frame_});
}

Value Emitter::frames(Value locals) {
  if (frame_map_.empty() && locals == kFalse) return kFalse;
  const auto bytes_of = [&](const auto& entries) {
    Bytevector& bytes = heap_.make_bytevector(entries.size() * sizeof(*entries.data()));
    if (!entries.empty()) std::memcpy(bytes.bytes(), entries.data(), bytes.length());
    return value_of(&bytes);
  };
  const Value map = bytes_of(frame_map_), table = bytes_of(frames_);
  Vector& v = heap_.make_vector(2 + frames_.size() + (locals != kFalse ? 1 : 0), kFalse);
  v.slots()[0] = map;
  v.slots()[1] = table;
  for (std::size_t i = 0; i < frames_.size(); ++i) v.slots()[2 + i] = frame_names_[i];
  if (locals != kFalse) v.slots()[2 + frames_.size()] = locals;
  return value_of(&v);
}

void Emitter::begin(Op op) {
  last_is_jump_ = op == Op::jump;
  last_jump_ = words_.size();
  note_frame();
  if (!span_.known()) return;
  if (map_text_ == nullptr) map_text_ = span_.text;
  if (span_.text != map_text_) return;
  if (!map_.empty() && map_.back().start == span_.start && map_.back().end == span_.end) return;
  map_.push_back({static_cast<std::uint32_t>(words_.size()), span_.start, span_.end});
}

void Emitter::use_operands(Op op, unsigned a, unsigned b, unsigned c) {
  assert(a < 256 && b < 256);
  switch (op_info(op).format) {
    case Format::none:
    case Format::L:
      break;
    case Format::A:
    case Format::AX:
    case Format::AU:
    case Format::AL:
    case Format::AIL:
    case Format::AKL:
    case Format::AK:
    case Format::AKcaptures:
    case Format::AUtable:
      use_register(a);
      break;
    case Format::AB:
    case Format::ABI:
    case Format::ABL:
      use_register(a), use_register(b);
      break;
    case Format::ABC:
      use_register(a), use_register(b), use_register(op == Op::patch_closure ? 0 : c);
      break;
    case Format::ABCK:
      use_register(a), use_register(op == Op::record_set ? c : b);
      break;
    case Format::ABn:
    case Format::ABnK:
    case Format::ABnKR:
      use_register(a), use_register(b + c);
      break;
  }
}

void Emitter::push_literal(Value literal) {
  const std::uint64_t bits = literal.bits();
  push(static_cast<Instruction>(bits));
  push(static_cast<Instruction>(bits >> 32));
  if (!literal.is_pair() && !literal.is_object() && !literal.is_procedure()) return;
  const std::size_t recent = std::min<std::size_t>(constants_.size(), 16);
  for (std::size_t i = constants_.size() - recent; i < constants_.size(); ++i)
    if (constants_[i] == literal) return;
  constants_.push_back(literal);
}

void Emitter::push_target(Label target, bool plain_jump) {
  labels_[index(target)].referenced = true;
  fixups_.push_back({words_.size(), target, plain_jump});
  push(0);
}

void Emitter::emit(Op op, unsigned a, unsigned b, unsigned c) {
  if (!reachable_) return;
  begin(op);
  use_operands(op, a, b, c);
  push(encode(op, a, b, c));
  if (op == Op::return_value || op == Op::tail_call || op == Op::tail_call_self) reachable_ = false;
}

void Emitter::emit_wide(Op op, unsigned a, unsigned u) {
  if (!reachable_) return;
  assert(u <= 0xffff);
  begin(op);
  use_operands(op, a, 0, 0);
  push(encode(op, a, u & 0xff, u >> 8));
}

void Emitter::emit_literal(Op op, Value literal, unsigned a, unsigned b, unsigned c) {
  if (!reachable_) return;
  begin(op);
  use_operands(op, a, b, c);
  push(encode(op, a, b, c));
  push_literal(literal);
  if (op_info(op).format == Format::ABnKR) push(encode(static_cast<Op>(0), a, b, c));
  if (op == Op::tail_call_global || op == Op::tail_call_closure) reachable_ = false;
}

void Emitter::emit_branch(Op op, Label target, unsigned a, unsigned b, unsigned c) {
  if (!reachable_) return;
  begin(op);
  use_operands(op, a, b, c);
  push(encode(op, a, b, c));
  push_target(target, op == Op::jump);
  if (op == Op::jump || op == Op::loop) reachable_ = false;
}

void Emitter::emit_branch_literal(Op op, Value literal, Label target, unsigned a) {
  if (!reachable_) return;
  begin(op);
  use_operands(op, a, 0, 0);
  push(encode(op, a));
  push_literal(literal);
  push_target(target);
}

void Emitter::emit_closure(unsigned a, Value code, std::span<const std::uint32_t> captures) {
  if (!reachable_) return;
  const auto count = static_cast<unsigned>(captures.size());
  begin(Op::make_closure);
  use_operands(Op::make_closure, a, 0, 0);
  push(encode(Op::make_closure, a, count & 0xff, count >> 8));
  push_literal(code);
  for (const std::uint32_t capture : captures) push(capture);
}

void Emitter::emit_switch(Op op, unsigned a, std::int32_t lowest, std::span<const Label> targets) {
  if (!reachable_) return;
  const auto count = static_cast<unsigned>(targets.size());
  assert(op_info(op).format == Format::AUtable && count <= 0xffff);
  begin(op);
  use_operands(op, a, 0, 0);
  push(encode(op, a, count & 0xff, count >> 8));
  push(static_cast<Instruction>(lowest));
  for (const Label target : targets) push_target(target);
}

// A loop whose last step counts does both in one instruction, and the test at its head too
// when that compares the counter with a register.  The plain `loop` stays behind it, for the
// sums that need the slow path and for jumps to it.
void Emitter::fuse_count(Label head) {
  if (last_jump_ + 1 != words_.size() || op_of(words_[last_jump_]) != Op::add_imm) return;
  const Instruction add = words_[last_jump_];
  words_[last_jump_] = (add & ~0xffu) | static_cast<Instruction>(Op::add_imm_then_loop);
  const auto position = static_cast<std::size_t>(labels_[index(head)].position);
  const unsigned counter = field_a(add);
  if (field_b(add) != counter || position >= last_jump_) return;
  const Instruction test = words_[position];
  if (field_a(test) == field_b(test)) return;
  const auto count = [&](Op op, unsigned limit) {
    words_[last_jump_] = encode(op, counter, limit, field_c(add));
  };
  if (op_of(test) == Op::unless_equal && field_a(test) == counter)
    count(Op::count_unless_equal, field_b(test));
  else if (op_of(test) == Op::unless_equal && field_b(test) == counter)
    count(Op::count_unless_equal, field_a(test));
  else if (op_of(test) == Op::unless_less && field_a(test) == counter)
    count(Op::count_unless_less, field_b(test));
  else if (op_of(test) == Op::unless_less_equal && field_b(test) == counter)
    count(Op::count_unless_less_equal, field_a(test));
}

void Emitter::jump(Label target) {
  if (!is_bound(target)) return emit_branch(Op::jump, target);
  if (reachable_) fuse_count(target);
  emit_branch(Op::loop, target);
}

Value Emitter::source_map(const SourceText* file) {
  if (map_.empty() || file == nullptr) return kFalse;
  Bytevector& bytes = heap_.make_bytevector(map_.size() * sizeof(SourceMapEntry));
  std::memcpy(bytes.bytes(), map_.data(), bytes.length());
  return value_of(&bytes);
}

// What goes to a jump goes where that goes.  A jump leads forwards, so this ends.
void Emitter::thread_jumps() {
  std::vector<Label> jump_at(words_.size(), kNoLabel);
  for (const Fixup& f : fixups_)
    if (f.plain_jump) jump_at[f.word - 1] = f.label;
  for (Fixup& f : fixups_) {
    for (;;) {
      const auto target = static_cast<std::size_t>(labels_[index(f.label)].position);
      if (target <= f.word || target >= words_.size() || jump_at[target] == kNoLabel) break;
      f.label = jump_at[target];
    }
  }
}

Code& Emitter::finish(const Facts& facts) {
  thread_jumps();
  for (const Fixup& f : fixups_) {
    const LabelState& label = labels_[index(f.label)];
    assert(label.position >= 0 && "a label that is used is bound");
    words_[f.word] =
        static_cast<Instruction>(label.position - static_cast<std::int64_t>(f.word) - 1);
  }
  Value constants = kFalse;
  if (!constants_.empty()) {
    Vector& v = heap_.make_vector(constants_.size(), kFalse);
    for (std::size_t i = 0; i < constants_.size(); ++i) v.slots()[i] = constants_[i];
    v.make_immutable();
    constants = value_of(&v);
  }
  SourceText* file = map_text_ != nullptr ? map_text_ : facts.file;
  const Value source = source_map(file), inlined = frames(facts.locals);
  const std::size_t parameters = facts.required + facts.optional + (facts.rest ? 1 : 0);
  if (parameters > 0) use_register(static_cast<unsigned>(parameters));
  const bool fixed = facts.optional == 0 && !facts.rest && facts.required < kVariadic;
  const std::uint64_t shape =
      Closure::pack(fixed ? facts.required : kVariadic, frame_size_, facts.free);
  const std::uint64_t arity = static_cast<std::uint64_t>(facts.required) |
                              static_cast<std::uint64_t>(facts.optional) << 16 |
                              static_cast<std::uint64_t>(facts.rest) << 32 |
                              static_cast<std::uint64_t>(facts.most_rest) << 33;

  const std::size_t bytes = words_.size() * sizeof(Instruction);
  auto* code = static_cast<Code*>(heap_.described(sizeof(Code) + bytes));
  code->live = sizeof(Code);
  code->header = make_header(Kind::code, words_.size(), kFlagImmutable);
  code->name = facts.name;
  code->constants = constants;
  code->source = source;
  code->file = file != nullptr ? value_of(file) : kFalse;
  code->frames = inlined;
  code->form = facts.form;
  code->shape = shape << 1 | 1;
  code->arity = arity << 1 | 1;
  std::memcpy(code->words(), words_.data(), bytes);
  return *code;
}

}  // namespace fermata::vm
