// Rates of the store in PostgreSQL: `postgres URL KIND [N]`; bench/flow/postgres starts it.
//   append 8      fenced appends of one record, so many threads with a flow each; appends a second
//   batch 8       append_alls of a hundred flows, so many threads; records a second
//   fill 1000000  makes so many suspended flows
//   claim 100     look for a due flow among all and claim it; p50 and p99 in milliseconds
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "flow/postgres.hpp"
#include "flow/store.hpp"

using namespace fermata::flow;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto kLength = std::chrono::seconds(3);

std::unique_ptr<Store> opened(const std::string& url) {
  std::string error;
  auto store = open_store(url, {}, error);
  if (store != nullptr) return store;
  std::fprintf(stderr, "%s\n", error.c_str());
  std::exit(1);
}

Record record() {
  Record r;
  r.event = Event::step_result, r.name = "step", r.value = std::string(200, 'x');
  return r;
}

Claim made(Store& store) {
  const std::vector<Record> first = {record()};
  return store.create({"", "bench", "-"}, first);
}

struct Writer {
  Claim claim;
  std::int64_t op = 2;
  std::vector<Record> records = {record()};
  Append next() {
    Append a;
    a.flow = claim.id, a.epoch = claim.epoch, a.seq = claim.next_seq++, a.op = op++;
    a.records = records;
    return a;
  }
};

void expect(bool is_so) {
  if (is_so) return;
  std::fprintf(stderr, "an append was refused\n");
  std::exit(1);
}

void measure_appends(const std::string& url, int threads) {
  const auto store = opened(url);
  std::atomic<long> done = 0;
  std::vector<std::thread> all;
  const auto until = Clock::now() + kLength;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      for (Writer w{made(*store)}; Clock::now() < until; ++done)
        expect(store->append(w.next()).answer == Answer::ok);
    });
  for (std::thread& t : all) t.join();
  std::printf("%.0f\n", static_cast<double>(done) / kLength.count());
}

void measure_batches(const std::string& url, int threads) {
  constexpr int kFlows = 100;
  const auto store = opened(url);
  std::atomic<long> done = 0;
  std::vector<std::thread> all;
  const auto until = Clock::now() + kLength;
  for (int i = 0; i < threads; ++i)
    all.emplace_back([&] {
      std::vector<Writer> writers;
      for (int k = 0; k < kFlows; ++k) writers.push_back({made(*store)});
      for (; Clock::now() < until; done += kFlows) {
        std::vector<Append> appends;
        for (Writer& w : writers) appends.push_back(w.next());
        for (const Appended& a : store->append_all(appends)) expect(a.answer == Answer::ok);
      }
    });
  for (std::thread& t : all) t.join();
  std::printf("%.0f\n", static_cast<double>(done) / kLength.count());
}

void fill(const std::string& url, int flows) {
  std::string error;
  PgSession session(*Libpq::load(error));
  const auto until = Clock::now() + std::chrono::hours(1);
  session.open(url, until);
  const PgRows rows = session.run_script(
      "INSERT INTO flow(id, birth, name, program, status, epoch, next_seq, first_seq, wake_at,"
      " attempts, created_at, updated_at, waiting, note, priority)"
      " SELECT 'many-' || n, n, 'many', '-', 2, 1, 0, 0, 4000000000000 + n, 0, n, n, 'review', '', 0"
      " FROM generate_series(1, " + std::to_string(flows) + ") n; ANALYZE flow", until);
  if (!rows.ok()) std::fprintf(stderr, "%s\n", rows.message().c_str());
}

void measure_claims(const std::string& url, int count) {
  const auto store = opened(url);
  std::vector<double> looks, claims;
  for (int i = 0; i < count; ++i) {
    const Claim c = made(*store);
    Append a;
    a.flow = c.id, a.epoch = c.epoch, a.seq = c.next_seq, a.op = 2, a.release = true;
    a.status = Status::suspended, a.wake_at = 1;
    expect(store->append(a).answer == Answer::ok);
    const auto milliseconds = [](auto act) {
      const auto began = Clock::now();
      act();
      return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
    };
    std::vector<FlowRow> rows;
    looks.push_back(milliseconds([&] { store->due(50, rows); }));
    expect(rows.size() == 1);
    Claim taken;
    claims.push_back(milliseconds([&] { taken = store->claim(rows[0].id); }));
    expect(taken.answer == Answer::ok);
    a.epoch = taken.epoch, a.status = Status::finished;
    expect(store->append(a).answer == Answer::ok);
  }
  for (auto* times : {&looks, &claims}) {
    std::sort(times->begin(), times->end());
    std::printf("%.2f %.2f ", (*times)[times->size() / 2], (*times)[times->size() * 99 / 100]);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string url = argv[1], kind = argv[2];
  const int n = std::atoi(argv[3]);
  if (kind == "append") measure_appends(url, n);
  else if (kind == "batch") measure_batches(url, n);
  else if (kind == "fill") fill(url, n);
  else if (kind == "claim") measure_claims(url, n);
  else return 2;
}
