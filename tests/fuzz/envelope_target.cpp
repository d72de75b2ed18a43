// What peers send: a gate takes any bytes, and lets none in that were not signed.
#include "flow/envelope.hpp"
#include "tests/fuzz/targets.hpp"

namespace fermata::fuzz {

using namespace flow;

namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

struct World {
  std::unique_ptr<Store> store = make_memory_store();
  Identity sender = Identity::from_seed("a", std::string(64, '7')).value();
  EnvelopeGate gate{"b", *store};
  World() { gate.know("a", sender.public_key()); }
};

// Any body and any names in an envelope that is signed come out as they went in.
void signed_one(World& w, std::string_view input) {
  Envelope e, got;
  e.content = Content::call;
  e.receiver = "b", e.flow = input.substr(0, 40), e.key = input.substr(input.size() / 2, 40);
  e.issued = kNow, e.expires = kNow + 1000;
  e.body = input;
  expect(w.gate.open(w.sender.seal(e), kNow, got) == Refusal::none, "a signed one is refused");
  expect(got.body == input && got.flow == e.flow && got.key == e.key, "it was changed");
}

}  // namespace

void envelope(std::string_view input) {
  World w;
  Envelope ignored;
  expect(w.gate.open(input, kNow, ignored) != Refusal::none, "an unsigned one is let in");
  std::vector<Item> items;
  w.store->items("remote-epoch", 0, items);
  expect(items.empty(), "what was refused left a trace");
  signed_one(w, input);
}

}  // namespace fermata::fuzz
