#include "runner/jobs/squash_migrations.h"

#include "planner/compare/contract_schema.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/jobs/sources/subject.h"

namespace plinth {
namespace {

std::vector<Package> range_of(const History& history, const SquashRequest& p) {
  require_packages(p.migrations);
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

Squash squash_of(const std::vector<Package>& range, const std::optional<Contract>& start, const SquashRequest& p) {
  std::vector<Link> links;
  links.reserve(range.size());
  for (const auto& package : range) {
    links.push_back({package.name, typed_operations(package), contract_schema(end_contract_of(package))});
  }
  const Transforms transforms = p.transforms.value_or(start ? Transforms::keep : Transforms::omit);
  if (transforms == Transforms::keep) return squash(start ? contract_schema(*start) : Schema{}, links);
  if (start) {
    throw Error(Code::rpc_invalid_params, "transforms can only be left out of a range that starts at an empty database",
                "Databases at the start of this range may hold rows that the transforms are there to change.")
        .fix("Leave out from, or keep the transforms.");
  }
  return baseline(links);
}

// Refs that could not be reached by the one package alone.
void warn_of_refs(const History& history, const Package& last, SquashResult& out) {
  for (const auto& ref : history.refs) {
    if (node_of(ref.hash) != node_of(last.manifest.to)) continue;
    for (const auto& missing : still_required(ref.invariants, out.provided_invariants)) {
      out.warnings.push_back("ref \"" + ref.name + "\" requires \"" + missing +
                             "\", which this package does not provide: keep the packages that do");
    }
  }
}

}  // namespace

SquashResult squash_migrations(JobContext&, const SquashRequest& p) {
  const auto write = new_package(p.write);
  const History history = load_history(p.migrations);
  const std::vector<Package> range = range_of(history, p);
  const std::optional<Contract> start = start_contract_of(range.front());
  const Contract end = end_contract_of(range.back());
  Squash made = squash_of(range, start, p);
  SquashResult out;
  out.from = range.front().manifest.from;
  out.to = end.stored.storage_hash;
  for (const auto& package : range) {
    out.packages.push_back(package.name);
    out.operations_before += static_cast<std::int64_t>(package.operations.size());
  }
  const Plan as_plan = plan_of(made.operations, start ? contract_schema(*start) : Schema(), usual_server_version);
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

}  // namespace plinth
