// Where a flow's program names what a record tells of: "order.scm:22".
//
// Records hold names, not places, so that a program may be edited; the program itself is in the
// store.  A name is looked for where operations stand, as `(step 'NAME` or `(define (NAME`, in the
// text alone, so looking at a flow needs no interpreter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flow/store.hpp"

namespace fermata::flow {

class SourceLines {
 public:
  SourceLines(Store& store, const std::string& program_hash);
  // Empty when it is nowhere to be found; with dots behind it when there are several such places.
  std::string place_of(const Record& record, const std::string& flow) const;

 private:
  struct File {
    std::string name, text;
  };
  std::string find(std::string_view before, std::string_view name) const;
  std::vector<File> files_;
};

}  // namespace fermata::flow
