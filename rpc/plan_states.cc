#include "rpc/plan_states.h"

#include "engine/ops/renaming.h"
#include "planner/expected.h"
#include "planner/guide.h"
#include "planner/mappings.h"
#include "planner/suggest.h"

namespace plinth {
namespace {

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

// Types that extension packs bring, and enums, which a plan may leave to somebody else.
std::vector<std::string> known_types(const Contract& contract) {
  std::vector<std::string> out = contract.pack_types;
  for (const auto& n : contract.namespaces) {
    for (const auto& e : n.enums) out.push_back(user_type_text({schema_of_namespace(n.id), e.type_name}));
  }
  return out;
}

Guidance guidance(const PlanRequest& request, const Contract* start, State& from, const State& to) {
  std::vector<DerivedHint> derived;
  if (start != nullptr && to.contract && request.follows_mappings) derived = mapping_hints(*start, *to.contract);
  std::vector<MoveHint> moves;
  for (const auto& h : request.hints) {
    if (const auto* move = get_if<MoveHint>(&h)) moves.push_back(*move);
  }
  Guidance out = guide(request.hints, derived, to.schema, from.schema);
  std::vector<Warning> suggested = suggest(to.schema, from.schema, moves);
  out.warnings.insert(out.warnings.end(), suggested.begin(), suggested.end());
  return out;
}

Warning unclaimed(const std::string& name) {
  Warning out;
  out.message = name + " is not named by the contract and stays as it is; extras: \"drop\" would drop it";
  return out;
}

}  // namespace

PlanOptions plan_options(const State& from, const State& to, const PlanRequest& request, const Unclaimed& kept) {
  PlanOptions out;
  if (to.contract) {
    out.codec_of = [&to](const std::vector<std::string>& path) { return codec_of(*to.contract, path); };
    out.known_types = known_types(*to.contract);
  }
  if (!request.allow.empty()) out.classes = request.allow;
  out.forbid = request.forbid;
  out.online = request.online;
  out.server_version = server_version(request.server_version, from);
  if (from.live) out.bystanders = &kept.schema;
  return out;
}

Plan plan_states(State& from, State& to, const PlanRequest& request, const Contract* start) {
  const Guidance guided = guidance(request, start, from, to);
  const Unclaimed kept = make_comparable(to, from, request.extras, start != nullptr ? expected(*start) : Schema());
  leave_to_others(to, from);
  Plan out = plan(to.schema, from.schema, plan_options(from, to, request, kept), guided);
  for (const auto& name : kept.names) out.warnings.push_back(unclaimed(name));
  return out;
}

}  // namespace plinth
