#include "runner/jobs/history/refs.h"

#include "engine/excerpt.h"
#include "engine/json/canonical.h"
#include "engine/names.h"
#include "runner/files/files.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/package_contracts.h"

namespace plinth {
namespace {

// `head` says which state of an extension the application needs: it comes with the extension.
void require_own_name(const std::string& name) {
  check_ref_name(name);
  constexpr std::size_t digits = 64;
  const bool is_hash = name.size() == digits && name.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (name != head_ref && name != empty_node && !is_hash) return;
  throw Error(Code::migration_invalid_ref_name, "the name " + q(name) + " is reserved",
              name == head_ref ? "It is the ref of an extension's space, which comes with the extension."
                               : "It means another contract wherever a contract is named.")
      .fix("Take another name.");
}

std::string file_of(const Space& space, const std::string& name) { return space.directory + "/refs/" + name; }

std::optional<Ref> find_ref(const std::vector<Ref>& refs, const std::string& name) {
  const auto found = std::find_if(refs.begin(), refs.end(), [&](const Ref& r) { return r.name == name; });
  return found != refs.end() ? std::optional(*found) : std::nullopt;
}

// A ref that cannot be read is one that is to be set anew, or removed.
std::vector<Ref> readable_refs(const Space& space) {
  std::vector<Ref> out;
  for (const auto& file : ref_files(space.directory)) {
    diagnosed([&] { out.push_back(load_ref(space.directory, file)); });
  }
  return out;
}

void remove_copies(const Space& space, const std::string& name) {
  for (const char* end : {".contract.json", ".contract.d.ts"}) {
    if (const std::string file = file_of(space, name) + end; file_exists(file)) {
      remove_file(file, space.directory + "/refs");
    }
  }
}

// Where the tool of the era looks for the contract of a ref.
void keep_copy(const Space& space, const std::string& name, const Contract& contract) {
  if (contract.era == ContractEra::prisma_8) {
    keep_snapshot(space.directory, contract, types_of(contract));
    return;
  }
  write_file(file_of(space, name) + ".contract.json",
             canonical_json(*json::parse(contract.text, Code::contract_invalid_json)) + "\n");
  if (const auto types = types_of(contract)) write_file(file_of(space, name) + ".contract.d.ts", *types);
}

void require_provided(const History& history, const std::vector<std::string>& invariants) {
  const auto unknown = unknown_invariants(history.graph, invariants);
  if (unknown.empty()) return;
  throw Error(Code::migration_unknown_invariant, "no package provides the invariant " + q(unknown.front()),
              "A database could never be brought to a ref that requires it.")
      .fix("Name invariants that packages provide; migrationList shows them.")
      .with("unknown", unknown);
}

}  // namespace

RefOutcome set_ref(JobContext&, const SetRefRequest& p) {
  require_own_name(p.name);
  const Space space = space_named(p.migrations, p.space);
  require_packages(space.directory);
  const History history = load_history(space, readable_refs(space));
  const std::string node = named(history, p.to).node;
  if (node == empty_node) {
    throw Error(Code::rpc_invalid_params, "params.to: a ref names a contract, and an empty database has none")
        .with("path", "params.to");
  }
  const auto before = find_ref(history.refs, p.name);
  Ref ref{p.name, {}, p.invariants.value_or(before ? before->invariants : std::vector<std::string>{})};
  std::sort(ref.invariants.begin(), ref.invariants.end());
  ref.invariants.erase(std::unique(ref.invariants.begin(), ref.invariants.end()), ref.invariants.end());
  require_provided(history, ref.invariants);
  const Contract contract = contract_of_node(history, node);
  ref.hash = contract.stored.storage_hash;
  // At every moment in between, the ref has no copy or its own: without one, its contract is that of a package.
  remove_copies(space, p.name);
  write_file(file_of(space, p.name) + ".json", ref_text(ref));
  keep_copy(space, p.name, contract);
  return {history.space.id, ref.name, ref.hash, ref.invariants};
}

ListRefsResult list_refs(JobContext&, const ListRefsRequest& p) {
  ListRefsResult out;
  for (const auto& space : existing_spaces(p.migrations)) {
    for (auto& ref : load_refs(space.directory)) {
      out.refs.push_back({space.id, std::move(ref.name), std::move(ref.hash), std::move(ref.invariants)});
    }
  }
  return out;
}

RefOutcome delete_ref(JobContext&, const DeleteRefRequest& p) {
  require_own_name(p.name);
  const Space space = space_named(p.migrations, p.space);
  const std::string file = file_of(space, p.name) + ".json";
  if (!file_exists(file)) {
    throw Error(Code::migration_unknown_ref, "there is no ref " + q(p.name) + " in " + space.directory)
        .fix("Ask listRefs which refs there are.")
        .with("ref", p.name);
  }
  const auto ref = find_ref(readable_refs(space), p.name);
  remove_file(file, space.directory + "/refs");
  remove_copies(space, p.name);
  return ref ? RefOutcome{space.id, ref->name, ref->hash, ref->invariants} : RefOutcome{space.id, p.name, {}, {}};
}

}  // namespace plinth
