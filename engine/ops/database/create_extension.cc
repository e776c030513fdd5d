#include "engine/ops/database/create_extension.h"

#include "engine/ops/define_operation.h"

namespace plinth {

Steps CreateExtension::steps() const {
  Sql sql("CREATE EXTENSION IF NOT EXISTS {}", Ident{extension});
  if (in_schema) sql += Sql(" WITH SCHEMA {}", Ident{*in_schema});
  if (version) sql += Sql(" VERSION {}", Literal{*version});
  return {{}, {statement("Create extension " + q(extension), sql)}, {}};
}

void CreateExtension::apply(Schema& s) const {
  if (find_named(s.extensions, extension) == nullptr) {
    insert_sorted(s.extensions, Extension{extension, in_schema, version});
  }
}

std::vector<Operation> CreateExtension::recognised(const Claim& claim) {
  if (!claim.target && claim.prefix == "extension") return {CreateExtension{claim.name}};
  if (!claim.is("dependency")) return {};
  // CREATE EXTENSION IF NOT EXISTS name
  const auto tokens = first_tokens(claim);
  if (tokens.empty()) return {};
  return {CreateExtension{tokens.back().text}};
}

std::vector<js::Doc> CreateExtension::calls(CallContext& context) const {
  if (in_schema || version) return {};
  context.symbols.insert("createExtension");
  return js::list(js::call("createExtension", {js::string(extension)}));
}

template const OperationTraits& traits_of<CreateExtension>();

}  // namespace plinth
