// Text as numbers: the grammar of R7RS 7.1.1.
//
// A number is one real, or two joined by a sign and an `i`, or by `@`.  Reals are scanned
// from the left; what is left over decides about the rest.  Beyond the grammar: radixes
// from 2 to 36 (by argument), and a point in other radixes than ten, because inexact numbers
// are printed so.  From radix 19 on `i` is a digit and there are no complex numbers.
//
// Inexact decimals never become exact integers on the way, so 1e100000000 costs nothing;
// exact ones (#e) are limited in size.
#include <charconv>
#include <cmath>

#include "scheme/number_text.hpp"
#include "vm/bignum.hpp"
#include "vm/complex.hpp"
#include "vm/number.hpp"
#include "vm/rational.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

constexpr std::int64_t kMaxExactExponent = 1'000'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool starts_with_folded(std::string_view text, std::string_view prefix) {
  if (text.size() < prefix.size()) return false;
  for (std::size_t i = 0; i < prefix.size(); ++i) {
    if (lower(text[i]) != prefix[i]) return false;
  }
  return true;
}

std::optional<Value> value_of_outcome(const Outcome& outcome) {
  if (!outcome.is_value()) return std::nullopt;
  return outcome.value;
}

enum class Exactness : std::uint8_t { as_written, exact, inexact };

class NumberParser {
 public:
  NumberParser(Machine& m, std::string_view text, int radix) : m_(m), rest_(text), radix_(radix) {}

  std::optional<Value> parse() {
    if (!scan_prefixes()) return std::nullopt;
    return scan_complex();
  }

 private:
  bool done() const { return rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : lower(rest_[0]); }
  void skip(std::size_t n = 1) { rest_.remove_prefix(n); }
  bool at_sign() const { return next() == '+' || next() == '-'; }
  bool only_i_left() const { return rest_.size() == 1 && next() == 'i' && radix_ < 19; }

  // #x #e and so on, in any order, each sort once.
  bool scan_prefixes() {
    bool radix_seen = false, exactness_seen = false;
    while (next() == '#') {
      if (rest_.size() < 2) return false;
      const char letter = lower(rest_[1]);
      const int radix = letter == 'b'   ? 2
                        : letter == 'o' ? 8
                        : letter == 'd' ? 10
                        : letter == 'x' ? 16
                                        : 0;
      if (radix != 0 && !radix_seen) {
        radix_ = radix;
        radix_seen = true;
      } else if ((letter == 'e' || letter == 'i') && !exactness_seen) {
        exactness_ = letter == 'e' ? Exactness::exact : Exactness::inexact;
        exactness_seen = true;
      } else {
        return false;
      }
      skip(2);
    }
    return true;
  }

  std::optional<Value> scan_complex() {
    const bool has_sign = at_sign();
    if (has_sign && rest_.size() == 2 && lower(rest_[1]) == 'i' && radix_ < 19) {
      return rectangular(Value::fixnum(0), *scan_imaginary());
    }
    const auto first = scan_real();
    if (!first || done()) return first;
    if (has_sign && only_i_left()) return rectangular(Value::fixnum(0), *first);
    if (next() == '@') {
      skip();
      const auto angle = scan_real();
      if (!angle || !done()) return std::nullopt;
      return polar(*first, *angle);
    }
    if (!at_sign()) return std::nullopt;
    const auto imaginary = scan_imaginary();
    if (!imaginary) return std::nullopt;
    return rectangular(*first, *imaginary);
  }

  // sign [ureal] i, to the end of the text
  std::optional<Value> scan_imaginary() {
    if (rest_.size() == 2 && lower(rest_[1]) == 'i' && radix_ < 19) {
      return adjust(Value::fixnum(next() == '-' ? -1 : 1));
    }
    const auto value = scan_real();
    return value && only_i_left() ? value : std::nullopt;
  }

  std::optional<Value> rectangular(Value real, Value imaginary) {
    return make_rectangular(m_.heap, real, imaginary);
  }

  std::optional<Value> polar(Value magnitude, Value angle) {
    if (is_exact_zero(angle) || is_exact_zero(magnitude)) return magnitude;
    const Value z = make_complex(m_.heap, std::polar(1.0, to_double(angle)) * to_double(magnitude));
    return exactness_ == Exactness::exact ? value_of_outcome(number_exact(m_, z)) : z;
  }

  // What the exactness prefix makes of a value.
  std::optional<Value> adjust(Value v) {
    if (exactness_ == Exactness::inexact) return value_of_outcome(number_inexact(m_, v));
    return v;
  }

  std::optional<Value> scan_real() {
    const bool has_sign = at_sign(), negative = next() == '-';
    if (has_sign) {
      skip();
      if (starts_with_folded(rest_, "inf.0") || starts_with_folded(rest_, "nan.0")) {
        if (exactness_ == Exactness::exact) return std::nullopt;
        const double size = next() == 'i' ? HUGE_VAL : std::nan("");
        skip(5);
        return m_.heap.make_flonum(negative ? -size : size);
      }
    }
    const auto size = scan_unsigned();
    if (!size || !negative) return size;
    return value_of_outcome(number_negate(m_, *size));
  }

  std::string_view scan_digits() {
    std::size_t n = 0;
    while (n < rest_.size() && digit_below(rest_[n], radix_)) ++n;
    const std::string_view digits = rest_.substr(0, n);
    skip(n);
    return digits;
  }

