#include "sched/pipes.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "sched/engine.hpp"
#include "sched/waiting.hpp"

namespace fermata::sched {

using namespace vm;

namespace {

// What the two ends share.  The bytes are touched by the engine's thread alone; an end may be
// closed by another one.
class Pipe {
 public:
  Pipe(std::shared_ptr<Door> door, std::size_t place, std::size_t capacity)
      : door_(std::move(door)), place_(place), capacity_(capacity) {}
  ~Pipe() {
    const std::size_t place = place_;
    with_engine([place](Engine& e) { e.pipes.leave(place); });
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::size_t available() const { return bytes_.size() - start_; }
  std::size_t room() const { return capacity_ - available(); }
  bool is_closed(Direction direction) const { return closed_[static_cast<std::size_t>(direction)]; }

  IoResult read(std::span<std::uint8_t> to) {
    const std::size_t n = std::min(to.size(), available());
    if (n == 0) return {is_closed(Direction::write) ? IoStatus::end : IoStatus::would_block};
    std::memcpy(to.data(), bytes_.data() + start_, n);
    start_ += n;
    if (start_ == bytes_.size()) {
      bytes_.clear();
      start_ = 0;
    }
    wake(Direction::write);
    return {IoStatus::done, n};
  }
  IoResult write(std::span<const std::uint8_t> from) {
    if (is_closed(Direction::read)) return {IoStatus::error, 0, EPIPE};
    const std::size_t n = std::min(from.size(), room());
    if (n == 0) return {IoStatus::would_block};
    if (start_ > capacity_ / 2) {
      bytes_.erase(0, start_);
      start_ = 0;
    }
    bytes_.append(reinterpret_cast<const char*>(from.data()), n);
    wake(Direction::read);
    return {IoStatus::done, n};
  }
  void close(Direction direction) {
    closed_[static_cast<std::size_t>(direction)] = true;
    wake(direction);
    wake(direction == Direction::read ? Direction::write : Direction::read);
  }
  Value request(Direction direction) const {
    Engine* e = door_->here();
    return e != nullptr ? value_of(&e->pipes.queue(place_, direction)) : kFalse;
  }

 private:
  template <class Work>
  void with_engine(Work work) {
    if (Engine* e = door_->here()) {
      work(*e);
    } else {
      door_->post(work);
    }
  }
  void wake(Direction direction) {
    with_engine([place = place_, direction](Engine& e) { wake_to_retry(e.pipes.queue(place, direction)); });
  }

  const std::shared_ptr<Door> door_;
  const std::size_t place_, capacity_;
  std::string bytes_;
  std::size_t start_ = 0;  // what is before was read
  std::atomic<bool> closed_[2] = {false, false};
};

class PipeEnd final : public ByteDevice {
 public:
  PipeEnd(std::shared_ptr<Pipe> pipe, Direction direction)
      : pipe_(std::move(pipe)), direction_(direction) {}
  ~PipeEnd() override { close(); }
  IoResult read(std::span<std::uint8_t> to) override { return pipe_->read(to); }
  IoResult write(std::span<const std::uint8_t> from) override { return pipe_->write(from); }
  IoResult close() override {
    if (pipe_ != nullptr) std::exchange(pipe_, nullptr)->close(direction_);
    return {};
  }
  bool ready(Direction direction) override {
    return direction == Direction::read ? pipe_->available() > 0 || pipe_->is_closed(Direction::write)
                                        : pipe_->room() > 0 || pipe_->is_closed(Direction::read);
  }
  Value wait_request(Heap&, Direction direction) override { return pipe_->request(direction); }

 private:
  std::shared_ptr<Pipe> pipe_;
  const Direction direction_;
};

}  // namespace

Pipes::Pipes(Engine& engine, std::shared_ptr<Door> door)
    : engine_(engine), door_(std::move(door)), rows_(engine.machine.heap) {}

Pipes::Ends Pipes::make(std::size_t capacity) {
  std::size_t place = 0;
  if (used_ == rows_.size()) {
    place = used_;
    rows_.push_back({});
  } else {
    while (rows_[place].used) ++place;
  }
  Row& row = rows_[place];
  row.used = true;
  ++used_;
  constexpr const char* kNames[] = {"read", "write"};
  for (std::size_t i = 0; i < 2; ++i) {
    row.queues[i] = &make_wait_queue(engine_.machine.heap, engine_.machine.symbols.intern(kNames[i]));
  }
  auto pipe = std::make_shared<Pipe>(door_, place, std::max<std::size_t>(capacity, 1));
  return {std::make_unique<PipeEnd>(pipe, Direction::read), std::make_unique<PipeEnd>(pipe, Direction::write)};
}

WaitQueue& Pipes::queue(std::size_t place, Direction direction) {
  return *rows_[place].queues[static_cast<std::size_t>(direction)];
}

void Pipes::leave(std::size_t place) {
  rows_[place] = {};
  --used_;
}

}  // namespace fermata::sched
