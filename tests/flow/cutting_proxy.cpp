// See cutting_proxy.hpp.
#include "tests/flow/cutting_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace fermata::flow {

namespace {

constexpr int kTick = 20;  // milliseconds between looks at stop_

sockaddr_un address_in(const std::string& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder + "/.s.PGSQL.5432";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

// Whether something was passed on.
bool move(int from, int to) {
  char bytes[65536];
  const ssize_t n = read(from, bytes, sizeof bytes);
  if (n <= 0) return false;
  for (ssize_t done = 0; done < n;) {
    const ssize_t sent = send(to, bytes + done, static_cast<std::size_t>(n - done), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    done += sent;
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::string server) : server_(std::move(server)) {
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_in(folder_.path);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 8) != 0)
    throw std::runtime_error("the proxy cannot listen");
  thread_ = std::thread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
  stop_ = true;
  thread_.join();
  for (std::thread& t : passing_) t.join();
  close(listener_);
}

void CuttingProxy::serve() {
  while (!stop_) {
    pollfd one{listener_, POLLIN, 0};
    if (poll(&one, 1, kTick) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_in(server_);
    if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      passing_.emplace_back([this, client, server] { pass(client, server); });
    else
      close(client), close(server);
  }
}

void CuttingProxy::pass(int client, int server) {
  pass_until_cut(client, server);
  close(client), close(server);
}

void CuttingProxy::pass_until_cut(int client, int server) {
  while (!stop_) {
    pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (poll(both, 2, kTick) <= 0) continue;
    const bool asks = both[0].revents != 0, answers = both[1].revents != 0;
    if ((asks && cut_ == Cut::request) || (answers && cut_ == Cut::answer)) {
      cut_ = Cut::none;
      ++cuts_;
      return;
    }
    if ((asks && !move(client, server)) || (answers && !move(server, client))) return;
  }
}

}  // namespace fermata::flow
