#include "planner/commit_groups.h"
#include "planner/expected.h"
#include "planner/plan.h"
#include "planner/recognize.h"
#include "planner/render/script.h"
#include "rpc/compare.h"
#include "rpc/define_method.h"
#include "rpc/history.h"
#include "rpc/migration_run.h"
#include "rpc/slots.h"
#include "rpc/state.h"
#include "rpc/violations.h"
#include "rpc/written_defaults.h"
#include "runner/store.h"

namespace plinth {
namespace {

struct Params {
  std::string url;
  std::optional<std::string> package;             // one package's directory
  std::optional<std::string> migrations, target;  // a space's directory, and where to go: ref, package, hash
  std::optional<ContractState> contract;          // plan and apply at once, without a package
  std::vector<OperationClass> allow;              // empty: all classes; with `contract`: additive and widening
  Extras extras = Extras::keep;
  std::vector<SlotFill> slots;
  bool strict = false, dry_run = false;
  std::optional<std::int64_t> lock_timeout_ms, statement_timeout_ms, migration_lock_timeout_ms;
  static constexpr auto fields = std::tuple{field("url", &Params::url),
                                            field("package", &Params::package),
                                            field("migrations", &Params::migrations),
                                            field("target", &Params::target),
                                            field("contract", &Params::contract),
                                            field("allow", &Params::allow),
                                            defaulted("extras", &Params::extras),
                                            field("slots", &Params::slots),
                                            field("strict", &Params::strict),
                                            field("dryRun", &Params::dry_run),
                                            field("lockTimeoutMs", &Params::lock_timeout_ms),
                                            field("statementTimeoutMs", &Params::statement_timeout_ms),
                                            field("migrationLockTimeoutMs", &Params::migration_lock_timeout_ms)};
};

enum class ApplyOutcome { applied, up_to_date, dry_run };
inline constexpr Named<ApplyOutcome> outcome_names[] = {
    {"applied", ApplyOutcome::applied}, {"upToDate", ApplyOutcome::up_to_date}, {"dryRun", ApplyOutcome::dry_run}};
constexpr const auto& names(ApplyOutcome) { return outcome_names; }

struct Answer {
  ApplyOutcome outcome = ApplyOutcome::up_to_date;
  std::optional<std::string> from;
  std::string to;
  std::vector<PackageOutcome> packages;
  std::int64_t executed = 0, skipped = 0;
  std::vector<std::string> invariants, unclaimed, preview;
  std::vector<IssueReport> issues;  // of a dry run: what would still differ
  static constexpr auto fields = std::tuple{field("outcome", &Answer::outcome),
                                            field("from", &Answer::from),
                                            field("to", &Answer::to),
                                            field("packages", &Answer::packages),
                                            field("executed", &Answer::executed),
                                            field("skipped", &Answer::skipped),
                                            field("invariants", &Answer::invariants),
                                            field("unclaimed", &Answer::unclaimed),
                                            field("preview", &Answer::preview),
                                            field("issues", &Answer::issues)};
};

TimeLimits limits(const Params& p) {
  TimeLimits out;
  out.lock = p.lock_timeout_ms.value_or(out.lock);
  out.statement = p.statement_timeout_ms;
  out.migration_lock = p.migration_lock_timeout_ms.value_or(out.migration_lock);
  return out;
}

std::vector<std::string> edge_names(const std::vector<Edge>& path) {
  std::vector<std::string> out;
  out.reserve(path.size());
  for (const auto& e : path) out.push_back(e.name);
  return out;
}

// The packages on the way from the marker to the target.
std::vector<Package> route(const History& history, const std::optional<Marker>& marker, const Destination& target,
                           bool up_to_newest) {
  const Graph& graph = history.graph;
  const std::string from = marker ? std::string(bare_hash(marker->core_hash)) : std::string(empty_node);
  if (!graph.find(from)) {
    throw Error(Code::migration_marker_mismatch,
                "the database is at " + (marker ? marker->core_hash : "no contract") + ", which no package knows",
                "It was migrated with packages that are not here.")
        .with("marker", from)
        .with("reachable", reachable_nodes(graph, empty_node));
  }
  if (up_to_newest) require_connected(graph, from);
  const auto required = still_required(target.required, marker ? marker->invariants : std::vector<std::string>{});
  const Decision decision = find_path_with_decision(graph, from, target.node, required);
  if (const auto* unmet = std::get_if<Unsatisfiable>(&decision)) {
    throw Error(Code::migration_no_invariant_path, "no way to the target provides all that it requires")
        .with("missing", unmet->missing)
        .with("structuralPath", edge_names(unmet->structural_path));
  }
  const auto* found = std::get_if<Route>(&decision);
  if (found == nullptr) {
    throw Error(Code::migration_path_unreachable, "no packages lead from " + contract_name(from) +
                                                      ", where the database is, to " + contract_name(target.node))
        .with("from", from)
        .with("to", target.node);
  }
  return packages_on(found->path, history.packages);
}

// What cannot be undone together is not begun.
void refuse_several_transactions(const Package& p, const std::vector<Operation>& operations) {
  const std::vector<CommitGroup> groups = commit_groups(operations);
  if (fits_one_transaction(groups)) return;
  throw Error(Code::migration_several_transactions,
              "package \"" + p.name + "\" is to be committed in " + std::to_string(groups.size()) +
                  (groups.size() == 1 ? " part outside of transactions" : " parts"))
      .at(p.directory + "/ops.json")
      .with_json("commitGroups", to_json(groups));
}

void check_packages(const std::vector<Package>& path, const std::vector<OperationClass>& allow) {
  PlanOptions policy;
  if (!allow.empty()) policy.classes = allow;
  for (const auto& p : path) {
    check_integrity(p);
    const std::vector<Operation> operations = typed_operations(p);
    refuse_several_transactions(p, operations);
    require_filled(operations, p.directory + "/ops.json");
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
  const auto* raw = std::get_if<RawSql>(&op);
  const auto typed = raw != nullptr ? recognize(*raw, destination) : std::nullopt;
  try {
    apply(typed ? *typed : op, live);
    return true;
  } catch (const Error& e) {
    if (e.code() != Code::migration_not_applicable) throw;
    return false;
  }
}

// What a run would do, told by simulating its operations on the live schema. Takes no lock and changes nothing.
Answer rehearse(Connection& connection, const std::vector<Package>& path, Answer out) {
  out.outcome = ApplyOutcome::dry_run;
  const Contract destination = end_contract_of(path.back());
  Schema wanted = expected(destination);
  Schema live = introspect(connection, {schema_names(wanted)}).schema;
  settle_defaults(connection, wanted, live);
  std::vector<Operation> all;
  for (const auto& p : path) {
    refuse_transaction_commands(p.operations, p.directory + "/ops.json");
    PackageOutcome& outcome = out.packages.emplace_back(
        PackageOutcome{p.name, p.manifest.migration_hash, p.manifest.from, p.manifest.to, {}});
    const Schema destination_of_package = expected(end_contract_of(p));
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

void count(Answer& out) {
  for (const auto& p : out.packages) {
    for (const auto& op : p.operations) ++(op.skipped ? out.skipped : out.executed);
  }
}

Answer finish(Session& session, LockedDatabase& database, const std::vector<Package>& path, const Params& p,
              Answer out) {
  RunReport report = run_packages(session, database, path, p.strict ? Strictness::strict : Strictness::tolerant);
  session.check_cancelled();
  database.commit();
  out.outcome = ApplyOutcome::applied;
  out.packages = std::move(report.packages);
  out.unclaimed = std::move(report.unclaimed);
  out.invariants = std::move(report.marker.invariants);
  count(out);
  return out;
}

Answer starting_at(const std::optional<Marker>& marker, const std::string& to) {
  Answer out;
  if (marker) {
    out.from = marker->core_hash;
    out.invariants = marker->invariants;
  }
  out.to = to;
  return out;
}

// A package alone: the database must stand where it starts.
std::vector<Package> only(const Package& package, const std::optional<Marker>& marker) {
  const std::string at = node_of(marker ? std::optional(marker->core_hash) : std::nullopt);
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

// `choose` picks the packages once the marker is known; it is asked under the lock.
template <class Choose>
Answer apply_packages(Session& session, const Params& p, const Contract& destination, Choose choose) {
  Connection connection = session.connect(p.url);
  if (p.dry_run) {
    const auto marker = read_marker(connection, app_space);
    const std::vector<Package> path = choose(marker);
    check_packages(path, p.allow);
    Answer out = starting_at(marker, destination.stored.storage_hash);
    return path.empty() ? out : rehearse(connection, path, std::move(out));
  }
  LockedDatabase database(connection, destination, limits(p));
  const std::vector<Package> path = choose(database.marker());
  Answer out = starting_at(database.marker(), destination.stored.storage_hash);
  if (path.empty()) return out;
  check_packages(path, p.allow);
  return finish(session, database, path, p, std::move(out));
}

Answer apply_one(Session& session, const Params& p) {
  const Package package = load_package(*p.package);
  check_packages({package}, p.allow);
  return apply_packages(session, p, end_contract_of(package),
                        [&](const std::optional<Marker>& marker) { return only(package, marker); });
}

Answer apply_history(Session& session, const Params& p) {
  const History history = load_history(*p.migrations);
  require_packages(history, *p.migrations);
  const Destination target = p.target ? named(history, *p.target) : newest(history.graph);
  const auto last = std::find_if(history.packages.begin(), history.packages.end(),
                                 [&](const Package& k) { return node_of(k.manifest.to) == target.node; });
  if (last == history.packages.end()) {
    throw Error(Code::migration_path_unreachable, "no package leads to the target").with("to", target.node);
  }
  return apply_packages(session, p, end_contract_of(*last),
                        [&](const std::optional<Marker>& marker) { return route(history, marker, target, !p.target); });
}

// A plan made under the lock, from the live schema to the contract, and applied at once.
Package plan_now(Connection& connection, const Contract& contract, const Params& p) {
  State wanted, found;
  wanted.schema = expected(contract);
  found.live = true;
  found.schema = introspect(connection, {schema_names(wanted.schema)}).schema;
  settle_defaults(connection, wanted.schema, found.schema);
  make_comparable(wanted, found, p.extras);
  PlanOptions options;
  options.classes = {OperationClass::additive, OperationClass::widening};
  if (!p.allow.empty()) options.classes = p.allow;
  Plan made = plan(wanted.schema, found.schema, options);
  if (!made.conflicts.empty()) {
    throw Error(Code::migration_policy_violation, made.conflicts.front().summary,
                "The change needs more than this run may do; meta.conflicts names everything.")
        .with_json("conflicts", to_json(made.conflicts));
  }
  fill_slots(made.operations, p.slots);
  count_violations(connection, made, Counting::estimate);
  require_filled(made.operations, "");
  Package out;
  out.manifest.to = contract.stored.storage_hash;
  out.manifest.migration_hash = contract.stored.storage_hash;
  out.operations = stored_forms(made.operations);
  out.end_contract = contract.text;
  return out;
}

Answer apply_contract(Session& session, const Params& p) {
  const Contract contract = read_contract(*p.contract);
  Connection connection = session.connect(p.url);
  if (p.dry_run) {
    Answer out = starting_at(read_marker(connection, app_space), contract.stored.storage_hash);
    return rehearse(connection, {plan_now(connection, contract, p)}, std::move(out));
  }
  LockedDatabase database(connection, contract, limits(p));
  Answer out = starting_at(database.marker(), contract.stored.storage_hash);
  Package package = plan_now(connection, contract, p);
  package.manifest.from = out.from;
  package.manifest.provided_invariants = provided_invariants(package.operations);
  const bool arrived = out.from && bare_hash(*out.from) == bare_hash(out.to) &&
                       database.marker()->profile_hash == contract.stored.profile_hash;
  if (package.operations.empty() && arrived) return out;
  return finish(session, database, {package}, p, std::move(out));
}

Answer run(Session& session, const Params& p) {
  const int given = (p.package ? 1 : 0) + (p.migrations ? 1 : 0) + (p.contract ? 1 : 0);
  if (given != 1 || (p.target && !p.migrations)) {
    throw Error(Code::rpc_invalid_params, "say what to apply: package, migrations (with target), or contract",
                "Exactly one of them must be given; target goes with migrations.");
  }
  if (p.package) return apply_one(session, p);
  return p.migrations ? apply_history(session, p) : apply_contract(session, p);
}

}  // namespace

constinit const Method apply_migration_method =
    method<&run>("applyMigration", "Run migrations in one transaction, verified before it commits.");

}  // namespace plinth
