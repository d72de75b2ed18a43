#include "api/streams.hpp"

#include <cerrno>

#include "scheme/ports.hpp"

namespace fermata::api {

using namespace vm;
using scheme::Port;
using scheme::Root;

namespace {

// Text goes to the host as it is written, as long as there is room.
class Sink final : public ByteDevice {
 public:
  // `room`: bytes that may still be written; null: any number.
  Sink(fermata_sink write, void* data, fermata_drop drop, std::uint64_t* room = nullptr)
      : write_(write), data_(data), drop_(drop), room_(room) {}
  ~Sink() override {
    if (drop_ != nullptr) drop_(data_);
  }
  IoResult read(std::span<std::uint8_t>) override { return {IoStatus::end}; }
  IoResult write(std::span<const std::uint8_t> from) override {
    if (room_ != nullptr) {
      if (*room_ < from.size()) return {IoStatus::error, 0, EFBIG};
      *room_ -= from.size();
    }
    write_(data_, reinterpret_cast<const char*>(from.data()), from.size());
    return {IoStatus::done, from.size()};
  }
  IoResult close() override { return {}; }
  bool ready(Direction) override { return true; }
  Value wait_request(Heap&, Direction) override { return kFalse; }

 private:
  const fermata_sink write_;
  void* const data_;
  const fermata_drop drop_;
  std::uint64_t* const room_;
};

class Source final : public ByteDevice {
 public:
  Source(fermata_source read, void* data, fermata_drop drop) : read_(read), data_(data), drop_(drop) {}
  ~Source() override {
    if (drop_ != nullptr) drop_(data_);
  }
  IoResult read(std::span<std::uint8_t> to) override {
    const std::size_t count = read_ != nullptr ? read_(data_, reinterpret_cast<char*>(to.data()), to.size()) : 0;
    return count > 0 ? IoResult{IoStatus::done, count} : IoResult{IoStatus::end};
  }
  IoResult write(std::span<const std::uint8_t>) override { return {IoStatus::error, 0, EBADF}; }
  IoResult close() override { return {}; }
  bool ready(Direction) override { return true; }
  Value wait_request(Heap&, Direction) override { return kFalse; }

 private:
  const fermata_source read_;
  void* const data_;
  const fermata_drop drop_;
};

// Whoever writes there is told that the host did not grant it.
class Denied final : public ByteDevice {
 public:
  IoResult read(std::span<std::uint8_t>) override { return {IoStatus::end}; }
  IoResult write(std::span<const std::uint8_t>) override { return {IoStatus::error, 0, EACCES}; }
  IoResult close() override { return {}; }
  bool ready(Direction) override { return true; }
  Value wait_request(Heap&, Direction) override { return kFalse; }
};

Port& sink_port(Machine& m, std::unique_ptr<ByteDevice> device, std::string_view name) {
  Port& p = scheme::open_device(m, std::move(device), Direction::write, scheme::Content::text, name);
  p.state |= Port::kUnbuffered;
  return p;
}

Parameter& parameter(Machine& m, Root root) { return as<Parameter>(m.roots[static_cast<std::size_t>(root)]); }

}  // namespace

void install_streams(Instance& in) {
  Machine& m = *in.machine;
  const bool granted = in.capabilities->granted().has(FERMATA_MAY_STDIO);
  const auto output = [&](Root root, fermata_sink sink, const char* name) {
    if (sink != nullptr) {
      parameter(m, root).value =
          value_of(&sink_port(m, std::make_unique<Sink>(sink, in.options.sink_data, nullptr,
                                                       in.options.most_output > 0 ? &in.options.most_output : nullptr), name));
    } else if (!granted) {
      parameter(m, root).value = value_of(
          &sink_port(m, std::make_unique<Denied>(), std::string(name) + ", which the host did not grant"));
    }
  };
  output(Root::current_output, in.options.out, "standard output");
  output(Root::current_error, in.options.err != nullptr ? in.options.err : in.options.out, "standard error");
  if (!granted) {
    parameter(m, Root::current_input).value =
        value_of(&scheme::open_device(m, std::make_unique<Source>(nullptr, nullptr, nullptr), Direction::read,
                                      scheme::Content::text, "standard input"));
  }
}

Value add_mark(Machine& m, Value key, Value value, Value others) {
  const std::int64_t depth = others == kNull ? 0 : as<Dynamic>(others).depth.fixnum();
  const Value wind = others == kNull ? kNull : as<Dynamic>(others).wind;
  return value_of(
      &m.heap.make_with<Dynamic>(Dynamic::kMark, 0, key, value, others, wind, Value::fixnum(depth + 1)));
}

Value stream_marks(Instance& in, const fermata_streams& s) {
  Machine& m = *in.machine;
  Value marks = kNull;
  const auto mark = [&](Root root, Port& p) { marks = add_mark(m, value_of(&parameter(m, root)), value_of(&p), marks); };
  if (s.in != nullptr) {
    mark(Root::current_input, scheme::open_device(m, std::make_unique<Source>(s.in, s.in_data, s.drop), Direction::read,
                                                  scheme::Content::text, "input of the task"));
  }
  if (s.out != nullptr)
    mark(Root::current_output, sink_port(m, std::make_unique<Sink>(s.out, s.out_data, s.drop), "output of the task"));
  if (s.err != nullptr)
    mark(Root::current_error, sink_port(m, std::make_unique<Sink>(s.err, s.err_data, s.drop), "errors of the task"));
  return marks;
}

}  // namespace fermata::api
