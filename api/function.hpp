// Functions of C++ as Scheme calls them: arguments checked and converted, results and exceptions
// brought back.
//
// The signature is read off the callable.  What is special as a parameter:
//   T& const T& T*          an object of a class that define_class made known
//   std::optional<T>        at the end: may be left out, or #f
//   Rest                    last: all further arguments
//   Completer<T>            last: the function returns void and finishes later
// A function returns a value, void, Result<T>, or Async<T>.
#pragma once

#include <fermata/async.hpp>
#include <fermata/convert.hpp>

namespace fermata {

// The arguments from some place on; valid until the function returns.
class Rest {
 public:
  Rest(fermata_interp* in, const fermata_word* words, std::size_t count) : in_(in), words_(words), count_(count) {}
  std::size_t size() const { return count_; }
  View operator[](std::size_t i) const { return fermata_view{words_[i].word, in_}; }

 private:
  fermata_interp* in_;
  const fermata_word* words_;
  std::size_t count_;
};

namespace detail {

// Its address stands for the type, in all interpreters.
template <class T>
inline constexpr char type_key = 0;

template <class T>
View make_object(fermata_interp* in, T&& value);  // class.hpp

// ---- what a callable takes and gives ---------------------------------------------------------
template <class F>
struct Signature : Signature<decltype(&F::operator())> {};
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Return = R;
  using Arguments = std::tuple<A...>;
};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) noexcept> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R (*)(A...)> {};

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {
  using Inner = T;
};
template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};
template <class T>
struct IsFunction : std::false_type {};

// ---- one parameter ---------------------------------------------------------------------------
template <class P>
struct Parameter {
  using T = std::remove_cv_t<std::remove_pointer_t<std::remove_cvref_t<P>>>;
  static constexpr bool kPointer = std::is_pointer_v<std::remove_cvref_t<P>> && !std::is_same_v<T, char>;
  static constexpr bool kText = std::is_same_v<std::remove_cvref_t<P>, std::string_view> ||
                                std::is_same_v<std::remove_cvref_t<P>, const char*>;
  static constexpr bool kObject = !kText && (kPointer || !Converted<T>);
  using Stored = std::conditional_t<kText, std::string, std::remove_cvref_t<P>>;

  std::conditional_t<kObject, T*, std::optional<Stored>> held{};

  bool read(View v) {
    if constexpr (kObject) {
      held = static_cast<T*>(fermata_object(v.raw(), &type_key<T>, nullptr));
      return held != nullptr;
    } else {
      ::new (static_cast<void*>(&held)) std::optional<Stored>(Convert<Stored>::from(v));  // in its place: no move
      return held.has_value();
    }
  }
  void leave_out() {
    if constexpr (IsOptional<Stored>::value) held.emplace();
  }
  [[gnu::cold]] static std::string wanted(fermata_interp* in) {
    if constexpr (kObject) return joined({"a living ", fermata_defined_name(in, &type_key<T>)});
    else return Convert<Stored>::wanted();
  }
  decltype(auto) get() {
    if constexpr (kObject && kPointer) return held;
    else if constexpr (kObject) return static_cast<T&>(*held);
    else if constexpr (std::is_same_v<std::remove_cvref_t<P>, const char*>) return held->c_str();
    else if constexpr (std::is_lvalue_reference_v<P>) return static_cast<Stored&>(*held);
    else return std::move(*held);
  }
};

template <class T>
inline constexpr bool is_completer = false;
template <class T>
inline constexpr bool is_completer<Completer<T>> = true;
template <class T>
inline constexpr bool is_async = false;
template <class T>
inline constexpr bool is_async<Async<T>> = true;

// How many arguments come from Scheme.
struct Arity {
  std::size_t given, required;
  bool rest;
};
// The last parameter may be a Rest or a Completer.
template <class Arguments>
struct Counts;
template <class... A>
struct Counts<std::tuple<A...>> {
  static constexpr std::size_t kAll = sizeof...(A);
  static constexpr bool last_is(const bool* each) { return kAll > 0 && each[kAll == 0 ? 0 : kAll - 1]; }
  static constexpr bool kEachRest[] = {std::is_same_v<std::remove_cvref_t<A>, Rest>..., false};
  static constexpr bool kEachLater[] = {is_completer<std::remove_cvref_t<A>>..., false};
  static constexpr bool kRest = last_is(kEachRest), kLater = last_is(kEachLater);
  static constexpr std::size_t kGiven = kAll - (kRest || kLater ? 1 : 0);
  static constexpr std::size_t required() {
    std::size_t n = kGiven;
    const bool optional[] = {IsOptional<std::remove_cvref_t<A>>::value..., false};
    while (n > 0 && optional[n - 1]) --n;
    return n;
  }
  static constexpr Arity kArity = {kGiven, required(), kRest};
};

