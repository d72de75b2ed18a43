// The store: where journals live.  One interface, one conformance suite, several drivers.
//
// Safety comes from the append, not from the lease: every append names the flow, the epoch
// of its owner and the sequence number it expects, and is refused (`fenced`) when either
// is not the current one.  The epoch grows with each claim, so an owner that was stopped,
// and whose flow another took over, cannot write any more.  The lease only says when
// another may take over without asking; it is written and compared with the store's clock.
//
// Outsiders never touch a journal: they deliver a message to the flow's inbox, and the
// owner consumes it in an append of its own.
//
// Every call is atomic, may be made from any thread, and answers instead of throwing.  What it
// wrote survives the process.  It survives a power cut too, at once, or, where nothing is lost by
// its loss alone (claim, release, renew, beat), with the next append of anybody.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/owner.hpp"
#include "flow/record.hpp"

namespace fermata::flow {

enum class Answer : std::uint8_t {
  ok,
  duplicate,  // this very append, or message, was there already; all is well
  fenced,     // somebody else owns the flow by now: drop what you know about it
  missing,    // no such flow
  closed,     // the flow has finished, failed or was cancelled
  busy,       // a living owner holds it, or the store's lock could not be had in time
  refused,    // another message with that id was delivered before
  damaged,    // what is stored does not match its checksum, or is from a newer version
  full,       // no space left; nothing was written
  fail_stop   // an I/O error: nothing more is written through this store
};
std::string_view answer_name(Answer answer);

struct FlowRow {
  std::string id, name, program;
  Status status{};
  std::string owner;  // empty: nobody
  std::int64_t epoch = 0, next_seq = 0, lease_until = 0, created_at = 0, updated_at = 0;
  std::string waiting;  // what it waits for, to be shown: "review, legal"
  std::string note;     // why it is stuck
  std::int64_t wake_at = 0;  // when its next timer is due, in milliseconds since 1970; 0: none
  std::int64_t first_seq = 0;  // of its oldest record: those before were folded into a snapshot
  std::int64_t attempts = 0;   // claims since its owner last wrote a record or let go of
                              // it: many mean that it kills its process
  std::string queue, queue_key;  // empty: it was not queued
  std::int64_t priority = 0;
};

struct Claim {
  Answer answer{};
  std::string id;
  std::int64_t epoch = 0, next_seq = 0;
};

// A flow that its owner knows to be its own, by that epoch.
struct Holding {
  std::string id;
  std::int64_t epoch = 0;
  auto operator<=>(const Holding&) const = default;
};

struct NewFlow {
  std::string id;  // empty: the store makes one from the name
  std::string name;
  std::string program;  // content hash, or "-"
  // With a queue nobody owns it yet: it waits in state `queued` until it is admitted.
  std::string queue = {}, queue_key = {};
  std::int64_t priority = 0;
  // The caller appends to it before anybody can learn of it: until then a power cut may lose it.
  bool soon = false;
};

// What else changes in the transaction of an append.
struct Append {
  std::string flow;
  std::int64_t epoch = 0, seq = 0;  // the epoch I own it by, the number of my first record
  std::int64_t op = 0;              // names this append, so that a repetition is recognised
  std::span<const Record> records;
  Status status = Status::running;
  std::string waiting, note;
  std::int64_t wake_at = 0;
  bool release = false;                   // I let go of the flow
  std::string heir = {};                  // and hand it to this owner: nobody else may have it
                                          // for the length of a lease, and I cannot write any more
  bool restart = false;                   // these records take the place of all before them
  std::span<const std::string> consumed;  // ids of inbox messages these records stand for
};

struct Appended {
  Answer answer{};
  bool mail = false;  // the inbox holds something
  std::string problem = {};  // why it was not written; empty: it was
};

// handoff: the flow goes to the owner that the body names; no record tells of it.
enum class Letter : std::uint8_t { answer = 1, cancel = 2, signal = 3, update = 4, handoff = 5 };

// The id of a cancellation: a flow has at most one.
inline constexpr std::string_view kCancelMessage = "cancel";

struct Message {
  std::string id;  // a second delivery under the same id is recognised
  Letter letter{};
  Position to;      // the wait it answers
  std::string tag;  // of the wait; the name of a signal
  std::string body;
};

struct History {
  Answer answer{};
  FlowRow row;
  std::vector<Record> records;
  std::vector<Message> inbox;  // not yet consumed, oldest first
};

struct ListFilter {
  std::vector<Status> statuses;  // empty: all
  std::string name;              // empty: all
  std::size_t limit = 0;         // 0: all; the newest
  std::int64_t since = 0, until = 0;  // started then or later, before then; 0: whenever
  std::vector<std::pair<std::string, std::string>> attributes = {};  // all of them; values as texts
  // Let go of then or later, or ended; what only goes on does not count.  0: whenever.
  std::int64_t changed = 0;
};

// The progress of a step, as its last heartbeat told it.
struct Beat {
  std::string value;
  std::int64_t at = 0;
};

// What is kept beside the flows: schedules, rules of queues.  Who changes one names the version
// that it saw, so of two processes that act on the same state one is refused.
struct Item {
  std::string kind, id;
  std::int64_t version = 0;  // 0: there is none yet
  std::int64_t due = 0;      // when somebody is to look at it; 0: never
  std::string value;
};

// How many flows of a queue may be open at once, and how often one may begin.
struct QueueRule {
  std::string queue;
  std::int64_t limit = 0, per_key = 0;       // open flows, in all and for each key; 0: any number
  std::int64_t rate = 0, rate_window_ms = 0;  // at most so many begin in that time; 0: any number
};

// How many flows there are of a name and state, and how many records they have.
struct FlowCount {
  std::string name;
  Status status{};
  std::int64_t flows = 0, records = 0;
};

// The flows that wait in a queue.
struct Backlog {
  std::string queue;
  std::int64_t flows = 0, waited_ms = 0;  // how long the oldest of them has waited
};

struct Creation {
  NewFlow flow;
  std::vector<Record> records;
};

// What a check found: the invariant that is broken (docs/durability.md), where, and how.
struct Flaw {
  std::string rule, flow, text;
};

inline constexpr std::int64_t kLocalLeaseMs = 15000, kSharedLeaseMs = 3000;

struct StoreOptions {
  std::string owner;  // empty: this process
  std::int64_t lease_ms = 0;  // 0: 15 s; 3 s where owners are on several machines
  std::function<std::int64_t()> now;                    // milliseconds since 1970
  std::function<bool(std::string_view owner)> is_gone;  // known to have ended
};

// An owner's name behind this was handed the flow and has not claimed it yet.
inline constexpr char kHandedTo = '>';
// Whether somebody has the flow so that another must wait: an owner that may live, or an heir
// who is not `options.owner`.
bool is_held(const FlowRow& row, const StoreOptions& options);
// Who has it, also when it was only handed to them so far.
std::string_view holder(const FlowRow& row);

class Store {
 public:
  virtual ~Store() = default;
  virtual std::string url() const = 0;
  // Whether an answer comes over a network, so that it is better not to wait for it.
  virtual bool is_remote() const { return false; }
  // The name under which this store owns flows.
  virtual std::string owner() const = 0;
  // What went wrong at the last answer that was not ok; of a remote store, at the last that this
  // thread had.
  virtual std::string error() const = 0;
  virtual std::int64_t lease_ms() const = 0;
  // The time by which it keeps flows, in milliseconds since 1970.
  virtual std::int64_t clock_ms() const { return wall_clock_ms(); }
  // How long an owner may act on what it last heard, from when it asked.
  std::int64_t trust_ms() const { return std::min<std::int64_t>(5000, lease_ms() / 3); }

