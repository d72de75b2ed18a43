// Control: apply, values, continuations, prompts, dynamic state, promises, parameters.
//
// These are the primitives; dynamic-wind, guard, parameterize, force and the rest of R7RS
// 6.10 and 6.11 are Scheme on top of them (lib/fermata/control.sld), so that winders and
// handlers are ordinary code that may itself be suspended or captured.
#include <algorithm>

#include "scheme/builtins.hpp"
#include "vm/backtrace.hpp"
#include "vm/loop.hpp"
#include "vm/slow_paths.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

Outcome is_procedure(Machine&, Value obj) { return Value::boolean(obj.is_procedure()); }

Outcome apply(Machine& m, Value procedure, Value first, Args more) {
  if (more.count == 0) return m.tail_apply(procedure, nullptr, 0, first);
  // The arguments stand one after another in the frame, `first` included.
  return m.tail_apply(procedure, more.data - 1, more.count, more[more.count - 1]);
}

Outcome values(Machine& m, Args objs) { return pack_values(m, objs); }

Outcome apply_values(Machine& m, Value consumer, Value packed) {
  if (auto* v = cast<Values>(packed)) {
    constexpr std::size_t kFew = 16;  // surely fit the frame
    if (v->count() <= kFew) return m.tail_apply(consumer, v->slots(), v->count(), kNull);
    Value list = kNull;
    for (std::size_t i = v->count(); i-- > 0;) list = m.heap.cons(v->slots()[i], list);
    return m.tail_apply(consumer, nullptr, 0, list);
  }
  return m.tail_call(consumer, {packed});
}

// ---- continuations ---------------------------------------------------------------

Outcome call_cc(Machine& m, Procedure proc) {
  const Value procedure = proc;
  return m.tail_call(procedure, {m.make_continuation()});
}

Kont* prompt_or_null(Machine& m, Value tag) { return m.find_prompt(tag); }

Outcome no_prompt(Machine& m, Value tag) {
  return m.error(ConditionKind::continuation,
                 std::string(m.native_name()) + ": no prompt with this tag is in place", {tag});
}

Outcome call_with_composable(Machine& m, Procedure proc, Value tag) {
  const Value procedure = proc;
  Kont* prompt = prompt_or_null(m, tag);
  if (prompt == nullptr) return no_prompt(m, tag);
  return m.tail_call(procedure, {m.make_composable(*prompt)});
}

Outcome call_with_prompt(Machine& m, Value tag, Value handler, Value thunk) {
  return m.call_with_prompt(tag, handler, thunk);
}

Outcome abort_to_record(Machine& m, Value tag, Args vals) {
  Kont* prompt = prompt_or_null(m, tag);
  if (prompt == nullptr) return no_prompt(m, tag);
  return m.abort_to(*prompt, vals);
}

// ---- coroutines: see vm/coroutine.cpp; make-coroutine-generator builds on them

constexpr const char* kCoroutine = "a coroutine";

Coroutine* coroutine_or_null(Value v) {
  const auto* f = cast<Foreign>(v);
  return f != nullptr && f->type == &Coroutine::kType ? static_cast<Coroutine*>(f->pointer) : nullptr;
}

Outcome make_coroutine(Machine& m) {
  auto* c = ::new (m.heap.traced(sizeof(Coroutine))) Coroutine;
  auto& f = m.heap.make<Foreign>(static_cast<const void*>(&Coroutine::kType), static_cast<void*>(c), kFalse);
  return value_of(&f);
}
Outcome set_coroutine(Machine& m, Value coroutine, Procedure go_on, Procedure keep, Procedure capture) {
  Coroutine* c = coroutine_or_null(coroutine);
  if (c == nullptr) return m.wrong_type(1, kCoroutine, coroutine);
  c->go_on = go_on;
  c->keep = keep;
  c->capture = capture;
  return kUnspecified;
}
Outcome coroutine_goes_on(Machine& m, Value coroutine, Procedure go_on) {
  Coroutine* c = coroutine_or_null(coroutine);
  if (c == nullptr) return m.wrong_type(1, kCoroutine, coroutine);
  c->go_on = go_on;
  c->kept = c->spare = nullptr;
  return kUnspecified;
}
Outcome resume(Machine& m, Value coroutine) {
  if (coroutine_or_null(coroutine) == nullptr) return m.wrong_type(1, kCoroutine, coroutine);
  return Loop::resume(m, as<Foreign>(coroutine));
}
Outcome yield(Machine& m, Value coroutine, Value obj) {
  if (coroutine_or_null(coroutine) == nullptr) return m.wrong_type(1, kCoroutine, coroutine);
  return Loop::yield(m, as<Foreign>(coroutine), obj);
}

