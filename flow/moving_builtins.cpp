// Natives of flows that go from one store to another; see moving.hpp.
#include "flow/moving.hpp"

#include <algorithm>

#include "flow/asking.hpp"
#include "flow/builtins.hpp"
#include "flow/data_types.hpp"
#include "flow/inspect.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

Outcome generation(Machine&, Fixnum epoch) { return Value::fixnum(epoch.value >> kGenerationBit); }

// The id of the copy, a symbol; or why there is none, a text.
Outcome take_copy(Machine& m, Fixnum store, String& text, Symbol& peer) {
  struct Taken {
    std::string id;
    Shown done;
  };
  return ask_store<Taken>(
      m, store,
      [text = to_utf8(text), peer = text_of(value_of(&peer))](Store& s, Taken& taken) {
        taken.done = import_text(s, text, taken.id, peer);
        return Answer::ok;
      },
      [](Machine& m, Said<Taken>& said) -> std::optional<Outcome> {
        const auto& [id, done] = said.found;
        return done.fine ? symbol_of(m, id)
                         : string_of(m, done.text.substr(0, done.text.size() - 1));
      });
}

Outcome export_some(Machine& m, Fixnum store, Symbol& id, Fixnum from, Index most) {
  return ask_store<Shown>(
      m, store,
      [id = text_of(value_of(&id)), from = from.value, most = most.value](Store& s, Shown& done) {
        done = export_part(s, id, from, most);
        return Answer::ok;
      },
      [](Machine& m, Said<Shown>& said) -> std::optional<Outcome> {
        return shown_text(m, said.found);
      });
}

// The hash of the program that an exported flow began with, or "-"; #f when it is no export.
Outcome program_of_export(Machine& m, String& text) {
  const auto hash = exported_program(to_utf8(text));
  return hash ? Outcome(string_of(m, *hash)) : Outcome(kFalse);
}

// Whether it is so, of what a store says by ok, or by one of those answers.
template <class Ask>
Outcome ask_whether(Machine& m, Fixnum store, std::initializer_list<Answer> no, Ask ask) {
  return ask_store<std::string>(
      m, store, ask,
      [no = std::vector(no)](Machine&, Said<std::string>& said) -> std::optional<Outcome> {
        const bool is_no = std::find(no.begin(), no.end(), said.answer) != no.end();
        if (said.answer != Answer::ok && !is_no) return std::nullopt;
        return Value::boolean(!is_no);
      });
}

Outcome is_program_kept(Machine& m, Fixnum store, String& hash) {
  return ask_whether(m, store, {Answer::missing},
                     [hash = to_utf8(hash)](Store& s, std::string& program) {
                       return s.get_program(hash, program);
                     });
}

// Makes a flow that runs elsewhere one that runs here.  Whether it had that epoch.
Outcome take_over(Machine& m, Fixnum store, Symbol& id, std::int64_t from, std::int64_t to) {
  return ask_whether(m, store, {Answer::refused},
                     [id = text_of(value_of(&id)), from, to](Store& s, std::string&) {
                       return s.promote(id, from, to);
                     });
}

Outcome promote(Machine& m, Fixnum store, Symbol& id, Fixnum epoch) {
  return take_over(m, store, id, epoch.value, next_generation(epoch.value));
}

Outcome recall(Machine& m, Fixnum store, Symbol& id, Fixnum epoch) {
  return take_over(m, store, id, epoch.value, recalled_generation(epoch.value));
}

Outcome inbox(Machine& m, Fixnum store, Symbol& id, Index limit) {
  using Messages = std::vector<Message>;
  return ask_store<Messages>(
      m, store,
      [id = text_of(value_of(&id)), limit = limit.value](Store& s, Messages& messages) {
        return s.inbox(id, limit, messages);
      },
      [](Machine& m, Said<Messages>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return letters_of(m, said.found);
      });
}

// Whether a letter is the end of a call or of a child; see remote.sld and engine.sld.
bool is_end(const Message& letter) {
  return letter.id.starts_with("remote:") || letter.id.starts_with("child:");
}

// In pages that grow, as a store gives the first letters only.
Answer look_through(Store& store, std::string_view id, std::string& hindrance) {
  constexpr std::size_t kFirstPage = 1000;
  for (std::size_t most = kFirstPage;; most *= 4) {
    std::vector<Message> letters;
    if (const Answer a = store.inbox(id, most, letters); a != Answer::ok) return a;
    for (const Message& letter : letters) {
      if (is_end(letter)) return hindrance = "end", Answer::ok;
      if (holds_secret(letter.body)) hindrance = "secret";
    }
    if (letters.size() < most) return Answer::ok;
  }
}

Outcome hindrance_in_inbox(Machine& m, Fixnum store, Symbol& id) {
  return ask_store<std::string>(
      m, store,
      [id = text_of(value_of(&id))](Store& s, std::string& hindrance) {
        return look_through(s, id, hindrance);
      },
      [](Machine& m, Said<std::string>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return said.found.empty() ? Outcome(kFalse) : symbol_of(m, said.found);
      });
}

Outcome exports_foreign_secret(Machine&, String& text) {
  return Value::boolean(has_foreign_secrets(to_utf8(text)));
}

Outcome close_store(Machine& m, Fixnum store) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  Service::find(m)->close(store.value);
  return kUnspecified;
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
    builtin<inbox>("(%flow-inbox store id limit)", "Letters that no record stands for yet."),
    builtin<hindrance_in_inbox>("(%flow-hindrance-in-inbox store id)",
                                "What it is in letters that are not read that does not move: end or secret, or #f."),
    builtin<close_store>("(%flow-close-store! store)",
                         "Forgets a store of which no flow was ever held."),
    builtin<exports_foreign_secret>("(%flow-exported-foreign-secret? text)",
                                    "Whether its history has a secret that cannot be read here."),
};

}  // namespace

std::span<const Builtin> moving_builtins() { return kMoving; }

}  // namespace fermata::flow
