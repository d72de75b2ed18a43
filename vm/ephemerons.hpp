// A key and a datum that is there as long as the key is.
//
// An ephemeron keeps neither alive by itself.  As long as something else reaches the key (the
// datum does not count), the datum is kept too; when nothing does, a collection breaks it.
// Weak tables are made of these.  libgc has nothing of the kind, so
// ephemerons.cpp ends each marking with some of its own.
// Where values are on plain malloc nothing is ever broken.
#pragma once

#include "vm/heap.hpp"

namespace fermata::vm {

struct Ephemeron : Object {  // hidden from the collector
  static constexpr Kind kKind = Kind::ephemeron;
  static constexpr std::uint64_t kSettled = 0x20;  // header flag, during a collection
  Value key;    // kTombstone once it is broken, by a collection at any instruction: read it once
  Value datum;  // then #f
  Ephemeron* next;     // of all that are whole
  Ephemeron* waiting;  // during a collection: the next whose key was not reached yet
};

Ephemeron& make_ephemeron(Value key, Value datum);

}  // namespace fermata::vm
