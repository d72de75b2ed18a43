// Envelopes: what peers send each other, signed with Ed25519 (libsodium).
//
// An envelope says who wrote it, to whom, about which flow and under which epoch of its owner,
// when, until when, and the hash of the body that follows.  All of that is signed.  The encoding
// is canonical: each field is its length in four bytes and then its bytes, in one order, so two
// different texts never mean the same.
//
// A gate takes envelopes in.  What it refuses has changed nothing: neither what it has seen nor
// the epochs that the store keeps.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/store.hpp"

namespace fermata::flow {

enum class Content : std::uint8_t {
  call = 1,   // run a node
  result = 2,  // what a call came to, or that it was refused
  flow = 3     // about a flow as a whole: that it moves, what comes for it, how it stands
};

enum class Refusal : std::uint8_t {
  none,
  malformed,
  too_large,
  unknown_version,
  unknown_sender,
  bad_signature,
  wrong_receiver,
  from_future,
  expired,
  replayed,
  old_epoch,
  busy,         // too many envelopes are remembered; come again
  store_failed  // the epoch could not be kept
};
std::string_view refusal_name(Refusal refusal);

using PublicKey = std::array<unsigned char, 32>;
using MessageId = std::array<unsigned char, 16>;

struct Envelope {
  Content content{};
  std::string sender, receiver;  // names of peers
  std::string key_id;            // of the sender's public key
  MessageId message{};           // random; of each envelope its own
  MessageId answers{};           // the message that this is an answer to; zeros: none
  std::string flow;              // the sender's flow that it is about
  std::string key;               // the same for each repetition of a request: FLOW/STRAND#ORDINAL
  std::int64_t epoch = 0;        // of the flow's owner
  std::int64_t issued = 0, expires = 0;  // milliseconds since 1970
  std::string body;
};

inline constexpr std::int64_t kClockSkewMs = 120'000;
inline constexpr std::int64_t kLongestLifeMs = 300'000;
inline constexpr std::size_t kMostBytes = std::size_t{8} << 20;  // of an envelope with its body

bool is_peer_name(std::string_view name);  // 1 to 200 of A-Z a-z 0-9 . _ -

// Who signs: a name and a secret key.
class Identity {
 public:
  // A new key; or the one that follows from a seed of 32 bytes as 64 hexadecimal digits: nothing,
  // when these are none.
  static Identity make(std::string name);
  static std::optional<Identity> from_seed(std::string name, std::string_view digits);
  ~Identity();
  Identity(const Identity&) = default;
  Identity& operator=(const Identity&) = default;

  const std::string& name() const { return name_; }
  const PublicKey& public_key() const { return public_; }
  // Fills in sender, key and, when it has none, the message id; the bytes to be sent.
  std::string seal(Envelope& envelope) const;

 private:
  Identity(std::string name, const unsigned char* seed);
  std::string name_;
  PublicKey public_{};
  std::array<unsigned char, 64> secret_{};
};

std::string new_seed();  // hexadecimal digits, for a file
std::string hex_of(const PublicKey& key);
std::optional<PublicKey> public_key_of(std::string_view digits);

class EnvelopeGate {
 public:
  // The store outlives the gate.
  EnvelopeGate(std::string name, Store& store) : name_(std::move(name)), store_(store) {}

  // A sender may have several keys: the old one and the new one, while it changes.
  void know(const std::string& sender, const PublicKey& key);
  void forget(const std::string& sender);

  // Takes in what came; `now` in milliseconds since 1970.  The envelope is filled in only when
  // it is accepted.
  Refusal open(std::string_view bytes, std::int64_t now, Envelope& envelope);

 private:
  Refusal check(std::string_view bytes, std::int64_t now, Envelope& envelope) const;
  Refusal note(const Envelope& envelope, std::int64_t now);

  const std::string name_;
  Store& store_;
  std::map<std::pair<std::string, std::string>, PublicKey> keys_;  // by sender and key id
  struct Hash {
    std::size_t operator()(const MessageId& id) const;
  };
  std::unordered_map<MessageId, std::int64_t, Hash> seen_;  // until when they would be accepted
  std::size_t swept_at_ = 0;
};

}  // namespace fermata::flow
