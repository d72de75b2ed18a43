#include "vm/heap.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>

#include "vm/allocation.hpp"
#include "vm/collector.hpp"
#include "vm/native.hpp"
#include "vm/reach.hpp"

namespace fermata::vm {

std::size_t memory_here() {
  static const std::size_t bytes = [] {
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    std::size_t all = pages > 0 && size > 0
                          ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(size)
                          : std::size_t{1} << 40;
    std::ifstream group("/sys/fs/cgroup/memory.max");
    if (std::size_t most = 0; group >> most) all = std::min(all, most);
    return all;
  }();
  return bytes;
}

[[gnu::noinline]] void clear_stack_below() {
  char left[32 * 1024];
  std::memset(left, 0, sizeof left);
  asm volatile("" : : "r"(left) : "memory");  // or the compiler would leave it out
}

#ifdef FERMATA_MALLOC_HEAP

// Values on malloc, never freed: AddressSanitizer then sees every access out of bounds,
// and is not to call that a leak.
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
#endif

void start_collector(GcPolicy, std::size_t) {}
RegisteredThread::RegisteredThread(GcPolicy) : mine_(false) {}
RegisteredThread::~RegisteredThread() { static_cast<void>(mine_); }
void* allocate_root(std::size_t bytes) { return std::calloc(1, bytes); }
void free_root(void* block) { std::free(block); }
void collect_now() {}
void set_finalizer(Object&, void (*)(Object&)) {}
void clear_finalizer(Object&) {}
void run_finalizers() {}
std::size_t heap_bytes() { return 0; }
std::size_t collections() { return 0; }
std::uint64_t allocated_bytes() { return 0; }
std::size_t bytes_in_use() { return 0; }
std::size_t bytes_kept() { return 0; }
void* Heap::refill(std::size_t granules) { return std::calloc(1, granules * kGranule); }
void* Heap::traced_large(std::size_t bytes) { return std::calloc(1, bytes); }
void* Heap::atomic(std::size_t bytes) { return std::malloc(bytes ? bytes : 1); }
void* Heap::described(std::size_t bytes) { return std::calloc(1, bytes); }
bool Heap::can_allocate(std::size_t bytes) {
  return bytes < limit_ && bytes < (std::size_t{1} << 32);
}
void Heap::look() {}
std::size_t Heap::most_kept() const { return 0; }
std::size_t Heap::count_kept() { return 0; }

#else

namespace {

std::atomic<int> threads_with_values{0};

// Of tagged pointers.  Guile's start forgets what was registered before it.
void register_displacements() {
  GC_register_displacement(4);
  GC_register_displacement(8);
}

// The collector forgot them while an interpreter lived: it would free what is in use.
char* probe = nullptr;  // an object
void check_displacements() {
  static bool forgotten;
  if (threads_with_values == 0 || probe == nullptr) return;
  const auto before = GC_is_valid_displacement_print_proc;
  GC_is_valid_displacement_print_proc = [](void*) { forgotten = true; };
  GC_is_valid_displacement(probe + 8);
  GC_is_valid_displacement_print_proc = before;
  if (!forgotten) return;
  std::fputs("fermata: somebody else has set up libgc anew (Guile's start does) while an interpreter "
             "lives; start the other first\n", stderr);
  std::abort();
}

}  // namespace

const CollectorKinds& collector_kinds() {
  static const CollectorKinds kinds = [] {
    start_collector(GcPolicy::as_found);
    CollectorKinds k;
    const auto make = [](GC_word descriptor, int adjust) {
      return static_cast<int>(GC_new_kind_inner(GC_new_free_list_inner(), descriptor, adjust, 1));
    };
    GC_alloc_lock();
    k.traced = make(GC_DS_LENGTH, 1);
    k.described = make(sizeof(std::uint64_t) | GC_DS_PER_OBJECT, 0);
    k.hidden = make(GC_DS_LENGTH, 0);
    GC_alloc_unlock();
    register_displacements();
    return k;
  }();
  return kinds;
}

void start_collector(GcPolicy policy, std::size_t initial_bytes) {
  static std::once_flag once;
  std::call_once(once, [&] {
    const bool running = GC_is_init_called();
    // Else a pair takes 32 bytes; and Guile, which sets it whenever it comes, breaks when it was
    // not so from the start.
    if (!running) GC_set_all_interior_pointers(0);
    if (policy == GcPolicy::ours && !running) GC_set_no_dls(1);  // statics are no roots; ours lie in root blocks
    if (!running) GC_set_finalize_on_demand(1);
    GC_INIT();
    GC_allow_register_threads();
    if (policy == GcPolicy::ours) {
      GC_set_free_space_divisor(1);
      if (initial_bytes > GC_get_heap_size()) GC_expand_hp(initial_bytes - GC_get_heap_size());
      GC_set_warn_proc(GC_ignore_warn_proc);
    }
  });
}

// The thread that starts the collector is known to it from then on; a later collection would
// signal it in vain when it is gone.  The main thread does not go, and others who use the collector
// rely on its being known.
RegisteredThread::RegisteredThread(GcPolicy policy)
    : mine_(!GC_is_init_called() && gettid() != getpid()) {
  start_collector(policy);
  collector_kinds();
  register_displacements();
  watch_collections();
  ++threads_with_values;
  if (GC_thread_is_registered()) return;
  GC_stack_base base;
  GC_get_stack_base(&base);
  mine_ = GC_register_my_thread(&base) == GC_SUCCESS;
}
RegisteredThread::~RegisteredThread() {
  --threads_with_values;
  if (mine_) GC_unregister_my_thread();
}

void* allocate_root(std::size_t bytes) {
  collector_kinds();
  void* p = GC_MALLOC_UNCOLLECTABLE(bytes);
  if (p == nullptr) throw std::bad_alloc();
  std::memset(p, 0, bytes);
  return p;
}
void free_root(void* block) { GC_FREE(block); }
void collect_now() { GC_gcollect(); }

void collect_in_hostility();

void set_finalizer(Object& object, void (*finalizer)(Object&)) {
  collect_in_hostility();  // as it may
  const auto call = [](void* found, void* function) {
    reinterpret_cast<void (*)(Object&)>(function)(*static_cast<Object*>(found));
  };
  // Without order: an object of ours may refer to itself.
  GC_register_finalizer_no_order(&object, call, reinterpret_cast<void*>(finalizer), nullptr, nullptr);
}
void clear_finalizer(Object& object) {
  GC_register_finalizer_no_order(&object, nullptr, nullptr, nullptr, nullptr);
}
// Asked after every turn; the question takes no lock.
void run_finalizers() {
  if (GC_should_invoke_finalizers() != 0) GC_invoke_finalizers();
}

void watch_collections() {
  static GC_on_collection_event_proc before = nullptr;  // the host's
  static std::once_flag once;
  std::call_once(once, [] {
    collector_kinds();
    probe = static_cast<char*>(GC_MALLOC_UNCOLLECTABLE(4 * sizeof(void*)));
    before = GC_get_on_collection_event();
    GC_set_on_collection_event([](GC_EventType event) {
      if (event == GC_EVENT_START) check_displacements();
      if (event == GC_EVENT_MARK_END) {
        settle_ephemerons();  // which marks more
        sweep_weak_tables();
      }
      if (before != nullptr) before(event);
    });
  });
}

std::size_t heap_bytes() { return GC_get_heap_size(); }
std::size_t collections() { return GC_get_gc_no(); }
std::uint64_t allocated_bytes() { return GC_get_total_bytes(); }
std::size_t bytes_in_use() { return GC_get_heap_size() - GC_get_free_bytes(); }
std::size_t bytes_kept() {
  std::size_t bytes = 0;
  GC_gcollect();
  with_collector_stopped([&] {
    GC_enumerate_reachable_objects_inner(
        [](void*, std::size_t size, void* sum) { *static_cast<std::size_t*>(sum) += size; }, &bytes);
  });
  return bytes;
}

#ifdef FERMATA_HOSTILE
// The hostile build collects at every allocation, or at every Nth where that takes too long.
void collect_in_hostility() {
  static const unsigned long every = [] {
    const char* text = std::getenv("FERMATA_COLLECT_EVERY");
    return text ? std::max(1ul, std::strtoul(text, nullptr, 10)) : 1ul;
  }();
  static std::atomic<unsigned long> allocations{0};
  if (++allocations % every == 0) GC_gcollect();
}
#else
void collect_in_hostility() {}
#endif

void* Heap::refill(std::size_t granules) {
#ifdef FERMATA_HOSTILE
  return traced_large(granules * kGranule);  // one object: the next allocation comes here again
#else
  void* list = nullptr;
  const std::size_t before = GC_get_total_bytes();
  GC_generic_malloc_many(granules * kGranule, collector_kinds().traced, &list);
  if (list == nullptr) throw std::bad_alloc();
  note(GC_get_total_bytes() - before);
  return list;
#endif
}

void* Heap::traced_large(std::size_t bytes) {
  collect_in_hostility();
  void* p = GC_generic_malloc(bytes, collector_kinds().traced);
  if (p == nullptr) throw std::bad_alloc();
  note(bytes);
  return p;
}

void* Heap::atomic(std::size_t bytes) {
  collect_in_hostility();
  void* p = GC_MALLOC_ATOMIC(bytes);
  if (p == nullptr) throw std::bad_alloc();
  note(bytes);
  return p;
}

void* Heap::described(std::size_t bytes) {
  collect_in_hostility();
  void* p = GC_generic_malloc(bytes, collector_kinds().described);
  if (p == nullptr) throw std::bad_alloc();
  note(bytes);
  return p;
}

namespace {

// What all interpreters of the process together may keep, whatever the limit of each.
std::size_t most_of_process() { return memory_here() / 4 * 3; }

bool is_process_full(std::size_t wanted) {
  const auto full = [&] { return bytes_in_use() > most_of_process() - wanted; };
  if (!full()) return false;
  GC_gcollect();
  return full();
}

}  // namespace

std::size_t Heap::most_kept() const {
  return std::min<std::uint64_t>(bytes_in_use(), kept_ + (allocated_ - counted_at_));
}

std::size_t Heap::count_kept() {
  // Where the process holds much more than the limit, a collection would stop others for our sake.
  if (bytes_in_use() / 4 < limit_) GC_gcollect();
  const std::size_t all = bytes_in_use();
  kept_ = all <= limit_ ? all : reached_bytes(*this, limit_ + limit_ / 4);
  counted_at_ = allocated_;
  return kept_;
}

void Heap::look() {
  constexpr std::size_t kStep = 8 << 20;  // the process may become full without us
  if (allocated_ >= next_count_) {
    std::size_t room = limit_ - std::min(limit_, most_kept());
    if (room == 0) {
      const std::size_t kept = count_kept();
      exhausted_ |= kept > limit_;
      room = limit_ - std::min(limit_, kept);
    } else if (is_process_full(0)) {
      exhausted_ = true;
      room = 0;
    }
    next_count_ = allocated_ + std::clamp(room, limit_ / 32, std::max(limit_ / 32, kStep));
  }
  look_at_ = next_count_;
}

bool Heap::can_allocate(std::size_t bytes) {
  const std::size_t most = std::min(limit_, most_of_process());  // more than that comes to no end
  const auto fits = [&] { return bytes < most && most_kept() < most - bytes; };
  if (!fits()) {
    if (bytes >= most) return false;
    count_kept();
    if (!fits()) return false;
  }
  return !is_process_full(bytes);
}

#endif

Vector& Heap::make_vector(std::size_t length, Value fill) {
  auto& v = *static_cast<Vector*>(traced(sizeof(Vector) + length * sizeof(Value)));
  v.header = make_header(Kind::vector, length);
  for (std::size_t i = 0; i < length; ++i) v.slots()[i] = fill;
  return v;
}

Bytevector& Heap::make_bytevector(std::size_t length) {
  auto& b = *static_cast<Bytevector*>(atomic(sizeof(Bytevector) + length));
  b.header = make_header(Kind::bytevector, length);
  return b;
}

Values& Heap::make_values(std::size_t count) {
  auto& v = *static_cast<Values*>(traced(sizeof(Values) + count * sizeof(Value)));
  v.header = make_header(Kind::values, count);
  return v;
}

Record& Heap::make_record(Value type, std::size_t fields) {
  auto& r = *static_cast<Record*>(traced(sizeof(Record) + fields * sizeof(Value)));
  r.header = make_header(Kind::record, fields);
  r.type = type;
  return r;
}

Bignum& Heap::make_bignum(std::size_t limbs, bool negative) {
  auto& b = *static_cast<Bignum*>(atomic(sizeof(Bignum) + limbs * sizeof(std::uint64_t)));
  b.header = make_header(Kind::bignum, limbs, negative ? Bignum::kNegative : 0);
  return b;
}

Value Heap::make_flonum(double d) {
  if (const auto v = Value::try_flonum(d)) return *v;
  auto& f = *static_cast<Flonum*>(atomic(sizeof(Flonum)));
  f.header = make_header(Kind::flonum);
  f.value = d;
  return value_of(&f);
}

Closure& Heap::make_closure(Code& code, std::size_t argc, std::size_t frame, std::size_t free) {
  auto& c = *static_cast<Closure*>(traced(sizeof(Closure) + free * sizeof(Value)));
  c.header = make_header(Kind::closure, Closure::pack(argc, frame, free));
  c.code = &code;
  return c;
}

Handle::Handle(Value v) : slot_(static_cast<Value*>(allocate_root(sizeof(Value)))) { *slot_ = v; }
Handle::~Handle() {
  if (slot_) free_root(slot_);
}

const char* type_name(Value v) {
  if (v.is_fixnum()) return "exact integer";
  if (v.is_immediate_flonum()) return "inexact real";
  if (v.is_pair()) return "pair";
  if (v.is_char()) return "character";
  if (v.is_boolean()) return "boolean";
  if (v == kNull) return "empty list";
  if (v == kEof) return "end-of-file object";
  if (v == kUnspecified) return "unspecified value";
  if (v == kDefault) return "default object";
  if (!v.is_object() && !v.is_procedure()) return "constant";
  static constexpr const char* kNames[] = {
#define KIND(name, text) text,
#include "vm/kinds.def"
#undef KIND
  };
  const Object* o = v.is_object() ? v.object() : v.procedure();
  return kNames[static_cast<std::size_t>(o->kind())];
}

const char* wanted_text(Kind kind) {
  static constexpr const char* kNames[] = {
#define KIND(name, text) "a " text,
#include "vm/kinds.def"
#undef KIND
  };
  switch (kind) {
    case Kind::bignum: return "an exact integer";
    case Kind::ratnum: return "an exact rational";
    case Kind::flonum: return "an inexact real";
    case Kind::ephemeron: return "an ephemeron";
    case Kind::environment: return "an environment";
    default: return kNames[static_cast<std::size_t>(kind)];
  }
}

}  // namespace fermata::vm
