// The store for tests, in this process; see memory_store.hpp.
#include "flow/memory_store.hpp"
#include "flow/owner.hpp"

namespace fermata::flow {

std::shared_ptr<MemoryTables> make_memory_tables() { return std::make_shared<MemoryTables>(); }

std::unique_ptr<Store> make_memory_store(StoreOptions options,
                                         std::shared_ptr<MemoryTables> tables) {
  if (options.owner.empty()) options.owner = make_owner_name();
  if (options.lease_ms == 0) options.lease_ms = kLocalLeaseMs;
  if (!options.now) options.now = wall_clock_ms;
  if (!options.is_gone) options.is_gone = owner_is_gone;
  if (tables == nullptr) tables = make_memory_tables();
  return std::make_unique<MemoryStore>(std::move(options), std::move(tables));
}

}  // namespace fermata::flow
