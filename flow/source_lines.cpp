// See source_lines.hpp.
#include "flow/source_lines.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace fermata::flow {

namespace {

// The string literal that begins at `at`, which is moved behind it.
std::string string_at(std::string_view text, std::size_t& at) {
  std::string out;
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at];
      continue;
    }
    const char c = text[++at];
    if (c == 'x') {  // \x9;
      int code = 0;
      const auto* const end = text.data() + text.size();
      const auto [rest, error] = std::from_chars(text.data() + at + 1, end, code, 16);
      if (error == std::errc() && code < 128) out += static_cast<char>(code);
      at = std::min(text.find(';', at), text.size());
    } else {
      out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
  }
  ++at;
  return out;
}

bool ends_name(std::string_view text, std::size_t at) {
  return at >= text.size() || std::string_view(" \t\r\n()\"';").find(text[at]) != text.npos;
}

// What stands before the name, best first.
using Forms = std::span<const std::string_view>;
constexpr std::string_view kSteps[] = {"(step '", "(flow-node '", "(define (", "(define ",
                                       "(defflow (", "(defflow "};
constexpr std::string_view kWaits[] = {"(suspend '", "(child ", "(step '"};
constexpr std::string_view kSignals[] = {"(await-signal '"};
constexpr std::string_view kUpdates[] = {"(define-update '"};
constexpr std::string_view kAttributes[] = {"(flow-attribute! '"};
constexpr std::string_view kVersions[] = {"(flow-version '"};
constexpr std::string_view kFlows[] = {"(defflow (", "(defflow "};
constexpr std::string_view kCalls[] = {"("};

Forms forms_of(Event event) {
  switch (event) {
    case Event::step_intent:
    case Event::step_result:
    case Event::step_failed:
    case Event::doubted:
      return kSteps;
    case Event::suspended:
    case Event::resumed:
      return kWaits;
    case Event::awaits:
    case Event::received:
      return kSignals;
    case Event::requested:
    case Event::replied:
      return kUpdates;
    case Event::attribute:
      return kAttributes;
    case Event::version:
      return kVersions;
    case Event::started:
      return kFlows;
    case Event::branches:
    case Event::sleeping:
      return kCalls;
    default:
      return {};
  }
}

}  // namespace

SourceLines::SourceLines(Store& store, const std::string& program_hash) {
  std::string text;
  if (program_hash == "-" || store.get_program(program_hash, text) != Answer::ok) return;
  // (program ("name" "text") ...)
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos;) {
    File file;
    file.name = string_at(text, at);
    if ((at = text.find('"', at)) == std::string::npos) return;
    file.text = string_at(text, at);
    file.name.erase(0, file.name.rfind('/') + 1);
    files_.push_back(std::move(file));
  }
}

std::string SourceLines::find(std::string_view before, std::string_view name) const {
  std::string place;
  const std::string wanted = std::string(before) + std::string(name);
  for (const File& file : files_)
    for (std::size_t at = 0; (at = file.text.find(wanted, at)) != std::string::npos;) {
      const std::size_t start = at;
      at += wanted.size();
      const std::size_t line_start = file.text.rfind('\n', start) + 1;
      if (!ends_name(file.text, at) ||
          file.text.substr(line_start, start - line_start).find(';') != std::string::npos)
        continue;
      if (!place.empty()) return place + "...";
      const auto line = std::count(file.text.begin(),
                                   file.text.begin() + static_cast<std::ptrdiff_t>(start), '\n');
      place = file.name + ":" + std::to_string(line + 1);
    }
  return place;
}

std::string SourceLines::place_of(const Record& record, const std::string& flow) const {
  std::string_view name = record.event == Event::sleeping ? std::string_view("flow-sleep")
                          : record.event == Event::started ? std::string_view(flow)
                                                           : std::string_view(record.name);
  if (record.event != Event::branches && name.starts_with("undo-")) name.remove_prefix(5);
  for (const std::string_view form : forms_of(record.event))
    if (std::string place = find(form, name); !place.empty()) return place;
  return "";
}

}  // namespace fermata::flow
