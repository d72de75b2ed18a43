// The memory store: what is kept beside the flows.
#include "flow/memory_store.hpp"

namespace fermata::flow {

Answer MemoryStore::put_item(const Item& item) {
  const std::lock_guard guard(tables_->mutex);
  const auto it = tables_->items.find({item.kind, item.id});
  if ((it == tables_->items.end() ? 0 : it->second.version) != item.version)
    return say(Answer::refused, item.id + " was changed by somebody else meanwhile");
  Item& kept = tables_->items[{item.kind, item.id}];
  kept = item;
  ++kept.version;
  return Answer::ok;
}

Answer MemoryStore::drop_item(std::string_view kind, std::string_view id) {
  const std::lock_guard guard(tables_->mutex);
  if (tables_->items.erase({std::string(kind), std::string(id)}) > 0) return Answer::ok;
  return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
}

Answer MemoryStore::item(std::string_view kind, std::string_view id, Item& item) {
  const std::lock_guard guard(tables_->mutex);
  const auto it = tables_->items.find({std::string(kind), std::string(id)});
  if (it == tables_->items.end())
    return say(Answer::missing, "there is no " + std::string(kind) + " " + std::string(id));
  item = it->second;
  return Answer::ok;
}

Answer MemoryStore::items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) {
  const std::lock_guard guard(tables_->mutex);
  for (const auto& [key, item] : tables_->items)
    if (key.first == kind && (due_by == 0 || (item.due != 0 && item.due <= due_by)))
      items.push_back(item);
  return Answer::ok;
}

Answer MemoryStore::put_program(std::string_view hash, std::string_view text) {
  const std::lock_guard guard(tables_->mutex);
  tables_->programs.emplace(hash, text);
  return Answer::ok;
}

Answer MemoryStore::get_program(std::string_view hash, std::string& text) {
  const std::lock_guard guard(tables_->mutex);
  const auto it = tables_->programs.find(std::string(hash));
  if (it == tables_->programs.end())
    return say(Answer::missing, "the store holds no such program");
  text = it->second;
  return Answer::ok;
}

}  // namespace fermata::flow
