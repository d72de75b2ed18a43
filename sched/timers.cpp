#include "sched/timers.hpp"

#include <algorithm>
#include <bit>

namespace fermata::sched {

using namespace vm;

namespace {

constexpr int kBits = 6;

std::size_t digit_of(std::int64_t time, std::size_t level) {
  return static_cast<std::size_t>(time >> (level * kBits)) & 63;
}

}  // namespace

void Timers::place(WaitNode& n) {
  const auto differs = static_cast<std::uint64_t>(n.time() ^ base_);
  const std::size_t level =
      differs == 0 ? 0 : static_cast<std::size_t>(63 - std::countl_zero(differs)) / kBits;
  Level*& l = wheel_->levels[level];
  if (l == nullptr) {
    l = static_cast<Level*>(heap_->traced(sizeof(Level)));
    for (Link& slot : l->slots) slot.make_head();
    l->used = 0;
  }
  const std::size_t digit = digit_of(n.time(), level);
  n.link.insert_before(l->slots[digit]);
  l->used |= std::uint64_t{1} << digit;
}

void Timers::begin_wheel() {
  wheel_ = static_cast<Wheel*>(heap_->traced(sizeof(Wheel)));
  for (Level*& level : wheel_->levels) level = nullptr;
  while (few_.next != &few_) {
    WaitNode& n = node_of(*few_.next);
    n.link.unlink();
    place(n);
  }
}

WaitNode& Timers::first_of_few() {
  Link* first = few_.next;
  for (Link* l = first->next; l != &few_; l = l->next)
    if (node_of(*l).time() < node_of(*first).time()) first = l;
  return node_of(*first);
}

void Timers::add(Heap& heap, WaitNode& n) {
  heap_ = &heap;
  n.datum = Value::fixnum(std::max(n.time(), base_));
  if (wheel_ == nullptr) {
    if (few_.next == nullptr) few_.make_head();
    if (count < kFew) {
      n.link.insert_before(few_);
      ++count;
      return;
    }
    begin_wheel();
  }
  if (count == 0 || (earliest_ >= 0 && n.time() < earliest_)) {
    earliest_ = n.time();
    earliest_node_ = &n;
  }
  place(n);
  ++count;
}

bool Timers::find_first(std::size_t& level, std::size_t& digit) {
  for (level = 0; level < kLevels; ++level) {
    Level* l = wheel_->levels[level];
    while (l != nullptr && l->used != 0) {
      digit = static_cast<std::size_t>(std::countr_zero(l->used));
      if (l->slots[digit].next != &l->slots[digit]) return true;
      l->used &= l->used - 1;  // its timers were cancelled
    }
  }
  return false;
}

std::int64_t Timers::next_time() {
  if (wheel_ == nullptr) return first_of_few().time();
  // The node may have been cancelled since; only a linked one vouches for its time.
  if (earliest_ >= 0 && earliest_node_ != nullptr && earliest_node_->link.is_linked()) return earliest_;
  std::size_t level = 0, digit = 0;
  if (!find_first(level, digit)) return -1;
  Link& slot = wheel_->levels[level]->slots[digit];
  earliest_node_ = &node_of(*slot.next);
  // At the lowest level all are of one instant; many may be, and this is asked for each of them.
  for (Link* l = slot.next; level > 0 && l != &slot; l = l->next) {
    if (node_of(*l).time() < earliest_node_->time()) earliest_node_ = &node_of(*l);
  }
  return earliest_ = earliest_node_->time();
}

WaitNode* Timers::pop_due(std::int64_t now) {
  if (wheel_ == nullptr) {
    if (count == 0) return nullptr;
    WaitNode& n = first_of_few();
    if (n.time() > now) return nullptr;
    base_ = n.time();
    n.link.unlink();
    --count;
    return &n;
  }
  std::size_t level = 0, digit = 0;
  while (count > 0 && find_first(level, digit)) {
    // Nothing in the slot is earlier than its start; which of them is the first need not be known.
    const int shift = static_cast<int>(level) * kBits;
    const std::int64_t above = level + 1 == kLevels ? 0 : base_ >> (shift + kBits) << (shift + kBits);
    const std::int64_t start = above | static_cast<std::int64_t>(digit) << shift;
    if (start > now) return nullptr;
    Link& slot = wheel_->levels[level]->slots[digit];
    base_ = start;
    if (level == 0) {
      WaitNode& n = node_of(*slot.next);
      n.link.unlink();
      --count;
      earliest_ = -1;
      return &n;
    }
    // The base goes to the start of the slot, and what is in it some levels down.
    Link rest;
    rest.make_head();
    rest.insert_before(slot);
    slot.unlink();
    slot.make_head();
    wheel_->levels[level]->used &= ~(std::uint64_t{1} << digit);
    while (rest.next != &rest) {
      WaitNode& n = node_of(*rest.next);
      n.link.unlink();
      place(n);
    }
  }
  return nullptr;
}

}  // namespace fermata::sched