  // The same text as long as the store lives, kept once: names and programs, which many flows have.
  const std::string& shared_text(const std::string& text) { return *texts_.insert(text).first; }

  // A new flow, owned by the caller under epoch 1, with its first records.
  virtual Claim create(const NewFlow& flow, std::span<const Record> records) = 0;
  // Several, together where the store can; each has its own answer.
  virtual std::vector<Claim> create_all(std::span<const Creation> creations) {
    std::vector<Claim> made;
    for (const Creation& c : creations) made.push_back(create(c.flow, c.records));
    return made;
  }
  // Makes the caller the owner: epoch + 1.  `steal` does not ask whether an owner lives.
  enum class Manner : std::uint8_t { polite, steal };
  virtual Claim claim(std::string_view id, Manner manner = Manner::polite) = 0;
  virtual Appended append(const Append& append) = 0;
  // Several appends, of different flows, made safe together.  Each has its own answer; when the
  // store itself fails, all of them have that one and nothing was written.
  virtual std::vector<Appended> append_all(std::span<const Append> appends) = 0;
  // Lets go of a flow without a record.  Does nothing when the epoch is old.
  virtual Answer release(std::string_view id, std::int64_t epoch) = 0;
  // Prolongs the leases of these flows, those of them that are still held so.  What the owner has
  // without knowing, because the answer to a claim was lost, runs out.
  virtual Answer renew(std::span<const Holding> held) = 0;

  // Lets flows of a queue begin, as many as the rule allows: they are `running` and nobody has
  // them.  Of a higher priority first, then of the key that has the fewest, then the oldest.
  virtual Answer admit(const QueueRule& rule, std::vector<std::string>& ids) = 0;
  // When the rule lets another flow begin only because of its rate; 0: not for that reason.
  virtual Answer next_admission(const QueueRule& rule, std::int64_t& at) = 0;

  // The queues in which flows wait.
  virtual Answer queues(std::vector<Backlog>& found) = 0;

  // Whether somebody else may have written what lets a flow go on since the last call: a hint to
  // look again, which costs next to nothing and may be late or missed.
  virtual bool changed() { return false; }
  // Others have been given their hints when it returns; before the process ends.  Whoever still asks
  // the store in another thread gives none any more.
  virtual void end() {}
  // How long to go without a look when there is no hint.
  virtual std::int64_t poll_ms() const { return 1000; }

  virtual Answer deliver(std::string_view id, const Message& message) = 0;

