#include "runner/jobs/invert_migration.h"

#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/subject.h"

namespace plinth {
namespace {

void require_contracts(const Subject& there) {
  if (there.start && there.end) return;
  throw Error(Code::rpc_invalid_params, "the way back cannot be written as a package",
              there.start ? "A package starts from a contract, and the operations do not lead to one."
                          : "A package leads to a contract, and the operations do not start from one.")
      .fix("Invert a package that starts from a contract, or operations between two contracts.");
}

}  // namespace

InvertResult invert_migration(JobContext& context, const InvertRequest& p) {
  const auto write = new_package(p.write);
  const Subject there = read_subject(context, {p.package, p.from, p.to, p.operations, p.created_at});
  if (write) require_contracts(there);
  require_proof(prove(there.from, there.operations, there.to, Leftovers::extensions), there.where);
  Inverse inverse = invert(there.from, there.operations, there.to);
  Plan& back = inverse.plan;
  fill_slots(back, p.slots);
  InvertResult out{plan_answer(back), back.conflicts.empty(), {}, {}, inverse.losses};
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

}  // namespace plinth
