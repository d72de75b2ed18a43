// The list of ports that have a device.
#include "scheme/open_ports.hpp"

namespace fermata::scheme {

namespace {

// What can be written at once is; nobody is left to wait for the rest.
void finalize(vm::Object& object) {
  auto& p = static_cast<Port&>(object);
  if (p.open == nullptr) return;
  while (p.is_output() && p.available() > 0) {
    const auto r = p.open->device->write({p.data(), p.available()});
    if (r.status != vm::IoStatus::done) break;
    p.consume(r.count);
  }
  OpenPorts::release(p);
}

}  // namespace

void OpenPorts::add(const std::shared_ptr<OpenPorts>& list, Port& port,
                    std::unique_ptr<vm::ByteDevice> device) {
  auto* entry = new OpenPort{std::move(device), list, ~reinterpret_cast<std::uintptr_t>(&port)};
  port.open = entry;
  {
    const std::lock_guard guard(list->lock_);
    entry->next = list->first_;
    if (entry->next) entry->next->previous = entry;
    list->first_ = entry;
    ++list->count_;
  }
  vm::set_finalizer(port, finalize);
}

vm::IoResult OpenPorts::release(Port& port) {
  const std::unique_ptr<OpenPort> entry(std::exchange(port.open, nullptr));
  vm::clear_finalizer(port);
  {
    const std::lock_guard guard(entry->list->lock_);
    if (entry->previous)
      entry->previous->next = entry->next;
    else
      entry->list->first_ = entry->next;
    if (entry->next) entry->next->previous = entry->previous;
    --entry->list->count_;
  }
  return entry->device->close();
}

void OpenPorts::for_each(const std::function<void(Port&)>& visit) {
  const std::lock_guard guard(lock_);
  for (OpenPort *entry = first_, *next; entry; entry = next) {
    next = entry->next;
    visit(entry->port());
  }
}

Port* OpenPorts::any() {
  const std::lock_guard guard(lock_);
  return first_ ? &first_->port() : nullptr;
}

}  // namespace fermata::scheme
