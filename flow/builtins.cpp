// Natives: see builtins.hpp.  The rows stand at the end.
#include "flow/builtins.hpp"

#include "flow/owner.hpp"
#include "flow/plain_data.hpp"
#include "flow/service.hpp"
#include "flow/sha256.hpp"
#include "scheme/span_value.hpp"
#include "scheme/syntax.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- between Scheme and the store ------------------------------------------------------
std::string text_of(Value v) {  // of a symbol or a string
  if (const auto* symbol = cast<Symbol>(v)) return to_utf8(as<String>(symbol->name));
  if (const auto* string = cast<String>(v)) return to_utf8(*string);
  return "";
}
Value string_of(Machine& m, std::string_view text) { return value_of(&make_string(m.heap, text)); }
Value symbol_of(Machine& m, std::string_view text) { return m.symbols.intern(text); }

Value vector_of(Machine& m, std::initializer_list<Value> items) {
  auto& vector = m.heap.make_vector(items.size(), kFalse);
  std::copy(items.begin(), items.end(), vector.slots());
  return value_of(&vector);
}

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
  for (const Operation o : {Operation::step, Operation::suspend, Operation::branches})
    if (operation_name(o) == name) return o;
  return std::nullopt;
}

// ---- errors --------------------------------------------------------------------------
Outcome refuse(Machine& m, ConditionKind kind, std::string_view message) {
  const Value condition = m.make_condition(kind, message);
  as<Condition>(condition).who = kFalse;
  return m.raise(condition);
}

// An answer that is no success, as a condition.
Outcome refuse(Machine& m, Answer answer, const Store& store) {
  switch (answer) {
    case Answer::fenced:
      return refuse(m, ConditionKind::fenced, store.error());
    case Answer::missing:
    case Answer::closed:
    case Answer::busy:
    case Answer::refused:
      return refuse(m, ConditionKind::flow, store.error());
    default:
      return refuse(m, ConditionKind::store,
                    "the store " + store.url() + " failed: " + store.error());
  }
}

