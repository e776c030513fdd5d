#include "runner/jobs/plan_migration.h"

#include "planner/compare/contract_schema.h"
#include "runner/jobs/report/created_at.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {
namespace {

// The contract that a live database keeps for its marker, as the start of a package.
std::optional<Contract> kept_contract(State& from) {
  if (!from.connection || !from.hash || !from.warnings.empty()) return {};
  const auto text = read_stored_contract(*from.connection, *from.hash);
  return text ? std::optional(parse_contract(*text)) : std::nullopt;
}

// A package that is planned on a live database leads from there. Whether it also leads from the contract that it names
// as its start is another question: the database may have drifted, or followed no contract.
std::optional<Warning> stray(const Contract* start, const Plan& made, const Schema& destination) {
  const Proof proof =
      prove(start != nullptr ? contract_schema(*start) : Schema(), made.operations, destination, Leftovers::extensions);
  if (proof.ok || !proof.opaque.empty()) return {};
  const std::string what = proof.broken ? *proof.broken : proof.issues.front().message;
  return Warning{WarningCode::leads_from_database_only,
                 std::string("the package leads from this database, but not from ") +
                     (start != nullptr ? "the contract that it starts from" : "an empty one") + ": " + what,
                 {},
                 {},
                 {}};
}

PlanRequest request_of(const PlanMigrationRequest& p, State& from, State& to, const Contract* start) {
  PlanRequest out{p.allow, p.forbid, p.online};
  out.server_version = server_version(p.server_version, from);
  out.extras = p.extras;
  out.hints = p.hints;
  out.follows_mappings = p.mappings == Mappings::follow;
  out.suggests = true;
  out.start = start;
  out.settle_defaults = settling(from, to);
  return out;
}

const Contract& contract_to_write(const State& to) {
  if (to.contract) return *to.contract;
  throw Error(Code::rpc_invalid_params, "a package leads to a contract",
              "The plan leads to a database, or to nothing; no contract says what a run would have to verify.")
      .fix("Leave out write, or name a contract, a package or a ref as `to`.");
}

}  // namespace

PlanMigrationResult plan_migration(JobContext& context, const PlanMigrationRequest& p) {
  const auto write = new_package(p.write);
  const std::string created_at = created_at_or_now(p.created_at);
  auto [from, to] = read_states(context, p.from, p.to);
  if (write) contract_to_write(to);
  const auto kept = kept_contract(from);
  const Contract* start = from.contract ? &*from.contract : kept ? &*kept : nullptr;
  const Contract* end = to.contract ? &*to.contract : nullptr;
  Plan made = plan(from, to, request_of(p, from, to, start));
  fill_slots(made.operations, p.slots);
  made.placeholders = open_slots(made.operations);
  std::vector<Violations> violations;
  if (from.connection) violations = count_violations(*from.connection, made, p.counting);
  const bool ok = made.conflicts.empty();
  PlanMigrationResult out{
      plan_answer(made),       ok, ok && made.operations.empty(), from.hash, to.hash, std::move(violations),
      std::move(made.warnings)};
  for (const State* s : {&from, &to}) out.warnings.insert(out.warnings.end(), s->warnings.begin(), s->warnings.end());
  out.renderings = render(p.render, made, {write ? write->name : "Migration", out.from, out.to}, start, end);
  if (!write || !out.ok) return out;
  const bool same = out.from && out.to && bare_hash(*out.from) == bare_hash(*out.to);
  if (same && !made.needs_data_migration()) {
    out.warnings.push_back(
        {WarningCode::unchanged, "the contract has not changed: no package was written", {}, {}, {}});
    return out;
  }
  if (from.live) {
    if (auto strays = stray(start, made, to.schema)) out.warnings.push_back(std::move(*strays));
  }
  out.package = write_package(*write, made.operations, out.from, start, *end, created_at);
  return out;
}

}  // namespace plinth
