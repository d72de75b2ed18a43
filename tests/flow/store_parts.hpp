// What tests of stores begin with: a folder of their own, and records and appends to write.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "flow/store.hpp"
#include "tests/flow/folder.hpp"

namespace fermata::flow {

inline Record record(Event event, std::string strand, std::int64_t ordinal, std::string name,
              std::string value = "") {
  return {event, {std::move(strand), ordinal}, std::move(name), 0, std::move(value)};
}

inline std::vector<Record> first_records() {
  return {record(Event::program, "0", 0, "-"), record(Event::started, "0", 0, "publish", "\"in\"")};
}

inline Append appending(const Claim& c, std::int64_t op, std::span<const Record> records) {
  Append a;
  a.flow = c.id, a.epoch = c.epoch, a.seq = c.next_seq, a.op = op, a.records = records;
  return a;
}

inline Message answer_to(std::string tag, std::string body, std::int64_t ordinal = 1) {
  return {"answer:0#" + std::to_string(ordinal),
          Letter::answer,
          {"0", ordinal},
          std::move(tag),
          std::move(body)};
}

}  // namespace fermata::flow
