// The calls that core forms expand to, as compiled programs may have them.
#pragma once

#include "scheme/ast.hpp"
#include "scheme/compiled_format.hpp"

namespace fermata::scheme {

// Whether a core form makes such a call of that procedure, so that there is nothing to gain by
// it: what it gets are procedures written there, and record types that are constants.
bool is_core_call(const Call& call, CoreProcedure which);

}  // namespace fermata::scheme
