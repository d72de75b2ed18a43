// See guard.hpp.
#include "flow/guard.hpp"

#include "flow/answers.hpp"
#include "flow/builtins.hpp"
#include "scheme/ast.hpp"
#include "scheme/world.hpp"
#include "vm/slow_paths.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;
using scheme::Problem;

namespace {

// Slots of the vector that says where a task is, the first of them; see run.sld.
enum Slot : std::size_t { kState, kWhat, kJournal, kStrand, kOrdinal, kName, kSpoke };

// That vector; null outside of flows, and in steps.
Vector* running_node(Machine& m) {
  Service* const service = Service::find(m);
  if (service == nullptr) return nullptr;
  const auto* parameter = cast<Parameter>(service->place_parameter.get());
  if (parameter == nullptr) return nullptr;
  auto* const place = cast<Vector>(parameter_value(m, *parameter));
  return place != nullptr && place->slots()[kState] != kFalse ? place : nullptr;
}

bool is_state(Machine& m, const Vector& node, std::string_view state) {
  return const_cast<Vector&>(node).slots()[kState] == symbol_of(m, state);
}

// The node becomes a step: what it is about to do is safe in the store before it does it.
Problem become_step(Machine& m, Vector& node, std::string_view native) {
  Value* const slots = node.slots();
  slots[kState] = symbol_of(m, "acted");
  slots[kWhat] = string_of(m, native);
  Journal* const j = find_journal(m, Fixnum{slots[kJournal].fixnum()});
  if (j == nullptr) return not_open(m);
  const Position at{text_of(slots[kStrand]), slots[kOrdinal].fixnum()};
  if (!j->holds(at)) j->add(Event::step_intent, at, text_of(slots[kName]), 0, "");
  if (!j->has_pending() && !j->is_stale()) return std::nullopt;
  const Answer answer = j->commit();
  if (answer == Answer::ok) return std::nullopt;
  Store& store = Service::find(m)->store_of(slots[kJournal].fixnum());
  Service::find(m)->drop_journal(slots[kJournal].fixnum());
  return refuse(m, answer, store);
}

Problem touch(Machine& m, std::string_view native) {
  Vector* const node = running_node(m);
  if (node == nullptr) return std::nullopt;
  if (!is_state(m, *node, "rebuilding")) --scheme::world_of(m)->touches;  // it is the flow's
  if (is_state(m, *node, "acted")) return std::nullopt;
  if (is_state(m, *node, "fresh")) return become_step(m, *node, native);
  const std::string name(native);
  if (is_state(m, *node, "rebuilding")) {
    node->slots()[kWhat] = string_of(m, name);
    return refuse(m, ConditionKind::flow, name + ": a definition acts");
  }
  return refuse(m, ConditionKind::flow,
                name + ": here a flow would act without a record of it, after " +
                    text_of(node->slots()[kWhat]) + "; make it a step: (step 'NAME (lambda () (" +
                    name + " ...)))");
}

// The node speaks: its end will be recorded if it turns out to be no flow.
bool is_muted(Machine& m) {
  Service& service = *Service::find(m);
  Vector* const node = running_node(m);
  if (node == nullptr || is_state(m, *node, "acted")) return service.checks;
  const bool fresh = is_state(m, *node, "fresh");
  if (fresh) node->slots()[kSpoke] = kTrue;
  const Journal* const j = find_journal(m, Fixnum{node->slots()[kJournal].fixnum()});
  const bool again = j != nullptr && !j->is_caught_up();
  if (service.checks && !fresh && !again && service.written_loosely.empty())
    service.written_loosely = "after " + text_of(node->slots()[kWhat]);
  return again || service.checks;
}

// Begins a check of a flow, with the seed that its flows get, or ends it.
Outcome check_output(Machine& m, Value seed) {
  Service& service = *Service::find(m);
  service.checks = seed != kFalse;
  if (seed.is_fixnum()) service.check_seed = seed.fixnum();
  service.written_loosely.clear();
  return kUnspecified;
}
// Where a flow that is being checked wrote first so that it may be shown again; or #f.
Outcome written_loosely(Machine& m) {
  const std::string& where = Service::find(m)->written_loosely;
  return where.empty() ? kFalse : string_of(m, where);
}
// A node that wrote turns out to be a flow, so no record of its end will be made.
Outcome spoke_loosely(Machine& m, String& before) {
  Service& service = *Service::find(m);
  if (service.checks && service.written_loosely.empty())
    service.written_loosely = "before " + to_utf8(before);
  return kUnspecified;
}

// Its scheduler's clock and its generator are those of the flow.
bool is_told_again(Machine& m) { return running_node(m) != nullptr; }

// ---- definitions that asked the world ----------------------------------------------------

// Calls visit with each definition in a form's tree.
template <class Visit>
void for_each_definition(scheme::Node* tree, Visit visit) {
  switch (tree->node_kind()) {
    case scheme::NodeKind::global_define:
      visit(*static_cast<scheme::GlobalDefine*>(tree)->cell);
      break;
    case scheme::NodeKind::sequence:
      for (scheme::Node* each : *static_cast<scheme::Sequence*>(tree)->nodes)
        for_each_definition(each, visit);
      break;
    case scheme::NodeKind::let:
      for_each_definition(static_cast<scheme::Let*>(tree)->body, visit);
      break;
    default:
      break;
  }
}

// ((position (name . value) ...) ...) of the watched program's forms.
Outcome worldly_definitions(Machine& m) {
  const scheme::World& w = *scheme::world_of(m);
  Value list = kNull;
  for (Value rest = w.worldly; rest.is_pair(); rest = rest.pair()->cdr) {
    const Pair& form = *rest.pair()->car.pair();
    Value names = kNull;
    for (Value trees = form.cdr; trees.is_pair(); trees = trees.pair()->cdr)
      if (is<scheme::Node>(trees.pair()->car))
        for_each_definition(&as<scheme::Node>(trees.pair()->car), [&](Cell& cell) {
          if (cell.value != kUnbound)
            names = m.heap.cons(m.heap.cons(cell.name, cell.value), names);
        });
    if (names != kNull) list = m.heap.cons(m.heap.cons(form.car, names), list);
  }
  return list;
}

// Gives the variables that a form defines the values of a list (name . value), without
// evaluating it.
Outcome restore_definitions(Machine& m, Value tree, Value values) {
  if (!is<scheme::Node>(tree)) return kFalse;
  for_each_definition(&as<scheme::Node>(tree), [&](Cell& cell) {
    for (Value rest = values; rest.is_pair(); rest = rest.pair()->cdr)
      if (rest.pair()->car.pair()->car == cell.name) cell.value = rest.pair()->car.pair()->cdr;
  });
  return kUnspecified;
}

Outcome undefine(Machine& m, Value tree) {
  if (is<scheme::Node>(tree))
    for_each_definition(&as<scheme::Node>(tree), [](Cell& cell) { cell.value = kUnbound; });
  return kUnspecified;
}

Outcome set_place_parameter(Machine& m, Value parameter) {
  Service::find(m)->place_parameter.set(parameter);
  return kUnspecified;
}
Outcome watch(Machine& m, Fixnum more) {
  auto& flows = scheme::world_of(m)->watched_tasks;
  flows = static_cast<std::uint64_t>(static_cast<std::int64_t>(flows) + more.value);
  return kUnspecified;
}
Outcome touches(Machine& m) {
  return Value::fixnum(static_cast<std::int64_t>(scheme::world_of(m)->touches));
}

constexpr Builtin kGuard[] = {
    builtin<set_place_parameter>("(%flow-place-parameter! parameter)",
                                "Its value says what is known of the node that runs."),
    builtin<watch>("(%flow-watch! more)", "So many flows more run here; or less."),
    builtin<check_output>("(%flow-check-output! seed)", "Begins or ends a check of a flow."),
    builtin<written_loosely>("(%flow-written-loosely)",
                             "Where the flow that is checked wrote outside of a step; or #f."),
    builtin<spoke_loosely>("(%flow-spoke-loosely! before)", "A node that wrote does that now."),
    builtin<touches>("(%flow-touches)", "How often the world was touched."),
    builtin<worldly_definitions>("(%flow-worldly-definitions)",
                                 "What the program defined by asking the world."),
    builtin<undefine>("(%flow-undefine! tree)", "Unbinds what a form defined."),
    builtin<restore_definitions>("(%flow-restore-definitions! tree values)",
                                 "Defines what a form does, with those values."),
};

}  // namespace

std::span<const Builtin> guard_builtins() { return kGuard; }

void install_guard(scheme::Runtime& runtime) {
  scheme::World& w = scheme::make_world(runtime.machine);
  w.touch = touch, w.is_muted = is_muted, w.is_told_again = is_told_again;
}
void uninstall_guard(scheme::Runtime& runtime) { scheme::destroy_world(runtime.machine); }

}  // namespace fermata::flow
