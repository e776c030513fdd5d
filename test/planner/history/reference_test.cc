#include "planner/history/reference.h"

#include <doctest/doctest.h>

namespace plinth {
namespace {

const std::string first = "abcdef0" + std::string(57, '1');
const std::string second = "abcdef0" + std::string(57, '2');

Graph history() {
  return Graph({{std::string(empty_node), first, "m1", "1", "20260101T0000_init", {}},
                {first, second, "m2", "2", "20260102T0000_add", {}}});
}

const std::map<std::string, std::string> refs = {
    {"main", first}, {"release/next", second}, {"20260102T0000_add", first}, {"abcdef01", second}, {"@db", second}};

/// The hash a reference stands for, or `unknown`, or `ambiguous: ` and the meanings.
std::string resolve(std::string_view text) {
  const Reference r = resolve_reference(text, history(), refs);
  if (const auto* hash = get_if<std::string>(&r)) return *hash;
  if (holds_alternative<UnknownReference>(r)) return "unknown";
  std::string out = "ambiguous:";
  for (const auto& c : get<AmbiguousReference>(r).candidates) out += " " + c.meaning;
  return out;
}

}  // namespace

TEST_CASE("empty and full hashes") {
  CHECK(resolve("empty") == empty_node);
  CHECK(resolve("sha256:empty") == empty_node);
  CHECK(resolve(first) == first);
  CHECK(resolve("sha256:" + second) == second);
  CHECK(resolve("sha256:" + std::string(64, '0')) == "unknown");
}

TEST_CASE("packages") {
  CHECK(resolve("20260101T0000_init") == first);
  CHECK(resolve("20260101T0000_init^") == empty_node);
  CHECK(resolve("20260102T0000_add^") == first);
  CHECK(resolve("20260103T0000_none^") == "unknown");
  CHECK(resolve("main^") == "unknown");
}

TEST_CASE("refs") {
  CHECK(resolve("main") == first);
  CHECK(resolve("release/next") == second);
  CHECK(resolve("@db") == second);
  CHECK(resolve("@contract") == "unknown");
  CHECK(resolve("") == "unknown");
}

TEST_CASE("prefixes of six digits or more") {
  CHECK(resolve("abcdef02") == second);
  CHECK(resolve("sha256:abcdef02") == second);
  CHECK(resolve("abcde") == "unknown");
  CHECK(resolve("ABCDEF02") == "unknown");
  CHECK(resolve("abcdef") == "ambiguous: hash prefix of " + first + " hash prefix of " + second);
}

TEST_CASE("names that mean two contracts") {
  CHECK(resolve("20260102T0000_add") == "ambiguous: ref \"20260102T0000_add\" package \"20260102T0000_add\"");
  CHECK(resolve("abcdef01") == "ambiguous: hash prefix of " + first + " ref \"abcdef01\"");
}

}  // namespace plinth
