// See data_types.hpp.
#include "flow/data_types.hpp"

#include <unordered_map>
#include <unordered_set>

#include "flow/plain_data.hpp"
#include "flow/sealing.hpp"
#include "flow/service.hpp"
#include "vm/slow_paths.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

enum SecretField : std::size_t { kKnown, kSealed };

DataTypes& types_of(Machine& m) { return Service::find(m)->data_types; }

// ((name . type) ...)
Value declared(Machine& m) {
  Service* const service = Service::find(m);
  if (service == nullptr) return kNull;
  const auto* parameter = cast<Parameter>(service->data_types.declared.get());
  if (parameter == nullptr) return kNull;
  const Value cell = parameter_value(m, *parameter);
  return cell.is_pair() ? cell.pair()->car : kNull;
}

Value type_named(Machine& m, Value name) {
  for (Value rest = declared(m); rest.is_pair(); rest = rest.pair()->cdr)
    if (rest.pair()->car.pair()->car == name) return rest.pair()->car.pair()->cdr;
  return kFalse;
}

bool begins_with(Machine& m, Value v, std::string_view mark) {
  auto* const vector = cast<Vector>(v);
  return vector != nullptr && vector->length() >= 2 &&
         vector->slots()[0] == m.symbols.intern(mark);
}

// The sealed text of a secret.  Requires: it is sealable.
Value sealed_text(Machine& m, Value secret) {
  Value* const fields = as<vm::Record>(secret).fields();
  if (fields[kSealed] != kFalse) return fields[kSealed];
  std::string why;
  const auto key = sealing_key(why);
  const std::string text = key ? sealed(*key, to_journal_text(m, fields[kKnown].pair()->car)) : "";
  return fields[kSealed] = value_of(&make_string(m.heap, text));
}

// Objects that are visited, and what takes their place: one a row.
class Walk {
 public:
  explicit Walk(Machine& m) : olds_(m.heap), news_(m.heap) {}
  // What takes the place of v; made by `make` when v is seen for the first time.
  template <class Make>
  Value place_of(Value v, Make make) {
    const auto [place, is_new] = index_.try_emplace(v.bits(), olds_.size());
    if (is_new) {
      olds_.push_back(v);
      news_.push_back(make(v));
    }
    return news_[place->second];
  }
  bool next(Value& old, Value& fresh) {
    if (done_ == olds_.size()) return false;
    old = olds_[done_], fresh = news_[done_];
    ++done_;
    return true;
  }

 private:
  std::unordered_map<std::uint64_t, std::size_t> index_;
  GcVector<Value> olds_, news_;
  std::size_t done_ = 0;
};

bool has_records(Machine& m, Value v) {
  GcVector<Value> todo(m.heap);
  std::unordered_set<std::uint64_t> seen;
  todo.push_back(v);
  while (!todo.empty()) {
    const Value next = todo.pop_back();
    if (is<vm::Record>(next)) return true;
    if (!(next.is_pair() || is<Vector>(next)) || !seen.insert(next.bits()).second) continue;
    if (next.is_pair()) {
      todo.push_back(next.pair()->car);
      todo.push_back(next.pair()->cdr);
    } else {
      auto& vector = as<Vector>(next);
      for (std::size_t i = 0; i < vector.length(); ++i) todo.push_back(vector.slots()[i]);
    }
  }
  return false;
}

}  // namespace

Value declared_name(Machine& m, Value type) {
  for (Value rest = declared(m); rest.is_pair(); rest = rest.pair()->cdr)
    if (rest.pair()->car.pair()->cdr == type) return rest.pair()->car.pair()->car;
  return kFalse;
}

bool is_secret(Machine& m, Value v) {
  auto* const record = cast<vm::Record>(v);
  Service* const service = Service::find(m);
  return record != nullptr && service != nullptr &&
         record->type == service->data_types.secret_type.get();
}

std::optional<std::string> not_sealable(Machine& m, Value secret) {
  Value* const fields = as<vm::Record>(secret).fields();
  if (fields[kSealed] != kFalse) return std::nullopt;
  if (auto part = not_plain(m, fields[kKnown].pair()->car)) return "a part of a secret is no plain data";
  std::string why;
  return sealing_key(why) ? std::nullopt : std::optional("a secret cannot be stored, " + why);
}

bool is_marked(Machine& m, Value v) {
  return begins_with(m, v, kRecordMark) || begins_with(m, v, kSecretMark);
}

