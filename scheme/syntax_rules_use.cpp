// syntax-rules at work: matching the use of a macro, and instantiating a template.
//
// Both are loops over a stack.  What a pattern variable matched is kept as the pair whose car
// it was, so that an atom from the program keeps its place in the text; under an ellipsis it
// is a list of those, under two a list of lists.
#include "scheme/equality.hpp"
#include "scheme/expander_machine.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

bool is_list_of_elements(const Vector& v) { return v.length() == 2; }  // #(node #t)
bool is_datum(const Vector& v) { return v.length() == 1; }

Value reverse(Heap& heap, Value list) {
  Value result = kNull;
  for (; list.is_pair(); list = list.pair()->cdr) result = heap.cons(list.pair()->car, result);
  return result;
}

// One use of a macro is matched and built without a break, so it looks itself whether there is
// memory left.  What it builds stands only here until it is done, where no count finds it: it may
// allocate a quarter of the limit since `begun`.
void check_memory(Expander& x, const Macro& macro, const Item& item, std::uint64_t begun) {
  if (!x.heap.exhausted() && x.heap.allocated() - begun <= x.heap.limit() / 4) return;
  x.heap.clear_exhausted();
  x.fail(item.span(), x.text_of(macro.name) + ": out of memory; this use becomes too large");
}

// ---- matching --------------------------------------------------------------------------------

class Matcher {
 public:
  Matcher(Expander& x, const Macro& macro, const Item& item, std::size_t variables)
      : x_(x),
        heap_(x.heap),
        macro_(macro),
        item_(item),
        bindings_(heap_.make_vector(variables, kNull)),
        todo_(heap_),
        begun_(heap_.allocated()) {}

  bool run(Value pattern, Value form) {
    todo_.push_back({Todo::match, pattern, form, kFalse, nullptr});
    while (!todo_.empty()) {
      check_memory(x_, macro_, item_, begun_);
      const Todo t = todo_.pop_back();
      switch (t.kind) {
        case Todo::match:
          if (!match(t.pattern, t.form, t.holder)) return false;
          break;
        case Todo::repeat:
          repeat(*t.loop);
          break;
        case Todo::collect:
          collect(*t.loop);
          break;
      }
    }
    return true;
  }
  Vector& bindings() { return bindings_; }

 private:
  // An ellipsis under way.
  struct Loop : Object {
    static constexpr Kind kKind = Kind::work;
    Value node;       // the pattern
    Value rest;       // forms still to be matched
    Value left;       // how many, as a fixnum
    Value collected;  // Vector, parallel to the node's variables: lists, newest first
  };
  struct Todo {
    enum Kind : std::uint64_t { match, repeat, collect } kind;
    Value pattern, form, holder;  // holder: the pair whose car form is, or #f
    Loop* loop;
  };

  bool match(Value pattern, Value form, Value holder) {
    for (;;) {
      if (pattern.is_pair()) {
        if (!form.is_pair()) return false;
        todo_.push_back({Todo::match, pattern.pair()->cdr, form.pair()->cdr, kFalse, nullptr});
        holder = form;
        pattern = pattern.pair()->car;
        form = form.pair()->car;
        continue;
      }
      if (pattern.is_fixnum()) {
        set(pattern, holder.is_pair() ? holder : heap_.cons(form, kNull));
        return true;
      }
      if (pattern == kDefault) return true;
      if (pattern == kNull) return form == kNull;
      if (is_identifier(pattern))
        return is_identifier(form) && same_meaning(pattern, macro_.scope, form, item_.scope);
      auto& node = as<Vector>(pattern);
      if (is_datum(node)) return is_equal(heap_, node.slots()[0], form, work_);
      if (is_list_of_elements(node)) {
        if (!is<Vector>(form)) return false;
        Value list = kNull;
        for (std::size_t i = as<Vector>(form).length(); i-- > 0;)
          list = heap_.cons(as<Vector>(form).slots()[i], list);
        pattern = node.slots()[0];
        form = list;
        holder = kFalse;
        continue;
      }
      return match_repeated(pattern, form);
    }
  }

