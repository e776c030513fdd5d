#include "planner/squash.h"

#include "planner/expected.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "rpc/clock.h"
#include "rpc/define_method.h"
#include "rpc/forms.h"
#include "rpc/history.h"
#include "rpc/migration_run.h"
#include "rpc/renderings.h"
#include "rpc/slots.h"
#include "rpc/subject.h"
#include "rpc/written_package.h"

namespace plinth {
namespace {

/// What becomes of data transforms and raw SQL.
enum class Transforms { keep, omit };
inline constexpr Named<Transforms> transforms_names[] = {{"keep", Transforms::keep}, {"omit", Transforms::omit}};
constexpr const auto& names(Transforms) { return transforms_names; }

struct Params {
  std::string migrations;                // a space's directory
  std::optional<std::string> from, to;   // refs, packages or hashes; the empty database and the newest contract
  std::optional<Transforms> transforms;  // absent: omit in a baseline, keep otherwise
  std::optional<Write> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{
      field("migrations", &Params::migrations), field("from", &Params::from),   field("to", &Params::to),
      field("transforms", &Params::transforms), field("write", &Params::write), field("createdAt", &Params::created_at),
      field("render", &Params::render)};
};

struct Answer {
  bool ok = true;
  std::optional<std::string> from;
  std::string to;
  std::vector<std::string> packages;
  std::int64_t operations_before = 0;
  std::vector<StoredOperation> operations;
  std::vector<Conflict> conflicts;
  std::vector<Omitted> omitted;
  std::vector<std::string> provided_invariants;
  std::vector<Placeholder> placeholders;
  Proof proof;
  std::vector<PlanHazard> hazards;
  std::vector<std::string> warnings, preview;
  std::string summary;
  std::optional<Renderings> renderings;
  std::optional<WrittenPackage> package;
  static constexpr auto fields = std::tuple{defaulted("ok", &Answer::ok),
                                            field("from", &Answer::from),
                                            field("to", &Answer::to),
                                            field("packages", &Answer::packages),
                                            field("operationsBefore", &Answer::operations_before),
                                            field("operations", &Answer::operations),
                                            field("conflicts", &Answer::conflicts),
                                            field("omitted", &Answer::omitted),
                                            field("providedInvariants", &Answer::provided_invariants),
                                            field("placeholders", &Answer::placeholders),
                                            field("proof", &Answer::proof),
                                            field("hazards", &Answer::hazards),
                                            field("warnings", &Answer::warnings),
                                            field("preview", &Answer::preview),
                                            field("summary", &Answer::summary),
                                            field("renderings", &Answer::renderings),
                                            field("package", &Answer::package)};
};

std::vector<Package> range_of(const History& history, const Params& p) {
  require_packages(history, p.migrations);
  const std::string from = p.from ? named(history, *p.from).node : std::string(empty_node);
  const std::string to = p.to ? named(history, *p.to).node : newest(history.graph).node;
  if (!p.to) require_connected(history.graph, from);
  std::vector<Package> out = packages_between(history, from, to);
  if (out.empty()) {
    throw Error(Code::rpc_invalid_params, "from and to name the same contract", "There is no package between them.")
        .fix("Name two contracts of the history.");
  }
  return out;
}

Squash squash_of(const std::vector<Package>& range, const std::optional<Contract>& start, const Params& p) {
  std::vector<Link> links;
  links.reserve(range.size());
  for (const auto& package : range) {
    links.push_back({package.name, typed_operations(package), expected(end_contract_of(package))});
  }
  const Transforms transforms = p.transforms.value_or(start ? Transforms::keep : Transforms::omit);
  if (transforms == Transforms::keep) return squash(start ? expected(*start) : Schema{}, links);
  if (start) {
    throw Error(Code::rpc_invalid_params, "transforms can only be left out of a range that starts at an empty database",
                "Databases at the start of this range may hold rows that the transforms are there to change.")
        .fix("Leave out from, or keep the transforms.");
  }
  return baseline(links);
}

// Refs that could not be reached by the one package alone.
void warn_of_refs(const History& history, const Package& last, Answer& out) {
  for (const auto& ref : history.refs) {
    if (node_of(ref.hash) != node_of(last.manifest.to)) continue;
    for (const auto& missing : still_required(ref.invariants, out.provided_invariants)) {
      out.warnings.push_back("ref \"" + ref.name + "\" requires \"" + missing +
                             "\", which this package does not provide: keep the packages that do");
    }
  }
}

Answer run(Session&, const Params& p) {
  const auto write = new_package(p.write);
  const History history = load_history(p.migrations);
  const std::vector<Package> range = range_of(history, p);
  const std::optional<Contract> start = start_contract_of(range.front());
  const Contract end = end_contract_of(range.back());
  Squash made = squash_of(range, start, p);
  Answer out;
  out.from = range.front().manifest.from;
  out.to = end.stored.storage_hash;
  for (const auto& package : range) {
    out.packages.push_back(package.name);
    out.operations_before += static_cast<std::int64_t>(package.operations.size());
  }
  const Plan as_plan = plan_of(made.operations, start ? expected(*start) : Schema(), usual_server_version);
  out.operations = stored(made.operations);
  out.provided_invariants = provided_invariants(stored_forms(made.operations));
  out.placeholders = placeholders(made.operations);
  out.hazards = as_plan.hazards;
  out.preview = preview(made.operations);
  out.summary = summary(as_plan);
  out.ok = made.conflicts.empty();
  out.conflicts = std::move(made.conflicts);
  out.omitted = std::move(made.omitted);
  out.warnings = std::move(made.warnings);
  out.proof = std::move(made.proof);
  warn_of_refs(history, range.back(), out);
  const Contract* before = start ? &*start : nullptr;
  out.renderings = render(p.render, as_plan, {write ? write->name : "Squash", out.from, out.to}, before, &end);
  if (write && out.ok) {
    require_proof(out.proof, p.migrations);
    out.package = write_package(*write, made.operations, out.from, before, end, created_at_or_now(p.created_at));
  }
  return out;
}

}  // namespace

constinit const Method squash_migrations_method =
    method<&run>("squashMigrations", "Make one package of a range of packages, or a baseline.");

}  // namespace plinth
