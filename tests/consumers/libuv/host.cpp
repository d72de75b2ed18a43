// A host with a loop of libuv: it watches the interpreter's descriptor and ticks.  With the name
// of a file it runs that program; without one it checks itself.
#include <uv.h>

#include <cstdio>
#include <fermata/fermata.hpp>

namespace {

// Until all of its tasks have ended.
void drive(uv_loop_t& loop, fermata::Interpreter& in) {
  uv_poll_t poll;
  uv_poll_init(&loop, &poll, in.poll_fd());
  poll.data = &in;
  uv_poll_start(&poll, UV_READABLE, [](uv_poll_t* p, int, int) {
    if (static_cast<fermata::Interpreter*>(p->data)->tick().state == fermata::Tick::all_done) uv_poll_stop(p);
  });
  uv_run(&loop, UV_RUN_DEFAULT);
}

int run_program(uv_loop_t& loop, const char* file) {
  auto in = fermata::Interpreter::create({.caps = fermata::Capabilities::all()}).value();
  in.eval("(import (scheme load))").value();
  auto task = in.spawn({.body = "(load \"" + std::string(file) + "\")"}).value();
  drive(loop, in);
  auto result = task.result();
  if (!result) std::fputs(result.error().what(), stderr);
  return !result;
}

}  // namespace

int main(int argc, char** argv) {
  uv_loop_t loop;
  uv_loop_init(&loop);
  if (argc > 1) return run_program(loop, argv[1]);
  auto in = fermata::Interpreter::create().value();

  // A timer of libuv's answers.
  in.define("after", [&](int ms, fermata::Completer<std::string> done) {
    struct Timer {
      uv_timer_t handle;
      fermata::Completer<std::string> done;
    };
    auto* t = new Timer{{}, std::move(done)};
    t->handle.data = t;
    uv_timer_init(&loop, &t->handle);
    uv_timer_start(&t->handle, [](uv_timer_t* h) {
      auto* t = static_cast<Timer*>(h->data);
      std::move(t->done).resolve("rang");
      uv_close(reinterpret_cast<uv_handle_t*>(h), [](uv_handle_t* h) { delete static_cast<Timer*>(h->data); });
    }, static_cast<std::uint64_t>(ms), 0);
  }).value();
  in.eval("(import (fermata sched))").value();
  auto a = in.spawn({.body = std::string("(list (after 5) (after 1))")}).value();
  auto b = in.spawn({.body = std::string("(task-sleep 0.003) 'slept")}).value();

  drive(loop, in);
  const bool fine = a.result().value().write() == "(\"rang\" \"rang\")" && b.result().value().write() == "slept";
  std::printf("%d passed, %d failed\n", fine, !fine);
  return !fine;
}
