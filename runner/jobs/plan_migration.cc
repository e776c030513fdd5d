#include "runner/jobs/plan_migration.h"

#include "planner/compare/contract_schema.h"
#include "runner/files/files.h"
#include "runner/files/store.h"
#include "runner/introspect/introspect.h"
#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

// The contract that a live database follows, as the start of a package.
std::optional<Contract> followed_contract(State& from) {
  if (!from.connection || !from.hash || !from.warnings.empty()) return {};
  auto kept = kept_contract(*from.connection, *from.hash);
  if (kept) return kept;
  Warning& warning = from.warnings.emplace_back();
  warning.code = WarningCode::start_unknown;
  warning.message = "the database follows " + *from.hash +
                    " and keeps no copy of it: what that contract named is taken "
                    "for unclaimed, no mapping renames anything, and a package has no start-contract.json; plan from "
                    "that contract to have all of it";
  return {};
}

// What the contract of the origin named is dropped where the next one does not name it, in whatever schema it is.
void read_schemas_of(const Schema& start, const PlanMigrationRequest& p, State& from, const State& to) {
  const auto* database = get_if<DatabaseState>(&p.from);
  if (database == nullptr || !database->schemas.empty() || !to.contract) return;
  std::vector<std::string> names = schema_names(to.schema);
  const std::size_t read = names.size();
  add_schemas(names, start);
  if (read == 0 || names.size() == read) return;
  Introspection found = introspect(*from.connection, {names});
  from.schema = std::move(found.schema);
  from.dependents = std::move(found.dependents);
  from.unmodeled = std::move(found.unmodeled);
}

// A package that is planned on a live database leads from there. Whether it also leads from the contract that it names
// as its start is another question: the database may have drifted, or followed no contract.
std::optional<Warning> stray(const Start& start, const State& from, const Plan& made, const Schema& destination) {
  Warning out;
  out.code = WarningCode::leads_from_database_only;
  if (start.contract == nullptr && from.hash) return {};  // startUnknown says more
  Schema stated = destination;
  forget_unmanaged_kinds(stated);  // they were taken from the database
  const Proof proof = prove(start.schema, made.operations, stated, Leftovers::extensions);
  if (proof.ok || !proof.opaque.empty()) return {};
  const std::string what = proof.broken ? *proof.broken : proof.issues.front().message;
  out.message = std::string("the package leads from this database, but not from ") +
                (start.contract != nullptr ? "the contract that it starts from" : "an empty one") + ": " + what;
  return out;
}

// The first package of a database that was made without one: what leads to its contract comes before it, as Prisma Next
// writes it. A history that begins in the middle leads nowhere for it.
std::optional<WrittenPackage> write_baseline(const WriteRequest& request, const Start& start,
                                             const std::string& created_at, std::vector<Warning>& warnings) {
  if (!package_directories(request.migrations).empty()) return {};
  Side nothing, to{start.schema, *start.contract};
  nothing.empty = true;
  const Plan way = plan(nothing, to, {});
  if (way.conflicts.empty()) {
    return write_package({request.migrations, "baseline"}, way.operations, {}, nullptr, *start.contract,
                         a_minute_before(created_at));
  }
  Warning& warning = warnings.emplace_back();
  warning.code = WarningCode::no_baseline;
  warning.message = "no package leads to the contract that this one starts from, and none can be planned: " +
                    way.conflicts.front().summary;
  return {};
}

PlanRequest request_of(const PlanMigrationRequest& p, State& from, State& to, const Start& start) {
  PlanRequest out{p.allow, p.forbid, p.online};
  out.server_version = server_version(p.server_version, from);
  out.extras = p.extras;
  out.dependents = p.dependents;
  out.hints = p.hints;
  out.follows_mappings = p.mappings == Mappings::follow;
  out.suggests = true;
  out.start = start;
  out.settle_spellings = settling(from, to);
  out.absent_names = absent_names_of(from);
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
  const auto followed = followed_contract(from);
  Start start{from.contract ? &*from.contract : followed ? &*followed : nullptr};
  if (followed) {
    start.schema = contract_schema(*followed);
    read_schemas_of(start.schema, p, from, to);
  }
  const Contract* end = to.contract ? &*to.contract : nullptr;
  Plan made = plan(from, to, request_of(p, from, to, start));
  if (p.online && from.connection) propose_batches(*from.connection, made, p.batch_above);
  fill_slots(made, p.slots);
  std::vector<Violations> violations;
  if (from.connection) violations = count_violations(*from.connection, made, p.counting);
  PlanMigrationResult out;
  static_cast<PlanAnswer&>(out) = plan_answer(made);
  out.ok = made.conflicts.empty();
  out.no_op = out.ok && made.operations.empty();
  out.from = from.hash;
  out.to = to.hash;
  out.violations = std::move(violations);
  out.warnings = std::move(made.warnings);
  for (const State* s : {&from, &to}) out.warnings.insert(out.warnings.end(), s->warnings.begin(), s->warnings.end());
  out.renderings = render(p.render, made, {write ? write->name : "Migration", out.from, out.to}, start.contract, end);
  if (!write || !out.ok) return out;
  const bool same = out.from && out.to && bare_hash(*out.from) == bare_hash(*out.to);
  if (same && !made.needs_data_migration()) {
    out.warnings.push_back(
        {WarningCode::unchanged, "the contract has not changed: no package was written", {}, {}, {}});
    return out;
  }
  if (from.live) {
    if (auto strays = stray(start, from, made, to.schema)) out.warnings.push_back(std::move(*strays));
    if (start.contract != nullptr) out.baseline = write_baseline(*write, start, created_at, out.warnings);
  }
  try {
    out.package = write_package(*write, made.operations, out.from, start.contract, *end, created_at);
  } catch (...) {
    if (out.baseline) remove_directory(out.baseline->dir);
    throw;
  }
  return out;
}

}  // namespace plinth
