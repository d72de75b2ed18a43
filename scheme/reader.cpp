// The reader: tokens become data, on a stack of unfinished lists.
//
// Each open list, vector, quote, datum comment or label is a frame.  A finished datum
// goes to the top frame, which may thereby be finished itself, and so on: a loop.
//
// Datum labels (R7RS 2.4): a reference to a label whose datum is still open gives a
// placeholder, and the slot that took it is noted; when the outermost datum is complete
// the noted slots are filled.  No walk over the data is needed.
#include "scheme/reader.hpp"

#include "scheme/char_data.hpp"
#include "scheme/lexer.hpp"
#include "scheme/number_text.hpp"
#include "scheme/numeric_vectors.hpp"
#include "scheme/unbalanced.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using vm::kNull;
using vm::Pair;
using vm::Value;

namespace {

enum class FrameKind : std::uint8_t { list, vector, numeric, prefix, comment, label };
enum class ListState : std::uint8_t { elements, after_dot, complete };

struct Frame {
  Value head = kNull;  // list, vector, numeric: what there is so far   prefix: the symbol
  Value tail = kNull;  // its last pair            label: the Label
  std::uint64_t start = 0, opened = 0;  // the opening token
  FrameKind kind = FrameKind::list;
  ListState state = ListState::elements;
  Element element = Element::u8;  // numeric
};

// A datum label; stands in the data for itself until its datum is complete.
struct Label : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;  // never part of finished data
  Value value;                                       // kUnbound while the datum is open
  Value number;
};

// A slot that holds a Label: a pair's car or cdr, or an element of a vector.
struct Patch : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  Value container, next;
  std::uint64_t slot;
};
constexpr std::uint64_t kCar = 0, kCdr = 1;

}  // namespace

struct Reader : vm::Object {
  static constexpr vm::Kind kKind = vm::Kind::work;
  SpanTable* spans;
  Frame* frames;
  std::uint64_t depth, capacity;
  Label** labels;  // of the outermost datum: open addressing by number
  std::uint64_t label_count, label_capacity;
  Value patches;  // Patch chain
  Value result;
  std::uint64_t result_start, result_end;
  Lexer lexer;
};

namespace {

bool is_label(Value v) { return vm::is<Label>(v); }

void forget_labels(Reader& r) {
  r.patches = kNull;
  r.labels = nullptr;
  r.label_count = r.label_capacity = 0;
}

// One call of feed.
class Parse {
 public:
  Parse(vm::Machine& m, Reader& r) : m_(m), r_(r), source_(r.spans ? r.spans->text : nullptr) {}

  ReadStatus run(std::string_view text, std::size_t& at, bool last) {
    for (;;) {
      token_ = next_token(m_.heap, r_.lexer, text, at, last, source_);
      if (token_.kind == TokenKind::none) return used_up(last);
      if (handle()) {
        resolve_labels();
        return ReadStatus::datum;
      }
    }
  }

 private:
  [[noreturn]] void fail(std::uint64_t start, std::uint64_t end, std::string message,
                         std::string hint = {}) {
    throw SyntaxError({source_, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)},
                      std::move(message), std::move(hint));
  }
  [[noreturn]] void fail(std::string message, std::string hint = {}) {
    fail(token_.start, token_.end, std::move(message), std::move(hint));
  }

  ReadStatus used_up(bool last) {
    if (r_.depth == 0) return r_.lexer.at_rest() ? ReadStatus::eof : ReadStatus::more;
    if (!last) return ReadStatus::more;
    const Frame& f = r_.frames[r_.depth - 1];
    switch (f.kind) {
      case FrameKind::prefix:
        fail(f.start, f.opened, "nothing follows the quotation mark");
      case FrameKind::comment:
        fail(f.start, f.opened, "#; wants a datum to leave out");
      case FrameKind::label:
        fail(f.start, f.opened, "the label names no datum");
      default:
        break;
    }
    if (source_) throw unbalanced(m_.heap, *source_, r_.frames[0].start);
    fail(f.start, f.opened, "the text ends inside a list", "this parenthesis is never closed");
  }

