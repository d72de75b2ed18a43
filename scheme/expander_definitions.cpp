// Definitions as they stand at top level and in bodies: define, define-values and
// define-record-type taken apart.
#include "scheme/expander_machine.hpp"

namespace fermata::scheme {

using namespace vm;

// ---- define --------------------------------------------------------------------------------

DefineParts parse_define(Expander& x, const Item& item) {
  const Parts parts(x, item);
  if (parts.size() < 2 || !parts.is_proper()) x.malformed(Core::define, item.span());
  if (!parts[1].is_pair()) {
    x.want_identifier(Core::define, parts[1], parts.span(1), "what is defined");
    if (parts.size() != 3)
      x.malformed(Core::define, item.span(),
                  parts.size() < 3 ? "a variable needs a value" : "a variable has one value");
    return {parts[1], parts.span(1), false, parts[2], parts.span(2), kNull};
  }
  if (parts.size() < 3) x.fail(item.span(), "define: a procedure needs a body",
           "expected (define (name parameter ...) expression ...)");
  // (define ((name a) b) body ...) is (define (name a) (lambda (b) body ...)).
  Value target = parts[1], body = parts.rest(2);
  while (target.pair()->car.is_pair()) {
    const Value inner =
        x.heap.cons(x.core_identifier(Core::lambda), x.heap.cons(target.pair()->cdr, body));
    body = x.heap.cons(inner, kNull);
    target = target.pair()->car;
  }
  x.want_identifier(Core::define, target.pair()->car, parts.span(1), "what is defined");
  const Span name = Parts(x, item, target, x.list_span(item, target, parts.span(1))).span(0);
  return {target.pair()->car, name, true, target.pair()->cdr, parts.span(1), body};
}

// ---- define-values: the values are packed into a vector, from which each name takes its own --

void values_definitions(Expander& x, const Item& item, Definitions& to) {
  const Parts parts(x, item);
  if (parts.size() != 3 || !parts.is_proper()) x.malformed(Core::define_values, item.span());
  const Span span = item.span();
  const Parts formals(x, item, parts[1], parts.span(1));
  const bool rest = !formals.is_proper();
  const std::size_t count = formals.size() + rest;
  Receive* receive = x.receive(span, make_list_of<Variable>(x.heap, count), rest);
  Call* pack = x.call(span, x.builtin(span, "vector"), count);
  receive->body = pack;
  to.packed = x.temporary("values");
  to.packed_value = receive;
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i == formals.size();
    const Value name = last ? formals.tail() : formals[i];
    const Span place = last ? parts.span(1) : formals.span(i);
    x.want_identifier(Core::define_values, name, place, "what is defined");
    for (const auto& other : to.list)
      if (other.identifier == name)
        x.fail(place, "define-values: " + x.text_of(name) + " is defined twice");
    Variable* v = x.variable(name);
    (*receive->variables)[i] = v;
    (*pack->arguments)[i] = x.local(place, v);
    to.list.push_back({name, place,
                       x.call(place, x.builtin(place, "vector-ref"),
                              {x.local(place, to.packed),
                               x.constant(place, Value::fixnum(static_cast<std::int64_t>(i)))})});
  }
  const Hole hole = hole_in(receive, &Receive::producer);
  Item& value = x.with_form(item, parts[2]);
  value.header = make_header(Item::kKind, static_cast<std::uint64_t>(ItemKind::expression));
  value.set_span(parts.span(2));
  value.base = hole.base, value.offset = hole.offset;
  value.a = value.b = value.c = kFalse;
  to.item = &value;
}

// ---- define-record-type -------------------------------------------------------------------------

namespace {

constexpr Core kRecord = Core::define_record_type;

struct Field {
  Value name, accessor, modifier;  // #f: none
  Span span, accessor_span, modifier_span;
};

Field parse_field(Expander& x, const Item& item, Value form, Span span) {
  if (is_identifier(form)) return {form, kFalse, kFalse, span, span, span};
  const Parts p(x, item, form, span);
  if (p.size() < 1 || p.size() > 3 || !p.is_proper())
    x.fail(span, "define-record-type: a field must look like (field accessor [modifier])");
  Field f{p[0], kFalse, kFalse, p.span(0), span, span};
  if (p.size() > 1) f.accessor = p[1], f.accessor_span = p.span(1);
  if (p.size() > 2) f.modifier = p[2], f.modifier_span = p.span(2);
  x.want_identifier(kRecord, f.name, f.span, "a field");
  if (p.size() > 1) x.want_identifier(kRecord, f.accessor, f.accessor_span, "an accessor");
  if (p.size() > 2) x.want_identifier(kRecord, f.modifier, f.modifier_span, "a modifier");
  return f;
}

// What the definitions of one record type are made from.
class RecordMaker {
 public:
  RecordMaker(Expander& x, const Item& item, bool local, Definitions& to)
      : x_(x), item_(item), span_(item.span()), parts_(x, item), fields_(x.heap), to_(to) {
    if (parts_.size() < 4 || !parts_.is_proper()) x.malformed(kRecord, span_);
    const Value name = parts_[1];
    x.want_identifier(kRecord, name, parts_.span(1), "the name of the type");
    for (std::size_t i = 4; i < parts_.size(); ++i) {
      fields_.push_back(parse_field(x, item, parts_[i], parts_.span(i)));
      for (std::size_t j = 0; j + 1 < fields_.size(); ++j)
        if (fields_[j].name == fields_.back().name)
          x.fail(fields_.back().span,
                 "define-record-type: the field " + x.text_of(fields_[j].name) + " occurs twice");
    }
    make_type(name, local);
    make_constructor();
    if (parts_[3].is_true()) make_predicate();
    for (std::size_t i = 0; i < fields_.size(); ++i) make_field(i);
  }

