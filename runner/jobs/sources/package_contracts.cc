#include "runner/jobs/sources/package_contracts.h"

#include "engine/json/canonical.h"
#include "runner/files/store.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {
namespace {

std::string name_of_file(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

Contract copy_of(const std::optional<std::string>& text, const std::string& hash, const Package& package,
                 const std::string& file) {
  if (!text) {
    throw Error(Code::migration_snapshot_missing,
                "package \"" + package.name + "\" has no copy of the contract " + hash,
                "Without it the result cannot be verified.")
        .at(file)
        .with("hash", hash);
  }
  Contract out = parse_contract(*text, file);
  if (bare_hash(out.stored.storage_hash) != bare_hash(hash)) {
    throw Error(Code::migration_destination_contract_mismatch,
                "package \"" + package.name + "\" says " + hash + ", its " + name_of_file(file) + " is " +
                    out.stored.storage_hash,
                "The copy that belongs to the package is that of another contract.")
        .fix("Restore " + name_of_file(file) + ", or plan the package again.")
        .at(file)
        .with("package", hash)
        .with("contract", out.stored.storage_hash);
  }
  return out;
}

Error damaged(const std::string& hash, const std::string& what) {
  return Error(Code::migration_marker_damaged,
               "the copy of the contract " + hash + " in prisma_contract.contract " + what)
      .fix("Restore the row from a backup, or give it the contract of that hash (a package's end-contract.json).")
      .with("table", std::string("prisma_contract.contract"))
      .with("coreHash", hash);
}

}  // namespace

Contract end_contract_of(const Package& p) { return copy_of(p.end_contract, p.manifest.to, p, p.end_contract_file); }

std::optional<Contract> start_contract_of(const Package& p) {
  if (!p.manifest.from) return {};
  return copy_of(p.start_contract, *p.manifest.from, p, p.start_contract_file);
}

Contract contract_of_node(const History& history, const std::string& node) {
  for (const auto& p : history.packages) {
    if (node_of(p.manifest.to) == node) return end_contract_of(load_package(p.directory));
  }
  for (const auto& p : history.packages) {
    if (node_of(p.manifest.from) == node) return *start_contract_of(load_package(p.directory));
  }
  throw Error(Code::migration_snapshot_missing, "no package holds the contract " + contract_name(node))
      .with("hash", node);
}

Contract ref_contract_of(const std::string& migrations, const Ref& ref) {
  Contract out = parse_contract(load_ref_contract(migrations, ref));
  if (bare_hash(out.stored.storage_hash) == bare_hash(ref.hash)) return out;
  throw Error(Code::migration_destination_contract_mismatch,
              "ref \"" + ref.name + "\" says " + ref.hash + ", its copy of the contract is " + out.stored.storage_hash,
              "The copy beside the ref is that of another contract.")
      .with("ref", ref.hash)
      .with("contract", out.stored.storage_hash);
}

std::optional<Contract> kept_contract(Connection& connection, const std::string& hash) {
  const auto text = read_stored_contract(connection, hash);
  if (!text) return {};
  std::optional<Contract> out;
  try {
    out = parse_contract(stringify_text(*text, 2));
  } catch (const Error& e) {
    if (e.code() == Code::engine_internal) throw;
    throw damaged(hash, std::string("cannot be read: ") + e.what());
  }
  if (bare_hash(out->stored.storage_hash) == bare_hash(hash)) return out;
  throw damaged(hash, "is another contract: " + out->stored.storage_hash);
}

}  // namespace plinth
