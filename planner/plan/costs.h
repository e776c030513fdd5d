#pragma once
// What a list of operations costs a database in use.
#include <string>
#include <vector>

#include "engine/operation.h"

namespace plinth {

/// One thing to know of one operation.
struct PlanHazard {
  std::size_t position = 0;  // of the operation in its list
  std::string operation, label;
  HazardKind kind = HazardKind::data_loss;
  std::string message;
  static constexpr auto fields =
      std::tuple{field("operation", &PlanHazard::operation), field("label", &PlanHazard::label),
                 field("kind", &PlanHazard::kind), field("message", &PlanHazard::message)};
};

/// What an operation costs, for those that cost anything.
struct OperationImpact {
  std::size_t position = 0;
  std::string operation, label;
  Impact impact;
  static constexpr auto fields =
      std::tuple{field("operation", &OperationImpact::operation), field("label", &OperationImpact::label),
                 field("impact", &OperationImpact::impact)};
};

/// The server that is planned for where none is named and none is there to ask.
inline constexpr int usual_server_version = 15;

/// What operations cost on the way from a schema, and what there is to know of it: each is weighed against the schema
/// just before it. Tables that the list itself creates cost nothing: they hold no rows, and nobody waits for them.
/// O(schema + operations log operations).
struct Costs {
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
};
Costs costs(const Schema& from, const std::vector<Operation>& operations, int server_version);

}  // namespace plinth
