#include "sched/failure.hpp"

#include <cstring>
#include <system_error>

namespace fermata::sched {

using namespace vm;

Outcome system_failure(Machine& m, const std::string& doing, int error) {
  const char* name = ::strerrorname_np(error);
  return m.error(ConditionKind::io, doing + ": " + std::generic_category().message(error),
                 {m.symbols.intern(name != nullptr ? name : "unknown")});
}

}  // namespace fermata::sched
