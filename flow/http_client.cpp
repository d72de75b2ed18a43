// See http_client.hpp.
#include "flow/http_client.hpp"

#include <algorithm>
#include <cstring>

#include "flow/envelope.hpp"
#include "flow/loaded_library.hpp"

namespace fermata::flow {

namespace {

// What of curl.h is used; the numbers are part of libcurl's interface and never change.
enum Option : int {
  kUrl = 10002,
  kPostFields = 10015,
  kPostSize = 30120,
  kHeaders = 10023,
  kOnBody = 20011,
  kBodyData = 10001,
  kTimeoutMs = 155,
  kConnectTimeoutMs = 156,
  kNoSignal = 99,
  kProxy = 10004,
  kProtocols = 10318,
  kCertificate = 10025,
  kKey = 10087,
  kAuthority = 10065,
  kTlsVersion = 32
};
enum MultiOption : int {
  kOnSocket = 20001,
  kSocketData = 10002,
  kOnTimer = 20004,
  kTimerData = 10005
};
enum Info : int { kStatus = 2097154, kRequestSize = 2097164, kRetryAfter = 6291513 };
constexpr long kTls13 = 7;
constexpr int kRemove = 4;                      // of a socket callback
constexpr int kIn = 1, kOut = 2, kTrouble = 4;  // of curl_multi_socket_action
struct Done {                                   // CURLMsg
  int what;
  void* easy;
  union {
    void* whatever;
    int result;
  } data;
};

struct Curl {
  LoadedLibrary library{"libcurl.so.4", "libcurl4"};
  int (*global_init)(long) = nullptr;
  void* (*easy_init)() = nullptr;
  int (*easy_setopt)(void*, int, ...) = nullptr;
  int (*easy_getinfo)(void*, int, ...) = nullptr;
  void (*easy_cleanup)(void*) = nullptr;
  const char* (*easy_strerror)(int) = nullptr;
  void* (*multi_init)() = nullptr;
  int (*multi_setopt)(void*, int, ...) = nullptr;
  int (*multi_add_handle)(void*, void*) = nullptr;
  int (*multi_remove_handle)(void*, void*) = nullptr;
  int (*multi_socket_action)(void*, int, int, int*) = nullptr;
  Done* (*multi_info_read)(void*, int*) = nullptr;
  int (*multi_cleanup)(void*) = nullptr;
  void* (*slist_append)(void*, const char*) = nullptr;
  void (*slist_free_all)(void*) = nullptr;

  Curl() {
    library.find("curl_global_init", global_init);
    library.find("curl_easy_init", easy_init);
    library.find("curl_easy_setopt", easy_setopt);
    library.find("curl_easy_getinfo", easy_getinfo);
    library.find("curl_easy_cleanup", easy_cleanup);
    library.find("curl_easy_strerror", easy_strerror);
    library.find("curl_multi_init", multi_init);
    library.find("curl_multi_setopt", multi_setopt);
    library.find("curl_multi_add_handle", multi_add_handle);
    library.find("curl_multi_remove_handle", multi_remove_handle);
    library.find("curl_multi_socket_action", multi_socket_action);
    library.find("curl_multi_info_read", multi_info_read);
    library.find("curl_multi_cleanup", multi_cleanup);
    library.find("curl_slist_append", slist_append);
    library.find("curl_slist_free_all", slist_free_all);
    if (library.error().empty()) global_init(3);
  }
};
const Curl& curl() {
  static const Curl loaded;
  return loaded;
}

class CurlCall final : public HttpCall {
 public:
  CurlCall(const std::string& url, std::string body, std::int64_t timeout_ms, const TlsFiles& tls)
      : c_(curl()), body_(std::move(body)), easy_(c_.easy_init()), multi_(c_.multi_init()) {
    headers_ = c_.slist_append(nullptr, "Content-Type: application/octet-stream");
    headers_ = c_.slist_append(headers_, "Expect:");  // no round trip before the body
    c_.multi_setopt(multi_, kOnSocket, on_socket);
    c_.multi_setopt(multi_, kSocketData, this);
    c_.multi_setopt(multi_, kOnTimer, on_timer);
    c_.multi_setopt(multi_, kTimerData, this);
    set(kUrl, url.c_str());
    set(kPostFields, body_.data());
    c_.easy_setopt(easy_, kPostSize, static_cast<std::int64_t>(body_.size()));
    set(kHeaders, headers_);
    c_.easy_setopt(easy_, kOnBody, on_body);
    set(kBodyData, this);
    c_.easy_setopt(easy_, kTimeoutMs, static_cast<long>(timeout_ms));
    c_.easy_setopt(easy_, kConnectTimeoutMs,
                   static_cast<long>(std::min<std::int64_t>(timeout_ms, 5000)));
    c_.easy_setopt(easy_, kNoSignal, 1L);
    set(kProxy, "");
    set(kProtocols, "http,https");
    if (!tls.certificate.empty()) {
      c_.easy_setopt(easy_, kTlsVersion, kTls13);
      set(kCertificate, tls.certificate.c_str());
      set(kKey, tls.key.c_str());
      set(kAuthority, tls.authority.c_str());
    }
    c_.multi_add_handle(multi_, easy_);
  }
  ~CurlCall() override {
    c_.multi_remove_handle(multi_, easy_);
    c_.easy_cleanup(easy_);
    c_.multi_cleanup(multi_);
    c_.slist_free_all(headers_);
  }

