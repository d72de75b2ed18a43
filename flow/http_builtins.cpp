// Natives of HTTP between peers.  A call and a server are small integers in Scheme; a task that
// waits for one waits for its file, like any other that reads.
#include <cstring>

#include "flow/answers.hpp"
#include "flow/builtins.hpp"
#include "flow/http_server.hpp"
#include "sched/engine.hpp"
#include "vm/device.hpp"
#include "vm/string.hpp"
#include "vm/world.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

Value body_value(Machine& m, std::string_view bytes) {
  Bytevector& b = m.heap.make_bytevector(bytes.size());
  std::memcpy(b.bytes(), bytes.data(), bytes.size());
  return value_of(&b);
}
std::string body_of(Bytevector& b) {
  return {reinterpret_cast<const char*>(b.bytes()), b.length()};
}
Value wait_for(Machine& m, int fd) { return make_wait_request(m.heap, {fd, Direction::read}); }
// Nobody waits for that file any more: it is about to be closed.
void stop_waiting(Machine& m, int fd) { sched::Engine::of(m).poller.closing(wait_for(m, fd)); }

// #(certificate key authority), texts; or #f.
TlsFiles tls_of(Value v) {
  const auto* files = cast<Vector>(v);
  if (files == nullptr) return {};
  const Value* const slots = const_cast<Vector*>(files)->slots();
  return {text_of(slots[0]), text_of(slots[1]), text_of(slots[2])};
}

// ---- calls -----------------------------------------------------------------------------
Outcome post(Machine& m, String& url, Bytevector& body, Fixnum ms, Value tls) {
  if (auto problem = touch_world(m)) return *problem;
  std::string error;
  auto call = HttpCall::post(to_utf8(url), body_of(body), ms, tls_of(tls), error);
  if (call == nullptr) return refuse(m, ConditionKind::flow, error);
  Service& service = *Service::find(m);
  service.http_calls[++service.last_http_call] = std::move(call);
  return Value::fixnum(service.last_http_call);
}

// Waits for the answer: #(status body retry-after), unreachable or lost.
Outcome answer(Machine& m, Fixnum number) {
  const auto& calls = Service::find(m)->http_calls;
  const auto it = calls.find(number);
  if (it == calls.end()) return symbol_of(m, "lost");
  if (!it->second->run()) return m.retry_when(wait_for(m, it->second->fd()));
  const HttpAnswer& got = it->second->answer();
  if (got.kind == HttpAnswer::Kind::unreachable) return symbol_of(m, "unreachable");
  if (got.kind == HttpAnswer::Kind::lost) return symbol_of(m, "lost");
  return vector_of(
      m, {Value::fixnum(got.status), body_value(m, got.body), Value::fixnum(got.retry_after)});
}

Outcome drop(Machine& m, Fixnum number) {
  auto& calls = Service::find(m)->http_calls;
  if (const auto it = calls.find(number); it != calls.end()) {
    stop_waiting(m, it->second->fd());
    calls.erase(it);
  }
  return kUnspecified;
}

// ---- servers ---------------------------------------------------------------------------
HttpServer* find_server(Machine& m, Fixnum number) {
  const auto& servers = Service::find(m)->http_servers;
  const auto i = static_cast<std::size_t>(number.value);
  return i < servers.size() ? servers[i].get() : nullptr;
}
Outcome no_server(Machine& m, Fixnum number) {
  return m.wrong_type(1, "a server that listens", Value::fixnum(number));
}

Outcome listen(Machine& m, String& host, Index port, Value tls) {
  if (auto problem = touch_world(m)) return *problem;
  if (port.value > 65535)
    return m.out_of_range(2, "a port below 65536",
                          Value::fixnum(static_cast<std::int64_t>(port.value)));
  std::string error;
  auto server =
      HttpServer::listen(to_utf8(host), static_cast<std::uint16_t>(port.value), tls_of(tls), error);
  if (server == nullptr) return refuse(m, ConditionKind::flow, error);
  auto& servers = Service::find(m)->http_servers;
  servers.push_back(std::move(server));
  return Value::fixnum(static_cast<std::int64_t>(servers.size()) - 1);
}

Outcome port_of(Machine& m, Fixnum number) {
  const HttpServer* server = find_server(m, number);
  return server ? Outcome(Value::fixnum(server->port())) : no_server(m, number);
}

// Waits for the next request: (number . body).
Outcome next(Machine& m, Fixnum number) {
  HttpServer* server = find_server(m, number);
  if (server == nullptr) return no_server(m, number);
  const auto request = server->next();
  if (!request) return m.retry_when(wait_for(m, server->fd()));
  return m.heap.cons(Value::fixnum(request->first), body_value(m, request->second));
}

Outcome reply(Machine& m, Fixnum number, Fixnum request, Fixnum status, Bytevector& body,
              Fixnum retry_after) {
  HttpServer* server = find_server(m, number);
  if (server == nullptr) return no_server(m, number);
  server->reply(request, static_cast<unsigned>(status.value), body_of(body), retry_after);
  return kUnspecified;
}

Outcome close_server(Machine& m, Fixnum number) {
  if (HttpServer* server = find_server(m, number)) {
    stop_waiting(m, server->fd());
    Service::find(m)->http_servers[static_cast<std::size_t>(number.value)].reset();
  }
  return kUnspecified;
}

constexpr Builtin kHttp[] = {
    builtin<post>("(%http-post url body milliseconds tls)", "Begins a request; its number."),
    builtin<answer>("(%http-answer call)",
                    "Waits for #(status body retry-after); or unreachable, or lost."),
    builtin<drop>("(%http-drop! call)", "Forgets it, and breaks it off."),
    builtin<listen>("(%http-listen host port tls)", "A server."),
    builtin<port_of>("(%http-port server)", "The port that it listens at."),
    builtin<next>("(%http-next server)", "Waits for a request: (number . body)."),
    builtin<reply>("(%http-reply! server request status body retry-after)", "Answers it."),
    builtin<close_server>("(%http-close! server)", "Listens no more."),
};

}  // namespace

std::span<const Builtin> http_builtins() { return kHttp; }

}  // namespace fermata::flow
