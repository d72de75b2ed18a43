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
      held = Convert<Stored>::from(v);
      return held.has_value();
    }
  }
  void leave_out() {
    if constexpr (IsOptional<Stored>::value) held.emplace();
  }
  static std::string wanted(fermata_interp* in) {
    if constexpr (kObject) return std::string("a living ") + fermata_defined_name(in, &type_key<T>);
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

// How many arguments come from Scheme; the last may be a Rest or a Completer.
template <class Arguments>
struct Counts;
template <class... A>
struct Counts<std::tuple<A...>> {
  static constexpr std::size_t kAll = sizeof...(A);
  template <std::size_t i>
  using At = std::remove_cvref_t<std::tuple_element_t<i, std::tuple<A...>>>;
  static constexpr bool last_is(auto test) {
    if constexpr (kAll == 0) return false;
    else return test.template operator()<At<kAll - 1>>();
  }
  static constexpr bool kRest = last_is([]<class L>() { return std::is_same_v<L, Rest>; });
  static constexpr bool kLater = last_is([]<class L>() { return is_completer<L>; });
  static constexpr std::size_t kGiven = kAll - (kRest || kLater ? 1 : 0);
  static constexpr std::size_t required() {
    std::size_t n = kGiven;
    const bool optional[] = {IsOptional<std::remove_cvref_t<A>>::value..., false};
    while (n > 0 && optional[n - 1]) --n;
    return n;
  }
  static constexpr std::size_t kRequired = required();
};

// "(name a b [c] d ...)"
template <class Arguments>
std::string signature_of(std::string_view name) {
  using C = Counts<Arguments>;
  std::string library;
  if (name.starts_with('(')) {
    const std::size_t end = name.find(')');
    library = std::string(name.substr(0, end + 1)) + " ";
    name.remove_prefix(std::min(name.size(), end + 2));
  }
  std::string text = library + "(" + std::string(name);
  for (std::size_t i = 0; i < C::kGiven; ++i) {
    text += i == C::kRequired ? " [" : " ";
    text += "arg" + std::to_string(i + 1);
  }
  if (C::kRequired < C::kGiven) text += "]";
  if (C::kRest) text += " rest ...";
  return text + ")";
}

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
    std::tuple<Parameter<std::tuple_element_t<i, std::tuple<A...>>>...> parameters;
    std::size_t bad = 0;
    std::string wanted;
    const bool fine = (read<i>(in, std::get<i>(parameters), words, count, bad, wanted) && ...);
    if (!fine) return fermata_wrong_type(in, bad + 1, wanted.c_str(), {words[bad].word, in});
#if FERMATA_EXCEPTIONS
    try {
#endif
      if constexpr (C::kRest) {
        return finish(in, f, std::get<i>(parameters).get()...,
                      Rest(in, words + std::min(count, C::kGiven), count - std::min(count, C::kGiven)));
      } else if constexpr (C::kLater) {
        using Done = std::remove_cvref_t<std::tuple_element_t<C::kAll - 1, std::tuple<A...>>>;
        fermata_later* later = nullptr;
        if (fermata_error* e = fermata_later_new(in, &later)) return fermata_raise(in, e);
        f(std::get<i>(parameters).get()..., Done(later));
        return fermata_park(in, nullptr);
      } else {
        return finish(in, f, std::get<i>(parameters).get()...);
      }
#if FERMATA_EXCEPTIONS
    } catch (...) {
      if constexpr (C::kLater) fermata_unpark(in);
      return fermata_raise(in, Error::of_exception(std::current_exception()).release());
    }
#endif
  }

  template <std::size_t i, class P>
  static bool read(fermata_interp* in, P& parameter, const fermata_word* words, std::size_t count, std::size_t& bad,
                   std::string& wanted) {
    if (i >= count) {
      parameter.leave_out();
      return true;
    }
    if (parameter.read(fermata_view{words[i].word, in})) return true;
    bad = i;
    wanted = P::wanted(in);
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
  const std::string signature = signature_of<Arguments>(name), text(doc);
  return fermata_define(in, signature.c_str(), text.c_str(), &Thunk<F, Arguments>::call, new F(std::move(f)),
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
    const std::string signature = detail::signature_of<Arguments>("host-function");
    return fermata_make_function(in, signature.c_str(), &detail::Thunk<F, Arguments>::call, new F(f),
                                 &detail::destroy<F>);
  }
};

}  // namespace fermata
