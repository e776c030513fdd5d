#include "engine/ops/tables/create_table.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"

namespace plinth {

CreateTable CreateTable::resolve(const Thin& t, const Schema& destination) {
  return of(t.schema, destination_table(destination, {t.schema, t.table}));
}

CreateTable CreateTable::of(const std::string& schema, const Table& table) {
  CreateTable op{schema, {}};
  op.definition.name = table.name;
  op.definition.columns = table.columns;
  op.definition.primary_key = table.primary_key;
  for (const auto& c : table.checks) {
    if (c.implied) op.definition.checks.push_back(c);
  }
  return op;
}

Steps CreateTable::steps() const {
  std::vector<Sql> lines;
  const auto add = [&](const Sql& line) { lines.push_back(line); };
  for (const auto& c : definition.columns) add(Sql("  {}", column_sql(c)));
  if (const auto& pk = definition.primary_key) {
    add(pk->named ? Sql("  CONSTRAINT {} {}", Ident{pk->name}, primary_key_sql(*pk))
                  : Sql("  {}", primary_key_sql(*pk)));
  }
  for (const auto& c : definition.checks) add(Sql("  CONSTRAINT {} {}", Ident{c.name}, check_sql(c)));
  const Sql body = lines.empty() ? Sql("()") : Sql("(\n{}\n)", Sql::list(lines, ",\n"));
  const std::string what = "table " + q(definition.name);
  return {{relation_absent("ensure " + what + " does not exist", on())},
          {statement_with_params("create " + what, Sql("CREATE TABLE {} {}", on(), body))},
          {relation_exists("verify " + what + " exists", on())}};
}

void CreateTable::apply(Schema& s) const {
  Namespace& n = require_namespace(s, schema);
  if (find_sorted(n.tables, definition.name) != nullptr)
    not_applicable("table " + q(definition.name) + " exists already");
  Table t;
  t.name = definition.name;
  t.columns = definition.columns;
  t.primary_key = definition.primary_key;
  t.checks = definition.checks;
  insert_sorted(n.tables, std::move(t));
}

void CreateTable::link(const LinkContext&, Links& links) const {
  links.makes = {table_object(on())};
  for (const auto& c : definition.columns) links.needs.push_back(type_object(c.type));
  if (definition.primary_key) links.makes.push_back(key_object(on(), definition.primary_key->columns));
}

std::vector<TakenName> CreateTable::takes(const NameContext&) const {
  std::vector<TakenName> out = table_names(on());
  // The server finds a free name for a key that has none of its own.
  const auto& key = definition.primary_key;
  if (key && key->named) out.push_back(relation_name(schema, key->name));
  return out;
}

LineageChange CreateTable::lineage() const { return {{}, {}, ObjectPath{schema, definition.name}}; }

std::vector<js::Doc> CreateTable::calls(CallContext& context) const {
  const Table& t = definition;
  const auto partial = [](const Check& c) { return c.no_inherit || c.not_valid; };
  if ((t.primary_key && !is_plain_key(*t.primary_key)) || std::any_of(t.checks.begin(), t.checks.end(), partial))
    return {};
  std::vector<js::Doc> columns, constraints;
  for (const auto& c : t.columns) {
    auto column = column_call(on(), c, context);
    if (!column) return {};
    columns.push_back(std::move(*column));
  }
  if (t.primary_key) {
    context.symbols.insert("primaryKey");
    std::vector<js::Doc> arguments = {js::strings(t.primary_key->columns)};
    if (t.primary_key->named) arguments.push_back(js::object({named("name", t.primary_key->name)}));
    constraints.push_back(js::call("primaryKey", std::move(arguments)));
  }
  for (const auto& c : t.checks) constraints.push_back(check_call(t, c, context));
  Members members = {named("schema", schema), named("table", t.name), {"columns", js::array(std::move(columns))}};
  if (!constraints.empty()) members.push_back({"constraints", js::array(std::move(constraints))});
  return js::list(method("createTable", std::move(members)));
}

std::vector<Operation> CreateTable::recognised(const Claim& claim) {
  if (!claim.is("table") || claim.prefix == "column" || claim.prefix == "dropTable") return {};
  if (claim.found() == nullptr) return {};
  // Prisma 8 adds the checks with the table; Prisma Next those of the elements of lists.
  CreateTable with_checks = of(claim.schema(), *claim.found()), without = with_checks;
  with_checks.definition.checks = claim.found()->checks;
  CreateTable with_element_checks = with_checks;
  std::erase_if(with_element_checks.definition.checks,
                [](const Check& c) { return !element_checked_column(c.expression.text); });
  return {without, with_checks, with_element_checks};
}

Mentions CreateTable::mentions() const {
  Mentions out;
  for (const auto& c : definition.columns) add_mentions(out, c);
  return out;
}

template const OperationTraits& traits_of<CreateTable>();

}  // namespace plinth
