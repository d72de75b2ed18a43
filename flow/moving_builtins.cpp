// Natives of flows that go from one store to another; see moving.hpp.
#include "flow/moving.hpp"

#include "flow/answers.hpp"
#include "flow/builtins.hpp"
#include "flow/inspect.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

Outcome generation(Machine&, Fixnum epoch) { return Value::fixnum(epoch.value >> kGenerationBit); }

// The id of the copy, a symbol; or why there is none, a text.
Outcome take_copy(Machine& m, Fixnum store, String& text, Symbol& peer) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::string id;
  const Shown done = import_text(*s, to_utf8(text), id, text_of(value_of(&peer)));
  return done.fine ? symbol_of(m, id) : string_of(m, done.text.substr(0, done.text.size() - 1));
}

Outcome export_some(Machine& m, Fixnum store, Symbol& id, Fixnum from, Index most) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Shown done = export_part(*s, text_of(value_of(&id)), from.value, most.value);
  return done.fine ? Outcome(string_of(m, done.text))
                   : refuse(m, ConditionKind::flow, done.text.substr(0, done.text.size() - 1));
}

// The hash of the program that an exported flow began with, or "-"; #f when it is no export.
Outcome program_of_export(Machine& m, String& text) {
  const auto hash = exported_program(to_utf8(text));
  return hash ? Outcome(string_of(m, *hash)) : Outcome(kFalse);
}

Outcome is_program_kept(Machine& m, Fixnum store, String& hash) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::string program;
  const Answer a = s->get_program(to_utf8(hash), program);
  if (a != Answer::ok && a != Answer::missing) return refuse(m, a, *s);
  return Value::boolean(a == Answer::ok);
}

// Whether it was a copy of that epoch.
Outcome promote(Machine& m, Fixnum store, Symbol& id, Fixnum epoch) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Answer a = s->promote(text_of(value_of(&id)), epoch.value, next_generation(epoch.value));
  if (a != Answer::ok && a != Answer::refused) return refuse(m, a, *s);
  return Value::boolean(a == Answer::ok);
}

// Whether it was delegated under that epoch.
Outcome recall(Machine& m, Fixnum store, Symbol& id, Fixnum epoch) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Answer a = s->promote(text_of(value_of(&id)), epoch.value, recalled_generation(epoch.value));
  if (a != Answer::ok && a != Answer::refused) return refuse(m, a, *s);
  return Value::boolean(a == Answer::ok);
}

Outcome drop_copy(Machine& m, Fixnum store, Symbol& id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Answer a = s->drop_copy(text_of(value_of(&id)));
  if (a != Answer::ok && a != Answer::refused && a != Answer::missing) return refuse(m, a, *s);
  return Value::boolean(a == Answer::ok);
}

Outcome inbox(Machine& m, Fixnum store, Symbol& id, Index limit) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<Message> messages;
  if (const Answer a = s->inbox(text_of(value_of(&id)), limit.value, messages); a != Answer::ok)
    return refuse(m, a, *s);
  return letters_of(m, messages);
}

constexpr Builtin kMoving[] = {
    builtin<generation>("(%flow-generation epoch)", "How often the flow came to another store."),
    builtin<take_copy>("(%flow-take-copy store text peer)",
                       "Keeps an exported flow as a copy; its id, or why not, a text."),
    builtin<export_some>("(%flow-export-part store id from most)",
                         "As %flow-export, from a record on, and so many bytes of records."),
    builtin<program_of_export>("(%flow-exported-program text)",
                               "The content hash of its program, or #f."),
    builtin<is_program_kept>("(%flow-program-kept? store hash)", "Whether the store has it."),
    builtin<promote>("(%flow-promote! store id epoch)",
                     "Makes a copy of that epoch one that runs; #f when it is none."),
    builtin<recall>("(%flow-recall! store id epoch)",
                    "Makes a delegated flow of that epoch one that runs; #f when it is none."),
    builtin<drop_copy>("(%flow-drop-copy! store id)", "Removes it, if it is a copy."),
    builtin<inbox>("(%flow-inbox store id limit)", "Letters that no record stands for yet."),
};

}  // namespace

std::span<const Builtin> moving_builtins() { return kMoving; }

}  // namespace fermata::flow
