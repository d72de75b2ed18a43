// Natives: data, stores, programs, and taking flows; see builtins.hpp.  Those of a journal that
// was taken are in journal_builtins.cpp.
#include "flow/builtins.hpp"

#include "flow/asking.hpp"
#include "flow/inspect.hpp"
#include "flow/owner.hpp"
#include "flow/plain_data.hpp"
#include "flow/purging.hpp"
#include "flow/sealing.hpp"
#include "flow/sha256.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- data ----------------------------------------------------------------------------
Outcome is_plain(Machine& m, Value obj) { return Value::boolean(!not_plain(m, obj)); }

Outcome check_plain(Machine& m, Value obj, String& what) {
  const auto part = not_plain(m, obj);
  if (!part) return obj;
  return refuse(m, ConditionKind::flow,
                to_utf8(what) + " cannot be stored, it is no plain data: " + *part);
}

// declared: a parameter, see data_types.hpp.
Outcome set_data_types(Machine& m, Value declared, RecordType& secret) {
  Service::find(m)->data_types.declared.set(declared);
  Service::find(m)->data_types.secret_type.set(value_of(&secret));
  return kUnspecified;
}

Outcome is_record_type(Machine&, Value v) { return Value::boolean(is<RecordType>(v)); }

Outcome value_holds_secret(Machine& m, Value obj) {
  return Value::boolean(!not_plain(m, obj) && holds_secret(to_journal_text(m, obj)));
}

// What is sealed in a secret that was read from a journal.
Outcome unseal(Machine& m, String& text) {
  std::string why;
  const auto key = sealing_key(why);
  if (!key) return refuse(m, ConditionKind::flow, "a secret cannot be read, " + why);
  const auto plain = unsealed(*key, to_utf8(text));
  if (!plain) return refuse(m, ConditionKind::flow, "a secret was sealed under another key");
  return decode(m, *plain);
}

Outcome hash_of(Machine& m, Value obj) {
  if (not_plain(m, obj)) return Value::fixnum(0);
  const std::int64_t hash = sha256_60(to_journal_text(m, obj));
  return Value::fixnum(hash == 0 ? 1 : hash);
}

Outcome procedure_name(Machine& m, Procedure procedure) {
  const std::string name = m.procedure_name(procedure);
  return name.empty() ? kFalse : symbol_of(m, name);
}

// ---- stores --------------------------------------------------------------------------
Outcome open_store_native(Machine& m, Value url) {
  Service& service = *Service::find(m);
  std::string error;
  std::int64_t number = -1;
  if (is<String>(url)) {
    number = service.open(to_utf8(as<String>(url)), error);
  } else {
    if (service.open_default(error)) number = service.default_store;
  }
  if (number < 0) return refuse(m, ConditionKind::store, error);
  return Value::fixnum(number);
}

Outcome is_store(Machine& m, Value obj) {
  return Value::boolean(obj.is_fixnum() && Service::find(m)->store(obj.fixnum()) != nullptr);
}

Outcome store_owner(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  return s ? Outcome(string_of(m, s->owner())) : no_store(m, store);
}

Outcome worker_name(Machine& m) { return symbol_of(m, make_worker_name()); }

Outcome store_changed(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  return s ? Outcome(Value::boolean(s->changed())) : no_store(m, store);
}

Outcome store_poll(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  return s ? Outcome(Value::fixnum(s->poll_ms())) : no_store(m, store);
}

// The commands of the prompt look there too.
Outcome choose_store(Machine& m, Fixnum store) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  Service::find(m)->chosen_store = store;
  return kUnspecified;
}

Outcome store_url(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  return s ? Outcome(string_of(m, s->url())) : no_store(m, store);
}

Outcome load_program(Machine& m, Fixnum store, String& hash) {
  return ask_store<std::string>(
      m, store,
      [hash = to_utf8(hash)](Store& s, std::string& text) { return s.get_program(hash, text); },
      [](Machine& m, Said<std::string>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return string_of(m, said.found);
      });
}

