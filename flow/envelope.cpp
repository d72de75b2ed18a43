// See envelope.hpp.
#include "flow/envelope.hpp"

#include <sodium.h>

#include <algorithm>
#include <cassert>
#include <cstring>

namespace fermata::flow {

namespace {

constexpr std::string_view kMagic = "fermata envelope";
constexpr unsigned char kVersion = 1;
constexpr std::size_t kHashSize = 32, kMostText = 1024, kMostSeen = std::size_t{1} << 20;
// Epochs are kept for so long after the last envelope about a flow.
constexpr std::int64_t kEpochLifeMs = std::int64_t{30} * 24 * 3600 * 1000;
constexpr std::string_view kEpochItem = "remote-epoch";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void ready() {
  [[maybe_unused]] const int code = sodium_init();
  assert(code >= 0 && "libsodium can be used");
}

std::string hash_of(std::string_view body) {
  std::string hash(kHashSize, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), kHashSize, bytes_of(body),
                     body.size(), nullptr, 0);
  return hash;
}

// Eight bytes of the key's hash are enough to tell the few keys of one sender apart.
std::string id_of(const PublicKey& key) {
  return hash_of({reinterpret_cast<const char*>(key.data()), key.size()}).substr(0, 8);
}

class Writer {
 public:
  void text(std::string_view field) {
    size(field.size());
    out_ += field;
  }
  void number(std::int64_t n) {
    std::string field(8, '\0');
    for (int i = 0; i < 8; ++i)
      field[static_cast<std::size_t>(i)] =
          static_cast<char>(static_cast<std::uint64_t>(n) >> (56 - 8 * i));
    text(field);
  }
  void bytes(const MessageId& id) {
    text({reinterpret_cast<const char*>(id.data()), id.size()});
  }
  std::string take() { return std::move(out_); }

 private:
  void size(std::size_t n) {
    for (int shift = 24; shift >= 0; shift -= 8) out_ += static_cast<char>(n >> shift);
  }
  std::string out_;
};

// Reads what Writer wrote; once a field is not there, nothing more is.
class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}
  std::string_view text(std::size_t most) {
    std::size_t n = 0;
    if (in_.size() - at_ < 4) return fail();
    for (int i = 0; i < 4; ++i) n = n << 8 | static_cast<unsigned char>(in_[at_++]);
    if (n > most || n > in_.size() - at_) return fail();
    const std::string_view field = in_.substr(at_, n);
    at_ += n;
    return field;
  }
  std::int64_t number() {
    const std::string_view field = text(8);
    if (field.size() != 8) fail();
    std::uint64_t n = 0;
    for (const char c : field) n = n << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(n);
  }
  MessageId bytes() {
    MessageId id{};
    const std::string_view field = text(id.size());
    if (field.size() == id.size()) std::memcpy(id.data(), field.data(), id.size());
    else fail();
    return id;
  }
  bool ok() const { return ok_; }
  std::size_t at() const { return at_; }
  std::string_view rest() const { return in_.substr(at_); }

 private:
  std::string_view fail() {
    ok_ = false;
    at_ = in_.size();
    return {};
  }
  std::string_view in_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

// What is signed.
std::string head_of(const Envelope& e) {
  Writer out;
  out.text(kMagic);
  out.number(kVersion);
  out.number(static_cast<std::int64_t>(e.content));
  out.text(e.sender), out.text(e.receiver), out.text(e.key_id);
  out.bytes(e.message), out.bytes(e.answers);
  out.text(e.flow), out.text(e.key);
  out.number(e.epoch), out.number(e.issued), out.number(e.expires);
  out.text(hash_of(e.body));
  return out.take();
}

// The head's fields; `hash` is that of the body.
Refusal read_head(Reader& in, Envelope& e, std::string_view& hash) {
  if (in.text(kMagic.size()) != kMagic) return Refusal::malformed;
  const std::int64_t version = in.number();
  if (!in.ok()) return Refusal::malformed;
  if (version != kVersion) return Refusal::unknown_version;
  const std::int64_t content = in.number();
  e.content = static_cast<Content>(content);
  e.sender = in.text(kMostText), e.receiver = in.text(kMostText), e.key_id = in.text(kMostText);
  e.message = in.bytes(), e.answers = in.bytes();
  e.flow = in.text(kMostText), e.key = in.text(kMostText);
  e.epoch = in.number(), e.issued = in.number(), e.expires = in.number();
  hash = in.text(kHashSize);
  const bool fine = in.ok() && hash.size() == kHashSize && content >= 1 && content <= 3 &&
                    is_peer_name(e.sender) && is_peer_name(e.receiver) && e.epoch >= 0 &&
                    e.issued >= 0 && e.expires > e.issued &&
                    e.expires - e.issued <= kLongestLifeMs;
  return fine ? Refusal::none : Refusal::malformed;
}

}  // namespace

std::string_view refusal_name(Refusal refusal) {
  constexpr std::string_view kNames[] = {
      "none",           "malformed",     "too-large",      "unknown-version", "unknown-sender",
      "bad-signature",  "wrong-receiver", "from-future",   "expired",         "replayed",
      "old-epoch",      "busy",          "store-failed"};
  return kNames[static_cast<std::size_t>(refusal)];
}

