#include "scheme/builtins.hpp"

namespace fermata::scheme {

std::span<const std::span<const vm::Builtin>> all_builtins() {
  static const std::span<const vm::Builtin> kAll[] = {
      pair_builtins(),     number_builtins(),    char_builtins(),       string_builtins(),
      symbol_builtins(),   vector_builtins(),    bytevector_builtins(), record_builtins(),
      equality_builtins(), table_builtins(),     port_builtins(),       input_builtins(),
      output_builtins(),   file_builtins(),      system_builtins(),     eval_builtins(),
      control_builtins(),  condition_builtins(), check_builtins(),     compiled_builtins(),
      fixnum_builtins(),   flonum_builtins(),    random_builtins(),
      char_set_builtins(), clock_builtins(),
      posix_error_builtins(), posix_file_builtins(), posix_port_builtins(),
      posix_process_builtins(),
      numeric_vector_builtins(), sorting_builtins(),
  };
  return kAll;
}

const vm::Builtin* find_builtin(std::string_view name) {
  for (const auto& table : all_builtins())
    for (const vm::Builtin& row : table)
      if (row.name() == name) return &row;
  return nullptr;
}

}  // namespace fermata::scheme
