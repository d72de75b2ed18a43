// Facts about instructions, read from the one table.

#include "vm/code.hpp"

namespace fermata::vm {

namespace {

constexpr OpInfo kOps[] = {
#define OP(name, format, effect) {#name, Format::format, effect},
#include "vm/instructions.def"
#undef OP
};
static_assert(sizeof(kOps) / sizeof(kOps[0]) == kOpCount && kOpCount <= 256);

constexpr std::size_t fixed_length(Format f) {
  std::size_t n = 1;
  if (has_literal(f)) n += 2;
  if (has_label(f)) n += 1;
  if (f == Format::ABnKR || f == Format::AUtable) n += 1;
  return n;
}

}  // namespace

const OpInfo& op_info(Op op) { return kOps[static_cast<std::size_t>(op)]; }

std::size_t op_length(const Instruction* at) {
  const Format f = op_info(op_of(*at)).format;
  const std::size_t more = f == Format::AKcaptures || f == Format::AUtable ? field_u(*at) : 0;
  return fixed_length(f) + more;
}

}  // namespace fermata::vm
