#include "sched/workers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <vector>

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

constexpr char kJobType = 0;

struct Held {
  std::shared_ptr<Job> job;
  bool ended = false;
};
Held* held_in(const Foreign& f) { return static_cast<Held*>(f.pointer); }
WaitQueue& queue_of(const Foreign& f) { return as<WaitQueue>(f.extra); }
void finalize(Object& object) {
  delete static_cast<Held*>(std::exchange(static_cast<Foreign&>(object).pointer, nullptr));
}

}  // namespace

// Outlives the engine as long as a thread works.
struct Workers::Pool {
  struct Order {
    std::shared_ptr<Job> job;
    std::size_t place;
  };
  std::mutex lock;
  std::condition_variable changed;
  std::deque<Order> orders;
  std::size_t threads = 0, idle = 0;
  bool over = false;

  static void run(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Door>& door) {
    std::unique_lock guard(pool->lock);
    while (!pool->over) {
      if (pool->orders.empty()) {
        ++pool->idle;
        pool->changed.wait(guard);
        --pool->idle;
        continue;
      }
      Order order = std::move(pool->orders.front());
      pool->orders.pop_front();
      guard.unlock();
      if (!order.job->is_given_up()) order.job->work();
      order.job.reset();  // what it holds may be at its end when the engine goes on
      door->post([place = order.place](Engine& e) { e.workers.ended(place); });
      guard.lock();
    }
  }
};

Workers::Workers(Engine& engine, std::shared_ptr<Door> door)
    : engine_(engine), door_(std::move(door)),
      pools_{std::make_shared<Pool>(), std::make_shared<Pool>()}, jobs_(engine.machine.heap) {}

Workers::~Workers() {
  for (const auto& pool : pools_) {
    const std::lock_guard guard(pool->lock);
    pool->over = true;
    pool->orders.clear();
    pool->changed.notify_all();
  }
  for (Foreign* f : jobs_) {
    if (f != nullptr) held_in(*f)->job->given_up_ = true;
  }
}

Value Workers::begin(std::shared_ptr<Job> job, Crew crew) {
  run_finalizers();
  WaitQueue& q = make_wait_queue(engine_.machine.heap, engine_.machine.symbols.intern("worker"));
  q.foreign = true;
  auto& f = engine_.machine.heap.make<Foreign>(static_cast<const void*>(&kJobType),
                                               static_cast<void*>(nullptr), value_of(&q));
  f.pointer = new Held{job};
  set_finalizer(f, finalize);
  std::size_t place = 0;
  while (place < jobs_.size() && jobs_[place] != nullptr) ++place;
  if (place == jobs_.size()) jobs_.push_back(nullptr);
  jobs_[place] = &f;
  ++running_;
  const auto& pool = pools_[static_cast<std::size_t>(crew)];
  const std::lock_guard guard(pool->lock);
  pool->orders.push_back({std::move(job), place});
  // Who is idle may have been called for an order before this one.
  if (pool->idle < pool->orders.size() && pool->threads < kMostThreads) {
    ++pool->threads;
    std::thread([pool, door = door_] { Pool::run(pool, door); }).detach();
  }
  pool->changed.notify_one();
  return value_of(&f);
}

namespace {

class Load final : public Job {
 public:
  explicit Load(const LoadRequest& request) : request_(request), fd_(::fcntl(request.fd, F_DUPFD_CLOEXEC, 0)) {}
  ~Load() override {
    if (fd_ >= 0) ::close(fd_);
  }
  void work() override {
    std::vector<char> piece(request_.size);
    if (fd_ >= 0 && ::pread(fd_, piece.data(), piece.size(), request_.offset) < 0) return;  // the port will tell
  }
  Outcome finish(Machine&) override { return kUnspecified; }

 private:
  const LoadRequest request_;
  const int fd_;
};

}  // namespace

WaitQueue& Workers::load(const LoadRequest& request) {
  return queue_of(as<Foreign>(begin(std::make_shared<Load>(request))));
}

void Workers::ended(std::size_t place) {
  Foreign& f = *std::exchange(jobs_[place], nullptr);
  --running_;
  held_in(f)->ended = true;
  wake_to_retry(queue_of(f));
}

bool Workers::is_job(Value v) {
  const auto* f = cast<Foreign>(v);
  return f != nullptr && f->type == &kJobType;
}

Outcome Workers::wait(Value v) {
  auto& f = as<Foreign>(v);
  Held& held = *held_in(f);
  if (!held.ended) return engine_.machine.retry_when(f.extra);
  return held.job->finish(engine_.machine);
}

void Workers::give_up(Value v) { held_in(as<Foreign>(v))->job->given_up_ = true; }

}  // namespace fermata::sched
