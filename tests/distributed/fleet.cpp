// See fleet.hpp.
#include "tests/distributed/fleet.hpp"

#include <algorithm>
#include <utility>

namespace fermata::flow {

struct Fleet::Flow {
  Claim claim;
  std::int64_t op = 1, confirmed_at = 0;
  int step = 0;
  std::vector<Record> records;  // that are being appended
  std::vector<std::string> consumed;
  Append append;
};

struct Fleet::Worker {
  Store* store = nullptr;
  int life = 0;
  std::string name;
  std::int64_t stopped_until = 0, skew = 0;
  std::map<std::string, Flow> flows;
  std::set<std::string> claiming;
};

Fleet::Open Fleet::in_memory() {
  return [tables = make_memory_tables()](StoreOptions options) {
    return make_memory_store(std::move(options), tables);
  };
}

Fleet::Fleet(unsigned seed, Defect defect, int workers, Open open)
    : random_(seed), defect_(defect), open_(std::move(open)) {
  StoreOptions options;
  options.owner = "eye", options.lease_ms = kLease;
  options.now = [this] { return 1000000 + now_; };
  options.is_gone = [](std::string_view) { return false; };
  eye_ = open_(options);
  for (int i = 0; i < workers; ++i) {
    workers_.push_back(std::make_unique<Worker>());
    if (defect_ == Defect::skewed_clock) workers_[i]->skew = 1500 * i;
    start_life(i);
  }
  for (int f = 0; f < kFlowCount; ++f) {
    std::vector<Record> first(1);
    first[0].event = Event::started, first[0].name = "f";
    const Claim made = eye_->create({"f" + std::to_string(f), "f", "-"}, first);
    eye_->release(made.id, made.epoch);
    flows_.push_back(made.id);
    for (int n = 0; n < kMessages; ++n) {
      const std::int64_t when = static_cast<std::int64_t>(random_() % 2000);
      at(when, [this, id = made.id, n] { deliver(id, n, 0); });
    }
  }
  at(1, [this] { disturb(); });
}

Fleet::~Fleet() = default;

// A process begins, where another may have ended.
void Fleet::start_life(int worker) {
  Worker& w = *workers_[worker];
  if (!w.name.empty() && chance(2)) gone_.insert(w.name);  // else only its lease tells
  w.name = "worker" + std::to_string(worker) + "." + std::to_string(++w.life);
  StoreOptions options;
  options.owner = w.name, options.lease_ms = kLease;
  options.now = [this, &w] { return 1000000 + now_ + w.skew; };
  options.is_gone = [this](std::string_view owner) {
    return gone_.contains(std::string(owner)) || (defect_ == Defect::sees_ghosts && chance(2));
  };
  stores_.push_back(open_(options));
  w.store = stores_.back().get();
  w.flows.clear(), w.claiming.clear(), w.stopped_until = 0;
  on(worker, w.life, [this, worker] { look(worker); });
  on(worker, w.life, [this, worker] { renew(worker); });
}

// ---- time, chance, the network -----------------------------------------------------------
void Fleet::at(std::int64_t when, Act act) {
  events_.push({std::max(when, now_), ++event_number_, std::move(act)});
}

void Fleet::on(int worker, int life, Act act) {
  Worker& w = *workers_[worker];
  if (w.life != life) return;
  if (w.stopped_until <= now_) return act();
  at(w.stopped_until, [this, worker, life, act = std::move(act)] { on(worker, life, act); });
}

template <class Reply>
void Fleet::ask(int worker, std::function<Reply(Store&)> work,
                std::function<void(std::optional<Reply>)> heard) {
  Worker& w = *workers_[worker];
  const auto answered = std::make_shared<bool>(false);
  const auto hear = [this, worker, life = w.life, answered, heard](std::optional<Reply> reply) {
    on(worker, life, [answered, heard, reply] {
      if (!std::exchange(*answered, true)) heard(reply);
    });
  };
  for (int copies = fault(20) ? 0 : fault(20) ? 2 : 1; copies > 0; --copies)
    at(now_ + delay(), [this, store = w.store, work, hear] {
      const Reply reply = work(*store);
      if (!fault(12)) at(now_ + delay(), [hear, reply] { hear(reply); });
    });
  at(now_ + kPatience, [hear] { hear(std::nullopt); });
}

// ---- what a worker does ------------------------------------------------------------------
void Fleet::look(int worker) {
  const int life = workers_[worker]->life;
  at(now_ + 100 + static_cast<std::int64_t>(random_() % 100),
     [this, worker, life] { on(worker, life, [this, worker] { look(worker); }); });
  using Rows = std::vector<FlowRow>;
  ask<Rows>(
      worker,
      [](Store& s) {
        Rows rows;
        s.due(kFlowCount, rows);
        return rows;
      },
      [this, worker](std::optional<Rows> rows) {
        if (!rows) return;
        for (const FlowRow& row : *rows)
          if (held(worker, row.id) == nullptr) claim(worker, row.id);
        // What an error may do as well: somebody tries to take a flow that is not due.
        if (defect_ == Defect::revives || fault(6)) claim(worker, flows_[random_() % flows_.size()]);
      });
}

void Fleet::renew(int worker) {
  const int life = workers_[worker]->life;
  at(now_ + kLease / 3,
     [this, worker, life] { on(worker, life, [this, worker] { renew(worker); }); });
  std::vector<Holding> held;
  for (const auto& [id, flow] : workers_[worker]->flows) held.push_back({id, flow.claim.epoch});
  ask<int>(
      worker,
      [this, name = workers_[worker]->name, held](Store& s) { return serve_renew(s, name, held), 0; },
      [](std::optional<int>) {});
}

void Fleet::claim(int worker, const std::string& id) {
  Worker& w = *workers_[worker];
  if (w.flows.contains(id) || !w.claiming.insert(id).second) return;
  if (defect_ == Defect::reads_first) return read(worker, id, {Answer::ok, id}, now_);
  ask<Claim>(
      worker, [this, id](Store& s) { return serve_claim(s, id); },
      [this, worker, id, sent = now_](std::optional<Claim> taken) {
        // It may hold the flow without knowing: then the lease runs out.
        if (!taken || taken->answer != Answer::ok) return drop(worker, id);
        read(worker, id, *taken, sent);
      });
}

void Fleet::read(int worker, const std::string& id, const Claim& taken, std::int64_t sent_at) {
  ask<History>(
      worker, [id](Store& s) { return s.load(id); },
      [this, worker, id, taken, sent_at](std::optional<History> known) {
        if (!known) return read(worker, id, taken, sent_at);
        if (defect_ != Defect::reads_first) return begin(worker, taken, *known, sent_at);
        ask<Claim>(
            worker, [this, id](Store& s) { return serve_claim(s, id); },
            [this, worker, id, sent = now_, known](std::optional<Claim> late) {
              if (!late || late->answer != Answer::ok) return drop(worker, id);
              begin(worker, *late, *known, sent);
            });
      });
}

void Fleet::begin(int worker, const Claim& taken, const History& known, std::int64_t sent_at) {
  Worker& w = *workers_[worker];
  w.claiming.erase(taken.id);
  Flow& f = w.flows[taken.id];
  f.claim = taken;
  f.confirmed_at = defect_ == Defect::late_trust ? now_ : sent_at;
  for (const Record& r : known.records) f.step += r.event == Event::step_result;
  for (const Message& m : known.inbox) f.consumed.push_back(m.id);
  go_on(worker, taken.id);
}

Fleet::Flow* Fleet::held(int worker, const std::string& id) {
  const auto found = workers_[worker]->flows.find(id);
  return found == workers_[worker]->flows.end() ? nullptr : &found->second;
}

void Fleet::drop(int worker, const std::string& id) {
  workers_[worker]->flows.erase(id);
  workers_[worker]->claiming.erase(id);
}

// The next step, or the end.
void Fleet::go_on(int worker, const std::string& id) {
  Flow* const f = held(worker, id);
  if (f == nullptr) return;
  if (defect_ != Defect::never_asks && now_ - f->confirmed_at > kTrust) return confirm(worker, id);
  if (f->step < kSteps) return act(worker, id);
  f->append = {};
  f->append.status = Status::finished;
  f->records.assign(1, {});
  f->records[0].event = Event::finished;
  append(worker, id);
}

void Fleet::act(int worker, const std::string& id) {
  Flow& f = *held(worker, id);
  FlowRow row;
  eye_->row(id, row);
  if (row.epoch > f.claim.epoch && !robbed_.contains(id))
    complain("a worker acts for a flow that another has");
  ask<std::optional<std::string>>(
      worker,
      [this, id, step = f.step, epoch = f.claim.epoch](Store&) { return perform(id, step, epoch); },
      [this, worker, id](std::optional<std::optional<std::string>> result) {
        Flow* const g = held(worker, id);
        if (g == nullptr) return;
        if (!result) return go_on(worker, id);  // asks again, with the same key
        if (!*result) return drop(worker, id);  // refused: others have acted since
        // Two records at a time show whether both are kept.
        g->records.assign(2, {});
        g->records[0].event = Event::step_intent;
        g->records[1].event = Event::step_result;
        for (Record& r : g->records) r.position = {"0", g->step + 1}, r.value = **result;
        g->append = {};
        g->append.release = chance(6);
        if (g->append.release && chance(2))
          g->append.heir = workers_[random_() % workers_.size()]->name;
        append(worker, id);
      });
}

// A commit without a record asks whether the flow is still ours.
void Fleet::confirm(int worker, const std::string& id) {
  Flow& f = *held(worker, id);
  f.append = {};
  f.records.clear();
  append(worker, id);
}

void Fleet::append(int worker, const std::string& id) {
  Flow& f = *held(worker, id);
  f.append.flow = id, f.append.epoch = f.claim.epoch, f.append.seq = f.claim.next_seq;
  f.append.op = f.op;
  // What a record stands for is known from its value.
  if (!f.records.empty() && !f.consumed.empty() && f.records.back().event != Event::signalled) {
    for (const std::string& message : f.consumed) {
      f.records.emplace_back();
      f.records.back().event = Event::signalled, f.records.back().value = message;
    }
  }
  const auto consumed = f.records.empty() ? std::vector<std::string>{} : f.consumed;
  ask<Appended>(
      worker,
      [this, a = f.append, records = f.records, consumed](Store& s) {
        return serve_append(s, a, records, consumed);
      },
      [this, worker, id, sent = now_](std::optional<Appended> done) {
        appended(worker, id, done, sent);
      });
}

void Fleet::appended(int worker, const std::string& id, std::optional<Appended> done,
                     std::int64_t sent_at) {
  Flow* const f = held(worker, id);
  if (f == nullptr) return;
  if (!done) return defect_ == Defect::writes_again ? append_anyway(worker, id, false) : append(worker, id);
  if (done->answer != Answer::ok && done->answer != Answer::duplicate)
    return defect_ == Defect::clings && done->answer == Answer::fenced ? append_anyway(worker, id, true)
                                                                   : drop(worker, id);
  for (std::size_t i = 0; i < f->records.size(); ++i)
    acknowledged_[id][f->append.seq + static_cast<std::int64_t>(i)] = f->records[i].value;
  ++f->op;
  f->claim.next_seq += static_cast<std::int64_t>(f->records.size());
  if (done->answer == Answer::ok) f->confirmed_at = defect_ == Defect::late_trust ? now_ : sent_at;
  if (f->append.release || f->append.status == Status::finished) return drop(worker, id);
  if (!f->records.empty()) ++f->step, f->consumed.clear();
  f->records.clear();
  if (!done->mail) return go_on(worker, id);
  using Mail = std::vector<Message>;
  ask<Mail>(
      worker,
      [id](Store& s) {
        Mail mail;
        s.inbox(id, 10, mail);
        return mail;
      },
      [this, worker, id](std::optional<Mail> mail) {
        Flow* const g = held(worker, id);
        if (g == nullptr) return;
        g->consumed.clear();
        if (mail)
          for (const Message& m : *mail) g->consumed.push_back(m.id);
        go_on(worker, id);
      });
}

// Against the rules: as the store has it by now, so that it cannot be refused.
void Fleet::append_anyway(int worker, const std::string& id, bool under_new_epoch) {
  ask<FlowRow>(
      worker,
      [id](Store& s) {
        FlowRow row;
        s.row(id, row);
        return row;
      },
      [this, worker, id, under_new_epoch](std::optional<FlowRow> row) {
        Flow* const f = held(worker, id);
        if (f == nullptr) return;
        if (!row) return append_anyway(worker, id, under_new_epoch);
        f->claim.next_seq = row->next_seq, f->op += 100;
        if (under_new_epoch) f->claim.epoch = row->epoch;
        append(worker, id);
      });
}

// ---- what the store and the world do -------------------------------------------------------
Claim Fleet::serve_claim(Store& store, const std::string& id) {
  Claim taken =
      store.claim(id, defect_ == Defect::robs ? Store::Manner::steal : Store::Manner::polite);
  FlowRow row;
  eye_->row(id, row);
  if (taken.answer == Answer::closed && defect_ == Defect::revives)
    taken = {Answer::ok, id, row.epoch, row.next_seq};
  if (taken.answer != Answer::ok) return taken;
  if (is_closed(row.status)) complain("a closed flow was claimed");
  if (defect_ == Defect::same_epoch && taken.epoch > 1) --taken.epoch;
  return taken;
}

Appended Fleet::serve_append(Store& store, Append a, const std::vector<Record>& records,
                             const std::vector<std::string>& consumed) {
  a.records = records, a.consumed = consumed;
  FlowRow row;
  eye_->row(a.flow, row);
  const bool is_old = a.epoch != row.epoch || a.seq != row.next_seq;
  switch (defect_) {
    case Defect::any_epoch: a.epoch = row.epoch; break;
    case Defect::any_place: a.seq = row.next_seq; break;
    case Defect::same_epoch: if (a.epoch == row.epoch - 1) a.epoch = row.epoch; break;
    case Defect::any_op: if (!records.empty() && a.seq < row.next_seq) return {Answer::duplicate}; break;
    case Defect::loses: if (chance(20)) return {Answer::ok}; break;
    case Defect::halves: if (records.size() > 1) a.records = a.records.first(1); break;
    case Defect::keeps_mail: a.consumed = {}; break;
    case Defect::eats_mail:
      if (is_old) {
        Append eating;
        eating.flow = a.flow, eating.epoch = row.epoch, eating.seq = row.next_seq;
        eating.consumed = consumed;
        store.append(eating);
      }
      break;
    default: break;
  }
  return store.append(a);
}

void Fleet::serve_renew(Store& store, const std::string& owner, std::vector<Holding> held) {
  for (const std::string& id : flows_) {
    FlowRow row;
    if (defect_ == Defect::renews_any && eye_->row(id, row) == Answer::ok && row.owner == owner)
      held.push_back({id, row.epoch});
  }
  store.renew(held);
}

// The result of an effect; nothing: the epoch is old.
std::optional<std::string> Fleet::perform(const std::string& id, int step, std::int64_t epoch) {
  Receiver& r = world_[id];
  if (epoch < r.epoch && defect_ != Defect::any_actor) return std::nullopt;
  std::string key = id + "/" + std::to_string(step);
  if (defect_ == Defect::new_key) key += "/" + std::to_string(epoch);
  const auto known = r.results.find(key);
  if (known != r.results.end() && defect_ != Defect::no_keys) return known->second;
  if (epoch < r.epoch) complain("who lost a flow has acted for it");
  r.epoch = std::max(r.epoch, epoch);
  if (++r.performed[step] > 1) complain("an effect was doubled");
  return r.results[key] = std::to_string(++serial_);
}

void Fleet::deliver(const std::string& id, int message, int attempt) {
  const std::string body = std::to_string(message);
  Message m{"m" + body, Letter::signal, {"0", 0}, "s", body};
  if (defect_ == Defect::doubles_mail && attempt > 0) m.id += "'";
  const Answer answer = eye_->deliver(id, m);
  if (answer == Answer::ok) delivered_[id].insert(m.id);
  // Who asked does not hear of it, and asks again.
  if (fault(3)) at(now_ + kPatience, [=, this] { deliver(id, message, attempt + 1); });
}

// ---- faults ------------------------------------------------------------------------------
void Fleet::disturb() {
  if (!faults()) {
    for (const auto& w : workers_) w->stopped_until = 0;
    return;
  }
  at(now_ + 20 + static_cast<std::int64_t>(random_() % 100), [this] { disturb(); });
  const int worker = static_cast<int>(random_() % workers_.size());
  const std::string& id = flows_[random_() % flows_.size()];
  Worker& w = *workers_[worker];
  switch (random_() % 12) {
    case 0:
    case 1:
      w.stopped_until = std::min(kCalmAt, now_ + static_cast<std::int64_t>(random_() % 2500));
      break;
    case 2:
      start_life(worker);
      break;
    case 3:  // an operator takes the flow away
      if (chance(4)) {
        const Claim taken = eye_->claim(id, Store::Manner::steal);
        robbed_.insert(id);
        if (taken.answer == Answer::ok) eye_->release(id, taken.epoch);
      }
      break;
    case 4:
      // Who had it long ago lets go of it.
      if (FlowRow row; defect_ == Defect::releases_any && eye_->row(id, row) == Answer::ok)
        eye_->release(id, row.epoch);
      break;
    default:
      break;
  }
}

// ---- the end -----------------------------------------------------------------------------
bool Fleet::all_ended() {
  return std::all_of(flows_.begin(), flows_.end(), [this](const std::string& id) {
    FlowRow row;
    return eye_->row(id, row) == Answer::ok && is_closed(row.status);
  });
}

std::string Fleet::run() {
  while (!events_.empty() && problem_.empty()) {
    const Happening next = events_.top();
    events_.pop();
    if (next.at > kEnd) break;
    // Once all have ended only what is under way matters.
    if (next.at >= kCalmAt + 3 * kLease && all_ended()) break;
    now_ = next.at;
    next.act();
  }
  check();
  return problem_;
}

void Fleet::check() {
  for (const std::string& id : flows_) {
    const History h = eye_->load(id);
    std::int64_t seq = 0, epoch = 0;
    int steps = 0;
    std::set<std::string> messages;
    for (const Record& r : h.records) {
      if (r.seq != seq++) complain("a gap");
      if (r.epoch < epoch) complain("epochs fall");
      epoch = r.epoch;
      if (r.event == Event::step_result) {
        if (r.position.ordinal != ++steps) complain("a step is doubled or missing");
        const auto& results = world_[id].results;
        if (std::none_of(results.begin(), results.end(), [&](auto& x) { return x.second == r.value; }))
          complain("a step has a result that the world does not know");
      }
      if (r.event == Event::signalled && !messages.insert(r.value.substr(0, 2)).second)
        complain("a message was taken in twice");
    }
    if (h.row.next_seq != seq) complain("the row and the journal differ");
    for (const auto& [place, value] : acknowledged_[id])
      if (place >= seq || h.records[static_cast<std::size_t>(place)].value != value)
        complain("what was acknowledged is not there");
    for (const Message& m : h.inbox) messages.insert(m.id.substr(0, 2));
    for (const std::string& message : delivered_[id])
      if (!messages.contains(message.substr(0, 2))) complain("a message is lost");
    if (!is_closed(h.row.status)) complain("a flow did not end");
    if (is_closed(h.row.status) && steps != kSteps) complain("a flow ended too early");
  }
}

}  // namespace fermata::flow