Value without_records(Machine& m, Value v) {
  if (!has_records(m, v)) return v;
  Walk walk(m);
  // The same shape, empty.
  const auto shell = [&](Value old) -> Value {
    if (old.is_pair()) return m.heap.cons(kFalse, kFalse);
    if (auto* vector = cast<Vector>(old))
      return value_of(&m.heap.make_vector(vector->length(), kFalse));
    const bool secret = is_secret(m, old);
    auto& record = as<vm::Record>(old);
    auto& fresh = m.heap.make_vector(secret ? 2 : record.count() + 2, kFalse);
    fresh.slots()[0] = m.symbols.intern(secret ? kSecretMark : kRecordMark);
    fresh.slots()[1] = secret ? sealed_text(m, old) : declared_name(m, record.type);
    return value_of(&fresh);
  };
  const auto copy = [&](Value part) {
    const bool has_parts = part.is_pair() || is<Vector>(part) || is<vm::Record>(part);
    return has_parts ? walk.place_of(part, shell) : part;
  };
  const Value root = copy(v);
  Value old, fresh;
  while (walk.next(old, fresh)) {
    if (old.is_pair()) {
      fresh.pair()->car = copy(old.pair()->car);
      fresh.pair()->cdr = copy(old.pair()->cdr);
    } else if (auto* vector = cast<Vector>(old)) {
      for (std::size_t i = 0; i < vector->length(); ++i)
        as<Vector>(fresh).slots()[i] = copy(vector->slots()[i]);
    } else if (!is_secret(m, old)) {
      auto& record = as<vm::Record>(old);
      for (std::size_t i = 0; i < record.count(); ++i)
        as<Vector>(fresh).slots()[i + 2] = copy(record.fields()[i]);
    }
  }
  return root;
}

Value with_records(Machine& m, Value v) {
  Walk walk(m);
  const auto made = [&](Value old) -> Value {
    if (begins_with(m, old, kSecretMark) && is<RecordType>(types_of(m).secret_type.get())) {
      vm::Record& secret = m.heap.make_record(types_of(m).secret_type.get(), 2);
      secret.fields()[kKnown] = kFalse;
      secret.fields()[kSealed] = as<Vector>(old).slots()[1];
      return value_of(&secret);
    }
    if (!begins_with(m, old, kRecordMark)) return old;
    auto& vector = as<Vector>(old);
    const Value type = type_named(m, vector.slots()[1]);
    auto* const known = cast<RecordType>(type);
    auto* const fields = known != nullptr ? cast<Vector>(known->fields) : nullptr;
    if (fields == nullptr || fields->length() != vector.length() - 2) return old;
    vm::Record& record = m.heap.make_record(type, vector.length() - 2);
    std::copy(vector.slots() + 2, vector.slots() + vector.length(), record.fields());
    return value_of(&record);
  };
  const auto fix = [&](Value& slot) {
    if (slot.is_pair() || is<Vector>(slot)) slot = walk.place_of(slot, made);
  };
  Value root = v;
  fix(root);
  Value old, fresh;
  while (walk.next(old, fresh)) {
    if (fresh.is_pair()) {
      fix(fresh.pair()->car);
      fix(fresh.pair()->cdr);
    } else if (auto* vector = cast<Vector>(fresh)) {
      for (std::size_t i = 0; i < vector->length(); ++i) fix(vector->slots()[i]);
    } else if (auto* record = cast<vm::Record>(fresh); record != nullptr && !is_secret(m, fresh)) {
      for (std::size_t i = 0; i < record->count(); ++i) fix(record->fields()[i]);
    }
  }
  return root;
}

namespace {

// How one begins; within a string the quote would be escaped.
std::string secret_beginning() { return "#(|" + std::string(kSecretMark) + "| \""; }

}  // namespace

bool holds_secret(std::string_view text) { return text.find(secret_beginning()) != text.npos; }

bool holds_foreign_secret(std::string_view text) {
  const std::string beginning = secret_beginning();
  for (auto at = text.find(beginning); at != text.npos; at = text.find(beginning)) {
    text.remove_prefix(at + beginning.size());
    std::string why;
    const auto key = sealing_key(why);
    if (!key || !unsealed(*key, text.substr(0, text.find('"')))) return true;
  }
  return false;
}

std::string presentable(std::string_view text) {
  const std::string secret = secret_beginning();
  const std::string record = "#(|" + std::string(kRecordMark) + "| ";
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(secret)) {
      const auto end = text.find("\")", secret.size());
      out += "#<secret>";
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    } else if (text.starts_with(record)) {
      out += "#(";
      text.remove_prefix(record.size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace fermata::flow
