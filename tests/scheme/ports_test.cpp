// Ports: buffers, decoding, line ends, the end, devices that make one wait.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "tests/scheme/text_fixture.hpp"
#include "vm/condition.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

class PortFixture : public TextFixture {
 public:
  Value input(std::string_view text) { return call("open-input-string", {string(text)}); }
  Value output() { return call("open-output-string"); }
  std::string contents(Value port) {
    return to_utf8(as<String>(call("get-output-string", {port})));
  }
  std::string kind_of(Value v) {
    const auto* c = cast<Condition>(v);
    return c ? condition_kind_name(c->condition_kind()) : "no condition: " + write(v);
  }
  std::string message_of(Value v) { return to_utf8(as<String>(as<Condition>(v).message)); }
  Value number(std::int64_t n) { return Value::fixnum(n); }
};

// A pipe, whose ends are given away or closed at the end.
struct Pipe {
  int ends[2];
  Pipe() { REQUIRE(::pipe(ends) == 0); }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  int give(int i) { return std::exchange(ends[i], -1); }
  void close_end(int i) {
    if (ends[i] >= 0) ::close(give(i));
  }
  void write(std::string_view text) {
    REQUIRE(::write(ends[1], text.data(), text.size()) == ssize_t(text.size()));
  }
};

struct TemporaryFile {
  std::string path = "/tmp/fermata-ports-test-" + std::to_string(::getpid());
  ~TemporaryFile() { std::remove(path.c_str()); }
  void write(std::string_view text) { std::ofstream(path, std::ios::binary) << text; }
  std::string read() {
    std::stringstream s;
    s << std::ifstream(path, std::ios::binary).rdbuf();
    return s.str();
  }
};

}  // namespace

TEST_CASE_METHOD(PortFixture, "characters are read and peeked; the end stays", "[ports]") {
  const Value p = input("a\xce\xbb");
  CHECK(text_of("peek-char", {p}) == "#\\a");
  CHECK(text_of("read-char", {p}) == "#\\a");
  CHECK(text_of("char-ready?", {p}) == "#t");
  CHECK(text_of("read-char", {p}) == "#\\\xce\xbb");
  for (int i = 0; i < 3; ++i) {
    CHECK(text_of("peek-char", {p}) == "#<eof>");
    CHECK(text_of("read-char", {p}) == "#<eof>");
    CHECK(text_of("read-line", {p}) == "#<eof>");
    CHECK(text_of("read-string", {number(3), p}) == "#<eof>");
    CHECK(text_of("read", {p}) == "#<eof>");
    CHECK(text_of("char-ready?", {p}) == "#t");
  }
  CHECK(text_of("read-string", {number(0), p}) == "\"\"");
}

TEST_CASE_METHOD(PortFixture, "lines end with LF, CR, CR LF or the text", "[ports]") {
  const Value p = input("a\nb\rc\r\n\n\r\rlast");
  for (const char* line :
       {"\"a\"", "\"b\"", "\"c\"", "\"\"", "\"\"", "\"\"", "\"last\"", "#<eof>"}) {
    CHECK(text_of("read-line", {p}) == line);
  }
}

TEST_CASE_METHOD(PortFixture, "a CR LF that comes in two parts is one line's end", "[ports]") {
  Pipe pipe;
  const int end = pipe.ends[0];
  const Value p = value_of(&open_device(m, make_file_device(pipe.give(0), Ownership::owned),
                                        Direction::read, Content::text, "pipe"));
  pipe.write("a\r");
  CHECK(text_of("read-line", {p}) == "\"a\"");
  CHECK(text_of("char-ready?", {p}) == "#f");
  pipe.write("\n");
  CHECK(text_of("char-ready?", {p}) == "#f");
  pipe.write("b\n");
  CHECK(text_of("read-line", {p}) == "\"b\"");
  CHECK(waits == 0);
  // A character in two parts, then what can be no character.
  pipe.write("\xce");
  CHECK(text_of("char-ready?", {p}) == "#f");
  pipe.write("\xbb\xe2x");
  CHECK(text_of("read-char", {p}) == "#\\\xce\xbb");
  CHECK(text_of("read-char", {p}) == "#\\\xef\xbf\xbd");
  CHECK(text_of("read-char", {p}) == "#\\x");
  pipe.close_end(1);
  CHECK(text_of("read-char", {p}) == "#<eof>");
  call("close-port", {p});
  CHECK(::fcntl(end, F_GETFD) == -1);
}

