// Natives of a journal that this process has: replaying it, adding to it, its mail.
#include <charconv>
#include <map>

#include "flow/asking.hpp"
#include "flow/builtins.hpp"
#include "flow/owner.hpp"
#include "flow/plain_data.hpp"
#include "flow/sha256.hpp"
#include "scheme/span_value.hpp"
#include "vm/allocation.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- names of the tables ---------------------------------------------------------------
template <class Named, class Number, class Name>
std::optional<Named> find_named(std::string_view wanted, Number numbered, Name name) {
  for (std::int64_t n = 1; n < 256; ++n)
    if (const auto found = numbered(n); found && name(*found) == wanted) return found;
  return std::nullopt;
}
std::optional<Event> event_named(std::string_view name) {
  return find_named<Event>(name, event_numbered, event_name);
}
std::optional<Operation> operation_named(std::string_view name) {
  for (const Operation o : {Operation::step, Operation::suspend, Operation::branches,
                            Operation::sleep, Operation::signal, Operation::attribute})
    if (operation_name(o) == name) return o;
  return std::nullopt;
}

Fixnum store_of(Machine& m, Fixnum journal) {
  return {Service::find(m)->store_number(journal)};
}

// place: a procedure of the program near to what it asked for, so that the report can show
// its source; or anything else.
Outcome mismatch(Machine& m, const Journal& j, Value place = kFalse) {
  const Value condition = m.make_condition(
      ConditionKind::mismatch, "flow " + j.id() + " does not match its history\n" + j.problem());
  as<Condition>(condition).who = kFalse;
  if (const auto* closure = cast<Closure>(place))
    as<Condition>(condition).span = scheme::span_value(m.heap, find_span(*closure->code, 0));
  return m.raise(condition);
}

// ---- what it is -----------------------------------------------------------------------
Outcome journal_length(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::fixnum(j->length())) : not_open(m);
}

Outcome journal_id(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(symbol_of(m, j->id())) : not_open(m);
}
Outcome journal_epoch(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::fixnum(j->epoch())) : not_open(m);
}
Outcome journal_flow(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(symbol_of(m, j->name())) : not_open(m);
}
Outcome journal_program(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(string_of(m, j->program())) : not_open(m);
}
// #(input milliseconds seed signals): what it was started with, when, what its randomness is
// from, and the signals of earlier rounds that were not received, (name value) ...
Outcome journal_start(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  Value seed = Value::fixnum(sha256_60(j->id())), input = kUnbound, signals = kNull;
  std::int64_t at = 0;
  for (const Record& r : j->records()) {
    if (r.event == Event::program && !r.value.empty()) {
      FERMATA_TRY(stored, decode(m, r.value));
      seed = stored;
    } else if (r.event == Event::started) {
      FERMATA_TRY(stored, decode(m, r.value));
      input = stored, at = r.at;
    } else if (r.event == Event::continued) {
      FERMATA_TRY(about, decode(m, r.value));
      signals = about.pair()->cdr.pair()->cdr.pair()->car;
      break;
    }
  }
  if (input == kUnbound)
    return refuse(m, ConditionKind::damaged, "flow " + j->id() + " has no record of its start");
  return vector_of(m, {input, Value::fixnum(at), seed, signals});
}
// What the world gave to definitions of its program, as %flow-create was told.
Outcome journal_definitions(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  for (const Record& r : j->records())
    if (r.event == Event::definitions) return decode(m, r.value);
  return kNull;
}
// (id strand ordinal) of what waits for its end, or #f; with a peer as the fourth, it waits there.
Outcome journal_parent(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  for (const Record& r : j->records()) {
    if (r.event != Event::parent) continue;
    FERMATA_TRY(place, decode(m, r.value));
    return m.heap.cons(symbol_of(m, r.name), place);
  }
  return kFalse;
}
Outcome is_replaying(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return Value::boolean(j != nullptr && !j->is_replayed());
}

