#include "scheme/near_names.hpp"

#include <catch2/catch.hpp>

using namespace fermata::scheme;

TEST_CASE("edit distance counts changes, gaps and exchanges", "[report]") {
  CHECK(edit_distance("car", "car", 2) == 0);
  CHECK(edit_distance("car", "cdr", 2) == 1);
  CHECK(edit_distance("lenght", "length", 2) == 1);
  CHECK(edit_distance("vector", "vectors", 2) == 1);
  CHECK(edit_distance("abc", "xyz", 2) == 3);
  CHECK(edit_distance("", "ab", 2) == 2);
  CHECK(edit_distance("short", "much-longer", 2) == 3);
}

TEST_CASE("of near names the nearest are given, each once, at most three", "[report]") {
  NearNames near("string-lenght");
  for (const char* name : {"string-length", "string-length", "strong-lenghts", "string->list", "car"})
    near.offer(name);
  CHECK(near.best() == std::vector<std::string>{"string-length"});
  NearNames many("abcdef");
  for (const char* name : {"abcdeg", "abcdeh", "abcdei", "abcdej"}) many.offer(name);
  CHECK(many.best().size() == 3);
}

TEST_CASE("a very short name has no near misses", "[report]") {
  NearNames near("x");
  near.offer("y");
  CHECK(near.best().empty());
}