Outcome not_open(Machine& m) {
  return refuse(m, ConditionKind::flow, "this flow is not running here any more");
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

Store* find_store(Machine& m, Fixnum number) { return Service::find(m)->store(number); }
Journal* find_journal(Machine& m, Fixnum number) { return Service::find(m)->journal(number); }

Outcome no_store(Machine& m, Fixnum number) {
  return m.wrong_type(1, "an open store", Value::fixnum(number));
}

Outcome decode(Machine& m, std::string_view text) {
  try {
    return from_journal_text(m, text);
  } catch (const scheme::SyntaxError& e) {
    return refuse(m, ConditionKind::store, "a value in the journal cannot be read: " + e.message);
  }
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

Outcome create(Machine& m, Fixnum store, Symbol& name, String& program, Value input) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const NewFlow flow{"", text_of(value_of(&name)), to_utf8(program)};
  const std::string text = to_journal_text(m, input);
  Record records[2];
  records[0].event = Event::program, records[0].name = flow.program;
  records[1].event = Event::started, records[1].name = flow.name;
  records[1].hash = sha256_60(text), records[1].value = text;
  const Claim claim = s->create(flow, records);
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
Outcome journal_input(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  for (const Record& r : j->records())
    if (r.event == Event::started) return decode(m, r.value);
  return refuse(m, ConditionKind::store, "flow " + j->id() + " has no record of its start");
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
    case Found::returned:
    case Found::raised:
      break;
  }
  FERMATA_TRY(value, decode(m, found.record->value));
  return m.heap.cons(symbol_of(m, found.kind == Found::returned ? "returned" : "raised"), value);
}

Outcome is_recorded(Machine& m, Fixnum journal, String& strand, Fixnum ordinal) {
  const Journal* j = find_journal(m, journal);
  return j ? Outcome(Value::boolean(j->holds({to_utf8(strand), ordinal}))) : not_open(m);
}

Outcome next_event(Machine& m, Fixnum journal) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  const Record* event = j->next_event();
  if (event == nullptr) return j->problem().empty() ? Outcome(kFalse) : mismatch(m, *j);
  FERMATA_TRY(value, decode(m, event->value));
  return vector_of(m, {string_of(m, event->position.strand), Value::fixnum(event->position.ordinal),
                       symbol_of(m, event->name), value});
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

Outcome withdraw(Machine& m, Fixnum journal, String& strand, Fixnum ordinal, Symbol& tag) {
  Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  j->withdraw({to_utf8(strand), ordinal}, text_of(value_of(&tag)));
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
  if (answer != Answer::ok || state.release) service.drop_journal(number);
  if (answer != Answer::ok) return refuse(m, answer, store);
  return Value::boolean(mail);
}

// Appends what was recorded, if anything was; whether the inbox holds something.
Outcome commit(Machine& m, Fixnum journal) {
  const Journal* j = find_journal(m, journal);
  if (j == nullptr) return not_open(m);
  if (!j->has_pending() && !j->is_stale()) return Value::boolean(j->has_mail());
  return commit_with(m, journal, {});
}

Outcome settle(Machine& m, Fixnum journal, Symbol& status, String& waiting, String& note) {
  const auto kind = status_named(text_of(value_of(&status)));
  if (!kind) return m.wrong_type(2, "a flow's status", value_of(&status));
  return commit_with(m, journal, {*kind, to_utf8(waiting), to_utf8(note), true});
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
  return symbol_of(m, letter == Letter::cancel ? "cancel" : "answer");
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
  const bool cancel = text_of(value_of(&letter)) == "cancel";
  const Answer answer = s->deliver(text_of(id), {to_utf8(message),
                                                 cancel ? Letter::cancel : Letter::answer,
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

// ---- looking -------------------------------------------------------------------------
// #(id name status waiting note seconds-since-1970 owned?)
Value row_vector(Machine& m, const FlowRow& row) {
  return vector_of(
      m, {symbol_of(m, row.id), symbol_of(m, row.name), symbol_of(m, status_name(row.status)),
          string_of(m, row.waiting), string_of(m, row.note), Value::fixnum(row.created_at / 1000),
          Value::boolean(!row.owner.empty())});
}

Outcome list_flows(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<FlowRow> rows;
  if (const Answer a = s->list({}, rows); a != Answer::ok) return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = rows.size(); i-- > 0;) list = m.heap.cons(row_vector(m, rows[i]), list);
  return list;
}

// (row record ...), each record #(event strand ordinal name hash value); #f without such a flow.
Outcome history(Machine& m, Fixnum store, Value id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const History h = s->load(text_of(id));
  if (h.answer == Answer::missing) return kFalse;
  if (h.answer != Answer::ok) return refuse(m, h.answer, *s);
  Value list = kNull;
  for (std::size_t i = h.records.size(); i-- > 0;) {
    const Record& r = h.records[i];
    Value value = kUnspecified;
    if (!r.value.empty()) {
      FERMATA_TRY(decoded, decode(m, r.value));
      value = decoded;
    }
    list = m.heap.cons(
        vector_of(m, {symbol_of(m, event_name(r.event)), string_of(m, r.position.strand),
                      Value::fixnum(r.position.ordinal), symbol_of(m, r.name),
                      Value::fixnum(r.hash), value}),
        list);
  }
  return m.heap.cons(row_vector(m, h.row), list);
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
    builtin<create>("(%flow-create store name program input)", "A new flow, open for writing."),
    builtin<claim>("(%flow-claim store id)", "Takes a flow over; #f when a living process has it."),
    builtin<journal_id>("(%flow-id journal)", "The flow's id."),
    builtin<journal_flow>("(%flow-name journal)", "The flow's name."),
    builtin<journal_program>("(%flow-program journal)", "The hash of the flow's program, or -."),
    builtin<journal_input>("(%flow-input journal)", "What the flow was started with."),
    builtin<ask>("(%flow-ask journal strand ordinal operation name hash place)",
                 "What the history says: #f, open, (returned . value), (raised . value)."),
    builtin<is_recorded>("(%flow-recorded? journal strand ordinal)",
                         "Whether the history holds that position."),
    builtin<next_event>("(%flow-next-event! journal)", "The next answer of the history, or #f."),
    builtin<ends_here>("(%flow-ends-here journal)", "An error when the history goes on."),
    builtin<problem>("(%flow-problem journal)", "How the flow differs from its history, or #f."),
    builtin<record>("(%flow-record! journal event strand ordinal name hash [value])",
                    "Adds a record to the next commit."),
    builtin<withdraw>("(%flow-withdraw! journal strand ordinal tag)",
                      "Records that a wait was ended, if the history does not."),
    builtin<commit>("(%flow-commit! journal)", "Appends what was added; whether there is mail."),
    builtin<settle>("(%flow-settle! journal status waiting note)",
                    "The last commit; lets go of the flow."),
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
    builtin<list_flows>("(%flow-list store)", "All flows, newest first, as vectors."),
    builtin<history>("(%flow-history store id)", "A flow's row and its records, or #f."),
};

}  // namespace

std::span<const Builtin> flow_builtins() { return kFlow; }

}  // namespace fermata::flow
