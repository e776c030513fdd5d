#include "planner/render/types/contract_types.h"
#include "rpc/define_method.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {
namespace {

struct EmitContractTypesParams {
  std::optional<FilePath> path;
  std::optional<ContractParam> contract;
  static constexpr auto fields =
      std::tuple{field("path", &EmitContractTypesParams::path), field("contract", &EmitContractTypesParams::contract)};
};
struct EmitContractTypesAnswer {
  std::string types;
  static constexpr auto fields = std::tuple{field("types", &EmitContractTypesAnswer::types)};
};

EmitContractTypesAnswer run_emit_contract_types(JobContext&, const EmitContractTypesParams& p) {
  return {contract_types(read_contract(one_contract(p.path, p.contract)))};
}

}  // namespace

constinit const Method emit_contract_types_method = method<&run_emit_contract_types>(
    "emitContractTypes", "The TypeScript types of a contract: the text of its contract.d.ts.");

}  // namespace plinth
