#include "runner/jobs/evaluate_migration.h"

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/package/package.h"
#include "planner/plan/typed_operation.h"
#include "planner/render/migration_ts.h"
#include "planner/render/script.h"
#include "planner/warning.h"
#include "runner/files/files.h"
#include "runner/jobs/run/run_packages.h"
#include "runner/jobs/sources/subject.h"

namespace plinth {
namespace {

WrittenPackage rewrite(const std::string& given, const Subject& subject, const PackageTexts& texts) {
  std::string dir = given;
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  std::map<std::string, std::string> files = {
      {"migration.json", texts.manifest},
      {"ops.json", texts.operations},
      {"migration.ts", migration_ts(subject.operations, subject.start ? &*subject.start : nullptr, *subject.end)}};
  // Packages that earlier versions wrote lack the types of their contracts.
  const auto add_types = [&](const std::string& name, const std::optional<Contract>& contract) {
    if (!contract || !file_exists(dir + "/" + name + ".json") || file_exists(dir + "/" + name + ".d.ts")) return;
    if (auto types = types_of(*contract)) files[name + ".d.ts"] = std::move(*types);
  };
  add_types("end-contract", subject.end);
  add_types("start-contract", subject.start);
  replace_files(dir, files);
  WrittenPackage out{dir, dir.substr(dir.find_last_of('/') + 1), texts.migration_hash, {}};
  for (const auto& [name, unused] : files) out.files.push_back(name);
  return out;
}

// Defaults that Prisma Next would skip, because node emitted the package again. They are told; where the package is
// written, they take the form in which both tools run them.
std::vector<Warning> mend_defaults(Subject& subject, bool mends) {
  std::vector<Warning> out;
  for (auto& op : subject.operations) {
    const auto* raw = get_if<RawSql>(&op);
    auto set = raw != nullptr ? skippable_default(*raw, as_typed(op, subject.to)) : std::nullopt;
    if (!set || !set->replaces) continue;
    Warning& warning = out.emplace_back();
    warning.code = WarningCode::default_may_be_skipped;
    warning.path = set->path();
    warning.message = set->label() + (mends ? " was skipped by Prisma Next, and is written so that it runs"
                                            : " is skipped by Prisma Next: the default of before satisfies its check; "
                                              "write: true mends it");
    if (mends) op = std::move(*set);
  }
  return out;
}

// Raw SQL may be why: only a database can tell.
Warning not_proven(const Proof& proof) {
  std::string labels;
  for (const auto& label : proof.opaque) labels.append(labels.empty() ? "" : ", ").append(q(label));
  Warning out;
  out.code = WarningCode::not_proven;
  out.message = "simulated, the operations do not lead to the destination (" + failure(proof) +
                "); the effect of raw SQL is not known: " + labels;
  return out;
}

// What a package is made of is known before anything is read.
void check_write(const EvaluateRequest& p) {
  if (!p.write) return;
  if (p.write->in_place && !p.package) {
    throw Error(Code::rpc_invalid_params, "only a package can be written again", "write: true goes with package.")
        .fix("Name a package; or give write: {migrations, name}, which makes a new one.");
  }
  if (p.write->new_package && p.package) {
    throw Error(Code::rpc_invalid_params, "a package is written again in its own place",
                "write: {migrations, name} makes a new package of operations between two contracts.")
        .fix("Give write: true.");
  }
}

WrittenPackage written(const EvaluateRequest& p, const Subject& subject, const PackageTexts& texts) {
  if (p.write->in_place) return rewrite(*p.package, subject, texts);
  if (!subject.end || (p.from && !subject.start && subject.manifest.from)) {
    throw Error(Code::rpc_invalid_params, "a package leads from a contract to a contract",
                "One of the states is a database, or nothing.")
        .fix("Name contracts, packages or refs; `from` may be left out for a baseline.");
  }
  return write_package(*p.write->new_package, subject.operations, subject.manifest.from,
                       subject.start ? &*subject.start : nullptr, *subject.end, subject.manifest.created_at);
}

}  // namespace

EvaluateResult evaluate_migration(JobContext& context, const EvaluateRequest& p) {
  if (!p.package && !p.to) {
    throw Error(Code::rpc_invalid_params, "say what the operations lead to", "Without a package, `to` is needed.");
  }
  check_write(p);
  Subject subject = read_subject(context, {p.package, p.from, p.to, p.operations, p.created_at, p.server_version});
  EvaluateResult out;
  out.warnings = mend_defaults(subject, p.write && p.write->in_place);
  fill_slots(subject.operations, p.slots);
  require_filled(subject.operations, subject.where);
  const std::vector<RawSql> forms = stored_forms(subject.operations);
  refuse_transaction_commands(forms, subject.where);
  const PackageTexts texts = package_texts(subject.manifest, forms);
  out.operations = stored(subject.operations);
  out.provided_invariants = texts.provided_invariants;
  out.migration_hash = texts.migration_hash;
  out.proof = prove(subject.from, subject.operations, subject.to, subject.leftovers);
  const Plan as_plan = plan_of(subject.operations, subject.from, subject.server_version);
  out.impacts = as_plan.impacts;
  out.hazards = as_plan.hazards;
  out.commit_groups = commit_groups(subject.operations);
  out.preview = preview(subject.operations);
  const std::string title = subject.package.empty() ? "Migration" : subject.package;
  const std::optional<std::string> to = subject.end ? std::optional(subject.manifest.to) : std::nullopt;
  out.renderings = render(p.render, as_plan, {title, subject.manifest.from, to},
                          subject.start ? &*subject.start : nullptr, subject.end ? &*subject.end : nullptr);
  if (p.write && (p.write->in_place || p.write->new_package)) {
    require_proof(out.proof, subject.where);
    if (!out.proof.ok) out.warnings.push_back(not_proven(out.proof));
    out.written = written(p, subject, texts);
  }
  return out;
}

}  // namespace plinth
