// A host with an epoll loop of its own, in which the interpreter is one descriptor among others.
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <iostream>

#include <fermata/fermata.hpp>

int main() {
  auto in = fermata::Interpreter::create().value();
  in.eval("(import (fermata sched))").value();

  // The host's own business: a timer that answers a script.
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  std::optional<fermata::Completer<std::string>> asked;
  in.define("ask-host", [&](fermata::Completer<std::string> done) {
    asked.emplace(std::move(done));
    const itimerspec soon{{}, {0, 2'000'000}};
    timerfd_settime(timer, 0, &soon, nullptr);
  }).value();
  auto task = in.spawn({.body = std::string("(task-sleep 0.001) (string-append \"the host says \" (ask-host))")}).value();

  const int loop = epoll_create1(0);
  for (const int fd : {in.poll_fd(), timer}) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
  }
  while (!task.is_over()) {
    epoll_event event;
    if (epoll_wait(loop, &event, 1, -1) != 1) continue;
    if (event.data.fd == timer) {
      std::uint64_t count;
      if (read(timer, &count, sizeof count) > 0 && asked) std::move(*asked).resolve("hello");
    } else {
      in.tick();
    }
  }
  std::cout << task.result().value().as<std::string>().value() << "\n";
  close(loop);
  close(timer);
}
