// Natives of peers: who this process is to them, and the envelopes it sends and gets.
//
// A home is a small integer in Scheme.  Its gate keeps epochs in the store that it was made for.
#include <cstring>

#include "flow/answers.hpp"
#include "flow/builtins.hpp"
#include "flow/plain_data.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

constexpr std::string_view kContents[] = {"", "call", "result", "flow"};

Service::Home* find_home(Machine& m, Fixnum number) {
  const auto& homes = Service::find(m)->homes;
  const auto i = static_cast<std::size_t>(number.value);
  return i < homes.size() ? homes[i].get() : nullptr;
}
Outcome no_home(Machine& m, Fixnum number) {
  return m.wrong_type(1, "a home of peers", Value::fixnum(number));
}

Value bytes_value(Machine& m, std::string_view bytes) {
  Bytevector& b = m.heap.make_bytevector(bytes.size());
  std::memcpy(b.bytes(), bytes.data(), bytes.size());
  return value_of(&b);
}
std::string_view view_of(Bytevector& b) {
  return {reinterpret_cast<const char*>(b.bytes()), b.length()};
}
Value id_value(Machine& m, const MessageId& id) {
  return bytes_value(m, {reinterpret_cast<const char*>(id.data()), id.size()});
}

// seed: its secret key as digits, or "" for a new one.
Outcome make_home(Machine& m, Fixnum store, String& name, String& seed) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const std::string given = to_utf8(seed), digits = given.empty() ? new_seed() : given;
  auto identity = Identity::from_seed(to_utf8(name), digits);
  if (!identity) {
    return refuse(m, ConditionKind::flow,
                  "a peer has a name of letters, digits, `.`, `_` and `-`, and a key of 64"
                  " hexadecimal digits");
  }
  auto& homes = Service::find(m)->homes;
  homes.push_back(std::make_unique<Service::Home>(
      Service::Home{*identity, EnvelopeGate(to_utf8(name), *s)}));
  return Value::fixnum(static_cast<std::int64_t>(homes.size()) - 1);
}

Outcome home_key(Machine& m, Fixnum number) {
  const Service::Home* home = find_home(m, number);
  return home ? Outcome(string_of(m, hex_of(home->identity.public_key()))) : no_home(m, number);
}

// Whether the key is one.
Outcome know(Machine& m, Fixnum number, String& sender, String& key) {
  Service::Home* home = find_home(m, number);
  if (home == nullptr) return no_home(m, number);
  const auto public_key = public_key_of(to_utf8(key));
  if (public_key && is_peer_name(to_utf8(sender))) home->gate.know(to_utf8(sender), *public_key);
  return Value::boolean(public_key.has_value());
}

// about: #(content receiver answers flow key epoch milliseconds), answers being a message's id or
// #f, and the last one how long it is good for.  A pair of the bytes and the new message's id.
Outcome seal(Machine& m, Fixnum number, Vector& about, Value body, Fixnum now) {
  const Service::Home* home = find_home(m, number);
  if (home == nullptr) return no_home(m, number);
  Value* const slots = about.slots();
  enum { kContent, kReceiver, kAnswers, kFlow, kKey, kEpoch, kLife };
  Envelope e;
  for (std::size_t i = 1; i < std::size(kContents); ++i)
    if (kContents[i] == text_of(slots[kContent])) e.content = static_cast<Content>(i);
  e.receiver = text_of(slots[kReceiver]);
  if (auto* answers = cast<Bytevector>(slots[kAnswers]); answers && answers->length() == 16)
    std::memcpy(e.answers.data(), answers->bytes(), 16);
  e.flow = text_of(slots[kFlow]), e.key = text_of(slots[kKey]);
  e.epoch = slots[kEpoch].fixnum();
  e.issued = now, e.expires = now + slots[kLife].fixnum();
  e.body = to_journal_text(m, body);
  const std::string bytes = home->identity.seal(e);
  if (bytes.size() > kMostBytes) return symbol_of(m, "too-large");
  const Value sealed = bytes_value(m, bytes);
  return m.heap.cons(sealed, id_value(m, e.message));
}

// #(content sender message answers flow key epoch body), or why it was refused, a symbol.
Outcome open(Machine& m, Fixnum number, Bytevector& bytes, Fixnum now) {
  Service::Home* home = find_home(m, number);
  if (home == nullptr) return no_home(m, number);
  Envelope e;
  const Refusal refusal = home->gate.open(view_of(bytes), now, e);
  if (refusal != Refusal::none) return symbol_of(m, refusal_name(refusal));
  FERMATA_TRY(body, decode(m, e.body));
  return vector_of(m, {symbol_of(m, kContents[static_cast<std::size_t>(e.content)]),
                       symbol_of(m, e.sender), id_value(m, e.message), id_value(m, e.answers),
                       symbol_of(m, e.flow), string_of(m, e.key), Value::fixnum(e.epoch), body});
}

Outcome seed(Machine& m) { return string_of(m, new_seed()); }

constexpr Builtin kPeers[] = {
    builtin<make_home>("(%home-make store name seed)",
                       "Who this process is to its peers: a name, with a secret key."),
    builtin<home_key>("(%home-key home)", "Its public key, as digits."),
    builtin<know>("(%home-know! home sender key)", "Whose envelopes it takes; whether key is one."),
    builtin<seal>("(%envelope-seal home about body now)",
                  "A pair of the bytes to be sent and the id of the message."),
    builtin<open>("(%envelope-open home bytes now)",
                  "What was sent, a vector, or a symbol that says why it is refused."),
    builtin<seed>("(%peer-seed)", "A new secret key, as digits."),
};

}  // namespace

std::span<const Builtin> peer_builtins() { return kPeers; }

}  // namespace fermata::flow
