#include "runner/jobs/sources/contract_param.h"

#include "engine/json/canonical.h"
#include "runner/files/files.h"

namespace plinth {

void Shape<ContractParam>::read(ContractParam& out, const Json& j, const JsonPath& at) {
  if (json::type(j) != json::Type::object) at.fail("expected object, got " + std::string(json::type_name(j)));
  const bool document = json::member(j, "storage") != nullptr;
  const Json* path = document ? nullptr : json::member(j, "path");
  const Json* inner = document ? nullptr : json::member(j, "contract");
  if (path != nullptr && inner != nullptr) at.fail("names a contract either by path or by contract, not by both");
  if (path == nullptr && inner == nullptr) {
    out.document = &j;
    return;
  }
  json::each_member(j, at, [](std::string_view key, const Json& value, const JsonPath& here) {
    if (key != "path" && key != "contract" && key != "kind") here.fail("unknown field");
    if (key == "kind" && json::read_string(value, here) != "contract") here.fail("expected \"contract\"");
  });
  if (inner != nullptr) return read(out, *inner, at.member("contract"));
  decode(out.path.emplace(), *path, at.member("path"));
}

void Shape<ContractParam>::write(Json& out, const ContractParam& v) {
  if (!v.path) return json::set(out, *v.document);
  json::make_object(out);
  json::set(json::put(out, "path"), std::string_view(*v.path));
}

Contract read_contract(const ContractParam& p, Hashes hashes) {
  if (p.path) return parse_contract(read_file(*p.path), *p.path, hashes);
  Contract out = read_contract_document(*p.document, {}, hashes);
  out.text = stringify(*p.document, 2);
  return out;
}

ContractParam one_contract(const std::optional<FilePath>& path, const std::optional<ContractParam>& contract) {
  if (path.has_value() == contract.has_value()) {
    throw Error(Code::rpc_invalid_params, "name a contract either by its path or by its value",
                "Exactly one of path and contract must be given.");
  }
  return path ? ContractParam{path, {}} : *contract;
}

}  // namespace plinth
