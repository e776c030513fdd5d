#include "engine/ops/calls.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/sql/ddl.h"
#include "engine/sql/type_name.h"

namespace plinth {

js::Doc method(std::string_view name, Members members) {
  return js::call("this." + std::string(name), {js::object(std::move(members))});
}

js::Property named(std::string key, std::string_view value) { return {std::move(key), js::string(value)}; }

std::string namespace_of(const Contract& contract, const std::string& schema) {
  for (const auto& n : contract.namespaces) {
    if (schema_of_namespace(n.id) == schema) return n.id;
  }
  return schema;
}

js::Doc check_call(const Table& table, const Check& check, CallContext& context) {
  context.symbols.insert("checkExpression");
  std::string condition = check_condition(check).text();
  for (const auto& c : table.columns) {
    if (check.implied && parse_type(c.type).array && check.name == element_check_name(table.name, c.name)) {
      condition = Sql("array_position({}, NULL) IS NULL", Ident{c.name}).text();
    }
  }
  return js::call("checkExpression", {js::string(check.name), js::string(condition)});
}

js::Property index_option(const std::string& option) {
  const std::size_t equals = std::min(option.find('='), option.size());
  const std::string value = equals < option.size() ? option.substr(equals + 1) : "true";
  return {option.substr(0, equals), is_bare_option(value) ? js::text(value) : js::string(value)};
}

js::Doc placeholder(const std::string& slot, CallContext& context) {
  context.symbols.insert("placeholder");
  return js::closure(js::call("placeholder", {js::string(slot)}));
}

const SetNotNull* tightening_of(const DataTransform& transform, const std::vector<Operation>& operations) {
  for (const auto& op : operations) {
    const auto* tightening = get_if<SetNotNull>(&op);
    if (tightening == nullptr || !transform.aim.fills(tightening->on(), tightening->column)) continue;
    // The check may have been replaced by another one.
    if (transform.check == nulls_check(tightening->on(), tightening->column)) return tightening;
  }
  return nullptr;
}

js::Doc built_check(const SetNotNull& tightening, const Contract& contract) {
  const ContractTable* table = contract_table(contract, tightening.on());
  const bool has_key = table != nullptr && table->primary_key;
  const std::string& selected = has_key ? table->primary_key->columns.front() : tightening.column;
  return js::closure(
      js::chain("db" + js::member(tightening.schema) + js::member(tightening.table),
                {".select(" + js::lay_out(js::string(selected)) + ")",
                 ".where((f, fns) => fns.eq(f" + js::member(tightening.column) + ", null))", ".limit(1)"}));
}

namespace {

js::Doc raw_call(const Operation& op, CallContext& context) {
  context.symbols.insert("rawSql");
  const auto stored = json::null();
  write_stored(*stored, stored_form(op, !context.is_told_by_statements(op)));
  return js::call("rawSql", {js::json(*stored)});
}

}  // namespace

bool builds_check(const DataTransform& transform, const std::vector<Operation>& operations) {
  return !transform.run && tightening_of(transform, operations) != nullptr;
}

std::vector<js::Doc> calls(const Operation& op, CallContext& context) {
  std::vector<js::Doc> out;
  if (op.traits().calls != nullptr) out = op.traits().calls(op.value(), context);
  if (out.empty()) out.push_back(raw_call(op, context));
  return out;
}

}  // namespace plinth