  // True when an outermost datum is complete.
  bool handle() {
    switch (token_.kind) {
      case TokenKind::none:
        return false;
      case TokenKind::open:
        push(FrameKind::list);
        return false;
      case TokenKind::open_vector:
        push(FrameKind::vector);
        return false;
      case TokenKind::open_numeric:
        push(FrameKind::numeric).element = static_cast<Element>(token_.number);
        return false;
      case TokenKind::datum_comment:
        push(FrameKind::comment);
        return false;
      case TokenKind::quote:
        push_prefix("quote");
        return false;
      case TokenKind::quasiquote:
        push_prefix("quasiquote");
        return false;
      case TokenKind::unquote:
        push_prefix("unquote");
        return false;
      case TokenKind::unquote_splicing:
        push_prefix("unquote-splicing");
        return false;
      case TokenKind::label:
        push_label();
        return false;
      case TokenKind::dot:
        dot();
        return false;
      case TokenKind::close:
        return close();
      case TokenKind::reference:
        return add(reference(), token_.start, token_.end);
      case TokenKind::atom:
        return add(atom(), token_.start, token_.end);
      case TokenKind::string: {
        vm::String& s = vm::make_string(m_.heap, unescape(token_.text, token_.start + 1, source_));
        if (r_.spans) s.make_immutable();
        return add(vm::value_of(&s), token_.start, token_.end);
      }
      case TokenKind::bar_symbol:
        return add(m_.symbols.intern(unescape(token_.text, token_.start + 1, source_)),
                   token_.start, token_.end);
      case TokenKind::character:
        return add(Value::character(
                       character_from(token_.text, r_.lexer.fold_case, token_.start, source_)),
                   token_.start, token_.end);
    }
    return false;
  }

  Value atom() {
    const std::string_view text = token_.text;
    const char first = text[0];
    if (first == '#') return hash_atom();
    if ((first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.') {
      if (const auto n = parse_number(m_, text)) return *n;
    }
    check_symbol(text, token_.start, source_);
    if (!r_.lexer.fold_case) return m_.symbols.intern(text);
    return m_.symbols.intern(foldcase(m_.heap, vm::make_string(m_.heap, text)));
  }

  Value hash_atom() {
    const std::string_view text = token_.text;
    if (const auto truth = boolean_named(text)) return *truth ? vm::kTrue : vm::kFalse;
    if (const auto n = parse_number(m_, token_.text)) return *n;
    const bool numeric = text.find_first_of("xbodeiXBODEI", 1) == 1;
    fail((numeric ? "bad number " : "unknown syntax ") + std::string(token_.text),
         numeric ? "" : "after # may stand t f ( u8( \\ | ; ! a label, or a number's x b o d e i");
  }

  // The slot of the label with that number; null inside when there is none.
  Label*& label_slot(std::uint64_t number) {
    if (r_.label_count * 2 >= r_.label_capacity) grow_labels();
    const std::uint64_t mask = r_.label_capacity - 1;
    std::uint64_t i = number & mask;
    while (r_.labels[i] &&
           r_.labels[i]->number != Value::fixnum(static_cast<std::int64_t>(number))) {
      i = (i + 1) & mask;
    }
    return r_.labels[i];
  }

  void grow_labels() {
    Label** old = r_.labels;
    const std::uint64_t count = r_.label_capacity;
    r_.label_capacity = count ? count * 2 : 8;
    r_.labels = static_cast<Label**>(m_.heap.traced(r_.label_capacity * sizeof(Label*)));
    for (std::uint64_t i = 0; i < r_.label_capacity; ++i) r_.labels[i] = nullptr;
    for (std::uint64_t i = 0; i < count; ++i) {
      if (old[i]) label_slot(static_cast<std::uint64_t>(old[i]->number.fixnum())) = old[i];
    }
  }

  Value reference() {
    const Label* label = label_slot(token_.number);
    if (label == nullptr) {
      fail("no datum is labelled #" + std::to_string(token_.number) + "=",
           "a label counts only inside the outermost datum that holds it");
    }
    return label->value == vm::kUnbound ? vm::value_of(label) : label->value;
  }

  void push_label() {
    Label*& slot = label_slot(token_.number);
    slot =
        &m_.heap.make<Label>(vm::kUnbound, Value::fixnum(static_cast<std::int64_t>(token_.number)));
    ++r_.label_count;
    push(FrameKind::label).tail = vm::value_of(slot);
  }

  Frame& push(FrameKind kind) {
    if (r_.depth == r_.capacity) {
      const std::uint64_t capacity = r_.capacity * 2;
      auto* bigger = static_cast<Frame*>(m_.heap.traced(capacity * sizeof(Frame)));
      for (std::uint64_t i = 0; i < capacity; ++i)
        bigger[i] = i < r_.depth ? r_.frames[i] : Frame{};
      r_.frames = bigger;
      r_.capacity = capacity;
    }
    Frame& f = r_.frames[r_.depth++];
    f = Frame{};
    f.kind = kind;
    f.start = token_.start;
    f.opened = token_.end;
    return f;
  }

  void push_prefix(std::string_view name) {
    const Value symbol = m_.symbols.intern(name);
    push(FrameKind::prefix).head = symbol;
  }

  void dot() {
    Frame* f = r_.depth ? &r_.frames[r_.depth - 1] : nullptr;
    if (f == nullptr) fail("a dot outside of a list");
    switch (f->kind) {
      case FrameKind::list:
        break;
      case FrameKind::vector:
      case FrameKind::numeric:
        fail("a dot inside a vector");
      case FrameKind::prefix:
        fail("a dot after a quotation mark");
      case FrameKind::comment:
        fail("#; wants a datum to leave out, and found a dot");
      case FrameKind::label:
        fail("the label names no datum");
    }
    if (f->head == kNull) fail("nothing stands before the dot");
    if (f->state != ListState::elements) fail("a second dot in one list");
    f->state = ListState::after_dot;
  }

  bool close() {
    if (r_.depth == 0) {
      fail("unexpected )", "no list is open here; an earlier ) may be one too many");
    }
    const Frame f = r_.frames[r_.depth - 1];
    switch (f.kind) {
      case FrameKind::prefix:
        fail("nothing follows the quotation mark");
      case FrameKind::comment:
        fail("#; wants a datum to leave out, and found a )");
      case FrameKind::label:
        fail("the label names no datum");
      default:
        break;
    }
    if (f.state == ListState::after_dot) fail("nothing follows the dot");
    --r_.depth;
    switch (f.kind) {
      case FrameKind::vector:
        return add(vector_of(f.head), f.start, token_.end);
      case FrameKind::numeric:
        return add(numeric_vector_of(f.element, f.head), f.start, token_.end);
      default:
        break;
    }
    if (r_.spans && f.head != kNull) set_list_span(*f.head.pair(), f.start, token_.end);
    return add(f.head, f.start, token_.end);
  }

  void set_list_span(Pair& pair, std::uint64_t start, std::uint64_t end) {
    const PairSpan* known = find_span(*r_.spans, pair);
    PairSpan span = known ? *known : PairSpan{};
    span.list_start = static_cast<std::uint32_t>(start);
    span.list_end = static_cast<std::uint32_t>(end);
    add_span(m_.heap, *r_.spans, pair, span);
  }

  void set_car_span(Pair& pair, std::uint64_t start, std::uint64_t end) {
    if (r_.spans == nullptr) return;
    const PairSpan span{0, 0, static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)};
    add_span(m_.heap, *r_.spans, pair, span);
  }

