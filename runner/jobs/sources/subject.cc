#include "runner/jobs/sources/subject.h"

#include "engine/ops/by_hand/data_transform.h"
#include "planner/compare/contract_schema.h"
#include "runner/files/store.h"
#include "runner/jobs/report/created_at.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

Subject of_package(const SubjectParams& p) {
  Package package = load_package(*p.package);
  Subject out;
  out.end = end_contract_of(package);
  out.start = start_contract_of(package);
  out.to = contract_schema(*out.end);
  if (out.start) out.from = contract_schema(*out.start);
  out.where = package.directory + "/ops.json";
  if (p.operations.empty()) out.operations = typed_operations(package);
  out.manifest = package.manifest;
  out.server_version = server_version(p.server_version, {});
  out.package = package.name;
  out.leftovers = Leftovers::extensions;
  return out;
}

Subject of_states(JobContext& context, const SubjectParams& p) {
  auto [from, to] = read_states(context, p.from.value_or(EmptyState{}), p.to.value_or(EmptyState{}));
  // What the contract does not name may be what an operation renames.
  if (p.to) {
    align(to, from, Extras::drop, {}, settling(from, to));
    leave_to_others(to, from);
  }
  Subject out;
  if (!to.live && !to.empty) out.leftovers = from.live ? Leftovers::unclaimed : Leftovers::extensions;
  out.server_version = server_version(p.server_version, from);
  out.from = std::move(from.schema);
  out.to = std::move(to.schema);
  out.manifest = {from.hash, to.hash.value_or("sha256:empty"), {}, created_at_or_now(p.created_at), {}};
  out.start = std::move(from.contract);
  out.end = std::move(to.contract);
  return out;
}

}  // namespace

Subject read_subject(JobContext& context, const SubjectParams& p) {
  if (p.package && (p.from || p.to)) {
    throw Error(Code::rpc_invalid_params, "name either a package or operations between two states",
                "A package names its own origin and destination.");
  }
  Subject out = p.package ? of_package(p) : of_states(context, p);
  const auto at = JsonPath::root(Code::rpc_invalid_params, "params.operations");
  int i = 0;
  for (const auto& text : p.operations) {
    const auto doc = json::parse(text.text, Code::rpc_invalid_params);
    out.operations.push_back(read_any(*doc, at.element(i++), out.to));
  }
  state_aims(out.operations);
  if (p.package || p.to) return out;
  out.to = out.from;
  for (const auto& op : out.operations) apply(op, out.to);
  return out;
}

void require_proof(const Proof& proof, const std::string& where) {
  if (proof.ok || !proof.opaque.empty()) return;
  throw Error(Code::migration_not_proven, "the operations do not lead to the destination: " + failure(proof),
              "Simulated on the origin they give another schema.")
      .at(where)
      .with_json("issues", to_json(proof.issues));
}

}  // namespace plinth
