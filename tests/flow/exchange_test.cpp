// Flows as text, as pictures and as JSON; what comes in is replayed before it is taken.
#include <catch2/catch.hpp>

#include "flow/inspect.hpp"
#include "tests/flow/home.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

constexpr const char* kProgram =
    "(defflow letters (lambda (x)"
    "  (list (step 'one (lambda () \"<a & b>\")) (suspend 'two))))"
    "(flow/start letters 'in 'id 'l1)";

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an exported flow goes on in another store", "[flow][exchange]") {
  Home here, there;
  here.run(kProgram);
  const std::string text = export_text(*here.store, "l1").text;
  CHECK(there.run("(flow/import " + quoted(text) + ")") == "(l1 5 #t)");
  CHECK(export_text(*there.store, "l1").text == text);
  CHECK(there.run("(flow/resume 'l1 7)") == "(\"<a & b>\" 7)");
  CHECK(has(there.run("(flow/import " + quoted(text) + ")"), "there is a flow l1 already"));
}

TEST_CASE("a history that its program would not have is not taken in", "[flow][exchange]") {
  Home here, there;
  here.run(kProgram);
  History h = here.store->load("l1");
  for (Record& r : h.records)
    if (r.name == "one") r.name = "other";
  h.row.id = "l2";
  REQUIRE(here.store->import(h.row, h.records) == Answer::ok);
  const std::string refused =
      there.run("(flow/import " + quoted(export_text(*here.store, "l2").text) + ")");
  CHECK(has(refused, "does not match its history"));
  CHECK(has(refused, "step-intent other"));
  CHECK(there.store->load("l2").answer == Answer::missing);
}

TEST_CASE("what was changed on the way is refused", "[flow][exchange]") {
  Home here, there;
  here.run(kProgram);
  std::string text = export_text(*here.store, "l1").text;
  SECTION("a record") {
    text.replace(text.rfind("<a & b>"), 3, "<x ");
    CHECK(has(there.run("(flow/import " + quoted(text) + ")"), "the record was changed"));
  }
  SECTION("the program") {
    text.replace(text.find("(suspend 'two)"), 8, "(vector ");
    CHECK(has(there.run("(flow/import " + quoted(text) + ")"), "its program is missing or was changed"));
  }
  SECTION("its end") {
    text.resize(text.size() - 10);
    CHECK(has(there.run("(flow/import " + quoted(text) + ")"), "raised"));
  }
  CHECK(there.store->load("l1").answer == Answer::missing);
}

TEST_CASE("the picture of a flow is a well-formed drawing", "[flow][exchange]") {
  Home here;
  here.run("(defflow wide (parallel (lambda (x) (step 'one (lambda () \"<a & b>\")))"
           "  (lambda (x) (suspend 'two))))"
           "(flow/start wide 'in 'id 'w1)");
  const std::string svg = graph_svg(*here.store, "w1").text;
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(has(svg, "one: &quot;&lt;a &amp; b&gt;&quot;"));
  CHECK(has(svg, "<g class=\"open\">"));
  // As many elements are closed as are opened.
  const auto count = [&](std::string_view part) {
    std::size_t n = 0;
    for (std::size_t i = svg.find(part); i != std::string::npos; i = svg.find(part, i + 1)) ++n;
    return n;
  };
  CHECK(count("<g ") == count("</g>"));
  CHECK(count("<text ") == count("</text>"));
  CHECK(count("<rect ") == 4);
  CHECK(count("<path ") == 3);
  CHECK(has(graph_text(*here.store, "w1").text, "\"]:::open"));
}

TEST_CASE("machines read JSON", "[flow][exchange]") {
  Home here;
  here.run(std::string(kProgram) + "(flow/start 'letters 'in 'id 'l2 'attributes '((who . \"a\\\"b\")))");
  CHECK(list_json(*here.store, 0, {{}, "", 1}).text.starts_with("[{\"id\":\"l2\",\"flow\":\"letters\","));
  const std::string shown = show_json(*here.store, "l2", 0).text;
  CHECK(has(shown, "\"attributes\":{\"who\":\"\\\"a\\\\\\\"b\\\"\"}"));
  CHECK(has(shown, "\"open\":[{\"seq\":"));
  INFO(shown);
  CHECK(has(shown, "\"event\":\"suspended\",\"place\":\"0#3\",\"name\":\"two\"}]"));
  CHECK(stats_json(*here.store).text ==
        "[{\"flow\":\"letters\",\"state\":\"suspended\",\"flows\":2,\"records\":11}]\n");
}
