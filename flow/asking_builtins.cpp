// See asking.hpp.  Natives that ask a store for several things at once: commits, and taking a flow.
#include "flow/asking.hpp"

#include <algorithm>

#include "flow/builtins.hpp"
#include "flow/owner.hpp"
#include "sched/engine.hpp"
#include "scheme/world.hpp"
#include "vm/allocation.hpp"

namespace fermata::flow {

using namespace vm;

Outcome answer_of(Machine& m, const Store& store, std::shared_ptr<sched::Job> job, Wait wait) {
  const Service& service = *Service::find(m);
  const Value await =
      wait == Wait::to_its_end ? service.await_shielded.get() : service.await_job.get();
  if (!store.is_remote() || await == kFalse) return answer_now(m, *job);
  sched::Workers& workers = sched::Engine::of(m).workers;
  return m.tail_call(await, {workers.begin(std::move(job), sched::Workers::Crew::remote)});
}

Outcome answer_now(Machine& m, sched::Job& job) {
  job.work();
  return job.finish(m);
}

bool is_flow_code(Machine& m) { return scheme::world_of(m)->is_told_again(m); }

namespace {

// Appends of several flows, which wait meanwhile.
class Committing : public sched::Job {
 public:
  explicit Committing(std::shared_ptr<Store> store) : store_(std::move(store)) {}

  void add(std::int64_t journal, const Journal& j, const Journal::State& state) {
    journals_.push_back(journal);
    states_.push_back(state);
    const Append append = j.append_of(state);
    // The journal may be closed before the worker comes to it.
    records_.emplace_back(append.records.begin(), append.records.end());
    consumed_.emplace_back(append.consumed.begin(), append.consumed.end());
    appends_.push_back(append);
  }
  void work() override {
    for (std::size_t i = 0; i < appends_.size(); ++i)
      appends_[i].records = records_[i], appends_[i].consumed = consumed_[i];
    done_ = store_->append_all(appends_);
  }
  // The list of what came of each: whether there is mail, or a condition.
  Outcome finish(Machine& m) override {
    GcVector<Value> results(m.heap);
    for (std::size_t i = 0; i < journals_.size(); ++i) results.push_back(result(m, i).value);
    Value list = kNull;
    for (std::size_t i = results.size(); i-- > 0;) list = m.heap.cons(results[i], list);
    return list;
  }

 protected:
  Outcome result(Machine& m, std::size_t i) const {
    Service& service = *Service::find(m);
    Journal* const j = service.journal(journals_[i]);
    if (j == nullptr) return not_open(m);
    const Answer answer = j->appended(done_[i], asked_at_, appends_[i]);
    // Whoever was refused knows nothing about the flow any more.
    if (answer != Answer::ok) {
      service.drop_journal(journals_[i]);
      return refuse(m, answer, *store_, done_[i].problem);
    }
    const Value mail = Value::boolean(j->has_mail());
    if (!states_[i].release) return mail;
    if (service.tell_rest && states_[i].status != Status::running)
      service.tell_rest(j->id(), status_name(states_[i].status));
    states_[i].status == Status::suspended ? service.park_journal(journals_[i])
                                           : service.drop_journal(journals_[i]);
    return mail;
  }

 private:
  const std::shared_ptr<Store> store_;
  const std::int64_t asked_at_ = boot_clock_ms();
  std::vector<std::int64_t> journals_;
  std::vector<Journal::State> states_;
  std::vector<std::vector<Record>> records_;
  std::vector<std::vector<std::string>> consumed_;
  std::vector<Append> appends_;
  std::vector<Appended> done_;
};

class CommittingOne final : public Committing {
 public:
  using Committing::Committing;
  Outcome finish(Machine& m) override { return result(m, 0); }
};

// Commits several flows of a store together: a list of #(journal status waiting wake), with the
// status #f for one that goes on.
Outcome commit_all(Machine& m, Value entries) {
  Service& service = *Service::find(m);
  std::shared_ptr<Committing> job;
  std::shared_ptr<Store> store;
  for (Value rest = entries; rest.is_pair(); rest = rest.pair()->cdr) {
    auto* const entry = cast<Vector>(rest.pair()->car);
    const bool is_entry = entry != nullptr && entry->length() == 4 &&
                          entry->slots()[0].is_fixnum() &&
                          (entry->slots()[1] == kFalse || entry->slots()[3].is_fixnum());
    if (!is_entry) return m.wrong_type(1, "a list of #(journal status waiting wake)", entries);
    Value* const slots = entry->slots();
    const std::int64_t number = slots[0].fixnum();
    Journal::State state;
    if (slots[1] != kFalse) {
      state.status = status_named(text_of(slots[1])).value_or(Status::running);
      state.release = true;
      state.waiting = text_of(slots[2]);
      state.wake_at = slots[3].fixnum();
    }
    const Journal* const j = service.journal(number);
    if (j == nullptr) return not_open(m);
    if (!job) {
      store = service.shared_store(service.store_number(number));
      job = std::make_shared<Committing>(store);
    }
    job->add(number, *j, state);
  }
  return job ? answer_of(m, *store, job) : Outcome(kNull);
}

// A flow is taken and read.
class Taking final : public sched::Job {
 public:
  Taking(std::shared_ptr<Store> store, std::int64_t number, std::string id, Store::Manner manner)
      : store_(std::move(store)), number_(number), id_(std::move(id)), manner_(manner) {}
  void work() override {
    claim_ = store_->claim(id_, manner_);
    problem_ = store_->error();
    if (claim_.answer != Answer::ok) return;
    history_ = store_->load(id_);
    problem_ = store_->error();
    // It is nobody's again when it cannot be read, or nobody waits for it any more.
    if (history_.answer != Answer::ok || is_given_up()) store_->release(id_, claim_.epoch);
  }
  // A journal, or #f when a living process has the flow, or it waits in a queue.
  Outcome finish(Machine& m) override {
    if (claim_.answer == Answer::busy) return kFalse;
    if (claim_.answer != Answer::ok) return refuse(m, claim_.answer, *store_, problem_);
    if (history_.answer != Answer::ok) return refuse(m, history_.answer, *store_, problem_);
    auto journal = std::make_unique<Journal>(*store_, claim_, std::move(history_));
    journal->confirm(asked_at_);
    return Value::fixnum(Service::find(m)->add_journal(number_, std::move(journal)));
  }

