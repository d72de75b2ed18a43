// What the journal keeps beside plain data: records of declared types, and secrets.
//
// In a journal's text a record is the vector #(|flow record| NAME FIELD ...) under the name that
// its type was declared with, and a secret #(|flow secret| "sealed").  Types belong to a program:
// the same name may be another type, or none, in another one.  Whoever reads a record that it
// knows no type for sees that vector.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/machine.hpp"

namespace fermata::flow {

struct DataTypes {
  vm::Handle declared;     // a parameter; its value is a list of ((name . type) ...)
  vm::Handle secret_type;  // of records with the value and the sealed text, #f for what is not known
};

inline constexpr std::string_view kRecordMark = "flow record";
inline constexpr std::string_view kSecretMark = "flow secret";

// The name that the type of a record was declared with here; #f when it was not.
vm::Value declared_name(vm::Machine& m, vm::Value type);
bool is_secret(vm::Machine& m, vm::Value v);
// Why a secret cannot be stored; nothing when it can.
std::optional<std::string> not_sealable(vm::Machine& m, vm::Value secret);
bool is_marked(vm::Machine& m, vm::Value v);  // a vector that begins as theirs do

// A copy of v in which records and secrets are vectors; v itself when it has none.
// Requires: !not_plain(m, v).
vm::Value without_records(vm::Machine& m, vm::Value v);
// The other way round; changes v.
vm::Value with_records(vm::Machine& m, vm::Value v);
// Whether a text of a journal has a secret in it.
bool holds_secret(std::string_view text);
// Whether one of its secrets was sealed under another key than this process has.
bool holds_foreign_secret(std::string_view text);
// The text of a journal as a person is to see it.
std::string presentable(std::string_view text);

}  // namespace fermata::flow
