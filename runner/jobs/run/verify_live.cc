#include "runner/jobs/run/verify_live.h"

#include "planner/compare/contract_schema.h"
#include "runner/introspect/introspect.h"
#include "runner/introspect/settle_spellings.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

Verdict live_verdict(Connection& connection, const Contract& contract, Strictness strictness,
                     const Suspicions& suspicions) {
  Schema wanted = contract_schema(contract);
  const std::vector<std::string> schemas = schema_names(wanted);
  // A contract without a single namespace asks for nothing; an empty list would read everything.
  if (schemas.empty() && strictness == Strictness::tolerant) return {};
  Schema live = introspect(connection, {schemas}).schema;
  settle_spellings(connection, wanted, live, strictness == Strictness::strict ? Belief::none : Belief::hashed_names);
  return verify(std::move(wanted), std::move(live), strictness, suspicions);
}

std::vector<std::string> verify_live(Connection& connection, const Contract& contract, Strictness strictness,
                                     const Suspicions& suspicions) {
  Verdict verdict = live_verdict(connection, contract, strictness, suspicions);
  if (verdict.ok()) return std::move(verdict.unclaimed);
  throw Error(Code::migration_schema_verify_failed,
              "the database does not satisfy the contract: " + verdict.issues.front().message +
                  (verdict.issues.size() > 1 ? " (and " + std::to_string(verdict.issues.size() - 1) + " more)" : ""),
              "Something differs that the migration did not settle; the issues are in meta.")
      .with("contract", contract.stored.storage_hash)
      .with_json("issues", to_json(verdict.issues));
}

}  // namespace plinth
