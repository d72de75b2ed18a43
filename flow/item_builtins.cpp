// Natives of what is kept beside the flows: schedules and rules of queues, attributes, progress;
// and of time zones, which schedules need.
#include "flow/asking.hpp"
#include "flow/builtins.hpp"
#include "flow/plain_data.hpp"
#include "flow/time_zone.hpp"
#include "vm/string.hpp"

namespace fermata::flow {

using namespace vm;

namespace {

// ---- items ---------------------------------------------------------------------------
struct Nothing {};

// Whether it was kept: not when somebody changed it since that version.
Outcome put_item(Machine& m, Fixnum store, Symbol& kind, Symbol& id, Fixnum version, Fixnum due,
                 Value value) {
  const Item item{text_of(value_of(&kind)), text_of(value_of(&id)), version, due,
                  to_journal_text(m, value)};
  return ask_store<Nothing>(
      m, store, [item](Store& s, Nothing&) { return s.put_item(item); },
      [](Machine&, Said<Nothing>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok && said.answer != Answer::refused) return std::nullopt;
        return Value::boolean(said.answer == Answer::ok);
      });
}

// Whether there was one.
Outcome drop_item(Machine& m, Fixnum store, Symbol& kind, Symbol& id) {
  return ask_store<Nothing>(
      m, store,
      [kind = text_of(value_of(&kind)), id = text_of(value_of(&id))](Store& s, Nothing&) {
        return s.drop_item(kind, id);
      },
      [](Machine&, Said<Nothing>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok && said.answer != Answer::missing) return std::nullopt;
        return Value::boolean(said.answer == Answer::ok);
      });
}

Outcome item_vector(Machine& m, const Item& item) {
  FERMATA_TRY(value, decode(m, item.value));
  return vector_of(m, {symbol_of(m, item.id), Value::fixnum(item.version), Value::fixnum(item.due),
                       value});
}

// #(id version due value), or #f.
Outcome item(Machine& m, Fixnum store, Symbol& kind, Symbol& id) {
  return ask_store<Item>(
      m, store,
      [kind = text_of(value_of(&kind)), id = text_of(value_of(&id))](Store& s, Item& found) {
        return s.item(kind, id, found);
      },
      [](Machine& m, Said<Item>& said) -> std::optional<Outcome> {
        if (said.answer == Answer::missing) return kFalse;
        if (said.answer != Answer::ok) return std::nullopt;
        return item_vector(m, said.found);
      });
}

// A list of what `shown` makes of each of those that ask finds.
template <class Each, class Ask, class Shown>
Outcome ask_for_list(Machine& m, Fixnum store, Ask ask, Shown shown) {
  using All = std::vector<Each>;
  return ask_store<All>(m, store, ask,
                        [shown](Machine& m, Said<All>& said) -> std::optional<Outcome> {
                          if (said.answer != Answer::ok) return std::nullopt;
                          Value list = kNull;
                          for (std::size_t i = said.found.size(); i-- > 0;) {
                            FERMATA_TRY(one, shown(m, said.found[i]));
                            list = m.heap.cons(one, list);
                          }
                          return list;
                        });
}

// Such vectors, by id.
Outcome items(Machine& m, Fixnum store, Symbol& kind, Fixnum due_by) {
  return ask_for_list<Item>(
      m, store,
      [kind = text_of(value_of(&kind)), by = due_by.value](Store& s, std::vector<Item>& found) {
        return s.items(kind, by, found);
      },
      item_vector);
}

// ---- queues --------------------------------------------------------------------------
// #(name limit per-key rate window-in-milliseconds)
QueueRule rule_of(const Vector& rule) {
  const Value* const slots = const_cast<Vector&>(rule).slots();
  return {text_of(slots[0]), slots[1].fixnum(), slots[2].fixnum(), slots[3].fixnum(),
          slots[4].fixnum()};
}

Outcome admit(Machine& m, Fixnum store, Vector& rule) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  return ask_for_list<std::string>(
      m, store,
      [rule = rule_of(rule)](Store& s, std::vector<std::string>& ids) {
        return s.admit(rule, ids);
      },
      [](Machine& m, const std::string& id) -> Outcome { return symbol_of(m, id); });
}

Outcome queues(Machine& m, Fixnum store) {
  return ask_for_list<Backlog>(
      m, store, [](Store& s, std::vector<Backlog>& found) { return s.queues(found); },
      [](Machine& m, const Backlog& b) -> Outcome {
        return vector_of(m, {symbol_of(m, b.queue), Value::fixnum(b.flows),
                             Value::fixnum(b.waited_ms)});
      });
}

Outcome next_admission(Machine& m, Fixnum store, Vector& rule) {
  if (find_store(m, store) == nullptr) return no_store(m, store);
  return ask_store<std::int64_t>(
      m, store,
      [rule = rule_of(rule)](Store& s, std::int64_t& at) { return s.next_admission(rule, at); },
      [](Machine&, Said<std::int64_t>& said) -> std::optional<Outcome> {
        if (said.answer != Answer::ok) return std::nullopt;
        return Value::fixnum(said.found);
      });
}

// ---- attributes and progress -----------------------------------------------------------
using Attribute = std::pair<std::string, std::string>;

Outcome attributes(Machine& m, Fixnum store, Value id) {
  return ask_for_list<Attribute>(
      m, store,
      [id = text_of(id)](Store& s, std::vector<Attribute>& found) {
        return s.attributes(id, found);
      },
      [](Machine& m, const Attribute& attribute) -> Outcome {
        FERMATA_TRY(value, decode(m, attribute.second));
        return m.heap.cons(symbol_of(m, attribute.first), value);
      });
}

// (name . progress) ...
Outcome progress(Machine& m, Fixnum store, Value id) {
  using Told = std::pair<std::string, Beat>;
  return ask_for_list<Told>(
      m, store, [id = text_of(id)](Store& s, std::vector<Told>& found) { return s.beats(id, found); },
      [](Machine& m, const Told& told) -> Outcome {
        FERMATA_TRY(value, decode(m, told.second.value));
        return m.heap.cons(symbol_of(m, told.first.substr(0, told.first.find(' '))), value);
      });
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
