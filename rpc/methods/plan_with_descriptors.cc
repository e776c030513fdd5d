#include "planner/expected.h"
#include "planner/mappings.h"
#include "planner/suggest.h"
#include "rpc/clock.h"
#include "rpc/compare.h"
#include "rpc/define_method.h"
#include "rpc/plan_answer.h"
#include "rpc/violations.h"
#include "runner/bookkeeping.h"

namespace plinth {
namespace {

/// Whether a model or a field that changed its place takes its rows and values along.
enum class Mappings { follow, ignore };
inline constexpr Named<Mappings> mappings_names[] = {{"follow", Mappings::follow}, {"ignore", Mappings::ignore}};
constexpr const auto& names(Mappings) { return mappings_names; }

struct Params {
  StateParam from = EmptyState{}, to = EmptyState{};
  std::vector<OperationClass> allow;  // empty: all classes
  std::vector<HazardKind> forbid;     // hazards that the plan may not have
  bool online = false;
  std::optional<std::int64_t> server_version;  // absent: that of the live origin, else `usual_server_version`
  Extras extras = Extras::keep;                // of a live origin
  std::vector<Hint> hints;
  Mappings mappings = Mappings::follow;
  std::vector<SlotFill> slots;
  Counting counting = Counting::estimate;  // of what a live origin holds against the plan
  std::optional<WriteRequest> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields =
      std::tuple{defaulted("from", &Params::from),         field("to", &Params::to),
                 field("allow", &Params::allow),           field("forbid", &Params::forbid),
                 field("online", &Params::online),         field("serverVersion", &Params::server_version),
                 defaulted("extras", &Params::extras),     field("hints", &Params::hints),
                 defaulted("mappings", &Params::mappings), field("slots", &Params::slots),
                 defaulted("counting", &Params::counting), field("write", &Params::write),
                 field("createdAt", &Params::created_at),  field("render", &Params::render)};
};

struct Answer : PlanAnswer {
  bool ok = true, no_op = false;
  std::optional<std::string> from;
  std::string to;
  std::vector<Violations> violations;
  std::vector<Warning> warnings;
  static constexpr auto fields =
      std::tuple_cat(std::tuple{defaulted("ok", &Answer::ok), field("noOp", &Answer::no_op),
                                field("from", &Answer::from), field("to", &Answer::to),
                                field("violations", &Answer::violations), field("warnings", &Answer::warnings)},
                     PlanAnswer::fields);
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

Guidance guidance(const Params& p, const Contract* start, const Contract& end, const Schema& destination,
                  Schema& origin) {
  std::vector<DerivedHint> derived;
  if (start != nullptr && p.mappings == Mappings::follow) derived = mapping_hints(*start, end);
  std::vector<MoveHint> moves;
  for (const auto& h : p.hints) {
    if (const auto* move = std::get_if<MoveHint>(&h)) moves.push_back(*move);
  }
  Guidance out = guide(p.hints, derived, destination, origin);
  std::vector<Warning> suggested = suggest(destination, origin, moves);
  out.warnings.insert(out.warnings.end(), suggested.begin(), suggested.end());
  return out;
}

Warning unclaimed(const std::string& name) {
  Warning out;
  out.message = name + " is not named by the contract and stays as it is; extras: \"drop\" would drop it";
  return out;
}

Plan make_plan(const Params& p, State& from, State& to, const Contract* start) {
  const Guidance guided = guidance(p, start, destination_contract(to), to.schema, from.schema);
  const Unclaimed kept = make_comparable(to, from, p.extras, start != nullptr ? expected(*start) : Schema());
  PlanOptions options;
  options.codec_of = [&to](const std::vector<std::string>& path) { return codec_of(*to.contract, path); };
  if (!p.allow.empty()) options.classes = p.allow;
  options.forbid = p.forbid;
  options.online = p.online;
  options.server_version = server_version(p.server_version, from);
  options.bystanders = &kept.schema;
  Plan out = plan(to.schema, from.schema, options, guided);
  for (const auto& name : kept.names) out.warnings.push_back(unclaimed(name));
  fill_slots(out.operations, p.slots);
  out.placeholders = open_slots(out.operations);
  return out;
}

// A package that is planned on a live database leads from there. Whether it also leads from the contract that it names
// as its start is another question: the database may have drifted, or followed no contract.
std::optional<Warning> stray(const Contract* start, const Plan& made, const Schema& destination) {
  const Proof proof = prove(start != nullptr ? expected(*start) : Schema(), made.operations, destination);
  if (proof.ok || !proof.opaque.empty()) return {};
  const std::string what = proof.broken ? *proof.broken : proof.issues.front().message;
  return Warning{WarningCode::leads_from_database_only,
                 std::string("the package leads from this database, but not from ") +
                     (start != nullptr ? "the contract that it starts from" : "an empty one") + ": " + what,
                 {},
                 {},
                 {}};
}

Answer run(Session& session, const Params& p) {
  auto [from, to] = read_states(session, p.from, p.to);
  const Contract& end = destination_contract(to);
  const auto kept = kept_contract(from);
  const Contract* start = from.contract ? &*from.contract : kept ? &*kept : nullptr;
  Plan made = make_plan(p, from, to, start);
  std::vector<Violations> violations;
  if (from.connection) violations = count_violations(*from.connection, made, p.counting);
  const bool ok = made.conflicts.empty();
  Answer out{plan_answer(made),     ok,           ok && made.operations.empty(), from.hash, end.stored.storage_hash,
             std::move(violations), made.warnings};
  out.renderings = render(p.render, made, {p.write ? p.write->name : "Migration", out.from, out.to}, start, &end);
  if (!p.write || !out.ok) return out;
  const bool same = out.from && bare_hash(*out.from) == bare_hash(out.to);
  if (same && !made.needs_data_migration()) {
    out.warnings.push_back(
        {WarningCode::unchanged, "the contract has not changed: no package was written", {}, {}, {}});
    return out;
  }
  if (auto strays = stray(start, made, to.schema)) out.warnings.push_back(std::move(*strays));
  out.package = write_package(*p.write, made.operations, out.from, start, end, created_at_or_now(p.created_at));
  return out;
}

}  // namespace

constinit const Method plan_with_descriptors_method =
    method<&run>("planWithDescriptors",
                 "Plan the way to a contract, offline or from a live database; write the package on request.");

}  // namespace plinth
