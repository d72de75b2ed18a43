// A host with a loop of libuv: it watches the interpreter's descriptor and ticks.  Programs whose
// files it is given run in the loop too, and tell the same as when they are simply run.
#include <uv.h>

#include <cstdio>
#include <fermata/fermata.hpp>
#include <fstream>
#include <sstream>

namespace {

std::string told_by(fermata::Interpreter& in) {
  std::string all;
  while (auto event = in.next_event()) {
    if (event->kind == fermata::Event::published) all += event->data.as<std::string>().value() + "\n";
  }
  return all;
}

// Its imports, a form of their own, and the rest of it.
std::pair<std::string, std::string> program_in(const char* file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  const std::string all = text.str();
  std::size_t at = all.find("(import");
  int depth = 0;
  do {
    depth += (all[at] == '(') - (all[at] == ')');
  } while (++at < all.size() && depth > 0);
  return {all.substr(0, at), all.substr(at)};
}

std::string told_in_a_run(const std::pair<std::string, std::string>& program) {
  auto in = fermata::Interpreter::create({.caps = fermata::Capabilities::all()}).value();
  in.eval(program.first).value();
  const auto task = in.spawn({.body = program.second}).value();
  in.run().value();
  return task.is_over() ? told_by(in) : "not over";
}

std::string told_in_a_loop(const std::pair<std::string, std::string>& program) {
  auto in = fermata::Interpreter::create({.caps = fermata::Capabilities::all()}).value();
  in.eval(program.first).value();
  uv_loop_t loop;
  uv_loop_init(&loop);
  const auto task = in.spawn({.body = program.second}).value();
  uv_poll_t poll;
  uv_poll_init(&loop, &poll, in.poll_fd());
  poll.data = &in;
  uv_poll_start(&poll, UV_READABLE, [](uv_poll_t* p, int, int) {
    if (static_cast<fermata::Interpreter*>(p->data)->tick().state == fermata::Tick::all_done) uv_poll_stop(p);
  });
  while (!task.is_over() && uv_run(&loop, UV_RUN_ONCE)) continue;
  return told_by(in);
}

}  // namespace

int main(int argc, char** argv) {
  int passed = 0, failed = 0;
  for (int i = 1; i < argc; ++i) {
    const auto program = program_in(argv[i]);
    const std::string told = told_in_a_loop(program);
    const bool same = told.ends_with("end\n") && told == told_in_a_run(program);
    ++(same ? passed : failed);
    if (!same) std::printf("%s told\n%s", argv[i], told.c_str());
  }
  auto in = fermata::Interpreter::create().value();
  uv_loop_t loop;
  uv_loop_init(&loop);

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

  uv_poll_t poll;
  uv_poll_init(&loop, &poll, in.poll_fd());
  poll.data = &in;
  uv_poll_start(&poll, UV_READABLE, [](uv_poll_t* p, int, int) {
    if (static_cast<fermata::Interpreter*>(p->data)->tick().state == fermata::Tick::all_done) uv_poll_stop(p);
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  const bool fine = a.result().value().write() == "(\"rang\" \"rang\")" && b.result().value().write() == "slept";
  ++(fine ? passed : failed);
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
