// The objects are read as the collector reads them: word by word.  Nothing is allocated on the
// heap meanwhile, so what is known by its address alone stays where it is.  Other threads go on:
// what their interpreters keep is not reached from ours.
#include "vm/reach.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <vector>

#include "vm/collector.hpp"
#include "vm/ephemerons.hpp"

namespace fermata::vm {

#ifdef FERMATA_MALLOC_HEAP

std::size_t reached_bytes(GcVector<Value>&, std::size_t, const std::function<bool(const Object&)>&) {
  return 0;
}
std::size_t reached_bytes(const Heap&, std::size_t) { return 0; }

#else

namespace {

// A set of addresses, a bit for each granule of the regions where there are any.
class Seen {
 public:
  // False: it was there.
  bool insert(std::uintptr_t address) {
    constexpr unsigned kRegion = 20;  // bits of an address within a region
    if (address >> kRegion != number_ || region_ == nullptr) {
      number_ = address >> kRegion;
      auto& region = regions_[number_];
      if (region == nullptr) region = std::make_unique<Region>();
      region_ = region.get();
    }
    const std::size_t granule = address / Heap::kGranule % kGranules;
    std::uint64_t& word = region_->bits[granule / 64];
    const std::uint64_t bit = std::uint64_t{1} << granule % 64;
    if (word & bit) return false;
    word |= bit;
    return true;
  }

 private:
  static constexpr std::size_t kGranules = (std::size_t{1} << 20) / Heap::kGranule;
  struct Region {
    std::uint64_t bits[kGranules / 64] = {};
  };
  std::unordered_map<std::uintptr_t, std::unique_ptr<Region>> regions_;
  std::uintptr_t number_ = 0;
  Region* region_ = nullptr;
};

template <class Stops>
class Walk {
 public:
  Walk(std::size_t most, Stops stops) : most_(most), stops_(stops) {}

  void visit(std::uintptr_t word) {
    const std::uintptr_t tag = word & 15;
    if (tag != 0 && tag != 4 && tag != 8) return;
    void* start = reinterpret_cast<void*>(word - tag);
    if (start == nullptr || GC_base(start) != start || !seen_.insert(word - tag)) return;
    const auto& object = *static_cast<const Object*>(start);
    if (tag != 4 && object.header & 1 && stops_(object)) return;
    pending_.push_back(start);
  }

  std::size_t finish() {
    const CollectorKinds& kinds = collector_kinds();
    while (!pending_.empty() && bytes_ <= most_) {
      auto* words = static_cast<const std::uintptr_t*>(pending_.back());
      pending_.pop_back();
      std::size_t size = 0;
      const int kind = GC_get_kind_and_size(words, &size);
      bytes_ += size;
      if (kind == GC_I_PTRFREE) continue;
      if (kind == kinds.hidden) {  // whole only as long as its key is reached, which keeps the datum
        const auto& e = *reinterpret_cast<const Ephemeron*>(words);
        visit(e.datum.bits());
        continue;
      }
      if (kind == kinds.described) size = std::min<std::size_t>(size, words[1]);
      for (std::size_t i = 0; i < size / sizeof *words; ++i) visit(words[i]);
    }
    return bytes_;
  }

 private:
  const std::size_t most_;
  const Stops stops_;
  std::size_t bytes_ = 0;
  std::vector<const void*> pending_;
  Seen seen_;
};

}  // namespace

std::size_t reached_bytes(GcVector<Value>& roots, std::size_t most,
                          const std::function<bool(const Object&)>& stops) {
  Walk walk(most, [&](const Object& o) { return stops(o); });
  for (Value v : roots) walk.visit(v.bits());
  return walk.finish();
}

std::size_t reached_bytes(const Heap& heap, std::size_t most) {
  Walk walk(most, [](const Object&) { return false; });
  walk.visit(reinterpret_cast<std::uintptr_t>(GC_base(const_cast<Heap*>(&heap))));
  return walk.finish();
}

#endif

}  // namespace fermata::vm
