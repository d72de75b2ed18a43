// What the flow natives share: texts and vectors between Scheme and the store, and the store's
// answers as conditions.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "flow/commands.hpp"
#include "flow/service.hpp"
#include "vm/native.hpp"

namespace fermata::flow {

std::string text_of(vm::Value v);  // of a symbol or a string; else ""
vm::Value string_of(vm::Machine& m, std::string_view text);
vm::Value symbol_of(vm::Machine& m, std::string_view text);
vm::Value vector_of(vm::Machine& m, std::initializer_list<vm::Value> items);
// #(message kind strand ordinal name value) ..., in their order.
vm::Outcome letters_of(vm::Machine& m, const std::vector<Message>& messages);
// A value of the journal.
vm::Outcome decode(vm::Machine& m, std::string_view text);

vm::Outcome refuse(vm::Machine& m, vm::ConditionKind kind, std::string_view message);
// An answer that is no success, as a condition.
vm::Outcome refuse(vm::Machine& m, Answer answer, const Store& store, std::string_view problem);
inline vm::Outcome refuse(vm::Machine& m, Answer answer, const Store& store) {
  return refuse(m, answer, store, store.error());
}
// A text that was made; or, without its last line end, why it was not.
vm::Outcome shown_text(vm::Machine& m, const Shown& shown);
vm::Outcome not_open(vm::Machine& m);
vm::Outcome no_store(vm::Machine& m, vm::Fixnum number);

inline Store* find_store(vm::Machine& m, vm::Fixnum number) {
  return Service::find(m)->store(number);
}
inline Journal* find_journal(vm::Machine& m, vm::Fixnum number) {
  return Service::find(m)->journal(number);
}

}  // namespace fermata::flow
