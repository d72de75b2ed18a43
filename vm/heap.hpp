// Memory for values.  Only heap.cpp and its companions include the collector's header.
//
// Small traced objects (pairs, closures, boxes ...) are popped from free lists, one
// per 16-byte granule size, filled by GC_generic_malloc_many: 8 ns a pair against 17.6
// through GC_MALLOC.  Such a list is traced, so its tail survives a collection; atomic
// memory and memory with a length descriptor never come from lists, because the
// collector does not follow links there and would hand objects out twice.
//
// A Heap belongs to one interpreter and so to one thread at a time.  It must itself lie
// in root memory (Machine does): the heads of its lists are roots.
//
// What the collector sees: stacks of registered threads, this heap's memory, root
// blocks.  Not statics, not malloc, not std:: containers.  Use GcVector or Handle.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "vm/object.hpp"

namespace fermata::vm {

// Process-wide settings of the collector; the first call decides.
enum class GcPolicy : std::uint8_t { as_found, ours };
void start_collector(GcPolicy policy, std::size_t initial_bytes = 0);

// Makes the calling thread known to the collector for its lifetime; starts the collector if
// nobody has.
class RegisteredThread {
 public:
  explicit RegisteredThread(GcPolicy policy = GcPolicy::as_found);
  ~RegisteredThread();
  RegisteredThread(const RegisteredThread&) = delete;
  RegisteredThread& operator=(const RegisteredThread&) = delete;

 private:
  bool mine_;
};

// Uncollectable, traced, zeroed memory: what it refers to lives until it is freed.
void* allocate_root(std::size_t bytes);
void free_root(void* block);

void collect_now();
// A safety net for objects that own a resource: run_finalizers(), in any thread, calls the
// function once the object was found unreachable.  The object is still whole then.
void set_finalizer(Object& object, void (*finalizer)(Object&));
void clear_finalizer(Object& object);
void run_finalizers();
std::size_t heap_bytes();       // size of the collected heap, of the whole process
std::size_t collections();      // how many there were
std::size_t memory_here();     // of this computer, or what its control group may take

class Heap {
 public:
  static constexpr std::size_t kGranule = 16;
  static constexpr std::size_t kListed = 32;  // largest listed size, in granules

  Heap() = default;
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // Zeroed traced memory.
  void* traced(std::size_t bytes) {
    const std::size_t g = (bytes + kGranule - 1) / kGranule;
    if (g > kListed) return traced_large(bytes);
    void* p = free_[g];
    if (p == nullptr) p = refill(g);
    std::memcpy(&free_[g], p, sizeof(void*));
    return p;  // word 0 is a link until the caller writes it
  }
  void* atomic(std::size_t bytes);     // untraced, not zeroed
  void* described(std::size_t bytes);  // traced up to the byte count in the word at offset 8

  Value cons(Value car, Value cdr) {
    auto* p = static_cast<Pair*>(traced(sizeof(Pair)));
    p->car = car;
    p->cdr = cdr;
    return value_of(p);
  }

  // An object of fixed layout T; arguments are T's fields in order.
  template <class T, class... Fields>
  T& make(Fields... fields) {
    return *::new (traced(sizeof(T))) T{{make_header(T::kKind, ProcedureKind<T> ? kVariadic : 0)}, fields...};
  }
  // The same with aux and flags in the header.
  template <class T, class... Fields>
  T& make_with(std::uint64_t aux, std::uint64_t flags, Fields... fields) {
    return *::new (traced(sizeof(T))) T{{make_header(T::kKind, aux, flags)}, fields...};
  }

  // Requires of all with a length: can_allocate() said yes, or the length is small.
  Vector& make_vector(std::size_t length, Value fill);
  Bytevector& make_bytevector(std::size_t length);             // contents undefined
  Values& make_values(std::size_t count);                      // fill at once
  Record& make_record(Value type, std::size_t fields);         // fill at once
  Bignum& make_bignum(std::size_t limbs, bool negative);       // contents undefined
  Value make_flonum(double d);                                 // immediate when it fits
  Closure& make_closure(Code& code, std::size_t argc, std::size_t frame, std::size_t free);
  // Strings: string.hpp.

