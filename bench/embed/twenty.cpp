// Twenty functions: what binding costs to compile.
#include <fermata/fermata.hpp>
#include <map>

void bind(fermata::Interpreter& in) {
  using namespace std;
  in.define("f1", [](int a) { return a; }).value();
  in.define("f2", [](int a, double b) { return a * b; }).value();
  in.define("f3", [](string a) { return a + a; }).value();
  in.define("f4", [](string_view a, size_t n) { return string(a.substr(0, n)); }).value();
  in.define("f5", [](vector<int> v) { return v.size(); }).value();
  in.define("f6", [](vector<double> v) { return v; }).value();
  in.define("f7", [](map<string, int> m) { return m; }).value();
  in.define("f8", [](optional<int> a) { return a.value_or(0); }).value();
  in.define("f9", [](bool a, bool b) { return a && b; }).value();
  in.define("f10", [](char32_t c) { return c; }).value();
  in.define("f11", [](int a, int b, int c) { return a + b + c; }).value();
  in.define("f12", [](double a, double b, double c, double d) { return a + b + c + d; }).value();
  in.define("f13", [](vector<string> v) { return v; }).value();
  in.define("f14", [](pair<int, string> p) { return p.second; }).value();
  in.define("f15", [](tuple<int, int, int> t) { return get<0>(t); }).value();
  in.define("f16", [](variant<int, string> v) { return v.index(); }).value();
  in.define("f17", [](chrono::milliseconds ms) { return ms * 2; }).value();
  in.define("f18", [](function<int(int)> f) { return f(1); }).value();
  in.define("f19", [](fermata::Value v) { return v; }).value();
  in.define("f20", [](int a, fermata::Completer<int> done) { std::move(done).resolve(a); }).value();
}