  // Keeps the progress of a step; fenced when the epoch is old.
  virtual Answer beat(std::string_view id, std::int64_t epoch, std::string_view step,
                      std::string_view value) = 0;
  virtual Answer last_beat(std::string_view id, std::string_view step, Beat& beat) = 0;
  virtual Answer beats(std::string_view id, std::vector<std::pair<std::string, Beat>>& beats) = 0;

  // Messages that no append has consumed: a cancellation first, then the oldest, at most `limit`.
  virtual Answer inbox(std::string_view id, std::size_t limit, std::vector<Message>& messages) = 0;

  // How a flow stands, without its history.
  virtual Answer row(std::string_view id, FlowRow& row) = 0;
  // With `from`, of its records only those of that number and later, and no messages.
  virtual History load(std::string_view id, std::int64_t from) = 0;
  History load(std::string_view id) { return load(id, 0); }
  // Of its records only those that say by which program it goes on, see says_program.
  virtual History load_program(std::string_view id) = 0;
  virtual Answer list(const ListFilter& filter, std::vector<FlowRow>& rows) = 0;
  // By name, then state.
  virtual Answer counts(std::vector<FlowCount>& counts) = 0;
  // Flows that could go on and that nobody runs: a timer is due, mail came in, or the process
  // that ran them has ended.  At most `limit`, those that are due longest first.
  virtual Answer due(std::size_t limit, std::vector<FlowRow>& rows) = 0;
  // Of these what others handed to this owner since the last call: a hint, like changed().  None
  // where looking at all that is due takes no longer.
  virtual Answer handed(std::vector<FlowRow>&) { return Answer::ok; }
  // When the next timer of a flow that nobody runs is due, or 0.
  virtual Answer next_wake(std::int64_t& at) = 0;

  // A flow that was made elsewhere, with all its records as they are; nobody owns it.
  // refused: there is one of that id; one that is elsewhere gives way to a later epoch, and keeps
  // its messages.
  virtual Answer import(const FlowRow& row, std::span<const Record> records) = 0;
  // More records of a copy, up to row.next_seq; when the row is closed, so is the copy, which then
  // is a flow like others that ended.  refused: they do not follow those that are here, or it is
  // no copy any more.
  virtual Answer extend(const FlowRow& row, std::span<const Record> records) = 0;
  // A copy, or a flow that was delegated, of that epoch becomes one that anybody may run, under a
  // later one.
  virtual Answer promote(std::string_view id, std::int64_t epoch, std::int64_t to) = 0;
  // Removes closed flows that have not changed since then, at most `limit`; how many it were.
  virtual Answer purge(std::int64_t before, std::size_t limit, std::size_t& removed) = 0;

  // Keeps an item; refused when its version is not item.version any more.
  virtual Answer put_item(const Item& item) = 0;
  virtual Answer drop_item(std::string_view kind, std::string_view id) = 0;
  virtual Answer item(std::string_view kind, std::string_view id, Item& item) = 0;
  // Those of a kind, by id; with `due_by`, only those due until then.
  virtual Answer items(std::string_view kind, std::int64_t due_by, std::vector<Item>& items) = 0;

  // Name and value of each attribute of a flow.
  virtual Answer attributes(std::string_view id,
                            std::vector<std::pair<std::string, std::string>>& found) = 0;

  // Programs, by content hash; storing one twice is fine.
  virtual Answer put_program(std::string_view hash, std::string_view text) = 0;
  virtual Answer get_program(std::string_view hash, std::string& text) = 0;

  // Looks through the whole store for what must not be.
  virtual Answer check(std::vector<Flaw>& flaws) = 0;

 private:
  std::set<std::string> texts_;
};

// What memory stores share: two stores on the same tables are two owners of one store.
struct MemoryTables;
std::shared_ptr<MemoryTables> make_memory_tables();
std::unique_ptr<Store> make_memory_store(StoreOptions options = {},
                                         std::shared_ptr<MemoryTables> tables = nullptr);
// Null when it cannot be opened; `error` then says why.
std::unique_ptr<Store> open_sqlite_store(const std::string& path, StoreOptions options,
                                         std::string& error);
// url: as libpq takes it, "postgresql://...".
std::unique_ptr<Store> open_postgres_store(const std::string& url, StoreOptions options,
                                           std::string& error);
// By URL: "sqlite:PATH", "postgresql://..." or "memory:".  A path alone is an SQLite file.
std::unique_ptr<Store> open_store(std::string_view url, StoreOptions options, std::string& error);
// Makes the tables, or brings those of an earlier version forward.  Opening an SQLite store does
// so by itself; in PostgreSQL who may use tables is often not who may make them.
enum class StoreChange : std::uint8_t { init, migrate };
bool change_store(std::string_view url, StoreChange change, std::string& error);
bool change_postgres_store(const std::string& url, StoreChange change, std::string& error);
bool is_postgres_url(std::string_view url);
// The URL without a password.
std::string shown_url(std::string_view url);
// FERMATA_STORE, or sqlite: flows.sqlite in the user's state directory.
std::string default_store_url();

}  // namespace fermata::flow
