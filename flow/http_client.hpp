// Requests over HTTP/1.1, by libcurl's multi interface; nothing here waits.
//
// libcurl is loaded when the first request is made (libcurl.so.4), so that programs that make none
// need it not.  Each request has a connection of its own.
#pragma once

#include <memory>
#include <string>

#include "flow/wake_set.hpp"

namespace fermata::flow {

// Files in PEM form; empty: plain HTTP, which is for the loopback only.
struct TlsFiles {
  std::string certificate, key, authority;
};

struct HttpAnswer {
  // unreachable: nothing of the request was sent.  lost: nobody knows what came of it.
  enum class Kind : std::uint8_t { answered, unreachable, lost } kind{};
  long status = 0;
  long retry_after = 0;  // seconds
  std::string body, error;
};

// Whether the host of a URL, or of HOST:PORT, is this computer.
bool is_loopback(std::string_view host);

class HttpCall {
 public:
  // Null, and why, when it cannot be made.
  static std::unique_ptr<HttpCall> post(const std::string& url, std::string body,
                                        std::int64_t timeout_ms, const TlsFiles& tls,
                                        std::string& error);
  virtual ~HttpCall() = default;
  // Goes on as far as it can; whether the answer is there.  Until then wait for the file.
  virtual bool run() = 0;
  virtual int fd() const = 0;
  virtual const HttpAnswer& answer() const = 0;
};

}  // namespace fermata::flow