  static std::size_t length(Value list) {
    std::size_t n = 0;
    for (; list != kNull; list = list.pair()->cdr) ++n;
    return n;
  }

  Value vector_of(Value list) {
    vm::Vector& v = m_.heap.make_vector(length(list), vm::kUnspecified);
    for (std::size_t i = 0; list != kNull; list = list.pair()->cdr, ++i) {
      v.slots()[i] = list.pair()->car;
      if (is_label(v.slots()[i])) note_patch(vm::value_of(&v), i);
    }
    if (r_.spans) v.make_immutable();
    return vm::value_of(&v);
  }

  Value numeric_vector_of(Element element, Value list) {
    const NumericView view = make_numeric_vector(m_.heap, element, length(list));
    for (std::size_t i = 0; list != kNull; list = list.pair()->cdr, ++i)
      store_element(view, i, list.pair()->car);
    if (r_.spans) view.object->make_immutable();
    return vm::value_of(view.object);
  }

  void note_patch(Value container, std::uint64_t slot) {
    r_.patches = vm::value_of(&m_.heap.make<Patch>(container, r_.patches, slot));
  }

  // Gives a finished datum to whoever waits for it.  True when nobody does.
  bool add(Value v, std::uint64_t start, std::uint64_t end) {
    for (;;) {
      if (r_.depth == 0) {
        r_.result = v;
        r_.result_start = start;
        r_.result_end = end;
        return true;
      }
      Frame& f = r_.frames[r_.depth - 1];
      switch (f.kind) {
        case FrameKind::list:
          append(f, v, start, end, r_.spans != nullptr);
          return false;
        case FrameKind::vector:
          append(f, v, start, end, false);
          return false;
        case FrameKind::numeric:
          if (!element_fits(f.element, v)) {
            const std::string name = element_name(f.element);
            fail(start, end,
                 "each element of " + (name == "u8" ? "a bytevector" : "#" + name + "(...)") +
                     " is " + element_wanted(f.element));
          }
          append(f, v, start, end, false);
          return false;
        case FrameKind::comment:
          --r_.depth;
          return false;
        case FrameKind::prefix:
          v = quotation(f, v, start, end);
          break;
        case FrameKind::label: {
          if (v == f.tail) fail(f.start, end, "the label names only itself");
          vm::as<Label>(f.tail).value = v;
          break;
        }
      }
      start = f.start;
      --r_.depth;
    }
  }

