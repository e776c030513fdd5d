#include "runner/jobs/hash_contract.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method hash_contract_method = method<&hash_contract_file>(
    "hashContract", "The hashes of a contract, computed and as stored; write puts them into its file.");

}  // namespace plinth
