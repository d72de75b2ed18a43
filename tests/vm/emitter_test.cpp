#include "vm/emitter.hpp"

#include <catch2/catch.hpp>

#include "tests/vm/code_builder.hpp"
#include "vm/disassemble.hpp"
#include "vm/verify.hpp"

namespace fermata::vm {

TEST_CASE("the emitter resolves labels in both directions", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  const auto top = e.make_label(), out = e.make_label();
  e.bind(top);
  e.emit_branch(Op::unless_less_imm, out, 1, 0, 10);
  e.emit(Op::add_imm, 1, 1, 1);
  e.jump(top);
  e.bind(out);
  e.emit(Op::return_value, 1);
  Emitter::Facts facts;
  facts.required = 1;
  Code& code = e.finish(facts);
  CHECK(verify(code) == "");
  CHECK(code.frame_size() == 2);
  CHECK(code.required() == 1);
  Closure& closure = f.m.heap.make_closure(code, 1, code.frame_size(), 0);
  const Value three = Value::fixnum(3);
  Task& task = f.m.make_task(value_of(&closure), &three, 1);
  CHECK(f.m.run(task, 1000) == RunStatus::finished);
  CHECK(task.result == Value::fixnum(10));
}

TEST_CASE("the emitter drops what cannot be reached, and jumps to the next instruction",
          "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  const auto end = e.make_label();
  e.emit_wide(Op::load_fixnum, 1, 7);
  e.jump(end);
  e.emit(Op::add, 9, 9, 9);
  e.bind(end);
  e.emit(Op::return_value, 1);
  e.emit(Op::return_value, 1);
  Code& code = e.finish({});
  CHECK(verify(code) == "");
  CHECK(code.word_count() == 2);
  CHECK(code.frame_size() == 2);
}

TEST_CASE("a jump to a jump goes straight to its end", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  const auto middle = e.make_label(), other = e.make_label(), end = e.make_label();
  e.emit_branch(Op::unless_true, middle, 1);
  e.emit_wide(Op::load_fixnum, 1, 1);
  e.jump(other);
  e.bind(middle);
  e.jump(end);
  e.bind(other);
  e.emit_wide(Op::load_fixnum, 1, 2);
  e.bind(end);
  e.emit(Op::return_value, 1);
  Code& code = e.finish({});
  CHECK(verify(code) == "");
  CHECK(code.entry()[1] == code.word_count() - 1 - 2);
}

TEST_CASE("literals stay alive in the constants", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  const Value pair = f.m.heap.cons(kTrue, kFalse);
  e.emit_literal(Op::load_literal, pair, 1);
  e.emit_literal(Op::load_literal, pair, 1);
  e.emit_literal(Op::load_literal, Value::fixnum(1 << 20), 1);
  e.emit(Op::return_value, 1);
  Code& code = e.finish({});
  CHECK(as<Vector>(code.constants).length() == 1);
  CHECK(verify(code) == "");
}

TEST_CASE("the source map has one entry where the place changes", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  SourceText& text = make_source(f.m.heap, "a.scm", "(car (cdr x))");
  e.at({&text, 5, 12});
  e.emit(Op::cdr, 1, 1);
  e.at({&text, 0, 13});
  e.emit(Op::car, 1, 1);
  e.emit(Op::return_value, 1);
  Code& code = e.finish({});
  CHECK(find_span(code, 0).start == 5);
  CHECK(find_span(code, 1).start == 0);
  CHECK(find_span(code, 2).end == 13);
}

TEST_CASE("inlined calls are told of the instructions made for them", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  SourceText& text = make_source(f.m.heap, "a.scm", "(map (lambda (x) (car x)) y)");
  const auto inlined = [&](const char* name, Span site, bool is_foreign) {
    auto* in = static_cast<Inlined*>(f.m.heap.traced(sizeof(Inlined)));
    *in = {f.m.symbols.intern(name), site, is_foreign, 1};
    return in;
  };
  const Inlined* outer = inlined("outer", {&text, 0, 28}, false);
  e.at({&text, 0, 28});
  e.emit(Op::cdr, 1, 1);
  e.at({&text, 17, 24, inlined("inner", {&text, 5, 25, outer}, true)});
  e.emit(Op::car, 1, 1);
  SECTION("each with the call that it stands for") {
    e.emit(Op::return_value, 1);
    Code& code = e.finish({});
    CHECK(find_inlined(code, 0) == 0);
    const std::uint32_t inner = find_inlined(code, 1);
    CHECK(inlined_name(code, inner) == f.m.symbols.intern("inner"));
    CHECK(inlined_entry(code, inner).start == 5);
    CHECK(inlined_entry(code, inner).is_foreign == 1);
    const std::uint32_t around = inlined_entry(code, inner).below;
    CHECK(inlined_name(code, around) == f.m.symbols.intern("outer"));
    CHECK(inlined_entry(code, around).below == 0);
  }
  SECTION("what has no place stands at the call, and the frame around it counts") {
    e.set_frame(e.frame_of(outer));
    e.at({});
    e.emit(Op::return_value, 1);
    Code& code = e.finish({});
    CHECK(find_span(code, 2).end == 28);
    CHECK(inlined_name(code, find_inlined(code, 2)) == f.m.symbols.intern("outer"));
  }
}

TEST_CASE("a table of labels leads forwards to instructions", "[emitter][verify]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  const Emitter::Label one = e.make_label(), two = e.make_label();
  const Emitter::Label table[] = {one, two, one};
  e.emit_switch(Op::switch_fixnum, 1, -1, table);
  e.emit(Op::return_value, 1);
  e.bind(one);
  e.emit(Op::return_value, 2);
  e.bind(two);
  e.emit(Op::return_value, 3);
  Code& code = e.finish({});
  CHECK(verify(code) == "");
  CHECK(op_length(code.entry()) == 5);
  CHECK(disassemble(code).find("switch_fixnum          r1 3 from -1 -> 6 7 6") != std::string::npos);
  SECTION("or is refused") {
    code.words()[3] += 20;
    CHECK(verify(code) != "");
  }
}

TEST_CASE("code without inlined calls has no table of them", "[emitter]") {
  MachineFixture f;
  Emitter e(f.m.heap);
  e.emit(Op::return_value, 0);
  CHECK(e.finish({}).frames == kFalse);
}

TEST_CASE("the verifier refuses malformed code", "[verify]") {
  MachineFixture f;
  const auto problem = [&](std::vector<Instruction> words, unsigned frame,
                           std::initializer_list<Value> constants = {}) {
    const Value closure = f.closure(words, 0, frame, constants);
    Code& code = *as<Closure>(closure).code;
    code.shape = Closure::pack(0, frame, 0) << 1 | 1;
    return verify(code);
  };
  CHECK(problem({encode(Op::return_value, 1)}, 2) == "");
  CHECK(problem({encode(Op::return_value, 2)}, 2) != "");
  CHECK(problem({encode(Op::move, 1, 0)}, 2).find("runs off the end") != std::string::npos);
  CHECK(problem({encode(Op::jump), 5, encode(Op::return_value, 1)}, 2) != "");
  CHECK(problem({encode(Op::jump), 0xffffffff, encode(Op::return_value, 1)}, 2) != "");
  CHECK(problem({encode(Op::load_literal, 1), 0}, 2).find("cut short") != std::string::npos);
  CHECK(problem({0xff, encode(Op::return_value, 1)}, 2) != "");
  CHECK(problem({encode(Op::call, 1, 1, 0), encode(Op::return_value, 1)}, 4) != "");
  std::vector<Instruction> words{encode(Op::load_literal, 1)};
  const Value pair = f.m.heap.cons(kNull, kNull);
  literal(words, pair);
  words.push_back(encode(Op::return_value, 1));
  CHECK(problem(words, 2, {pair}) == "");
  CHECK(problem(words, 2) != "");
  words[0] = encode(Op::load_global, 1);
  CHECK(problem(words, 2, {pair}) != "");
}

TEST_CASE("the verifier does not look at a literal that nothing keeps alive", "[verify]") {
  MachineFixture f;
  std::vector<Instruction> words{encode(Op::load_global, 1)};
  literal(words, Value::from_bits(0x10));  // an object, if it were one
  words.push_back(encode(Op::return_value, 1));
  const Value closure = f.closure(words, 0, 2);
  as<Closure>(closure).code->shape = Closure::pack(0, 2, 0) << 1 | 1;
  CHECK(verify(*as<Closure>(closure).code).find("not among the constants") != std::string::npos);
}

TEST_CASE("the verifier knows how many fields a record has", "[verify]") {
  MachineFixture f;
  const Value names = value_of(&f.m.heap.make_vector(2, kFalse));
  const Value type = value_of(&f.m.heap.make<RecordType>(kFalse, names, kFalse, names));
  const auto is_fine = [&](Instruction first) {
    std::vector<Instruction> words{first};
    literal(words, type);
    words.push_back(encode(Op::return_value, 1));
    const Value closure = f.closure(words, 0, 5, {type});
    as<Closure>(closure).code->shape = Closure::pack(0, 5, 0) << 1 | 1;
    return verify(*as<Closure>(closure).code).empty();
  };
  CHECK(is_fine(encode(Op::record_ref, 1, 2, 1)));
  CHECK_FALSE(is_fine(encode(Op::record_ref, 1, 2, 2)));
  CHECK(is_fine(encode(Op::record_set, 1, 1, 2)));
  CHECK_FALSE(is_fine(encode(Op::record_set, 1, 2, 2)));
  CHECK(is_fine(encode(Op::make_record_of, 1, 2, 2)));
  CHECK_FALSE(is_fine(encode(Op::make_record_of, 1, 2, 3)));
}

TEST_CASE("every instruction has a length and a listing", "[disassemble]") {
  for (std::size_t op = 0; op < kOpCount; ++op) {
    const Instruction words[4] = {static_cast<Instruction>(op), 0, 0, 0};
    CHECK(op_length(words) >= 1);
    CHECK(op_length(words) <= 4);
    CHECK(std::string(op_info(static_cast<Op>(op)).name).size() > 1);
  }
  MachineFixture f;
  Emitter e(f.m.heap);
  e.emit(Op::subtract_imm, 1, 2, 0xff);
  e.emit(Op::return_value, 1);
  Emitter::Facts facts;
  facts.name = f.m.symbols.intern("less");
  CHECK(disassemble(e.finish(facts)) ==
        "less: 0 arguments, frame 3, free 0\n"
        "    0  subtract_imm           r1 r2 -1\n"
        "    1  return_value           r1\n");
}

}  // namespace fermata::vm
