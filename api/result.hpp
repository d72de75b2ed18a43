// Errors as values: Error, and Result<T>, which holds one of them or a T.
//
// Nothing here throws but Result::value(), and under -fno-exceptions that prints the error and
// aborts.  An Error is cheap to carry: its texts are put together when somebody asks.
#pragma once

#include <cassert>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fermata/fermata.h>

#if defined(__cpp_exceptions)
#define FERMATA_EXCEPTIONS 1
#else
#define FERMATA_EXCEPTIONS 0
#endif

namespace fermata {

enum class Errc : std::uint8_t {
  ok,
  read,       // the text is no datum
  syntax,     // the form is no program
  unbound,    // a variable without value
  type,       // an argument of the wrong type
  arity,
  range,
  raised,     // (error ...), (raise ...) by the program
  host,       // a C++ function threw; see Error::rethrow
  io,
  denied,     // a capability is missing
  gas,
  memory,
  timeout,
  cancelled,  // or interrupted
  blocked,    // it would have to wait where it must not
  stuck,      // everything waits, and nothing can wake it
  closed,     // the interpreter is
  busy,       // a bounded queue is full; a task has not ended
  thread,     // the wrong one, or a stack that is not its own
  exit,       // (exit); see Error::exit_status
  library,    // import of what is not there
  flow,
  internal,
  depth,      // of the stack
  compiled    // bytes that are no compiled program, or one of another version
};

class Datum;

class [[nodiscard]] Error : public std::exception {
 public:
  explicit Error(fermata_error* owned) noexcept : error_(owned) {}
  explicit Error(std::string_view message, Errc code = Errc::raised)
      : error_(fermata_error_new(static_cast<fermata_code>(code), message.data(), message.size())) {}
  Error(const Error& other) noexcept : std::exception(other), error_(fermata_error_copy(other.error_)) {}
  Error(Error&& other) noexcept : std::exception(other), error_(std::exchange(other.error_, nullptr)) {}
  Error& operator=(Error other) noexcept {
    std::swap(error_, other.error_);
    return *this;
  }
  ~Error() override { fermata_error_free(error_); }

  Errc code() const noexcept { return static_cast<Errc>(fermata_error_code(error_)); }
  // "wrong-type": what (condition-kind c) gives in Scheme.
  std::string_view kind() const noexcept { return fermata_error_kind(error_); }
  // One line; the thread of the interpreter that raised it must ask first.
  const char* what() const noexcept override { return fermata_error_message(error_); }
  std::string_view message() const noexcept { return what(); }

  // Where: empty and 0 when no place is known.  Lines and columns from 1.
  std::string_view file() const { return fermata_error_file(error_); }
  std::uint32_t line() const { return fermata_error_line(error_); }
  std::uint32_t column() const { return fermata_error_column(error_); }
  // The line of the program and a mark under the place.
  std::string_view excerpt() const { return fermata_error_excerpt(error_); }
  std::string_view hint() const { return fermata_error_hint(error_); }
  // Innermost first: "in total, sum.scm:3:10".
  std::size_t frame_count() const { return fermata_error_frames(error_); }
  std::string_view frame(std::size_t i) const { return fermata_error_frame(error_, i); }
  // All of that, as the command shows it.
  std::string_view report() const { return fermata_error_report(error_); }
  // The irritants of a condition, or what else was raised.
  Datum payload() const;
  int exit_status() const { return fermata_error_exit_status(error_); }

  // The exception that a C++ function threw, when that is what became of it; else null.
  std::exception_ptr host_exception() const noexcept {
    const auto* held = static_cast<const std::exception_ptr*>(fermata_error_host(error_, &kExceptionTag));
    return held != nullptr ? *held : nullptr;
  }
#if FERMATA_EXCEPTIONS
  // Throws that exception, or this error.
  [[noreturn]] void rethrow() const {
    if (const std::exception_ptr e = host_exception()) std::rethrow_exception(e);
    throw *this;
  }
  // The exception on its way, as an error that keeps it.  Requires: inside of a handler.
  static Error of_exception(std::exception_ptr e) {
    std::string text = "the host's function threw an exception";
    try {
      std::rethrow_exception(e);
    } catch (const Error& own) {
      return own;
    } catch (const std::exception& known) {
      text = known.what();
    } catch (...) {
    }
    return Error(fermata_error_new_host(text.data(), text.size(), &kExceptionTag, new std::exception_ptr(std::move(e)),
                                        [](void* p) { delete static_cast<std::exception_ptr*>(p); }));
  }
#endif

  // For the C interface; release() gives the reference away.
  fermata_error* get() const noexcept { return error_; }
  fermata_error* release() noexcept { return std::exchange(error_, nullptr); }

 private:
  static constexpr char kExceptionTag = 0;
  fermata_error* error_;
};

namespace detail {
[[noreturn, gnu::cold, gnu::noinline]] inline void give_up(const Error& e) {
#if FERMATA_EXCEPTIONS
  throw e;
#else
  std::fputs(fermata_error_report(e.get()), stderr);
  std::abort();
#endif
}

// The texts one after another: compiled once, where `+` would be in each place.
[[gnu::noinline, gnu::cold]] inline std::string joined(std::initializer_list<std::string_view> texts) {
  std::string all;
  for (const std::string_view text : texts) all.append(text.data(), text.size());
  return all;
}
}  // namespace detail

// Has the member names of std::expected.  (A std::variant would do, and takes a third longer to
// compile.)
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : has_value_(true), value_(std::move(value)) {}
  Result(Error error) : has_value_(false), error_(std::move(error)) {}
  Result(const Result& other) : has_value_(other.has_value_) {
    if (has_value_) std::construct_at(&value_, other.value_);
    else std::construct_at(&error_, other.error_);
  }
  Result(Result&& other) noexcept : has_value_(other.has_value_) {
    if (has_value_) std::construct_at(&value_, std::move(other.value_));
    else std::construct_at(&error_, std::move(other.error_));
  }
  Result& operator=(Result other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }
  ~Result() {
    if (has_value_) std::destroy_at(&value_);
    else std::destroy_at(&error_);
  }
  bool has_value() const noexcept { return has_value_; }
  explicit operator bool() const noexcept { return has_value_; }
  T& value() & { return has_value_ ? value_ : (detail::give_up(error_), value_); }
  const T& value() const& { return has_value_ ? value_ : (detail::give_up(error_), value_); }
  T&& value() && { return std::move(value()); }
  T value_or(T other) && { return has_value_ ? std::move(value_) : std::move(other); }
  // Requires of these: there is a value, or an error.
  T& operator*() { return value_; }
  const T& operator*() const { return value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }
  const Error& error() const {
    assert(!has_value_ && "a Result was asked for its error, and has a value");
    return error_;
  }

 private:
  bool has_value_;
  union {
    T value_;
    Error error_;
  };
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  bool has_value() const noexcept { return !error_.has_value(); }
  explicit operator bool() const noexcept { return has_value(); }
  void value() const {
    if (error_) detail::give_up(*error_);
  }
  const Error& error() const {
    assert(!has_value() && "a Result was asked for its error, and has a value");
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

}  // namespace fermata
