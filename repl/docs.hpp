// Documentation by name: from the tables of builtins and core forms, and from the `;;>`
// comments of the libraries that are carried along.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fermata::repl {

struct Doc {
  std::string signature;  // "(list-tail list k)"
  std::string text;
  std::string library;    // where it is defined; empty for the builtins
};

// Every documented name, the tables first; the visitor says whether to go on.
void for_each_doc(const std::function<bool(std::string_view name, const Doc&)>& visit);
std::vector<Doc> find_docs(std::string_view name);

// As ,doc and `fermata doc` show it; empty when nothing is known.
std::string doc_text(std::string_view name);

}  // namespace fermata::repl
