// The stack: segments, sealing, going back into what was sealed.  See segment.hpp for
// the shapes and the rules; every function here keeps them:
//   - [lo_, ...) of segment_ is the running region, and lo_[0] is the underflow stub;
//   - whatever records refer to in segment_ lies below lo_, so that much of it is kept when
//     the stack goes on in another segment;
//   - limit_ leaves kRedZone slots, so a native may always spread a few arguments.
#include <algorithm>

#include "vm/frames.hpp"
#include "vm/loop.hpp"

namespace fermata::vm {

namespace {

constexpr std::size_t kCopyLimit = 4096;    // slots: below, a full segment is replaced by a bigger one
constexpr std::size_t kLinkedSlots = kMoves ? 64 : 8192;  // slots of a segment that is linked instead
// How much of a shared record is copied at once: little after a capture, because an escape needs
// one frame, then twice as much each time, for programs that return a long way.
constexpr std::uint32_t kLeastCopied = 8, kMostCopied = 64;

// A region of so many slots is set apart when it becomes shared; of a few, from the free lists.
constexpr std::uint32_t kMostApart = 512, kFewApart = 60;

std::uint32_t slot_index(Segment& s, const Value* at) {
  return static_cast<std::uint32_t>(at - s.slots());
}

// Moves the region to memory of its own, which lives as long as the record.  In its segment the
// region would keep everything alive that other regions there hold, and they other segments, so
// that a program that captures and escapes without end would keep all it ever captured.
void set_apart(Heap& heap, Kont& k) {
  const std::uint32_t count = k.hi - k.lo;
  const std::size_t bytes = sizeof(Segment) + count * sizeof(Value);
  // The numbers in front look like no pointer, so it may be traced as a whole.
  auto& s = *static_cast<Segment*>(count <= kFewApart ? heap.traced(bytes) : heap.described(bytes));
  s.header = make_header(Kind::segment);
  s.capacity = s.sealed = count;
  s.mark_all();
  std::memcpy(static_cast<void*>(s.slots()), k.segment->slots() + k.lo, count * sizeof(Value));
  k.segment = &s;
  k.lo = 0;
  k.hi = count;
}

// The same for what is about to be shared; the frames of a large region stay where they are.
void set_small_apart(Heap& heap, Kont* from, const Kont* end) {
  for (Kont* r = from; r != end && !r->is_shared_with_all_below(); r = r->next)
    if (!r->is_shared() && r->hi - r->lo <= kMostApart) set_apart(heap, *r);
}

}  // namespace

Segment& Machine::new_segment(std::size_t slots) {
  auto& s = *static_cast<Segment*>(heap.described(sizeof(Segment) + slots * sizeof(Value)));
  s.header = make_header(Kind::segment);
  s.capacity = static_cast<std::uint32_t>(slots);
  s.sealed = 0;
  s.mark_all();
  ++counters.segments;
  return s;
}

void Machine::make_room(std::size_t used, std::size_t need) {
  Segment& old = *segment_;
  const std::size_t below = static_cast<std::size_t>(fp_ - lo_);  // slots from lo_ to the frame
  const std::size_t region = below + used;
  // Where each call moves its frame, it is done in both ways.
  const bool grows = kMoves ? counters.segments % 2 == 0 : old.capacity < kCopyLimit && region < kCopyLimit;
  if (grows) {
    const std::size_t kept = old.capacity;  // frames below this one reach as far
    Segment& s = new_segment(std::max(kMoves ? kept : kept * 2, region + need + kRedZone));
    std::memcpy(static_cast<void*>(s.slots()), lo_, region * sizeof(Value));
    old.mark_up_to(slot_index(old, lo_));  // records may lie below
    use_segment(s, 0, s.slots() + below);
    return;
  }
  Value* frame = fp_;
  seal();
  const std::size_t slots = std::max<std::size_t>(kLinkedSlots, used + need + 1 + kRedZone);
  Segment* s = spare_;
  spare_ = nullptr;
  if (s == nullptr || s->capacity < slots) s = &new_segment(slots);  // the frame is still marked
  old.mark_up_to(slot_index(old, lo_));
  s->slots()[0] = pc_value(kUnderflow);
  std::memcpy(static_cast<void*>(s->slots() + 1), frame, used * sizeof(Value));
  use_segment(*s, 0, s->slots() + 1);
  if (most_depth_ == ~std::size_t{0}) return;
  uncounted_ += below * sizeof(Value);
  if (uncounted_ >= most_depth_ / 64) look_at_depth();
}

std::size_t Machine::depth() const {
  const std::size_t most = most_depth_ + most_depth_ / 8;
  std::size_t bytes = 0;
  for (const Kont* k = kont_; k != nullptr && bytes <= most; k = k->next) bytes += (k->hi - k->lo) * sizeof(Value);
  return bytes;
}

void Machine::look_at_depth() {
  uncounted_ = 0;
  const std::size_t bytes = depth();
  if (bytes <= most_depth_) raise_at_depth_ = most_depth_;
  if (bytes <= raise_at_depth_) return;
  too_deep_ = true;
  raise_at_depth_ = bytes + most_depth_ / 32;
}

// Seals the region below the frame at fp_ and leaves that frame on an empty one.
Kont* Machine::seal() {
  Kont* k = kont_;
  if (fp_ - 1 != lo_) {  // else nothing lies between: a tail position
    const std::uint32_t hi = slot_index(*segment_, fp_ - 1);
    k = &heap.make<Kont>(segment_, slot_index(*segment_, lo_), hi, pc_of(fp_[-1]), kont_, dynamic_,
                         kFalse, kFalse);
    fp_[-1] = pc_value(kUnderflow);
    lo_ = fp_ - 1;
    kont_ = k;
  }
  return k;
}

Machine::Running Machine::running() {
  return {fp_[0], pc_,
          Kont{{make_header(Kind::kont)}, segment_, slot_index(*segment_, lo_),
               slot_index(*segment_, fp_ - 1), pc_of(fp_[-1]), kont_, dynamic_, kFalse, kFalse}};
}

// From now on the program may hold these records: they are entered by copying.
void Machine::share(Kont* from, const Kont* end) {
  for (Kont* r = from; r != end && !r->is_shared_with_all_below(); r = r->next) {
    r->share(end == nullptr);
    r->segment->sealed = std::max(r->segment->sealed, r->hi);
  }
}

Kont* Machine::capture() {
  copied_at_once_ = kLeastCopied;
  Kont* k = seal();
  set_small_apart(heap, k, nullptr);
  share(k, nullptr);
  return k;
}

Value Machine::make_continuation() {
  ++counters.captures;
  Kont* k = capture();
  return value_of(&heap.make_with<Continuation>(kVariadic, 0, k, static_cast<Kont*>(nullptr),
                                                dynamic_, kNull, value_of(task_)));
}

Value Machine::make_composable(Kont& prompt) {
  ++counters.captures;
  Kont* k = seal();
  set_small_apart(heap, k, &prompt);
  share(k, &prompt);
  // What was pushed above the prompt's mark is put back on re-entry.
  Value base = dynamic_;
  while (base != kNull && !(as<Dynamic>(base).aux() == Dynamic::kPrompt &&
                            as<Dynamic>(base).first == prompt.tag)) {
    base = as<Dynamic>(base).next;
  }
  if (base == kNull) base = prompt.dynamic;
  return value_of(&heap.make_with<Continuation>(kVariadic | Continuation::kComposable, 0, k, &prompt,
                                                dynamic_, base, value_of(task_)));
}

Kont* Machine::find_prompt(Value tag) const {
  for (Kont* k = kont_; k != nullptr; k = k->next) {
    if (k->tag == tag) return k;
  }
  return nullptr;
}

Kont& Loop::put_prompt(Machine& m, Value tag, Value handler) {
  Kont* below = m.seal();
  // In tail position nothing was sealed; the prompt still needs a record of its own, an
  // empty region that returns at once to the one below.
  if (below == nullptr || below->tag != kFalse || below->is_shared()) {
    const std::uint32_t at = slot_index(*m.segment_, m.lo_);
    m.kont_ = &m.heap.make<Kont>(m.segment_, at, at, kUnderflow, m.kont_, m.dynamic_, tag, handler);
  } else {
    below->tag = tag;
    below->handler = handler;
  }
  return *m.kont_;
}

Outcome Machine::call_with_prompt(Value tag, Value handler, Value thunk) {
  Loop::put_prompt(*this, tag, handler);
  return tail_call(thunk, {});
}

Outcome Machine::abort_to(Kont& prompt, Args arguments) {
  // The handler runs in the prompt's continuation, where the prompt is gone.
  Kont& below = heap.make_with<Kont>(prompt.aux(), 0, prompt.segment, prompt.lo, prompt.hi, prompt.pc,
                                     prompt.next, prompt.dynamic, kFalse, kFalse);
  kont_ = &below;
  Value* frame = lo_ + 1;
  const Value handler = prompt.handler;
  std::memmove(static_cast<void*>(frame + 1), arguments.data, arguments.count * sizeof(Value));
  frame[0] = handler;
  fp_ = frame;
  argc_ = arguments.count;
  return {handler, Outcome::Kind::tail_call};
}

Outcome Machine::enter(Continuation& k, Value value) {
  if (!k.is_composable()) {
    kont_ = k.top;
    dynamic_ = k.dynamic;
    lo_ = segment_->slots() + segment_->sealed;  // what only this stack knew is left behind
  } else {
    seal();
    Kont* below = kont_;
    Kont* previous = nullptr;
    for (Kont* r = k.top; r != k.end; r = r->next) {
      Kont& copy = heap.make_with<Kont>(Kont::kShared | Kont::kPartly, 0, r->segment, r->lo, r->hi, r->pc,
                                        static_cast<Kont*>(nullptr), r->dynamic, r->tag, r->handler);
      (previous ? previous->next : kont_) = &copy;
      previous = &copy;
    }
    if (previous) previous->next = below;
  }
  // The value is returned from an empty region: to the newest record.
  lo_[0] = pc_value(kUnderflow);
  fp_ = lo_ + 1;
  return value;
}

void Machine::copy_top_frames(Kont& k) {
  Value* from = k.segment->slots();
  const std::size_t base = base_before(k.pc);
  // The lowest frame to copy: as many whole frames as fit, at least one.
  std::uint32_t bottom = k.hi - static_cast<std::uint32_t>(base);
  while (bottom > k.lo) {
    const auto next = bottom - static_cast<std::uint32_t>(base_before(pc_of(from[bottom])));
    if (k.hi - next > copied_at_once_) break;
    bottom = next;
  }
  copied_at_once_ = std::min(copied_at_once_ * 2, kMostCopied);
  const std::size_t count = k.hi - bottom;
  counters.copied_slots += count;
  const Value running = from[k.hi + 1 - base];
  const std::size_t frame =
      is<Closure>(running) ? as<Closure>(running).frame_size() : std::size_t{base};
  Kont* rest = k.next;
  if (bottom > k.lo) {
    const std::uint64_t extent = k.is_shared_with_all_below() ? 0 : Kont::kPartly;
    rest = &heap.make_with<Kont>(Kont::kShared | extent, 0, k.segment, k.lo, bottom, pc_of(from[bottom]), k.next,
                                 k.dynamic, kFalse, kFalse);
  }
  if (lo_ + count + frame + 1 > limit_) {
    Segment& s = new_segment(std::max<std::size_t>(segment_->capacity, count + frame + 1 + kRedZone));
    segment_->mark_up_to(slot_index(*segment_, lo_));
    use_segment(s, 0, s.slots() + 1);
  }
  std::memcpy(static_cast<void*>(lo_), from + bottom, count * sizeof(Value));
  lo_[0] = pc_value(kUnderflow);
  kont_ = rest;
  fp_ = lo_ + count + 1;  // where the frame above the resumed one would begin
}

bool Machine::reinstate(Value value) {
  for (;;) {
    Kont* k = kont_;
    if (k == nullptr) return false;
    // A prompt that is left takes its mark along: no frame above it has to, which a piece that
    // is captured again and again would have once more each time.
    if (k->tag != kFalse && dynamic_ != kNull && as<Dynamic>(dynamic_).aux() == Dynamic::kPrompt &&
        as<Dynamic>(dynamic_).first == k->tag) {
      pop_dynamic();
    }
    if (k->lo == k->hi) {  // an empty region: a prompt in tail position
      kont_ = k->next;
      continue;
    }
    if (!k->is_shared() && k->segment->sealed <= k->hi) {
      if (k->segment != segment_) {
        segment_->mark_up_to(slot_index(*segment_, lo_));
        if (lo_ == segment_->slots()) {
          spare_ = segment_;
          spare_->mark_up_to(0);
        }
      }
      kont_ = k->next;
      use_segment(*k->segment, k->lo, k->segment->slots() + k->hi + 1);
    } else {
      // With all below shared nothing of this stack lies in place but what is sealed.
      if (k->is_shared_with_all_below()) lo_ = segment_->slots() + segment_->sealed;
      copy_top_frames(*k);
    }
    pc_ = k->pc;
    fp_ -= base_before(pc_);
    fp_[pc_[-1] >> 8 & 0xff] = value;
    return true;
  }
}

// ---- dynamic state ------------------------------------------------------------

void Machine::push_dynamic(std::uint64_t what, Value first, Value second) {
  const bool empty = dynamic_ == kNull;
  const std::int64_t depth = empty ? 0 : as<Dynamic>(dynamic_).depth.fixnum();
  auto& d = heap.make_with<Dynamic>(what, 0, first, second, dynamic_,
                                    empty ? kNull : as<Dynamic>(dynamic_).wind,
                                    Value::fixnum(depth + 1));
  if (what == Dynamic::kWind) d.wind = value_of(&d);
  dynamic_ = value_of(&d);
}

Value Machine::find_mark(Value key) const { return vm::find_mark(dynamic_, key); }

Value find_mark(Value dynamic, Value key) {
  for (Value d = dynamic; d != kNull; d = as<Dynamic>(d).next) {
    const auto& entry = as<Dynamic>(d);
    if (entry.first == key && entry.aux() == Dynamic::kMark) return entry.second;
  }
  return kUnbound;
}

}  // namespace fermata::vm
