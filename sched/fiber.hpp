// What the scheduler keeps of a task, and what a task may wait in.
//
// A Fiber is a vm::Task (the suspended computation) with a state, a name and a wait; Scheme
// calls it a task.  A fiber waits under a ticket: nodes with that ticket stand in wait queues
// and among timers, and the first of them to be claimed answers the wait.  All others are
// unlinked in the same moment, so what lost leaves nothing behind.
//
// Links are doubly linked rings through a head, so a node leaves in O(1) without knowing
// where it stands.  A Link lies right behind a header, a displacement the collector knows:
// a queue keeps its nodes alive, and they the fibers.
#pragma once

#include "vm/heap.hpp"
#include "vm/machine.hpp"

namespace fermata::sched {

struct Scheduler;
struct Group;
struct WaitNode;
struct WaitQueue;

struct Link {
  Link* previous = nullptr;
  Link* next = nullptr;
  bool is_linked() const { return next != nullptr; }
  void make_head() { previous = next = this; }
  void insert_before(Link& other) {
    previous = other.previous;
    next = &other;
    previous->next = this;
    other.previous = this;
  }
  void unlink() {
    previous->next = next;
    next->previous = previous;
    previous = next = nullptr;
  }
};

enum class State : std::uint8_t { runnable, parked, finished, crashed, cancelled };
// What a parked fiber waits for, as the status tells it.
// `outside`: something that another scheduler's tasks bring, as time of this one does not;
// `foreign`: something that the world brings.
enum class Wait : std::uint8_t { queue, wake, timer, outside, foreign };
// A wait is open from the ticket on until something answers it.
enum class Phase : std::uint8_t { none, open, answered, raised };
enum class Priority : std::uint8_t { high, normal, low };
inline constexpr std::size_t kPriorities = 3;

// What few tasks have.
struct Seldom {
  std::uint64_t nanoseconds = 0, bytes = 0;  // used, when the scheduler keeps accounts
  vm::Value heap_watch = vm::kFalse;         // see heap_watch.hpp
  vm::Value host_end = vm::kFalse;  // called like Fiber::at_end, for the host that began it, whatever ended it
};

struct Fiber : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::fiber;

  vm::Task* task = nullptr;
  Scheduler* scheduler = nullptr;
  State state = State::runnable;
  Wait wait = Wait::queue;
  Phase phase = Phase::none;
  Priority priority = Priority::normal;
  bool started = false;
  bool is_main = false;         // of the host's making
  bool awaited = false;         // who spawned it asks how it ended: no report
  bool unreachable = false;     // said by FiberTable::find_unreachable
  bool leaving = false;         // an error ends it: what it entered is being left
  bool resuming = false;        // its native waited, and is run again
  bool takes_answer = false;    // or else is not run again: the answer is its value
  bool yielding = false;        // in task-yield
  bool probing = false;         // a native that would wait raises its request instead
  Wait source = Wait::queue;    // of the open wait: queue, or outside or foreign if anything of it is
  bool wake_permit = false;     // task-wake came before task-block
  bool cancel_pending = false;  // look for a cancelled scope at every suspension
  bool cancel_delivered = false;  // raised once already: no more in the middle of a computation
  std::uint8_t exit_status = 0;   // an error in it ends the program with this status; 0: it does not
  bool exiting = false;         // in task-exit: its turn ends it
  bool paused = false;          // takes no turns
  bool held_back = false;       // it would have had one
  bool shown = false;           // the program may know it as a value
  std::uint16_t holds = 0;      // turn-hold!: gas does not end its turn until it waits
  std::uint32_t id = 0;
  std::uint32_t parent = 0;     // id of the spawner
  std::uint32_t number = 0;     // among those of its scheduler, from 1: for traces
  std::uint32_t place = 0;      // in the engine's table of all fibers
  vm::Value name = vm::kFalse;
  vm::Value local = vm::kFalse;   // what a model of concurrency keeps with it
  vm::Value to_raise = vm::kFalse;  // in its next turn
  vm::Value at_end = vm::kFalse;  // (at-end task) is called, in a new task, when it has ended
  // ---- the wait
  std::uint64_t ticket = 0;
  WaitNode* nodes = nullptr;    // everything registered under the ticket
  WaitNode* spare = nullptr;    // nodes to be used again, of wait queues only
  vm::Value tag = vm::kFalse;   // of the node that was claimed
  vm::Value answer = vm::kUnspecified;
  vm::Value waits_on = vm::kFalse;  // for reports: a wait queue, or anything that says it
  // ---- its end
  vm::Value cancel_condition = vm::kFalse;  // raised in it; #f as long as nobody cancelled it
  vm::Value raised_at = vm::kFalse;         // trace of what ends it, while it leaves what it entered
  WaitQueue* ended = nullptr;               // who waits for the end
  Group* group = nullptr;
  WaitNode* membership = nullptr;  // in the ring of the group
  // ---- driving another scheduler (scheduler-run, scheduler-step)
  Scheduler* drives = nullptr;
  // ---- accounting
  std::uint32_t switches = 0, parks = 0;
  std::uint64_t steps = 0;
  Seldom* seldom = nullptr;
  // What of the world it may touch, where that is less than its interpreter may: the layer
  // above puts it there and knows what it means.  Tasks have it of the one that began them.
  vm::Value rights = vm::kFalse;

  bool is_over() const { return state >= State::finished; }
  vm::Value heap_watch() const { return seldom != nullptr ? seldom->heap_watch : vm::kFalse; }
  vm::Value host_end() const { return seldom != nullptr ? seldom->host_end : vm::kFalse; }
  Seldom& with_seldom(vm::Heap& heap) {
    if (seldom == nullptr) seldom = ::new (heap.traced(sizeof(Seldom))) Seldom;
    return *seldom;
  }
};
// There may be a million of them, and the collector's sizes are multiples of 16.
static_assert(sizeof(Fiber) <= 224);

struct WaitQueue : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::wait_queue;
  Link link = {};  // head; first behind the header
  vm::Value name = vm::kFalse;
  vm::Value holder = vm::kFalse;  // for reports: the task that must act
  bool foreign = false;           // the world gives to it: virtual clocks stand meanwhile
  Scheduler* home = nullptr;      // whose tasks give to it, as far as is known
};

struct WaitNode : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::wait_node;
  static constexpr std::uint64_t kTimer = 1;  // aux: datum is the time
  Link link = {};                             // first behind the header
  Fiber* fiber = nullptr;                     // null: tag is a CancelScope, or a TimedCall
  std::uint64_t ticket = 0;
  vm::Value tag = vm::kFalse;
  vm::Value datum = vm::kFalse;
  WaitNode* sibling = nullptr;  // of the same ticket
  bool is_timer() const { return aux() == kTimer; }
  std::int64_t time() const { return datum.fixnum(); }
};

// The link lies at the same place in queues and nodes.
inline WaitNode& node_of(Link& link) {
  return *reinterpret_cast<WaitNode*>(reinterpret_cast<char*>(&link) - sizeof(vm::Object));
}

}  // namespace fermata::sched
