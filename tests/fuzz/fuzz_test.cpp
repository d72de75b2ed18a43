// The fuzzers' targets without a fuzzer: the seeds as they are, then changed from a fixed seed.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/fuzz/targets.hpp"

using namespace fermata;

namespace {

std::vector<std::string> seeds(std::string_view target) {
  const char* root = std::getenv("FERMATA_ROOT");
  const auto folder =
      std::filesystem::path(root ? root : ".") / "tests" / "fuzz" / "corpus" / target;
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    texts.push_back(text.str());
  }
  std::sort(texts.begin(), texts.end());  // folders have no order
  return texts;
}

// Bytes changed, taken out, put in; pieces of another seed.
std::string changed(std::string text, const std::vector<std::string>& all, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (std::size_t i = 1 + below(4); i > 0; --i) {
    const std::size_t at = below(text.size() + 1);
    switch (below(5)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + below(6));
        break;
      case 2:
        text.insert(at, 1, "()#\\\"'|;.0@ \xce"[below(13)]);
        break;
      case 3:
        text.insert(at, text.substr(below(text.size() + 1), below(20)));
        break;
      default: {
        const std::string& other = all[below(all.size())];
        text.insert(at, other.substr(below(other.size() + 1), below(40)));
      }
    }
  }
  return text;
}

#if defined(FERMATA_HOSTILE)
constexpr int kRounds = 3;
#else
constexpr int kRounds = 1500;
#endif

}  // namespace

TEST_CASE("what is fuzzed takes the seeds, and changed ones", "[fuzz]") {
  for (const fuzz::Target& target : fuzz::kTargets) {
    INFO(target.name);
    const std::vector<std::string> all = seeds(target.name);
    CHECK(all.size() >= 3);
    for (const std::string& text : all) target.run(text);
    std::mt19937 random(20);
    for (int i = 0; i < kRounds; ++i)
      target.run(changed(all[static_cast<std::size_t>(i) % all.size()], all, random));
  }
}
