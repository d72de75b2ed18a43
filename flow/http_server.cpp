// See http_server.hpp.
#include "flow/http_server.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cstring>
#include <deque>
#include <map>

#include "flow/envelope.hpp"
#include "flow/loaded_library.hpp"

namespace fermata::flow {

namespace {

// What of microhttpd.h is used; the numbers are part of its interface.
enum Flag : unsigned { kTls = 2, kEpoll = 512, kSuspend = 9216, kPedantic = 32 };
enum Option : int {
  kEnd = 0,
  kMemoryLimit = 1,
  kConnectionLimit = 2,
  kTimeout = 3,
  kCompleted = 4,
  kAddressLimit = 5,
  kTlsKey = 8,
  kTlsCertificate = 9,
  kTlsPriorities = 11,
  kListenSocket = 12,
  kTlsTrust = 20
};
constexpr int kDaemonEpoll = 3, kClientAddress = 2, kTlsSession = 3, kMustCopy = 2, kYes = 1;
constexpr std::size_t kMostAtOnce = 64, kMostOfOne = 32;
// Connections, of all and of one address: so nobody keeps others out by holding them open.
constexpr unsigned kMostConnections = 256, kMostConnectionsOfOne = 64;

struct Mhd {
  LoadedLibrary library{"libmicrohttpd.so.12", "libmicrohttpd12"};
  void* (*start_daemon)(unsigned, std::uint16_t, void*, void*, void*, void*, ...) = nullptr;
  void (*stop_daemon)(void*) = nullptr;
  int (*run)(void*) = nullptr;
  int (*get_timeout)(void*, unsigned long long*) = nullptr;
  const void* (*get_daemon_info)(void*, int, ...) = nullptr;
  const void* (*get_connection_info)(void*, int, ...) = nullptr;
  void (*suspend_connection)(void*) = nullptr;
  void (*resume_connection)(void*) = nullptr;
  void* (*create_response_from_buffer)(std::size_t, void*, int) = nullptr;
  int (*add_response_header)(void*, const char*, const char*) = nullptr;
  int (*queue_response)(void*, unsigned, void*) = nullptr;
  void (*destroy_response)(void*) = nullptr;