  static bool digit_below(char c, int radix) {
    c = lower(c);
    if (c >= '0' && c <= '9') return c - '0' < radix;
    return c >= 'a' && c <= 'z' && c - 'a' + 10 < radix;
  }

  std::optional<Value> integer(std::string_view digits) {
    return value_of_outcome(integer_from_digits(m_, digits, radix_));
  }

  std::optional<Value> scan_unsigned() {
    const std::string_view start = rest_;
    const std::string_view whole = scan_digits();
    if (next() == '/' && !whole.empty()) return scan_ratio(whole);
    std::string_view fraction;
    const bool has_point = next() == '.';
    if (has_point) {
      skip();
      fraction = scan_digits();
    }
    if (whole.empty() && fraction.empty()) return std::nullopt;
    std::int64_t exponent = 0;
    const bool has_exponent = radix_ == 10 && next() == 'e' && scan_exponent(exponent);
    if (!has_point && !has_exponent) {
      const auto value = integer(whole);
      return value ? adjust(*value) : value;
    }
    if (radix_ == 10 && exactness_ != Exactness::exact) {
      return decimal(start.substr(0, start.size() - rest_.size()), whole, fraction, exponent);
    }
    return scaled(whole, fraction, exponent);
  }

  std::optional<Value> scan_ratio(std::string_view numerator) {
    skip();
    const std::string_view denominator = scan_digits();
    if (denominator.empty()) return std::nullopt;
    const auto n = integer(numerator), d = integer(denominator);
    if (!n || !d || is_exact_zero(*d)) return std::nullopt;
    const auto ratio = value_of_outcome(make_rational(m_, *n, *d));
    return ratio ? adjust(*ratio) : ratio;
  }

  // Consumes the exponent when there is one; a huge one stops growing.
  bool scan_exponent(std::int64_t& exponent) {
    std::size_t at = 1;
    const bool negative = rest_.size() > 1 && rest_[1] == '-';
    if (rest_.size() > 1 && (rest_[1] == '+' || rest_[1] == '-')) ++at;
    const std::size_t digits = at;
    for (; at < rest_.size() && digit_below(rest_[at], 10); ++at) {
      if (exponent < std::int64_t{1} << 50) exponent = exponent * 10 + (rest_[at] - '0');
    }
    if (at == digits) return false;
    if (negative) exponent = -exponent;
    skip(at);
    return true;
  }

  std::optional<Value> decimal(std::string_view text, std::string_view whole,
                               std::string_view fraction, std::int64_t exponent) {
    // Where the first digit that counts stands, relative to the point.
    const auto significant = whole.find_first_not_of('0');
    const auto behind = fraction.find_first_not_of('0');
    std::int64_t magnitude = exponent;
    if (significant != std::string_view::npos) {
      magnitude += static_cast<std::int64_t>(whole.size() - significant);
    } else if (behind != std::string_view::npos) {
      magnitude -= static_cast<std::int64_t>(behind);
    } else {
      return m_.heap.make_flonum(0.0);
    }
    double d = magnitude > 0 ? HUGE_VAL : 0.0;
    if (magnitude < 400 && magnitude > -400) {
      double parsed;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), parsed);
      if (read.ec == std::errc()) d = parsed;
    }
    return m_.heap.make_flonum(d);
  }

  // whole.fraction * radix^exponent by exact arithmetic, rounded at the end if inexact.
  std::optional<Value> scaled(std::string_view whole, std::string_view fraction,
                              std::int64_t exponent) {
    const auto digits = integer(std::string(whole).append(fraction));
    if (!digits || is_exact_zero(*digits)) return digits ? finish_scaled(*digits) : digits;
    exponent -= static_cast<std::int64_t>(fraction.size());
    if (exponent > kMaxExactExponent || exponent < -kMaxExactExponent) return std::nullopt;
    const auto power = value_of_outcome(rational_power(m_, Value::fixnum(radix_), exponent));
    if (!power) return std::nullopt;
    const auto value = value_of_outcome(rational_multiply(m_, *digits, *power));
    return value ? finish_scaled(*value) : value;
  }
  std::optional<Value> finish_scaled(Value exact) {
    return exactness_ == Exactness::exact ? exact : value_of_outcome(number_inexact(m_, exact));
  }

  Machine& m_;
  std::string_view rest_;
  int radix_;
  Exactness exactness_ = Exactness::as_written;
};

// The commonest number: an integer of few decimal digits.
std::optional<Value> small_integer(std::string_view text) {
  constexpr std::size_t kMostDigits = 18;  // of which all integers are fixnums
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text.size() > kMostDigits) return std::nullopt;
  std::int64_t n = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  return Value::fixnum(negative ? -n : n);
}

}  // namespace

std::optional<Value> parse_number(Machine& m, std::string_view text, int radix) {
  // Most tokens that a reader asks about are symbols, and begin as no number does.
  const char first = text.empty() ? 'x' : text[0];
  if (radix <= 10 && (first < '#' || first > '9')) return std::nullopt;
  if (radix == 10 && !text.empty()) {
    if (const auto n = small_integer(text)) return n;
  }
  return NumberParser(m, text, radix).parse();
}

}  // namespace fermata::scheme
