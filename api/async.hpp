// Host functions that finish later.  Only the task that called waits; the script sees an
// ordinary call.
//
//   in.define("fetch", [&](std::string url, Completer<std::string> done) {
//     pool.run([url, done = std::move(done)]() mutable { std::move(done).resolve(get(url)); });
//   });
//   in.define("fetch", [&](std::string url) -> Async<std::string> { co_return co_await get(url); });
#pragma once

#include <coroutine>
#include <memory>
#include <stop_token>

#include <fermata/convert.hpp>

namespace fermata {

// Resolve or reject it once, from any thread; the first counts, what comes too late is dropped.
// One that is destroyed before that rejects.
template <class T>
class [[nodiscard]] Completer {
 public:
  explicit Completer(fermata_later* owned) : later_(owned) {}
  Completer(Completer&& other) noexcept
      : later_(std::exchange(other.later_, nullptr)), stop_(std::move(other.stop_)) {}
  Completer& operator=(Completer&& other) noexcept {
    std::swap(later_, other.later_);
    std::swap(stop_, other.stop_);
    return *this;
  }
  ~Completer() {
    if (later_ != nullptr) finish(Error("the host lost the completer of this call without an answer", Errc::host));
  }

  void resolve(T value) && { finish(std::move(value)); }
  void reject(Error error) && { finish(std::move(error)); }
#if FERMATA_EXCEPTIONS
  void reject(std::exception_ptr e) && { finish(Error::of_exception(std::move(e))); }
#endif
  // Fires, in the interpreter's thread, when the task is cancelled or its time is over.
  std::stop_token stop() const {
    if (!stop_.stop_possible()) {
      stop_ = std::stop_source();
      using Source = std::stop_source;
      if (later_ != nullptr) {
        fermata_later_on_stop(
            later_, [](void* source) { static_cast<Source*>(source)->request_stop(); }, new Source(stop_),
            [](void* source) { delete static_cast<Source*>(source); });
      }
    }
    return stop_.get_token();
  }

 private:
  void finish(Result<T> result) {
    fermata_later* later = std::exchange(later_, nullptr);
    if (later == nullptr) return;
    fermata_later_finish(
        later,
        [](fermata_interp* in, void* data) -> fermata_outcome {
          auto& r = *static_cast<Result<T>*>(data);
          if (!r) return fermata_raise(in, Error(r.error()).release());
          return fermata_return(make<T>(in, *r).raw());
        },
        new Result<T>(std::move(result)), [](void* data) { delete static_cast<Result<T>*>(data); });
    fermata_later_drop(later);
  }
  fermata_later* later_;  // null once it has its answer
  mutable std::stop_source stop_{std::nostopstate};  // made when somebody asks
};

template <>
class [[nodiscard]] Completer<void> : Completer<std::monostate> {
 public:
  using Completer<std::monostate>::Completer;
  using Completer<std::monostate>::stop;
  using Completer<std::monostate>::reject;
  Completer(Completer&&) noexcept = default;
  Completer& operator=(Completer&&) noexcept = default;
  void resolve() && { std::move(static_cast<Completer<std::monostate>&>(*this)).resolve({}); }
};

// A coroutine as a host function.  It begins in the interpreter's thread, and goes on wherever
// what it awaits resumes it.
template <class T>
class [[nodiscard]] Async {
  using Held = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  struct promise_base {
    std::optional<Completer<Held>> done;
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
#if FERMATA_EXCEPTIONS
    void unhandled_exception() { std::move(*done).reject(std::current_exception()); }
#else
    void unhandled_exception() { std::abort(); }
#endif
  };
  struct promise_value : promise_base {
    void return_value(Held value) { std::move(*this->done).resolve(std::move(value)); }
  };
  struct promise_void : promise_base {
    void return_void() { std::move(*this->done).resolve({}); }
  };
  struct promise_type : std::conditional_t<std::is_void_v<T>, promise_void, promise_value> {
    Async get_return_object() { return Async(std::coroutine_handle<promise_type>::from_promise(*this)); }
  };

  explicit Async(std::coroutine_handle<promise_type> h) : handle_(h) {}
  Async(Async&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Async& operator=(Async&&) = delete;
  ~Async() {
    if (handle_) handle_.destroy();
  }

  // For the call from Scheme.
  fermata_outcome begin(fermata_interp* in) {
    fermata_later* later = nullptr;
    if (fermata_error* e = fermata_later_new(in, &later)) return fermata_raise(in, e);
    const auto handle = std::exchange(handle_, nullptr);  // it destroys itself when it ends
    handle.promise().done.emplace(later);
    handle.resume();
    return fermata_park(in, nullptr);
  }

 private:
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace fermata
