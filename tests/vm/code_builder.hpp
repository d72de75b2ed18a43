// Code objects from hand-made instruction words, for tests of the machine alone.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "vm/machine.hpp"

namespace fermata::vm {

struct MachineFixture {
  Machine& m = Machine::create();
  ~MachineFixture() { Machine::destroy(m); }

  // A closure of those words; literals are kept alive by the vector of constants.
  Value closure(const std::vector<Instruction>& words, unsigned argc, unsigned frame,
                std::initializer_list<Value> constants = {}) {
    Vector& kept = m.heap.make_vector(constants.size(), kUnspecified);
    std::copy(constants.begin(), constants.end(), kept.slots());
    auto& code = *static_cast<Code*>(m.heap.described(sizeof(Code) + words.size() * sizeof(Instruction)));
    code.header = make_header(Kind::code, words.size());
    code.live = sizeof(Code);
    code.name = kFalse;
    code.constants = value_of(&kept);
    code.source = kFalse;
    code.file = kFalse;
    code.arity = std::uint64_t{argc} << 1 | 1;
    std::copy(words.begin(), words.end(), code.words());
    return value_of(&m.heap.make_closure(code, argc, frame, 0));
  }
};

inline void literal(std::vector<Instruction>& words, Value v) {
  words.push_back(static_cast<Instruction>(v.bits()));
  words.push_back(static_cast<Instruction>(v.bits() >> 32));
}

// (define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
inline std::vector<Instruction> fib_words() {
  return {encode(Op::unless_less_imm, 1, 0, 2), 1,
          encode(Op::return_value, 1),
          encode(Op::subtract_imm, 4, 1, 1),
          encode(Op::call_self, 2, 3, 1),
          encode(Op::subtract_imm, 5, 1, 2),
          encode(Op::call_self, 3, 4, 1),
          encode(Op::add, 1, 2, 3),
          encode(Op::return_value, 1)};
}

// (define (chain n) (if (< n 1) '() (cons n (chain (- n 1)))))
inline std::vector<Instruction> chain_words() {
  return {encode(Op::unless_less_imm, 1, 0, 1), 2,
          encode(Op::load_constant, 1, 4),
          encode(Op::return_value, 1),
          encode(Op::subtract_imm, 4, 1, 1),
          encode(Op::call_self, 2, 3, 1),
          encode(Op::cons, 1, 1, 2),
          encode(Op::return_value, 1)};
}

}  // namespace fermata::vm