  bool match_repeated(Value pattern, Value form) {
    auto& node = as<Vector>(pattern);
    std::int64_t count = 0;
    Value slow = form, tail = form;
    while (tail.is_pair()) {
      tail = tail.pair()->cdr;
      if (++count % 2 == 0) {
        slow = slow.pair()->cdr;
        if (slow == tail) return false;  // circular
      }
    }
    count -= node.slots()[3].fixnum();
    if (count < 0) return false;
    const Value sub = node.slots()[0];
    if (sub.is_fixnum()) {  // x ...: no stack needed
      Value list = kNull;
      for (; count > 0; --count, form = form.pair()->cdr) list = heap_.cons(form, list);
      set(sub, reverse(heap_, list));
      todo_.push_back({Todo::match, node.slots()[2], form, kFalse, nullptr});
      return true;
    }
    std::size_t variables = 0;
    for (Value v = node.slots()[1]; v.is_pair(); v = v.pair()->cdr) ++variables;
    Loop& loop = heap_.make<Loop>(pattern, form, Value::fixnum(count),
                                  value_of(&heap_.make_vector(variables, kNull)));
    todo_.push_back({Todo::repeat, kFalse, kFalse, kFalse, &loop});
    return true;
  }

  void repeat(Loop& loop) {
    auto& node = as<Vector>(loop.node);
    if (loop.left.fixnum() == 0) {
      std::size_t i = 0;
      for (Value v = node.slots()[1]; v.is_pair(); v = v.pair()->cdr)
        set(v.pair()->car, reverse(heap_, as<Vector>(loop.collected).slots()[i++]));
      todo_.push_back({Todo::match, node.slots()[2], loop.rest, kFalse, nullptr});
      return;
    }
    const Value at = loop.rest;
    loop.left = Value::fixnum(loop.left.fixnum() - 1);
    loop.rest = at.pair()->cdr;
    todo_.push_back({Todo::repeat, kFalse, kFalse, kFalse, &loop});
    todo_.push_back({Todo::collect, kFalse, kFalse, kFalse, &loop});
    todo_.push_back({Todo::match, node.slots()[0], at.pair()->car, at, nullptr});
  }

  void collect(Loop& loop) {
    Value* collected = as<Vector>(loop.collected).slots();
    std::size_t i = 0;
    for (Value v = as<Vector>(loop.node).slots()[1]; v.is_pair(); v = v.pair()->cdr, ++i)
      collected[i] = heap_.cons(bindings_.slots()[v.pair()->car.fixnum()], collected[i]);
  }

  void set(Value variable, Value v) { bindings_.slots()[variable.fixnum()] = v; }

  Expander& x_;
  Heap& heap_;
  const Macro& macro_;
  const Item& item_;
  Vector& bindings_;
  GcVector<Todo> todo_;
  const std::uint64_t begun_;
  std::size_t work_ = 0;
};

// ---- instantiating -----------------------------------------------------------------------------

class Instance {
 public:
  Instance(Expander& x, const Macro& macro, const Item& item, Vector& bindings, Value names)
      : x_(x),
        heap_(x.heap),
        macro_(macro),
        item_(item),
        bindings_(bindings),
        names_(names),
        aliases_(heap_.make_vector(as<Vector>(macro.introduced).length(), kFalse)),
        todo_(heap_),
        begun_(heap_.allocated()) {}

  Value run(Value code) {
    const Value root = heap_.cons(kNull, kNull);
    todo_.push_back({Todo::build, code, root, true, nullptr});
    while (!todo_.empty()) {
      check_memory(x_, macro_, item_, begun_);
      const Todo t = todo_.pop_back();
      switch (t.kind) {
        case Todo::build:
          build(t.code, t.pair, t.is_car);
          break;
        case Todo::repeat:
          repeat(*t.loop);
          break;
        case Todo::to_vector:
          put(t.pair, t.is_car, vector_of(t.code.pair()->car));
          break;
      }
    }
    return root.pair()->car;
  }

