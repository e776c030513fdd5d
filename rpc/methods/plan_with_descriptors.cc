#include "planner/expected.h"
#include "rpc/clock.h"
#include "rpc/define_method.h"
#include "rpc/plan_answer.h"
#include "rpc/plan_states.h"
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
  std::optional<Write> write;
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
  std::optional<std::string> from, to;
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
  if (!from.connection || !from.hash || !from.warnings.empty()) return {};
  const auto text = read_stored_contract(*from.connection, *from.hash);
  return text ? std::optional(parse_contract(*text)) : std::nullopt;
}

// A package that is planned on a live database leads from there. Whether it also leads from the contract that it names
// as its start is another question: the database may have drifted, or followed no contract.
std::optional<Warning> stray(const Contract* start, const Plan& made, const Schema& destination) {
  const Proof proof =
      prove(start != nullptr ? expected(*start) : Schema(), made.operations, destination, Leftovers::extensions);
  if (proof.ok || !proof.opaque.empty()) return {};
  const std::string what = proof.broken ? *proof.broken : proof.issues.front().message;
  return Warning{WarningCode::leads_from_database_only,
                 std::string("the package leads from this database, but not from ") +
                     (start != nullptr ? "the contract that it starts from" : "an empty one") + ": " + what,
                 {},
                 {},
                 {}};
}

PlanRequest request_of(const Params& p) {
  return {p.allow, p.forbid, p.online, p.server_version, p.extras, p.hints, p.mappings == Mappings::follow};
}

const Contract& contract_to_write(const State& to) {
  if (to.contract) return *to.contract;
  throw Error(Code::rpc_invalid_params, "a package leads to a contract",
              "The plan leads to a database, or to nothing; no contract says what a run would have to verify.")
      .fix("Leave out write, or name a contract, a package or a ref as `to`.");
}

Answer run(Session& session, const Params& p) {
  const auto write = new_package(p.write);
  const std::string created_at = created_at_or_now(p.created_at);
  auto [from, to] = read_states(session, p.from, p.to);
  if (write) contract_to_write(to);
  const auto kept = kept_contract(from);
  const Contract* start = from.contract ? &*from.contract : kept ? &*kept : nullptr;
  const Contract* end = to.contract ? &*to.contract : nullptr;
  Plan made = plan_states(from, to, request_of(p), start);
  fill_slots(made.operations, p.slots);
  made.placeholders = open_slots(made.operations);
  std::vector<Violations> violations;
  if (from.connection) violations = count_violations(*from.connection, made, p.counting);
  const bool ok = made.conflicts.empty();
  Answer out{plan_answer(made),       ok, ok && made.operations.empty(), from.hash, to.hash, std::move(violations),
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

}  // namespace

constinit const Method plan_with_descriptors_method = method<&run>(
    "planWithDescriptors",
    "Plan the way from one state to another, offline or from a live database; write the package on request.");

}  // namespace plinth