// ---- replay --------------------------------------------------------------------------
Outcome ask(Machine& m, Fixnum journal, String& strand, Fixnum ordinal, Symbol& operation,
            Symbol& name, Fixnum hash, Value place) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const auto what = operation_named(text_of(value_of(&operation)));
  if (!what) return m.wrong_type(4, "an operation", value_of(&operation));
  const Found found = j->ask({to_utf8(strand), ordinal}, *what, text_of(value_of(&name)), hash);
  switch (found.kind) {
    case Found::fresh:
      return kFalse;
    case Found::open:
      return symbol_of(m, "open");
    case Found::mismatch:
      return mismatch(m, *j, place);
    case Found::recorded:
      return symbol_of(m, "recorded");
    case Found::withdrawn:
      return symbol_of(m, "withdrawn");
  }
  return kFalse;
}

Outcome is_recorded(Machine& m, Fixnum journal, String& strand, Fixnum ordinal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::boolean(j->holds({to_utf8(strand), ordinal}))) : not_open(m);
}

// What was recorded at a place where no strand is: a version, a reply; or #f.  The replay need
// not come there.
Outcome note_at(Machine& m, Fixnum journal, String& place) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const Record* const note = j->note_at(to_utf8(place));
  return note ? decode(m, note->value) : Outcome(kFalse);
}

Outcome next_event(Machine& m, Fixnum journal) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const Record* event = j->next_event();
  if (event == nullptr) return j->problem().empty() ? Outcome(kFalse) : mismatch(m, *j);
  Value value = kUnspecified;
  if (!event->value.empty()) {
    FERMATA_TRY(decoded, decode(m, event->value));
    value = decoded;
  }
  return vector_of(m, {symbol_of(m, event_name(event->event)), string_of(m, event->position.strand),
                       Value::fixnum(event->position.ordinal), symbol_of(m, event->name), value,
                       Value::fixnum(event->at)});
}

Outcome ends_here(Machine& m, Fixnum journal) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  return j->ends_here() ? Outcome(kTrue) : mismatch(m, *j);
}

Outcome problem(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr || j->problem().empty()) return kFalse;
  return string_of(m, j->problem());
}

// ---- writing -------------------------------------------------------------------------
Outcome record(Machine& m, Fixnum journal, Symbol& event, String& strand, Fixnum ordinal,
               Symbol& name, Fixnum hash, std::optional<Value> value) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const auto kind = event_named(text_of(value_of(&event)));
  if (!kind) return m.wrong_type(2, "the name of a journal record", value_of(&event));
  j->add(*kind, {to_utf8(strand), ordinal}, text_of(value_of(&name)), hash,
         value ? to_journal_text(m, *value) : "");
  return kUnspecified;
}

Outcome record_event(Machine& m, Fixnum journal, Symbol& event, String& strand, Fixnum ordinal,
                     Symbol& name, Value value, Fixnum at) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const auto kind = event_named(text_of(value_of(&event)));
  if (!kind) return m.wrong_type(2, "the name of a journal record", value_of(&event));
  j->add_event(*kind, {to_utf8(strand), ordinal}, text_of(value_of(&name)),
               value == kUnspecified && *kind == Event::clock ? "" : to_journal_text(m, value), at);
  return kUnspecified;
}

Outcome close_wait(Machine& m, Fixnum journal, Symbol& event, String& strand, Fixnum ordinal,
                   Symbol& name) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const auto kind = event_named(text_of(value_of(&event)));
  if (!kind) return m.wrong_type(2, "the name of a journal record", value_of(&event));
  j->close(*kind, {to_utf8(strand), ordinal}, text_of(value_of(&name)));
  return kUnspecified;
}

// The records with which a flow begins anew: with that input and the program it has, and what is to
// outlive its history: definitions, parent, attributes, and signals that were not received.
struct Anew {
  std::string name, program, input, signals;  // signals: (name value) ..., as a text
  std::int64_t length = 0, now = 0;
  std::vector<Record> pending;
  std::vector<Record> after(const std::vector<Record>& known) const;
};

