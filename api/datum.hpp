// Plain data outside of every heap: what crosses threads, queues and interpreters.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "api/instance.hpp"

namespace fermata::api {

// A part of a datum.  Never changes once it is made.
struct Node {
  enum class Kind : std::uint8_t {
    null, unspecified, eof, boolean, integer, natural, real, number, character, string, symbol, bytes, pair, vector
  };
  Kind kind = Kind::null;
  union {
    bool boolean;
    std::int64_t integer = 0;
    std::uint64_t natural;  // integers from 2^63 on
    double real;
    std::uint32_t character;
  };
  std::string text;              // string, symbol, bytes; number: as it is written, for all the others
  const Node* car = nullptr;
  const Node* cdr = nullptr;
  std::vector<const Node*> items;
};

// An exact integer that fits, from zero on.
std::optional<std::uint64_t> natural_of(vm::Value v);

// Null with the way to what is no plain data.  Otherwise the caller has a reference.
fermata_datum* datum_of(Instance& in, vm::Value v, std::string& problem);
// The value, or the empty list when it is not all plain.
fermata_datum* plain_part(Instance& in, vm::Value v);
const fermata_datum* empty_datum();
vm::Value value_of_node(vm::Machine& m, const Node& n);
inline const Node* node_of(fermata_view v) {
  return v.in == nullptr ? reinterpret_cast<const Node*>(v.word) : nullptr;
}

}  // namespace fermata::api

struct fermata_datum {
  mutable std::atomic<std::uint32_t> uses{1};
  std::deque<fermata::api::Node> nodes;
  const fermata::api::Node* root = nullptr;
};