// ---- prompts

Outcome has_prompt(Machine& m, Value tag) { return Value::boolean(m.find_prompt(tag) != nullptr); }
Outcome enter(Machine& m, Continuation& k, Value value) { return m.enter(k, value); }
Outcome is_continuation(Machine&, Value obj) { return Value::boolean(is<Continuation>(obj)); }
Outcome is_composable(Machine&, Continuation& k) { return Value::boolean(k.is_composable()); }
Outcome continuation_dynamic(Machine&, Continuation& k) { return k.dynamic; }
Outcome continuation_base(Machine&, Continuation& k) { return k.base; }

// ---- dynamic state -----------------------------------------------------------------

Outcome dynamic(Machine& m) { return m.dynamic(); }
bool is_state(Value d) { return d == kNull || is<Dynamic>(d); }
Outcome set_dynamic(Machine& m, Value d) {
  if (!is_state(d)) return m.wrong_type(1, "a dynamic state", d);
  m.set_dynamic(d);
  return kUnspecified;
}
Outcome dynamic_next(Machine&, Dynamic& d) { return d.next; }
Outcome dynamic_is_wind(Machine&, Dynamic& d) { return Value::boolean(d.is_wind()); }
Outcome dynamic_what(Machine&, Dynamic& d) {
  return Value::fixnum(static_cast<std::int64_t>(d.aux()));
}
Outcome dynamic_first(Machine&, Dynamic& d) { return d.first; }
Outcome dynamic_second(Machine&, Dynamic& d) { return d.second; }

Value next_of(Value d) { return as<Dynamic>(d).next; }
std::int64_t depth_of(Value d) { return d == kNull ? 0 : as<Dynamic>(d).depth.fixnum(); }

// The longest list that two dynamic states share.
Outcome common_dynamic(Machine& m, Value a, Value b) {
  if (!is_state(a)) return m.wrong_type(1, "a dynamic state", a);
  if (!is_state(b)) return m.wrong_type(2, "a dynamic state", b);
  while (depth_of(a) > depth_of(b)) a = next_of(a);
  while (depth_of(b) > depth_of(a)) b = next_of(b);
  while (a != b) a = next_of(a), b = next_of(b);
  return a;
}

Outcome push_dynamic(Machine& m, Fixnum what, Value first, Value second) {
  const auto kind = static_cast<std::uint64_t>(what.value);
  if (kind != Dynamic::kMark && kind != Dynamic::kWind && kind != Dynamic::kPrompt)
    return m.out_of_range(1, "what an entry may be", Value::fixnum(what));
  m.push_dynamic(kind, first, second);
  return kUnspecified;
}
Outcome push_mark(Machine& m, Value key, Value value) {
  m.push_dynamic(Dynamic::kMark, key, value);
  return kUnspecified;
}
Outcome push_wind(Machine& m, Procedure before, Procedure after) {
  m.push_dynamic(Dynamic::kWind, before, after);
  return kUnspecified;
}
Outcome push_prompt(Machine& m, Value tag) {
  m.push_dynamic(Dynamic::kPrompt, tag, kFalse);
  return kUnspecified;
}
Outcome pop_dynamic(Machine& m) {
  if (m.dynamic() == kNull)
    return m.error(ConditionKind::continuation, "%pop-dynamic!: the dynamic state is empty");
  m.pop_dynamic();
  return kUnspecified;
}
Outcome find_mark(Machine& m, Value key, Value otherwise) {
  const Value v = m.find_mark(key);
  return v == kUnbound ? otherwise : v;
}

