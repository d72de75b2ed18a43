// Simulated owners of one store: by seed, they claim flows, append, repeat appends whose answer was
// lost, write with what they knew long ago, die, are taken over, and get mail, while the clock
// jumps.  A model of a few lines says what the store may do; after each run the journals are
// compared with what was acknowledged.
//
// Stores with a rule of the protocol left out are simulated too: the simulation must notice each.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "flow/store.hpp"

using namespace fermata::flow;

namespace {

enum class Flaw {
  none,
  any_epoch,       // appends of an old owner are taken
  any_place,       // so are those that expect another end of the journal
  steals,          // a claim does not ask whether the owner lives
  same_epoch,      // a claim does not make a new epoch
  doubles_mail,    // a message that is delivered twice is there twice
  keeps_mail,      // what was consumed stays in the inbox
  revives          // a closed flow may be claimed
};
constexpr Flaw kFlaws[] = {Flaw::any_epoch,    Flaw::any_place,  Flaw::steals, Flaw::same_epoch,
                           Flaw::doubles_mail, Flaw::keeps_mail, Flaw::revives};

struct World {
  explicit World(unsigned seed, Flaw f) : random(seed), flaw(f) {
    for (int i = 0; i < 3; ++i) open(i);
  }
  void open(int i) {
    StoreOptions options;
    options.owner = "owner" + std::to_string(i) + "." + std::to_string(++lives[i]);
    options.lease_ms = 1000;
    options.now = [this] { return now; };
    options.is_gone = [this](std::string_view owner) { return gone.count(std::string(owner)) != 0; };
    stores[i] = make_memory_store(options, tables);
    names[i] = options.owner;
    held[i].clear();
  }

  // What an owner believes of a flow.
  struct Held {
    Claim claim;
    std::int64_t op = 1, stop_at = 0;
    Append last;
    bool lost = false;  // its answer: it must be repeated as it was
    std::vector<Record> records;
    std::vector<std::string> consumed;
  };

  bool chance(unsigned n) { return random() % n == 0; }
  void complain(const std::string& what) {
    if (problem.empty()) problem = what;
  }

  void turn() {
    const int i = static_cast<int>(random() % 3);
    switch (random() % 10) {
      case 0:
        now += static_cast<std::int64_t>(random() % 700);
        break;
      case 1:
        if (flows.size() < 4) create(i);
        break;
      case 2:
      case 3:
        claim(i);
        break;
      case 4:
        if (chance(4)) die(i);
        break;
      case 5:
        deliver();
        break;
      default:
        append(i);
    }
  }

  void create(int i) {
    std::vector<Record> start(2);
    start[0].event = Event::program, start[0].name = "-";
    start[1].event = Event::started, start[1].name = "f";
    const Claim made = stores[i]->create({"f" + std::to_string(flows.size()), "f", "-"}, start);
    if (made.answer != Answer::ok) return complain("create");
    flows.push_back(made.id);
    length[made.id] = 2, epoch[made.id] = 1;
    held[i][made.id] = {made, 2, now + 1000, {}, false, {}, {}};
  }

  void claim(int i) {
    if (flows.empty()) return;
    const std::string& id = flows[random() % flows.size()];
    Claim taken = stores[i]->claim(id, flaw == Flaw::steals ? Store::Manner::steal : Store::Manner::polite);
    if (taken.answer == Answer::closed && flaw == Flaw::revives)
      taken = {Answer::ok, id, epoch[id] + 1, length[id]};
    if (taken.answer != Answer::ok) return;
    if (flaw == Flaw::same_epoch && taken.epoch > 1) --taken.epoch;
    if (closed.count(id) != 0) complain("a closed flow was claimed");
    if (taken.epoch <= epoch[id]) complain("an epoch came twice");
    if (taken.next_seq < length[id]) complain("a claim knows less than was acknowledged");
    for (int k = 0; k < 3; ++k)
      if (k != i && held[k].count(id) != 0 && held[k][id].stop_at > now)
        complain("a flow was taken from an owner that lives");
    epoch[id] = std::max(epoch[id], taken.epoch);
    held[i][id] = {taken, 1, now + 1000, {}, false, {}, {}};
  }