std::vector<Record> Anew::after(const std::vector<Record>& known) const {
  std::vector<Record> records(2);
  records[0].event = Event::program, records[0].name = program;
  records[0].value = std::to_string(random_number() >> 4);
  records[1].event = Event::started, records[1].name = name, records[1].at = now;
  records[1].hash = sha256_60(input), records[1].value = input;
  std::int64_t round = 1;
  std::map<std::string, std::string> attributes;
  const auto keep = [&](const Record& r) {
    if (r.event == Event::definitions || r.event == Event::parent) {
      records.push_back(r);
      records.back().at = 0;
    } else if (r.event == Event::program || r.event == Event::migrated) {
      records[0].name = r.name;
    } else if (r.event == Event::attribute) {
      attributes[r.name] = r.value;
    } else if (r.event == Event::continued) {
      std::from_chars(r.value.data() + 1, r.value.data() + r.value.size(), round);
    }
  };
  for (const Record& r : known) keep(r);
  for (const Record& r : pending) keep(r);
  const auto add = [&](Event event, std::string what, std::string value) {
    records.push_back({event, {}, std::move(what), 0, std::move(value)});
    records.back().at = now;
  };
  add(Event::continued, name,
      "(" + std::to_string(round + 1) + " " + std::to_string(length) + " " + signals + ")");
  for (auto& [what, value] : attributes) add(Event::attribute, what, value);
  return records;
}

Outcome restart(Machine& m, Fixnum journal, Value input, Value signals, Fixnum now) {
  const Journal* const j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  struct Restarted {
    Append append;
    std::vector<Record> records;
    std::vector<std::string> consumed;
    Appended done;
    History history;
  };
  const Anew anew{j->name(), j->program(), to_journal_text(m, input), to_journal_text(m, signals),
                  j->length(), now, j->pending()};
  const Append append = j->append_of({});
  const auto ask = [anew, append, consumed = std::vector<std::string>(append.consumed.begin(),
                                                                      append.consumed.end())](
                       Store& store, Restarted& found) {
    // What was recorded since the flow came here is in the store alone.
    const History known = store.load(append.flow);
    if (known.answer != Answer::ok) return known.answer;
    found.append = append, found.append.restart = true;
    found.append.records = found.records = anew.after(known.records);
    found.append.consumed = consumed;
    found.done = store.append(found.append);
    const Answer a = found.done.answer;
    if (a != Answer::ok && a != Answer::duplicate) return a;
    found.history = store.load(append.flow);
    return found.history.answer;
  };
  const auto finish = [journal, sent_at = j->clock()](
                          Machine& m, Said<Restarted>& said) -> std::optional<Outcome> {
    Journal* const j = find_journal(m, journal);
    if (j == nullptr) return not_open(m);
    if (said.answer != Answer::ok) {
      Service::find(m)->drop_journal(journal);
      return std::nullopt;
    }
    j->restarted(std::move(said.found.history), std::ssize(said.found.records), sent_at);
    return kUnspecified;
  };
  return ask_store<Restarted>(m, store_of(m, journal), ask, finish, Wait::to_its_end);
}

