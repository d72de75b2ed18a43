#include "vm/disassemble.hpp"

#include <cstdio>
#include <cstring>

#include "vm/native.hpp"
#include "vm/string.hpp"

namespace fermata::vm {

namespace {

std::string symbol_text(Value v) {
  const Symbol* s = cast<Symbol>(v);
  return s == nullptr ? std::string() : to_utf8(as<String>(s->name));
}

// Enough to recognise a literal without the printer.
std::string plain_literal(Value v) {
  if (v.is_fixnum()) return std::to_string(v.fixnum());
  if (v == kFalse) return "#f";
  if (v == kTrue) return "#t";
  if (v == kNull) return "()";
  if (v.is_char()) {
    std::string text = "#\\";
    append_utf8(text, v.character());
    return text;
  }
  if (is<Symbol>(v)) return symbol_text(v);
  if (const Cell* cell = cast<Cell>(v)) return "<" + symbol_text(cell->name) + ">";
  if (const Native* native = cast<Native>(v))
    return "#<native " + std::string(native->row->name()) + ">";
  if (const Closure* closure = cast<Closure>(v))
    return "#<procedure " + symbol_text(closure->code->name) + ">";
  if (const Code* code = cast<Code>(v)) return "#<code " + symbol_text(code->name) + ">";
  if (const RecordType* type = cast<RecordType>(v))
    return "#<type " + symbol_text(type->name) + ">";
  return std::string("#<") + type_name(v) + ">";
}

Value literal_at(const Instruction* words) {
  std::uint64_t bits;
  std::memcpy(&bits, words, sizeof bits);
  return Value::from_bits(bits);
}

class Listing {
 public:
  Listing(const Code& code, const DescribeLiteral& describe) : code_(code), describe_(describe) {}

  std::string text() {
    head();
    const Instruction* words = code_.entry();
    for (std::size_t at = 0; at < code_.word_count(); at += op_length(words + at)) line(at);
    return std::move(out_);
  }

 private:
  void head() {
    const std::string name = symbol_text(code_.name);
    out_ += name.empty() ? "(anonymous)" : name;
    out_ += ": " + std::to_string(code_.required());
    const std::size_t more = code_.optional() + code_.most_rest();
    if (more) out_ += " to " + std::to_string(code_.required() + more);
    if (code_.rest() && code_.most_rest() == 0) out_ += " or more";
    out_ += " arguments, frame " + std::to_string(code_.frame_size());
    out_ += ", free " + std::to_string(code_.free_count()) + "\n";
  }
  void reg(unsigned r) { out_ += " r" + std::to_string(r); }
  void number(long long n) { out_ += " " + std::to_string(n); }

  void line(std::size_t at) {
    const Instruction* i = code_.entry() + at;
    const Instruction w = *i;
    const OpInfo& info = op_info(op_of(w));
    char start[64];
    std::snprintf(start, sizeof start, "%5zu  %-22s", at, info.name);
    out_ += start;
    const Format f = info.format;
    switch (f) {
      case Format::none:
      case Format::L:
        break;
      case Format::A:
      case Format::AL:
      case Format::AK:
      case Format::AKL:
      case Format::AKcaptures:
        reg(field_a(w));
        break;
      case Format::AB:
      case Format::ABL:
        reg(field_a(w)), reg(field_b(w));
        break;
      case Format::ABC:
        reg(field_a(w)), reg(field_b(w)), reg(field_c(w));
        break;
      case Format::ABCK:
        reg(field_a(w)), reg(field_b(w)), reg(field_c(w));
        break;
      case Format::ABI:
        reg(field_a(w)), reg(field_b(w)), number(field_i(w));
        break;
      case Format::AIL:
        reg(field_a(w)), number(field_i(w));
        break;
      case Format::AX:
        reg(field_a(w)), number(field_x(w));
        break;
      case Format::AU:
      case Format::AUtable:
        reg(field_a(w)), number(field_u(w));
        break;
      case Format::ABn:
      case Format::ABnK:
      case Format::ABnKR:
        reg(field_a(w)), reg(field_b(w)), number(field_c(w));
        break;
    }
    const Instruction* next = i + 1;
    if (has_literal(f)) {
      out_ += " " + describe_(literal_at(next));
      next += 2;
    }
    if (has_label(f)) {
      const auto target = next + 1 + static_cast<std::int32_t>(*next) - code_.entry();
      out_ += " -> " + std::to_string(target);
    }
    if (f == Format::AKcaptures) {
      for (unsigned c = 0; c < field_u(w); ++c)
        out_ += (next[c] & 1 ? " f" : " r") + std::to_string(next[c] >> 1);
    }
    if (f == Format::AUtable) {
      out_ += " from " + std::to_string(static_cast<std::int32_t>(*next++)) + " ->";
      for (unsigned k = 0; k < field_u(w); ++k, ++next)
        out_ += " " + std::to_string(next + 1 + static_cast<std::int32_t>(*next) - code_.entry());
    }
    out_ += '\n';
  }

  const Code& code_;
  const DescribeLiteral& describe_;
  std::string out_;
};

const Code* nested_code(Value v) {
  if (const Code* code = cast<Code>(v)) return code;
  return nullptr;
}

}  // namespace

std::string disassemble(const Code& code, const DescribeLiteral& describe, bool nested) {
  std::string out;
  std::vector<const Code*> todo{&code};  // all reachable from `code`, which the caller holds
  std::vector<const Code*> seen;
  while (!todo.empty()) {
    const Code* c = todo.front();
    todo.erase(todo.begin());
    bool known = false;
    for (const Code* s : seen) known = known || s == c;
    if (known) continue;
    seen.push_back(c);
    if (!out.empty()) out += '\n';
    out += Listing(*c, describe).text();
    Vector* constants = cast<Vector>(c->constants);
    if (!nested || constants == nullptr) continue;
    for (std::size_t i = 0; i < constants->length(); ++i) {
      const Value v = constants->slots()[i];
      if (const Code* inner = nested_code(v)) todo.push_back(inner);
      // Closures made by the compiler belong to this code; those of other libraries do not.
      else if (const Closure* closure = cast<Closure>(v);
               closure && closure->code->file == code.file)
        todo.push_back(closure->code);
    }
  }
  return out;
}

std::string disassemble(const Code& code) { return disassemble(code, plain_literal); }

}  // namespace fermata::vm
