// The journal of one flow that this process owns: reading it again, and adding to it.
//
// The program asks for each durable operation it comes to: ask(position, kind, name, hash).
// While the history lasts, the answer comes from there, after checking that the program
// asks for what stands there; a difference is a mismatch, never silently passed over.
// After its end the operation is new: the caller performs it and records it.
//
// What comes from outside (answers, ends of steps, signals, the passing of time) is part of
// the history too: events enter one at a time, in the order of the journal, only when every
// strand waits; so a replay runs exactly as the first run did.  New records are kept back until commit(), which appends them in one
// transaction; nothing may act on the world before that.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flow/owner.hpp"
#include "flow/store.hpp"

namespace fermata::flow {

enum class Operation : std::uint8_t { step, suspend, branches, sleep, signal, attribute };
std::string_view operation_name(Operation operation);

// What the history says about an operation.
struct Found {
  enum Kind : std::uint8_t {
    fresh,     // nothing: it is new
    open,      // begun: a step in doubt, a wait; all but steps are always `open`
    recorded,  // a step that ended: how, next_event() says in its turn
    withdrawn,  // a step that was broken off
    mismatch   // something else stands there; see Journal::problem()
  } kind = fresh;
};

class Journal {
 public:
  // Requires: claim.answer is ok and history was loaded after it.
  // clock: milliseconds, running on while the machine sleeps.
  Journal(Store& store, const Claim& claim, History history,
          std::function<std::int64_t()> clock = boot_clock_ms);

  const std::string& id() const { return claim_.id; }
  const std::string& name() const { return name_; }
  const std::string& program() const { return program_; }
  const std::vector<Record>& records() const { return records_; }
  std::int64_t length() const { return claim_.next_seq; }  // what was committed
  std::int64_t epoch() const { return claim_.epoch; }
  Holding holding() const { return {claim_.id, claim_.epoch}; }

  // ---- replay --------------------------------------------------------------------
  Found ask(const Position& at, Operation operation, std::string_view name, std::int64_t hash);
  // Whether the history holds something at that position.
  bool holds(const Position& at) const { return index_ && index_->entries.count(at) != 0; }
  // The next event of the history, when all that came before it has been asked for.
  // Null at the end of the history, or after a mismatch (problem() is then not empty).
  const Record* next_event();
  // Whether everything that the history holds has been asked for and delivered.
  bool is_replayed() const;
  // For when the program has nothing more to ask: the history may not go on.  From then on what
  // the program does was not done before.
  bool ends_here();
  bool is_caught_up() const { return caught_up_; }
  // A mismatch, told in a few lines; empty when there was none.
  const std::string& problem() const { return problem_; }

  // ---- adding ----------------------------------------------------------------------
  void add(Event event, const Position& at, std::string_view name, std::int64_t hash,
           std::string value);
  // An event that enters now, at that time.
  void add_event(Event event, const Position& at, std::string_view name, std::string value,
                 std::int64_t time);
  // How a wait ended, when the program says so: withdrawn, woke, received.  Adds nothing when
  // the history knows.
  void close(Event event, const Position& at, std::string_view name);
  // Too long ago that the store confirmed that the flow is ours: commit before acting, even
  // without a record, because this process may have been stopped meanwhile.
  bool is_stale() const { return clock_() - confirmed_at_ > store_.trust_ms(); }
  // So long ago that the lease may be over before what is begun now has begun: an answer came late.
  bool is_overdue() const { return clock_() - confirmed_at_ > store_.lease_ms() * 2 / 3; }
  const std::vector<Record>& pending() const { return pending_; }
  bool has_pending() const { return !pending_.empty() || !consumed_.empty(); }
  // Appends what was added.  After any answer but ok and duplicate this journal is dead.
  struct State {
    Status status = Status::running;
    std::string waiting, note;
    bool release = false;
    std::int64_t wake_at = 0;
    std::string heir = {};  // see Append
  };
  Answer commit(const State& state);
  Answer commit() { return commit({}); }
  // The two halves of commit(), for several journals at once: what is to be appended, valid
  // until the journal is touched again; and what became of it.
  Append append_of(const State& state) const;
  Answer appended(const Appended& done, std::int64_t sent_at, const Append& what);
  // The store said at that time that the flow is ours.
  void confirm(std::int64_t asked_at) { confirmed_at_ = asked_at; }
  std::int64_t clock() const { return clock_(); }
  // The flow began anew: so many records took the place of all it had, in one append that was sent
  // at that time, and this is what the store has now.
  void restarted(History history, std::int64_t count, std::int64_t sent_at);
  // The value recorded at a place where no strand is (`version NAME`, `reply ID`); or null.
  const Record* note_at(const std::string& place) const;
  // The flow was released and is ours again by that claim, asked for then; nobody touched it
  // meanwhile: claim.next_seq is length().
  void reclaimed(const Claim& claim, std::int64_t asked_at);
  // The flow waits, perhaps for years, among thousands: what only a replay asks for is let go.
  void rest();
  // Forgets what was added and not committed.
  void discard() {
    pending_.clear();
    consumed_.clear();
  }
  // Whether the last commit saw something in the inbox.
  bool has_mail() const { return mail_; }
  // To find `most` messages that stand in no record yet, the store is asked for so many; and those
  // that count are left of what it gave.
  static constexpr std::size_t kMailAtOnce = 1000;
  std::size_t mail_to_ask(std::size_t most) const { return most + consumed_.size(); }
  void take_mail(std::size_t most, std::vector<Message>& messages);
  // A message has become a record, which stands in the next commit.
  void consume(const std::string& message_id) { consumed_.push_back(message_id); }

  // Waits that have no answer yet, in the order of the journal.
  static std::vector<Record> open_waits(const std::vector<Record>& records);

 private:
  struct Entry {
    const Record* first = nullptr;
    const Record* last = nullptr;
    bool visited = false;
  };
  // What the records say to a replay; points into them.
  struct Index {
    std::map<Position, Entry> entries;
    std::vector<const Entry*> in_order;     // the same, as they first appear
    mutable std::size_t visited_up_to = 0;  // entries before it are all visited
    std::vector<const Record*> events;
    std::size_t next_event = 0;
    std::map<std::string, const Record*> notes;  // by place
    const Entry* first_unvisited(std::int64_t before) const;
    bool is_replayed() const;
  };
  void index_records();
  void say_mismatch(const Record* history, const std::string& program);
  // What the program has not come to yet, as the report of a mismatch shows it.
  const Record* first_missed() const;

  Store& store_;
  // Ten thousands of journals rest at a time: what they have in common the store keeps once.
  const std::string& name_;
  const std::string& program_;
  Claim claim_;
  std::vector<Record> records_;   // the history as it was loaded
  std::unique_ptr<Index> index_;  // null: the journal rests, and all was replayed
  std::vector<Record> pending_;
  std::vector<std::string> consumed_;
  std::int64_t op_;
  bool mail_ = false;
  bool caught_up_;
  std::string problem_;
  std::function<std::int64_t()> clock_;
  std::int64_t confirmed_at_;  // when the last append that succeeded was sent
};

}  // namespace fermata::flow
