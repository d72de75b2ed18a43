// A disk that is full, that fails, or that loses its power: what the SQLite store answers, and
// what is there afterwards.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>

#include "flow/owner.hpp"
#include "flow/store.hpp"
#include "tests/flow/faulty_files.hpp"
#include "tests/flow/folder.hpp"

using namespace fermata::flow;
using Fault = FaultyFiles::Fault;

namespace {

// In memory where there is such a place: the faults are ours, the disk's time is not needed.
std::filesystem::path place_for_folders() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

struct FastFolder : Folder {
  FastFolder() : Folder(place_for_folders()) {}
};

std::unique_ptr<Store> open_in(const Folder& folder, std::string* why = nullptr) {
  std::string error;
  auto store = open_sqlite_store(folder.store(), {}, error);
  if (why != nullptr) *why = error;
  return store;
}

// A text that zstd cannot make shorter by much, always the same for the same number.
std::string noise(unsigned number, std::size_t size) {
  std::mt19937 random(number);
  std::string text = "\"";
  while (text.size() < size) text += static_cast<char>('#' + random() % 57);
  std::erase(text, '\\');
  return text + "\"";
}

// Appends to several flows in turn, and knows what was acknowledged.
class Workload {
 public:
  explicit Workload(std::size_t value_size) : size_(value_size) {}
  static constexpr int kFlows = 3, kRecords = 6;

  // Until the end, or the first answer that is not ok; that answer.
  Answer run(Store& store) {
    for (; flows_.size() < kFlows;) {
      std::vector<Record> start(2);
      start[0].event = Event::program, start[0].name = "-";
      start[1].event = Event::started, start[1].name = "f", start[1].value = "1";
      const Claim made = store.create({"f" + std::to_string(flows_.size()), "f", "-"}, start);
      if (made.answer != Answer::ok) return made.answer;
      flows_.push_back(made);
      if (acknowledged) acknowledged(made.id, made.next_seq);
    }
    for (; done_ < kFlows * kRecords; ++done_) {
      Claim& flow = flows_[static_cast<std::size_t>(done_ % kFlows)];
      std::vector<Record> one(1);
      one[0].event = Event::step_result, one[0].position = {"0", done_ + 1}, one[0].name = "s";
      one[0].value = noise(static_cast<unsigned>(done_), size_);
      Append a;
      a.flow = flow.id, a.epoch = flow.epoch, a.seq = flow.next_seq, a.op = done_ + 2;
      a.records = one;
      const Answer answer = store.append(a).answer;
      if (answer != Answer::ok) return answer;
      ++flow.next_seq;
      if (acknowledged) acknowledged(flow.id, flow.next_seq);
    }
    return Answer::ok;
  }

  // Everything that was acknowledged is there as it was written, and nothing in part.
  void check(Store& store) const {
    for (std::size_t i = 0; i < flows_.size(); ++i) check(store, flows_[i].id, flows_[i].next_seq);
  }
  void check(Store& store, const std::string& id, std::int64_t records) const {
    const History h = store.load(id);
    INFO(store.error());
    REQUIRE(h.answer == Answer::ok);
    REQUIRE(static_cast<std::int64_t>(h.records.size()) >= records);
    for (const Record& r : h.records)
      if (r.event == Event::step_result)
        CHECK(r.value == noise(static_cast<unsigned>(r.position.ordinal - 1), size_));
  }

  std::function<void(const std::string& id, std::int64_t records)> acknowledged;

 private:
  std::size_t size_;
  std::vector<Claim> flows_;
  int done_ = 0;
};

bool runs_long() { return std::getenv("FERMATA_LONG_TESTS") != nullptr; }

// Every so-manyth change: all of them in a long run.
int stride(int changes, int wanted) { return runs_long() ? 1 : std::max(1, changes / wanted); }

}  // namespace

TEST_CASE("A3: a full disk refuses the append, and the flow goes on when there is room",
          "[flow][store][disk]") {
  FaultyFiles files;
  int refused = 0;
  for (int n = 1, step = 1;; n += step) {
    const FastFolder folder;
    files.fail(Fault::full, n);
    std::string why;
    auto store = open_in(folder, &why);
    Workload work(3000);
    INFO("write " << n);
    if (store == nullptr) {
      CHECK_FALSE(why.empty());
    } else if (const Answer answer = work.run(*store); answer != Answer::ok) {
      ++refused;
      CHECK(answer == Answer::full);
      CHECK(store->error().find("full") != std::string::npos);
      work.check(*store);
    } else {
      CHECK_FALSE(files.failed());
      break;
    }
    const int changes = files.changes(Fault::full);
    files.fail(Fault::none, 0);
    if (store == nullptr) REQUIRE((store = open_in(folder)) != nullptr);
    CHECK(work.run(*store) == Answer::ok);
    work.check(*open_in(folder));
    step = stride(changes, 100);
  }
  CHECK(refused > 5);
}

