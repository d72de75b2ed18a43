// Values of Scheme as the host holds them: View, Value, Datum.
//
//   View   a word, for local variables of the thread that owns the interpreter
//   Value  a handle: keeps what it refers to alive, wherever it stands; any thread drops it
//   Datum  a copy of plain data that belongs to no interpreter; any thread does everything
// One set of conversions serves all three: as<T>().
#pragma once

#include <string>

#include <fermata/result.hpp>

namespace fermata {

class Value;
class Interpreter;
template <class T, class = void>
struct Convert;

class View {
 public:
  View() = default;
  View(fermata_view raw) : raw_(raw) {}  // NOLINT: the same thing
  fermata_view raw() const { return raw_; }
  fermata_interp* interpreter() const { return raw_.in; }

  fermata_type type() const { return fermata_type_of(raw_); }
  std::string_view type_name() const { return fermata_type_name(raw_); }
  bool is_null() const { return type() == FERMATA_NULL; }
  bool is_pair() const { return type() == FERMATA_PAIR; }
  bool is_string() const { return type() == FERMATA_STRING; }
  bool is_symbol() const { return type() == FERMATA_SYMBOL; }
  bool is_procedure() const { return type() == FERMATA_PROCEDURE; }
  bool is_unspecified() const { return type() == FERMATA_UNSPECIFIED; }
  bool is_true() const { return fermata_is_true(raw_) != 0; }  // everything but #f
  bool is_same(View other) const { return fermata_same(raw_, other.raw_) != 0; }

  View car() const { return fermata_car(raw_); }
  View cdr() const { return fermata_cdr(raw_); }
  std::int64_t length() const { return fermata_length(raw_); }  // of a list or vector, else -1
  View operator[](std::size_t i) const { return fermata_item(raw_, i); }  // of a vector

  // The value as a T, or an error of type or range.
  template <class T>
  Result<T> as() const;
  Value root() const;
  std::string write() const { return print(0); }
  std::string display() const { return print(1); }

 private:
  std::string print(int display) const {
    std::string text;
    fermata_print(raw_, display, [](void* t, const char* s, std::size_t n) { static_cast<std::string*>(t)->append(s, n); },
                  &text);
    return text;
  }
  fermata_view raw_ = {};
};

class Value {
 public:
  Value() noexcept = default;
  explicit Value(View v) : root_(fermata_root_new(v.raw())) {}
  Value(const Value& other) : root_(other.root_ ? fermata_root_copy(other.root_) : nullptr) {}
  Value(Value&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  Value& operator=(Value other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~Value() {
    if (root_ != nullptr) fermata_root_drop(root_);
  }
  bool is_empty() const { return root_ == nullptr; }
  // Of the owner's thread, as everything below.
  View view() const { return root_ ? fermata_root_view(root_) : fermata_view{}; }
  operator View() const { return view(); }
  template <class T>
  Result<T> as() const {
    return view().as<T>();
  }
  std::string write() const { return view().write(); }
  std::string display() const { return view().display(); }
  // Calls the procedure that it is.
  template <class R = Value, class... A>
  Result<R> operator()(A&&... arguments) const;

 private:
  fermata_root* root_ = nullptr;
};

inline Value View::root() const { return Value(*this); }

class Datum {
 public:
  Datum() = default;
  explicit Datum(fermata_datum* owned) : datum_(owned) {}
  Datum(const Datum& other) : datum_(other.datum_ ? fermata_datum_copy(other.datum_) : nullptr) {}
  Datum(Datum&& other) noexcept : datum_(std::exchange(other.datum_, nullptr)) {}
  Datum& operator=(Datum other) noexcept {
    std::swap(datum_, other.datum_);
    return *this;
  }
  ~Datum() { fermata_datum_drop(datum_); }

  static Result<Datum> of(View v) {
    fermata_datum* d = nullptr;
    if (fermata_error* e = fermata_datum_of(v.raw(), &d)) return Error(e);
    return Datum(d);
  }
  static Result<Datum> parse(std::string_view text) {
    fermata_datum* d = nullptr;
    if (fermata_error* e = fermata_datum_parse(text.data(), text.size(), &d)) return Error(e);
    return Datum(d);
  }
  std::string write() const {
    std::string text;
    if (datum_ == nullptr) return text;
    fermata_datum_write(datum_, [](void* t, const char* s, std::size_t n) { static_cast<std::string*>(t)->append(s, n); },
                        &text);
    return text;
  }
  bool is_empty() const { return datum_ == nullptr; }
  View view() const { return datum_ ? fermata_datum_view(datum_) : fermata_view{}; }
  template <class T>
  Result<T> as() const {
    return view().as<T>();
  }
  const fermata_datum* get() const { return datum_; }

 private:
  fermata_datum* datum_ = nullptr;
};

inline Datum Error::payload() const { return Datum(fermata_datum_copy(fermata_error_payload(error_))); }

}  // namespace fermata
