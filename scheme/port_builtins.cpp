// Ports as objects: predicates, string and bytevector ports, closing (R7RS 6.13.1).
#include "scheme/builtins.hpp"
#include "scheme/port_natives.hpp"
#include "scheme/world.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

Outcome usable_port(Machine& m, std::optional<Value> given, std::size_t argument, Use use) {
  const bool input = use == Use::read_text || use == Use::read_bytes;
  const bool text = use == Use::read_text || use == Use::write_text;
  const Value v =
      given ? *given : current_port(m, input ? Root::current_input : Root::current_output);
  const auto* p = cast<Port>(v);
  if (p == nullptr || p->is_input() != input || p->is_textual() != text) {
    const std::string wanted =
        std::string(text ? "a textual " : "a binary ") + (input ? "input port" : "output port");
    if (given) return m.wrong_type(argument, wanted, v);
    return m.error(ConditionKind::type,
                   std::string(m.native_name()) +
                       (input ? ": (current-input-port)" : ": (current-output-port)") +
                       " must be " + wanted + ", got " + m.describe(v),
                   {v});
  }
  if (!p->is_open()) {
    return m.error(ConditionKind::io, std::string(m.native_name()) + ": the port is closed", {v});
  }
  const vm::World* const w = vm::world_of(m);
  if (p->open == nullptr || w == nullptr) return v;
  // The console may be written to at any time, but nothing is shown twice.
  const bool speaks = (p->state & Port::kConsole) != 0 && !input;
  if (!speaks) {
    if (auto problem = touch_world(m)) return *problem;
  } else if (w->watched_tasks > 0 && w->is_muted(m)) {
    return value_of(&open_output_memory(m, text ? Content::text : Content::bytes));
  }
  return v;
}

