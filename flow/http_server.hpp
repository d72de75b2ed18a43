// A server of HTTP/1.1 for envelopes, by libmicrohttpd driven from outside; nothing here waits.
//
// It takes POST requests to one path, hands out their bodies, and keeps each until it is
// answered.  libmicrohttpd is loaded when the first server is made (libmicrohttpd.so.12).
// Without TLS it listens on the loopback only; with TLS it wants 1.3 and a certificate of the
// client that the authority signed.  A header may have 16 KiB, a body kMostBytes, a connection 10
// seconds of silence; beyond 64 requests at once (32 from one address) it is busy.  It has at most
// 256 connections, 64 from one address.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "flow/http_client.hpp"

namespace fermata::flow {

inline constexpr const char* kPeerPath = "/fermata/1";

class HttpServer {
 public:
  // Null, and why, when it cannot listen.  tls: contents of the files, not their names.
  static std::unique_ptr<HttpServer> listen(const std::string& host, std::uint16_t port,
                                            const TlsFiles& tls, std::string& error);
  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
  // Goes on as far as it can: the next request, its number and its body.  Nothing: wait for the
  // file.
  virtual std::optional<std::pair<std::int64_t, std::string>> next() = 0;
  virtual int fd() const = 0;
  // Does nothing when whoever asked has gone.
  virtual void reply(std::int64_t number, unsigned status, std::string body, long retry_after) = 0;
};

}  // namespace fermata::flow
