// Natives on what tasks wait for in the world: requests, pipes, descriptors, jobs.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "sched/builtins.hpp"
#include "sched/descriptor.hpp"
#include "sched/failure.hpp"
#include "sched/waiting.hpp"
#include "vm/string.hpp"
#include "vm/world.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// ---- requests --------------------------------------------------------------------------
// What a native that would wait gives instead, between %probe! and %probe-end!, is raised.
Outcome probe(Machine& m) {
  current_fiber(m).probing = true;
  return kUnspecified;
}
Outcome probe_end(Machine& m) {
  current_fiber(m).probing = false;
  return kUnspecified;
}
Outcome is_wait_request(Machine&, Value obj) { return Value::boolean(Engine::is_wait_request(obj)); }

Outcome add_request(Machine& m, Value request, Fixnum ticket, Value tag) {
  Fiber& f = current_fiber(m);
  const auto number = static_cast<std::uint64_t>(ticket.value);
  if (f.phase != Phase::open || f.ticket != number) return kUnspecified;
  if (!Engine::of(m).add_request(request, f, number, tag)) return m.wrong_type(1, "a wait request", request);
  return kUnspecified;
}

// ---- pipes and descriptors -----------------------------------------------------------------
Outcome make_pipe(Machine& m, Index capacity) {
  Pipes::Ends ends = Engine::of(m).pipes.make(capacity);
  const Value in = make_device_value(m.heap, std::move(ends.in));
  return m.heap.cons(in, make_device_value(m.heap, std::move(ends.out)));
}

Outcome make_system_pipe(Machine& m) {
  if (auto problem = touch_world(m)) return *problem;
  run_finalizers();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure(m, "cannot make a pipe", errno);
  const auto as_value = [&](int fd) {
    return make_descriptor_value(m.heap, std::make_shared<Descriptor>(fd, Descriptor::Kind::pipe));
  };
  const Value in = as_value(ends[0]);
  return m.heap.cons(in, as_value(ends[1]));
}

Outcome descriptor_device(Machine& m, Value descriptor, bool writes) {
  const auto held = descriptor_of(descriptor);
  if (held == nullptr) return m.wrong_type(1, "an open descriptor", descriptor);
  return make_device_value(
      m.heap, make_descriptor_device(held, writes ? Direction::write : Direction::read));
}

Outcome descriptor_close(Machine& m, Value descriptor) {
  const auto held = descriptor_of(descriptor);
  if (held == nullptr) return kUnspecified;
  let_go(descriptor);
  // The only one left: who waits for it is to see that it is closed.
  if (held.use_count() == 1) {
    for (const Direction direction : {Direction::read, Direction::write}) {
      Engine::of(m).poller.closing(make_wait_request(m.heap, {held->fd, direction}));
    }
  }
  return kUnspecified;
}

// ---- jobs ------------------------------------------------------------------------------
Outcome job_wait(Machine& m, Value job) {
  if (!Workers::is_job(job)) return m.wrong_type(1, "a job", job);
  return Engine::of(m).workers.wait(job);
}
Outcome job_give_up(Machine& m, Value job) {
  if (!Workers::is_job(job)) return m.wrong_type(1, "a job", job);
  Engine::of(m).workers.give_up(job);
  return kUnspecified;
}

Outcome host_event(Machine& m, String& text) {
  if (auto problem = touch_world(m)) return *problem;
  Engine& e = Engine::of(m);
  if (e.outbox->put(to_utf8(text))) return kUnspecified;
  return m.retry_when(value_of(e.room));
}

constexpr Builtin kStreams[] = {
    builtin<host_event>("(host-event! string)",
                        "Tells the program that embeds this one; it gets the texts in order. Waits\n"
                        "while 1024 of them are unread."),
    builtin<probe>("(%probe!)", "From now on a native that would wait raises its request."),
    builtin<probe_end>("(%probe-end!)", "No more."),
    builtin<is_wait_request>("(%wait-request? obj)", "Whether obj is such a request."),
    builtin<add_request>("(%request-add! request ticket tag)",
                         "Registers the open wait with what the request waits for."),
    builtin<make_pipe>("(%make-pipe capacity)", "Devices of the ends of a pipe, a pair."),
    builtin<make_system_pipe>("(%make-system-pipe)", "Descriptors of the ends of a pipe, a pair."),
    builtin<descriptor_device>("(%descriptor-device descriptor writes?)", "A device on it."),
    builtin<descriptor_close>("(%descriptor-close! descriptor)",
                              "Lets go of it; ports on it keep it open."),
    builtin<job_wait>("(%job-wait job)", "Waits for its end; its result."),
    builtin<job_give_up>("(%job-give-up! job)", "Nobody wants the result any more."),
};

}  // namespace

std::span<const Builtin> stream_builtins() { return kStreams; }

}  // namespace fermata::sched