bool is_peer_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '.' || c == '_' || c == '-';
  });
}

// ---- identities ------------------------------------------------------------------------
Identity::Identity(std::string name, const unsigned char* seed) : name_(std::move(name)) {
  crypto_sign_seed_keypair(public_.data(), secret_.data(), seed);
}
Identity::~Identity() { sodium_memzero(secret_.data(), secret_.size()); }

Identity Identity::make(std::string name) {
  return from_seed(std::move(name), new_seed()).value();
}

std::optional<Identity> Identity::from_seed(std::string name, std::string_view digits) {
  ready();
  const auto seed = public_key_of(digits);  // as many bytes
  if (!seed || !is_peer_name(name)) return std::nullopt;
  return Identity(std::move(name), seed->data());
}

std::string Identity::seal(Envelope& e) const {
  e.sender = name_, e.key_id = id_of(public_);
  if (e.message == MessageId{}) randombytes_buf(e.message.data(), e.message.size());
  std::string out = head_of(e);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes_of(out),
                       out.size(), secret_.data());
  return out + signature + e.body;
}

std::string new_seed() {
  ready();
  PublicKey seed;
  randombytes_buf(seed.data(), seed.size());
  return hex_of(seed);
}

std::string hex_of(const PublicKey& key) {
  std::string out(2 * key.size() + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), key.data(), key.size());
  out.pop_back();  // the zero at the end
  return out;
}

std::optional<PublicKey> public_key_of(std::string_view digits) {
  PublicKey key;
  std::size_t length = 0;
  const int code = sodium_hex2bin(key.data(), key.size(), digits.data(), digits.size(), " \t\r\n",
                                  &length, nullptr);
  return code == 0 && length == key.size() ? std::optional(key) : std::nullopt;
}

// ---- the gate --------------------------------------------------------------------------
std::size_t EnvelopeGate::Hash::operator()(const MessageId& id) const {
  std::size_t hash;  // ids are random
  std::memcpy(&hash, id.data(), sizeof hash);
  return hash;
}

void EnvelopeGate::know(const std::string& sender, const PublicKey& key) {
  keys_[{sender, id_of(key)}] = key;
}
void EnvelopeGate::forget(const std::string& sender) {
  std::erase_if(keys_, [&](const auto& row) { return row.first.first == sender; });
}

Refusal EnvelopeGate::open(std::string_view bytes, std::int64_t now, Envelope& envelope) {
  Envelope opened;
  if (const Refusal r = check(bytes, now, opened); r != Refusal::none) return r;
  if (const Refusal r = note(opened, now); r != Refusal::none) return r;
  envelope = std::move(opened);
  return Refusal::none;
}

// The signature comes before everything that tells a stranger something.
Refusal EnvelopeGate::check(std::string_view bytes, std::int64_t now, Envelope& e) const {
  if (bytes.size() > kMostBytes) return Refusal::too_large;
  Reader in(bytes);
  std::string_view hash;
  if (const Refusal r = read_head(in, e, hash); r != Refusal::none) return r;
  const std::string_view head = bytes.substr(0, in.at()), rest = in.rest();
  if (rest.size() < crypto_sign_BYTES) return Refusal::malformed;
  const auto key = keys_.find({e.sender, e.key_id});
  if (key == keys_.end()) return Refusal::unknown_sender;
  if (crypto_sign_verify_detached(bytes_of(rest), bytes_of(head), head.size(),
                                  key->second.data()) != 0)
    return Refusal::bad_signature;
  e.body = rest.substr(crypto_sign_BYTES);
  if (sodium_memcmp(hash_of(e.body).data(), hash.data(), kHashSize) != 0)
    return Refusal::bad_signature;
  if (e.receiver != name_) return Refusal::wrong_receiver;
  if (e.issued > now + kClockSkewMs) return Refusal::from_future;
  if (e.expires < now) return Refusal::expired;
  return seen_.contains(e.message) ? Refusal::replayed : Refusal::none;
}

// The epoch is looked at and kept, then the envelope is remembered.
Refusal EnvelopeGate::note(const Envelope& e, std::int64_t now) {
  if (seen_.size() >= 2 * swept_at_ + 1024) {
    std::erase_if(seen_, [&](const auto& row) { return row.second < now; });
    swept_at_ = seen_.size();
  }
  if (seen_.size() >= kMostSeen) return Refusal::busy;
  if (e.content != Content::result) {
    Item item;
    item.kind = kEpochItem, item.id = e.sender + " " + e.flow;
    const Answer a = store_.item(item.kind, item.id, item);
    if (a != Answer::ok && a != Answer::missing) return Refusal::store_failed;
    const std::int64_t known = a == Answer::ok ? std::stoll(item.value) : 0;
    if (e.epoch < known) return Refusal::old_epoch;
    if (e.epoch > known || item.due < now + kEpochLifeMs / 2) {
      item.value = std::to_string(e.epoch), item.due = now + kEpochLifeMs;
      if (store_.put_item(item) != Answer::ok) return Refusal::store_failed;
    }
  }
  seen_.emplace(e.message, e.expires);
  return Refusal::none;
}

}  // namespace fermata::flow
