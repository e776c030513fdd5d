#pragma once
// Whether a live schema satisfies what a contract asks.
#include "planner/diff.h"

namespace plinth {

/// Not strict: what the database has beyond the contract is no failure (whole objects are listed as unclaimed), except
/// row-security policies, which change what others may see. Strict: everything counts.
/// Source: Prisma Next 0.16.0, db verify and db verify --strict.
enum class Strictness { tolerant, strict };

struct Verdict {
  std::vector<IssueReport> issues;
  std::vector<std::string> unclaimed;
  bool ok() const { return issues.empty(); }
};

/// O((expected + actual) log).
Verdict verify(Schema expected, Schema actual, Strictness strictness);

}  // namespace plinth
