// How ephemerons are settled when the collector has marked, with the world stopped:
//
//   1. Of each that was reached: if its key was reached, mark what its datum leads to; else
//      it waits, in a hash table by key.
//   2. Whatever is marked on the way may be a key somebody waits for, or an ephemeron.
//   3. Those whose keys are not marked in the end are broken, and so are those that nobody
//      reached: a finalizer may bring them back.
//
// Each object is looked at once, so this is linear, whatever hangs on what.  Memory for it
// comes from mmap, because a stopped thread may hold the lock of malloc.
#include "vm/ephemerons.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>

#include "vm/collector.hpp"

namespace fermata::vm {

#ifdef FERMATA_MALLOC_HEAP

Ephemeron& make_ephemeron(Value key, Value datum) {
  return *::new (std::calloc(1, sizeof(Ephemeron)))
      Ephemeron{{make_header(Kind::ephemeron)}, key, datum, nullptr, nullptr};
}

#else

namespace {

// All that are whole, of every interpreter; changed while the collector is stopped.  Kept as
// a complement, lest the first look reachable where statics are roots.
std::uintptr_t newest = ~std::uintptr_t{0};
std::size_t how_many = 0;

Ephemeron* first() { return reinterpret_cast<Ephemeron*>(~newest); }
void set_first(Ephemeron* e) { newest = ~reinterpret_cast<std::uintptr_t>(e); }

// Zeroed memory from the system.
template <class T>
class Pages {
 public:
  Pages() = default;
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { give_back(); }
  T& operator[](std::size_t i) { return data_[i]; }
  std::size_t size() const { return size_; }
  void resize(std::size_t size) {
    void* p = mmap(nullptr, size * sizeof(T), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {  // as libgc itself ends when it has no room to mark in
      std::fputs("fermata: no memory left to collect in\n", stderr);
      std::abort();
    }
    if (size_) std::memcpy(p, data_, size_ * sizeof(T));
    give_back();
    data_ = static_cast<T*>(p);
    size_ = size;
  }

 private:
  void give_back() {
    if (size_) munmap(data_, size_ * sizeof(T));
  }
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

// One settling.
class Settlement {
 public:
  void settle() {
    for (Ephemeron* e = first(); e != nullptr; e = e->next) {
      if (GC_is_marked(e)) consider(*e);
      drain();
    }
    break_what_is_left();
  }

 private:
  // The collector's object behind a value, or null.
  static void* object_of(Value v) {
    const bool heap = v.is_pair() || v.is_object() || v.is_procedure();
    return heap ? GC_base(reinterpret_cast<void*>(v.bits() & ~std::uint64_t{15})) : nullptr;
  }
  static bool is_reached(Value v) {
    void* o = object_of(v);
    return o == nullptr || GC_is_marked(o);
  }
  std::uintptr_t& bucket(const void* key) {
    const auto bits = reinterpret_cast<std::uintptr_t>(key) >> 4;
    return buckets_[bits * 0x9e3779b97f4a7c15u >> 32 & (buckets_.size() - 1)];
  }

  // An ephemeron that was reached, or such memory on the collector's own lists, where the
  // first word is a link and so even.
  void consider(Ephemeron& e) {
    if ((e.header & 1) == 0 || e.header & Ephemeron::kSettled || e.key == kTombstone) return;
    e.header |= Ephemeron::kSettled;
    if (is_reached(e.key)) return mark(object_of(e.datum));
    if (buckets_.size() == 0) buckets_.resize(std::bit_ceil(how_many));
    std::uintptr_t& chain = bucket(object_of(e.key));
    e.waiting = reinterpret_cast<Ephemeron*>(chain);
    chain = reinterpret_cast<std::uintptr_t>(&e);
  }

  void mark(void* o) {
    if (o == nullptr || GC_is_marked(o)) return;
    GC_set_mark_bit(o);
    if (depth_ == stack_.size()) stack_.resize(depth_ ? depth_ * 2 : 4096);
    stack_[depth_++] = o;
    if (buckets_.size() > 0) answer(o);
  }

  // Those that waited for this key: their data stand on the stack instead.
  void answer(void* key) {
    std::uintptr_t& chain = bucket(key);
    auto* e = reinterpret_cast<Ephemeron*>(std::exchange(chain, 0));
    while (e != nullptr) {
      Ephemeron* next = std::exchange(e->waiting, nullptr);
      if (object_of(e->key) == key) {
        if (depth_ == stack_.size()) stack_.resize(depth_ * 2);
        stack_[depth_++] = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(e) | 1);
      } else {
        e->waiting = reinterpret_cast<Ephemeron*>(chain);
        chain = reinterpret_cast<std::uintptr_t>(e);
      }
      e = next;
    }
  }

  void drain() {
    while (depth_ > 0) {
      const auto at = reinterpret_cast<std::uintptr_t>(stack_[--depth_]);
      if (at & 1)
        mark(object_of(reinterpret_cast<Ephemeron*>(at - 1)->datum));
      else
        scan(reinterpret_cast<void*>(at));
    }
  }

  // Marks what a marked object refers to, as the collector does.
  void scan(void* o) {
    const CollectorKinds& kinds = collector_kinds();
    std::size_t bytes = 0;
    const int kind = GC_get_kind_and_size(o, &bytes);
    auto* words = static_cast<std::uintptr_t*>(o);
    if (kind == kinds.hidden) return consider(*static_cast<Ephemeron*>(o));
    if (kind == GC_I_PTRFREE) return;
    const bool ours = kind == kinds.traced || kind == kinds.described;
    if (kind == kinds.described) bytes = std::min<std::size_t>(bytes, words[1]);
    for (std::size_t i = 0; i < bytes / sizeof *words; ++i) {
      const std::uintptr_t word = words[i], tag = word & 15;
      if (ours && tag != 0 && tag != 4 && tag != 8) continue;
      void* found = GC_base(reinterpret_cast<void*>(word));
      if (found == nullptr) continue;
      // Of ours a pointer leads to the start, but for its tag; of a host's, who knows.
      if (ours && reinterpret_cast<std::uintptr_t>(found) != word - tag) continue;
      mark(found);
    }
  }

  static void break_what_is_left() {
    Ephemeron* whole = nullptr;
    how_many = 0;
    for (Ephemeron *e = first(), *next; e != nullptr; e = next) {
      next = e->next;
      e->header &= ~Ephemeron::kSettled;
      e->waiting = nullptr;
      if (GC_is_marked(e) && is_reached(e->key)) {
        e->next = whole;
        whole = e;
        ++how_many;
      } else {
        e->key = kTombstone;
        e->datum = kFalse;
        e->next = nullptr;
      }
    }
    set_first(whole);
  }

  Pages<std::uintptr_t> buckets_;  // by key: those who wait for it, linked; empty: nobody does
  Pages<void*> stack_;  // objects marked and not yet scanned; plus 1: ephemerons whose key came
  std::size_t depth_ = 0;
};

}  // namespace

void settle_ephemerons() {
  if (first() != nullptr) Settlement().settle();
}

Ephemeron& make_ephemeron(Value key, Value datum) {
  watch_collections();
  collect_in_hostility();
  void* p = GC_generic_malloc(sizeof(Ephemeron), collector_kinds().hidden);
  if (p == nullptr) throw std::bad_alloc();
  auto& e = *static_cast<Ephemeron*>(p);
  with_collector_stopped([&] {  // until then this frame holds the key and the datum
    ::new (p) Ephemeron{{make_header(Kind::ephemeron)}, key, datum, first(), nullptr};
    set_first(&e);
    ++how_many;
  });
  return e;
}

#endif

}  // namespace fermata::vm