// Keeps the progress of a step, which runs while the journal is ours; whether there is mail.
Outcome beat(Machine& m, Fixnum journal, String& step, Value value) {
  const Journal* const j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const auto ask = [id = j->id(), epoch = j->epoch(), step = to_utf8(step),
                    text = to_journal_text(m, value),
                    limit = j->mail_to_ask(1)](Store& store, std::vector<Message>& mail) {
    const Answer a = store.beat(id, epoch, step, text);
    return a == Answer::ok ? store.inbox(id, limit, mail) : a;
  };
  const auto finish = [journal](Machine& m,
                                Said<std::vector<Message>>& said) -> std::optional<Outcome> {
    Journal* const j = find_journal(m, journal);
    if (j == nullptr) return not_open(m);
    if (said.answer != Answer::ok) return std::nullopt;
    j->take_mail(1, said.found);
    return Value::boolean(j->has_mail());
  };
  return ask_store<std::vector<Message>>(m, store_of(m, journal), ask, finish);
}
// A list of what a step told last, or #f.
Outcome last_beat(Machine& m, Fixnum journal, String& step) {
  const Journal* const j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  return ask_store<Beat>(
      m, store_of(m, journal),
      [id = j->id(), step = to_utf8(step)](Store& store, Beat& beat) {
        return store.last_beat(id, step, beat);
      },
      [](Machine& m, Said<Beat>& said) -> std::optional<Outcome> {
        if (said.answer == Answer::missing) return kFalse;
        if (said.answer != Answer::ok) return std::nullopt;
        FERMATA_TRY(value, decode(m, said.found.value));
        return m.heap.cons(value, kNull);
      });
}

// Whether a commit would append something.
Outcome has_pending(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return Value::boolean(j != nullptr && (j->has_pending() || j->is_stale()));
}

// Whether another may have the flow by now: it is to be asked for again before anything begins.
Outcome is_overdue(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return Value::boolean(j != nullptr && j->is_overdue());
}

Outcome store_of_journal(Machine& m, Fixnum journal) {
  return find_journal(m, journal) ? Outcome(Value::fixnum(Service::find(m)->store_number(journal)))
                                  : not_open(m);
}

// Appends what was recorded, if anything was; whether the inbox holds something.
Outcome commit(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  if (!j->has_pending() && !j->is_stale()) return Value::boolean(j->has_mail());
  return commit_with(m, journal, {});
}

// wake: when its next timer is due, in milliseconds, or 0.  A flow that waits stays known here,
// for %flow-reclaim!, until %flow-forget!.
Outcome settle(Machine& m, Fixnum journal, Symbol& status, String& waiting, Fixnum wake,
               std::optional<Value> note) {
  const auto kind = status_named(text_of(value_of(&status)));
  if (!kind) return m.wrong_type(2, "a flow's status", value_of(&status));
  return commit_with(m, journal,
                     {*kind, to_utf8(waiting), note ? text_of(*note) : "", true, wake.value});
}

// Garbage counts as well, so we begin before the limit does.
Outcome is_memory_short(Machine& m) {
  Service& service = *Service::find(m);
  if (m.heap.most_kept() / 3 <= m.heap.limit() / 4 || service.short_at == collections()) return kFalse;
  service.short_at = collections();
  return kTrue;
}

Outcome forget(Machine& m, Fixnum journal) {
  Service::find(m)->drop_journal(journal);
  return kUnspecified;
}

// The program cannot go on with this history: nothing that it added counts.
Outcome set_stuck(Machine& m, Fixnum journal, String& note) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  j->discard();
  return commit_with(m, journal, {Status::stuck, "", to_utf8(note), true});
}

// The run was interrupted, not the flow: what is recorded stays, and anybody may go on.
// heir: the owner that it is handed to, or #f.
Outcome put_down(Machine& m, Fixnum journal, Value heir) {
  if (find_journal(m, journal) == nullptr) return kFalse;
  Journal::State state{Status::running, "", "", true};
  if (is<String>(heir)) state.heir = text_of(heir);
  return commit_with(m, journal, state);
}

// ---- mail ----------------------------------------------------------------------------
Outcome mail(Machine& m, Fixnum journal) {
  const Journal* const j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  if (!j->has_mail()) return kNull;
  return ask_store<std::vector<Message>>(
      m, store_of(m, journal),
      [id = j->id(), limit = j->mail_to_ask(Journal::kMailAtOnce)](
          Store& store, std::vector<Message>& inbox) { return store.inbox(id, limit, inbox); },
      [journal](Machine& m, Said<std::vector<Message>>& said) -> std::optional<Outcome> {
        Journal* const j = find_journal(m, journal);
        if (j == nullptr) return not_open(m);
        if (said.answer != Answer::ok) return std::nullopt;
        j->take_mail(Journal::kMailAtOnce, said.found);
        return letters_of(m, said.found);
      });
}

