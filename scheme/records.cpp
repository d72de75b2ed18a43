// Records: R7RS 5.5, with single inheritance, and looking into them.
//
// define-record-type expands into these.  An accessor asked for the wrong kind of object
// names itself: the condition's `who` is made of the type's and the field's name, because
// the running native is always %record-ref.
#include <string>

#include "scheme/argument_checks.hpp"
#include "scheme/builtins.hpp"
#include "scheme/lists.hpp"
#include "vm/condition.hpp"
#include "vm/slow_paths.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

std::string field_name(RecordType& type, std::size_t index) {
  const Value field = as<Vector>(type.fields).slots()[index];
  return to_utf8(as<String>(as<Symbol>(field).name));
}

// The error of an accessor (point-x) or a modifier (set-point-x!).
Outcome not_a_record_of(Machine& m, RecordType& type, std::size_t index, bool modifies, Value got) {
  const std::string noun = record_of(type);
  const std::string accessor = noun.substr(noun.find(' ') + 1) + "-" + field_name(type, index);
  const std::string who = modifies ? "set-" + accessor + "!" : accessor;
  return wrong_record(m, who, got, type);
}

Problem check_field(Machine& m, RecordType& type, std::size_t argument, Index index) {
  return check_index(m, as<Vector>(type.fields).length(), argument, index);
}

// ---- types ---------------------------------------------------------------------

// Fields: a list or vector of symbols, or of lists (mutable name) and (immutable name).
Outcome make_record_type(Machine& m, Symbol& name, Value fields, std::optional<Value> parent) {
  auto* above = parent ? cast<RecordType>(*parent) : nullptr;
  if (parent && above == nullptr && parent->is_true())
    return m.wrong_type(3, "a record type or #f", *parent);
  GcVector<Value> specs(m.heap);
  if (auto* vector = cast<Vector>(fields)) {
    for (std::size_t i = 0; i < vector->length(); ++i) specs.push_back(vector->slots()[i]);
  } else {
    if (list_length(fields) < 0) return m.wrong_type(2, "a list or vector of symbols", fields);
    for (Value at = fields; at.is_pair(); at = at.pair()->cdr) specs.push_back(at.pair()->car);
  }
  const std::size_t inherited = above ? as<Vector>(above->fields).length() : 0;
  Vector& names = m.heap.make_vector(inherited + specs.size(), kFalse);
  Vector& mutability = m.heap.make_vector(inherited + specs.size(), kTrue);
  for (std::size_t i = 0; i < inherited; ++i) {
    names.slots()[i] = as<Vector>(above->fields).slots()[i];
    mutability.slots()[i] = as<Vector>(above->mutability).slots()[i];
  }
  for (std::size_t i = 0; i < specs.size(); ++i) {
    Value field = specs[i];
    if (list_length(field) == 2) {
      if (field.pair()->car == m.symbols.intern("immutable"))
        mutability.slots()[inherited + i] = kFalse;
      field = field.pair()->cdr.pair()->car;
    }
    if (!is<Symbol>(field)) return m.wrong_type(2, "a list or vector of symbols", fields);
    names.slots()[inherited + i] = field;
  }
  return value_of(&m.heap.make<RecordType>(value_of(&name), value_of(&names),
                                           above ? value_of(above) : kFalse,
                                           value_of(&mutability)));
}

Outcome is_record_type(Machine&, Value v) { return Value::boolean(is<RecordType>(v)); }
Outcome type_name_of(Machine&, RecordType& type) { return type.name; }
Outcome type_parent(Machine&, RecordType& type) { return type.parent; }

// A list, so that nobody changes the type's own vector.
Outcome type_fields(Machine& m, RecordType& type) {
  ListBuilder list(m.heap);
  Vector& fields = as<Vector>(type.fields);
  for (std::size_t i = 0; i < fields.length(); ++i) list.push(fields.slots()[i]);
  return list.finish();
}

Outcome field_is_mutable(Machine& m, RecordType& type, Index index) {
  if (auto problem = check_field(m, type, 2, index)) return *problem;
  return as<Vector>(type.mutability).slots()[index];
}

// ---- instances -----------------------------------------------------------------

Outcome make_record(Machine& m, RecordType& type, Args fields) {
  const std::size_t wanted = as<Vector>(type.fields).length();
  if (fields.size() != wanted)
    return m.error(ConditionKind::arity,
                   record_of(type) + " has " + std::to_string(wanted) +
                       " fields, not " + std::to_string(fields.size()));
  Record& record = m.heap.make_record(value_of(&type), fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) record.fields()[i] = fields[i];
  return value_of(&record);
}

Outcome is_of_type(Machine&, Value v, RecordType& type) {
  return Value::boolean(is_record_of(v, value_of(&type)));
}

Outcome ref(Machine& m, Value v, RecordType& type, Index index) {
  if (auto problem = check_field(m, type, 3, index)) return *problem;
  if (!is_record_of(v, value_of(&type))) return not_a_record_of(m, type, index, false, v);
  return as<Record>(v).fields()[index];
}

Outcome set(Machine& m, Value v, RecordType& type, Index index, Value obj) {
  if (auto problem = check_field(m, type, 3, index)) return *problem;
  if (!is_record_of(v, value_of(&type))) return not_a_record_of(m, type, index, true, v);
  as<Record>(v).fields()[index] = obj;
  return kUnspecified;
}

Outcome is_record(Machine&, Value v) { return Value::boolean(is<Record>(v)); }
Outcome type_of(Machine&, Record& record) { return record.type; }

Outcome to_list(Machine& m, Record& record) {
  ListBuilder list(m.heap);
  for (std::size_t i = 0; i < record.count(); ++i) list.push(record.fields()[i]);
  return list.finish();
}

Outcome copy(Machine& m, Record& record) {
  Record& result = m.heap.make_record(record.type, record.count());
  for (std::size_t i = 0; i < record.count(); ++i) result.fields()[i] = record.fields()[i];
  return value_of(&result);
}

constexpr Builtin kRecords[] = {
    builtin<make_record_type>("(make-record-type name fields [parent])",
                              "A new record type; fields is a list or vector of symbols."),
    builtin<is_record_type>("(record-type? obj)", "Whether obj is a record type."),
    builtin<type_name_of>("(record-type-name type)", "The symbol that names the type."),
    builtin<type_fields>("(record-type-fields type)",
                         "A list of the field names, the parent's first."),
    builtin<type_parent>("(record-type-parent type)", "The type it extends, or #f."),
    builtin<field_is_mutable>("(%record-field-mutable? type index)",
                              "Whether that field may be changed."),
    builtin<make_record>("(%make-record type field ...)", "A new record of the type."),
    builtin<is_of_type>("(%record? obj type)",
                          "Whether obj is a record of the type, or of one that extends it."),
    builtin<ref>("(%record-ref record type index)", "Field number index of the record."),
    builtin<set>("(%record-set! record type index obj)", "Makes obj field number index."),
    builtin<is_record>("(record? obj)", "Whether obj is a record."),
    builtin<type_of>("(record-type-of record)", "The type of the record."),
    builtin<to_list>("(record->list record)", "A list of the record's fields."),
    builtin<copy>("(record-copy record)", "A new record of the same type with the same fields."),
};

}  // namespace

std::span<const Builtin> record_builtins() { return kRecords; }

}  // namespace fermata::scheme