 private:
  // One level of an ellipsis under way; inner levels go on where the outer one's list ends.
  struct Loop : Object {
    static constexpr Kind kKind = Kind::work;
    Value node;    // the template
    Value levels;  // the variables of this level, then the levels inside
    Value rest;    // Vector, parallel to the variables: what is still to be run through
    Value saved;   // Vector: their bindings outside
    Value pair;    // where the next element goes: the car or cdr of it
    Value is_car;
    Loop* outer;  // the level around, if of the same node
  };
  struct Todo {
    enum Kind : std::uint64_t { build, repeat, to_vector } kind;
    Value code, pair;
    std::uint64_t is_car;
    Loop* loop;
  };

  void put(Value pair, bool is_car, Value v) { (is_car ? pair.pair()->car : pair.pair()->cdr) = v; }

  Value alias(Value code) {
    const auto i = static_cast<std::size_t>(-1 - code.fixnum());
    Value& v = aliases_.slots()[i];
    if (v == kFalse)
      v = value_of(&heap_.make<Alias>(as<Vector>(macro_.introduced).slots()[i], macro_.scope));
    return v;
  }

  Value vector_of(Value list) {
    std::size_t n = 0;
    for (Value l = list; l.is_pair(); l = l.pair()->cdr) ++n;
    Vector& v = heap_.make_vector(n, kNull);
    for (std::size_t i = 0; i < n; ++i, list = list.pair()->cdr) v.slots()[i] = list.pair()->car;
    return value_of(&v);
  }

  void build(Value code, Value pair, bool is_car) {
    for (;;) {
      if (code.is_pair()) {
        const Value fresh = heap_.cons(kNull, kNull);
        put(pair, is_car, fresh);
        const Value first = code.pair()->car;
        code = code.pair()->cdr;
        if (first.is_fixnum()) {
          atom(first, fresh, true);
        } else {
          todo_.push_back({Todo::build, code, fresh, false, nullptr});
          code = first;
          pair = fresh;
          is_car = true;
          continue;
        }
        pair = fresh;
        is_car = false;
        continue;
      }
      if (code.is_fixnum()) return atom(code, pair, is_car);
      if (code == kNull) return put(pair, is_car, kNull);
      auto& node = as<Vector>(code);
      if (is_datum(node)) return put(pair, is_car, node.slots()[0]);
      if (is_list_of_elements(node)) {
        const Value root = heap_.cons(kNull, kNull);
        todo_.push_back({Todo::to_vector, root, pair, is_car, nullptr});
        code = node.slots()[0];
        pair = root;
        is_car = true;
        continue;
      }
      return begin_loop(code, node.slots()[1], pair, is_car, nullptr);
    }
  }

  void atom(Value code, Value pair, bool is_car) {
    if (code.fixnum() < 0) return put(pair, is_car, alias(code));
    const Value holder = bindings_.slots()[code.fixnum()];
    put(pair, is_car, holder.pair()->car);
    if (!is_car || item_.spans == nullptr || holder.pair()->car.is_pair()) return;
    const PairSpan* place = find_span(*item_.spans, *holder.pair());
    if (place && place->car_end > place->car_start)
      add_made_span(heap_, *item_.spans, *pair.pair(), {0, 0, place->car_start, place->car_end});
  }

