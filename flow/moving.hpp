// How a flow goes from one store to another: the rules that every store keeps, and the generations
// of epochs.
//
// The upper bits of an epoch are its generation.  Each store that a flow comes to begins a new one,
// so that whatever the store before may still claim is lower.  Below it are the claims; in
// PostgreSQL with the timeline above them, see docs/why/0019-postgresql.md.
#pragma once

#include <cstdint>
#include <string>

#include "flow/store.hpp"

namespace fermata::flow {

inline constexpr int kGenerationBit = 44;
inline constexpr std::int64_t kClaimMask = (std::int64_t{1} << kGenerationBit) - 1;

inline std::int64_t next_generation(std::int64_t epoch) {
  return ((epoch >> kGenerationBit) + 1) << kGenerationBit;
}
// Of a flow that is taken back without the peer's leave: above all generations that it may have
// got by going on from there.
inline std::int64_t recalled_generation(std::int64_t epoch) {
  constexpr std::int64_t kMostMoves = 16;
  return ((epoch >> kGenerationBit) + kMostMoves) << kGenerationBit;
}

// Whether somebody may take the flow without being told to by a person.
inline bool lets_claim(const FlowRow& row) {
  return row.status != Status::queued && !is_elsewhere(row.status);
}
inline std::string why_not_claimed(const FlowRow& row) {
  if (row.status == Status::queued) return row.id + " waits in the queue " + row.queue;
  if (row.status == Status::copy) return row.id + " is a copy of a flow at " + row.waiting;
  return row.id + " is delegated to " + row.waiting;
}
inline Status status_when_claimed(Status status) {
  return status == Status::stuck || is_elsewhere(status) ? status : Status::running;
}

// Whether what is here of a flow is replaced by what came from another store.
inline bool gives_way(const FlowRow& here, const FlowRow& came) {
  return (here.status == Status::delegated && here.epoch < came.epoch) ||
         (here.status == Status::copy && here.epoch <= came.epoch);
}
// Whether so many records, up to the end that `came` has, follow those of the copy.
inline bool is_extended_by(const FlowRow& copy, const FlowRow& came, std::int64_t records) {
  return copy.status == Status::copy && copy.epoch <= came.epoch &&
         copy.next_seq == came.next_seq - records && copy.first_seq == came.first_seq;
}
inline std::string no_such_copy(const std::string& id) {
  return id + " is no copy any more, or has changed";
}

}  // namespace fermata::flow
