#include "runner/jobs/hash_contract.h"

#include "engine/json/canonical.h"
#include "planner/compare/contract_schema.h"
#include "runner/files/files.h"

namespace plinth {
namespace {

std::optional<std::string> present(const std::string& hash) {
  return hash.empty() ? std::nullopt : std::optional(hash);
}

void refuse_write(const std::optional<std::string>& path, const Write& write) {
  if (path && write.in_place) return;
  throw Error(Code::rpc_invalid_params, "params.write: the hashes are written into the file that path names",
              path ? "A contract is no package." : "A contract that is given as a value has no file.")
      .fix("Give path, and write: true.")
      .with("path", "params.write");
}

}  // namespace

HashContractResult hash_contract_file(JobContext&, const HashContractRequest& p) {
  const ContractParam given = one_contract(p.path, p.contract);
  const bool writes = p.write && (p.write->in_place || p.write->new_package);
  if (writes) refuse_write(given.path, *p.write);
  const Contract contract = read_contract(given, Hashes::ignored);
  contract_schema(contract);  // whatever else would refuse the contract is told now
  const HashedContract h = hash_contract(contract.text, contract.file);
  HashContractResult out{h.computed.storage_hash,
                         h.computed.execution_hash,
                         h.computed.profile_hash,
                         {present(h.stored.storage_hash), h.stored.execution_hash, present(h.stored.profile_hash)}};
  const std::string text = writes ? with_hashes(contract.text, h.computed) : contract.text;
  if (text != contract.text) {
    replace_file(*given.path, text);
    out.written = true;
  }
  return out;
}

}  // namespace plinth
