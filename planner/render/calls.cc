#include "planner/render/calls.h"

#include "engine/ddl.h"
#include "engine/type_name.h"
#include "planner/expected.h"
#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

using Members = std::vector<js::Property>;
using Call = std::optional<js::Doc>;

js::Doc method(std::string_view name, Members members) {
  return js::call("this." + std::string(name), {js::object(std::move(members))});
}

// `{ schema, table, … }`
template <class... P>
js::Doc on_table(std::string_view name, const Name& table, P... more) {
  Members members = {{"schema", js::string(table.schema)}, {"table", js::string(table.name)}};
  (members.push_back(std::move(more)), ...);
  return method(name, std::move(members));
}

js::Property named(std::string key, std::string_view value) { return {std::move(key), js::string(value)}; }

// One overload a kind that the API has. Nothing where the operation says more than the method can.

Call call_of(const CreateSchema& op, CallContext&) { return method("createSchema", {named("schema", op.schema)}); }

Call call_of(const CreateExtension& op, CallContext& context) {
  if (op.in_schema || op.version) return {};
  context.symbols.insert("createExtension");
  return js::call("createExtension", {js::string(op.extension)});
}

Call call_of(const CreateEnumType& op, CallContext&) {
  return method("createNativeEnumType",
                {named("schema", op.schema), named("typeName", op.type_name), {"members", js::strings(op.values)}});
}

Call call_of(const DropEnumType& op, CallContext&) {
  return method("dropNativeEnumType", {named("schema", op.schema), named("typeName", op.type_name)});
}

js::Doc array_check(const Table& table, const Check& check, CallContext& context) {
  context.symbols.insert("checkExpression");
  std::string condition = check_condition(check).text();
  for (const auto& c : table.columns) {
    if (check.implied && parse_type(c.type).array && check.name == element_check_name(table.name, c.name)) {
      condition = Sql("array_position({}, NULL) IS NULL", Ident{c.name}).text();
    }
  }
  return js::call("checkExpression", {js::string(check.name), js::string(condition)});
}

bool is_plain(const PrimaryKey& key) { return key.include.empty() && !key.deferral; }

Call call_of(const CreateTable& op, CallContext& context) {
  const Table& t = op.definition;
  const auto partial = [](const Check& c) { return c.no_inherit || c.not_valid; };
  if ((t.primary_key && !is_plain(*t.primary_key)) || std::any_of(t.checks.begin(), t.checks.end(), partial)) return {};
  std::vector<js::Doc> columns, constraints;
  for (const auto& c : t.columns) {
    auto column = column_call(op.on(), c, context);
    if (!column) return {};
    columns.push_back(std::move(*column));
  }
  if (t.primary_key) {
    context.symbols.insert("primaryKey");
    std::vector<js::Doc> arguments = {js::strings(t.primary_key->columns)};
    if (t.primary_key->named) arguments.push_back(js::object({named("name", t.primary_key->name)}));
    constraints.push_back(js::call("primaryKey", std::move(arguments)));
  }
  for (const auto& c : t.checks) constraints.push_back(array_check(t, c, context));
  Members members = {named("schema", op.schema), named("table", t.name), {"columns", js::array(std::move(columns))}};
  if (!constraints.empty()) members.push_back({"constraints", js::array(std::move(constraints))});
  return method("createTable", std::move(members));
}

Call call_of(const DropTable& op, CallContext&) { return on_table("dropTable", op.on()); }

Call call_of(const AddColumn& op, CallContext& context) {
  auto column = column_call(op.on(), op.definition, context);
  if (!column) return {};
  return on_table("addColumn", op.on(), js::Property{"column", std::move(*column)});
}

Call call_of(const DropColumn& op, CallContext&) { return on_table("dropColumn", op.on(), named("column", op.column)); }

Call call_of(const AlterColumnType& op, CallContext&) {
  if (op.collation || op.generated || user_type(op.type)) return {};
  Members options = {named("qualifiedTargetType", op.type), named("formatTypeExpected", format_type_text(op.type)),
                     named("rawTargetTypeForLabel", op.type)};
  if (op.using_expression) options.push_back(named("using", *op.using_expression));
  return on_table("alterColumnType", op.on(), named("column", op.column),
                  js::Property{"options", js::data(std::move(options))});
}

Call call_of(const SetNotNull& op, CallContext&) { return on_table("setNotNull", op.on(), named("column", op.column)); }

Call call_of(const DropNotNull& op, CallContext&) {
  return on_table("dropNotNull", op.on(), named("column", op.column));
}

