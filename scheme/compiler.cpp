// The passes in order.

#include "scheme/compiler.hpp"

#include "scheme/kept_locals.hpp"
#include "scheme/passes.hpp"
#include "vm/verify.hpp"

namespace fermata::scheme {

namespace {

// The tree as a procedure without parameters, ready to be generated.
Lambda& prepared(Compilation& c, Node* tree, Purpose purpose) {
  vm::Machine& m = c.m;
  const CompilerOptions& options = c.options;
  auto* top = make_node<Lambda>(m.heap, NodeKind::lambda, tree->span(), vm::kFalse,
                                make_list_of<Variable>(m.heap, 0), 0u, 0u, 0u, 0u,
                                copy_tree(m.heap, tree), static_cast<void*>(nullptr), vm::kFalse);
  // A round sees what the one before it made possible.
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds && options.simplify; ++round) {
    count_uses(m.heap, top);
    simplify(c, &top->body);
  }
  if (!options.simplify) {
    count_uses(m.heap, top);
    fix_every_letrec(c, &top->body);
  }
  if (purpose == Purpose::library && options.simplify) keep_forms(m.heap, top->body);
  if (options.loops) {
    count_uses(m.heap, top);
    sink_loops(c, &top->body);
  }
  fit_registers(c, &top->body);
  count_uses(m.heap, top);
  if (options.blocks) find_blocks(c, &top->body);
  return *top;
}

}  // namespace

vm::Code& compile(vm::Machine& m, Node* tree, const CompilerOptions& options, Purpose purpose) {
  CompilerOptions wanted = options;
  if (kept_locals(m) == Locals::all) wanted.simplify = false;
  Compilation c{m, wanted, StackGuard()};
  vm::Code& code = generate(c, prepared(c, tree, purpose));
  assert(vm::verify(code).empty());
  return code;
}

Value find_costs(vm::Machine& m, Node* tree, const CompilerOptions& options) {
  Compilation c{m, options, StackGuard()};
  return costs(c, prepared(c, tree, Purpose::program));
}

}  // namespace fermata::scheme
