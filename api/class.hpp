// C++ classes in Scheme.
//
//   in.define_class<Point>("point")                     point? is there at once
//       .constructor<double, double>("make-point")
//       .method("point-length", &Point::length)
//       .field("point-x", &Point::x)                    point-x and set-point-x!
//       .base<Shape>();
// An object belongs to Scheme (made by value, or given as such), is shared (shared_ptr), or is
// borrowed: then each use asks whether its owner still lives.  Destructors run in the
// interpreter's thread, in a tick after the object was lost, or when the interpreter closes.
#pragma once

#include <fermata/function.hpp>

namespace fermata {

namespace detail {

// What an object's owner is; objects of all kinds are held so.
struct Holder {
  std::shared_ptr<void> owned;
  std::weak_ptr<void> alive;
  bool borrowed = false;
};

template <class T>
View make_held(fermata_interp* in, T* pointer, Holder holder) {
  return fermata_make_object(
      in, &type_key<std::remove_cv_t<T>>, const_cast<std::remove_cv_t<T>*>(pointer), new Holder(std::move(holder)),
      [](void* h) { delete static_cast<Holder*>(h); },
      [](void* h) -> int {
        const auto& holder = *static_cast<Holder*>(h);
        return !holder.borrowed || !holder.alive.expired();
      });
}

template <class T>
View make_object(fermata_interp* in, T&& value) {
  auto held = std::make_shared<std::remove_cvref_t<T>>(std::forward<T>(value));
  auto* pointer = held.get();
  return make_held(in, pointer, {std::move(held), {}, false});
}

}  // namespace detail

// Borrowed: the host keeps it, and says by `alive` how long.
template <class T>
struct Borrowed {
  T* object;
  std::weak_ptr<void> alive;
};
template <class T>
Borrowed<T> borrow(T& object, std::weak_ptr<void> alive) {
  return {&object, std::move(alive)};
}
template <class T>
struct Convert<Borrowed<T>, void> {
  static View to(fermata_interp* in, const Borrowed<T>& b) {
    return detail::make_held(in, b.object, {{}, b.alive, true});
  }
};
template <class T>
struct Convert<std::shared_ptr<T>, void> {
  static std::string wanted() { return "a shared object, or #f"; }
  static std::optional<std::shared_ptr<T>> from(View v) {
    if (!v.is_true()) return std::shared_ptr<T>();
    void* owner = nullptr;
    auto* pointer = static_cast<T*>(fermata_object(v.raw(), &detail::type_key<std::remove_cv_t<T>>, &owner));
    if (pointer == nullptr) return std::nullopt;
    auto& holder = *static_cast<detail::Holder*>(owner);
    std::shared_ptr<void> owned = holder.borrowed ? holder.alive.lock() : holder.owned;
    return std::shared_ptr<T>(std::move(owned), pointer);
  }
  static View to(fermata_interp* in, const std::shared_ptr<T>& p) {
    if (p == nullptr) return fermata_make_boolean(in, 0);
    return detail::make_held(in, p.get(), {std::const_pointer_cast<std::remove_cv_t<T>>(p), {}, false});
  }
};

template <class T>
class Class {
 public:
  Class(fermata_interp* in, std::string_view name) : in_(in), name_(name) {
    note(fermata_define_type(in, &detail::type_key<T>, name_.c_str(), nullptr, nullptr));
    function(name_ + "?", [](View v) { return fermata_object(v.raw(), &detail::type_key<T>, nullptr) != nullptr; },
             "Whether obj is such an object, and alive.");
  }

  template <class... A>
  Class& constructor(std::string_view name, std::string_view doc = {}) {
    return function(name, [](A... a) { return T(std::forward<A>(a)...); }, doc);
  }
  // A member function, or any callable whose first parameter is T&.
  template <class F>
  Class& method(std::string_view name, F f, std::string_view doc = {}) {
    if constexpr (std::is_member_function_pointer_v<F>) {
      return member(name, f, static_cast<typename detail::Signature<F>::Arguments*>(nullptr), doc);
    } else {
      return function(name, std::move(f), doc);
    }
  }
  template <class M>
  Class& field(std::string_view name, M T::* m) {
    readonly(name, m);
    return function("set-" + std::string(name) + "!", [m](T& object, M value) { object.*m = std::move(value); }, {});
  }
  template <class M>
  Class& readonly(std::string_view name, M T::* m) {
    return function(name, [m](T& object) -> M { return object.*m; }, {});
  }
  // Computed ones.
  template <class Get>
  Class& property(std::string_view name, Get get) {
    return method(name, std::move(get));
  }
  template <class Get, class Set>
  Class& property(std::string_view name, Get get, Set set) {
    method(name, std::move(get));
    return method("set-" + std::string(name) + "!", std::move(set));
  }
  // Where a B is wanted, a T will do.
  template <class B>
  Class& base() {
    static_assert(std::is_base_of_v<B, T>);
    note(fermata_define_type(in_, &detail::type_key<T>, name_.c_str(), &detail::type_key<B>,
                             [](void* p) -> void* { return static_cast<B*>(static_cast<T*>(p)); }));
    return *this;
  }
  // Whether all went well; the first error otherwise.
  Result<void> result() const { return error_ ? Result<void>(*error_) : Result<void>(); }

 private:
  void note(fermata_error* e) {
    if (e == nullptr) return;
    Error error(e);
    if (!error_) error_ = std::move(error);
  }
  template <class F>
  Class& function(std::string_view name, F f, std::string_view doc) {
    note(detail::define<typename detail::Signature<F>::Arguments>(in_, name, std::move(f), doc));
    return *this;
  }
  template <class F, class... A>
  Class& member(std::string_view name, F f, std::tuple<A...>*, std::string_view doc) {
    using R = typename detail::Signature<F>::Return;
    return function(
        name,
        [f](T& object, A... a) -> std::remove_cvref_t<R> { return (object.*f)(std::forward<A>(a)...); }, doc);
  }

  fermata_interp* in_;
  std::string name_;
  std::optional<Error> error_;
};

}  // namespace fermata
