// A case-lambda has an arity for each clause; all else has one.
#include "vm/arity_text.hpp"

#include <algorithm>

namespace fermata::vm {

namespace {

Arity arity_of(const Code& code) {
  return {static_cast<int>(code.required()),
          static_cast<int>(code.optional() + code.most_rest()),
          code.rest() && code.most_rest() == 0};
}

std::string range_text(const Arity& a) {
  if (a.rest) return "at least " + std::to_string(a.required);
  if (a.optional == 0) return std::to_string(a.required);
  return std::to_string(a.required) + " to " + std::to_string(a.required + a.optional);
}

}  // namespace

std::vector<Arity> arities(Value procedure) {
  if (const auto* n = cast<Native>(procedure))
    return {{n->row->required, n->row->optional, n->row->rest}};
  if (const auto* c = cast<Closure>(procedure)) return {arity_of(*c->code)};
  if (is<Parameter>(procedure)) return {{0, 0, false}};
  std::vector<Arity> all;
  if (const auto* cases = cast<CaseLambda>(procedure)) {
    auto& clauses = as<Vector>(cases->clauses);
    for (std::size_t i = 0; i < clauses.length(); ++i)
      all.push_back(arity_of(*as<Closure>(clauses.slots()[i]).code));
  }
  return all;
}

bool accepts(const std::vector<Arity>& all, std::size_t given) {
  return std::any_of(all.begin(), all.end(), [given](const Arity& a) {
    return given >= static_cast<std::size_t>(a.required) &&
           (a.rest || given <= static_cast<std::size_t>(a.required + a.optional));
  });
}

std::string arguments_text(const std::vector<Arity>& all) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i)
    text += (i == 0 ? "" : i + 1 == all.size() ? " or " : ", ") + range_text(all[i]);
  if (text == "0") return "no arguments";
  return text + (text == "1" || text == "at least 1" ? " argument" : " arguments");
}

}  // namespace fermata::vm
