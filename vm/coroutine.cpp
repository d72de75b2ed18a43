// Coroutines: stacks that are put aside when a value is yielded, and gone on with.
//
// What runs in a coroutine lies above a prompt, as what a composable continuation holds does; but
// it has a segment of its own, so that putting it aside is to note how high it stands.  To go on,
// its frames are copied into a second segment: what was kept stays as it was, so leaving by an
// escape and calling again goes on from the last yield, as often as one likes.
//
// That is for what only the stack knows.  When a continuation was captured meanwhile, when the
// frames are many, or winds, parameters or handlers are in the way, `capture` yields by an
// ordinary composable continuation; the program sees no difference.
#include <cstring>
#include <utility>

#include "vm/loop.hpp"
#include "vm/stubs.hpp"

namespace fermata::vm {

namespace {

constexpr std::size_t kFirstSlots = 30, kMostKept = 256;

Coroutine& state_of(Foreign& coroutine) { return *static_cast<Coroutine*>(coroutine.pointer); }

}  // namespace

const char Coroutine::kType = 0;

Outcome Loop::resume(Machine& m, Foreign& coroutine) {
  Coroutine& c = state_of(coroutine);
  put_prompt(m, value_of(&coroutine), c.keep);
  // The mark of the prompt is the last one's where the caller's state is.
  const Value mark = c.mark;
  if (is<Dynamic>(mark) && as<Dynamic>(mark).next == m.dynamic_) {
    m.dynamic_ = mark;
  } else {
    m.push_dynamic(Dynamic::kPrompt, value_of(&coroutine), kFalse);
    c.mark = m.dynamic_;
  }
  Segment* const kept = c.kept;
  Segment* to = std::exchange(c.spare, nullptr);
  const std::size_t capacity = kept != nullptr ? kept->capacity : kFirstSlots;
  if (kept == nullptr || to == nullptr || to->capacity < capacity) to = &m.new_segment(capacity);
  const std::size_t height = kept != nullptr ? c.height : 1;
  if (kept != nullptr) {
    std::memcpy(static_cast<void*>(to->slots()), kept->slots(), height * sizeof(Value));
  } else {
    to->slots()[0] = pc_value(kUnderflow);
  }
  m.segment_->mark_up_to(static_cast<std::uint64_t>(m.lo_ - m.segment_->slots()));
  m.use_segment(*to, 0, to->slots() + height);
  if (kept == nullptr) return m.tail_call(c.go_on, {kUnspecified});
  return kUnspecified;
}

Outcome Loop::yield(Machine& m, Foreign& coroutine, Value obj) {
  Coroutine& c = state_of(coroutine);
  Kont* const prompt = m.kont_;
  Segment& own = *m.segment_;
  const auto height = static_cast<std::size_t>(m.fp_ - own.slots());
  const bool alone = prompt != nullptr && prompt->tag == value_of(&coroutine) && m.lo_ == own.slots() &&
                     own.sealed == 0 && m.dynamic_ == c.mark && height <= kMostKept;
  if (!alone) return m.tail_call(c.capture, {obj});
  const bool in_place = prompt->lo != prompt->hi && !prompt->is_shared() && prompt->segment->sealed <= prompt->hi;
  Segment* const landing = in_place ? prompt->segment : &m.new_segment(kFirstSlots);
  c.spare = c.kept;
  c.kept = &own;
  c.height = height;
  own.mark_up_to(height);
  if (in_place) {
    m.dynamic_ = as<Dynamic>(c.mark).next;
    m.kont_ = prompt->next;
    landing->slots()[prompt->hi] = pc_value(prompt->pc);
    m.use_segment(*landing, prompt->lo, landing->slots() + prompt->hi + 1);
  } else {  // the record is copied from, as for any value that is returned to it
    landing->slots()[0] = pc_value(kUnderflow);
    m.use_segment(*landing, 0, landing->slots() + 1);
  }
  return obj;
}

}  // namespace fermata::vm