  // ---- the limit, of what this interpreter keeps --------------------------------------
  // Other interpreters of the process do not count.  What is allocated here is added up; when
  // the sum since the last count could pass the limit, what the interpreter leads to is counted.

  // Whether so many bytes may still be had under the limit; natives ask before big requests.
  // Counts before it says no.
  bool can_allocate(std::size_t bytes);
  void set_limit(std::size_t bytes) {
    limit_ = bytes;
    look_at_ = next_count_ = allocated_;
  }
  std::size_t limit() const { return limit_; }
  std::uint64_t allocated() const { return allocated_; }  // here, ever; exact to some kilobytes
  // No more than that is kept: what was counted, and all that was allocated since.
  std::size_t most_kept() const;
  // Counts what is kept, no further than a quarter past the limit.
  std::size_t count_kept();
  // Set when more is kept than the limit; the machine raises at its next safe point.  It is
  // set again only after a further 1/32 of the limit was allocated, which is what handlers
  // have to work with while the stack of the raise still stands.
  bool exhausted() const { return exhausted_; }
  void clear_exhausted() { exhausted_ = false; }
  // Root memory that the host keeps values of this interpreter in; further blocks linked from
  // it.  It counts as well.
  void* roots_of_host = nullptr;

 private:
  void* refill(std::size_t granules);
  void* traced_large(std::size_t bytes);
  void note(std::size_t bytes) {
    allocated_ += bytes;
    if (allocated_ > look_at_) [[unlikely]] look();
  }
  void look();

  void* free_[kListed + 1] = {};
  std::size_t limit_ = ~std::size_t{0};
  std::uint64_t allocated_ = 0;
  std::uint64_t look_at_ = ~std::uint64_t{0};     // look() when so much was allocated
  std::uint64_t next_count_ = ~std::uint64_t{0};  // count no earlier
  std::uint64_t counted_at_ = 0;                  // what was allocated at the last count,
  std::size_t kept_ = 0;                          // and what that said
  bool exhausted_ = false;
};

// An owning root for one value; copyable; lives anywhere, belongs to the heap's thread.
class Handle {
 public:
  explicit Handle(Value v = kUnspecified);
  Handle(const Handle& other) : Handle(other.get()) {}
  Handle(Handle&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Handle& operator=(Handle other) noexcept {
    std::swap(slot_, other.slot_);
    return *this;
  }
  ~Handle();
  Value get() const { return slot_ ? *slot_ : kUnspecified; }
  void set(Value v) { *slot_ = v; }

 private:
  Value* slot_;
};

// A growable array the collector sees, for use on the C++ stack or inside root memory.
template <class T>
class GcVector {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit GcVector(Heap& heap) : heap_(&heap) {}
  GcVector(const GcVector&) = delete;
  GcVector& operator=(const GcVector&) = delete;
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T& operator[](std::size_t i) { return data_[i]; }
  const T& operator[](std::size_t i) const { return data_[i]; }
  T& back() { return data_[size_ - 1]; }
  void push_back(T v) {
    if (size_ == capacity_) grow();
    data_[size_++] = v;
  }
  T pop_back() { return data_[--size_]; }
  void clear() { size_ = 0; }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  T* data() { return data_; }

 private:
  void grow() {
    const std::size_t capacity = capacity_ ? capacity_ * 2 : 8;
    auto* data = static_cast<T*>(heap_->traced(capacity * sizeof(T)));
    if (size_) std::memcpy(static_cast<void*>(data), data_, size_ * sizeof(T));
    data_ = data;
    capacity_ = capacity;
  }
  Heap* heap_;
  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace fermata::vm