// ---- making flows ----------------------------------------------------------------------
// id: #f for one that the store makes.  definitions: what the world gave to the program's own.
// parent: #f, or (id strand ordinal) of what waits for its end.
// queue: #f, or #(name key priority), texts and a number.  attributes: ((name . value) ...).
Creation creation_of(Machine& m, Vector& arguments) {
  Value* const slots = arguments.slots();
  enum { kId, kName, kProgram, kInput, kDefinitions, kParent, kQueue, kAttributes, kNow };
  Creation made;
  NewFlow& flow = made.flow;
  flow.id = text_of(slots[kId]), flow.name = text_of(slots[kName]);
  flow.program = text_of(slots[kProgram]);
  if (auto* const place = cast<Vector>(slots[kQueue])) {
    const Value* const parts = place->slots();
    flow.queue = text_of(parts[0]), flow.queue_key = text_of(parts[1]);
    flow.priority = parts[2].fixnum();
  }
  flow.soon = flow.queue.empty();  // the engine commits before the flow acts, or is told of
  const auto add = [&](Event event, std::string name, std::string value) {
    made.records.emplace_back();
    Record& r = made.records.back();
    r.event = event, r.name = std::move(name), r.value = std::move(value);
  };
  const Service& service = *Service::find(m);
  add(Event::program, flow.program,
      std::to_string(service.checks ? service.check_seed : random_number() >> 4));
  add(Event::started, flow.name, to_journal_text(m, slots[kInput]));
  made.records[1].at = slots[kNow].fixnum();
  made.records[1].hash = sha256_60(made.records[1].value);
  if (slots[kDefinitions] != kNull)
    add(Event::definitions, "-", to_journal_text(m, slots[kDefinitions]));
  if (slots[kParent].is_pair())
    add(Event::parent, text_of(slots[kParent].pair()->car),
        to_journal_text(m, slots[kParent].pair()->cdr));
  for (Value rest = slots[kAttributes]; rest.is_pair(); rest = rest.pair()->cdr)
    add(Event::attribute, text_of(rest.pair()->car.pair()->car),
        to_journal_text(m, rest.pair()->car.pair()->cdr));
  return made;
}

// A journal, the id of a flow that was queued, or #f when there is a flow of that id already.
Outcome created(Machine& m, std::int64_t store, Creation& made, const Claim& claim,
                std::string_view problem) {
  Store& s = *find_store(m, Fixnum{store});
  if (claim.answer == Answer::refused) return kFalse;
  if (claim.answer != Answer::ok) return refuse(m, claim.answer, s, problem);
  if (!made.flow.queue.empty()) return symbol_of(m, claim.id);
  // What the store has now is known.
  History history{Answer::ok, {}, std::move(made.records), {}};
  FlowRow& row = history.row;
  row.id = claim.id, row.name = made.flow.name, row.program = made.flow.program;
  row.status = Status::running, row.epoch = claim.epoch, row.next_seq = claim.next_seq;
  for (std::size_t i = 0; i < history.records.size(); ++i) {
    Record& r = history.records[i];
    r.seq = static_cast<std::int64_t>(i), r.epoch = claim.epoch, r.op = 1;
    if (r.at == 0) r.at = history.records[1].at;
  }
  auto journal = std::make_unique<Journal>(s, claim, std::move(history));
  return Value::fixnum(Service::find(m)->add_journal(store, std::move(journal)));
}

Outcome create(Machine& m, Fixnum store, Vector& arguments) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  const auto creation = std::make_shared<Creation>(creation_of(m, arguments));
  return ask_store<Claim>(
      m, store,
      [creation](Store& s, Claim& claim) {
        claim = s.create(creation->flow, creation->records);
        return claim.answer;
      },
      [creation, store](Machine& m, Said<Claim>& said) -> std::optional<Outcome> {
        return created(m, store, *creation, said.found, said.problem);
      });
}

// A list of what each came to; a condition for one that failed.
Outcome create_all(Machine& m, Fixnum store, Value list) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  const auto creations = std::make_shared<std::vector<Creation>>();
  for (Value rest = list; rest.is_pair(); rest = rest.pair()->cdr)
    creations->push_back(creation_of(m, as<Vector>(rest.pair()->car)));
  return ask_store<std::vector<Claim>>(
      m, store,
      [creations](Store& s, std::vector<Claim>& claims) {
        claims = s.create_all(*creations);
        return Answer::ok;
      },
      [creations, store](Machine& m, Said<std::vector<Claim>>& said) -> std::optional<Outcome> {
        GcVector<Value> results(m.heap);
        for (std::size_t i = 0; i < creations->size(); ++i)
          results.push_back(
              created(m, store, (*creations)[i], said.found[i], said.problem).value);
        Value made = kNull;
        for (std::size_t i = results.size(); i-- > 0;) made = m.heap.cons(results[i], made);
        return made;
      });
}

// A journal that is read and never written: the flow is not taken from whoever has it.
// With a length, as if the history had only its first records.
Outcome read_journal(Machine& m, Fixnum store, Value id, std::optional<Index> length) {
  return ask_store<History>(
      m, store,
      [id = text_of(id)](Store& s, History& history) {
        history = s.load(id);
        return history.answer;
      },
      [store, id = text_of(id), length](Machine& m, Said<History>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        History& history = said.found;
        if (length && length->value < history.records.size())
          history.records.resize(length->value);
        Service& service = *Service::find(m);
        const Claim nobody{Answer::ok, id, 0, history.row.next_seq};
        auto journal = std::make_unique<Journal>(*find_store(m, store), nobody, std::move(history));
        const std::int64_t number = service.add_journal(store, std::move(journal));
        service.rest_journal(number);
        return Value::fixnum(number);
      });
}
// How many closed flows were removed that have not changed for so many milliseconds.
Outcome purge(Machine& m, Fixnum store, Fixnum age) {
  return ask_store<std::size_t>(
      m, store,
      [age = age.value](Store& s, std::size_t& all) {
        return purge_flows(s, s.clock_ms() - age, all);
      },
      [](Machine&, Said<std::size_t>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return Value::fixnum(static_cast<std::int64_t>(said.found));
      });
}

