#include "planner/plan/pipeline.h"

#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"
#include "planner/compare/control.h"
#include "planner/compare/diff.h"
#include "planner/hints/apply_hints.h"
#include "planner/hints/mappings.h"
#include "planner/hints/suggest.h"
#include "planner/plan/checks/known_names.h"
#include "planner/plan/checks/known_types.h"
#include "planner/plan/checks/name_clashes.h"
#include "planner/plan/checks/names_in_use.h"
#include "planner/plan/checks/policy.h"
#include "planner/plan/checks/split_views.h"
#include "planner/plan/checks/unmanaged.h"
#include "planner/plan/online.h"
#include "planner/plan/order.h"
#include "planner/plan/rules/rules.h"

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

// An extension that no contract names is never dropped.
Warning unclaimed_warning(const std::string& name, const std::vector<Extension>& extensions) {
  Warning out;
  const bool is_extension = std::any_of(extensions.begin(), extensions.end(),
                                        [&](const Extension& e) { return name == "extension " + e.name; });
  out.message = name + " is not named by the contract and stays as it is" +
                (is_extension ? "" : "; extras: \"drop\" would drop it");
  return out;
}

Conflict circle(const std::vector<Operation>& stuck) {
  std::string labels;
  for (const auto& op : stuck) labels.append(labels.empty() ? "" : "; ").append(label(op));
  return {ConflictKind::unsupported_operation, "Operations wait for each other: " + labels,
          "Each of them needs another one to have run before.",
          "Lead to the contract in two steps, with a contract between them that one of these changes is not part of.",
          path(stuck.front())};
}

// The last name of where a rename leads.
std::string new_name(const Operation& rename) {
  const LineageChange change = lineage_change(rename);
  return change.moved ? change.moved->second.back() : std::string();
}

// The origin does not know the new names yet: what may speak of them cannot be asked.
std::vector<Probe> askable(std::vector<Probe> probes, const std::vector<Operation>& renames) {
  std::vector<std::string> names;
  names.reserve(2 * renames.size());
  for (const auto& op : renames) {
    names.push_back(path(op).back());
    names.push_back(new_name(op));
  }
  const auto is_renamed = [&](const Probe& p) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& n) { return mentions(Expression(p.query), n); });
  };
  std::erase_if(probes, is_renamed);
  return probes;
}

[[noreturn]] void refuse(const Proof& proof) {
  throw Error(Code::engine_internal, "the plan does not lead to its destination: " + failure(proof),
              "Simulating the operations on the origin did not give the destination.")
      .with_json("issues", to_json(proof.issues));
}

HintedOrigin follow_hints(Side& from, const Side& to, const PlanRequest& request) {
  std::vector<DerivedHint> derived;
  if (request.start.contract != nullptr && to.contract && request.follows_mappings) {
    derived = mapping_hints(*request.start.contract, *to.contract);
  }
  return apply_hints(request.hints, derived, to.schema, from.schema);
}

std::vector<Warning> suggestions(const Side& from, const Side& to, const PlanRequest& request) {
  std::vector<MoveHint> moves;
  for (const auto& h : request.hints) {
    if (const auto* move = get_if<MoveHint>(&h)) moves.push_back(*move);
  }
  return suggest(to.schema, from.schema, moves);
}

PlanOptions options_of(const PlanRequest& request, const Side& from, const Side& to, const Unclaimed& unclaimed) {
  PlanOptions out;
  if (to.contract) {
    out.codec_of = [&to](const std::vector<std::string>& path) { return codec_of(*to.contract, path); };
    out.known_types = known_types(*to.contract);
  }
  if (!request.allow.empty()) out.classes = request.allow;
  out.forbid = request.forbid;
  out.online = request.online;
  out.views_in_the_way = request.dependents;
  out.absent = request.absent_names;
  out.exact = from.live && to.live;
  out.server_version = request.server_version;
  if (from.live) out.unmanaged = &unclaimed.schema;
  out.dependents = &from.dependents;
  return out;
}

void add_moves(Draft& draft, const std::vector<Move>& moves) {
  constexpr int before_backfills = -1;
  for (const auto& m : moves) {
    draft.add(m.transform, before_backfills);
    draft.moved.insert(m.fills.begin(), m.fills.end());
  }
}

}  // namespace

