#pragma once
// Whether a live schema is what a contract asks for.
#include "engine/contract/contract.h"
#include "planner/compare/verify.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Compares the live schema with a contract. Throws MIGRATION.SCHEMA_VERIFY_FAILED with all issues in meta.
/// Returns the unclaimed objects.
std::vector<std::string> verify_live(Connection& connection, const Contract& contract, Strictness strictness,
                                     const Suspicions& suspicions = {});

/// The verdict, without throwing.
Verdict live_verdict(Connection& connection, const Contract& contract, Strictness strictness,
                     const Suspicions& suspicions = {});

}  // namespace plinth
