// See sealing.hpp.
#include "flow/sealing.hpp"

#include <sodium.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <vector>

namespace fermata::flow {

namespace {

constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::optional<std::string> key_text(std::string& why) {
  if (const char* key = std::getenv("FERMATA_KEY")) return key;
  const char* path = std::getenv("FERMATA_KEY_FILE");
  if (path == nullptr) {
    why = "there is no key: set FERMATA_KEY_FILE or FERMATA_KEY";
    return std::nullopt;
  }
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) {
    why = std::string("cannot read the key in ") + path;
    return std::nullopt;
  }
  return text;
}

}  // namespace

std::optional<SealingKey> sealing_key(std::string& why) {
  if (sodium_init() < 0) {
    why = "libsodium cannot be used";
    return std::nullopt;
  }
  const auto text = key_text(why);
  if (!text) return std::nullopt;
  SealingKey key;
  std::size_t length = 0;
  const int code = sodium_hex2bin(key.data(), key.size(), text->data(), text->size(), " \t\r\n",
                                  &length, nullptr);
  if (code == 0 && length == key.size()) return key;
  why = "the key must be 64 hexadecimal digits";
  return std::nullopt;
}

std::string sealed(const SealingKey& key, std::string_view text) {
  std::vector<unsigned char> box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES +
                                 text.size());
  crypto_generichash(box.data(), crypto_secretbox_NONCEBYTES, bytes_of(text), text.size(),
                     key.data(), key.size());
  crypto_secretbox_easy(box.data() + crypto_secretbox_NONCEBYTES, bytes_of(text), text.size(),
                        box.data(), key.data());
  std::string out(sodium_base64_encoded_len(box.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), box.data(), box.size(), kVariant);
  out.pop_back();  // the zero at the end
  return out;
}

std::optional<std::string> unsealed(const SealingKey& key, std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::vector<unsigned char> box(text.size());
  std::size_t length = 0;
  if (sodium_base642bin(box.data(), box.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        kVariant) != 0 ||
      length < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
    return std::nullopt;
  std::string out(length - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(out.data()),
                                 box.data() + crypto_secretbox_NONCEBYTES,
                                 length - crypto_secretbox_NONCEBYTES, box.data(), key.data()) != 0)
    return std::nullopt;
  return out;
}

}  // namespace fermata::flow
