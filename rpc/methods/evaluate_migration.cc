#include "engine/package/package.h"
#include "planner/commit_groups.h"
#include "planner/expected.h"
#include "planner/plan.h"
#include "planner/render/migration_ts.h"
#include "planner/render/script.h"
#include "rpc/clock.h"
#include "rpc/compare.h"
#include "rpc/define_method.h"
#include "rpc/forms.h"
#include "rpc/migration_run.h"
#include "rpc/slots.h"
#include "rpc/written_package.h"
#include "runner/files.h"
#include "runner/store.h"

namespace plinth {
namespace {

struct Params {
  std::optional<std::string> package;  // a package's directory, or:
  std::optional<StateParam> from, to;  // two states, and the operations between them
  std::vector<JsonText> operations;    // descriptors, full operations or stored operations, in any mixture
  std::vector<SlotFill> slots;
  bool write = false;                          // re-emit the package
  std::optional<std::int64_t> server_version;  // absent: that of the live origin, else `usual_server_version`
  std::optional<std::string> created_at;       // without a package: enters the hash
  static constexpr auto fields = std::tuple{field("package", &Params::package),
                                            field("from", &Params::from),
                                            field("to", &Params::to),
                                            field("operations", &Params::operations),
                                            field("slots", &Params::slots),
                                            field("write", &Params::write),
                                            field("serverVersion", &Params::server_version),
                                            field("createdAt", &Params::created_at)};
};

struct Answer {
  std::vector<StoredOperation> operations;
  std::vector<std::string> provided_invariants;
  std::string migration_hash;
  Proof proof;
  std::vector<OperationImpact> impacts;
  std::vector<PlanHazard> hazards;
  std::vector<CommitGroup> commit_groups;
  std::vector<std::string> preview;
  std::optional<WrittenPackage> written;
  static constexpr auto fields = std::tuple{field("operations", &Answer::operations),
                                            field("providedInvariants", &Answer::provided_invariants),
                                            field("migrationHash", &Answer::migration_hash),
                                            field("proof", &Answer::proof),
                                            field("impacts", &Answer::impacts),
                                            field("hazards", &Answer::hazards),
                                            field("commitGroups", &Answer::commit_groups),
                                            field("preview", &Answer::preview),
                                            field("written", &Answer::written)};
};

// What is evaluated: operations, and the states they claim to lead between.
struct Subject {
  std::vector<Operation> operations;
  Schema from, to;
  bool tolerant = false;  // of live objects that the destination does not name
  std::optional<Contract> start, end;
  Manifest manifest;
  std::string where;
  int server_version = usual_server_version;
};

// A package carries everything; a hand-edited one is read in spite of its hash.
Subject of_package(const Params& p) {
  Package package = load_package(*p.package);
  Subject out;
  out.end = end_contract_of(package);
  out.start = start_contract_of(package);
  out.to = expected(*out.end);
  if (out.start) out.from = expected(*out.start);
  out.where = package.directory + "/ops.json";
  if (p.operations.empty()) out.operations = typed_operations(package);
  out.manifest = package.manifest;
  out.server_version = server_version(p.server_version, {});
  return out;
}

Subject of_states(Session& session, const Params& p) {
  if (!p.to)
    throw Error(Code::rpc_invalid_params, "say what the operations lead to", "Without a package, `to` is needed.");
  auto [from, to] = read_states(session, p.from.value_or(EmptyState{}), *p.to);
  make_comparable(to, from, Extras::drop);  // what the contract does not name may be what an operation renames
  Subject out;
  out.tolerant = from.live && !to.live;
  out.server_version = server_version(p.server_version, from);
  out.from = std::move(from.schema);
  out.to = std::move(to.schema);
  out.manifest = {from.hash, to.hash.value_or("sha256:empty"), {}, created_at_or_now(p.created_at), {}};
  out.start = std::move(from.contract);
  out.end = std::move(to.contract);
  return out;
}

void read_operations(Subject& subject, const Params& p) {
  const auto at = JsonPath::root(Code::rpc_invalid_params, "params.operations");
  int i = 0;
  for (const auto& text : p.operations) {
    const auto doc = json::parse(text.text, Code::rpc_invalid_params);
    subject.operations.push_back(read_any(*doc, at.element(i++), subject.to));
  }
}

WrittenPackage rewrite(const std::string& given, const Subject& subject, const PackageTexts& texts) {
  std::string dir = given;
  while (dir.size() > 1 && dir.back() == '/') dir.pop_back();
  const std::map<std::string, std::string> files = {
      {"migration.json", texts.manifest},
      {"ops.json", texts.operations},
      {"migration.ts", migration_ts(subject.operations, subject.start ? &*subject.start : nullptr, *subject.end)}};
  replace_files(dir, files);
  WrittenPackage out{dir, dir.substr(dir.find_last_of('/') + 1), texts.migration_hash, {}};
  for (const auto& [name, unused] : files) out.files.push_back(name);
  return out;
}

void require_proof(const Proof& proof, const std::string& where) {
  if (proof.ok || !proof.opaque.empty()) return;
  std::string what = proof.broken.value_or("");
  for (const auto& i : proof.issues) what += (what.empty() ? "" : "; ") + i.message;
  throw Error(Code::migration_not_proven, "the operations do not lead to the destination: " + what,
              "Simulated on the origin they give another schema.")
      .at(where)
      .with_json("issues", to_json(proof.issues));
}

Answer run(Session& session, const Params& p) {
  if (p.package && (p.from || p.to)) {
    throw Error(Code::rpc_invalid_params, "evaluate either a package or operations between two states",
                "A package names its own origin and destination.");
  }
  if (p.write && !p.package) {
    throw Error(Code::rpc_invalid_params, "only a package can be written again", "write goes with package.");
  }
  Subject subject = p.package ? of_package(p) : of_states(session, p);
  read_operations(subject, p);
  fill_slots(subject.operations, p.slots);
  require_filled(subject.operations, subject.where);
  const std::vector<RawSql> forms = stored_forms(subject.operations);
  refuse_transaction_commands(forms, subject.where);
  const PackageTexts texts = package_texts(subject.manifest, forms);
  Answer out;
  out.operations = stored(subject.operations);
  out.provided_invariants = texts.provided_invariants;
  out.migration_hash = texts.migration_hash;
  out.proof = prove(subject.from, subject.operations, subject.to, subject.tolerant);
  Costs weighed = costs(subject.from, subject.operations, subject.server_version);
  out.impacts = std::move(weighed.impacts);
  out.hazards = std::move(weighed.hazards);
  out.commit_groups = commit_groups(subject.operations);
  out.preview = preview(subject.operations);
  if (p.write) {
    require_proof(out.proof, subject.where);
    out.written = rewrite(*p.package, subject, texts);
  }
  return out;
}

}  // namespace

constinit const Method evaluate_migration_method =
    method<&run>("evaluateMigration", "Resolve operations, fill their slots, prove where they lead, and hash them.");

}  // namespace plinth
