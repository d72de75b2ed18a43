// The libraries of flows, looked at without being run.
#include <catch2/catch.hpp>

#include "flow/builtins.hpp"
#include "scheme/embedded.hpp"
#include "tests/scheme/check_fixture.hpp"

using namespace fermata;

TEST_CASE("the libraries of flows give no warning", "[flow][warnings]") {
  for (const scheme::EmbeddedText& t : scheme::embedded_texts()) {
    if (!t.path.ends_with(".sld") || !t.path.starts_with("fermata/flow")) continue;
    INFO(t.path);
    scheme::Checker check;
    flow::install_flow(check.r);
    CHECK(check.run("fermata:" + std::string(t.path), t.text) == std::vector<std::string>{});
    flow::uninstall_flow(check.r);
  }
}
