// What the tests of reader, printer and ports share: a machine with ports, reading and
// writing in one call, calling natives by name.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "scheme/builtins.hpp"
#include "scheme/file_device.hpp"
#include "scheme/ports.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

class TextFixture {
 public:
  TextFixture() : m(vm::Machine::create()) {
    install_printer(m);
    install_ports(m);
  }
  ~TextFixture() {
    uninstall_ports(m);
    vm::Machine::destroy(m);
  }

  // The data of the text, as a list, fed at once; fresh data.
  vm::Value read(std::string_view text) { return read_in_pieces(text, text.size() + 1); }

  vm::Value read_in_pieces(std::string_view text, std::size_t size) {
    Reader& r = make_reader(m);
    vm::GcVector<vm::Value> data(m.heap);
    for (std::size_t start = 0;; start += size) {
      const bool last = start + size >= text.size();
      const auto piece = text.substr(start, size);
      for (std::size_t at = 0; feed(m, r, piece, at, last) == ReadStatus::datum;)
        data.push_back(take(r));
      if (last) break;
    }
    vm::Value list = vm::kNull;
    for (std::size_t i = data.size(); i-- > 0;) list = m.heap.cons(data[i], list);
    return list;
  }

  std::string write(vm::Value v, Style style = Style::write) { return to_text(m, v, style); }
  // Reads one datum and writes it.
  std::string echo(std::string_view text, Style style = Style::write) {
    return write(read(text).pair()->car, style);
  }

  // "8-11 message" of the error that reading the text as source gives; empty when it gives none.
  std::string error_of(std::string_view text) {
    try {
      read_all(m, make_span_table(m.heap, vm::make_source(m.heap, "test", text)));
      return {};
    } catch (const SyntaxError& e) {
      hint = e.hint;
      return std::to_string(e.span.start) + '-' + std::to_string(e.span.end) + ' ' + e.message;
    }
  }
  std::string hint;  // of the last error_of

  vm::Value string(std::string_view utf8) { return vm::value_of(&vm::make_string(m.heap, utf8)); }

  vm::Value native(std::string_view name) {
    for (const auto rows :
         {port_builtins(), input_builtins(), output_builtins(), file_builtins()}) {
      for (const auto& row : rows) {
        if (row.name() == name) return vm::value_of(&m.heap.make<vm::Native>(&row));
      }
    }
    FAIL("no native called " << name);
    return vm::kFalse;
  }

  // The value of the call.  What it raises is given back as the condition.
  vm::Value call(std::string_view name, std::initializer_list<vm::Value> arguments = {}) {
    vm::Task& task = m.make_task(native(name), arguments.begin(), arguments.size());
    for (;;) {
      switch (m.run(task, 100000)) {
        case vm::RunStatus::waiting: {
          ++waits;
          const auto request = vm::wait_request_of(task.result);
          REQUIRE(request);
          if (!wait_until_ready(*request, 2000)) FAIL("nothing came to " << name);
          m.retry(task);
          break;
        }
        case vm::RunStatus::out_of_gas:
        case vm::RunStatus::interrupted:
          ++slices;
          break;
        default:
          return task.result;
      }
    }
  }
  std::string text_of(std::string_view name, std::initializer_list<vm::Value> arguments = {}) {
    return write(call(name, arguments));
  }
  int waits = 0, slices = 0;

  vm::Machine& m;
};

}  // namespace fermata::scheme
