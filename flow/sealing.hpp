// Secrets at rest: sealed under a key of the user's, with XSalsa20-Poly1305 (libsodium's
// secretbox).
//
// The nonce is a keyed hash of the text (BLAKE2b), so the same text under the same key is sealed
// the same way: a replay must come to the same bytes.  What that tells an observer is which
// secrets are equal, nothing else.
//
// The key is 32 bytes as 64 hexadecimal digits, in FERMATA_KEY or in the file that
// FERMATA_KEY_FILE names.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace fermata::flow {

using SealingKey = std::array<unsigned char, 32>;

// Nothing, and why, when there is none or it is malformed.
std::optional<SealingKey> sealing_key(std::string& why);
std::string sealed(const SealingKey& key, std::string_view text);  // base64
// Nothing when it was sealed under another key, or changed.
std::optional<std::string> unsealed(const SealingKey& key, std::string_view text);

}  // namespace fermata::flow