TEST_CASE_METHOD(PortFixture, "a read that would wait takes nothing and is run again", "[ports]") {
  Pipe pipe;
  const Value p = value_of(&open_device(m, make_file_device(pipe.give(0), Ownership::owned),
                                        Direction::read, Content::text, "pipe"));
  Task& task = m.make_task(native("read"), &p, 1);
  CHECK(m.run(task, 1000) == RunStatus::waiting);
  for (const char* part : {"(a \"b", "c\" #| d", " |# . e"}) {
    pipe.write(part);
    m.retry(task);
    CHECK(m.run(task, 1000) == RunStatus::waiting);
    CHECK(wait_request_of(task.result)->direction == Direction::read);
  }
  pipe.write(") rest");
  m.retry(task);
  CHECK(m.run(task, 1000) == RunStatus::finished);
  CHECK(write(task.result) == "(a \"bc\" . e)");
  CHECK(text_of("read-char", {p}) == "#\\space");
  CHECK(text_of("read-string", {number(3), p}) == "\"res\"");
}

TEST_CASE_METHOD(PortFixture, "strings are read by characters, bytes by bytes", "[ports]") {
  const Value p = input("a\xce\xbb\xe2\x82\xac\xf0\x9f\x98\x80z");
  CHECK(text_of("read-string", {number(3), p}) == "\"a\xce\xbb\xe2\x82\xac\"");
  CHECK(text_of("read-string", {number(30), p}) == "\"\xf0\x9f\x98\x80z\"");
  const Value bytes = read("#u8(1 2 3 4 5 6)").pair()->car;
  const Value b = call("open-input-bytevector", {bytes});
  CHECK(text_of("peek-u8", {b}) == "1");
  CHECK(text_of("read-u8", {b}) == "1");
  CHECK(text_of("u8-ready?", {b}) == "#t");
  CHECK(text_of("read-bytevector", {number(2), b}) == "#u8(2 3)");
  const Value to = read("#u8(0 0 0 0 0)").pair()->car;
  CHECK(text_of("read-bytevector!", {to, b, number(1), number(3)}) == "2");
  CHECK(write(to) == "#u8(0 4 5 0 0)");
  CHECK(text_of("read-bytevector!", {to, b, number(3)}) == "1");
  CHECK(write(to) == "#u8(0 4 5 6 0)");
  CHECK(text_of("read-bytevector!", {to, b}) == "#<eof>");
  CHECK(text_of("read-bytevector!", {to, b, number(2), number(2)}) == "0");
  CHECK(text_of("read-bytevector", {number(2), b}) == "#<eof>");
  CHECK(text_of("read-bytevector", {number(0), b}) == "#u8()");
  CHECK(kind_of(call("read-bytevector!", {to, b, number(2), number(9)})) == "out-of-range");
}

TEST_CASE_METHOD(PortFixture, "string ports collect what is written", "[ports]") {
  const Value p = output();
  call("write", {read("(a \"b\" #\\c)").pair()->car, p});
  CHECK(contents(p) == "(a \"b\" #\\c)");
  call("newline", {p});
  call("display", {string("\xce\xbb\n"), p});
  call("write-char", {Value::character(0x1f600), p});
  call("write-string", {string("abcdef"), p, number(2), number(4)});
  CHECK(contents(p) ==
        "(a \"b\" #\\c)\n\xce\xbb\n\xf0\x9f\x98\x80"
        "cd");
  CHECK(contents(p) == contents(p));
  CHECK(kind_of(call("write-string", {string("ab"), p, number(1), number(3)})) == "out-of-range");
  const Value b = call("open-output-bytevector");
  call("write-u8", {number(7), b});
  call("write-bytevector", {read("#u8(1 2 3)").pair()->car, b, number(1)});
  CHECK(text_of("get-output-bytevector", {b}) == "#u8(7 2 3)");
  CHECK(kind_of(call("write-u8", {number(256), b})) == "wrong-type");
}

TEST_CASE_METHOD(PortFixture, "textual and binary, input and output are disjoint", "[ports]") {
  const Value text = input("a"),
              bytes = call("open-input-bytevector", {read("#u8(1)").pair()->car});
  const Value out = output(), out_bytes = call("open-output-bytevector");
  CHECK(text_of("textual-port?", {text}) == "#t");
  CHECK(text_of("binary-port?", {text}) == "#f");
  CHECK(text_of("textual-port?", {bytes}) == "#f");
  CHECK(text_of("binary-port?", {bytes}) == "#t");
  CHECK(text_of("input-port?", {out}) == "#f");
  CHECK(text_of("output-port?", {out}) == "#t");
  CHECK(text_of("port?", {number(1)}) == "#f");
  CHECK(kind_of(call("read-u8", {text})) == "wrong-type");
  CHECK(message_of(call("read-char", {bytes})) ==
        "read-char: argument 1 must be a textual input port, got #<binary input port>");
  CHECK(kind_of(call("write-u8", {number(1), out})) == "wrong-type");
  CHECK(kind_of(call("write-char", {Value::character('a'), out_bytes})) == "wrong-type");
  CHECK(kind_of(call("read-char", {out})) == "wrong-type");
  CHECK(kind_of(call("get-output-string", {text})) == "wrong-type");
  CHECK(kind_of(call("close-input-port", {out})) == "wrong-type");
  CHECK(kind_of(call("input-port-open?", {out})) == "wrong-type");
}