// ---- what is the same for all functions: a host compiles it once --------------------------------
// "(name a b [c] d ...)"
[[gnu::noinline, gnu::cold]] inline std::string signature_of(std::string_view name, Arity arity) {
  const std::size_t library = name.starts_with('(') ? std::min(name.find(')'), name.size() - 1) + 1 : 0;
  const std::size_t rest = std::min(name.size(), library + (library > 0 ? 1 : 0));
  std::string text = joined({name.substr(0, library), library > 0 ? " (" : "(", name.substr(rest)});
  for (std::size_t i = 0; i < arity.given; ++i)
    text = joined({text, i == arity.required ? " [arg" : " arg", std::to_string(i + 1)});
  return joined({text, arity.required < arity.given ? "]" : "", arity.rest ? " rest ...)" : ")"});
}

[[gnu::noinline]] inline fermata_error* define(fermata_interp* in, std::string_view name, std::string_view doc,
                                               Arity arity, fermata_function call, void* data, fermata_drop drop) {
  return fermata_define(in, signature_of(name, arity).c_str(), std::string(doc).c_str(), call, data, drop);
}

// The argument that does not fit, and what was wanted.
struct Misfit {
  std::size_t index = 0;
  std::string (*wanted)(fermata_interp*) = nullptr;
};
[[gnu::noinline, gnu::cold]] inline fermata_outcome refuse(fermata_interp* in, Misfit m, fermata_word got) {
  return fermata_wrong_type(in, m.index + 1, m.wanted(in).c_str(), {got.word, in});
}

#if FERMATA_EXCEPTIONS
// Requires: inside of a handler.
[[gnu::noinline, gnu::cold]] inline fermata_outcome raise_exception(fermata_interp* in, bool waits) {
  if (waits) fermata_unpark(in);
  return fermata_raise(in, Error::of_exception(std::current_exception()).release());
}
#endif

// ---- the call ----------------------------------------------------------------------------------
template <class R>
fermata_outcome outcome_of(fermata_interp* in, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (IsResult<T>::value) {
    if (!result) return fermata_raise(in, Error(result.error()).release());
    if constexpr (std::is_same_v<typename T::value_type, void>) return fermata_return(fermata_make_unspecified(in));
    else return outcome_of(in, std::move(*result));
  } else if constexpr (Converted<T>) {
    return fermata_return(make<T>(in, result).raw());
  } else {
    return fermata_return(make_object(in, std::forward<R>(result)).raw());
  }
}

// Each parameter, found by its place; a std::tuple takes longer to compile.
template <std::size_t i, class P>
struct Placed : Parameter<P> {};
template <class Places, class... P>
struct PlacedAll;
template <std::size_t... i, class... P>
struct PlacedAll<std::index_sequence<i...>, P...> : Placed<i, P>... {};
template <std::size_t i, class P>
Parameter<P>& at(Placed<i, P>& p) {
  return p;
}

template <class F, class Arguments = typename Signature<F>::Arguments>
struct Thunk;
template <class F, class... A>
struct Thunk<F, std::tuple<A...>> {
  using C = Counts<std::tuple<A...>>;
  using Return = typename Signature<F>::Return;

  static fermata_outcome call(fermata_interp* in, void* data, const fermata_word* words, std::size_t count) {
    return run(in, *static_cast<F*>(data), words, count, std::make_index_sequence<C::kGiven>{});
  }

  template <std::size_t... i>
  static fermata_outcome run(fermata_interp* in, F& f, const fermata_word* words, std::size_t count,
                             std::index_sequence<i...>) {
    PlacedAll<std::make_index_sequence<C::kAll>, A...> all;
    Misfit misfit;
    if (!(read<i>(in, at<i>(all), words, count, misfit) && ...)) return refuse(in, misfit, words[misfit.index]);
#if FERMATA_EXCEPTIONS
    try {
#endif
      if constexpr (C::kRest) {
        return finish(in, f, at<i>(all).get()...,
                      Rest(in, words + std::min(count, C::kGiven), count - std::min(count, C::kGiven)));
      } else if constexpr (C::kLater) {
        using Done = std::remove_cvref_t<std::tuple_element_t<C::kAll - 1, std::tuple<A...>>>;
        fermata_later* later = nullptr;
        if (fermata_error* e = fermata_later_new(in, &later)) return fermata_raise(in, e);
        f(at<i>(all).get()..., Done(later));
        return fermata_park(in, nullptr);
      } else {
        return finish(in, f, at<i>(all).get()...);
      }
#if FERMATA_EXCEPTIONS
    } catch (...) {
      return raise_exception(in, C::kLater);
    }
#endif
  }

