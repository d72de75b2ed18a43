// Natives: see builtins.hpp.  The rows stand at the end.
#include "flow/builtins.hpp"

#include "flow/answers.hpp"
#include "flow/owner.hpp"
#include "flow/plain_data.hpp"
#include "flow/sha256.hpp"
#include "sched/scheduler.hpp"
#include "scheme/span_value.hpp"
#include "scheme/syntax.hpp"
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
std::optional<Status> status_named(std::string_view name) {
  return find_named<Status>(name, status_numbered, status_name);
}
std::optional<Operation> operation_named(std::string_view name) {
  for (const Operation o : {Operation::step, Operation::suspend, Operation::branches,
                            Operation::sleep, Operation::signal})
    if (operation_name(o) == name) return o;
  return std::nullopt;
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

// ---- data ----------------------------------------------------------------------------
Outcome is_plain(Machine& m, Value obj) { return Value::boolean(!not_plain(m, obj)); }

Outcome check_plain(Machine& m, Value obj, String& what) {
  const auto part = not_plain(m, obj);
  if (!part) return obj;
  return refuse(m, ConditionKind::flow,
                to_utf8(what) + " cannot be stored, it is no plain data: " + *part);
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
    if (service.default_store < 0)
      service.default_store = service.open(
          service.default_url.empty() ? default_store_url() : service.default_url, error);
    number = service.default_store;
  }
  if (number < 0) return refuse(m, ConditionKind::store, error);
  return Value::fixnum(number);
}

Outcome store_url(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  return s ? Outcome(string_of(m, s->url())) : no_store(m, store);
}

Outcome save_program(Machine& m, Fixnum store, String& text) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const std::string source = to_utf8(text);
  const std::string hash = sha256_hex(source);
  if (const Answer a = s->put_program(hash, source); a != Answer::ok) return refuse(m, a, *s);
  return string_of(m, hash);
}

Outcome load_program(Machine& m, Fixnum store, String& hash) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::string source;
  if (const Answer a = s->get_program(to_utf8(hash), source); a != Answer::ok)
    return refuse(m, a, *s);
  return string_of(m, source);
}

// ---- taking a flow over --------------------------------------------------------------
Outcome open_journal(Machine& m, std::int64_t store, Store& s, const Claim& claim) {
  History history = s.load(claim.id);
  if (history.answer != Answer::ok) {
    const Outcome failed = refuse(m, history.answer, s);
    s.release(claim.id, claim.epoch);
    return failed;
  }
  auto journal = std::make_unique<Journal>(s, claim, std::move(history));
  return Value::fixnum(Service::find(m)->add_journal(store, std::move(journal)));
}

// id: #f for one that the store makes.  definitions: what the world gave to the program's own.
// parent: #f, or (id strand ordinal) of what waits for its end.
// A journal, or #f when there is a flow of that id already.
Outcome create(Machine& m, Fixnum store, Value id, Symbol& name, String& program, Value input,
               Value definitions, Value parent, Fixnum now) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const NewFlow flow{text_of(id), text_of(value_of(&name)), to_utf8(program)};
  const std::string text = to_journal_text(m, input);
  std::vector<Record> records(2);
  records[0].event = Event::program, records[0].name = flow.program;
  records[0].value = std::to_string(random_number() >> 4);
  records[1].event = Event::started, records[1].name = flow.name, records[1].at = now.value;
  records[1].hash = sha256_60(text), records[1].value = text;
  if (definitions != kNull) {
    records.emplace_back();
    records[2].event = Event::definitions, records[2].name = "-";
    records[2].value = to_journal_text(m, definitions);
  }
  if (parent.is_pair()) {
    records.emplace_back();
    records.back().event = Event::parent, records.back().name = text_of(parent.pair()->car);
    records.back().value = to_journal_text(m, parent.pair()->cdr);
  }
  const Claim claim = s->create(flow, records);
  if (claim.answer == Answer::refused) return kFalse;
  if (claim.answer != Answer::ok) return refuse(m, claim.answer, *s);
  return open_journal(m, store, *s, claim);
}

