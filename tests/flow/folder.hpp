// Where a test keeps its stores.
#pragma once

#include <filesystem>
#include <string>

#include "flow/owner.hpp"

namespace fermata::flow {

// A folder of its own for each test, removed at the end.
struct Folder {
  std::string path;
  explicit Folder(const std::filesystem::path& place = std::filesystem::temp_directory_path())
      : path(place / ("fermata-flow-" + std::to_string(random_number()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string store() const { return path + "/flows.sqlite"; }
};

}  // namespace fermata::flow
