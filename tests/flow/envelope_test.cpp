// Envelopes: what a gate takes in, and that what it refuses changes nothing.
#include "flow/envelope.hpp"

#include <catch2/catch.hpp>

using namespace fermata;
using namespace fermata::flow;

namespace {

constexpr std::int64_t kNow = 1'700'000'000'000;

struct Pair {
  std::unique_ptr<Store> store = make_memory_store();
  Identity a = Identity::make("a"), b = Identity::make("b");
  EnvelopeGate gate{"b", *store};
  Pair() { gate.know("a", a.public_key()); }

  Envelope letter() const {
    Envelope e;
    e.content = Content::call;
    e.receiver = "b", e.flow = "order-1", e.key = "order-1/0#3", e.epoch = 4;
    e.issued = kNow, e.expires = kNow + 60'000;
    e.body = "(price 12)";
    return e;
  }
  std::string sealed(Envelope e) const { return a.seal(e); }
  Refusal open(std::string_view bytes, std::int64_t now = kNow) {
    Envelope ignored;
    return gate.open(bytes, now, ignored);
  }
  // What the store keeps of epochs, as text.
  std::string epochs() const {
    std::vector<Item> items;
    store->items("remote-epoch", 0, items);
    std::string text;
    for (const Item& i : items) text += i.id + "=" + i.value + " ";
    return text;
  }
};

}  // namespace

TEST_CASE("an envelope comes out as it went in", "[flow][envelope]") {
  Pair p;
  Envelope sent = p.letter(), got;
  const std::string bytes = p.a.seal(sent);
  REQUIRE(p.gate.open(bytes, kNow, got) == Refusal::none);
  CHECK(got.sender == "a");
  CHECK(got.receiver == "b");
  CHECK(got.message == sent.message);
  CHECK(got.flow == "order-1");
  CHECK(got.key == "order-1/0#3");
  CHECK(got.epoch == 4);
  CHECK(got.expires == kNow + 60'000);
  CHECK(got.body == "(price 12)");
  CHECK(p.epochs() == "a order-1=4 ");
}

TEST_CASE("an envelope with any bit changed, or any part missing, is refused", "[flow][envelope]") {
  Pair p;
  const std::string bytes = p.sealed(p.letter());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    for (const int bit : {1, 16, 128}) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ bit);
      INFO("byte " << i << " bit " << bit);
      CHECK(p.open(changed) != Refusal::none);
    }
    CHECK(p.open(bytes.substr(0, i)) != Refusal::none);
  }
  CHECK(p.open(bytes + " ") == Refusal::bad_signature);
  CHECK(p.open("") == Refusal::malformed);
  CHECK(p.open(std::string(kMostBytes + 1, 'x')) == Refusal::too_large);
  CHECK(p.epochs() == "");
  CHECK(p.open(bytes) == Refusal::none);  // none of that has used it up
}

TEST_CASE("each reason to refuse an envelope has its name", "[flow][envelope]") {
  Pair p;
  const auto refused = [&](auto change) {
    Envelope e = p.letter();
    change(e);
    return p.open(p.sealed(e));
  };
  CHECK(refused([](Envelope& e) { e.receiver = "c"; }) == Refusal::wrong_receiver);
  CHECK(refused([](Envelope& e) { e.issued -= 70'000, e.expires -= 70'000; }) == Refusal::expired);
  CHECK(refused([](Envelope& e) { e.issued += 130'000, e.expires += 130'000; }) ==
        Refusal::from_future);
  CHECK(refused([](Envelope& e) { e.expires = e.issued; }) == Refusal::malformed);
  CHECK(refused([](Envelope& e) { e.expires += 3'600'000; }) == Refusal::malformed);
  CHECK(refused([](Envelope& e) { e.epoch = -1; }) == Refusal::malformed);
  CHECK(refused([](Envelope& e) { e.receiver = "b/../c"; }) == Refusal::malformed);
  Envelope e = p.letter();
  CHECK(p.open(p.b.seal(e)) == Refusal::unknown_sender);
  // Whoever takes the name of another has not the key.
  e = p.letter();
  CHECK(p.open(Identity::make("a").seal(e)) == Refusal::unknown_sender);
  std::string later = p.sealed(p.letter());
  const std::size_t version = 4 + 16 + 4 + 7;
  REQUIRE(later[version] == 1);
  later[version] = 2;
  CHECK(p.open(later) == Refusal::unknown_version);
  CHECK(p.epochs() == "");
}

TEST_CASE("an envelope is taken once, and not from an owner of before", "[flow][envelope]") {
  Pair p;
  const std::string bytes = p.sealed(p.letter());
  CHECK(p.open(bytes) == Refusal::none);
  CHECK(p.open(bytes) == Refusal::replayed);
  CHECK(p.open(bytes, kNow + 61'000) == Refusal::expired);
  Envelope old = p.letter();
  old.epoch = 3;
  CHECK(p.open(p.sealed(old)) == Refusal::old_epoch);
  CHECK(p.epochs() == "a order-1=4 ");
  Envelope later = p.letter();
  later.epoch = 6;
  CHECK(p.open(p.sealed(later)) == Refusal::none);
  CHECK(p.epochs() == "a order-1=6 ");
  CHECK(p.open(p.sealed(p.letter())) == Refusal::old_epoch);
  // Another flow has epochs of its own; and another gate on the same store knows them.
  Envelope other = p.letter();
  other.flow = "order-2", other.epoch = 1;
  CHECK(p.open(p.sealed(other)) == Refusal::none);
  EnvelopeGate again("b", *p.store);
  again.know("a", p.a.public_key());
  Envelope ignored;
  CHECK(again.open(p.sealed(p.letter()), kNow, ignored) == Refusal::old_epoch);
}

TEST_CASE("a sender may have two keys while it changes them", "[flow][envelope]") {
  Pair p;
  const Identity fresh = Identity::make("a");
  p.gate.know("a", fresh.public_key());
  Envelope one = p.letter(), two = p.letter();
  CHECK(p.open(p.a.seal(one)) == Refusal::none);
  CHECK(p.open(fresh.seal(two)) == Refusal::none);
  p.gate.forget("a");
  Envelope three = p.letter();
  CHECK(p.open(fresh.seal(three)) == Refusal::unknown_sender);
}

TEST_CASE("a key that is kept as digits signs as before", "[flow][envelope]") {
  const std::string seed = new_seed();
  CHECK(Identity::from_seed("a", seed)->public_key() ==
        Identity::from_seed("a", seed + "\n")->public_key());
  CHECK_FALSE(Identity::from_seed("a", seed.substr(2)));
  CHECK_FALSE(Identity::from_seed("a/b", seed));
  CHECK(public_key_of(hex_of(Identity::make("a").public_key())));
}
