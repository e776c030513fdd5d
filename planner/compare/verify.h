#pragma once
// Whether a live schema satisfies what a contract asks.
#include <set>

#include "planner/compare/diff.h"

namespace plinth {

/// Not strict: what the database has beyond the contract is no failure (whole objects are listed as unclaimed), except
/// row-security policies, which change what others may see. Strict: everything counts. Of what somebody else looks
/// after that is missing, or not as declared, is a failure either way (see `overlook_undeclared`). Source: Prisma Next
/// 0.16.0, db verify and db verify --strict.
enum class Strictness { tolerant, strict };

/// Kinds of things of tables (schema, table, kind) of which nothing may be left over, tolerant or not.
using Suspicions = std::set<std::vector<std::string>>;

struct Verdict {
  std::vector<IssueReport> issues;
  std::vector<std::string> unclaimed;
  bool ok() const { return issues.empty(); }
};

/// Views and sequences of their own are no part of it. O((expected + actual) log).
Verdict verify(Schema expected, Schema actual, Strictness strictness, const Suspicions& suspicions = {});

}  // namespace plinth
