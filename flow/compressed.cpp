// See compressed.hpp.
#include "flow/compressed.hpp"

#include <zstd.h>

namespace fermata::flow {

std::string compressed(std::string_view text) {
  constexpr int kLevel = 3;
  std::string bytes(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress(bytes.data(), bytes.size(), text.data(), text.size(), kLevel);
  bytes.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return bytes;
}

std::optional<std::string> decompressed(std::string_view bytes, std::size_t size) {
  // A frame says how long its text is: a damaged size is no reason to ask for that much memory.
  if (ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != size) return std::nullopt;
  std::string text(size, '\0');
  const std::size_t got = ZSTD_decompress(text.data(), size, bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != size) return std::nullopt;
  return text;
}

}  // namespace fermata::flow
