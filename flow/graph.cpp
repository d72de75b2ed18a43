// The picture of a flow: what it did and what it waits for, as Mermaid text or as SVG.
//
// Both draw the same nodes: one for each operation, below the one before it in its strand; the
// first of a branch hangs below its fork.  In the SVG a strand is a column and each node has a
// row of its own, in the order of the journal, so that nothing ever overlaps.
#include <algorithm>
#include <map>

#include "flow/data_types.hpp"
#include "flow/inspect.hpp"
#include "flow/text.hpp"

namespace fermata::flow {

namespace {

struct Box {
  std::string text;
  const char* look;  // done, open, bad
  std::string strand;
  std::int64_t above = -1;  // index of the box before it
};

std::vector<Box> boxes_of(const History& h) {
  std::vector<Box> boxes;
  std::map<std::string, std::int64_t> last;  // where each strand stands
  std::map<Position, Event> ends;
  for (const Record& r : h.records) ends[r.position] = r.event;
  const auto add = [&](const Record& r, const std::string& text, const char* look) {
    const std::string& strand = r.position.strand;
    if (!last.count(strand)) {
      const auto dot = strand.rfind('.');
      const auto parent = last.find(strand.substr(0, dot));
      last[strand] = dot == std::string::npos || parent == last.end() ? -1 : parent->second;
    }
    boxes.push_back({presentable(text), look, strand, last[strand]});
    last[strand] = static_cast<std::int64_t>(boxes.size()) - 1;
  };
  for (const Record& r : h.records) {
    const bool is_last = ends[r.position] == r.event;
    switch (r.event) {
      case Event::started:
        add(r, h.row.name + " " + r.value, "done");
        break;
      case Event::step_intent:
        if (is_last) add(r, r.name + " (running)", "open");
        break;
      case Event::step_result:
        add(r, r.name + ": " + r.value, "done");
        break;
      case Event::step_failed:
        add(r, r.name + " raised", "bad");
        break;
      case Event::doubted:
        if (is_last) add(r, "in doubt: " + r.name, "open");
        break;
      case Event::suspended:
      case Event::awaits:
      case Event::sleeping:
        is_last ? add(r, "waits: " + r.name, "open") : add(r, r.name, "done");
        break;
      case Event::branches:
        add(r, r.name, "done");
        break;
      case Event::requested:
        add(r, "update " + r.name, "done");
        break;
      case Event::finished:
        add(r, "finished: " + r.value, "done");
        break;
      case Event::failed:
      case Event::cancelled:
        add(r, std::string(event_name(r.event)) + ": " + r.value, "bad");
        break;
      default:
        break;
    }
  }
  return boxes;
}

// One line that neither Mermaid nor XML takes for something else.
std::string escaped(std::string_view text, std::string_view ampersand, std::string_view quote) {
  std::string out;
  for (const char c : shortened(text, 40)) {
    if (c == '"')
      out += quote;
    else if (c == '&' && !ampersand.empty())
      out += ampersand;
    else if (c == '<' && !ampersand.empty())
      out += "&lt;";
    else if (c == '>' && !ampersand.empty())
      out += "&gt;";
    else
      out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out;
}

// ---- SVG -------------------------------------------------------------------------------
constexpr int kRow = 44, kBoxHeight = 28, kGap = 24, kMargin = 16, kLetter = 8;

int box_width(const Box& b) {
  return static_cast<int>(std::min<std::size_t>(width(b.text), 40)) * kLetter + 20;
}

struct Column {
  int x = 0, width = 0;
};

// Columns by strand, in the order of their paths: a branch stands right of what is before it.
std::map<std::string, Column> columns_of(const std::vector<Box>& boxes) {
  std::map<std::string, Column> columns;
  for (const Box& b : boxes) {
    Column& column = columns[b.strand];
    column.width = std::max(column.width, box_width(b));
  }
  int x = kMargin;
  for (auto& [strand, column] : columns) {
    column.x = x;
    x += column.width + kGap;
  }
  return columns;
}

std::string number(int n) { return std::to_string(n); }

std::string svg_box(const Box& b, const Column& column, int y) {
  return "<g class=\"" + std::string(b.look) + "\"><rect x=\"" + number(column.x) + "\" y=\"" +
         number(y) + "\" width=\"" + number(box_width(b)) + "\" height=\"" + number(kBoxHeight) +
         "\" rx=\"5\"/><text x=\"" + number(column.x + 10) + "\" y=\"" + number(y + 19) + "\">" +
         escaped(b.text, "&amp;", "&quot;") + "</text></g>\n";
}

// Down from the box above, then across when it stands in another column.
std::string svg_line(int from_x, int from_y, int to_x, int to_y) {
  const int turn = to_y - (kRow - kBoxHeight) / 2;
  return "<path d=\"M" + number(from_x) + " " + number(from_y) +
         (from_x == to_x ? "" : " V" + number(turn) + " H" + number(to_x)) + " V" + number(to_y) +
         "\"/>\n";
}

}  // namespace

Shown graph_text(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  std::string text = "flowchart TD\n";
  const std::vector<Box> boxes = boxes_of(h);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const std::string name = "n" + std::to_string(i + 1);
    text += "  " + name + "[\"" + escaped(boxes[i].text, "", "#quot;") + "\"]:::" + boxes[i].look +
            "\n";
    if (boxes[i].above >= 0)
      text += "  n" + std::to_string(boxes[i].above + 1) + " --> " + name + "\n";
  }
  text +=
      "  classDef done fill:#d8f0d8,stroke:#3a7d3a\n"
      "  classDef open fill:#fff3c4,stroke:#a67c00\n"
      "  classDef bad fill:#f8d0d0,stroke:#a33030\n";
  return {true, text};
}

Shown graph_svg(Store& store, std::string_view id) {
  const History h = store.load(id);
  if (h.answer != Answer::ok) return {false, store.error() + "\n"};
  const std::vector<Box> boxes = boxes_of(h);
  const std::map<std::string, Column> columns = columns_of(boxes);
  const auto top = [](std::size_t row) { return kMargin + static_cast<int>(row) * kRow; };
  int right = 0;
  for (const auto& [strand, column] : columns)
    right = std::max(right, column.x + column.width + kMargin);
  const int bottom = top(boxes.size()) + kMargin;
  std::string text = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(right) +
                     "\" height=\"" + number(bottom) + "\" viewBox=\"0 0 " + number(right) + " " +
                     number(bottom) +
                     "\">\n<style>\n"
                     "text { font: 13px monospace; fill: #222 }\n"
                     "path { fill: none; stroke: #888 }\n"
                     ".done rect { fill: #d8f0d8; stroke: #3a7d3a }\n"
                     ".open rect { fill: #fff3c4; stroke: #a67c00 }\n"
                     ".bad rect { fill: #f8d0d0; stroke: #a33030 }\n"
                     "</style>\n<title>" +
                     escaped(h.row.id, "&amp;", "&quot;") + "</title>\n";
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const Column& column = columns.at(boxes[i].strand);
    if (boxes[i].above >= 0) {
      const auto above = static_cast<std::size_t>(boxes[i].above);
      text += svg_line(columns.at(boxes[above].strand).x + kGap / 2, top(above) + kBoxHeight,
                       column.x + kGap / 2, top(i));
    }
  }
  // Boxes last: they cover the lines that pass behind them.
  for (std::size_t i = 0; i < boxes.size(); ++i)
    text += svg_box(boxes[i], columns.at(boxes[i].strand), top(i));
  return {true, text + "</svg>\n"};
}

}  // namespace fermata::flow