  void append(int i) {
    if (held[i].empty()) return;
    auto it = held[i].begin();
    std::advance(it, random() % held[i].size());
    Held& h = it->second;
    if (!h.lost) {
      h.records.assign(1 + random() % 2, {});
      for (Record& r : h.records) {
        r.event = Event::step_result;
        r.position = {"0", ++serial};
        r.name = it->first, r.value = std::to_string(serial);
      }
      h.consumed.clear();
      std::vector<Message> inbox;
      stores[i]->inbox(it->first, 1000, inbox);
      for (const Message& m : inbox) h.consumed.push_back(m.id);
      h.last = {};
      h.last.flow = it->first, h.last.epoch = h.claim.epoch, h.last.seq = h.claim.next_seq;
      h.last.op = h.op;
      h.last.release = chance(4);
      h.last.status = chance(12) ? Status::finished : Status::running;
    }
    h.last.records = h.records, h.last.consumed = h.consumed;
    Append sent = h.last;
    if (flaw == Flaw::any_epoch || flaw == Flaw::any_place) {
      const History there = stores[i]->load(sent.flow);
      if (flaw == Flaw::any_epoch) sent.epoch = there.row.epoch;
      if (flaw == Flaw::any_place) sent.seq = there.row.next_seq;
    }
    if (flaw == Flaw::keeps_mail) sent.consumed = {};
    const Answer answer = stores[i]->append(sent).answer;
    const std::string id = it->first;
    if (answer == Answer::ok || answer == Answer::duplicate) {
      if (answer == Answer::ok && h.last.epoch < epoch[id]) complain("an old owner has written");
      if (answer == Answer::ok)
        for (const std::string& message : h.consumed)
          if (!consumed.insert(id + message).second) complain("a message was taken in twice");
      for (std::size_t k = 0; k < h.records.size(); ++k)
        acknowledged[id][h.last.seq + static_cast<std::int64_t>(k)] = h.records[k].value;
      length[id] = std::max(length[id], h.last.seq + static_cast<std::int64_t>(h.records.size()));
      if (h.last.status == Status::finished) closed.insert(id);
      if (h.last.release) h.stop_at = now;  // it has let go, whatever it hears
      if ((h.lost = chance(4))) return;  // the owner does not know
      h.claim.next_seq = h.last.seq + static_cast<std::int64_t>(h.records.size());
      ++h.op;
      if (answer == Answer::ok && !h.last.release) h.stop_at = now + 1000;
      const bool over = h.last.release || h.last.status == Status::finished;
      h.last = {};
      if (over) held[i].erase(it);
    } else if (!chance(3)) {
      held[i].erase(it);  // else it has not heard yet that it was taken over
    }
  }

  void deliver() {
    if (flows.empty()) return;
    const std::string& id = flows[random() % flows.size()];
    const std::string body = std::to_string(random() % 5);
    Message m{"m" + body, Letter::signal, {"0", 0}, "s", body};
    if (flaw == Flaw::doubles_mail && chance(2)) m.id += "'";
    if (stores[0]->deliver(id, m) == Answer::ok && !delivered.insert(id + body).second)
      complain("a message was delivered twice");
  }

  void die(int i) {
    gone.insert(names[i]);
    open(i);
  }

  void check() {
    for (const std::string& id : flows) {
      const History h = stores[0]->load(id);
      std::int64_t seq = 0, last_epoch = 0;
      std::set<std::int64_t> serials;
      for (const Record& r : h.records) {
        if (r.seq != seq++) complain("a gap");
        if (r.epoch < last_epoch) complain("epochs fall");
        last_epoch = r.epoch;
        if (r.event == Event::step_result && !serials.insert(r.position.ordinal).second)
          complain("a record is doubled");
      }
      if (h.row.next_seq != seq) complain("the row and the journal differ");
      for (const auto& [place, value] : acknowledged[id]) {
        if (place >= seq || h.records[static_cast<std::size_t>(place)].value != value)
          complain("what was acknowledged is not there");
      }
    }
  }

  std::mt19937 random;
  Flaw flaw;
  std::int64_t now = 1000000, serial = 0;
  std::shared_ptr<MemoryTables> tables = make_memory_tables();
  std::unique_ptr<Store> stores[3];
  std::string names[3];
  int lives[3] = {};
  std::map<std::string, Held> held[3];
  std::set<std::string> gone, closed, consumed, delivered;
  std::vector<std::string> flows;
  std::map<std::string, std::int64_t> length, epoch;
  std::map<std::string, std::map<std::int64_t, std::string>> acknowledged;
  std::string problem;
};

std::string simulated(unsigned seed, Flaw flaw) {
  World w(seed, flaw);
  for (int i = 0; i < 80 && w.problem.empty(); ++i) w.turn();
  w.check();
  return w.problem;
}

}  // namespace

TEST_CASE("A15: simulated owners lose nothing and double nothing", "[flow][simulation]") {
  const unsigned seeds = std::getenv("FERMATA_LONG_TESTS") != nullptr ? 1000000 : 10000;
  for (unsigned seed = 1; seed <= seeds; ++seed)
    if (const std::string problem = simulated(seed, Flaw::none); !problem.empty())
      FAIL("seed " << seed << ": " << problem);
}

TEST_CASE("A15: the simulation notices a store that breaks a rule", "[flow][simulation]") {
  for (const Flaw flaw : kFlaws) {
    unsigned seed = 1;
    while (seed <= 10000 && simulated(seed, flaw).empty()) ++seed;
    INFO("flaw " << static_cast<int>(flaw));
    CHECK(seed <= 10000);
  }
}
