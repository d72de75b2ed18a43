// The objects are read as the collector reads them: word by word.  Nothing is allocated on the
// heap meanwhile, so what is known by its address alone stays where it is.
#include "vm/reach.hpp"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "vm/collector.hpp"

namespace fermata::vm {

#ifdef FERMATA_MALLOC_HEAP

std::size_t reached_bytes(GcVector<Value>&, std::size_t, const std::function<bool(const Object&)>&) {
  return 0;
}

#else

namespace {

class Walk {
 public:
  Walk(std::size_t most, const std::function<bool(const Object&)>& stops) : most_(most), stops_(stops) {}

  std::size_t from(GcVector<Value>& roots) {
    for (Value v : roots) visit(v.bits());
    while (!pending_.empty() && bytes_ <= most_) {
      auto* words = static_cast<const std::uintptr_t*>(pending_.back());
      pending_.pop_back();
      std::size_t size = 0;
      const int kind = GC_get_kind_and_size(words, &size);
      if (kind == collector_kinds().described) size = std::min<std::size_t>(size, words[1]);
      if (kind != collector_kinds().traced && kind != collector_kinds().described) continue;
      for (std::size_t i = 0; i < size / sizeof *words; ++i) visit(words[i]);
    }
    return bytes_;
  }

 private:
  void visit(std::uintptr_t word) {
    const std::uintptr_t tag = word & 15;
    if (tag != 0 && tag != 4 && tag != 8) return;
    void* start = reinterpret_cast<void*>(word - tag);
    if (start == nullptr || GC_base(start) != start || !seen_.insert(start).second) return;
    const auto& object = *static_cast<const Object*>(start);
    if (tag != 4 && object.header & 1 && stops_(object)) return;
    bytes_ += GC_size(start);
    pending_.push_back(start);
  }

  const std::size_t most_;
  const std::function<bool(const Object&)>& stops_;
  std::size_t bytes_ = 0;
  std::vector<const void*> pending_;
  std::unordered_set<const void*> seen_;
};

}  // namespace

std::size_t reached_bytes(GcVector<Value>& roots, std::size_t most,
                          const std::function<bool(const Object&)>& stops) {
  return Walk(most, stops).from(roots);
}

#endif

}  // namespace fermata::vm
