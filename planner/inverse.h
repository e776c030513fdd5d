#pragma once
// The way back.
#include "planner/plan.h"

namespace plinth {

/// What the way there took away for good.
enum class LossKind {
  rows,         // of a table that was dropped
  values,       // of a column that was dropped
  converted,    // by a change of type that not every value survives
  enum_values,  // rows that held a removed value of an enum hold another one now
  transformed,  // by a data transform
  opaque        // by raw SQL, whose effect is not known
};
inline constexpr Named<LossKind> loss_kinds[] = {{"rows", LossKind::rows},
                                                 {"values", LossKind::values},
                                                 {"converted", LossKind::converted},
                                                 {"enumValues", LossKind::enum_values},
                                                 {"transformed", LossKind::transformed},
                                                 {"opaque", LossKind::opaque}};
constexpr const auto& names(LossKind) { return loss_kinds; }

/// Something of the origin that the way back cannot bring back. `path` is where it stood in the origin (for transforms
/// and raw SQL: their name), `operation` the one that took it, `slot` what has to be filled for it on the way back.
struct Loss {
  LossKind kind = LossKind::values;
  std::vector<std::string> path;
  std::string operation, message;
  std::optional<std::string> slot;
  bool operator==(const Loss&) const = default;
  static constexpr auto fields =
      std::tuple{field("kind", &Loss::kind), field("path", &Loss::path), field("operation", &Loss::operation),
                 field("message", &Loss::message), field("slot", &Loss::slot)};
};

struct Inverse {
  Plan plan;  // from where the operations lead, back to the origin
  std::vector<Loss> losses;
};

/// The way back to `origin` from where the operations lead. Renames of what lives on both sides are turned around, so
/// that it keeps its rows; the rest is planned. `destination` says where they lead when they include raw SQL that is
/// not understood; otherwise simulating them does, and `destination` must agree with it (compare with `prove` before).
/// What the way back drops is a hazard of its plan, not a loss of the way there.
/// Throws MIGRATION.NOT_APPLICABLE when the operations do not apply to the origin, ENGINE.INTERNAL when the way back
/// does not prove itself. O((origin + destination + operations) log).
Inverse invert(const Schema& origin, const std::vector<Operation>& operations, const Schema& destination);

}  // namespace plinth
