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
  Pipe(std::shared_ptr<Door> door, std::size_t capacity) : door_(std::move(door)), capacity_(capacity) {}
  ~Pipe() {
    with_engine([reading = marks_[0], writing = marks_[1]](Engine& e) {
      e.pipes.leave(reading);
      e.pipes.leave(writing);
    });
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
  // The queue of those who wait to read, or to write.
  Value queue(Direction direction) {
    Engine* e = door_->here();
    return e != nullptr ? value_of(&e->pipes.queue(mark(direction), direction)) : kFalse;
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
    with_engine([mark = mark(direction)](Engine& e) {
      if (WaitQueue* q = e.pipes.find(mark)) wake_to_retry(*q);
    });
  }
  Pipes::Mark& mark(Direction direction) { return marks_[static_cast<std::size_t>(direction)]; }

  const std::shared_ptr<Door> door_;
  const std::size_t capacity_;
  Pipes::Mark marks_[2];  // by Direction
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
  Value wait_request(Heap&, Direction direction) override { return pipe_->queue(direction); }
  Value keeps(Heap&) override {
    return pipe_->queue(direction_ == Direction::read ? Direction::write : Direction::read);
  }

 private:
  std::shared_ptr<Pipe> pipe_;
  const Direction direction_;
};

}  // namespace

Pipes::Pipes(Engine& engine, std::shared_ptr<Door> door) : engine_(engine), door_(std::move(door)) {}

Pipes::Ends Pipes::make(std::size_t capacity) {
  auto pipe = std::make_shared<Pipe>(door_, std::max<std::size_t>(capacity, 1));
  return {std::make_unique<PipeEnd>(pipe, Direction::read), std::make_unique<PipeEnd>(pipe, Direction::write)};
}

// The number stands where other queues name their holder.
WaitQueue* Pipes::find(const Mark& mark) const {
  if (mark.number == 0) return nullptr;
  auto* q = static_cast<WaitQueue*>(queues_.at(mark.place));
  return q != nullptr && q->holder == Value::fixnum(mark.number) ? q : nullptr;
}

WaitQueue& Pipes::queue(Mark& mark, Direction direction) {
  if (WaitQueue* q = find(mark)) return *q;
  const char* name = direction == Direction::read ? "read" : "write";
  WaitQueue& q = make_wait_queue(engine_.machine.heap, engine_.machine.symbols.intern(name));
  mark = {queues_.add(q), ++last_number_};
  q.holder = Value::fixnum(mark.number);
  return q;
}

void Pipes::leave(const Mark& mark) {
  if (find(mark) != nullptr) queues_.remove(mark.place);
}

}  // namespace fermata::sched
