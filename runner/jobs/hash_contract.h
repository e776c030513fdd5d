#pragma once
#include "engine/json/place.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/report/written_package.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

struct HashContractRequest {
  std::optional<FilePath> path;
  std::optional<ContractParam> contract;
  std::optional<Write> write;  // true: the file gets the hashes that it lacks or has wrong
  static constexpr auto fields =
      std::tuple{field("path", &HashContractRequest::path), field("contract", &HashContractRequest::contract),
                 field("write", &HashContractRequest::write)};
};
struct Stored {
  std::optional<std::string> storage_hash, execution_hash, profile_hash;
  static constexpr auto fields =
      std::tuple{field("storageHash", &Stored::storage_hash), field("executionHash", &Stored::execution_hash),
                 field("profileHash", &Stored::profile_hash)};
};
struct HashContractResult {
  std::string storage_hash;
  std::optional<std::string> execution_hash;
  std::string profile_hash;
  Stored stored;  // as they stood before
  bool written = false;
  static constexpr auto fields =
      std::tuple{field("storageHash", &HashContractResult::storage_hash),
                 field("executionHash", &HashContractResult::execution_hash),
                 field("profileHash", &HashContractResult::profile_hash), field("stored", &HashContractResult::stored),
                 field("written", &HashContractResult::written)};
};

/// The hashes of a contract, computed and as stored; write puts them into its file.
HashContractResult hash_contract_file(JobContext& context, const HashContractRequest& request);

}  // namespace plinth