Call call_of(const SetDefault& op, CallContext&) {
  // The method comes with a check that the default of before satisfies: the operation would be skipped.
  if (is_autoincrement(op.definition) || op.replaces) return {};
  const std::string value = default_sql(op.definition, op.type, is_json_type(op.type)).text();
  return method("setDefault", {named("schema", op.schema), named("table", op.table), named("column", op.column),
                               named("defaultSql", "DEFAULT " + value)});
}

Call call_of(const DropDefault& op, CallContext&) {
  return on_table("dropDefault", op.on(), named("column", op.column));
}

Call call_of(const DropExpression& op, CallContext&) {
  return on_table("dropExpression", op.on(), named("column", op.column));
}

Call call_of(const AddPrimaryKey& op, CallContext&) {
  if (op.using_index || !is_plain(op.definition)) return {};
  return on_table("addPrimaryKey", op.on(), named("constraint", op.definition.name),
                  js::Property{"columns", js::strings(op.definition.columns)});
}

Call call_of(const AddUnique& op, CallContext&) {
  const Unique& u = op.definition;
  if (op.using_index || !u.include.empty() || u.nulls_not_distinct || u.deferral) return {};
  return on_table("addUnique", op.on(), named("constraint", u.name), js::Property{"columns", js::strings(u.columns)});
}

Call call_of(const AddForeignKey& op, CallContext&) {
  const ForeignKey& fk = op.definition;
  if (fk.match_full || fk.deferral || fk.not_valid) return {};
  Members key = {named("name", fk.name),
                 {"columns", js::strings(fk.columns)},
                 {"references", js::data({named("schema", fk.referenced_schema),
                                          named("table", fk.referenced_table),
                                          {"columns", js::strings(fk.referenced_columns)}})}};
  if (fk.on_delete != ReferentialAction::no_action) key.push_back(named("onDelete", name_of(fk.on_delete)));
  if (fk.on_update != ReferentialAction::no_action) key.push_back(named("onUpdate", name_of(fk.on_update)));
  return on_table("addForeignKey", op.on(), js::Property{"foreignKey", js::data(std::move(key))});
}

Call call_of(const AddCheckConstraint& op, CallContext&) {
  const Check& c = op.definition;
  if (!c.membership || c.no_inherit || c.not_valid) return {};
  return on_table("addCheckConstraint", op.on(), named("constraint", c.name), named("column", c.membership->column),
                  js::Property{"values", js::strings(c.membership->values)});
}

Call call_of(const DropConstraint& op, CallContext&) {
  Members members = {named("schema", op.schema), named("table", op.table), named("constraint", op.constraint_name)};
  if (op.object_type != DropConstraint{}.object_type) members.push_back(named("kind", op.object_type));
  return method("dropConstraint", std::move(members));
}

Call call_of(const DropCheckConstraint& op, CallContext&) {
  return on_table("dropCheckConstraint", op.on(), named("constraint", op.constraint_name));
}

// `fillfactor=70` → `fillfactor: 70`; words are strings.
js::Property index_option(const std::string& option) {
  const std::size_t equals = std::min(option.find('='), option.size());
  const std::string value = equals < option.size() ? option.substr(equals + 1) : "true";
  return {option.substr(0, equals), is_bare_option(value) ? js::text(value) : js::string(value)};
}

Call call_of(const CreateIndex& op, CallContext&) {
  const Index& i = op.definition;
  const auto columns = CreateIndex::columns_of(i);
  const auto is_bare = [](const IndexKey& k) { return k == IndexKey{k.column, {}, {}, {}, false, {}}; };
  const bool plain = i.include.empty() && !i.unique && !i.nulls_not_distinct && !i.predicate && !columns.empty() &&
                     std::all_of(i.keys.begin(), i.keys.end(), is_bare);
  if (!plain || op.concurrently) return {};
  Members members = {
      named("schema", op.schema), named("table", op.table), named("index", i.name), {"columns", js::strings(columns)}};
  Members extras, options;
  if (i.method != Index{}.method) extras.push_back(named("type", i.method));
  for (const auto& o : i.options) options.push_back(index_option(o));
  if (!options.empty()) extras.push_back({"options", js::data(std::move(options))});
  if (!extras.empty()) members.push_back({"extras", js::object(std::move(extras))});
  return method("createIndex", std::move(members));
}

Call call_of(const DropIndex& op, CallContext&) {
  if (op.concurrently) return {};
  return on_table("dropIndex", op.on(), named("index", op.index_name));
}

Call call_of(const EnableRowLevelSecurity& op, CallContext&) { return on_table("enableRowLevelSecurity", op.on()); }

Call call_of(const DisableRowLevelSecurity& op, CallContext&) { return on_table("disableRowLevelSecurity", op.on()); }