TEST_CASE("A4: after an error of the disk a store writes no more until it is opened afresh",
          "[flow][store][disk]") {
  const Fault fault = GENERATE(Fault::write_error, Fault::sync_error);
  FaultyFiles files;
  int stopped = 0;
  for (int n = 1, step = 1;; n += step) {
    const FastFolder folder;
    files.fail(fault, n);
    auto store = open_in(folder);
    Workload work(3000);
    INFO("change " << n);
    if (store != nullptr) {
      const Answer answer = work.run(*store);
      if (answer == Answer::ok && !files.failed()) break;
      ++stopped;
      CHECK(answer == Answer::fail_stop);
      CHECK_FALSE(store->error().empty());
      // Although the disk would take it again.
      CHECK(work.run(*store) == Answer::fail_stop);
      const std::vector<Holding> held = {{"any", 1}};
      CHECK(store->renew(held) == Answer::fail_stop);
    }
    step = stride(files.changes(fault), 20);
    files.fail(Fault::none, 0);
    store = open_in(folder);
    REQUIRE(store != nullptr);
    work.check(*store);
  }
  CHECK(stopped > 5);
}

TEST_CASE("a checkpoint that fails loses nothing", "[flow][store][disk]") {
  // Values so long that the log is moved into the file in between.
  const Fault fault = GENERATE(Fault::full, Fault::write_error, Fault::sync_error);
  FaultyFiles files;
  int changes = 0;
  {
    const FastFolder folder;
    files.fail(Fault::none, 0);
    Workload work(600000);
    auto store = open_in(folder);
    REQUIRE(work.run(*store) == Answer::ok);
    changes = files.changes(fault);
  }
  std::mt19937 random(7);
  for (int i = 0; i < (runs_long() ? 200 : 6); ++i) {
    const FastFolder folder;
    files.fail(Fault::none, 0);
    Workload work(600000);
    auto store = open_in(folder);
    files.fail(fault, 1 + static_cast<int>(random() % static_cast<unsigned>(changes)));
    const Answer answer = work.run(*store);
    CHECK((answer == Answer::ok || answer == Answer::full || answer == Answer::fail_stop));
    files.fail(Fault::none, 0);
    store = open_in(folder);
    REQUIRE(store != nullptr);
    work.check(*store);
  }
}

TEST_CASE("A2: after a power cut everything that was acknowledged is there", "[flow][store][disk]") {
  // With short values, and with ones that make the log be moved into the file.
  const std::size_t size = GENERATE(300u, 300000u);
  const FastFolder folder;
  std::vector<FaultyFiles::Change> changes;
  struct Acknowledged {
    std::size_t changes;
    std::string id;
    std::int64_t records;
  };
  std::vector<Acknowledged> known;
  Workload work(size);
  {
    FaultyFiles files;
    files.remember(true);
    auto store = open_in(folder);
    REQUIRE(store != nullptr);
    work.acknowledged = [&](const std::string& id, std::int64_t records) {
      known.push_back({files.remembered().size(), id, records});
    };
    REQUIRE(work.run(*store) == Answer::ok);
    changes = files.remembered();
  }
  // What would be lost if nothing were ever forced to the disk: the images can tell.
  std::vector<FaultyFiles::Change> unforced;
  for (const FaultyFiles::Change& c : changes)
    if (c.kind != FaultyFiles::Change::sync) unforced.push_back(c);
  int lost = 0;
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::mt19937 random(seed);
    const FastFolder after;
    for (const auto& [name, bytes] :
         image_after(unforced, unforced.size(), [&] { return random(); }))
      std::ofstream(after.path + "/" + name, std::ios::binary) << bytes;
    const auto store = open_in(after);
    std::vector<FlowRow> rows;
    lost += store == nullptr || store->list({}, rows) != Answer::ok ||
            rows.size() < Workload::kFlows;
  }
  CHECK(lost > 0);

  // Images before the tables are there say nothing.
  const std::size_t first = known.front().changes;
  const int images = runs_long() ? 1000 : size < 1000 ? 60 : 15;
  for (int seed = 0; seed < images; ++seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const std::size_t count = first + random() % (changes.size() - first + 1);
    const FastFolder after;
    for (const auto& [name, bytes] : image_after(changes, count, [&] { return random(); }))
      std::ofstream(after.path + "/" + name, std::ios::binary) << bytes;
    INFO("seed " << seed << ", after change " << count);
    std::string why;
    auto store = open_in(after, &why);
    INFO(why);
    REQUIRE(store != nullptr);
    std::map<std::string, std::int64_t> promised;
    for (const Acknowledged& a : known)
      if (a.changes <= count) promised[a.id] = a.records;
    for (const auto& [id, records] : promised) work.check(*store, id, records);
    // And whatever else is there is whole.
    std::vector<FlowRow> rows;
    REQUIRE(store->list({}, rows) == Answer::ok);
    for (const FlowRow& row : rows) work.check(*store, row.id, row.next_seq);
  }
}