  Mhd() {
    library.find("MHD_start_daemon", start_daemon);
    library.find("MHD_stop_daemon", stop_daemon);
    library.find("MHD_run", run);
    library.find("MHD_get_timeout", get_timeout);
    library.find("MHD_get_daemon_info", get_daemon_info);
    library.find("MHD_get_connection_info", get_connection_info);
    library.find("MHD_suspend_connection", suspend_connection);
    library.find("MHD_resume_connection", resume_connection);
    library.find("MHD_create_response_from_buffer", create_response_from_buffer);
    library.find("MHD_add_response_header", add_response_header);
    library.find("MHD_queue_response", queue_response);
    library.find("MHD_destroy_response", destroy_response);
  }
};
const Mhd& mhd() {
  static const Mhd loaded;
  return loaded;
}

// Whether the client has shown a certificate that the authority signed.
struct GnuTls {
  LoadedLibrary library{"libgnutls.so.30", "libgnutls30"};
  int (*verify_peers)(void*, unsigned*) = nullptr;
  GnuTls() { library.find("gnutls_certificate_verify_peers2", verify_peers); }
};
const GnuTls& gnutls() {
  static const GnuTls loaded;
  return loaded;
}

struct Request {
  std::int64_t number = 0;  // 0: not handed out
  void* connection = nullptr;
  std::string body, address;
  bool too_large = false, answered = false;
  unsigned status = 0;
  std::string answer;
  long retry_after = 0;
};

int open_socket(const std::string& host, std::uint16_t port, std::uint16_t& got,
                std::string& error) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM, hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE;
  if (const int e = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      e != 0) {
    error = "cannot find the host " + host + ": " + gai_strerror(e);
    return -1;
  }
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool fine =
      fd >= 0 && bind(fd, found->ai_addr, found->ai_addrlen) == 0 && ::listen(fd, 128) == 0;
  if (!fine)
    error = "cannot listen at " + host + ":" + std::to_string(port) + ": " + std::strerror(errno);
  freeaddrinfo(found);
  sockaddr_storage at{};
  socklen_t size = sizeof at;
  if (fine && getsockname(fd, reinterpret_cast<sockaddr*>(&at), &size) == 0)
    got = ntohs(at.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(at).sin6_port
                                         : reinterpret_cast<sockaddr_in&>(at).sin_port);
  if (!fine && fd >= 0) close(fd);
  return fine ? fd : -1;
}

class MhdServer final : public HttpServer {
 public:
  MhdServer(int socket, std::uint16_t port, const TlsFiles& tls)
      : m_(mhd()), port_(port), tls_(tls), secure_(!tls.certificate.empty()) {
    // Options of TLS come last, so that the list can end before them.
    const int first_of_tls = secure_ ? kTlsKey : kEnd;
    daemon_ = m_.start_daemon(
        kEpoll | kSuspend | kPedantic | (secure_ ? kTls : 0u), 0, nullptr, nullptr,
        reinterpret_cast<void*>(on_request), this, kListenSocket, socket, kMemoryLimit,
        std::size_t{32768}, kConnectionLimit, kMostConnections, kAddressLimit,
        kMostConnectionsOfOne, kTimeout, 10u, kCompleted, on_completed, this, first_of_tls,
        tls_.key.c_str(), kTlsCertificate, tls_.certificate.c_str(), kTlsTrust,
        tls_.authority.c_str(), kTlsPriorities, "NORMAL:-VERS-ALL:+VERS-TLS1.3", kEnd);
    if (daemon_ != nullptr)
      wakes_.watch(*static_cast<const int*>(m_.get_daemon_info(daemon_, kDaemonEpoll)), EPOLLIN);
  }
  ~MhdServer() override {
    if (daemon_ == nullptr) return;
    for (const auto& [number, request] : open_) m_.resume_connection(request->connection);
    open_.clear();
    m_.stop_daemon(daemon_);
  }
  bool fine() const { return daemon_ != nullptr; }

  std::uint16_t port() const override { return port_; }
  int fd() const override { return wakes_.fd(); }

  std::optional<std::pair<std::int64_t, std::string>> next() override {
    run();
    if (waiting_.empty()) return std::nullopt;
    const std::int64_t number = waiting_.front();
    waiting_.pop_front();
    return std::pair(number, std::move(open_.at(number)->body));
  }

  void reply(std::int64_t number, unsigned status, std::string body, long retry_after) override {
    const auto it = open_.find(number);
    if (it == open_.end()) return;
    Request& r = *it->second;
    r.answered = true, r.status = status, r.answer = std::move(body), r.retry_after = retry_after;
    open_.erase(it);
    m_.resume_connection(r.connection);
    run();
  }

 private:
  void run() {
    m_.run(daemon_);
    unsigned long long ms = 0;
    wakes_.set_timer(m_.get_timeout(daemon_, &ms) == kYes ? static_cast<std::int64_t>(ms) : -1);
  }

  int respond(void* connection, unsigned status, const std::string& body, long retry_after) {
    void* response =
        m_.create_response_from_buffer(body.size(), const_cast<char*>(body.data()), kMustCopy);
    m_.add_response_header(response, "Content-Type", "application/octet-stream");
    if (retry_after > 0)
      m_.add_response_header(response, "Retry-After", std::to_string(retry_after).c_str());
    const int result = m_.queue_response(connection, status, response);
    m_.destroy_response(response);
    return result;
  }

  bool is_known_client(void* connection) const {
    if (!secure_) return true;
    const auto* session =
        static_cast<void* const*>(m_.get_connection_info(connection, kTlsSession));
    unsigned problems = 1;
    return session != nullptr && gnutls().verify_peers(*session, &problems) == 0 && problems == 0;
  }

