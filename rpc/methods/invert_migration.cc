#include "planner/inverse.h"
#include "rpc/clock.h"
#include "rpc/define_method.h"
#include "rpc/plan_answer.h"
#include "rpc/subject.h"

namespace plinth {
namespace {

struct Params {
  std::optional<std::string> package;  // a package's directory, or:
  std::optional<StateParam> from, to;  // where the operations start and, for raw SQL or a package, where they lead
  std::vector<JsonText> operations;
  std::vector<SlotFill> slots;  // of the way back
  std::optional<Write> write;
  std::optional<std::string> created_at;
  std::vector<Rendering> render;
  static constexpr auto fields = std::tuple{
      field("package", &Params::package),       field("from", &Params::from),    field("to", &Params::to),
      field("operations", &Params::operations), field("slots", &Params::slots),  field("write", &Params::write),
      field("createdAt", &Params::created_at),  field("render", &Params::render)};
};

struct Answer : PlanAnswer {
  bool ok = true;
  std::optional<std::string> from, to;
  std::vector<Loss> losses;
  static constexpr auto fields = std::tuple_cat(std::tuple{defaulted("ok", &Answer::ok), field("from", &Answer::from),
                                                           field("to", &Answer::to), field("losses", &Answer::losses)},
                                                PlanAnswer::fields);
};

void require_contracts(const Subject& there) {
  if (there.start && there.end) return;
  throw Error(Code::rpc_invalid_params, "the way back cannot be written as a package",
              there.start ? "A package starts from a contract, and the operations do not lead to one."
                          : "A package leads to a contract, and the operations do not start from one.")
      .fix("Invert a package that starts from a contract, or operations between two contracts.");
}

Answer run(Session& session, const Params& p) {
  const auto write = new_package(p.write);
  const Subject there = read_subject(session, {p.package, p.from, p.to, p.operations, p.created_at});
  if (write) require_contracts(there);
  require_proof(prove(there.from, there.operations, there.to, Leftovers::extensions), there.where);
  Inverse inverse = invert(there.from, there.operations, there.to);
  Plan& back = inverse.plan;
  fill_slots(back.operations, p.slots);
  back.placeholders = open_slots(back.operations);
  Answer out{plan_answer(back), back.conflicts.empty(), {}, {}, inverse.losses};
  if (there.end) out.from = there.end->stored.storage_hash;
  if (there.start) out.to = there.start->stored.storage_hash;
  const Contract* start = there.end ? &*there.end : nullptr;
  const Contract* end = there.start ? &*there.start : nullptr;
  const std::string title = "Way back" + (there.package.empty() ? "" : " of " + there.package);
  Heading heading{title, out.from, out.to, {}};
  for (const auto& loss : inverse.losses) heading.gone.push_back(loss.message);
  out.renderings = render(p.render, back, heading, start, end);
  if (write && out.ok) {
    out.package = write_package(*write, back.operations, out.from, start, *end, created_at_or_now(p.created_at));
  }
  return out;
}

}  // namespace

constinit const Method invert_migration_method =
    method<&run>("invertMigration", "Plan the way back from a migration, and name what it cannot bring back.");

}  // namespace plinth