 private:
  const std::shared_ptr<Store> store_;
  const std::int64_t number_;
  const std::string id_;
  const Store::Manner manner_;
  const std::int64_t asked_at_ = boot_clock_ms();
  std::string problem_;
  Claim claim_;
  History history_;
};

// `any` takes it also from a living process, or out of a queue.
Outcome claim(Machine& m, Fixnum store, Value id, std::optional<Value> any) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  auto shared = Service::find(m)->shared_store(store);
  const auto manner = any ? Store::Manner::steal : Store::Manner::polite;
  return answer_of(m, *shared, std::make_shared<Taking>(shared, store, text_of(id), manner));
}

// A flow that was let go: what its journal knew is still the end of its history, or not.
struct Reclaimed {
  Claim claim;
  std::vector<Message> mail;
};

// #t: the flow is ours again, as it was left; #f: another process has it; changed: others went
// on with it meanwhile, and the journal is closed.
Outcome reclaim(Machine& m, Fixnum journal) {
  const Journal* const j = find_journal(m, journal);
  if (j == nullptr) return symbol_of(m, "changed");
  const auto ask = [id = j->id(), next_seq = j->length(),
                    limit = j->mail_to_ask(1)](Store& store, Reclaimed& found) {
    // One that others went on with is left to us as it is: it may have been handed to us, and
    // who claims and lets go of it leaves it to anybody.
    FlowRow row;
    if (store.row(id, row) == Answer::ok && row.next_seq != next_seq) return Answer::fenced;
    found.claim = store.claim(id);
    if (found.claim.answer != Answer::ok) return found.claim.answer;
    if (found.claim.next_seq == next_seq) return store.inbox(id, limit, found.mail);
    store.release(id, found.claim.epoch);
    return Answer::fenced;
  };
  const auto finish = [journal, asked_at = j->clock()](
                          Machine& m, Said<Reclaimed>& said) -> std::optional<Outcome> {
    Service& service = *Service::find(m);
    Journal* const j = service.journal(journal);
    if (said.answer == Answer::busy) return kFalse;
    if (said.answer == Answer::ok && j != nullptr) {
      j->reclaimed(said.found.claim, asked_at);
      j->take_mail(1, said.found.mail);
      service.wake_journal(journal);
      return kTrue;
    }
    service.drop_journal(journal);
    if (j == nullptr || said.answer == Answer::fenced || said.answer == Answer::closed)
      return symbol_of(m, "changed");
    return std::nullopt;
  };
  return ask_store<Reclaimed>(m, Fixnum{Service::find(m)->store_number(journal)}, ask, finish);
}

Outcome set_await_job(Machine& m, Procedure procedure, Procedure shielded) {
  Service::find(m)->await_job.set(procedure);
  Service::find(m)->await_shielded.set(shielded);
  return kUnspecified;
}

Outcome is_remote(Machine& m, Fixnum store) {
  Store* const s = find_store(m, store);
  return s ? Outcome(Value::boolean(s->is_remote())) : no_store(m, store);
}

constexpr Builtin kAsking[] = {
    builtin<commit_all>("(%flow-commit-all! entries)",
                        "Commits several flows of a store together."),
    builtin<claim>("(%flow-claim store id [any])",
                   "Takes a flow over; #f when a living process has it, or it is queued."),
    builtin<reclaim>(
        "(%flow-reclaim! journal)",
        "Takes a flow again that was let go: #t, #f when it runs elsewhere, or changed."),
    builtin<set_await_job>("(%flow-await-job! procedure shielded)",
                           "How a task waits for a job, and how also when it is cancelled."),
    builtin<is_remote>("(%flow-remote? store)", "Whether asking it may take a while."),
};

}  // namespace

Outcome commit_with(Machine& m, std::int64_t number, const Journal::State& state) {
  Service& service = *Service::find(m);
  const Journal* const j = service.journal(number);
  if (j == nullptr) return not_open(m);
  const auto store = service.shared_store(service.store_number(number));
  const auto job = std::make_shared<CommittingOne>(store);
  job->add(number, *j, state);
  return is_flow_code(m) ? answer_now(m, *job) : answer_of(m, *store, job, Wait::to_its_end);
}

std::span<const Builtin> asking_builtins() { return kAsking; }

}  // namespace fermata::flow