  void begin_loop(Value code, Value levels, Value pair, bool is_car, Loop* outer) {
    std::size_t n = 0;
    for (Value v = levels.pair()->car; v.is_pair(); v = v.pair()->cdr) ++n;
    Vector& rest = heap_.make_vector(n, kNull);
    std::size_t i = 0, length = 0, first = 0;
    for (Value v = levels.pair()->car; v.is_pair(); v = v.pair()->cdr, ++i) {
      const auto variable = static_cast<std::size_t>(v.pair()->car.fixnum());
      rest.slots()[i] = bindings_.slots()[variable];
      std::size_t l = 0;
      for (Value b = rest.slots()[i]; b.is_pair(); b = b.pair()->cdr) ++l;
      if (i == 0) {
        length = l;
        first = variable;
      } else if (l != length) {
        x_.fail(item_.span(), x_.text_of(macro_.name) + ": " + name_of(first) + " and " +
                                  name_of(variable) + " stand for different numbers of forms (" +
                                  std::to_string(length) + " and " + std::to_string(l) + ")");
      }
    }
    Vector& saved = heap_.make_vector(n, kNull);
    for (std::size_t k = 0; k < n; ++k) saved.slots()[k] = rest.slots()[k];
    Loop& loop = heap_.make<Loop>(code, levels, value_of(&rest), value_of(&saved), pair,
                                  Value::boolean(is_car), outer);
    todo_.push_back({Todo::repeat, kFalse, kFalse, false, &loop});
  }
  std::string name_of(std::size_t variable) const {
    return x_.text_of(as<Vector>(names_).slots()[variable]);
  }

  void repeat(Loop& loop) {
    Value* rest = as<Vector>(loop.rest).slots();
    if (!rest[0].is_pair()) {
      std::size_t i = 0;
      for (Value v = loop.levels.pair()->car; v.is_pair(); v = v.pair()->cdr)
        bindings_.slots()[v.pair()->car.fixnum()] = as<Vector>(loop.saved).slots()[i++];
      if (loop.outer) {
        loop.outer->pair = loop.pair;
        loop.outer->is_car = loop.is_car;
      } else {
        todo_.push_back({Todo::build, as<Vector>(loop.node).slots()[2], loop.pair,
                         loop.is_car.is_true(), nullptr});
      }
      return;
    }
    std::size_t i = 0;
    for (Value v = loop.levels.pair()->car; v.is_pair(); v = v.pair()->cdr, ++i) {
      bindings_.slots()[v.pair()->car.fixnum()] = rest[i].pair()->car;
      rest[i] = rest[i].pair()->cdr;
    }
    todo_.push_back({Todo::repeat, kFalse, kFalse, false, &loop});
    if (loop.levels.pair()->cdr.is_pair())
      return begin_loop(loop.node, loop.levels.pair()->cdr, loop.pair, loop.is_car.is_true(),
                        &loop);
    const Value fresh = heap_.cons(kNull, kNull);
    put(loop.pair, loop.is_car.is_true(), fresh);
    loop.pair = fresh;
    loop.is_car = kFalse;
    const Value sub = as<Vector>(loop.node).slots()[0];
    if (sub.is_fixnum())
      atom(sub, fresh, true);
    else
      todo_.push_back({Todo::build, sub, fresh, true, nullptr});
  }

  Expander& x_;
  Heap& heap_;
  const Macro& macro_;
  const Item& item_;
  Vector& bindings_;
  Value names_;
  Vector& aliases_;
  GcVector<Todo> todo_;
  const std::uint64_t begun_;
};

}  // namespace

Value apply_syntax_rules(Expander& x, const Macro& macro, const Item& item) {
  auto& rules = as<Vector>(macro.rules);
  for (std::size_t i = 0; i < rules.length(); ++i) {
    const Value* rule = as<Vector>(rules.slots()[i]).slots();
    Matcher matcher(x, macro, item, as<Vector>(rule[2]).length());
    if (matcher.run(rule[0], item.form.pair()->cdr))
      return Instance(x, macro, item, matcher.bindings(), rule[2]).run(rule[1]);
  }
  const std::string name = x.text_of(macro.name);
  std::string hint;
  for (std::size_t i = 0; i < rules.length() && i < 5; ++i) {
    const Value pattern = x.heap.cons(macro.name, as<Vector>(rules.slots()[i]).slots()[3]);
    hint += (hint.empty() ? "expected " : " or ") + x.text_of(pattern);
  }
  x.fail(item.span(), name + ": no pattern of this macro fits its use", hint);
}

}  // namespace fermata::scheme
