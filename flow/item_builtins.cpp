// Natives of what is kept beside the flows: schedules and rules of queues, attributes, progress;
// and of time zones, which schedules need.
#include "flow/answers.hpp"
#include "flow/builtins.hpp"
#include "flow/plain_data.hpp"
#include "flow/time_zone.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- items ---------------------------------------------------------------------------
// Whether it was kept: not when somebody changed it since that version.
Outcome put_item(Machine& m, Fixnum store, Symbol& kind, Symbol& id, Fixnum version, Fixnum due,
                 Value value) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Answer a = s->put_item({text_of(value_of(&kind)), text_of(value_of(&id)), version, due,
                                to_journal_text(m, value)});
  if (a == Answer::refused) return kFalse;
  return a == Answer::ok ? Outcome(kTrue) : refuse(m, a, *s);
}

// Whether there was one.
Outcome drop_item(Machine& m, Fixnum store, Symbol& kind, Symbol& id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  const Answer a = s->drop_item(text_of(value_of(&kind)), text_of(value_of(&id)));
  if (a == Answer::missing) return kFalse;
  return a == Answer::ok ? Outcome(kTrue) : refuse(m, a, *s);
}

Outcome item_vector(Machine& m, const Item& item) {
  FERMATA_TRY(value, decode(m, item.value));
  return vector_of(m, {symbol_of(m, item.id), Value::fixnum(item.version), Value::fixnum(item.due),
                       value});
}

// #(id version due value), or #f.
Outcome item(Machine& m, Fixnum store, Symbol& kind, Symbol& id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  Item found;
  const Answer a = s->item(text_of(value_of(&kind)), text_of(value_of(&id)), found);
  if (a == Answer::missing) return kFalse;
  return a == Answer::ok ? item_vector(m, found) : refuse(m, a, *s);
}

// Such vectors, by id.
Outcome items(Machine& m, Fixnum store, Symbol& kind, Fixnum due_by) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<Item> found;
  if (const Answer a = s->items(text_of(value_of(&kind)), due_by, found); a != Answer::ok)
    return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = found.size(); i-- > 0;) {
    FERMATA_TRY(vector, item_vector(m, found[i]));
    list = m.heap.cons(vector, list);
  }
  return list;
}

// ---- queues --------------------------------------------------------------------------
// #(name limit per-key rate window-in-milliseconds)
QueueRule rule_of(const Vector& rule) {
  const Value* const slots = const_cast<Vector&>(rule).slots();
  return {text_of(slots[0]), slots[1].fixnum(), slots[2].fixnum(), slots[3].fixnum(),
          slots[4].fixnum()};
}

Outcome admit(Machine& m, Fixnum store, Vector& rule) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<std::string> ids;
  if (const Answer a = s->admit(rule_of(rule), ids); a != Answer::ok) return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = ids.size(); i-- > 0;) list = m.heap.cons(symbol_of(m, ids[i]), list);
  return list;
}

Outcome queues(Machine& m, Fixnum store) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<Backlog> found;
  if (const Answer a = s->queues(found); a != Answer::ok) return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = found.size(); i-- > 0;)
    list = m.heap.cons(vector_of(m, {symbol_of(m, found[i].queue), Value::fixnum(found[i].flows),
                                     Value::fixnum(found[i].waited_ms)}),
                       list);
  return list;
}

Outcome next_admission(Machine& m, Fixnum store, Vector& rule) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::int64_t at = 0;
  if (const Answer a = s->next_admission(rule_of(rule), at); a != Answer::ok)
    return refuse(m, a, *s);
  return Value::fixnum(at);
}

// ---- attributes and progress -----------------------------------------------------------
Outcome attributes(Machine& m, Fixnum store, Value id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<std::pair<std::string, std::string>> found;
  if (const Answer a = s->attributes(text_of(id), found); a != Answer::ok) return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = found.size(); i-- > 0;) {
    FERMATA_TRY(value, decode(m, found[i].second));
    list = m.heap.cons(m.heap.cons(symbol_of(m, found[i].first), value), list);
  }
  return list;
}

// (name . progress) ...
Outcome progress(Machine& m, Fixnum store, Value id) {
  Store* s = find_store(m, store);
  if (s == nullptr) return no_store(m, store);
  std::vector<std::pair<std::string, Beat>> found;
  if (const Answer a = s->beats(text_of(id), found); a != Answer::ok) return refuse(m, a, *s);
  Value list = kNull;
  for (std::size_t i = found.size(); i-- > 0;) {
    FERMATA_TRY(value, decode(m, found[i].second.value));
    list = m.heap.cons(
        m.heap.cons(symbol_of(m, found[i].first.substr(0, found[i].first.find(' '))), value), list);
  }
  return list;
}

// ---- time zones ------------------------------------------------------------------------
Outcome no_zone(Machine& m, String& name) {
  return refuse(m, ConditionKind::flow,
                "there is no time zone " + to_utf8(name) + "; names are like Europe/Berlin, or UTC");
}

Outcome zone_offset(Machine& m, String& name, Fixnum second) {
  const TimeZone* const zone = Service::find(m)->zone(to_utf8(name));
  return zone ? Outcome(Value::fixnum(zone->offset_at(second))) : no_zone(m, name);
}

// When its clocks show that time; when they skip it, the moment at which they do.
Outcome zone_instant(Machine& m, String& name, Fixnum wall) {
  const TimeZone* const zone = Service::find(m)->zone(to_utf8(name));
  if (zone == nullptr) return no_zone(m, name);
  const auto found = zone->instants_of(wall);
  if (!found.empty()) return Value::fixnum(found[0]);
  constexpr std::int64_t kDay = 86400;
  const std::int64_t around = wall - zone->offset_at(wall - kDay);
  return Value::fixnum(zone->next_change(around - kDay, around + kDay));
}

constexpr Builtin kItems[] = {
    builtin<put_item>("(%item-put! store kind id version due value)",
                      "Keeps an item; #f when it was changed since that version."),
    builtin<drop_item>("(%item-drop! store kind id)", "Whether there was one to drop."),
    builtin<item>("(%item store kind id)", "That item, a vector, or #f."),
    builtin<items>("(%items store kind due-by)", "Vectors of id, version, due and value."),
    builtin<admit>("(%flow-admit! store rule)", "The flows of a queue that may begin now."),
    builtin<queues>("(%flow-queues-waiting store)", "The queues in which flows wait."),
    builtin<next_admission>("(%flow-next-admission store rule)",
                            "When its rate lets another begin, or 0."),
    builtin<attributes>("(%flow-attributes store id)", "Its attributes, ((name . value) ...)."),
    builtin<progress>("(%flow-progress store id)", "What its steps told last, ((name . value) ...)."),
    builtin<zone_offset>("(%zone-offset zone second)", "How far its clocks are ahead of UTC."),
    builtin<zone_instant>("(%zone-instant zone wall)", "When its clocks first show that time."),
};

}  // namespace

std::span<const Builtin> item_builtins() { return kItems; }

}  // namespace fermata::flow