TEST_CASE_METHOD(PortFixture, "a closed port refuses, and may be closed again", "[ports]") {
  const Value in = input("abc"), out = output();
  CHECK(text_of("input-port-open?", {in}) == "#t");
  call("close-port", {in});
  call("close-input-port", {in});
  CHECK(text_of("input-port-open?", {in}) == "#f");
  CHECK(message_of(call("read-char", {in})) == "read-char: the port is closed");
  CHECK(kind_of(call("read", {in})) == "io-error");
  call("close-output-port", {out});
  CHECK(text_of("output-port-open?", {out}) == "#f");
  CHECK(kind_of(call("write", {in, out})) == "io-error");
  CHECK(kind_of(call("flush-output-port", {out})) == "io-error");
}

TEST_CASE_METHOD(PortFixture, "read goes on after an error, and keeps fold-case for its port",
                 "[ports]") {
  const Value p = input("a #\\nope (b . ) #!fold-case ABC c)");
  CHECK(text_of("read", {p}) == "a");
  CHECK(kind_of(call("read", {p})) == "read-error");
  CHECK(kind_of(call("read", {p})) == "read-error");
  CHECK(text_of("read", {p}) == "abc");
  CHECK(text_of("read", {p}) == "c");
  CHECK(kind_of(call("read", {p})) == "read-error");
  CHECK(text_of("read", {p}) == "#<eof>");
  CHECK(kind_of(call("read", {input("(a (b")})) == "read-error");
  CHECK(text_of("read", {input("ABC")}) == "ABC");
}

TEST_CASE_METHOD(PortFixture, "files are written and read back", "[ports]") {
  TemporaryFile file;
  const Value path = string(file.path);
  const Value out = call("open-output-file", {path});
  call("write", {read("(a \"\\x3bb;\")"), out});
  CHECK(file.read().empty());
  call("flush-output-port", {out});
  CHECK(file.read() == "((a \"\xce\xbb\"))");
  call("newline", {out});
  call("close-port", {out});
  CHECK(file.read() == "((a \"\xce\xbb\"))\n");
  CHECK(text_of("file-exists?", {path}) == "#t");
  const Value in = call("open-input-file", {path});
  CHECK(text_of("read", {in}) == "((a \"\xce\xbb\"))");
  CHECK(text_of("read-char", {in}) == "#\\newline");
  CHECK(text_of("read-char", {in}) == "#<eof>");
  call("close-port", {in});
  const Value bytes = call("open-binary-output-file", {path});
  call("write-bytevector", {read("#u8(0 255 128)").pair()->car, bytes});
  call("close-port", {bytes});
  CHECK(file.read() == std::string("\0\xff\x80", 3));
  const Value text = call("open-input-file", {path});
  CHECK(text_of("read-line", {text}) == "\"\\x0;\xef\xbf\xbd\xef\xbf\xbd\"");
  const Value raw = call("open-binary-input-file", {path});
  CHECK(text_of("read-bytevector", {number(10), raw}) == "#u8(0 255 128)");
  call("delete-file", {path});
  CHECK(text_of("file-exists?", {path}) == "#f");
  CHECK(kind_of(call("delete-file", {path})) == "file-error");
  const Value missing = call("open-input-file", {path});
  CHECK(kind_of(missing) == "file-error");
  CHECK(message_of(missing) ==
        "open-input-file: cannot open \"" + file.path + "\": No such file or directory");
  CHECK(kind_of(call("open-input-file", {string("/tmp")})) == "file-error");
  CHECK(kind_of(call("open-output-file", {string("/no/such/folder")})) == "file-error");
}

TEST_CASE_METHOD(PortFixture, "a large file passes through in pieces", "[ports]") {
  TemporaryFile file;
  std::string text;
  for (int i = 0; i < 50000; ++i) text += "line " + std::to_string(i) + (i % 3 ? "\n" : "\r\n");
  file.write(text);
  const Value in = call("open-input-file", {string(file.path)});
  for (int i = 0; i < 50000; ++i) {
    if (to_utf8(as<String>(call("read-line", {in}))) != "line " + std::to_string(i))
      FAIL("line " << i);
  }
  CHECK(text_of("read-line", {in}) == "#<eof>");
  const Value again = call("open-input-file", {string(file.path)});
  CHECK((to_utf8(as<String>(call("read-string", {number(10000000), again}))) == text));
}

