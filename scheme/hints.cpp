// Hints by kind of condition; those that read the program's text look for plain forms in it.
#include "scheme/hints.hpp"

#include <algorithm>
#include <vector>

#include "scheme/foreign_names.hpp"
#include "scheme/near_names.hpp"
#include "scheme/printer.hpp"
#include "scheme/text_search.hpp"
#include "vm/machine.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::string_view text_of(const Span& span) {
  return span.known() ? span.text->view().substr(span.start, span.end - span.start)
                      : std::string_view{};
}

// ---- names and calls -----------------------------------------------------------------

// A library before another: a standard one before one of our own, the shorter name first.
std::size_t rank_of(std::string_view library) {
  const bool standard = library.starts_with("(scheme ") && library != "(scheme r5rs)";
  return (standard ? 0 : library.starts_with("(fermata ") ? 1000 : 2000) + library.size();
}

std::string import_hint(std::string_view name, const std::string& library) {
  return "`" + std::string(name) + "` is exported by " + library + ": add (import " + library + ")";
}

// The form that the name stands in may be what is missing: with case-lambda unknown, its
// parameters are evaluated.
std::string hint_for_forms_around(std::string_view name, const Names& names, const Span& place) {
  if (!names || !place.known()) return {};
  struct Form {
    std::string_view word;
    std::string library;
    bool visible;
  };
  std::vector<Form> forms;
  for (const std::string_view word : operators_around(place.text->view(), place.start)) {
    const bool defined = find_definition(place.text->view(), word, 0) != std::string_view::npos;
    if (word != name) forms.push_back({word, {}, defined});
  }
  names([&](std::string_view offered, std::string_view library) {
    for (Form& form : forms) {
      if (offered != form.word || library == "(fermata builtins)") continue;
      if (library.empty())
        form.visible = true;
      else if (form.library.empty() || rank_of(library) < rank_of(form.library))
        form.library = library;
    }
  });
  for (const Form& form : forms)
    if (!form.visible && !form.library.empty()) return import_hint(form.word, form.library);
  for (const Form& form : forms) {
    if (form.visible) continue;
    std::string hint = hint_for_foreign_name(form.word, [](std::string_view) { return false; });
    if (!hint.empty()) return hint;
  }
  return {};
}

// What stands in a form was evaluated because the form's macro is defined only later.
std::string hint_for_later_macro(const Span& place) {
  const std::string_view text = place.text->view();
  for (const std::string_view word : operators_around(text, place.start)) {
    const std::size_t at = find_definition(text, word, 0);
    if (at == text.npos || at < place.end || !text.substr(at).starts_with("(define-syntax")) continue;
    return std::string(word) + " is a macro, whose definition on line " +
           std::to_string(position_of(text, at).line) + " has not been run yet";
  }
  return {};
}

std::string hint_for_unbound(const std::string& name, const Span& place, const Names& names) {
  if (place.known()) {
    const std::size_t at = find_definition(place.text->view(), name, place.end);
    if (at != std::string_view::npos)
      return "its definition on line " + std::to_string(position_of(place.text->view(), at).line) +
             " has not been run yet";
  }
  if (place.known()) {
    if (std::string hint = hint_for_later_macro(place); !hint.empty()) return hint;
    const std::string_view text = place.text->view();
    const std::string_view binder = binder_beside(text, name, place.start);
    if (binder == "let")
      return "the bindings of one let do not see each other; let* lets each see those before it";
    if (binder == "do")
      return "what do starts with does not see its variables; the test stands behind them: "
             "(do ((variable init step) ...) (test result ...) body ...)";
    if (const std::string list = bare_parameters(text, name, place.start); !list.empty())
      return "parameters stand in parentheses: (lambda " + list + " body ...)";
  }
  if (std::string hint = hint_for_forms_around(name, names, place); !hint.empty()) return hint;
  if (std::string hint = hint_for_name(name, names, place); !hint.empty()) return hint;
  if (text_of(place).starts_with("(set!")) return "(define " + name + " ...) makes the variable";
  if (place.known() && place.start > 0 && place.text->view()[place.start - 1] == '(')
    return "write '(" + name + " ...) for a list of data; a procedure needs a (define (" + name +
           " ...) ...)";
  return "write '" + name + " for the symbol; a variable needs a (define " + name + " ...)";
}

// "(f a 1 . rest)" as the manual writes it: (f a [rest]); with more than one, (f a [rest ...]).
std::string as_documented(std::string signature, std::size_t most_rest) {
  const std::string mark = " " + std::to_string(most_rest) + " . ";
  const std::size_t at = most_rest == 0 ? signature.npos : signature.rfind(mark);
  if (at == signature.npos || !signature.ends_with(')')) return signature;
  signature.replace(signature.size() - 1, 1, most_rest == 1 ? "])" : " ...])");
  return signature.replace(at, mark.size(), " [");
}

