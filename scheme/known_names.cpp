// Where hints and completion find names: an environment, and the export lists of the carried
// libraries.  Those are read from their texts, since hints should not load anything.
#include "scheme/embedded.hpp"
#include "scheme/printer.hpp"
#include "scheme/reader.hpp"
#include "scheme/report.hpp"
#include "scheme/runtime.hpp"
#include "scheme/syntax.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::string symbol_text(Value v) { return to_utf8(as<String>(as<Symbol>(v).name)); }

bool is_form(Value v, std::string_view keyword) {
  return v.is_pair() && is<Symbol>(v.pair()->car) && symbol_text(v.pair()->car) == keyword;
}

// (export name (rename internal external) ...)
void visit_exports(Value specs, const std::string& library, const NameVisitor& visit) {
  for (; specs.is_pair(); specs = specs.pair()->cdr) {
    Value spec = specs.pair()->car;
    if (is_form(spec, "rename")) {
      while (spec.pair()->cdr.is_pair()) spec = spec.pair()->cdr;
      spec = spec.pair()->car;
    }
    if (is<Symbol>(spec)) visit(symbol_text(spec), library);
  }
}

void visit_carried(Machine& m, const EmbeddedText& carried, const NameVisitor& visit) {
  if (!carried.path.ends_with(".sld")) return;
  Value forms = kNull;
  try {
    forms = read_all(m, make_span_table(m.heap, make_source(m.heap, carried.path, carried.text)));
  } catch (const SyntaxError&) {
    return;  // a hint is no place to complain about that
  }
  for (; forms.is_pair(); forms = forms.pair()->cdr) {
    if (!is_form(forms.pair()->car, "define-library")) continue;
    const Value named = forms.pair()->car.pair()->cdr;
    if (!named.is_pair()) continue;
    const std::string library = to_text(m, named.pair()->car);
    for (Value rest = named.pair()->cdr; rest.is_pair(); rest = rest.pair()->cdr) {
      if (is_form(rest.pair()->car, "export"))
        visit_exports(rest.pair()->car.pair()->cdr, library, visit);
    }
  }
}

}  // namespace

Names names_known(Machine& m, const Environment* env) {
  // The environment is kept alive by whoever asks; nothing is captured that could be collected
  // while the function is in use on the C++ stack.
  const Environment* visible = env != nullptr ? env : Runtime::of(m).interaction;
  return [&m, visible](const NameVisitor& visit) {
    for_each_name(
        *visible,
        [](void* context, Value name, Value) {
          if (is<Symbol>(name)) (*static_cast<const NameVisitor*>(context))(symbol_text(name), "");
        },
        const_cast<NameVisitor*>(&visit));
    for (const EmbeddedText& carried : embedded_texts()) visit_carried(m, carried, visit);
  };
}

}  // namespace fermata::scheme
