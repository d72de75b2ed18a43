// Long texts, made short: zstd (RFC 8878).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fermata::flow {

std::string compressed(std::string_view text);
// Nothing when the bytes are no such text of that size.
std::optional<std::string> decompressed(std::string_view bytes, std::size_t size);

}  // namespace fermata::flow
