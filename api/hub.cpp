// Roots and the host's objects: see instance.hpp.
#include "api/instance.hpp"

namespace fermata::api {

using namespace vm;

namespace {
constexpr std::size_t kSlab = 126;  // roots
}  // namespace

// In root memory.
struct Hub::Slab {
  Slab* next;
  fermata_root roots[kSlab];
};

fermata_root& Hub::make(Value v) {
  if (free_ == nullptr) {
    sweep();
    if (free_ == nullptr) {
      auto& slab = *::new (allocate_root(sizeof(Slab))) Slab{};
      slab.next = slabs_;
      slabs_ = &slab;
      if (Instance* in = instance()) in->machine->heap.roots_of_host = slabs_;
      for (fermata_root& r : slab.roots) {
        r.hub = this;
        r.next = free_;
        free_ = &r;
      }
    }
  }
  fermata_root& r = *free_;
  free_ = r.next;
  ++live_;
  r.value = v;
  r.uses.store(1, std::memory_order_relaxed);
  return r;
}

void Hub::take_back(fermata_root& r) {
  r.value = kUnspecified;
  r.next = free_;
  free_ = &r;
  --live_;
}

void Hub::release(fermata_root& r) {
  if (owner_.load(std::memory_order_relaxed) == vm::this_thread()) return take_back(r);
  std::unique_lock guard(lock_);
  if (instance() == nullptr) {
    --live_;
    const bool last = live_ == 0 && object_count_ == 0;
    guard.unlock();
    if (last) end(this);
    return;
  }
  r.next = returned_;
  returned_ = &r;
  pending_.store(true, std::memory_order_release);
}

// ---- objects of the host -----------------------------------------------------------------

HostObject& Hub::add(HostObject given) {
  auto* o = new HostObject(given);
  o->hub = this;
  o->next = objects_;
  if (objects_ != nullptr) objects_->previous = o;
  objects_ = o;
  ++object_count_;
  return *o;
}

// The owner's destructor may do anything, also call us.
void Hub::drop(HostObject& o) {
  if (o.drop != nullptr) o.drop(std::exchange(o.owner, nullptr));
  o.drop = nullptr;
  o.pointer = nullptr;
}

void Hub::unreachable(HostObject& o) {
  std::unique_lock guard(lock_);
  if (instance() != nullptr) {
    unreachable_.push_back(&o);
    pending_.store(true, std::memory_order_release);
    return;
  }
  --object_count_;
  const bool last = live_ == 0 && object_count_ == 0;
  guard.unlock();
  delete &o;
  if (last) end(this);
}

void Hub::sweep_pending() {
  fermata_root* returned;
  std::vector<HostObject*> found;
  {
    const std::lock_guard guard(lock_);
    pending_.store(false, std::memory_order_relaxed);
    returned = std::exchange(returned_, nullptr);
    found.swap(unreachable_);
  }
  while (returned != nullptr) take_back(*std::exchange(returned, returned->next));
  for (HostObject* o : found) {
    (o->previous != nullptr ? o->previous->next : objects_) = o->next;
    if (o->next != nullptr) o->next->previous = o->previous;
    --object_count_;
    drop(*o);
    delete o;
  }
}

// ---- the end -----------------------------------------------------------------------------

void Hub::close() {
  sweep_pending();
  for (HostObject* o = objects_; o != nullptr; o = o->next) drop(*o);
  sweep_pending();
  std::unique_lock guard(lock_);
  for (fermata_root* r = std::exchange(returned_, nullptr); r != nullptr; r = r->next) --live_;
  // What was found meanwhile is not in the list any more than the rest: nothing is dropped twice.
  for (HostObject* o : unreachable_) {
    --object_count_;
    delete o;
  }
  unreachable_.clear();
  for (Slab* s = slabs_; s != nullptr; s = s->next) {
    for (fermata_root& r : s->roots) r.value = kUnspecified;
  }
  owner_.store(0, std::memory_order_relaxed);
  instance_.store(nullptr, std::memory_order_release);
  const bool last = live_ == 0 && object_count_ == 0;
  guard.unlock();
  if (last) end(this);
}

void Hub::end(Hub* hub) {
  for (Slab* s = hub->slabs_; s != nullptr;) free_root(std::exchange(s, s->next));
  delete hub;
}

}  // namespace fermata::api

// ---- the C interface -----------------------------------------------------------------------
using namespace fermata::api;

fermata_root* fermata_root_new(fermata_view v) {
  return v.in == nullptr ? nullptr : &v.in->hub->make(value_of_view(v));
}

fermata_root* fermata_root_copy(fermata_root* r) {
  r->uses.fetch_add(1, std::memory_order_relaxed);
  return r;
}

void fermata_root_drop(fermata_root* r) {
  if (r->uses.load(std::memory_order_acquire) != 1 && r->uses.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  r->hub->release(*r);
}

fermata_view fermata_root_view(const fermata_root* r) {
  fermata_interp* in = r->hub->instance();
  return {in != nullptr ? r->value.bits() : 0, in};
}
