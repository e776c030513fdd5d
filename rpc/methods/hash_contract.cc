#include "engine/canonical.h"
#include "engine/contract/contract.h"
#include "rpc/define_method.h"
#include "runner/files.h"

namespace plinth {
namespace {

struct Params {
  std::optional<std::string> path;
  std::optional<JsonText> contract;
  static constexpr auto fields = std::tuple{field("path", &Params::path), field("contract", &Params::contract)};
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
  Stored stored;
  static constexpr auto fields =
      std::tuple{field("storageHash", &Answer::storage_hash), field("executionHash", &Answer::execution_hash),
                 field("profileHash", &Answer::profile_hash), field("stored", &Answer::stored)};
};

std::optional<std::string> present(const std::string& hash) {
  return hash.empty() ? std::nullopt : std::optional(hash);
}

Answer run(Session&, const Params& p) {
  if (p.path.has_value() == p.contract.has_value()) {
    throw Error(Code::rpc_invalid_params, "name a contract either by its path or by its value",
                "Exactly one of path and contract must be given.");
  }
  const std::string text = p.path ? read_file(*p.path) : p.contract->text;
  const HashedContract h = hash_contract(text, p.path.value_or(""));
  return {h.computed.storage_hash,
          h.computed.execution_hash,
          h.computed.profile_hash,
          {present(h.stored.storage_hash), h.stored.execution_hash, present(h.stored.profile_hash)}};
}

}  // namespace

constinit const Method hash_contract_method =
    method<&run>("hashContract", "The hashes of a contract, computed and as stored.");

}  // namespace plinth
