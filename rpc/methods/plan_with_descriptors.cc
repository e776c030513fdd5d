#include "planner/expected.h"
#include "planner/plan.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "rpc/clock.h"
#include "rpc/compare.h"
#include "rpc/define_method.h"
#include "rpc/forms.h"
#include "rpc/renderings.h"
#include "rpc/slots.h"
#include "rpc/violations.h"
#include "rpc/written_package.h"
#include "runner/bookkeeping.h"

namespace plinth {
namespace {

struct Params {
  StateParam from = EmptyState{}, to = EmptyState{};
  std::vector<OperationClass> allow;  // empty: all classes
  Extras extras = Extras::keep;       // of a live origin
  std::vector<SlotFill> slots;
  Counting counting = Counting::estimate;  // of what a live origin holds against the plan
  std::optional<WriteRequest> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{defaulted("from", &Params::from), field("to", &Params::to),
                                            field("allow", &Params::allow),   defaulted("extras", &Params::extras),
                                            field("slots", &Params::slots),   defaulted("counting", &Params::counting),
                                            field("write", &Params::write),   field("createdAt", &Params::created_at),
                                            field("render", &Params::render)};
};

struct Answer {
  bool ok = true, no_op = false;
  std::optional<std::string> from;
  std::string to;
  bool needs_data_migration = false;
  std::vector<Descriptor> descriptors;
  std::vector<StoredOperation> operations;
  std::vector<Placeholder> placeholders;
  std::vector<Violations> violations;
  std::vector<Conflict> conflicts;
  std::vector<PlanHazard> hazards;
  std::vector<std::string> warnings, preview;
  std::string summary;
  std::optional<Renderings> renderings;
  std::optional<WrittenPackage> package;
  static constexpr auto fields = std::tuple{defaulted("ok", &Answer::ok),
                                            field("noOp", &Answer::no_op),
                                            field("from", &Answer::from),
                                            field("to", &Answer::to),
                                            field("needsDataMigration", &Answer::needs_data_migration),
                                            field("descriptors", &Answer::descriptors),
                                            field("operations", &Answer::operations),
                                            field("placeholders", &Answer::placeholders),
                                            field("violations", &Answer::violations),
                                            field("conflicts", &Answer::conflicts),
                                            field("hazards", &Answer::hazards),
                                            field("warnings", &Answer::warnings),
                                            field("preview", &Answer::preview),
                                            field("summary", &Answer::summary),
                                            field("renderings", &Answer::renderings),
                                            field("package", &Answer::package)};
};

// The contract that a live database keeps for its marker, as the start of a package.
std::optional<Contract> kept_contract(State& from) {
  if (!from.connection || !from.hash) return {};
  const auto text = read_stored_contract(*from.connection, *from.hash);
  return text ? std::optional(parse_contract(*text)) : std::nullopt;
}

const Contract& destination_contract(const State& to) {
  if (to.contract) return *to.contract;
  throw Error(Code::rpc_invalid_params, "a plan leads to a contract",
              "The destination of a plan is a contract, a package or a ref; to compare with a database, use diff.");
}

// The codec of a column by its path in the database.
std::string codec_of(const Contract& contract, const std::vector<std::string>& path) {
  for (const auto& n : contract.namespaces) {
    if (path.size() < 3 || schema_of_namespace(n.id) != path[0]) continue;
    const auto t = std::find_if(n.tables.begin(), n.tables.end(), [&](const auto& x) { return x.name == path[1]; });
    if (t == n.tables.end()) continue;
    const auto c = std::find_if(t->columns.begin(), t->columns.end(), [&](const auto& x) { return x.name == path[2]; });
    if (c != t->columns.end()) return c->codec_id;
  }
  return {};
}

void fill(Answer& out, const Plan& made) {
  out.needs_data_migration = made.needs_data_migration();
  out.descriptors = descriptors(made.operations);
  out.operations = stored(made.operations);
  out.placeholders = placeholders(made.operations);
  out.conflicts = made.conflicts;
  out.ok = made.conflicts.empty();
  out.hazards = made.hazards;
  out.preview = preview(made.operations);
  out.summary = summary(made);
}

Answer run(Session& session, const Params& p) {
  auto [from, to] = read_states(session, p.from, p.to);
  const Contract& end = destination_contract(to);
  Answer out;
  out.from = from.hash;
  out.to = end.stored.storage_hash;
  for (const auto& name : make_comparable(to, from, p.extras)) {
    out.warnings.push_back(name + " is not named by the contract and stays as it is; extras: \"drop\" would drop it");
  }
  PlanOptions options;
  options.codec_of = [&end](const std::vector<std::string>& path) { return codec_of(end, path); };
  if (!p.allow.empty()) options.classes = p.allow;
  Plan made = plan(to.schema, from.schema, options);
  fill_slots(made.operations, p.slots);
  made.placeholders = open_slots(made.operations);
  if (from.connection) out.violations = count_violations(*from.connection, made, p.counting);
  fill(out, made);
  out.no_op = out.ok && made.operations.empty();
  if (!p.write && p.render.empty()) return out;
  const auto kept = kept_contract(from);
  const Contract* start = from.contract ? &*from.contract : kept ? &*kept : nullptr;
  const Heading heading{p.write ? p.write->name : "Migration", out.from, out.to};
  out.renderings = render(p.render, made, heading, start, &end);
  if (!p.write || !out.ok) return out;
  const bool same = out.from && bare_hash(*out.from) == bare_hash(out.to);
  if (same && !made.needs_data_migration()) {
    out.warnings.emplace_back("the contract has not changed: no package was written");
    return out;
  }
  out.package = write_package(*p.write, made.operations, out.from, start, end, created_at_or_now(p.created_at));
  return out;
}

}  // namespace

constinit const Method plan_with_descriptors_method =
    method<&run>("planWithDescriptors",
                 "Plan the way to a contract, offline or from a live database; write the package on request.");

}  // namespace plinth
