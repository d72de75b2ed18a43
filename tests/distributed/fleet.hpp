// A fleet, simulated by seed: workers that claim flows of one store over a network that delays,
// loses and doubles what is sent, that act on a world outside and record what came of it, and that
// are stopped, killed and robbed meanwhile.  In the end the faults cease, and every flow must end.
//
// A Defect leaves one of the rules of the protocol (flow/store.hpp) out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "flow/store.hpp"

namespace fermata::flow {

enum class Defect : std::uint8_t {
  none,
  // of the store
  any_epoch,        // appends of an old owner are taken
  any_place,        // so are those that expect another end of the journal
  any_op,           // what stands there already is taken for the append that is repeated
  robs,             // a claim does not ask whether the owner lives
  same_epoch,       // a claim makes no new epoch
  revives,          // a closed flow may be claimed
  skewed_clock,     // leases are compared with the clock of who asks
  sees_ghosts,      // an owner that lives is taken for gone
  releases_any,     // who lost a flow can release it
  renews_any,       // a renewal prolongs all leases of who asks, also those it does not know of
  loses,            // an append is acknowledged and not kept
  halves,           // of several records only the first is kept
  doubles_mail,     // a message that is delivered again is there twice
  keeps_mail,       // what was consumed stays in the inbox
  eats_mail,        // an append that is refused has consumed its messages all the same
  // of a worker
  never_asks,       // it acts however long ago it heard that the flow is its own
  late_trust,       // it trusts from when the answer came, not from when it asked
  writes_again,     // when an answer was lost it appends at the end of what it finds
  clings,           // when it was fenced it goes on under the new epoch
  reads_first,      // it reads the history before the claim
  // of the world outside
  new_key,          // the key of an effect tells the epoch
  no_keys,          // the receiver does not know keys
  any_actor         // the receiver does not refuse old epochs
};
inline constexpr int kDefects = static_cast<int>(Defect::any_actor);

class Fleet {
 public:
  // Opens a store that all share, for one of them.
  using Open = std::function<std::unique_ptr<Store>(StoreOptions)>;

  Fleet(unsigned seed, Defect defect, int workers, Open open = in_memory());
  ~Fleet();
  // Runs to the end: what was wrong; empty: nothing.
  std::string run();

 private:
  static constexpr std::int64_t kLease = 1000, kTrust = 400, kPatience = 300, kCalmAt = 4000,
                                kEnd = 30000;
  static constexpr int kSteps = 5, kFlowCount = 3, kMessages = 3;

  struct Flow;    // what a worker believes of a flow it holds
  struct Worker;
  using Act = std::function<void()>;
  static Open in_memory();

  // ---- time, chance, the network ---------------------------------------------------------
  bool faults() const { return now_ < kCalmAt; }
  bool chance(unsigned n) { return random_() % n == 0; }
  bool fault(unsigned n) { return faults() && chance(n); }
  std::int64_t delay() { return 1 + static_cast<std::int64_t>(random_() % (fault(25) ? 1500 : 20)); }
  void at(std::int64_t when, Act act);
  // As soon as the worker runs, if it is the same life.
  void on(int worker, int life, Act act);
  // The work is done where the request arrives; the worker hears of it, or hears nothing.
  template <class Reply>
  void ask(int worker, std::function<Reply(Store&)> work,
           std::function<void(std::optional<Reply>)> heard);

  // ---- what a worker does -----------------------------------------------------------------
  void look(int worker);
  void renew(int worker);
  void claim(int worker, const std::string& id);
  void read(int worker, const std::string& id, const Claim& claim, std::int64_t sent_at);
  void begin(int worker, const Claim& claim, const History& known, std::int64_t sent_at);
  void go_on(int worker, const std::string& id);
  void act(int worker, const std::string& id);
  void append(int worker, const std::string& id);
  void appended(int worker, const std::string& id, std::optional<Appended> done,
                std::int64_t sent_at);
  void append_anyway(int worker, const std::string& id, bool under_new_epoch);
  void confirm(int worker, const std::string& id);
  void drop(int worker, const std::string& id);
  Flow* held(int worker, const std::string& id);

  // ---- what the store and the world do ----------------------------------------------------
  Claim serve_claim(Store& store, const std::string& id);
  Appended serve_append(Store& store, Append append, const std::vector<Record>& records,
                        const std::vector<std::string>& consumed);
  void serve_renew(Store& store, const std::string& owner, std::vector<Holding> held);
  std::optional<std::string> perform(const std::string& id, int step, std::int64_t epoch);

  void deliver(const std::string& id, int message, int attempt);
  void disturb();
  void start_life(int worker);
  void complain(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }
  bool all_ended();
  void check();

  struct Happening {
    std::int64_t at;
    std::uint64_t number;
    Act act;
    bool operator<(const Happening& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  std::mt19937 random_;
  const Defect defect_;
  std::int64_t now_ = 0;
  std::uint64_t event_number_ = 0;
  std::priority_queue<Happening> events_;
  const Open open_;
  std::unique_ptr<Store> eye_;  // looks on, and starts flows
  std::vector<std::unique_ptr<Store>> stores_;  // of each life: requests arrive late
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::string> flows_;
  std::set<std::string> gone_, robbed_;
  std::map<std::string, std::map<std::int64_t, std::string>> acknowledged_;
  std::map<std::string, std::set<std::string>> delivered_;
  struct Receiver {
    std::int64_t epoch = 0;
    std::map<std::string, std::string> results;  // by key
    std::map<int, int> performed;                // how often, by step
  };
  std::map<std::string, Receiver> world_;
  std::int64_t serial_ = 0;
  std::string problem_;
};

}  // namespace fermata::flow
