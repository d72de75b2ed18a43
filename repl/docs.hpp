// Documentation by name: from the tables of builtins and core forms, and from the `;;>`
// comments of the libraries that are carried along.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::repl {

struct Doc {
  std::string signature;  // "(list-tail list k)"; one a line where there are several
  std::string text;
  std::string library;    // where it is defined; empty for the builtins
};

// Every documented name, the tables first; the visitor says whether to go on.
void for_each_doc(const std::function<bool(std::string_view name, const Doc&)>& visit);

// The procedures of the homogeneous vectors are documented once for all types, with @ in
// the place of the type: f64vector-map as @vector-map.
struct Family {
  std::string name;  // "@vector-map"
  std::string type;  // "f64"
};
std::optional<Family> family_of(std::string_view name);
Doc member_doc(const Doc& doc, const Family& family);

std::vector<Doc> find_docs(std::string_view name);

// As ,doc and `fermata doc` show it; empty when nothing is known.
std::string doc_text(std::string_view name);
// What is said then: that nothing is known, and which names are near.
std::string undocumented_text(std::string_view name);

}  // namespace fermata::repl
