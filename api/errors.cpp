#include "api/errors.hpp"

#include "api/datum.hpp"
#include "scheme/report.hpp"
#include "vm/condition.hpp"
#include "vm/string.hpp"

namespace fermata::api {

using namespace vm;

namespace {

fermata_code code_of(ConditionKind kind) {
  switch (kind) {
    case ConditionKind::error: return FERMATA_RAISED;
    case ConditionKind::type:
    case ConditionKind::apply:
    case ConditionKind::immutable: return FERMATA_TYPE;
    case ConditionKind::range:
    case ConditionKind::divide: return FERMATA_RANGE;
    case ConditionKind::arity: return FERMATA_ARITY;
    case ConditionKind::unbound:
    case ConditionKind::uninitialized: return FERMATA_UNBOUND;
    case ConditionKind::syntax: return FERMATA_SYNTAX;
    case ConditionKind::read:
    case ConditionKind::json: return FERMATA_READ;
    case ConditionKind::file:
    case ConditionKind::io: return FERMATA_IO;
    case ConditionKind::library: return FERMATA_LIBRARY;
    case ConditionKind::continuation:
    case ConditionKind::not_continuable: return FERMATA_RAISED;
    case ConditionKind::memory: return FERMATA_MEMORY;
    case ConditionKind::depth: return FERMATA_DEPTH;
    case ConditionKind::interrupted:
    case ConditionKind::cancelled: return FERMATA_CANCELLED;
    case ConditionKind::denied: return FERMATA_DENIED;
    case ConditionKind::scheduler: return FERMATA_BLOCKED;
    case ConditionKind::timeout: return FERMATA_TIMEOUT;
    case ConditionKind::stuck: return FERMATA_STUCK;
    case ConditionKind::flow:
    case ConditionKind::fenced:
    case ConditionKind::overloaded:
    case ConditionKind::mismatch:
    case ConditionKind::unreachable:
    case ConditionKind::no_node:
    case ConditionKind::refused:
    case ConditionKind::remote_timeout:
    case ConditionKind::damaged:
    case ConditionKind::store: return FERMATA_FLOW;
    case ConditionKind::host: return FERMATA_HOST;
    case ConditionKind::internal: return FERMATA_INTERNAL;
  }
  return FERMATA_INTERNAL;
}

ConditionKind kind_for(fermata_code code) {
  switch (code) {
    case FERMATA_READ:
    case FERMATA_COMPILED: return ConditionKind::read;
    case FERMATA_SYNTAX: return ConditionKind::syntax;
    case FERMATA_UNBOUND: return ConditionKind::unbound;
    case FERMATA_TYPE: return ConditionKind::type;
    case FERMATA_ARITY: return ConditionKind::arity;
    case FERMATA_RANGE: return ConditionKind::range;
    case FERMATA_HOST: return ConditionKind::host;
    case FERMATA_IO: return ConditionKind::io;
    case FERMATA_DENIED: return ConditionKind::denied;
    case FERMATA_MEMORY: return ConditionKind::memory;
    case FERMATA_DEPTH: return ConditionKind::depth;
    case FERMATA_TIMEOUT: return ConditionKind::timeout;
    case FERMATA_GAS:
    case FERMATA_CANCELLED: return ConditionKind::cancelled;
    case FERMATA_BLOCKED:
    case FERMATA_THREAD:
    case FERMATA_BUSY: return ConditionKind::scheduler;
    case FERMATA_STUCK: return ConditionKind::stuck;
    case FERMATA_LIBRARY: return ConditionKind::library;
    case FERMATA_FLOW: return ConditionKind::flow;
    case FERMATA_CLOSED:
    case FERMATA_INTERNAL: return ConditionKind::internal;
    default: return ConditionKind::error;
  }
}

const Foreign* payload_of(const Condition* c) {
  if (c == nullptr || c->condition_kind() != ConditionKind::host || !c->irritants.is_pair()) return nullptr;
  const auto* f = cast<Foreign>(c->irritants.pair()->car);
  return f != nullptr && f->type == &kHostPayload ? f : nullptr;
}

void unlink(fermata_error& e) {
  (e.previous != nullptr ? e.previous->next : e.in->errors) = e.next;
  if (e.next != nullptr) e.next->previous = e.previous;
  e.previous = e.next = nullptr;
}

// What makes texts wants memory and throws when there is none.
void tell_here(fermata_error& e) {
  Instance& in = *e.in;
  Machine& m = *in.machine;
  const Value raised = e.raised.get(), trace = e.trace.get();
  scheme::ReportOptions options;
  options.names = scheme::names_known(m, in.runtime->interaction);
  scheme::Report r = scheme::report_error(m, raised, trace, options);
  e.message = std::move(r.message);
  e.report.clear();
  e.file = r.file;
  e.line = static_cast<std::uint32_t>(r.line);
  e.column = static_cast<std::uint32_t>(r.column);
  e.excerpt = r.excerpt;
  e.hint = r.hint;
  e.frames = r.frames;
  r.message = e.message;
  e.report = r.text();
  const auto* c = cast<Condition>(raised);
  e.payload = plain_part(in, c != nullptr ? c->irritants : raised);
}

// The stack that had no room any more is told of at once, lest an error that the host keeps keeps it.
void tell_and_let_go(fermata_error& e) {
  auto* c = cast<Condition>(e.raised.get());
  tell(e);
  if (c != nullptr) c->trace = kFalse;
}

}  // namespace

void tell(fermata_error& e) {
  if (e.in == nullptr || e.in->owner.load(std::memory_order_relaxed) != vm::this_thread()) return;
  try {
    tell_here(e);
  } catch (const std::bad_alloc&) {
    e.message = "out of memory";
  }
  unlink(e);
  e.in = nullptr;
  e.trace = Kept();
}

void tell_all_errors(Instance& in) {
  while (in.errors != nullptr) tell(*in.errors);
}

fermata_error* error_of(fermata_code code, std::string message) {
  auto* e = new fermata_error;
  e->code = code;
  e->kind = condition_kind_name(kind_for(code));
  e->message = std::move(message);
  e->report = "error: " + e->message + "\n";
  return e;
}

fermata_error* exit_error(int status) {
  fermata_error* e = error_of(FERMATA_EXIT, "the program ended with (exit " + std::to_string(status) + ")");
  e->exit_status = status;
  return e;
}

fermata_error* error_of(Instance& in, Value raised, Value trace) {
  auto* e = new fermata_error;
  const auto* c = cast<Condition>(raised);
  e->code = c != nullptr ? code_of(c->condition_kind()) : FERMATA_RAISED;
  e->kind = c != nullptr ? condition_kind_name(c->condition_kind()) : "raised";
  if (const Foreign* f = payload_of(c)) {
    const auto& p = *static_cast<const Payload*>(f->pointer);
    e->host_tag = p.tag;
    e->host = p.held;
  }
  e->in = &in;
  e->raised = Kept(*in.hub, raised);
  e->trace = Kept(*in.hub, trace);
  e->next = in.errors;
  if (in.errors != nullptr) in.errors->previous = e;
  in.errors = e;
  if (e->code == FERMATA_MEMORY || e->code == FERMATA_DEPTH) tell_and_let_go(*e);
  return e;
}

Value raised_of(Instance& in, fermata_error* e) {
  Machine& m = *in.machine;
  Value raised;
  if (e->raised.is_of(*in.hub)) {
    raised = e->raised.get();  // it goes on as what it was
  } else {
    Value irritants = kNull;
    if (e->host != nullptr) {
      auto& f = m.heap.make<Foreign>(static_cast<const void*>(&kHostPayload), static_cast<void*>(nullptr), kFalse);
      f.pointer = new Payload{e->host_tag, e->host};
      set_finalizer(f, [](Object& o) { delete static_cast<Payload*>(static_cast<Foreign&>(o).pointer); });
      irritants = m.heap.cons(value_of(&f), kNull);
    }
    raised = m.make_condition(kind_for(e->code), e->message, irritants);
  }
  fermata_error_free(e);
  return raised;
}

}  // namespace fermata::api