std::string hint_for_arity(Machine& m, Value procedure) {
  const auto* closure = cast<Closure>(procedure);
  if (closure == nullptr) return {};
  const Span span = find_span(*closure->code, closure->code->word_count());
  if (!span.known()) return {};
  const std::string signature =
      find_signature(span.text->view(), m.procedure_name(procedure), span.start);
  return signature.empty() ? ""
                           : "its signature is " + as_documented(signature, closure->code->most_rest());
}

bool is_operator(std::string_view word) {
  for (const std::string_view name : {"+", "-", "*", "/", "=", "<", ">", "<=", ">="})
    if (word == name) return true;
  return false;
}

// What the form that applied `callee` looks like says what was meant.
std::string hint_for_apply(std::string_view form, Value callee) {
  const std::vector<std::string_view> words = first_words(form, 3);
  if (words.size() >= 2 && is_operator(words[1])) {
    return "the operator comes first: (" + std::string(words[1]) + " " + std::string(words[0]) +
           (words.size() > 2 ? " " + std::string(words[2]) : "") + ")";
  }
  if (form.starts_with("((") && form.find(" => ") != form.npos)
    return "behind => stands a procedure, which is given the value that was tested";
  if (form.starts_with("((") && !form.starts_with("((lambda")) {
    return "the outer parentheses call the value of the inner expression once more";
  }
  const char first = form.size() > 1 && form[0] == '(' ? form[1] : ' ';
  if ((first >= '0' && first <= '9') || first == '"' || first == '#') {
    return "write '(...) or (list ...) for a list of data";
  }
  if (callee.is_pair() || callee == kNull) return "(list-ref list k) gives an element of a list";
  if (is<Vector>(callee)) return "(vector-ref vector k) gives an element of a vector";
  if (is<String>(callee)) return "(string-ref string k) gives a character of a string";
  return {};
}

// ---- wrong objects -------------------------------------------------------------------

// "must be WANTED, got ..." in a message of ours.
std::string wanted_in(const Condition& c) {
  const std::string text = is<String>(c.message) ? to_utf8(as<String>(c.message)) : "";
  const std::size_t from = text.find("must be ");
  const std::size_t to = text.find(", got ");
  if (from == text.npos || to == text.npos || to < from) return {};
  return text.substr(from + 8, to - from - 8);
}

bool compares_numbers(const Condition& c) {
  return is<Symbol>(c.who) && is_operator(to_utf8(as<String>(as<Symbol>(c.who).name))) &&
         to_utf8(as<String>(as<Symbol>(c.who).name)).find_first_of("=<>") == 0;
}

// How to get what was wanted out of what was given.
std::string conversion(Machine& m, const std::string& wanted, Value got) {
  const std::string shown = to_text_limited(m, got, Style::write, 40);
  const auto wants = [&](std::string_view what) { return wanted == what; };
  const bool wants_number = wants("a number") || wants("a real number");
  if (const auto* s = cast<String>(got)) {
    if (wants("a symbol")) return "(string->symbol " + shown + ") makes the symbol";
    if (wants_number) return "(string->number " + shown + ") reads the number";
    if (wants("a character") && s->length == 1)
      return "a character is written #\\" + to_utf8(*s) + "; " + shown + " is a string of one";
    if (wants("a list") || wants("a proper list"))
      return "(string->list " + shown + ") makes a list of its characters";
  }
  if (wants("a string")) {
    if (is<Symbol>(got)) return "(symbol->string '" + shown + ") makes the string";
    if (got.is_char()) return "(string " + shown + ") makes a string of one character";
    if (is_number(got)) return "(number->string " + shown + ") makes the string";
  }
  if (wants_number && got == kFalse)
    return "string->number and searches give #f when they find nothing";
  if (is<Vector>(got) && (wants("a pair") || wants("a list") || wants("a proper list")))
    return "this is a vector; (vector->list vector) makes a list of it";
  if (wants("a vector") && (got.is_pair() || got == kNull))
    return "this is a list; (list->vector list) makes a vector of it";
  const bool wants_index = wanted.find("integer") != wanted.npos ||
                           wanted.find("index") != wanted.npos || wants("a fixnum");
  if (wants_index && is_flonum(got))
    return "(exact (floor x)) makes an exact integer of an inexact number";
  return {};
}