Outcome consume(Machine& m, Fixnum journal, String& message) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  j->consume(to_utf8(message));
  return kUnspecified;
}

constexpr Builtin kJournal[] = {
    builtin<journal_length>("(%flow-length journal)", "How many records it has."),
    builtin<journal_id>("(%flow-id journal)", "The flow's id."),
    builtin<journal_epoch>("(%flow-epoch journal)", "The epoch that it is owned by."),
    builtin<journal_flow>("(%flow-name journal)", "The flow's name."),
    builtin<journal_program>("(%flow-program journal)", "The hash of the flow's program, or -."),
    builtin<journal_start>("(%flow-start journal)",
                           "What the flow was started with, when, and its seed: a vector."),
    builtin<journal_definitions>("(%flow-definitions-of journal)",
                                 "What the world gave to definitions of its program."),
    builtin<journal_parent>("(%flow-parent journal)", "What waits for its end, or #f."),
    builtin<is_replaying>("(%flow-replaying? journal)", "Whether its history goes on."),
    builtin<ask>("(%flow-ask journal strand ordinal operation name hash place)",
                 "What the history says: #f, open, or of a step recorded or withdrawn."),
    builtin<is_recorded>("(%flow-recorded? journal strand ordinal)",
                         "Whether the history holds that position."),
    builtin<note_at>("(%flow-note journal place)", "What is recorded at a place of no strand, or #f."),
    builtin<next_event>(
        "(%flow-next-event! journal)",
        "The next event of the history, #(event strand ordinal name value at); or #f."),
    builtin<ends_here>("(%flow-ends-here journal)", "An error when the history goes on."),
    builtin<problem>("(%flow-problem journal)", "How the flow differs from its history, or #f."),
    builtin<record>("(%flow-record! journal event strand ordinal name hash [value])",
                    "Adds a record to the next commit."),
    builtin<record_event>("(%flow-event! journal event strand ordinal name value at)",
                          "Adds the record of an event that enters now."),
    builtin<close_wait>("(%flow-close! journal event strand ordinal name)",
                        "Records how a wait was ended, if the history does not."),
    builtin<restart>("(%flow-restart! journal input signals now)",
                     "The flow begins anew: its history is left behind."),
    builtin<beat>("(%flow-beat! journal step value)",
                  "Keeps the progress of a step; whether there is mail."),
    builtin<last_beat>("(%flow-last-beat journal step)", "A list of what it told last, or #f."),
    builtin<commit>("(%flow-commit! journal)", "Appends what was added; whether there is mail."),
    builtin<has_pending>("(%flow-pending? journal)", "Whether a commit would append something."),
    builtin<is_overdue>("(%flow-overdue? journal)",
                        "Whether the store's last word is so old that nothing may begin on it."),
    builtin<store_of_journal>("(%flow-store-of journal)", "The store it is kept in."),
    builtin<settle>("(%flow-settle! journal status waiting wake [note])",
                    "The last commit; lets go of the flow."),
    builtin<set_stuck>("(%flow-stuck! journal note)",
                       "Lets go of a flow that cannot go on with this program."),
    builtin<put_down>("(%flow-put-down! journal heir)",
                      "Lets go of a flow in the middle, or hands it to that owner."),
    builtin<mail>("(%flow-mail journal)",
                  "Messages not consumed yet: a cancellation first, the oldest, a thousand at most."),
    builtin<consume>("(%flow-consume! journal message)",
                     "The next commit stands for that message."),
    builtin<is_memory_short>("(%flow-memory-short?)",
                             "Whether three quarters of the memory are in use; #t once for each collection."),
    builtin<forget>("(%flow-forget! journal)", "Closes a journal of a flow that was let go."),
};

}  // namespace

std::span<const Builtin> journal_builtins() { return kJournal; }

}  // namespace fermata::flow