  bool run() override {
    epoll_event events[8];
    int running = 0;
    for (int n = wakes_.ready(events, 8), i = 0; i < n; ++i) {
      const int fd = events[i].data.fd;
      const std::uint32_t e = events[i].events;
      if (wakes_.is_timer(fd)) {
        wakes_.set_timer(-1);
        c_.multi_socket_action(multi_, -1, 0, &running);
      } else {
        c_.multi_socket_action(multi_, fd,
                               (e & EPOLLIN ? kIn : 0) | (e & EPOLLOUT ? kOut : 0) |
                                   (e & (EPOLLERR | EPOLLHUP) ? kTrouble : 0),
                               &running);
      }
    }
    int left = 0;
    while (const Done* done = c_.multi_info_read(multi_, &left))
      if (done->what == 1) finish(done->data.result);
    return done_;
  }
  int fd() const override { return wakes_.fd(); }
  const HttpAnswer& answer() const override { return answer_; }

 private:
  void set(int option, const void* value) { c_.easy_setopt(easy_, option, value); }

  void finish(int result) {
    done_ = true;
    long sent = 0;
    c_.easy_getinfo(easy_, kRequestSize, &sent);
    c_.easy_getinfo(easy_, kStatus, &answer_.status);
    std::int64_t wait = 0;
    c_.easy_getinfo(easy_, kRetryAfter, &wait);
    answer_.retry_after = static_cast<long>(std::clamp<std::int64_t>(wait, 0, 3600));
    if (result == 0) return;
    answer_.error = c_.easy_strerror(result);
    answer_.kind = sent == 0 ? HttpAnswer::Kind::unreachable : HttpAnswer::Kind::lost;
  }

  static std::size_t on_body(const char* bytes, std::size_t, std::size_t n, void* self) {
    std::string& body = static_cast<CurlCall*>(self)->answer_.body;
    if (body.size() + n > kMostBytes) return 0;  // breaks it off
    body.append(bytes, n);
    return n;
  }
  static int on_socket(void*, int fd, int what, void* self, void*) {
    WakeSet& wakes = static_cast<CurlCall*>(self)->wakes_;
    if (what == kRemove)
      wakes.forget(fd);
    else
      wakes.watch(fd, (what & kIn ? EPOLLIN : 0u) | (what & kOut ? EPOLLOUT : 0u));
    return 0;
  }
  static int on_timer(void*, long ms, void* self) {
    static_cast<CurlCall*>(self)->wakes_.set_timer(ms);
    return 0;
  }

  const Curl& c_;
  const std::string body_;
  WakeSet wakes_;
  void* const easy_;
  void* const multi_;
  void* headers_ = nullptr;
  HttpAnswer answer_;
  bool done_ = false;
};

std::string_view host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (url.starts_with("[")) return url.substr(0, url.find(']') + 1);
  return url.substr(0, url.find(':'));
}

}  // namespace

bool is_loopback(std::string_view address) {
  const std::string_view host = host_of(address);
  // A name such as 127.example.org is none.
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::unique_ptr<HttpCall> HttpCall::post(const std::string& url, std::string body,
                                         std::int64_t timeout_ms, const TlsFiles& tls,
                                         std::string& error) {
  const bool secure = url.starts_with("https://");
  if (!secure && !(url.starts_with("http://") && is_loopback(url))) {
    error = url + ": only this computer is reached without TLS; write https://";
  } else if (url.find('@') != url.npos) {
    error = url + ": no user is named in the URL of a peer";
  } else if (secure && tls.certificate.empty()) {
    error = url + ": TLS wants a certificate, its key and an authority";
  } else if (!curl().library.error().empty()) {
    error = curl().library.error();
  } else {
    return std::make_unique<CurlCall>(url, std::move(body), timeout_ms, secure ? tls : TlsFiles{});
  }
  return nullptr;
}

}  // namespace fermata::flow