 private:
  void define(Value identifier, Span span, Node* value) {
    to_.list.push_back({identifier, span, value});
  }

  void make_type(Value name, bool local) {
    Vector& names = x_.heap.make_vector(fields_.size(), kFalse);
    Vector& mutability = x_.heap.make_vector(fields_.size(), kFalse);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      names.slots()[i] = symbol_of(fields_[i].name);
      mutability.slots()[i] = Value::boolean(fields_[i].modifier.is_true());
    }
    if (!local) {
      type_value_ = value_of(&x_.heap.make<RecordType>(symbol_of(name), value_of(&names), kFalse,
                                                       value_of(&mutability)));
      define(name, parts_.span(1), type());
      return;
    }
    names.make_immutable();
    to_.packed = type_variable_ = x_.temporary("type");
    to_.packed_value =
        x_.call(span_, x_.builtin(span_, "make-record-type"),
                {x_.constant(span_, symbol_of(name)), x_.constant(span_, value_of(&names))});
    define(name, parts_.span(1), type());
  }
  Node* type() {
    return type_variable_ ? static_cast<Node*>(x_.local(span_, type_variable_))
                          : x_.constant(span_, type_value_);
  }

  // (name field ...), or a bare name for a constructor of all fields, or #f for none.
  void make_constructor() {
    const Value form = parts_[2];
    if (form == kFalse) return;
    const Span span = parts_.span(2);
    const Parts p(x_, item_, form.is_pair() ? form : x_.heap.cons(form, kNull), span);
    if (!p.is_proper())
      x_.malformed(kRecord, span, "the constructor must look like (name field ...)");
    x_.want_identifier(kRecord, p[0], p.span(0), "the constructor");
    Lambda* procedure =
        x_.lambda(span_, symbol_of(p[0]), form.is_pair() ? p.size() - 1 : fields_.size());
    Call* make = x_.call(span_, x_.builtin(span_, "%make-record"), 1 + fields_.size());
    procedure->body = make;
    (*make->arguments)[0] = type();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (form.is_pair()) {
        (*make->arguments)[1 + i] =
            x_.constant(span, kFalse);  // a field the constructor leaves out
      } else {
        add_argument(*procedure, *make, i, i);
      }
    }
    for (std::size_t i = 1; i < p.size(); ++i) {
      std::size_t at = 0;
      while (at < fields_.size() && fields_[at].name != p[i]) ++at;
      if (at == fields_.size())
        x_.fail(p.span(i), "define-record-type: the constructor names " + x_.text_of(p[i]) +
                               ", which is not a field");
      if ((*make->arguments)[1 + at]->node_kind() == NodeKind::local_ref)
        x_.fail(p.span(i),
                "define-record-type: the constructor names " + x_.text_of(p[i]) + " twice");
      add_argument(*procedure, *make, i - 1, at);
    }
    define(p[0], p.span(0), procedure);
  }
  void add_argument(Lambda& procedure, Call& make, std::size_t parameter, std::size_t field) {
    Variable* v = x_.variable(fields_[field].name);
    (*procedure.parameters)[parameter] = v;
    (*make.arguments)[1 + field] = x_.local(fields_[field].span, v);
  }

  void make_predicate() {
    x_.want_identifier(kRecord, parts_[3], parts_.span(3), "the predicate");
    Lambda* procedure = x_.lambda(span_, symbol_of(parts_[3]), 1);
    Variable* obj = parameter(*procedure, 0, "obj");
    procedure->body = x_.call(span_, x_.builtin(span_, "%record?"), {x_.local(span_, obj), type()});
    define(parts_[3], parts_.span(3), procedure);
  }

  // What an accessor complains about is the fault of its caller, so its code has no place.
  static constexpr Span kNoPlace{};
  void make_field(std::size_t i) {
    const Field& f = fields_[i];
    if (f.accessor.is_true()) {
      Lambda* get = x_.lambda(span_, symbol_of(f.accessor), 1);
      Variable* record = parameter(*get, 0, "record");
      get->body = x_.call(kNoPlace, x_.builtin(kNoPlace, "%record-ref"),
                          {x_.local(kNoPlace, record), type(), index(i)});
      define(f.accessor, f.accessor_span, get);
    }
    if (f.modifier.is_true()) {
      Lambda* set = x_.lambda(span_, symbol_of(f.modifier), 2);
      Variable* record = parameter(*set, 0, "record");
      Variable* value = parameter(*set, 1, "value");
      set->body = x_.call(kNoPlace, x_.builtin(kNoPlace, "%record-set!"),
                          {x_.local(kNoPlace, record), type(), index(i), x_.local(kNoPlace, value)});
      define(f.modifier, f.modifier_span, set);
    }
  }
  Variable* parameter(Lambda& procedure, std::size_t i, std::string_view name) {
    return (*procedure.parameters)[i] = x_.temporary(name);
  }
  Node* index(std::size_t i) {
    return x_.constant(span_, Value::fixnum(static_cast<std::int64_t>(i)));
  }

  Expander& x_;
  const Item& item_;
  Span span_;
  Parts parts_;
  GcVector<Field> fields_;
  Definitions& to_;
  Value type_value_ = kFalse;
  Variable* type_variable_ = nullptr;
};

}  // namespace

void record_definitions(Expander& x, const Item& item, bool local, Definitions& to) {
  RecordMaker(x, item, local, to);
}

}  // namespace fermata::scheme