  Value quotation(const Frame& f, Value v, std::uint64_t start, std::uint64_t end) {
    const Value rest = m_.heap.cons(v, kNull);
    if (is_label(v)) note_patch(rest, kCar);
    set_car_span(*rest.pair(), start, end);
    const Value whole = m_.heap.cons(f.head, rest);
    set_car_span(*whole.pair(), f.start, f.opened);
    if (r_.spans) set_list_span(*whole.pair(), f.start, end);
    return whole;
  }

  void append(Frame& f, Value v, std::uint64_t start, std::uint64_t end, bool with_span) {
    if (f.state == ListState::complete) fail(start, end, "more than one datum follows the dot");
    if (f.state == ListState::after_dot) {
      f.tail.pair()->cdr = v;
      if (is_label(v)) note_patch(f.tail, kCdr);
      f.state = ListState::complete;
      return;
    }
    const Value pair = m_.heap.cons(v, kNull);
    if (f.head == kNull)
      f.head = pair;
    else
      f.tail.pair()->cdr = pair;
    f.tail = pair;
    if (f.kind == FrameKind::list && is_label(v)) note_patch(pair, kCar);
    if (with_span) set_car_span(*pair.pair(), start, end);
  }

  void resolve_labels() {
    for (Value v = r_.patches; v != kNull; v = vm::as<Patch>(v).next) {
      const Patch& patch = vm::as<Patch>(v);
      Value& slot =
          patch.container.is_pair()
              ? (patch.slot == kCar ? patch.container.pair()->car : patch.container.pair()->cdr)
              : vm::as<vm::Vector>(patch.container).slots()[patch.slot];
      // A label may name a label that was open when it was read.
      while (is_label(slot)) slot = vm::as<Label>(slot).value;
    }
    forget_labels(r_);
  }

  vm::Machine& m_;
  Reader& r_;
  vm::SourceText* const source_;
  Token token_;
};

void forget(Reader& r) {
  r.depth = 0;
  forget_labels(r);
  r.lexer.reset();
}

}  // namespace

Reader& make_reader(vm::Machine& m, SpanTable* spans) {
  constexpr std::uint64_t kInitial = 4;
  auto* frames = static_cast<Frame*>(m.heap.traced(kInitial * sizeof(Frame)));
  for (std::uint64_t i = 0; i < kInitial; ++i) frames[i] = Frame{};
  return m.heap.make<Reader>(spans, frames, std::uint64_t{0}, std::uint64_t{kInitial},
                             static_cast<Label**>(nullptr), std::uint64_t{0}, std::uint64_t{0},
                             kNull, vm::kUnspecified, std::uint64_t{0}, std::uint64_t{0}, Lexer{});
}

Value reader_value(Reader& r) { return vm::value_of(&r); }
Reader& reader_of(Value v) { return vm::as<Reader>(v); }

ReadStatus feed(vm::Machine& m, Reader& r, std::string_view text, std::size_t& at, bool last) {
  try {
    return Parse(m, r).run(text, at, last);
  } catch (...) {
    forget(r);
    throw;
  }
}

Value take(Reader& r) { return std::exchange(r.result, vm::kUnspecified); }

vm::Span last_span(const Reader& r) {
  return {r.spans ? r.spans->text : nullptr, static_cast<std::uint32_t>(r.result_start),
          static_cast<std::uint32_t>(r.result_end)};
}

bool inside_datum(const Reader& r) { return r.depth != 0 || !r.lexer.at_rest(); }

void set_fold_case(Reader& r, bool fold) { r.lexer.fold_case = fold; }
bool folds_case(const Reader& r) { return r.lexer.fold_case; }

void go_to(Reader& r, std::size_t place) {
  r.lexer.reset();
  r.lexer.consumed = place;
}

Value read_all(vm::Machine& m, SpanTable& spans, bool fold_case) {
  Reader& r = make_reader(m, &spans);
  set_fold_case(r, fold_case);
  const std::string_view text = spans.text->view();
  Value head = kNull, tail = kNull;
  for (std::size_t at = 0; feed(m, r, text, at, true) == ReadStatus::datum;) {
    const vm::Span span = last_span(r);
    const Value pair = m.heap.cons(take(r), kNull);
    add_span(m.heap, spans, *pair.pair(), {0, 0, span.start, span.end});
    if (head == kNull)
      head = pair;
    else
      tail.pair()->cdr = pair;
    tail = pair;
  }
  return head;
}

}  // namespace fermata::scheme