std::string namespace_of(const Contract& contract, const std::string& schema) {
  for (const auto& n : contract.namespaces) {
    if (schema_of_namespace(n.id) == schema) return n.id;
  }
  return schema;
}

Call call_of(const CreateRlsPolicy& op, CallContext& context) {
  const Policy& p = op.definition;
  const std::string_view prefix = policy_prefix(p.name);
  Members policy = {named("name", p.name),
                    named("prefix", prefix.empty() ? p.name : prefix),
                    named("tableName", op.table),
                    named("namespaceId", namespace_of(context.end, op.schema)),
                    named("operation", name_of(p.command)),
                    {"roles", js::strings(p.roles)}};
  if (p.using_expression) policy.push_back(named("using", p.using_expression->text));
  if (p.check_expression) policy.push_back(named("withCheck", p.check_expression->text));
  policy.push_back({"permissive", js::text(p.permissive ? "true" : "false")});
  return on_table("createRlsPolicy", op.on(), js::Property{"policy", js::data(std::move(policy))});
}

Call call_of(const DropRlsPolicy& op, CallContext&) {
  return on_table("dropRlsPolicy", op.on(), named("policy", op.policy));
}

Call call_of(const RenameRlsPolicy& op, CallContext&) {
  return on_table("renameRlsPolicy", op.on(), named("from", op.from_name), named("to", op.to_name));
}

// ---- transforms -------------------------------------------------------------------------------------------------

const SetNotNull* tightening_of(const DataTransform& transform, const std::vector<Operation>& operations) {
  for (const auto& op : operations) {
    const auto* tightening = std::get_if<SetNotNull>(&op);
    if (tightening != nullptr && transform.check == nulls_check(tightening->on(), tightening->column))
      return tightening;
  }
  return nullptr;
}

js::Doc placeholder(const std::string& slot, CallContext& context) {
  context.symbols.insert("placeholder");
  return js::closure(js::call("placeholder", {js::string(slot)}));
}

// Rows of the table in which the column is NULL.
js::Doc built_check(const SetNotNull& tightening, const Contract& contract) {
  const ContractTable* table = contract_table(contract, tightening.on());
  const bool has_key = table != nullptr && table->primary_key;
  const std::string& selected = has_key ? table->primary_key->columns.front() : tightening.column;
  return js::closure(
      js::chain("db" + js::member(tightening.schema) + js::member(tightening.table),
                {".select(" + js::lay_out(js::string(selected)) + ")",
                 ".where((f, fns) => fns.eq(f" + js::member(tightening.column) + ", null))", ".limit(1)"}));
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

Call call_of(const DataTransform& op, CallContext& context) {
  if (op.run) return {};
  Members members;
  if (op.invariant_id) members.push_back(named("invariantId", *op.invariant_id));
  const SetNotNull* tightening = tightening_of(op, context.operations);
  if (tightening != nullptr) {
    members.push_back({"check", built_check(*tightening, context.end)});
  } else if (!op.check || op.check->query) {
    js::Property check{"check", placeholder(op.name + ":check", context)};
    if (op.check) check.comments = lines(op.check->query->sql);
    members.push_back(std::move(check));
  }
  members.push_back({"run", placeholder(op.name + ":run", context)});
  return js::call("this.dataTransform", {js::text(context.reads_contract ? "contract" : "endContract"),
                                         js::string(op.name), js::object(std::move(members), true)});
}

js::Doc raw_call(const Operation& op, CallContext& context) {
  context.symbols.insert("rawSql");
  const auto stored = json::null();
  write_stored(*stored, stored_form(op, false));
  return js::call("rawSql", {js::json(*stored)});
}

}  // namespace

bool builds_check(const DataTransform& transform, const std::vector<Operation>& operations) {
  return !transform.run && tightening_of(transform, operations) != nullptr;
}

std::vector<js::Doc> calls(const Operation& op, CallContext& context) {
  if (const auto* add = std::get_if<AddEnumValues>(&op); add != nullptr && !add->before && !add->own_transaction) {
    std::vector<js::Doc> out;
    for (const auto& value : add->values) {
      out.push_back(method("addNativeEnumValue",
                           {named("schema", add->schema), named("typeName", add->type_name), named("value", value)}));
    }
    return out;
  }
  Call call = std::visit(
      [&](const auto& o) -> Call {
        if constexpr (requires { call_of(o, context); }) {
          return call_of(o, context);
        } else {
          return {};
        }
      },
      op);
  return {call ? std::move(*call) : raw_call(op, context)};
}

}  // namespace plinth
