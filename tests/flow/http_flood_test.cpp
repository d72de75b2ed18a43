// A peer that is flooded: whoever asks too much is told when to come again, others are answered.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>

#include "flow/http_server.hpp"

using namespace fermata::flow;

namespace {

// A client at an address of this computer, as if it were another one.
class Client {
 public:
  Client(const char* address, std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    inet_pton(AF_INET, address, &from.sin_addr), inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    to.sin_port = htons(port);
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&from), sizeof from) == 0);
    REQUIRE(connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }

  void send(const std::string& text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
  void post() {
    send("POST /fermata/1 HTTP/1.1\r\nHost: peer\r\nContent-Length: 5\r\n\r\nhello");
  }
  // What came so far; "closed" when there was nothing and will be nothing.
  std::string received() {
    char part[4096];
    for (;;) {
      const ssize_t n = recv(fd_, part, sizeof part, MSG_DONTWAIT);
      if (n > 0) {
        text_.append(part, static_cast<std::size_t>(n));
      } else {
        const bool is_over = n == 0 || errno == ECONNRESET;
        return text_.empty() && is_over ? "closed" : text_;
      }
    }
  }

 private:
  int fd_;
  std::string text_;
};

class Flood {
 public:
  Flood() {
    std::string error;
    server_ = HttpServer::listen("127.0.0.1", 0, {}, error);
    INFO(error);
    REQUIRE(server_ != nullptr);
  }
  std::unique_ptr<Client> client(const char* address) {
    return std::make_unique<Client>(address, server_->port());
  }
  // Hands out what there is until the client has an answer, or so many are handed out.
  std::string answer_to(Client& c, std::size_t until = ~std::size_t{0}) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (c.received().empty() && open.size() < until && std::chrono::steady_clock::now() < end)
      if (const auto request = server_->next()) open.push_back(request->first);
    return c.received();
  }
  void reply_to_oldest() {
    server_->reply(open.front(), 200, "fine", 0);
    open.erase(open.begin());
  }
  std::vector<std::int64_t> open;

 private:
  std::unique_ptr<HttpServer> server_;
};

bool holds(const std::string& text, const char* part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("a peer that is flooded says when to come again, and answers others", "[flow][http]") {
  Flood flood;
  std::vector<std::unique_ptr<Client>> clients;
  const auto fill = [&](const char* address, std::size_t until) {
    while (flood.open.size() < until) {
      clients.push_back(flood.client(address));
      clients.back()->post();
      REQUIRE(flood.answer_to(*clients.back(), flood.open.size() + 1).empty());
    }
  };
  fill("127.0.0.1", 32);
  const auto greedy = flood.client("127.0.0.1");
  greedy->post();
  const std::string refused = flood.answer_to(*greedy);
  CHECK(holds(refused, "429"));
  CHECK(holds(refused, "Retry-After: 1"));
  fill("127.0.0.2", 64);
  const auto late = flood.client("127.0.0.3");
  late->post();
  const std::string busy = flood.answer_to(*late);
  CHECK(holds(busy, "503"));
  CHECK(holds(busy, "Retry-After: 1"));

  flood.reply_to_oldest();
  const auto patient = flood.client("127.0.0.3");
  patient->post();
  CHECK(flood.answer_to(*patient, 64).empty());
  while (!flood.open.empty()) flood.reply_to_oldest();
  CHECK(holds(flood.answer_to(*patient), "200 OK"));
}

TEST_CASE("connections that are held open keep nobody else out", "[flow][http]") {
  Flood flood;
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 64; ++i) {
    idle.push_back(flood.client("127.0.0.1"));
    idle.back()->send("POST /fermata/1 HTTP/1.1\r\nHost: ");
  }
  const auto one_more = flood.client("127.0.0.1");
  one_more->post();
  CHECK(flood.answer_to(*one_more, 1) == "closed");
  const auto other = flood.client("127.0.0.2");
  other->post();
  CHECK(flood.answer_to(*other, 1).empty());
  flood.reply_to_oldest();
  CHECK(holds(flood.answer_to(*other), "200 OK"));
}

TEST_CASE("a header has a limit", "[flow][http]") {
  Flood flood;
  const auto wordy = flood.client("127.0.0.1");
  wordy->send("POST /fermata/1 HTTP/1.1\r\nHost: peer\r\nX: " + std::string(100'000, 'x') +
              "\r\nContent-Length: 5\r\n\r\nhello");
  const std::string answer = flood.answer_to(*wordy, 1);
  CHECK((answer == "closed" || holds(answer, "HTTP/1.1 4")));
  CHECK(flood.open.empty());
}