// ---- the C interface -------------------------------------------------------------------------
using namespace fermata::api;

namespace {

const fermata_error& told(const fermata_error* e) {
  tell(const_cast<fermata_error&>(*e));
  return *e;
}

}  // namespace

fermata_code fermata_error_code(const fermata_error* e) { return e->code; }
const char* fermata_error_kind(const fermata_error* e) { return e->kind; }
const char* fermata_error_message(const fermata_error* e) {
  if (told(e).in != nullptr) return "an error whose text its interpreter's thread can tell";
  return e->message.c_str();
}
const char* fermata_error_file(const fermata_error* e) { return told(e).file.c_str(); }
uint32_t fermata_error_line(const fermata_error* e) { return told(e).line; }
uint32_t fermata_error_column(const fermata_error* e) { return told(e).column; }
const char* fermata_error_excerpt(const fermata_error* e) { return told(e).excerpt.c_str(); }
const char* fermata_error_hint(const fermata_error* e) { return told(e).hint.c_str(); }
const char* fermata_error_report(const fermata_error* e) { return told(e).report.c_str(); }
size_t fermata_error_frames(const fermata_error* e) { return told(e).frames.size(); }
const char* fermata_error_frame(const fermata_error* e, size_t index) {
  return index < told(e).frames.size() ? e->frames[index].c_str() : "";
}
const fermata_datum* fermata_error_payload(const fermata_error* e) {
  const fermata_error& t = told(e);
  return t.payload != nullptr ? t.payload : empty_datum();
}
void* fermata_error_host(const fermata_error* e, const void* tag) {
  return e->host_tag == tag ? e->host.get() : nullptr;
}
int fermata_error_exit_status(const fermata_error* e) { return e->exit_status; }

fermata_error* fermata_error_copy(fermata_error* e) {
  e->uses.fetch_add(1, std::memory_order_relaxed);
  return e;
}

void fermata_error_free(fermata_error* e) {
  if (e == nullptr || e->uses.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (e->in != nullptr) {
    // In another thread its interpreter frees it, with the texts it has to make first.
    if (e->in->owner.load(std::memory_order_relaxed) != fermata::vm::this_thread()) {
      e->uses.store(1, std::memory_order_relaxed);
      if (fermata_post(e->in, [](fermata_interp*, void* late) { fermata_error_free(static_cast<fermata_error*>(late)); },
                       e, nullptr) == 0) {
        return;  // it closes: what it tells is freed by nobody
      }
      return;
    }
    unlink(*e);
  }
  if (e->payload != nullptr) fermata_datum_drop(e->payload);
  delete e;
}

fermata_error* fermata_error_new(fermata_code code, const char* message, size_t size) {
  return error_of(code, std::string(message, size));
}

fermata_error* fermata_error_new_host(const char* message, size_t size, const void* tag, void* payload,
                                      fermata_drop drop) {
  fermata_error* e = error_of(FERMATA_HOST, std::string(message, size));
  e->host_tag = tag;
  e->host = std::shared_ptr<void>(payload, drop);
  return e;
}