// The passes of a plan, in their order. After them, callers that have a database count what its rows hold against the
// plan (runner/jobs/run/violations.h), and fill the slots that are still open (slots.h).

Prepared prepare(Side& from, Side& to, const PlanRequest& request) {
  Prepared out;
  // 1. Hints, while the origin is whole: what a hint renames is compared under its new name, and it may rename what
  //    the contract does not claim.
  out.hinted = follow_hints(from, to, request);
  // 2. Suggestions: what is left to be dropped and added after the hints may be one thing.
  if (request.suggests) {
    for (auto& warning : suggestions(from, to, request)) out.hinted.warnings.push_back(std::move(warning));
  }
  // 3. Alignment: unclaimed objects are set apart, so that they are no difference; then names and spellings that the
  //    contract leaves open are taken from the live side.
  out.unclaimed = align(to, from, request.extras, request.start.schema, request.settle_spellings);
  return out;
}

Plan plan(Side& from, Side& to, const PlanRequest& request, const Prepared& prepared) {
  // 4. Objects that the contract declares but does not manage: compared before this, never planned.
  leave_to_others(to, from);
  Plan out = plan(to.schema, from.schema, options_of(request, from, to, prepared.unclaimed), prepared.hinted);
  for (const auto& name : prepared.unclaimed.names) {
    out.warnings.push_back(unclaimed_warning(name, prepared.unclaimed.schema.extensions));
  }
  return out;
}

Plan plan(const Schema& expected, const Schema& actual, const PlanOptions& options, const HintedOrigin& hinted) {
  Plan out;
  out.warnings = hinted.warnings;
  Draft draft{expected, actual, options, {}, hinted.conflicts};
  // 5. Moves that hints ask for come first: the columns that they fill get no backfill of their own.
  add_moves(draft, hinted.moves);
  // 6. Rules: each difference becomes operations or a conflict.
  plan_issues(draft, diff(expected, actual));
  // 7. Types, functions and other names that nobody makes: before anything else is thought about what cannot be.
  check_types(draft);
  check_names(draft);
  // 8. Unmanaged objects, while everything has the names that they know.
  check_unmanaged(draft, hinted.renames);
  // 9. Names that are taken: adds renames to temporary names, so it sees all operations of the rules.
  resolve_name_clashes(draft, hinted);
  // What has no model may have the names as well; asked last, so that it asks only when all else is well.
  check_names_in_use(draft, hinted);
  // 10. Allowed classes, now that no operation comes any more but another form of one.
  for (const auto& op : hinted.renames) refuse_class(op, options, draft.conflicts);
  for (const auto& p : draft.operations) refuse_class(p.operation, options, draft.conflicts);
  // 11. Order.
  Order order = ordered(std::move(draft.operations), actual);
  if (!order.stuck.empty()) draft.conflicts.push_back(circle(order.stuck));
  // 12. Online forms, which keep their place in the order. Views that are detached stay in one transaction.
  if (options.online) order.operations = online(std::move(order.operations), options);
  refuse_split_views(order.operations, draft.conflicts);
  std::vector<Operation> all = hinted.renames;
  all.insert(all.end(), order.operations.begin(), order.operations.end());
  // 13. Costs: each operation is weighed against the schema just before it, so the order is final.
  Costs weighed = costs(hinted.renames.empty() ? actual : hinted.origin, all, options.server_version);
  // 14. Forbidden hazards, which the costs name.
  refuse_hazards(options, weighed, all, draft.conflicts);
  out.conflicts = std::move(draft.conflicts);
  if (!out.conflicts.empty()) return out;
  // 15. The proof, of what will be shown.
  if (const Proof proof = prove(actual, order.operations, expected); !proof.ok) refuse(proof);
  out.operations = std::move(all);
  out.impacts = std::move(weighed.impacts);
  out.hazards = std::move(weighed.hazards);
  out.placeholders = open_slots(out.operations);
  out.probes = askable(std::move(draft.probes), hinted.renames);
  return out;
}

Plan plan(Side& from, Side& to, const PlanRequest& request) {
  const Prepared prepared = prepare(from, to, request);
  return plan(from, to, request, prepared);
}

Plan plan_reconciled(Schema expected, Schema actual, const PlanOptions& options) {
  reconcile(expected, actual);
  respect_control(expected, actual);
  return plan(expected, actual, options);
}

}  // namespace plinth