namespace {

const Port* port_or_null(Value v) { return cast<Port>(v); }

Outcome is_port(Machine&, Value obj) { return Value::boolean(is<Port>(obj)); }
Outcome is_input_port(Machine&, Value obj) {
  const Port* p = port_or_null(obj);
  return Value::boolean(p && p->is_input());
}
Outcome is_output_port(Machine&, Value obj) {
  const Port* p = port_or_null(obj);
  return Value::boolean(p && p->is_output());
}
Outcome is_textual_port(Machine&, Value obj) {
  const Port* p = port_or_null(obj);
  return Value::boolean(p && p->is_textual());
}
Outcome is_binary_port(Machine&, Value obj) {
  const Port* p = port_or_null(obj);
  return Value::boolean(p && !p->is_textual());
}

Outcome is_input_open(Machine& m, Value port) {
  const Port* p = port_or_null(port);
  if (p == nullptr || !p->is_input()) return m.wrong_type(1, "an input port", port);
  return Value::boolean(p->is_open());
}
Outcome is_output_open(Machine& m, Value port) {
  const Port* p = port_or_null(port);
  if (p == nullptr || !p->is_output()) return m.wrong_type(1, "an output port", port);
  return Value::boolean(p->is_open());
}

Outcome close_port(Machine& m, Port& p) {
  if (auto problem = close(m, p)) return *problem;
  return kUnspecified;
}
Outcome close_input_port(Machine& m, Port& p) {
  if (!p.is_input()) return m.wrong_type(1, "an input port", value_of(&p));
  return close_port(m, p);
}
Outcome close_output_port(Machine& m, Port& p) {
  if (!p.is_output()) return m.wrong_type(1, "an output port", value_of(&p));
  return close_port(m, p);
}

Outcome flush_output_port(Machine& m, std::optional<Value> port) {
  const Value v = port ? *port : current_port(m, Root::current_output);
  auto* p = cast<Port>(v);
  if (p == nullptr || !p->is_output()) return m.wrong_type(1, "an output port", v);
  if (!p->is_open())
    return m.error(ConditionKind::io, "flush-output-port: the port is closed", {v});
  if (auto problem = flush(m, *p)) return *problem;
  return kUnspecified;
}

Outcome open_input_string(Machine& m, String& text) {
  if (auto problem = check_memory(m, text.length, 1)) return *problem;
  return value_of(&scheme::open_input_string(m, text));
}
Outcome open_output_string(Machine& m) { return value_of(&open_output_memory(m, Content::text)); }
Outcome open_input_bytevector(Machine& m, Bytevector& bytes) {
  return value_of(&open_input_bytes(m, bytes));
}
Outcome open_output_bytevector(Machine& m) {
  return value_of(&open_output_memory(m, Content::bytes));
}

bool is_memory(const Port& p, Content content) {
  return p.is_output() && p.open == nullptr && p.is_textual() == (content == Content::text) &&
         p.name == kFalse;
}
Outcome get_output_string(Machine& m, Port& p) {
  if (!is_memory(p, Content::text)) return m.wrong_type(1, "a string output port", value_of(&p));
  if (auto problem = check_memory(m, p.available(), 2)) return *problem;
  return value_of(&make_string(m.heap, p.view()));
}
Outcome get_output_bytevector(Machine& m, Port& p) {
  if (!is_memory(p, Content::bytes))
    return m.wrong_type(1, "a bytevector output port", value_of(&p));
  if (auto problem = check_memory(m, p.available(), 1)) return *problem;
  Bytevector& b = m.heap.make_bytevector(p.available());
  p.view().copy(reinterpret_cast<char*>(b.bytes()), p.available());
  return value_of(&b);
}

Outcome eof_object(Machine&) { return kEof; }
Outcome is_eof_object(Machine&, Value obj) { return Value::boolean(obj == kEof); }

constexpr Builtin kPorts[] = {
    builtin<is_port>("(port? obj)", "Whether obj is a port. R7RS 6.13.1."),
    builtin<is_input_port>("(input-port? obj)", "Whether obj is a port to read from. R7RS 6.13.1."),
    builtin<is_output_port>("(output-port? obj)",
                            "Whether obj is a port to write to. R7RS 6.13.1."),
    builtin<is_textual_port>("(textual-port? obj)",
                             "Whether obj is a port of characters. R7RS 6.13.1."),
    builtin<is_binary_port>("(binary-port? obj)", "Whether obj is a port of bytes. R7RS 6.13.1."),
    builtin<is_input_open>("(input-port-open? port)", "Whether it can still be read. R7RS 6.13.1."),
    builtin<is_output_open>("(output-port-open? port)",
                            "Whether it can still be written. R7RS 6.13.1."),
    builtin<close_port>("(close-port port)",
                        "Flushes and closes; again has no effect. R7RS 6.13.1."),
    builtin<close_input_port>("(close-input-port port)", "Closes an input port. R7RS 6.13.1."),
    builtin<close_output_port>("(close-output-port port)", "Closes an output port. R7RS 6.13.1."),
    builtin<flush_output_port>("(flush-output-port [port])",
                               "Passes on what is buffered, waiting if need be. R7RS 6.13.3."),
    builtin<open_input_string>("(open-input-string string)",
                               "A textual port that reads the string. R7RS 6.13.1."),
    builtin<open_output_string>("(open-output-string)",
                                "A textual port that collects text. R7RS 6.13.1."),
    builtin<get_output_string>("(get-output-string port)",
                               "What was written to it so far. R7RS 6.13.1."),
    builtin<open_input_bytevector>("(open-input-bytevector bytevector)",
                                   "A binary port that reads the bytevector. R7RS 6.13.1."),
    builtin<open_output_bytevector>("(open-output-bytevector)",
                                    "A binary port that collects bytes. R7RS 6.13.1."),
    builtin<get_output_bytevector>("(get-output-bytevector port)",
                                   "What was written to it so far. R7RS 6.13.1."),
    builtin<eof_object>("(eof-object)", "The eof object. R7RS 6.13.2."),
    builtin<is_eof_object>("(eof-object? obj)", "Whether obj is the eof object. R7RS 6.13.2."),
};

}  // namespace

std::span<const Builtin> port_builtins() { return kPorts; }

}  // namespace fermata::scheme
