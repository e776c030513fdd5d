#pragma once
// The recorded planner scenarios: two neutral contracts, and what another planner made of them.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "planner/plan/pipeline.h"

namespace plinth::test {

struct Scenario {
  std::string id;
  Schema origin, destination;
  bool ok = true;                     // whether the other planner found no conflict
  std::vector<std::string> expected;  // its descriptors, as `brief_lines` writes them
};

/// All of them, in the order of the file.
std::vector<Scenario> read_scenarios(const std::filesystem::path& file);

/// Operations in a few words each: `addColumn user.name nullable`, `createIndex post(userId)`.
std::vector<std::string> brief_lines(const std::vector<Operation>& operations);

}  // namespace plinth::test