// A journal, or #f when a living process has the flow.
Outcome claim(Machine& m, Fixnum store, Value id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Claim taken = s->claim(text_of(id));
  if (taken.answer == Answer::busy) return kFalse;
  if (taken.answer != Answer::ok) return refuse(m, taken.answer, *s);
  return open_journal(m, store, *s, taken);
}

// A journal that is read and never written: the flow is not taken from whoever has it.
Outcome read_journal(Machine& m, Fixnum store, Value id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  History history = s->load(text_of(id));
  if (history.answer != Answer::ok) return refuse(m, history.answer, *s);
  const Claim nobody{Answer::ok, text_of(id), 0, history.row.next_seq};
  auto journal = std::make_unique<Journal>(*s, nobody, std::move(history));
  const std::int64_t number = Service::find(m)->add_journal(store, std::move(journal));
  Service::find(m)->rest_journal(number);
  return Value::fixnum(number);
}
Outcome journal_length(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::fixnum(j->length())) : not_open(m);
}

Outcome journal_id(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(symbol_of(m, j->id())) : not_open(m);
}
Outcome journal_flow(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(symbol_of(m, j->row().name)) : not_open(m);
}
Outcome journal_program(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(string_of(m, j->row().program)) : not_open(m);
}
// #(input milliseconds seed): what it was started with, when, and what its randomness is from.
Outcome journal_start(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  Value seed = Value::fixnum(sha256_60(j->id()));
  for (const Record& r : j->records()) {
    if (r.event == Event::program && !r.value.empty()) {
      FERMATA_TRY(stored, decode(m, r.value));
      seed = stored;
    }
    if (r.event != Event::started) continue;
    FERMATA_TRY(input, decode(m, r.value));
    return vector_of(m, {input, Value::fixnum(r.at), seed});
  }
  return refuse(m, ConditionKind::store, "flow " + j->id() + " has no record of its start");
}
// What the world gave to definitions of its program, as %flow-create was told.
Outcome journal_definitions(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  for (const Record& r : j->records())
    if (r.event == Event::definitions) return decode(m, r.value);
  return kNull;
}
// (id strand ordinal) of what waits for its end, or #f.
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
  }
  return kFalse;
}

Outcome is_recorded(Machine& m, Fixnum journal, String& strand, Fixnum ordinal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::boolean(j->holds({to_utf8(strand), ordinal}))) : not_open(m);
}

// What was recorded for that place of a version, or #f; the replay need not come there.
Outcome version_at(Machine& m, Fixnum journal, String& place) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  for (const Record& r : j->records())
    if (r.event == Event::version && r.position.strand == to_utf8(place)) return decode(m, r.value);
  return kFalse;
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

Outcome commit_with(Machine& m, std::int64_t number, const Journal::State& state) {
  Service& service = *Service::find(m);
  Journal* j = service.journal(number);
  if (j == nullptr) return not_open(m);
  const Answer answer = j->commit(state);
  const bool mail = j->has_mail();
  Store& store = service.store_of(number);
  // Whoever was refused knows nothing about the flow any more.
  if (answer != Answer::ok)
    service.drop_journal(number);
  else if (state.release)
    state.status == Status::suspended ? service.rest_journal(number) : service.drop_journal(number);
  if (answer != Answer::ok) return refuse(m, answer, store);
  return Value::boolean(mail);
}

