// Trees are written from the root on, by a list of what is still to be written; objects get
// their numbers when they are first mentioned.
#include "scheme/compiled_writer.hpp"

#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "scheme/compiled_calls.hpp"
#include "scheme/number_text.hpp"
#include "scheme/passes.hpp"
#include "scheme/span_value.hpp"
#include "vm/number.hpp"
#include "vm/string.hpp"

namespace fermata::scheme {

using namespace vm;

namespace {

// A form with something in it that only its source can say.
struct WantsSource {};

class Bytes {
 public:
  void byte(std::uint8_t b) { out_.push_back(static_cast<char>(b)); }
  template <class Tag>
  void tag(Tag t) {
    byte(static_cast<std::uint8_t>(t));
  }
  void number(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) byte(static_cast<std::uint8_t>(n | 0x80));
    byte(static_cast<std::uint8_t>(n));
  }
  void signed_number(std::int64_t n) {  // zigzag: small ones stay short
    number(static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63));
  }
  void text(std::string_view s) {
    number(s.size());
    out_.append(s);
  }
  void append(const std::string& s) { out_.append(s); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string text_of(Value symbol) { return to_utf8(as<String>(as<Symbol>(symbol).name)); }

template <std::size_t n>
std::optional<std::size_t> find(const std::string_view (&names)[n], std::string_view name) {
  const auto found = std::find(std::begin(names), std::end(names), name);
  return found == std::end(names) ? std::nullopt : std::optional<std::size_t>(found - names);
}

class Writer {
 public:
  Writer(Runtime& r, SourceText& text) : r_(r), objects_(r.machine.heap), texts_(r.machine.heap) {
    texts_.push_back(&text);
  }

  void add(const Value* row) {
    forms_.number(static_cast<std::uint64_t>(row[0].fixnum()));
    forms_.byte(row[1].is_true());
    ++form_count_;
    std::optional<std::string> written;
    if (row[2].is_true()) written = Form(*this, row[3]).write(&as<Node>(row[2]));
    forms_.byte(written.has_value());
    if (written) forms_.append(*written);
  }

  std::string finish() {
    Bytes shapes, contents;
    for (std::size_t i = 0; i < objects_.size(); ++i) write_object(objects_[i], shapes, contents);
    Bytes all;
    all.number(texts_.size());
    for (SourceText* t : texts_) {
      all.text(to_utf8(as<String>(t->name)));
      all.text(t->view());
    }
    all.number(objects_.size());
    all.append(shapes.take());
    all.append(contents.take());
    all.number(use_count_);
    all.append(uses_.take());
    all.number(form_count_);
    all.append(forms_.take());
    return with_compiled_header(all.take());
  }

 private:
  // Where the place before stood; a form begins at none.
  struct Place {
    std::uint64_t text = 0, use = 0;
    std::int64_t start = 0;
  };

  // ---- objects ------------------------------------------------------------------------

  static bool is_plain(Value v) {
    return !(v.is_pair() || v.is_object() || v.is_procedure()) || is<Flonum>(v);
  }
  static bool may_be_kept(Value v) {
    if (const auto* s = cast<Symbol>(v)) return s->is_interned();
    if (const auto* t = cast<RecordType>(v)) return t->parent == kFalse;
    return v.is_pair() || is<String>(v) || is<Vector>(v) || is<Bytevector>(v) || is_number(v);
  }

  // Numbers the object, and all that it leads to.
  std::uint64_t number_of(Value root) {
    const std::size_t first = objects_.size();
    const std::uint64_t number = enter(root);
    for (std::size_t i = first; i < objects_.size(); ++i) {
      const Value v = objects_[i];
      if (v.is_pair()) {
        enter(v.pair()->car);
        enter(v.pair()->cdr);
      } else if (auto* vector = cast<Vector>(v)) {
        for (std::size_t k = 0; k < vector->length(); ++k) enter(vector->slots()[k]);
      } else if (auto* type = cast<RecordType>(v)) {
        enter(type->name);
        auto& fields = as<Vector>(type->fields);
        for (std::size_t k = 0; k < fields.length(); ++k) enter(fields.slots()[k]);
      }
    }
    return number;
  }
  std::uint64_t enter(Value v) {
    if (is_plain(v)) return 0;
    const auto [known, fresh] = numbers_.try_emplace(v.bits(), objects_.size());
    if (!fresh) {
      if (known->second == kRefused) throw WantsSource{};
      return known->second;
    }
    if (!may_be_kept(v)) {
      known->second = kRefused;
      throw WantsSource{};
    }
    objects_.push_back(v);
    return known->second;
  }

  void reference(Bytes& to, Value v) {
    if (!is_plain(v)) return to.number(number_of(v) + 1);
    to.number(0);
    if (v.is_fixnum()) {
      to.tag(Plain::fixnum);
      to.signed_number(v.fixnum());
    } else if (is_flonum(v)) {
      to.tag(Plain::flonum);
      const auto bits = std::bit_cast<std::uint64_t>(flonum_value(v));
      for (int shift = 0; shift < 64; shift += 8) to.byte(bits >> shift & 0xff);
    } else if (v.is_char()) {
      to.tag(Plain::character);
      to.number(v.character());
    } else if (v.is_boolean() || v == kNull || v == kUnspecified || v == kEof) {
      to.tag(Plain::constant);
      to.byte(static_cast<std::uint8_t>(v.bits() >> 8));
    } else {
      throw WantsSource{};
    }
  }

  void write_object(Value v, Bytes& shapes, Bytes& contents) {
    if (v.is_pair()) {
      shapes.tag(ObjectShape::pair);
      reference(contents, v.pair()->car);
      reference(contents, v.pair()->cdr);
    } else if (is<Symbol>(v)) {
      shapes.tag(ObjectShape::symbol);
      shapes.text(text_of(v));
    } else if (auto* s = cast<String>(v)) {
      shapes.tag(ObjectShape::string);
      shapes.byte(s->is_immutable());
      shapes.text(to_utf8(*s));
    } else if (auto* vector = cast<Vector>(v)) {
      shapes.tag(ObjectShape::vector);
      shapes.byte(vector->is_immutable());
      shapes.number(vector->length());
      for (std::size_t k = 0; k < vector->length(); ++k) reference(contents, vector->slots()[k]);
    } else if (auto* b = cast<Bytevector>(v)) {
      shapes.tag(ObjectShape::bytevector);
      shapes.byte(b->is_immutable());
      shapes.text({reinterpret_cast<const char*>(b->bytes()), b->length()});
    } else if (auto* type = cast<RecordType>(v)) {
      auto& fields = as<Vector>(type->fields);
      shapes.tag(ObjectShape::record_type);
      shapes.number(fields.length());
      reference(contents, type->name);
      for (std::size_t k = 0; k < fields.length(); ++k) {
        reference(contents, fields.slots()[k]);
        contents.byte(as<Vector>(type->mutability).slots()[k].is_true());
      }
    } else {
      shapes.tag(ObjectShape::number);
      shapes.text(number_to_text(r_.machine, v));
    }
  }

  // ---- places -------------------------------------------------------------------------

  std::uint64_t text_number(SourceText* text) {
    const auto found = std::find(texts_.begin(), texts_.end(), text);
    if (found != texts_.end()) return static_cast<std::uint64_t>(found - texts_.begin());
    if (text->is_carried()) throw WantsSource{};
    texts_.push_back(text);
    return texts_.size() - 1;
  }

  void place(Bytes& to, Span span, Place& last) {
    if (!span.known()) return to.tag(PlaceTag::none);
    const Place here{text_number(span.text), use_number(span.within), span.start};
    if (here.text == last.text && here.use == last.use) {
      to.tag(PlaceTag::near);
      to.signed_number(here.start - last.start);
    } else {
      to.tag(PlaceTag::far);
      to.number(here.text);
      to.number(here.use);
      to.number(span.start);
    }
    to.number(span.end - span.start);
    last = here;
  }

  // 0: none.  Those around a use come before it.
  std::uint64_t use_number(const Inlined* innermost) {
    std::vector<const Inlined*> fresh;
    for (const Inlined* in = innermost; in != nullptr && !use_numbers_.count(in);
         in = in->site.within)
      fresh.push_back(in);
    for (; !fresh.empty(); fresh.pop_back()) {
      const Inlined& in = *fresh.back();
      if (!in.is_macro()) throw WantsSource{};
      Bytes use;
      reference(use, in.name.pair()->car);
      Place none;
      place(use, span_from(in.name.pair()->cdr), none);
      place(use, in.site, none = {});
      uses_.append(use.take());
      use_numbers_.emplace(&in, ++use_count_);
    }
    return innermost == nullptr ? 0 : use_numbers_.at(innermost);
  }

  // ---- trees ----------------------------------------------------------------------------

  class Form {
   public:
    Form(Writer& writer, Value names) : w_(writer), work_(writer.r_.machine.heap) {
      for (; names.is_pair(); names = names.pair()->cdr) {
        const Pair& one = *names.pair()->car.pair();
        names_.emplace(one.car.bits(), one.cdr.bits());
      }
    }

    // Nothing: it wants its source.
    std::optional<std::string> write(Node* tree) {
      try {
        later(tree);
        while (!work_.empty()) node(work_.pop_back());
        Bytes all;
        all.number(defined_.size());
        for (const std::uint64_t name : defined_) all.number(name + 1);
        all.append(out_.take());
        return all.take();
      } catch (const WantsSource&) {
        return std::nullopt;
      }
    }

   private:
    void later(Node* n) { work_.push_back(n); }
    void head(TreeTag tag, const Node* n) {
      out_.tag(tag);
      w_.place(out_, n->span(), last_);
    }

    void node(Node* n) {
      switch (n->node_kind()) {
        case NodeKind::constant:
          return constant(node_cast<Constant>(n));
        case NodeKind::local_ref:
          head(TreeTag::local_ref, n);
          return out_.number(variables_.at(node_cast<LocalRef>(n).variable));
        case NodeKind::local_set:
          head(TreeTag::local_set, n);
          out_.number(variables_.at(node_cast<LocalSet>(n).variable));
          break;
        case NodeKind::global_ref:
          return global_ref(node_cast<GlobalRef>(n));
        case NodeKind::global_set:
          head(TreeTag::global_set, n);
          w_.reference(out_, wanted_name(node_cast<GlobalSet>(n).cell));
          break;
        case NodeKind::global_define:
          head(TreeTag::global_define, n);
          if (auto* c = node_if<Constant>(node_cast<GlobalDefine>(n).value, NodeKind::constant))
            types_.insert(c->value.bits());
          defined_.push_back(w_.number_of(wanted_name(node_cast<GlobalDefine>(n).cell)));
          break;
        case NodeKind::conditional:
          head(TreeTag::conditional, n);
          break;
        case NodeKind::lambda:
          lambda(node_cast<Lambda>(n));
          break;
        case NodeKind::case_lambda:
          return case_lambda(node_cast<CaseLambda>(n));
        case NodeKind::call:
          if (core_call(node_cast<Call>(n))) return;
          break;
        case NodeKind::sequence:
          head(TreeTag::sequence, n);
          out_.number(node_cast<Sequence>(n).nodes->count);
          break;
        case NodeKind::let:
          head(TreeTag::let, n);
          return binding(*node_cast<Let>(n).variables, *node_cast<Let>(n).inits,
                         node_cast<Let>(n).body);
        case NodeKind::letrec:
          head(TreeTag::letrec, n);
          return binding(*node_cast<Letrec>(n).variables, *node_cast<Letrec>(n).inits,
                         node_cast<Letrec>(n).body);
        case NodeKind::receive: {
          auto& r = node_cast<Receive>(n);
          head(TreeTag::receive, n);
          out_.number(r.variables->count);
          out_.byte(r.has_rest != 0);
          names(*r.variables);
          break;
        }
        case NodeKind::block:
        case NodeKind::exit:
          throw WantsSource{};  // the compiler's own
      }
      children(n);
    }

    // The last one pushed is the first one written.
    void children(Node* n) {
      std::vector<Node*> all;  // of a tree that the caller holds
      for_each_child(n, [&](Node*& child) { all.push_back(child); });
      for (std::size_t i = all.size(); i-- > 0;) later(all[i]);
    }

    void constant(Constant& n) {
      if (n.value == kUnbound) return head(TreeTag::no_value_yet, &n);
      // A copy of anybody else's type would be another one.
      if (is<RecordType>(n.value) && !types_.count(n.value.bits())) throw WantsSource{};
      head(TreeTag::constant, &n);
      w_.reference(out_, n.value);
    }

    void global_ref(GlobalRef& n) {
      if (const Value name = name_of(n.cell); name != kFalse) {
        head(TreeTag::global_ref, &n);
        return w_.reference(out_, name);
      }
      const auto common = find(kCommon, w_.builtin_name(n.cell));
      if (!common) throw WantsSource{};
      head(TreeTag::common_ref, &n);
      out_.number(*common);
    }

    // False: it is a call like any other, of which the head is written.
    bool core_call(Call& n) {
      auto* ref = node_if<GlobalRef>(n.procedure, NodeKind::global_ref);
      const auto core = ref == nullptr || name_of(ref->cell) != kFalse
                            ? std::nullopt
                            : find(kCoreProcedures, w_.builtin_name(ref->cell));
      if (core && !is_core_call(n, static_cast<CoreProcedure>(*core))) throw WantsSource{};
      head(core ? TreeTag::core_call : TreeTag::call, &n);
      if (core) {
        out_.number(*core);
        w_.place(out_, ref->span(), last_);
      }
      out_.number(n.arguments->count);
      if (!core) return false;
      for (std::size_t i = n.arguments->count; i-- > 0;) later((*n.arguments)[i]);
      return true;
    }

    void lambda(Lambda& l) {
      if (l.optional != 0 || l.most_rest != 0) throw WantsSource{};
      head(TreeTag::lambda, &l);
      w_.reference(out_, l.name);
      out_.number(l.required);
      out_.byte(l.has_rest != 0);
      names(*l.parameters);
    }

    void case_lambda(CaseLambda& n) {
      head(TreeTag::case_lambda, &n);
      w_.reference(out_, n.name);
      out_.number(n.clauses->count);
      for (std::size_t i = n.clauses->count; i-- > 0;) later((*n.clauses)[i]);
    }

    void binding(List<Variable>& variables, List<Node>& inits, Node* body) {
      out_.number(variables.count);
      names(variables);
      later(body);
      for (std::size_t i = inits.count; i-- > 0;) later(inits[i]);
    }

    void names(List<Variable>& variables) {
      for (Variable* v : variables) {
        variables_.emplace(v, variables_.size());
        w_.reference(out_, v->name);
      }
    }

    // What the program calls the variable, or #f.
    Value name_of(const Cell* cell) const {
      const auto found = names_.find(value_of(cell).bits());
      return found == names_.end() ? kFalse : Value::from_bits(found->second);
    }
    Value wanted_name(const Cell* cell) const {
      const Value name = name_of(cell);
      if (name == kFalse) throw WantsSource{};
      return name;
    }

    Writer& w_;
    Bytes out_;
    Place last_;
    GcVector<Node*> work_;
    std::unordered_map<const Variable*, std::uint64_t>
        variables_;                                           // of a tree that the caller holds
    std::unordered_map<std::uint64_t, std::uint64_t> names_;  // cell -> name, both of the row
    std::vector<std::uint64_t> defined_;
    std::unordered_set<std::uint64_t> types_;  // that the form defines
  };

  // Of what core forms expand to; else an empty text.
  std::string builtin_name(const Cell* cell) {
    if (!is<Symbol>(cell->name) || lookup(*r_.builtins, cell->name) != value_of(cell)) return {};
    return text_of(cell->name);
  }

  static constexpr std::uint64_t kRefused = ~std::uint64_t{0};

  Runtime& r_;
  GcVector<Value> objects_;
  GcVector<SourceText*> texts_;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers_;       // of objects that the forms keep
  std::unordered_map<const Inlined*, std::uint64_t> use_numbers_;  // of trees that the caller holds
  Bytes uses_, forms_;
  std::uint64_t use_count_ = 0, form_count_ = 0;
};

}  // namespace

std::string write_compiled(Runtime& r, SourceText& text, Value forms) {
  GcVector<Value> rows(r.machine.heap);
  for (; forms.is_pair(); forms = forms.pair()->cdr) rows.push_back(forms.pair()->car);
  Writer writer(r, text);
  while (!rows.empty()) writer.add(as<Vector>(rows.pop_back()).slots());
  return writer.finish();
}

}  // namespace fermata::scheme