Value current_handlers(Machine& m) {
  const Value v = m.find_mark(m.handlers_key);
  return v == kUnbound ? kNull : v;
}
Outcome handlers(Machine& m) { return current_handlers(m); }
Outcome push_handler(Machine& m, Procedure handler) {
  m.push_dynamic(Dynamic::kMark, m.handlers_key, m.heap.cons(handler, current_handlers(m)));
  return kUnspecified;
}
Outcome push_handlers(Machine& m, Value list) {
  if (!list.is_pair() && list != kNull) return m.wrong_type(1, "a list of procedures", list);
  m.push_dynamic(Dynamic::kMark, m.handlers_key, list);
  return kUnspecified;
}

Outcome callers(Machine& m, Index n) {
  GcVector<TraceFrame> frames(m.heap);
  Kont* k = m.capture();
  backtrace(k ? value_of(k) : kFalse, frames, n);
  Value list = kNull;
  for (std::size_t i = std::min<std::size_t>(frames.size(), n); i-- > 0;)
    if (!frames[i].inlined) list = m.heap.cons(frames[i].procedure, list);
  return list;
}
Outcome uncaught(Machine&, Value obj) { return {obj, Outcome::Kind::uncaught}; }
Outcome exit_now(Machine&, Fixnum status) {
  return {Value::fixnum(status), Outcome::Kind::exit};
}
Outcome set_hooks(Machine& m, Procedure raise, Procedure raise_continuable, Procedure thrower) {
  m.raise_procedure = raise;
  m.raise_continuable_procedure = raise_continuable;
  m.throw_procedure = thrower;
  return kUnspecified;
}

// ---- parameters, promises, case-lambda -----------------------------------------------

Outcome make_parameter(Machine& m, Value value, Value converter) {
  return value_of(&m.heap.make<Parameter>(value, converter));
}
Outcome parameter_converter(Machine& m, Value p) {
  return is<Parameter>(p) ? as<Parameter>(p).converter : kTrue;
}
Outcome is_parameter(Machine&, Value obj) { return Value::boolean(is<Parameter>(obj)); }

Outcome make_promise(Machine& m, Value how, Value value) {
  return value_of(&m.heap.make<Promise>(m.heap.cons(how, value)));
}
Outcome is_promise(Machine&, Value obj) { return Value::boolean(is<Promise>(obj)); }
Outcome promise_state(Machine&, Promise& p) { return p.state; }
// p becomes what q is, and from now on they share it.
Outcome chain_promise(Machine& m, Promise& p, Promise& q) {
  auto& mine = as<Pair>(p.state);
  const auto& its = as<Pair>(q.state);
  mine.car = its.car;
  mine.cdr = its.cdr;
  q.state = p.state;
  return kUnspecified;
}

Outcome make_case_lambda(Machine& m, Vector& clauses) {
  for (std::size_t i = 0; i < clauses.length(); ++i) {
    if (!is<Closure>(clauses.slots()[i]))
      return m.wrong_type(1, "a vector of lambda procedures", value_of(&clauses));
  }
  return value_of(&m.heap.make<CaseLambda>(value_of(&clauses)));
}

