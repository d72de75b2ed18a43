// Code objects: compiled procedures.
//
// A Code holds its instructions inline, behind a header that the collector traces; the
// instructions themselves are not traced, so each literal they mention also stands in
// `constants`.  Code is never written after it was finished: interpreters may share it.
#pragma once

#include "vm/object.hpp"
#include "vm/segment.hpp"

namespace fermata::vm {

struct Code : Object {  // memory described by `live`; aux: number of instruction words
  static constexpr Kind kKind = Kind::code;
  std::uint64_t live;
  Value name;           // Symbol or #f
  Value constants;      // Vector: literals, cells, nested Codes
  Value source;         // SourceMap's Bytevector (source_map.hpp) or #f
  Value file;           // SourceText the spans refer to (source_map.hpp), or #f
  Value frames;         // of inlined calls (source_map.hpp), or #f
  Value form;           // what inlining it takes, the compiler's own; or #f
  std::uint64_t shape;  // Closure::pack'ed argc (kVariadic: see below), frame size, free variables
  // required (16 bits) | optional << 16 (16 bits) | rest << 32 | most_rest << 33 (16 bits),
  // then << 1 | 1
  std::uint64_t arity;
  Instruction* words() { return reinterpret_cast<Instruction*>(this + 1); }
  const Instruction* entry() const { return reinterpret_cast<const Instruction*>(this + 1); }
  std::size_t word_count() const { return aux(); }
  std::size_t required() const { return arity >> 1 & 0xffff; }
  std::size_t optional() const { return arity >> 17 & 0xffff; }
  bool rest() const { return arity >> 33 & 1; }
  std::size_t most_rest() const { return arity >> 34 & 0xffff; }  // 0: any number
  bool accepts(std::size_t argc) const {
    return argc >= required() && (argc <= required() + optional() + most_rest() ||
                                  (rest() && most_rest() == 0));
  }
  std::size_t frame_size() const { return shape >> 17 & 0xffff; }
  std::size_t free_count() const { return shape >> 33; }
};

enum class Op : std::uint8_t {
#define OP(name, format, effect) name,
#include "vm/instructions.def"
#undef OP
};

inline constexpr std::size_t kOpCount = 0
#define OP(name, format, effect) +1
#include "vm/instructions.def"
#undef OP
    ;

// Operand formats: what follows the opcode byte in the first word, and in further words,
// in the order of the letters.
//   A B C   registers            I  signed 8-bit in c          X  signed 16-bit in b,c
//   U       unsigned 16-bit in b,c                             n  count in c
//   L       a further word: signed distance from the end of the instruction, in words
//   K       two further words: a literal Value
//   R       a further word: {_, dst, base, _}, always the last of a call
//   *       U further words, one capture each: register << 1, or free variable << 1 | 1
//   table   a further word: the lowest key; then U labels, each a signed distance from its end
enum class Format : std::uint8_t {
  none, A, AB, ABC, ABI, AX, AU, ABn, L, AL, ABL, AIL, AKL, AK, ABnK, ABCK, ABnKR, AKcaptures, AUtable
};

struct OpInfo {
  const char* name;
  Format format;
  const char* effect;
};
const OpInfo& op_info(Op op);
std::size_t op_length(const Instruction* at);  // words, captures and tables included

// Fields of an instruction's first word.
constexpr Op op_of(Instruction word) { return static_cast<Op>(word & 0xff); }
constexpr unsigned field_a(Instruction word) { return word >> 8 & 0xff; }
constexpr unsigned field_b(Instruction word) { return word >> 16 & 0xff; }
constexpr unsigned field_c(Instruction word) { return word >> 24; }
constexpr unsigned field_u(Instruction word) { return word >> 16; }
constexpr int field_x(Instruction word) { return static_cast<std::int16_t>(word >> 16); }
constexpr int field_i(Instruction word) { return static_cast<std::int8_t>(word >> 24); }

// Which parts a format has; positions follow from the order K, L, R, captures.
constexpr bool has_literal(Format f) {
  return f == Format::AKL || f == Format::AK || f == Format::ABnK || f == Format::ABCK ||
         f == Format::ABnKR || f == Format::AKcaptures;
}
constexpr bool has_label(Format f) {
  return f == Format::L || f == Format::AL || f == Format::ABL || f == Format::AIL ||
         f == Format::AKL;
}

constexpr Instruction encode(Op op, unsigned a = 0, unsigned b = 0, unsigned c = 0) {
  return static_cast<Instruction>(op) | (a & 0xff) << 8 | (b & 0xff) << 16 | (c & 0xff) << 24;
}

}  // namespace fermata::vm
