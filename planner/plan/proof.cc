#include "planner/plan/proof.h"

#include "engine/ops/by_hand/raw_sql.h"
#include "planner/compare/control.h"
#include "planner/plan/typed_operation.h"

namespace plinth {

std::string failure(const Proof& proof) {
  std::string out = proof.broken.value_or("");
  for (const auto& i : proof.issues) out.append(out.empty() ? "" : "; ").append(i.message);
  return out;
}

Proof prove(const Schema& from, const std::vector<Operation>& operations, Schema to, Leftovers leftovers) {
  Proof out;
  Schema state = from;
  for (const auto& op : operations) {
    const Operation known = as_typed(op, to);
    if (holds_alternative<RawSql>(known)) out.opaque.push_back(label(op));
    try {
      apply(known, state);
    } catch (const Error& e) {
      if (e.code() != Code::migration_not_applicable) throw;
      out.broken = e.what();
      return out;
    }
  }
  forget_leftovers(leftovers, to, state);
  reconcile(to, state);
  respect_control(to, state);
  out.issues = report(diff(to, state));
  out.ok = out.issues.empty();
  return out;
}

}  // namespace plinth