constexpr Builtin kControl[] = {
    builtin<is_procedure>("(procedure? obj)", "Whether obj is a procedure. R7RS 6.10."),
    builtin<apply>("(apply proc arg1 args ...)",
                   "Calls proc with the arguments; the last one is a list of further ones. R7RS 6.10."),
    builtin<values>("(values obj ...)", "Gives all its arguments to its continuation. R7RS 6.10."),
    builtin<apply_values>("(%apply-values consumer values)", "Calls consumer with packed values."),
    builtin<call_cc>("(call-with-current-continuation proc)",
                     "Calls proc with the current continuation as a procedure. R7RS 6.10."),
    builtin<call_cc>("(call/cc proc)", "The same as call-with-current-continuation. R7RS 6.10."),
    builtin<call_with_composable>(
        "(%call-with-composable-continuation proc tag)",
        "Calls proc with the continuation up to the newest prompt with that tag."),
    builtin<call_with_prompt>("(%call-with-prompt tag handler thunk)", "Calls thunk above a prompt."),
    builtin<abort_to_record>("(%abort tag obj ...)", "Calls the prompt's handler in its place."),
    builtin<make_coroutine>("(%make-coroutine)", "A coroutine that is yet to be set up."),
    builtin<set_coroutine>("(%set-coroutine! coroutine go-on keep capture)", "Sets it up."),
    builtin<coroutine_goes_on>("(%coroutine-goes-on! coroutine go-on)", "How it goes on the next time."),
    builtin<resume>("(%resume coroutine)", "Goes on with it; what it yields or returns next."),
    builtin<yield>("(%yield coroutine obj)", "Gives obj to who resumed it, in whose body this is."),
    builtin<has_prompt>("(%prompt? tag)", "Whether a prompt with that tag is in place."),
    builtin<enter>("(%enter continuation value)", "Enters it without running winds."),
    builtin<is_continuation>("(continuation? obj)", "Whether obj is a continuation."),
    builtin<is_composable>("(%composable? continuation)", "Whether it is a delimited one."),
    builtin<continuation_dynamic>("(%continuation-dynamic continuation)", "State at its capture."),
    builtin<continuation_base>("(%continuation-base continuation)", "State at its prompt."),
    builtin<dynamic>("(%dynamic)", "The dynamic state."),
    builtin<set_dynamic>("(%set-dynamic! state)", "Replaces the dynamic state."),
    builtin<dynamic_next>("(%dynamic-next state)", "The state without its newest entry."),
    builtin<dynamic_is_wind>("(%dynamic-wind? state)", "Whether the newest entry is a wind."),
    builtin<dynamic_what>("(%dynamic-what state)", "What the newest entry is, a small integer."),
    builtin<dynamic_first>("(%dynamic-first state)", "Before thunk, key or tag."),
    builtin<dynamic_second>("(%dynamic-second state)", "After thunk or value."),
    builtin<common_dynamic>("(%common-dynamic state1 state2)", "The longest shared rest."),
    builtin<push_dynamic>("(%push-dynamic! what first second)", "Adds an entry."),
    builtin<push_mark>("(%push-mark! key value)", "Adds a mark."),
    builtin<push_wind>("(%push-wind! before after)", "Adds a wind."),
    builtin<push_prompt>("(%push-prompt! tag)", "Adds a prompt's mark."),
    builtin<pop_dynamic>("(%pop-dynamic!)", "Drops the newest entry."),
    builtin<find_mark>("(%find-mark key default)", "Value of the newest mark with that key."),
    builtin<handlers>("(%handlers)", "The list of exception handlers, newest first."),
    builtin<push_handler>("(%push-handler! handler)", "Adds an exception handler."),
    builtin<push_handlers>("(%push-handlers! list)", "Replaces the list of exception handlers."),
    builtin<callers>("(%callers n)", "The procedures that are being executed, the newest n."),
    builtin<uncaught>("(%uncaught obj)", "Ends the task: nothing handles obj."),
    builtin<exit_now>("(%exit-now status)", "Ends the program without running winds."),
    builtin<set_hooks>("(%set-hooks! raise raise-continuable throw)",
                       "Tells the machine which procedures to call."),
    builtin<make_parameter>("(%make-parameter value converter)", "A parameter; value is converted."),
    builtin<parameter_converter>("(%parameter-converter parameter)", "Its converter or #f; #t for what is no parameter."),
    builtin<is_parameter>("(parameter? obj)", "Whether obj is a parameter object."),
    builtin<make_promise>("(%make-promise how obj)", "A promise of a value or of a thunk's."),
    builtin<is_promise>("(promise? obj)", "Whether obj is a promise. R7RS 4.2.5."),
    builtin<promise_state>("(%promise-state promise)", "Pair of how and value or thunk."),
    builtin<chain_promise>("(%chain-promise! promise1 promise2)", "Makes both share a state."),
    builtin<make_case_lambda>("(%make-case-lambda clauses)", "Procedure that picks a clause by count."),
};

}  // namespace

std::span<const Builtin> control_builtins() { return kControl; }

}  // namespace fermata::scheme
