#pragma once
// A range of migrations as one.
#include "planner/plan/plan.h"
#include "planner/plan/proof.h"

namespace plinth {

/// One migration of a range. `to` is what its end contract asks for.
struct Link {
  std::string name;
  std::vector<Operation> operations;
  Schema to;
};

/// An operation of the range that is not part of the result, and why.
struct Omitted {
  std::string package, operation, label;
  std::optional<std::string> invariant_id;
  std::string why;
  static constexpr auto fields = std::tuple{field("package", &Omitted::package),
                                            field("operation", &Omitted::operation), field("label", &Omitted::label),
                                            field("invariantId", &Omitted::invariant_id), field("why", &Omitted::why)};
};

struct Squash {
  std::vector<Conflict> conflicts;  // of a baseline: all of them; when there is one, there are no operations
  std::vector<Operation> operations;
  std::vector<Omitted> omitted;
  std::vector<std::string> warnings;
  Proof proof;  // that the operations lead where the range leads
};

/// The links, which follow one another from `from`, as one list. Data transforms, raw SQL and changes of type that may
/// change values stay, in their order. What stands between two of them is planned anew where that takes fewer
/// operations, no new transform, and lets the rows fare alike: what is added and dropped again vanishes, changes of one
/// thing become one change; what has happened already, and a run would skip, is left out. Names and invariants that
/// occur twice are given once.
/// Throws MIGRATION.NOT_PROVEN for a link that does not lead where it says. O((schemas + operations) log) a link.
Squash squash(const Schema& from, const std::vector<Link>& links);

/// The way from nothing to where the links lead, planned at once. Transforms and raw SQL are left out and named. A
/// column of a type that only they make is a conflict. O((schema + operations) log).
Squash baseline(const std::vector<Link>& links);

}  // namespace plinth
