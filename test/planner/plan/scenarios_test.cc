// Recorded scenarios of another planner: the same descriptors, or better ones, each with its reason.
#include <doctest/doctest.h>

#include <map>

#include "planner/compare/reconcile.h"
#include "test/files.h"
#include "test/fixtures/txtar.h"
#include "test/planner/support/scenario.h"

namespace plinth {
namespace {

using namespace test;
using Lines = std::vector<std::string>;

const std::filesystem::path source = PLINTH_SOURCE_DIR;

// The reason of a plan that has the same operations in another order.
constexpr std::string_view same_operations = "phases and paths";

// The part of a golden text before its first operation: `# <reason>`, one of those of docs/decisions.md.
std::string reason_of(const std::string& text) {
  return text.starts_with("# ") ? text.substr(2, text.find('\n') - 2) : std::string();
}

std::string told(const Plan& plan) {
  std::string out;
  for (const auto& c : plan.conflicts) out.append("! ").append(c.summary).append("\n");
  for (const auto& line : brief_lines(plan.operations)) out.append(line).append("\n");
  return out;
}

Plan planned(const Scenario& s) {
  Schema expected = s.destination;
  reconcile(expected, s.origin);
  return plan(expected, s.origin);
}

bool is_blessing() { return std::getenv("PLINTH_BLESS") != nullptr; }

TEST_CASE("recorded scenarios: the same descriptors, or others for a reason that is written down") {
  const auto vectors_directory = vectors(source, "planner");
  if (!vectors_directory) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  const auto scenarios = read_scenarios(*vectors_directory / "planner-scenarios.json");
  CHECK(scenarios.size() == 114);
  const std::filesystem::path golden_file = source / "fixtures/scenarios.txtar";
  Txtar golden = parse_txtar(read_file(golden_file));
  const std::string decisions = read_file(source / "docs/decisions.md");
  std::size_t differing = 0;
  for (const auto& s : scenarios) {
    CAPTURE(s.id);
    const Plan ours = planned(s);
    const bool same = s.ok && ours.conflicts.empty() && brief_lines(ours.operations) == s.expected;
    const std::string* known = golden.find(s.id);
    if (same) {
      CHECK_MESSAGE(known == nullptr, "there is no difference any more");
      continue;
    }
    ++differing;
    const std::string reason = known != nullptr ? reason_of(*known) : "";
    const std::string text = "# " + reason + "\n" + told(ours);
    if (is_blessing()) {
      golden.set(s.id, text);
      continue;
    }
    REQUIRE(known != nullptr);
    CHECK(*known == text);
    CHECK_FALSE(reason.empty());
    if (reason == same_operations) {
      Lines theirs = s.expected, own = brief_lines(ours.operations);
      std::sort(theirs.begin(), theirs.end());
      std::sort(own.begin(), own.end());
      CHECK(own == theirs);
    }
    CHECK_MESSAGE(decisions.find("`" + s.id + "`") != std::string::npos, "docs/decisions.md does not name it");
    CHECK_MESSAGE(decisions.find(reason) != std::string::npos, reason);
  }
  if (is_blessing()) std::ofstream(golden_file, std::ios::binary) << golden.text();
  CHECK(golden.files.size() == differing);
}

}  // namespace
}  // namespace plinth