std::string hint_for_type(Machine& m, const Condition& c, std::string_view form, Value got) {
  if (got == kFalse && (form.find("(ass") != form.npos || form.find("(mem") != form.npos))
    return "a search like assq or memq gives #f when it finds nothing";
  if (form.find(",@") != form.npos && is<Symbol>(c.who) &&
      to_utf8(as<String>(as<Symbol>(c.who).name)) == "append")
    return "what ,@ splices into a list must be a list itself";
  if (wanted_in(c) == "a textual output port")
    return "one object is written at a time; the argument after it is the port";
  if (is<Values>(got)) return "an argument is one value; several are received by call-with-values";
  const std::string wanted = wanted_in(c);
  if (got == kNull && wanted == "a pair")
    return "the empty list has no car and no cdr; null? or pair? tells before";
  if (got == kUnspecified)
    return "set!, for-each, display and an if without its else have no useful value";
  if (got == kEof) return "the end of the file was reached; eof-object? tells";
  if (compares_numbers(c) && !is_number(got) && !got.is_procedure())
    return "this compares numbers; equal? compares any objects, string=? strings, char=? "
           "characters";
  std::string hint = conversion(m, wanted, got);
  if (!hint.empty()) return hint;
  if (got.is_procedure() && wanted != "a procedure" && !wanted.empty()) {
    const std::string name = m.procedure_name(got);
    if (!name.empty()) return "this is the procedure itself; (" + name + " ...) calls it";
  }
  return {};
}

// The index is the length: one too far.
std::string hint_for_range(const Condition& c, Value got) {
  const std::string wanted = wanted_in(c);
  if (wanted == "a key of the table")
    return "(hash-table-ref/default table key default) gives a default for a missing key";
  constexpr std::string_view kBelow = "an index below ";
  if (!got.is_fixnum() || !wanted.starts_with(kBelow)) return {};
  if (wanted.substr(kBelow.size()) != std::to_string(got.fixnum())) return {};
  return "indices begin at 0, so the last one is " + std::to_string(got.fixnum() - 1);
}

std::string hint_for_literal(Value literal) {
  if (is<String>(literal)) return "(string-copy \"...\") makes a string that may be changed";
  if (is<Bytevector>(literal)) return "(bytevector ...) makes a bytevector that may be changed";
  if (literal.is_pair()) return "(list ...) makes a list that may be changed, '(...) does not";
  return "(vector ...) makes a vector that may be changed, '#(...) does not";
}

}  // namespace

std::string hint_of(Machine& m, const Condition& c, const Span& place, const Names& names) {
  if (is<String>(c.hint)) return to_utf8(as<String>(c.hint));
  const auto* irritants = cast<Pair>(c.irritants);
  const Value first = irritants != nullptr ? irritants->car : kUnspecified;
  switch (c.condition_kind()) {
    case ConditionKind::not_continuable:
      return "leave a handler through guard or call/cc, or raise with raise-continuable";
    case ConditionKind::uninitialized:
      return "definitions in a body are run in order; what they mention must come before";
    default:
      break;
  }
  if (irritants == nullptr) return {};
  switch (c.condition_kind()) {
    case ConditionKind::unbound:
      if (!is<Symbol>(first)) return {};
      return hint_for_unbound(to_utf8(as<String>(as<Symbol>(first).name)), place, names);
    case ConditionKind::arity:
      return hint_for_arity(m, first);
    case ConditionKind::apply:
      return hint_for_apply(text_of(place), first);
    case ConditionKind::immutable:
      return hint_for_literal(first);
    case ConditionKind::type:
      return hint_for_type(m, c, text_of(place), first);
    case ConditionKind::range:
      return hint_for_range(c, first);
    default:
      return {};
  }
}

std::string hint_for_name(std::string_view name, const Names& names, const Span& place) {
  // The same name elsewhere.
  std::string best;
  NearNames near(name);
  if (names) {
    names([&](std::string_view offered, std::string_view library) {
      if (offered.starts_with('%') || library == "(fermata builtins)") return;
      if (library.empty()) return near.offer(offered);
      if (offered != name) return;
      if (best.empty() || rank_of(library) < rank_of(best)) best = library;
    });
  }
  if (!best.empty()) return import_hint(name, best);
  std::vector<std::string_view> around;
  if (place.known()) around = names_bound_around(place.text->view(), place.start);
  const auto is_bound = [&](std::string_view word) {
    return std::find(around.begin(), around.end(), word) != around.end() ||
           (place.known() &&
            find_definition(place.text->view(), std::string(word), 0) != std::string_view::npos);
  };
  if (std::string foreign = hint_for_foreign_name(name, is_bound); !foreign.empty()) return foreign;
  for (const std::string_view bound : around) near.offer(bound);
  const std::vector<std::string> found = near.best();
  if (found.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i > 0) text += i + 1 == found.size() ? " or " : ", ";
    text += "`" + found[i] + "`";
  }
  return text + "?";
}

}  // namespace fermata::scheme