// A flow's whole history as text.
Outcome export_flow(Machine& m, Fixnum store, Value id) {
  return ask_store<Shown>(
      m, store,
      [id = text_of(id)](Store& s, Shown& done) {
        done = export_text(s, id);
        return Answer::ok;
      },
      [](Machine& m, Said<Shown>& said) -> std::optional<Outcome> {
        return shown_text(m, said.found);
      });
}
// What export wrote becomes a flow of the store; its id.
Outcome import_flow(Machine& m, Fixnum store, String& text) {
  struct Imported {
    std::string id;
    Shown done;
  };
  return ask_store<Imported>(
      m, store,
      [text = to_utf8(text)](Store& s, Imported& found) {
        found.done = import_text(s, text, found.id);
        return Answer::ok;
      },
      [](Machine& m, Said<Imported>& said) -> std::optional<Outcome> {
        const Shown& done = said.found.done;
        return done.fine ? Outcome(symbol_of(m, said.found.id)) : shown_text(m, done);
      });
}

// ---- mail ----------------------------------------------------------------------------
Outcome deliver(Machine& m, Fixnum store, Value id, Symbol& letter, String& message, String& strand,
                Fixnum ordinal, Symbol& tag, Value body) {
  const std::string kind = text_of(value_of(&letter));
  const Letter what = kind == "cancel"   ? Letter::cancel
                      : kind == "signal" ? Letter::signal
                      : kind == "update" ? Letter::update
                      : kind == "handoff" ? Letter::handoff
                                          : Letter::answer;
  const Message sent{to_utf8(message), what, {to_utf8(strand), ordinal},
                     text_of(value_of(&tag)), to_journal_text(m, body)};
  struct Nothing {};
  return ask_store<Nothing>(
      m, store, [id = text_of(id), sent](Store& s, Nothing&) { return s.deliver(id, sent); },
      [](Machine& m, Said<Nothing>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok && said.answer != Answer::duplicate) return std::nullopt;
        return symbol_of(m, answer_name(said.answer));
      });
}

// What a person types to run this command: its name when the shell finds it under that name,
// else the way to it; then the store, when it is not the one that is looked for by itself.
Outcome command_name(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::string command = command_for_shell();
  if (s->url() != default_store_url()) command += " --store " + s->url();
  return string_of(m, command);
}

constexpr Builtin kFlow[] = {
    builtin<is_plain>("(%flow-plain? obj)", "Whether the journal can keep obj."),
    builtin<check_plain>("(%flow-check-plain obj what)",
                         "obj, or an error naming the part that is no plain data."),
    builtin<set_data_types>("(%flow-data-types! declared secret-type)",
                            "Which records the journal can keep."),
    builtin<is_record_type>("(%flow-record-type? obj)", "Whether define-record-type made obj."),
    builtin<unseal>("(%flow-unseal text)", "What a sealed text says."),
    builtin<value_holds_secret>("(%flow-holds-secret? obj)",
                                "Whether plain data has a secret in it."),
    builtin<hash_of>("(%flow-hash obj)",
                     "Hash of obj as the journal would keep it; 0 when it cannot."),
    builtin<procedure_name>("(%procedure-name procedure)", "Its name, a symbol, or #f."),
    builtin<open_store_native>("(%flow-store url)",
                               "The store of that URL; the default one for #f."),
    builtin<choose_store>("(%flow-choose-store! store)", "Where this program keeps its flows."),
    builtin<is_store>("(%flow-store? obj)", "Whether obj is an open store."),
    builtin<store_owner>("(%flow-store-owner store)", "Under which name this process owns flows there."),
    builtin<worker_name>("(%flow-worker-name)", "What this process is called as a worker."),
    builtin<store_changed>("(%flow-store-changed? store)",
                           "Whether somebody else may have written since this was last asked."),
    builtin<store_poll>("(%flow-store-poll store)",
                        "Milliseconds to go without a look when nothing is heard of a change."),
    builtin<store_url>("(%flow-store-url store)", "Its URL."),
    builtin<load_program>("(%flow-load-program store hash)", "The program of that content hash."),
    builtin<create>(
        "(%flow-create store arguments)",
        "A new flow, open for writing, or the id of a queued one; #f when there is one of that id."),
    builtin<create_all>("(%flow-create-all store list)", "The same for several."),
    builtin<read_journal>("(%flow-read store id [length])", "A journal that is only read."),
    builtin<purge>("(%flow-purge! store age)", "Removes closed flows; how many it were."),
    builtin<export_flow>("(%flow-export store id)", "A flow's whole history as text."),
    builtin<import_flow>("(%flow-import store text)", "Takes in what export wrote; its id."),
    builtin<deliver>("(%flow-deliver! store id letter message strand ordinal tag body)",
                     "Puts a message into a flow's inbox."),
    builtin<command_name>("(%flow-command store)",
                          "How to run this command from a shell on that store."),
};

}  // namespace

std::span<const Builtin> flow_builtins() { return kFlow; }

}  // namespace fermata::flow