// Commits several flows together: a list of #(journal status waiting wake), with the status #f
// for one that goes on.  The list of what came of each: whether there is mail, or a condition.
Outcome commit_all(Machine& m, Value entries) {
  Service& service = *Service::find(m);
  std::vector<std::int64_t> numbers;
  std::vector<Append> appends;
  std::vector<Journal::State> states;
  Store* store = nullptr;
  for (Value rest = entries; rest.is_pair(); rest = rest.pair()->cdr) {
    Value* const slots = as<Vector>(rest.pair()->car).slots();
    Journal::State state;
    if (slots[1] != kFalse) {
      state.status = status_named(text_of(slots[1])).value_or(Status::running);
      state.release = true;
      state.waiting = text_of(slots[2]);
      state.wake_at = slots[3].fixnum();
    }
    numbers.push_back(slots[0].fixnum());
    states.push_back(state);
    Journal* const j = service.journal(numbers.back());
    if (j == nullptr) return not_open(m);
    store = &service.store_of(numbers.back());
    appends.push_back(j->append_of(states.back()));
  }
  if (store == nullptr) return kNull;
  const std::int64_t sent_at = service.journal(numbers.front())->clock();
  const std::vector<Appended> done = store->append_all(appends);
  GcVector<Value> results(m.heap);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Journal* const j = service.journal(numbers[i]);
    const Answer answer = j->appended(done[i], sent_at);
    if (answer != Answer::ok) {
      service.drop_journal(numbers[i]);
      results.push_back(refuse(m, answer, *store).value);
      continue;
    }
    results.push_back(Value::boolean(j->has_mail()));
    if (!states[i].release) continue;
    states[i].status == Status::suspended ? service.rest_journal(numbers[i])
                                          : service.drop_journal(numbers[i]);
  }
  Value list = kNull;
  for (std::size_t i = results.size(); i-- > 0;) list = m.heap.cons(results[i], list);
  return list;
}

// Whether a commit would append something.
Outcome has_pending(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  return Value::boolean(j != nullptr && (j->has_pending() || j->is_stale()));
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
Outcome settle(Machine& m, Fixnum journal, Symbol& status, String& waiting, Fixnum wake) {
  const auto kind = status_named(text_of(value_of(&status)));
  if (!kind) return m.wrong_type(2, "a flow's status", value_of(&status));
  return commit_with(m, journal, {*kind, to_utf8(waiting), "", true, wake.value});
}

// #t: the flow is ours again, as it was left; #f: another process has it; changed: others went
// on with it meanwhile, and the journal is closed.
Outcome reclaim(Machine& m, Fixnum journal) {
  Service& service = *Service::find(m);
  Journal* j = service.journal(journal);
  if (j == nullptr) return symbol_of(m, "changed");
  const Answer answer = j->reclaim();
  if (answer == Answer::ok) {
    service.wake_journal(journal);
    return kTrue;
  }
  if (answer == Answer::busy) return kFalse;
  Store& store = service.store_of(journal);
  service.drop_journal(journal);
  if (answer == Answer::fenced || answer == Answer::closed) return symbol_of(m, "changed");
  return refuse(m, answer, store);
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
Outcome put_down(Machine& m, Fixnum journal) {
  if (find_journal(m, journal) == nullptr) return kFalse;
  return commit_with(m, journal, {Status::running, "", "", true});
}

// ---- mail ----------------------------------------------------------------------------
Value letter_name(Machine& m, Letter letter) {
  switch (letter) {
    case Letter::cancel:
      return symbol_of(m, "cancel");
    case Letter::signal:
      return symbol_of(m, "signal");
    case Letter::answer:
      break;
  }
  return symbol_of(m, "answer");
}

Outcome mail(Machine& m, Fixnum journal) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  if (j->has_mail()) {
    Store& store = Service::find(m)->store_of(journal);
    if (const Answer a = j->fetch_mail(); a != Answer::ok) return refuse(m, a, store);
  }
  Value list = kNull;
  const auto& inbox = j->inbox();
  for (std::size_t i = inbox.size(); i-- > 0;) {
    const Message& message = inbox[i];
    FERMATA_TRY(body, decode(m, message.body));
    list = m.heap.cons(
        vector_of(m, {string_of(m, message.id), letter_name(m, message.letter),
                      string_of(m, message.to.strand), Value::fixnum(message.to.ordinal),
                      symbol_of(m, message.tag), body}),
        list);
  }
  return list;
}

Outcome consume(Machine& m, Fixnum journal, String& message) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  j->consume(to_utf8(message));
  return kUnspecified;
}

