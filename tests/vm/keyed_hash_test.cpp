// Hashes under a key.
#include <catch2/catch.hpp>

#include <chrono>
#include <set>

#include "vm/keyed_hash.hpp"
#include "vm/machine.hpp"
#include "vm/string.hpp"

using namespace fermata::vm;

TEST_CASE("sip_hash gives what its definition gives", "[vm]") {
  // Computed apart from this program, from the definition: key bytes 0 to 15, input 0, 1, 2 ...
  const std::uint64_t key0 = 0x0706050403020100, key1 = 0x0f0e0d0c0b0a0908;
  std::string input;
  const std::uint64_t wanted[] = {0xabac0158050fc4dc, 0xc9f49bf37d57ca93, 0x82cb9b024dc7d44d, 0x8bf80ab8e7ddf7fb, 0xcf75576088d38328, 0xdef9d52f49533b67, 0xc50d2b50c59f22a7, 0xd3927d989bb11140, 0x369095118d299a8e, 0x25a48eb36c063de4, 0x79de85ee92ff097f, 0x70c118c1f94dc352, 0x78a384b157b4d9a2, 0x306f760c1229ffa7, 0x605aa111c0f95d34, 0xd320d86d2a519956, 0xcc4fdd1a7d908b66, 0x9cf2689063dbd80c};
  for (std::size_t i = 0; i < std::size(wanted); ++i) {
    INFO(i);
    CHECK(sip_hash(key0, key1, input) == wanted[i]);
    input.push_back(static_cast<char>(i));
  }
}

TEST_CASE("texts of any width hash alike", "[vm]") {
  Machine& m = Machine::create();
  const String& narrow = make_string(m.heap, "caf\xc3\xa9");
  String& wide = make_string(m.heap, "caf\xe2\x82\xac");
  string_set(m.heap, wide, 3, 0xe9);
  REQUIRE(wide.width() > narrow.width());
  CHECK(keyed_hash(wide) == keyed_hash(narrow));
  CHECK(keyed_hash(make_string(m.heap, "caf\xe2\x82\xac")) != keyed_hash(narrow));
  Machine::destroy(m);
}

TEST_CASE("regular keys spread over a table", "[vm]") {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t i = 0; i < 4096; ++i) hashes.insert(keyed_hash(i << 52) & 0xffff);
  CHECK(hashes.size() > 3500);
}
