// See purging.hpp.
#include "flow/purging.hpp"

namespace fermata::flow {

namespace {

// Items whose id is that of a flow; each is put when the flow is there already.
constexpr std::string_view kOfFlows[] = {"guest", "delegation", "recalled"};

Answer drop_left_over(Store& store, std::string_view kind) {
  std::vector<Item> items;
  if (const Answer a = store.items(kind, 0, items); a != Answer::ok) return a;
  for (const Item& item : items) {
    FlowRow row;
    const Answer known = store.row(item.id, row);
    if (known == Answer::ok) continue;
    if (known != Answer::missing) return known;
    const Answer dropped = store.drop_item(kind, item.id);
    if (dropped != Answer::ok && dropped != Answer::missing) return dropped;
  }
  return Answer::ok;
}

}  // namespace

Answer purge_flows(Store& store, std::int64_t before, std::size_t& removed) {
  constexpr std::size_t kBatch = 100;  // so that others get the lock in between
  removed = 0;
  for (std::size_t some = kBatch; some == kBatch; removed += some)
    if (const Answer a = store.purge(before, kBatch, some); a != Answer::ok) return a;
  for (const std::string_view kind : kOfFlows)
    if (const Answer a = drop_left_over(store, kind); a != Answer::ok) return a;
  return Answer::ok;
}

}  // namespace fermata::flow
