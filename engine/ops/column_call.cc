// Columns, with the codecs that only the contract knows.
#include "engine/ops/calls.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

const ContractType* named_type(const Contract& contract, const ContractColumn& column) {
  if (!column.type_ref) return nullptr;
  const auto found = contract.types.find(*column.type_ref);
  return found != contract.types.end() ? &found->second : nullptr;
}

// A type that the contract gives a name of its own is quoted, unless it has a modifier.
std::string type_text(const Column& column, const ContractType* named) {
  if (is_autoincrement(column.fallback)) return std::string(serial_type(column.type));
  const TypeName type = parse_type(column.type);
  if (named == nullptr || !type.modifier.empty() || user_type(column.type)) return column.type;
  return Sql("{}", Ident{type.base}).text() + (type.array ? "[]" : "");
}

js::Doc codec(const ContractColumn& column, const ContractType* named) {
  std::vector<js::Property> members = {{"codecId", js::string(named != nullptr ? named->codec_id : column.codec_id)}};
  const Boxed<TypeParameters>& own = named != nullptr ? named->parameters : column.parameters;
  if (own) {
    members.push_back({"typeParams", js::json_text(own->text.text)});
  } else if (named != nullptr) {
    members.push_back({"typeParams", js::data({})});
  }
  if (column.many) members.push_back({"many", js::text("true")});
  return js::data(std::move(members));
}

bool says(const ContractDefault& stated, const Default& value, const std::string& type) {
  return (stated.is_function ? normalize_default(stated.expression, type) : normalize_literal(stated.value, type)) ==
         value;
}

// As the contract spells it, where it is the contract's.
js::Doc default_call(const Default& value, const std::string& type, const ContractColumn* stated,
                     CallContext& context) {
  const bool function = value.kind == Default::Kind::expression;
  const ContractDefault* own = stated != nullptr && stated->fallback ? &*stated->fallback : nullptr;
  const bool same = own != nullptr && own->is_function == function && says(*own, value, type);
  // The API would make an ARRAY[…] of a list, which its own tool does not recognise in the database.
  const bool list = parse_type(type).array && value.value != "[]";
  if (!function && list) {
    context.symbols.insert("fn");
    return js::call("fn", {js::string(default_sql(value, type, true).text())});
  }
  context.symbols.insert(function ? "fn" : "lit");
  if (function) return js::call("fn", {js::string(same ? own->expression : value.value)});
  return js::call("lit", {js::json_text(same ? own->value.text : value.value)});
}

}  // namespace

const ContractTable* contract_table(const Contract& contract, const Name& table) {
  for (const auto& n : contract.namespaces) {
    if (schema_of_namespace(n.id) != table.schema) continue;
    if (const ContractTable* found = find_named(n.tables, table.name)) return found;
  }
  return nullptr;
}

std::optional<js::Doc> column_call(const Name& table, const Column& column, CallContext& context) {
  if (column.identity || column.generated || column.collation) return {};
  const ContractTable* stated_table = contract_table(context.end, table);
  const ContractColumn* stated = stated_table != nullptr ? find_named(stated_table->columns, column.name) : nullptr;
  const ContractType* named = stated != nullptr ? named_type(context.end, *stated) : nullptr;
  context.symbols.insert("col");
  std::vector<js::Property> options;
  if (!column.nullable) options.push_back({"notNull", js::text("true")});
  if (column.fallback && !is_autoincrement(column.fallback)) {
    options.push_back({"default", default_call(*column.fallback, column.type, stated, context)});
  }
  if (stated != nullptr) options.push_back({"codecRef", codec(*stated, named)});
  std::vector<js::Doc> arguments = {js::string(column.name), js::string(type_text(column, named))};
  if (!options.empty()) arguments.push_back(js::object(std::move(options)));
  return js::call("col", std::move(arguments));
}

}  // namespace plinth
