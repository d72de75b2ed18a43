// What goes in comes out: conversions, handles, plain data.
#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <thread>
#include <unordered_map>

#include <fermata/fermata.hpp>

using namespace fermata;
using namespace std::chrono_literals;

namespace {

enum class Colour { red, green };
enum class Plain : std::uint8_t { one = 1 };

Interpreter make_interpreter() { return Interpreter::create().value(); }

}  // namespace

template <>
struct fermata::EnumNames<Colour> {
  static constexpr std::pair<Colour, std::string_view> names[] = {{Colour::red, "red"}, {Colour::green, "green"}};
};

namespace {

// Through Scheme and back.
template <class T>
T echo(Interpreter& in, const T& value) {
  return in.call<T>("values", value).value();
}

}  // namespace

TEST_CASE("embedding 1.1: values of every type go in and come out the same", "[api]") {
  Interpreter in = make_interpreter();
  CHECK(echo(in, true));
  for (const std::int64_t n : {std::int64_t{0}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) CHECK(echo(in, n) == n);
  for (const std::uint64_t n : {std::uint64_t{1} << 63, UINT64_MAX, std::uint64_t{7}}) CHECK(echo(in, n) == n);
  CHECK(echo<std::int8_t>(in, -128) == -128);
  for (const double d : {0.0, 1.5, -1e300, 1e-320, HUGE_VAL}) CHECK(echo(in, d) == d);
  CHECK(echo(in, 2.5f) == 2.5f);
  for (const std::string& s : {std::string(), std::string("plain"), std::string("h\u00e9\U0001F600"), std::string(5000, 'x')})
    CHECK(echo(in, s) == s);
  CHECK(echo(in, U'\U0001F600') == U'\U0001F600');
  CHECK(echo(in, 'x') == 'x');
  CHECK(echo(in, Symbol{"a b"}).name == "a b");
  CHECK(echo(in, std::vector<std::uint8_t>{1, 0, 255}) == std::vector<std::uint8_t>{1, 0, 255});
  CHECK(echo(in, std::vector<std::byte>{}).empty());
  CHECK(echo(in, std::vector<int>{1, 2, 3}) == std::vector<int>{1, 2, 3});
  CHECK(echo(in, std::vector<std::string>{}).empty());
  const std::map<std::string, std::vector<int>> map{{"a", {1}}, {"b", {}}};
  CHECK(echo(in, map) == map);
  CHECK(echo(in, std::unordered_map<int, bool>{{3, true}}).at(3));
  CHECK(echo(in, std::optional<int>(3)) == 3);
  CHECK_FALSE(echo(in, std::optional<int>()));
  CHECK(echo(in, std::pair(1, std::string("x"))) == std::pair(1, std::string("x")));
  CHECK(echo(in, std::tuple(1, std::string("x"), 2.5)) == std::tuple(1, std::string("x"), 2.5));
  using Either = std::variant<int, std::string>;
  CHECK(echo(in, Either("x")) == Either("x"));
  CHECK(echo(in, Either(5)) == Either(5));
  CHECK(echo(in, Colour::green) == Colour::green);
  CHECK(echo(in, Plain::one) == Plain::one);
  CHECK(echo(in, 1500ms) == 1500ms);
  CHECK(in.call<std::string>("symbol->string", Colour::red).value() == "red");
}

TEST_CASE("embedding 1.1: conversions are range-checked, and say what was wanted", "[api]") {
  Interpreter in = make_interpreter();
  const auto refused = [&](const char* text, auto type) {
    const auto r = in.eval(text).value().as<decltype(type)>();
    REQUIRE_FALSE(r);
    CHECK(r.error().code() == Errc::type);
    return std::string(r.error().message());
  };
  CHECK(refused("256", std::uint8_t{}) == "wanted an exact integer from 0 to 255, got 256");
  CHECK(refused("-1", std::uint64_t{}).find("got -1") != std::string::npos);
  CHECK(refused("(expt 2 64)", std::uint64_t{}).find("18446744073709551616") != std::string::npos);
  CHECK(refused("(expt 2 63)", std::int64_t{}).find("wanted an exact integer") == 0);
  CHECK(refused("1.5", int{}).find("got 1.5") != std::string::npos);
  CHECK(refused("'sym", std::string{}) == "wanted a string, got sym");
  CHECK(refused("'blue", Colour{}) == "wanted one of red green, got blue");
  CHECK(refused("'(1 2 . 3)", std::vector<int>{}).find("wanted a list, each element an exact integer") == 0);
  CHECK(refused("(let ((l (list 1 2))) (set-cdr! (cdr l) l) l)", std::vector<int>{}).find("wanted a list") == 0);
  CHECK(refused("+inf.0", std::chrono::nanoseconds{}) == "wanted a number of seconds, got +inf.0");
  CHECK(refused("\"x\"", std::optional<int>{}).find("or #f") != std::string::npos);
  // An exact integer is a real number.
  CHECK(in.eval("3").value().as<double>().value() == 3.0);
  CHECK(in.eval("(vector 1 2)").value().as<std::vector<int>>().value() == std::vector<int>{1, 2});
}

TEST_CASE("embedding 1.1: a handle keeps its value alive, a collector at work", "[api]") {
  Interpreter in = make_interpreter();
  std::vector<Value> kept;
  for (int i = 0; i < 1000; ++i) kept.push_back(in.eval("(list " + std::to_string(i) + " \"text\")").value());
  in.eval("(gc) (let loop ((i 0)) (if (< i 100000) (begin (make-vector 10 i) (loop (+ i 1)))))").value();
  for (int i = 0; i < 1000; ++i) REQUIRE(kept[static_cast<std::size_t>(i)].view().car().as<int>().value() == i);
  const std::size_t before = in.stats().roots;
  const Value copy = kept[3];
  CHECK(in.stats().roots == before);  // a copy is the same handle
  kept.clear();
  CHECK(copy.view().car().as<int>().value() == 3);
  CHECK(in.stats().roots == before - 999);
}

TEST_CASE("embedding 1.1: handles are dropped in any thread, and after the interpreter", "[api][threads]") {
  Value left;
  {
    Interpreter in = make_interpreter();
    std::vector<Value> many;
    for (int i = 0; i < 500; ++i) many.push_back(in.make(std::to_string(i)));
    left = many[0];
    const std::size_t before = in.stats().roots;
    std::thread([gone = std::move(many)]() mutable { gone.clear(); }).join();
    in.tick();
    CHECK(in.stats().roots == before - 499);
  }
  CHECK(left.view().type() == FERMATA_NOTHING);
  const auto r = left.as<std::string>();
  REQUIRE_FALSE(r);
  CHECK(r.error().code() == Errc::closed);
  CHECK_FALSE(left());  // nor can it be called
}

TEST_CASE("plain data belongs to no interpreter and crosses threads", "[api][threads]") {
  Datum d;
  {
    Interpreter in = make_interpreter();
    d = Datum::of(in.eval("(list 1 2.5 \"s\" 'y #\\x #u8(1 2) (vector #t '()) (expt 10 30) 1/3)").value()).value();
    const auto cycle = Datum::of(in.eval("(let ((l (list 1))) (set-cdr! l l) l)").value());
    REQUIRE_FALSE(cycle);
    CHECK(cycle.error().message() == "not plain data: it contains itself");
    CHECK_FALSE(Datum::of(in.eval("(list car)").value()));
  }
  std::string text;
  std::thread([&] { text = d.write(); }).join();
  CHECK(text == "(1 2.5 \"s\" y #\\x #u8(1 2) #(#t ()) 1000000000000000000000000000000 1/3)");
  CHECK(d.view().car().as<int>().value() == 1);
  Interpreter other = make_interpreter();
  CHECK(other.call<Datum>("reverse", d).value().view().length() == 9);
  const Datum parsed = Datum::parse("((a . 1) (b . 2))").value();
  const auto map = parsed.as<std::map<Symbol, int>>().value();
  CHECK(map.at(Symbol{"b"}) == 2);
  CHECK_FALSE(Datum::parse("(1"));
  CHECK_FALSE(Datum::parse("1 2"));
  // Deep data: no recursion in C++.
  std::string deep(200'000, '(');
  deep += std::string(200'000, ')');
  const Datum nested = Datum::parse(deep).value();
  CHECK(other.call<Datum>("values", nested).value().write() == deep);
}
