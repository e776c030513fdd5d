#pragma once
#include <string>
#include <vector>

#include "engine/json/json.h"

namespace plinth {

/// Something that the planner cannot do, or may not do; a plan with conflicts is no plan.
enum class ConflictKind {
  type_mismatch,
  unsupported_operation,
  policy_violation,
  bad_hint,
};
inline constexpr Named<ConflictKind> conflict_kinds[] = {{"typeMismatch", ConflictKind::type_mismatch},
                                                         {"unsupportedOperation", ConflictKind::unsupported_operation},
                                                         {"policyViolation", ConflictKind::policy_violation},
                                                         {"badHint", ConflictKind::bad_hint}};
constexpr const auto& names(ConflictKind) { return conflict_kinds; }

struct Conflict {
  ConflictKind kind = ConflictKind::unsupported_operation;
  std::string summary, why, fix;
  std::vector<std::string> path;
  static constexpr auto fields =
      std::tuple{field("kind", &Conflict::kind), field("summary", &Conflict::summary), field("why", &Conflict::why),
                 field("fix", &Conflict::fix), field("path", &Conflict::path)};
};

}  // namespace plinth