Outcome deliver(Machine& m, Fixnum store, Value id, Symbol& letter, String& message, String& strand,
                Fixnum ordinal, Symbol& tag, Value body) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const std::string kind = text_of(value_of(&letter));
  const Letter what = kind == "cancel"   ? Letter::cancel
                      : kind == "signal" ? Letter::signal
                                         : Letter::answer;
  const Answer answer = s->deliver(text_of(id), {to_utf8(message),
                                                 what,
                                                 {to_utf8(strand), ordinal},
                                                 text_of(value_of(&tag)),
                                                 to_journal_text(m, body)});
  if (answer != Answer::ok && answer != Answer::duplicate) return refuse(m, answer, *s);
  return symbol_of(m, answer_name(answer));
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
    builtin<hash_of>("(%flow-hash obj)",
                     "Hash of obj as the journal would keep it; 0 when it cannot."),
    builtin<procedure_name>("(%procedure-name procedure)", "Its name, a symbol, or #f."),
    builtin<open_store_native>("(%flow-store url)",
                               "The store of that URL; the default one for #f."),
    builtin<store_url>("(%flow-store-url store)", "Its URL."),
    builtin<save_program>("(%flow-save-program store text)", "Stores a program; its content hash."),
    builtin<load_program>("(%flow-load-program store hash)", "The program of that content hash."),
    builtin<create>("(%flow-create store id name program input definitions parent now)",
                    "A new flow, open for writing; #f when there is one of that id."),
    builtin<claim>("(%flow-claim store id)", "Takes a flow over; #f when a living process has it."),
    builtin<read_journal>("(%flow-read store id)", "A journal that is only read."),
    builtin<journal_length>("(%flow-length journal)", "How many records it has."),
    builtin<journal_id>("(%flow-id journal)", "The flow's id."),
    builtin<journal_flow>("(%flow-name journal)", "The flow's name."),
    builtin<journal_program>("(%flow-program journal)", "The hash of the flow's program, or -."),
    builtin<journal_start>("(%flow-start journal)",
                           "What the flow was started with, when, and its seed: a vector."),
    builtin<journal_definitions>("(%flow-definitions-of journal)",
                                 "What the world gave to definitions of its program."),
    builtin<journal_parent>("(%flow-parent journal)", "What waits for its end, or #f."),
    builtin<is_replaying>("(%flow-replaying? journal)", "Whether its history goes on."),
    builtin<ask>("(%flow-ask journal strand ordinal operation name hash place)",
                 "What the history says: #f, open, or recorded for a step that ended."),
    builtin<is_recorded>("(%flow-recorded? journal strand ordinal)",
                         "Whether the history holds that position."),
    builtin<version_at>("(%flow-version journal place)", "The version recorded there, or #f."),
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
    builtin<commit>("(%flow-commit! journal)", "Appends what was added; whether there is mail."),
    builtin<commit_all>("(%flow-commit-all! entries)",
                        "Commits several flows of a store together."),
    builtin<has_pending>("(%flow-pending? journal)", "Whether a commit would append something."),
    builtin<store_of_journal>("(%flow-store-of journal)", "The store it is kept in."),
    builtin<settle>("(%flow-settle! journal status waiting wake)",
                    "The last commit; lets go of the flow."),
    builtin<reclaim>(
        "(%flow-reclaim! journal)",
        "Takes a flow again that was let go: #t, #f when it runs elsewhere, or changed."),
    builtin<forget>("(%flow-forget! journal)", "Closes a journal of a flow that was let go."),
    builtin<set_stuck>("(%flow-stuck! journal note)",
                       "Lets go of a flow that cannot go on with this program."),
    builtin<put_down>("(%flow-put-down! journal)", "Lets go of a flow in the middle."),
    builtin<mail>("(%flow-mail journal)", "Messages not consumed yet."),
    builtin<consume>("(%flow-consume! journal message)",
                     "The next commit stands for that message."),
    builtin<deliver>("(%flow-deliver! store id letter message strand ordinal tag body)",
                     "Puts a message into a flow's inbox."),
    builtin<command_name>("(%flow-command store)",
                          "How to run this command from a shell on that store."),
};

}  // namespace

std::span<const Builtin> flow_builtins() { return kFlow; }

}  // namespace fermata::flow
