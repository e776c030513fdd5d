#include "engine/canonical.h"
#include "planner/expected.h"
#include "rpc/contract_param.h"
#include "rpc/define_method.h"
#include "rpc/written_package.h"
#include "runner/files.h"

namespace plinth {
namespace {

struct Params {
  std::optional<std::string> path;
  std::optional<ContractParam> contract;
  std::optional<Write> write;  // true: the file gets the hashes that it lacks or has wrong
  static constexpr auto fields =
      std::tuple{field("path", &Params::path), field("contract", &Params::contract), field("write", &Params::write)};
};
struct Stored {
  std::optional<std::string> storage_hash, execution_hash, profile_hash;
  static constexpr auto fields =
      std::tuple{field("storageHash", &Stored::storage_hash), field("executionHash", &Stored::execution_hash),
                 field("profileHash", &Stored::profile_hash)};
};
struct Answer {
  std::string storage_hash;
  std::optional<std::string> execution_hash;
  std::string profile_hash;
  Stored stored;  // as they stood before
  bool written = false;
  static constexpr auto fields =
      std::tuple{field("storageHash", &Answer::storage_hash), field("executionHash", &Answer::execution_hash),
                 field("profileHash", &Answer::profile_hash), field("stored", &Answer::stored),
                 field("written", &Answer::written)};
};

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

Answer run(Session&, const Params& p) {
  const ContractParam given = one_contract(p.path, p.contract);
  const bool writes = p.write && (p.write->in_place || p.write->new_package);
  if (writes) refuse_write(given.path, *p.write);
  const Contract contract = read_contract(given, Hashes::ignored);
  expected(contract);  // whatever else would refuse the contract is told now
  const HashedContract h = hash_contract(contract.text, contract.file);
  Answer out{h.computed.storage_hash,
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

}  // namespace

constinit const Method hash_contract_method =
    method<&run>("hashContract", "The hashes of a contract, computed and as stored; write puts them into its file.");

}  // namespace plinth
