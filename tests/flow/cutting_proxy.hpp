// Between a store and its PostgreSQL: passes everything on until it is told to cut.
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/flow/folder.hpp"

namespace fermata::flow {

class CuttingProxy {
 public:
  // server: the folder of its socket.
  explicit CuttingProxy(std::string server);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  // The folder of the socket that stands for the server's.
  const std::string& folder() const { return folder_.path; }
  // What ends the connection under way: the next request, before the server gets it; or the
  // server's answer to it, which the client does not get.
  enum class Cut : std::uint8_t { none, request, answer };
  void cut(Cut at) { cut_ = at; }
  int cuts() const { return cuts_; }

 private:
  void serve();
  void pass(int client, int server);
  void pass_until_cut(int client, int server);

  const Folder folder_;
  const std::string server_;
  std::atomic<Cut> cut_ = Cut::none;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> stop_ = false;
  int listener_ = -1;
  std::thread thread_;
  std::vector<std::thread> passing_;  // a thread for each connection
};

}  // namespace fermata::flow
