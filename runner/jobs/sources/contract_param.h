#pragma once
#include "engine/contract/contract.h"
#include "engine/json/place.h"

namespace plinth {

/// A contract as a parameter named `contract`: the document itself, `{path}`, or `{contract}` with one of both in it.
struct ContractParam {
  std::optional<FilePath> path;
  const Json* document = nullptr;  // when there is no path: in the request, which outlives the job
};
template <>
struct Shape<ContractParam> {
  static constexpr std::string_view name = "ContractParam";
  static void read(ContractParam& out, const Json& j, const JsonPath& at);
  static void write(Json& out, const ContractParam& v);
  static std::string ts() { return "{ path: string } | { contract: unknown } | Record<string, unknown>"; }
  static std::string schema() { return R"({"type":"object"})"; }
};

/// Reads it, from the file where it is a path. Errors: FILE.*, and those of `parse_contract`.
Contract read_contract(const ContractParam& param, Hashes hashes = Hashes::required);

/// The contract that either a path or a value names. Error: RPC.INVALID_PARAMS when it is neither or both.
ContractParam one_contract(const std::optional<FilePath>& path, const std::optional<ContractParam>& contract);

}  // namespace plinth