  template <std::size_t i, class P>
  static bool read(fermata_interp* in, P& parameter, const fermata_word* words, std::size_t count, Misfit& misfit) {
    if (i >= count) {
      parameter.leave_out();
      return true;
    }
    if (parameter.read(fermata_view{words[i].word, in})) return true;
    misfit = {i, &P::wanted};
    return false;
  }

  template <class... V>
  static fermata_outcome finish(fermata_interp* in, F& f, V&&... values) {
    if constexpr (is_async<Return>) {
      return f(std::forward<V>(values)...).begin(in);
    } else if constexpr (std::is_void_v<Return>) {
      f(std::forward<V>(values)...);
      return fermata_return(fermata_make_unspecified(in));
    } else {
      return outcome_of(in, f(std::forward<V>(values)...));
    }
  }
};

template <class F>
void destroy(void* data) {
  delete static_cast<F*>(data);
}

// Puts it under that name; the function lives as long as the interpreter.
template <class Arguments, class F>
fermata_error* define(fermata_interp* in, std::string_view name, F f, std::string_view doc) {
  return define(in, name, doc, Counts<Arguments>::kArity, &Thunk<F, Arguments>::call, new F(std::move(f)),
                &destroy<F>);
}

// ---- calls the other way -------------------------------------------------------------------------
template <class R>
Result<R> result_of(fermata_view v) {
  if constexpr (std::is_same_v<R, void>) return {};
  else if constexpr (std::is_same_v<R, Value>) return Value(View(v));
  else if constexpr (std::is_same_v<R, View>) return View(v);
  else return View(v).as<R>();
}

template <class A>
fermata_view argument(fermata_interp* in, A&& a) {
  using T = std::remove_cvref_t<A>;
  if constexpr (std::is_array_v<T> || Converted<T>) {
    return Convert<T>::to(in, a).raw();
  } else {
    return make_object(in, std::forward<A>(a)).raw();
  }
}

template <class R, class... A>
Result<R> call(fermata_interp* in, fermata_view procedure, const fermata_run* run, A&&... arguments) {
  if (in == nullptr) return Error("the interpreter of this procedure is closed", Errc::closed);
  const std::array<fermata_view, sizeof...(A)> views{argument(in, std::forward<A>(arguments))...};
  fermata_view out{};
  if (fermata_error* e = fermata_call(in, procedure, views.data(), views.size(), run, &out)) return Error(e);
  return result_of<R>(out);
}

}  // namespace detail

template <class R, class... A>
Result<R> Value::operator()(A&&... arguments) const {
  const fermata_view v = view().raw();
  return detail::call<R>(v.in, v, nullptr, std::forward<A>(arguments)...);
}

// A procedure of Scheme as a std::function, and a std::function as a procedure.  One that returns
// Result<T> never throws; any other throws Error.
template <class R, class... A>
struct Convert<std::function<R(A...)>, void> {
  using F = std::function<R(A...)>;
  static std::string wanted() { return "a procedure"; }
  static std::optional<F> from(View v) {
    if (!v.is_procedure()) return std::nullopt;
    return F([procedure = v.root()](A... a) -> R {
      if constexpr (detail::IsResult<R>::value) {
        return procedure.template operator()<typename R::value_type>(std::forward<A>(a)...);
      } else {
        auto result = procedure.template operator()<R>(std::forward<A>(a)...);
#if FERMATA_EXCEPTIONS
        if (!result) result.error().rethrow();
#endif
        if constexpr (std::is_void_v<R>) result.value();
        else return std::move(result).value();
      }
    });
  }
  static View to(fermata_interp* in, const F& f) {
    using Arguments = std::tuple<A...>;
    const std::string signature = detail::signature_of("host-function", detail::Counts<Arguments>::kArity);
    return fermata_make_function(in, signature.c_str(), &detail::Thunk<F, Arguments>::call, new F(f),
                                 &detail::destroy<F>);
  }
};

}  // namespace fermata
