// Running Scheme for the host: to its end, within limits.
//
// At the top a call is a task among others, and the engine is driven until it has ended.
// Inside of a host function it runs undisturbed in the middle of the task that called the
// host: no other task has a turn, and what would wait is an error.
#pragma once

#include <new>

#include "api/instance.hpp"

namespace fermata::api {

// What a run may keep for itself: what its task leads to, and neither a top-level variable nor
// another task.  Looked at when a part of it was allocated.
class HeapAllowance {
 public:
  enum class Verdict : std::uint8_t { fine, tell, end };
  explicit HeapAllowance(std::size_t bytes = 0) : limit_(bytes) {}
  bool is_limited() const { return limit_ > 0; }
  // As for the heap of the interpreter: a task that passes it is told, and may work with a
  // thirty-second more each time; an eighth beyond, it is ended.
  Verdict look(Instance& in, const sched::Fiber& f);
  static vm::Value used_up(Instance& in);

 private:
  std::size_t limit_;
  std::uint64_t look_at_ = 0;  // when so much was allocated
  bool told_ = false;
};

// None may reach the host.
fermata_error* without_exceptions(auto work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return error_of(FERMATA_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    return error_of(FERMATA_INTERNAL, e.what());
  }
}

// Marks that the engine runs, so that host functions know they are inside.
class Driving {
 public:
  explicit Driving(Instance& in) : in_(in) { in.run = &run_; }
  ~Driving() { in_.run = nullptr; }
  Driving(const Driving&) = delete;
  Driving& operator=(const Driving&) = delete;

 private:
  Instance& in_;
  Run run_;
};

// Views of the host's, as a call has them.
struct Arguments {
  const fermata_view* data = nullptr;
  std::size_t count = 0;
};

// A view of each argument as a value, on the stack if they are few.
class Values {
 public:
  static constexpr std::size_t kFew = 16;
  Values(vm::Machine& m, Arguments a) : many_(m.heap) {
    if (a.count > kFew) {
      for (std::size_t i = 0; i < a.count; ++i) many_.push_back(value_of_view(a.data[i]));
    } else {
      for (std::size_t i = 0; i < a.count; ++i) few_.at[i] = value_of_view(a.data[i]);
    }
    data_ = a.count > kFew ? many_.data() : few_.at;
  }
  const vm::Value* data() const { return data_; }

 private:
  union Few {
    Few() {}  // left unset
    vm::Value at[kFew];
  } few_;
  vm::GcVector<vm::Value> many_;
  const vm::Value* data_;
};

// The options of a run, which may be null, as this library knows them.
fermata_run complete(const fermata_run* options);
// The task may no more than they grant.
void narrow(Instance& in, sched::Fiber& task, const fermata_run* options);

fermata_error* run_procedure(Instance& in, vm::Value procedure, Arguments arguments, const fermata_run* options,
                             vm::Value& out);
// The fiber of a call that did not come to its end in its first turn, which came to `taken`.
fermata_error* go_on(Instance& in, sched::Fiber& f, const sched::Turn& taken, vm::Value& out);

// A fiber for a call; the one of the last, when that came to its end at once: see calling.cpp.
sched::Fiber& caller_for(Instance& in, vm::Value procedure, Arguments arguments);
// It has ended in its first turn: the next call may use it again.
void give_back(Instance& in, sched::Fiber& f);
void forget_caller(Instance& in);

// Reads and runs the forms of a text, one after another.
fermata_error* run_text(Instance& in, std::string_view file, std::string_view text, const fermata_run* run,
                        vm::Value& out);
// A task that is about to call it, in the queue already.
sched::Fiber& begin_task(Instance& in, vm::Value procedure, Arguments arguments, const fermata_run* options);
// Before names are looked up or defined: the prompt's imports are made.
fermata_error* prepare(Instance& in);
// Between two turns: what other threads dropped, what the collector found, whom nobody waits for.
void look_after(Instance& in);
// What tasks told with host-event! becomes events, as long as there is room.
void publish_all(Instance& in);
inline void publish(Instance& in) {
  if (in.engine->outbox->has_told()) publish_all(in);
}
// Waits until something can run, the host interrupts, or the time has come.
void wait_for_work(Instance& in, std::int64_t until);
// What it keeps is far beyond its limit, though it was told.
bool keeps_too_much(Instance& in);
std::int64_t now_ns();
constexpr std::int64_t kGrace = 100'000'000;  // ns for cleaning up, once a limit was passed
constexpr std::uint64_t kGraceGas = 1'000'000;  // and what a task may use meanwhile: some 10 ms

}  // namespace fermata::api
