// The table of core forms: names, documentation, numbers.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "vm/value.hpp"

namespace fermata::scheme {

enum class Core : std::uint8_t {
#define CORE(enumerator, signature, handler, doc) enumerator,
#include "scheme/core_forms.def"
#undef CORE
};

struct CoreForm {
  std::string_view signature, doc;
  constexpr std::string_view name() const {
    return signature.substr(1, signature.find_first_of(" )") - 1);
  }
};
std::span<const CoreForm> core_forms();  // in the order of Core
inline const CoreForm& core_form(Core core) { return core_forms()[static_cast<std::size_t>(core)]; }

// The denotation of a core form, in environments.
constexpr vm::Value denotation_of(Core core) {
  return vm::Value::fixnum(static_cast<std::int64_t>(core));
}

}  // namespace fermata::scheme
