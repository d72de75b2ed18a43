// Natives on sockets: the base of (fermata net).
//
// An address is a bytevector that holds a sockaddr.  Names are looked up by a worker, for the
// system offers no way of doing it without waiting; everything else answers at once, or asks
// to be run again when the socket is ready.
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "sched/builtins.hpp"
#include "sched/descriptor.hpp"
#include "sched/failure.hpp"
#include "vm/string.hpp"
#include "vm/world.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr int kSocketFlags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

// ---- names -----------------------------------------------------------------------------
class Lookup final : public Job {
 public:
  Lookup(std::string host, std::string port, bool passive)
      : host_(std::move(host)), port_(std::move(port)), passive_(passive) {}

  void work() override {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (passive_ ? AI_PASSIVE : AI_ADDRCONFIG);
    status_ = ::getaddrinfo(host_.empty() ? nullptr : host_.c_str(), port_.c_str(), &hints, &found);
    for (const addrinfo* a = status_ == 0 ? found : nullptr; a != nullptr; a = a->ai_next) {
      const auto* bytes = reinterpret_cast<const char*>(a->ai_addr);
      addresses_.emplace_back(bytes, bytes + a->ai_addrlen);
    }
    if (status_ == 0) ::freeaddrinfo(found);
  }
  Outcome finish(Machine& m) override {
    if (status_ != 0) {
      return m.error(ConditionKind::io, "cannot find the host \"" + host_ + "\": " + ::gai_strerror(status_));
    }
    Value list = kNull;
    for (std::size_t i = addresses_.size(); i-- > 0;) {
      Bytevector& b = m.heap.make_bytevector(addresses_[i].size());
      std::memcpy(b.bytes(), addresses_[i].data(), addresses_[i].size());
      list = m.heap.cons(value_of(&b), list);
    }
    return list;
  }

 private:
  const std::string host_, port_;
  const bool passive_;
  int status_ = EAI_FAIL;
  std::vector<std::string> addresses_;
};

Outcome look_up(Machine& m, String& host, Index port, bool passive) {
  if (auto problem = touch_world(m)) return *problem;
  if (port > 65535) return m.out_of_range(2, "a port below 65536", Value::fixnum(static_cast<std::int64_t>(port.value)));
  return Engine::of(m).workers.begin(
      std::make_shared<Lookup>(to_utf8(host), std::to_string(port.value), passive));
}

// ---- sockets ---------------------------------------------------------------------------
sockaddr_storage address_in(const Bytevector& bytes, socklen_t& size) {
  sockaddr_storage address{};
  size = static_cast<socklen_t>(std::min(bytes.length(), sizeof address));
  std::memcpy(&address, const_cast<Bytevector&>(bytes).bytes(), size);
  return address;
}

Value socket_value(Machine& m, int fd) {
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return make_descriptor_value(m.heap, std::make_shared<Descriptor>(fd, Descriptor::Kind::socket));
}

Outcome begin_connect(Machine& m, Bytevector& to) {
  if (auto problem = touch_world(m)) return *problem;
  run_finalizers();
  socklen_t size;
  const sockaddr_storage address = address_in(to, size);
  const int fd = ::socket(address.ss_family, kSocketFlags, 0);
  if (fd < 0) return system_failure(m, "cannot make a socket", errno);
  const Value socket = socket_value(m, fd);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS) {
    const int error = errno;
    let_go(socket);
    return system_failure(m, "cannot connect", error);
  }
  return socket;
}

Outcome end_connect(Machine& m, Value socket) {
  const auto held = descriptor_of(socket);
  if (held == nullptr) return m.wrong_type(1, "an open socket", socket);
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(held->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  sockaddr_storage peer;
  socklen_t peer_size = sizeof peer;
  if (error == 0 && ::getpeername(held->fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0) return kTrue;
  if (error == 0) return m.retry_when(make_wait_request(m.heap, {held->fd, Direction::write}));
  let_go(socket);
  return system_failure(m, "cannot connect", error);
}

Outcome listen_at(Machine& m, Bytevector& at, Index backlog) {
  if (auto problem = touch_world(m)) return *problem;
  run_finalizers();
  socklen_t size;
  const sockaddr_storage address = address_in(at, size);
  const int fd = ::socket(address.ss_family, kSocketFlags, 0);
  if (fd < 0) return system_failure(m, "cannot make a socket", errno);
  const Value socket = socket_value(m, fd);
  const int yes = 1, no = 0;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (address.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(fd, static_cast<int>(std::min<std::size_t>(backlog, 4096))) != 0) {
    const int error = errno;
    let_go(socket);
    return system_failure(m, "cannot listen", error);
  }
  return socket;
}

Outcome accept_one(Machine& m, Value listener) {
  if (auto problem = touch_world(m)) return *problem;
  const auto held = descriptor_of(listener);
  if (held == nullptr) return m.error(ConditionKind::io, "tcp-accept: the listener is closed");
  for (;;) {
    const int fd = ::accept4(held->fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) return socket_value(m, fd);
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return m.retry_when(make_wait_request(m.heap, {held->fd, Direction::read}));
    }
    return system_failure(m, "cannot accept", errno);
  }
}

// (host . port), of this end or the other.
Outcome socket_address(Machine& m, Value socket, bool peer) {
  const auto held = descriptor_of(socket);
  if (held == nullptr) return m.wrong_type(1, "an open socket", socket);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* at = reinterpret_cast<sockaddr*>(&address);
  if ((peer ? ::getpeername(held->fd, at, &size) : ::getsockname(held->fd, at, &size)) != 0) {
    return system_failure(m, "cannot tell the address", errno);
  }
  char host[NI_MAXHOST], port[NI_MAXSERV];
  const int status = ::getnameinfo(at, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  if (status != 0) return m.error(ConditionKind::io, ::gai_strerror(status));
  return m.heap.cons(value_of(&make_string(m.heap, std::string_view(host))), Value::fixnum(std::stol(port)));
}

constexpr Builtin kNet[] = {
    builtin<look_up>("(%net-look-up host port passive?)", "A job whose result is a list of addresses."),
    builtin<begin_connect>("(%tcp-connect address)", "A socket that is being connected."),
    builtin<end_connect>("(%tcp-connected socket)", "Waits until it is connected."),
    builtin<listen_at>("(%tcp-listen address backlog)", "A socket that listens."),
    builtin<accept_one>("(%tcp-accept socket)", "Waits for the next connection, a socket."),
    builtin<socket_address>("(%socket-address socket peer?)", "A pair of host and port."),
};

}  // namespace

std::span<const Builtin> net_builtins() { return kNet; }

}  // namespace fermata::sched
