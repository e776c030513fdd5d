#include "runner/jobs/apply_migration.h"

#include <set>

#include "engine/ops/by_hand/raw_sql.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/pipeline.h"
#include "planner/plan/typed_operation.h"
#include "planner/render/script.h"
#include "runner/files/files.h"
#include "runner/files/store.h"
#include "runner/introspect/absent_names.h"
#include "runner/introspect/settle_spellings.h"
#include "runner/jobs/run/violations.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/jobs/sources/routing.h"
#include "runner/jobs/sources/state.h"

namespace plinth {
namespace {

TimeLimits limits(const ApplyRequest& p) {
  TimeLimits out;
  out.lock = p.lock_timeout_ms.value_or(out.lock);
  out.statement = p.statement_timeout_ms;
  out.migration_lock = p.migration_lock_timeout_ms.value_or(out.migration_lock);
  return out;
}

void check_packages(const std::vector<Package>& path, const std::vector<OperationClass>& allow) {
  PlanOptions policy;
  if (!allow.empty()) policy.classes = allow;
  for (const auto& p : path) {
    check_integrity(p);
    require_filled(typed_operations(p), p.directory + "/ops.json");
    for (const auto& op : p.operations) {
      if (policy.allows(op.raw_class)) continue;
      throw Error(Code::migration_policy_violation,
                  "package \"" + p.name + "\": " + op.raw_label + " is " + std::string(name_of(op.raw_class)),
                  "The policy of this run does not allow the class.")
          .with("operationId", op.raw_id)
          .with("class", std::string(name_of(op.raw_class)));
    }
  }
}

// Does to a schema what an operation would do to the database; false for one whose effect is there already, or which
// the database would not let in.
bool rehearse_operation(const Operation& op, const Schema& destination, Schema& live) {
  try {
    apply(as_typed(op, destination), live);
    return true;
  } catch (const Error& e) {
    if (e.code() != Code::migration_not_applicable) throw;
    return false;
  }
}

// What a run would do, told by simulating its operations on the live schema. Takes no lock and changes nothing.
ApplyResult rehearse(Connection& connection, const std::string& space, const std::vector<Package>& path,
                     ApplyResult out) {
  out.outcome = ApplyOutcome::dry_run;
  const Contract destination = end_contract_of(path.back());
  Schema wanted = contract_schema(destination);
  Schema live = introspect(connection, {schema_names(wanted)}).schema;
  settle_spellings(connection, wanted, live);
  std::vector<Operation> all;
  for (const auto& p : path) {
    refuse_transaction_commands(p.operations, p.directory + "/ops.json");
    PackageOutcome& outcome =
        out.packages.emplace_back(PackageOutcome{space == app_space ? std::nullopt : std::optional(space),
                                                 p.name,
                                                 p.manifest.migration_hash,
                                                 p.manifest.from,
                                                 p.manifest.to,
                                                 {}});
    const Schema destination_of_package = p.end_contract ? contract_schema(end_contract_of(p)) : wanted;
    for (auto& op : typed_operations(p)) {
      outcome.operations.push_back({id(op), label(op), !rehearse_operation(op, destination_of_package, live)});
      all.push_back(std::move(op));
    }
  }
  Verdict verdict = verify(std::move(wanted), std::move(live), Strictness::tolerant);
  out.issues = std::move(verdict.issues);
  out.unclaimed = std::move(verdict.unclaimed);
  out.preview = preview(all);
  return out;
}

void count(ApplyResult& out) {
  for (const auto& p : out.packages) {
    for (const auto& op : p.operations) ++(op.skipped ? out.skipped : out.executed);
  }
}

ApplyResult finish(JobContext& context, LockedSession& session, const std::vector<Package>& path, const ApplyRequest& p,
                   ApplyResult out) {
  const RunOptions options{p.strict ? Strictness::strict : Strictness::tolerant, p.commit};
  if (p.commit == CommitScope::run) require_one_transaction(path);
  RunReport report = run_packages(context, session, path, options);
  out.outcome = ApplyOutcome::applied;
  out.packages = std::move(report.packages);
  out.unclaimed = std::move(report.unclaimed);
  out.invariants = std::move(report.marker.invariants);
  count(out);
  return out;
}

ApplyResult starting_at(const std::optional<Marker>& marker, const std::string& to) {
  ApplyResult out;
  if (marker) {
    out.from = marker->core_hash;
    out.invariants = marker->invariants;
  }
  out.to = to;
  return out;
}

// A package alone: the database must stand where it starts.
std::vector<Package> only(const Package& package, const std::optional<Marker>& marker) {
  const std::string at = node_at(marker);
  const bool self_edge = node_of(package.manifest.from) == node_of(package.manifest.to);
  if (at == node_of(package.manifest.to) && !self_edge) return {};
  if (at == node_of(package.manifest.from)) return {package};
  throw Error(Code::migration_marker_origin_mismatch,
              "package \"" + package.name + "\" starts at " + package.manifest.from.value_or("an empty database") +
                  ", the database is at " + (marker ? marker->core_hash : "no contract"),
              "The package was planned for another state.")
      .with("expected", package.manifest.from.value_or("empty"))
      .with("marker", marker ? marker->core_hash : "none");
}

void note_spelling(const std::optional<Marker>& marker, ApplyResult& out) {
  const ContractEra wanted = era_of_hash(out.to);
  if (!marker || era_of_hash(marker->core_hash) == wanted) return;
  Warning w;
  w.code = WarningCode::marker_spelling;
  w.message = wanted == ContractEra::prisma_next
                  ? "the marker is spelt as Prisma 8 spells hashes, which Prisma Next 0.16 refuses; "
                  : "the marker is spelt with sha256:, which Prisma 8 refuses; ";
  w.message += "markMigrationApplied with the package that leads to " + out.to +
               " spells it anew, as `db sign` does; the next migration does so, too";
  out.warnings.push_back(std::move(w));
}

// `choose` picks the packages once the marker is known; it is asked under the lock.
template <class Choose>
ApplyResult apply_packages(JobContext& context, Connection& connection, const ApplyRequest& p, const Space& space,
                           const Contract& destination, Choose choose) {
  const auto answer_of = [&](const std::optional<Marker>& marker, const std::vector<Package>& path) {
    return starting_at(marker, path.empty() ? destination.stored.storage_hash : path.back().manifest.to);
  };
  if (p.dry_run) {
    const auto marker = read_marker(connection, space.id);
    const std::vector<Package> path = choose(marker);
    check_packages(path, p.allow);
    ApplyResult out = answer_of(marker, path);
    return path.empty() ? out : rehearse(connection, space.id, path, std::move(out));
  }
  LockedSession session(context, connection, destination, space.id, limits(p));
  const std::vector<Package> path = choose(session.marker());
  ApplyResult out = answer_of(session.marker(), path);
  if (path.empty()) {
    note_spelling(session.marker(), out);
    return out;
  }
  check_packages(path, p.allow);
  return finish(context, session, path, p, std::move(out));
}

ApplyResult apply_one(JobContext& context, const ApplyRequest& p) {
  const Package package = load_package(*p.package);
  check_packages({package}, p.allow);
  const Contract destination = end_contract_of(package);
  Connection connection = context.connect(p.url);
  return apply_packages(context, connection, p, space_of_package(package.directory), destination,
                        [&](const std::optional<Marker>& marker) { return only(package, marker); });
}

// The contract of a node to which a package leads.
std::optional<Contract> contract_at(const History& history, const std::string& node) {
  const auto last = std::find_if(history.packages.begin(), history.packages.end(),
                                 [&](const PackageEntry& k) { return node_of(k.manifest.to) == node; });
  return last != history.packages.end() ? std::optional(end_contract_of(load_package(last->directory))) : std::nullopt;
}

// A package whose files were changed after it was applied: other databases would get something else.
void refuse_changed(Connection& connection, const History& history) {
  if (!has_ledger(connection)) return;
  std::map<std::string, std::set<std::string>> applied;
  for (const auto& e : read_ledger(connection, history.space.id)) {
    if (!e.migration_name.empty()) applied[e.migration_name].emplace(bare_hash(e.migration_hash));
  }
  for (const auto& p : history.packages) {
    const auto hashes = applied.find(p.name);
    if (hashes == applied.end() || hashes->second.count(std::string(bare_hash(p.manifest.migration_hash))) > 0)
      continue;
    throw Error(Code::migration_changed_after_apply, "package \"" + p.name + "\" was changed after it was applied")
        .at(p.directory + "/migration.json")
        .with("applied", spelt(*hashes->second.begin(), era_of_hash(p.manifest.migration_hash)))
        .with("migrationHash", p.manifest.migration_hash);
  }
}

ApplyResult apply_space(JobContext& context, Connection& connection, const History& history, const ApplyRequest& p) {
  const auto reference = is_extension(history.space) ? std::optional<std::string>() : p.target;
  // Which packages are newest may depend on where the database is; under the lock that is asked again.
  const auto seen = read_marker(connection, history.space.id);
  const Destination wanted = target_of(history, reference, seen);
  const auto destination = contract_at(history, wanted.node);
  const bool arrived = wanted.node == node_at(seen) && missing_invariants(wanted, seen).empty();
  if (!destination && arrived) return starting_at(seen, seen ? seen->core_hash : "");
  if (!destination) {
    throw Error(Code::migration_path_unreachable, "no package leads to the target").with("to", wanted.node);
  }
  return apply_packages(context, connection, p, history.space, *destination, [&](const std::optional<Marker>& marker) {
    const std::vector<Edge> path = route(history, marker, target_of(history, reference, marker));
    if (!path.empty() && p.changed == ChangedPackages::refuse) refuse_changed(connection, history);
    return packages_on(path, history);
  });
}

// What can be known of a space before a run is looked at before any space is committed.
void check_space(Connection& connection, const History& history, const ApplyRequest& p) {
  const auto reference = is_extension(history.space) ? std::optional<std::string>() : p.target;
  const auto seen = read_marker(connection, history.space.id);
  const std::vector<Edge> path = route(history, seen, target_of(history, reference, seen));
  if (path.empty()) return;
  if (p.changed == ChangedPackages::refuse) refuse_changed(connection, history);
  check_packages(packages_on(path, history), p.allow);
}

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// The result of several spaces: where the application is, and what was done in all of them.
void add_space(ApplyResult space, ApplyResult& out) {
  append(out.packages, space.packages);
  append(out.preview, space.preview);
  append(out.issues, space.issues);
  append(out.warnings, space.warnings);
  append(out.unclaimed, space.unclaimed);
  out.executed += space.executed;
  out.skipped += space.skipped;
  if (out.outcome == ApplyOutcome::up_to_date) out.outcome = space.outcome;
  out.from = std::move(space.from);
  out.to = std::move(space.to);
  out.invariants = std::move(space.invariants);
}

// The extensions, then the application.
ApplyResult apply_history(JobContext& context, const ApplyRequest& p) {
  if (path_kind(*p.migrations) == PathKind::missing) require_space(*p.migrations);
  std::vector<History> histories;
  for (const auto& space : spaces_at(*p.migrations)) {
    if (!is_extension(space)) require_packages(space.directory);
    History history = load_history(space);
    if (!history.packages.empty()) histories.push_back(std::move(history));
  }
  Connection connection = context.connect(p.url);
  if (histories.size() == 1) return apply_space(context, connection, histories.front(), p);
  for (const auto& history : histories) check_space(connection, history, p);
  ApplyResult out;
  for (const auto& history : histories) {
    try {
      add_space(apply_space(context, connection, history, p), out);
    } catch (Error& e) {
      std::vector<std::string> applied;
      for (const auto& package : out.packages) applied.push_back(package.name);
      if (!applied.empty() && !p.dry_run) e.with("appliedBefore", applied);
      throw;
    }
  }
  return out;
}

// What no policy allows comes before what this one forbids.
[[noreturn]] void refuse_conflicts(const std::vector<Conflict>& conflicts) {
  const auto first = std::find_if(conflicts.begin(), conflicts.end(),
                                  [](const Conflict& c) { return c.kind != ConflictKind::policy_violation; });
  if (first == conflicts.end()) {
    throw Error(Code::migration_policy_violation, conflicts.front().summary,
                "The change needs more than this run may do; meta.conflicts names everything.")
        .with_json("conflicts", to_json(conflicts));
  }
  throw Error(Code::migration_conflict, first->summary, first->why)
      .fix(first->fix)
      .with_json("conflicts", to_json(conflicts));
}

// A plan made under the lock, from the live schema to the contract, and applied at once.
Package plan_now(Connection& connection, const std::optional<Marker>& marker, const Contract& contract,
                 const ApplyRequest& p) {
  Side wanted{contract_schema(contract), contract};
  const auto followed = marker ? kept_contract(connection, marker->core_hash) : std::nullopt;
  Start start;
  if (followed) start = {&*followed, contract_schema(*followed)};
  std::vector<std::string> schemas = schema_names(wanted.schema);
  if (!schemas.empty()) add_schemas(schemas, start.schema);
  Introspection seen = introspect(connection, {schemas});
  Side found{std::move(seen.schema), {}, true};
  found.dependents = std::move(seen.dependents);
  PlanRequest request;
  request.allow = p.allow;
  if (p.allow.empty()) request.allow = {OperationClass::additive, OperationClass::widening};
  request.extras = p.extras;
  request.dependents = p.dependents;
  request.server_version = major_version(connection);
  request.start = std::move(start);
  request.hints = p.hints;
  request.follows_mappings = p.mappings == Mappings::follow;
  request.settle_spellings = [&](Schema& stated, const Schema& live) { settle_spellings(connection, stated, live); };
  request.absent_names = [&](const std::vector<MentionedName>& names) { return absent_names(connection, names); };
  Plan made = plan(found, wanted, request);
  if (!made.conflicts.empty()) refuse_conflicts(made.conflicts);
  if (!made.operations.empty()) fill_slots(made, p.slots);
  count_violations(connection, made, Counting::estimate);
  if (p.consent) p.consent(made);
  require_filled(made.operations, "");
  Package out;
  out.manifest.to = contract.stored.storage_hash;
  out.manifest.migration_hash = contract.stored.storage_hash;
  out.operations = stored_forms(made.operations);
  out.end_contract = contract.text;
  return out;
}

ApplyResult apply_contract(JobContext& context, const ApplyRequest& p) {
  const Contract contract = read_contract(*p.contract);
  Connection connection = context.connect(p.url);
  if (p.dry_run) {
    const auto marker = read_marker(connection, app_space);
    ApplyResult out = starting_at(marker, contract.stored.storage_hash);
    return rehearse(connection, std::string(app_space), {plan_now(connection, marker, contract, p)}, std::move(out));
  }
  LockedSession session(context, connection, contract, std::string(app_space), limits(p));
  ApplyResult out = starting_at(session.marker(), contract.stored.storage_hash);
  Package package = plan_now(connection, session.marker(), contract, p);
  require_one_transaction({package});
  package.manifest.from = out.from;
  package.manifest.provided_invariants = provided_invariants(package.operations);
  const bool arrived = out.from && bare_hash(*out.from) == bare_hash(out.to) &&
                       session.marker()->profile_hash == contract.stored.profile_hash;
  if (package.operations.empty() && arrived) return out;
  return finish(context, session, {package}, p, std::move(out));
}

}  // namespace

ApplyResult apply_migration(JobContext& context, const ApplyRequest& p) {
  const int given = (p.package ? 1 : 0) + (p.migrations ? 1 : 0) + (p.contract ? 1 : 0);
  if (given != 1 || (p.target && !p.migrations)) {
    throw Error(Code::rpc_invalid_params, "say what to apply: package, migrations (with target), or contract",
                "Exactly one of them must be given; target goes with migrations.");
  }
  if (p.package) return apply_one(context, p);
  return p.migrations ? apply_history(context, p) : apply_contract(context, p);
}

}  // namespace plinth
