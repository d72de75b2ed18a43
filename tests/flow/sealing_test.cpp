// Secrets: what is in the store, and who can read it.
#include "flow/sealing.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "flow/inspect.hpp"
#include "tests/flow/home.hpp"

using namespace fermata;
using namespace fermata::flow;

namespace {

const std::string kOne(64, '1'), kTwo(64, '2');

// A key in the environment, as long as this lives.
struct Key {
  explicit Key(const std::string& digits) { setenv("FERMATA_KEY", digits.c_str(), 1); }
  ~Key() { unsetenv("FERMATA_KEY"); }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
};

constexpr const char* kFlow =
    "(defflow login (lambda (password)"
    "  (let ((token (step 'ask (lambda () (secret (list 'token (secret-value password)))))))"
    "    (list token (suspend 'go) (secret-value token)))))";

std::string all_text(Store& store, const std::string& id) { return export_text(store, id).text; }

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is sealed is read with the same key alone", "[flow][secret]") {
  std::string why;
  SealingKey one, two;
  {
    const Key key(kOne);
    one = sealing_key(why).value();
  }
  {
    const Key key(kTwo);
    two = sealing_key(why).value();
  }
  const std::string text = sealed(one, "swordfish");
  CHECK_FALSE(has(text, "swordfish"));
  CHECK(unsealed(one, text) == "swordfish");
  CHECK(sealed(one, "swordfish") == text);  // a replay comes to the same
  CHECK(sealed(one, "swordfisH") != text);
  CHECK(unsealed(two, text) == std::nullopt);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    if (changed != text) CHECK(unsealed(one, changed) != "swordfish");
  }
  CHECK(unsealed(one, "") == std::nullopt);
  CHECK(unsealed(one, "no base64!") == std::nullopt);
  CHECK(sealed(one, "") != "");
}

TEST_CASE("a key is 64 hexadecimal digits", "[flow][secret]") {
  std::string why;
  CHECK_FALSE(sealing_key(why));
  CHECK(has(why, "FERMATA_KEY_FILE"));
  const Key key("abc");
  CHECK_FALSE(sealing_key(why));
  CHECK(has(why, "64 hexadecimal digits"));
}

TEST_CASE("a secret is in the store under its key alone", "[flow][secret]") {
  Home home;
  {
    const Key key(kOne);
    CHECK(home.run(std::string(kFlow) + "(flow/start login (secret (string-append \"sword\" \"fish\")) 'id 'l)") ==
          "(flow-suspended l go)");
    CHECK_FALSE(has(all_text(*home.store, "l"), "swordfish"));
    CHECK(has(all_text(*home.store, "l"), "|flow secret|"));
    CHECK(has(show_text(*home.store, "l", 0).text, "#<secret>"));
  }
  SECTION("without the key it is a secret still") {
    CHECK(has(home.run("(flow/resume 'l 1)"), "a secret cannot be read, there is no key"));
  }
  SECTION("under another key too") {
    const Key key(kTwo);
    CHECK(has(home.run("(flow/resume 'l 1)"), "a secret was sealed under another key"));
  }
  SECTION("with the key the flow goes on") {
    const Key key(kOne);
    CHECK(home.run("(flow/resume 'l 1)") == "(#<secret> 1 (token \"swordfish\"))");
  }
}

TEST_CASE("a program of the store makes its own records again", "[flow][secret]") {
  Home home;
  home.run("(define-record-type <point> (make-point x y) point? (x point-x) (y point-y))"
           "(define-flow-record point <point>)"
           "(defflow far (lambda (p) (list (point-x p) (suspend 'go) (point-y p))))"
           "(flow/start far (make-point 3 4) 'id 'f)");
  // Another program, which knows no points.
  CHECK(home.run("(flow/resume 'f 0)") == "(3 0 4)");
  CHECK(has(show_text(*home.store, "f", 0).text, "#(point 3 4)"));
}