TEST_CASE_METHOD(PortFixture, "a writer waits when the device has enough, and loses nothing",
                 "[ports]") {
  Pipe pipe;
  const int reader = pipe.ends[0];
  const Value p = value_of(&open_device(m, make_file_device(pipe.give(1), Ownership::owned),
                                        Direction::write, Content::text, "pipe"));
  Value list = kNull;
  for (int i = 0; i < 100000; ++i) list = m.heap.cons(Value::fixnum(i), list);
  const std::string expected = write(list);
  const Value arguments[] = {list, p};
  Task& task = m.make_task(native("write"), arguments, 2);
  std::string got;
  const auto drain = [&] {
    char bytes[65536];
    const ssize_t n = ::read(reader, bytes, sizeof bytes);
    REQUIRE(n > 0);
    got.append(bytes, static_cast<std::size_t>(n));
  };
  bool waited = false, preempted = false;
  for (RunStatus status; (status = m.run(task, 500)) != RunStatus::finished;) {
    preempted = preempted || status == RunStatus::out_of_gas;
    if (status == RunStatus::out_of_gas) continue;
    REQUIRE(status == RunStatus::waiting);
    waited = true;
    CHECK(wait_request_of(task.result)->direction == Direction::write);
    drain();
    m.retry(task);
  }
  CHECK(waited);
  CHECK(preempted);
  while (as<Port>(p).available() > 0) {
    flush(m, as<Port>(p));
    drain();
  }
  call("close-port", {p});
  for (char bytes[4096];;) {
    const ssize_t n = ::read(reader, bytes, sizeof bytes);
    if (n <= 0) break;
    got.append(bytes, static_cast<std::size_t>(n));
  }
  CHECK((got == expected));
}

TEST_CASE_METHOD(PortFixture, "a pipe without a reader is an error, not the end of the process",
                 "[ports]") {
  Pipe pipe;
  const Value p = value_of(&open_device(m, make_file_device(pipe.give(1), Ownership::owned),
                                        Direction::write, Content::text, "pipe"));
  pipe.close_end(0);
  call("write-string", {string("abc"), p});
  const Value problem = call("flush-output-port", {p});
  CHECK(kind_of(problem) == "io-error");
  CHECK(message_of(problem) == "flush-output-port: cannot write \"pipe\": Broken pipe");
  call("close-port", {p});
  CHECK(text_of("output-port-open?", {p}) == "#f");
}

TEST_CASE_METHOD(PortFixture, "what is buffered is flushed at the end", "[ports]") {
  TemporaryFile file;
  const Value p = call("open-output-file", {string(file.path)});
  call("write-string", {string("kept"), p});
  flush_all_ports(m);
  CHECK(file.read() == "kept");
}

#ifndef FERMATA_MALLOC_HEAP
namespace {

[[gnu::noinline]] void open_and_forget(PortFixture& f, const std::string& path, int count) {
  for (int i = 0; i < count; ++i) {
    const Value p = f.call("open-output-file", {f.string(path + std::to_string(i))});
    f.call("write-string", {f.string("kept"), p});
  }
}

}  // namespace

TEST_CASE_METHOD(PortFixture, "forgotten ports are flushed and closed when collected", "[ports]") {
  constexpr int kCount = 200;
  TemporaryFile base;
  open_and_forget(*this, base.path, kCount);
  for (int i = 0; i < 3; ++i) {
    call("open-output-string");  // overwrites what the machine remembers of its last call
    collect_now();
    run_finalizers();
  }
  int written = 0;
  for (int i = 0; i < kCount; ++i) {
    const std::string path = base.path + std::to_string(i);
    std::stringstream s;
    s << std::ifstream(path).rdbuf();
    written += s.str() == "kept";
    std::remove(path.c_str());
  }
  CHECK(written > kCount * 9 / 10);
}
#endif

TEST_CASE_METHOD(PortFixture, "standard ports are parameters", "[ports]") {
  const Value out = output();
  as<Parameter>(m.roots[static_cast<std::size_t>(Root::current_output)]).value = out;
  call("write", {number(1)});
  call("newline");
  CHECK(contents(out) == "1\n");
  as<Parameter>(m.roots[static_cast<std::size_t>(Root::current_output)]).value = number(5);
  CHECK(message_of(call("newline")) ==
        "newline: (current-output-port) must be a textual output port, got 5");
  CHECK(port_parameters().size() == 3);
}

}  // namespace fermata::scheme
