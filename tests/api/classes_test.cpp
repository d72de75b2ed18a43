// C++ classes in Scheme.
#include <catch2/catch.hpp>

#include <cmath>

#include <fermata/fermata.hpp>

using namespace fermata;

namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const { return 0; }
  std::string name = "shape";
};
struct Square : Shape {
  explicit Square(double s) : side(s) { name = "square"; }
  double area() const override { return side * side; }
  double side;
};

struct Counted {
  static inline int alive = 0;
  explicit Counted(int n) : number(n) { ++alive; }
  Counted(const Counted& other) : number(other.number) { ++alive; }
  ~Counted() { --alive; }
  int add(int n) { return number += n; }
  int number;
};

Interpreter make_interpreter() {
  Interpreter in = Interpreter::create().value();
  in.define_class<Shape>("shape").method("shape-area", &Shape::area).field("shape-name", &Shape::name).result().value();
  in.define_class<Square>("square")
      .base<Shape>()
      .constructor<double>("make-square")
      .field("square-side", &Square::side)
      .property("square-diagonal", [](const Square& s) { return s.side * std::sqrt(2.0); })
      .result()
      .value();
  in.define_class<Counted>("counted")
      .constructor<int>("make-counted")
      .method("counted-add!", &Counted::add)
      .readonly("counted-number", &Counted::number)
      .result()
      .value();
  return in;
}

double number(Interpreter& in, const char* text) { return in.eval(text).value().as<double>().value(); }

}  // namespace

TEST_CASE("embedding 1.1: a class has constructors, methods, properties and a base", "[api]") {
  Interpreter in = make_interpreter();
  CHECK(number(in, "(define s (make-square 3)) (shape-area s)") == 9);
  CHECK(number(in, "(set-square-side! s 5) (square-side s)") == 5);
  CHECK(number(in, "(square-diagonal s)") == Approx(7.0710678));
  CHECK(in.eval("(shape-name s)").value().as<std::string>().value() == "square");
  CHECK(in.eval("(list (square? s) (square? 5) (shape? s) (counted? s))").value().write() == "(#t #f #t #f)");
  const Result<Value> wrong = in.eval("(square-side (make-counted 1))");
  REQUIRE_FALSE(wrong);
  CHECK(std::string(wrong.error().message()).find("square-side: argument 1 must be a living square") == 0);
  CHECK(in.eval("(square-side 5)").error().code() == Errc::type);
  CHECK(in.eval("(map (lambda (n) (counted-add! (make-counted n) 1)) '(1 2))").value().write() == "(2 3)");
}

TEST_CASE("embedding 1.1: objects are owned by value, shared, or borrowed and checked", "[api]") {
  Interpreter in = make_interpreter();
  SECTION("shared: the host and Scheme see the same one") {
    auto shared = std::make_shared<Square>(2);
    in.set("s", shared).value();
    in.eval("(set-square-side! s 7)").value();
    CHECK(shared->side == 7);
    const auto back = in.get<std::shared_ptr<Square>>("s").value();
    CHECK(back == shared);
    const auto base = in.get<std::shared_ptr<Shape>>("s").value();
    CHECK(base->area() == 49);
  }
  SECTION("borrowed: each use asks whether its owner lives") {
    auto owner = std::make_shared<int>(0);
    Square square(4);
    in.set("s", borrow(square, std::weak_ptr<void>(owner))).value();
    CHECK(number(in, "(square-side s)") == 4);
    owner.reset();
    const Result<Value> gone = in.eval("(square-side s)");
    REQUIRE_FALSE(gone);
    CHECK(std::string(gone.error().message()).find("a living square") != std::string::npos);
    CHECK(in.eval("(square? s)").value().write() == "#f");
  }
  SECTION("a function gives and takes objects") {
    in.define("grow", [](const Square& s, double by) { return Square(s.side + by); }).value();
    in.define("side", [](const Square* s) { return s->side; }).value();
    in.define("keep", [](std::shared_ptr<Shape> s) { return s.use_count(); }).value();
    CHECK(number(in, "(side (grow (make-square 1) 2))") == 3);
    CHECK(number(in, "(keep (make-square 1))") == 2);
  }
}

#ifndef FERMATA_MALLOC_HEAP  // where nothing is ever collected
TEST_CASE("embedding 3.4: destructors of lost objects run in a tick, the rest at the end", "[api]") {
  REQUIRE(Counted::alive == 0);
  {
    Interpreter in = make_interpreter();
    in.eval("(define kept (make-counted 1))"
            "(let loop ((i 0)) (if (< i 10000) (begin (make-counted i) (loop (+ i 1)))))").value();
    in.eval("(gc)").value();
    in.tick();
    in.eval("(gc)").value();
    in.tick();
    CHECK(Counted::alive < 100);  // the stack may still show some
    CHECK(Counted::alive >= 1);
  }
  CHECK(Counted::alive == 0);
}
#endif