  std::string address_of(void* connection) const {
    const auto* info =
        static_cast<const sockaddr* const*>(m_.get_connection_info(connection, kClientAddress));
    char host[NI_MAXHOST] = "";
    if (info != nullptr && *info != nullptr)
      getnameinfo(*info,
                  (*info)->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in), host,
                  sizeof host, nullptr, 0, NI_NUMERICHOST);
    return host;
  }

  // All of it is there.
  int take(Request& r) {
    if (r.too_large) return respond(r.connection, 413, "too-large", 0);
    std::size_t same = 0;
    for (const auto& [number, other] : open_) same += other->address == r.address;
    if (same >= kMostOfOne) return respond(r.connection, 429, "busy", 1);
    if (open_.size() >= kMostAtOnce) return respond(r.connection, 503, "busy", 1);
    r.number = next_++;
    open_[r.number] = &r;
    waiting_.push_back(r.number);
    m_.suspend_connection(r.connection);
    return kYes;
  }

  // The library calls this when the header is there, with each part of the body, at its end, and
  // again when the connection goes on.
  static int on_request(void* self, void* connection, const char* url, const char* method,
                        const char*, const char* part, std::size_t* size, void** kept) {
    auto& s = *static_cast<MhdServer*>(self);
    if (*kept == nullptr) {
      if (std::strcmp(url, kPeerPath) != 0) return s.respond(connection, 404, "no such path", 0);
      if (std::strcmp(method, "POST") != 0) return s.respond(connection, 405, "POST is wanted", 0);
      if (!s.is_known_client(connection)) return s.respond(connection, 403, "unknown-client", 0);
      auto* r = new Request;
      r->connection = connection, r->address = s.address_of(connection);
      *kept = r;
      return kYes;
    }
    auto& r = *static_cast<Request*>(*kept);
    if (*size > 0) {
      if (r.body.size() + *size > kMostBytes) r.too_large = true;
      if (!r.too_large) r.body.append(part, *size);
      *size = 0;
      return kYes;
    }
    if (r.answered) return s.respond(connection, r.status, r.answer, r.retry_after);
    return r.number == 0 ? s.take(r) : kYes;
  }

  static void on_completed(void* self, void*, void** kept, int) {
    auto* r = static_cast<Request*>(*kept);
    if (r == nullptr) return;
    auto& s = *static_cast<MhdServer*>(self);
    s.open_.erase(r->number);
    std::erase(s.waiting_, r->number);
    delete r;
    *kept = nullptr;
  }

  const Mhd& m_;
  const std::uint16_t port_;
  const TlsFiles tls_;
  const bool secure_;
  WakeSet wakes_;
  void* daemon_ = nullptr;
  std::int64_t next_ = 1;
  std::map<std::int64_t, Request*> open_;  // handed out, or to be; the connections own them
  std::deque<std::int64_t> waiting_;
};

}  // namespace

std::unique_ptr<HttpServer> HttpServer::listen(const std::string& host, std::uint16_t port,
                                               const TlsFiles& tls, std::string& error) {
  const bool secure = !tls.certificate.empty();
  if (!secure && !is_loopback(host.find(':') == host.npos ? host : "[" + host + "]")) {
    error = "without TLS a peer listens on this computer only, such as 127.0.0.1; not at " + host;
    return nullptr;
  }
  error = mhd().library.error();
  if (error.empty() && secure) error = gnutls().library.error();
  if (!error.empty()) return nullptr;
  std::uint16_t got = 0;
  const int socket = open_socket(host, port, got, error);
  if (socket < 0) return nullptr;
  auto server = std::make_unique<MhdServer>(socket, got, tls);
  if (server->fine()) return server;
  close(socket);
  error =
      "cannot serve HTTP at " + host + (secure ? "; are the certificate and its key right?" : "");
  return nullptr;
}

}  // namespace fermata::flow
