// What a store holds, in the text form that Prometheus reads.  Counting, not reading of records: the
// look costs what `flow stats` costs.
#include <algorithm>
#include <cstdio>

#include "flow/inspect.hpp"

namespace fermata::flow {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

class Metrics {
 public:
  void family(const char* name, const char* help) {
    name_ = name;
    text += std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " gauge\n";
  }
  using Labels = std::vector<std::pair<const char*, std::string_view>>;
  void sample(const Labels& labels, double value) {
    text += name_;
    for (std::size_t i = 0; i < labels.size(); ++i)
      text += std::string(i == 0 ? "{" : ",") + labels[i].first + "=\"" + escaped(labels[i].second) + "\"";
    char number[32];
    std::snprintf(number, sizeof number, "%.15g", value);
    text += std::string(labels.empty() ? " " : "} ") + number + "\n";
  }
  std::string text;

 private:
  const char* name_ = "";
};

}  // namespace

Shown metrics_text(Store& store, std::int64_t now_ms) {
  std::vector<FlowCount> counts;
  std::vector<Backlog> queues;
  std::vector<Item> workers, silent, complete;
  std::int64_t wake = 0;
  Answer a = store.counts(counts);
  if (a == Answer::ok) a = store.queues(queues);
  if (a == Answer::ok) a = store.items("worker", 0, workers);
  if (a == Answer::ok) a = store.items("worker", now_ms, silent);
  if (a == Answer::ok) a = store.items("replica-complete", 0, complete);
  if (a == Answer::ok) a = store.next_wake(wake);
  if (a != Answer::ok) return {false, store.error() + "\n"};

  Metrics m;
  m.family("fermata_flows", "Flows by name and state.");
  for (const FlowCount& c : counts)
    m.sample({{"flow", c.name}, {"state", status_name(c.status)}}, static_cast<double>(c.flows));
  m.family("fermata_records", "Records of the flows of that name and state.");
  for (const FlowCount& c : counts)
    m.sample({{"flow", c.name}, {"state", status_name(c.status)}}, static_cast<double>(c.records));
  m.family("fermata_queue_flows", "Flows that wait in a queue.");
  for (const Backlog& q : queues) m.sample({{"queue", q.queue}}, static_cast<double>(q.flows));
  m.family("fermata_queue_oldest_seconds", "How long the oldest of them has waited.");
  for (const Backlog& q : queues)
    m.sample({{"queue", q.queue}}, static_cast<double>(q.waited_ms) / 1000);
  m.family("fermata_workers", "Workers that are heard of, and those that went silent.");
  m.sample({{"state", "alive"}}, static_cast<double>(workers.size() - silent.size()));
  m.sample({{"state", "silent"}}, static_cast<double>(silent.size()));
  m.family("fermata_replica_behind_seconds", "Since when the copies at a peer were complete.");
  for (const Item& i : complete)
    m.sample({{"peer", i.id}}, static_cast<double>(std::max<std::int64_t>(0, now_ms - i.due)) / 1000);
  m.family("fermata_timer_late_seconds", "How long the timer that is due longest has waited.");
  m.sample({}, wake != 0 && wake < now_ms ? static_cast<double>(now_ms - wake) / 1000 : 0);
  return {true, m.text};
}

}  // namespace fermata::flow
