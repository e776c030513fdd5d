#include "engine/ops/columns/set_default.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/renaming.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/type_name.h"

namespace plinth {

SetDefault SetDefault::resolve(const Thin& t, const Schema& destination) {
  const Column& c = destination_column(destination, {t.schema, t.table}, t.column);
  if (!c.fallback) unresolved("column " + q(t.table) + "." + q(t.column) + " has no default in the destination");
  return {t.schema, t.table, t.column, *c.fallback, c.type, t.replaces};
}

Steps SetDefault::steps() const {
  Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)}, {}, {}};
  if (is_autoincrement(definition)) {
    number_on(out);
  } else {
    out.execute.push_back(setting(default_sql(definition, type, is_json_type(type))));
  }
  return out;
}

Step SetDefault::setting(const Sql& value) const {
  return statement("set default on " + q(column),
                   Sql("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}", on(), Ident{column}, value));
}

void SetDefault::number_on(Steps& out) const {
  const Name name = default_sequence(on(), column);
  const std::string what = "sequence " + q(name.name);
  const Sql text("{}", Literal{Sql("{}", name).text()});
  out.precheck.push_back(sequence_free_or_owned(
      "ensure the name of " + what + " is free, or that column " + q(column) + " owns it", name, on(), column));
  out.precheck.push_back(check(
      "ensure column " + q(column) + " leaves " + what + " a number of type " + type,
      Sql(R"(SELECT COALESCE(MAX({}), 0) < {} AS "result" FROM {})", Ident{column}, greatest_integer(type), on()), {}));
  const Sql counted = serial_type(type).empty() || type == "int8" ? Sql("") : Sql(" AS {}", type_sql(type));
  out.execute.push_back(statement(
      "create " + what, Sql("CREATE SEQUENCE IF NOT EXISTS {}{} OWNED BY {}.{}", name, counted, on(), Ident{column})));
  // setval outlives a rollback, except on a sequence that was restarted in the same transaction.
  out.execute.push_back(statement("restart " + what, Sql("ALTER SEQUENCE {} RESTART", name)));
  out.execute.push_back(statement(
      "advance " + what,
      Sql("SELECT setval({}, (SELECT GREATEST(MAX({})::int8, 0) + 1 FROM {}), false)", text, Ident{column}, on())));
  out.execute.push_back(setting(Sql("nextval({})", text)));
}

std::vector<TakenName> SetDefault::takes(const NameContext& names) const {
  if (!is_autoincrement(definition)) return {};
  const Name name = default_sequence(on(), column);
  const HeldName* held = names.find(relation_name(name.schema, name.name));
  const bool is_own =
      held != nullptr && held->holder == NameHolder::sequence && held->table == on() && held->column == column;
  return is_own ? std::vector<TakenName>{} : std::vector{relation_name(name.schema, name.name)};
}

void SetDefault::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  c.fallback = definition;
  if (!is_autoincrement(definition)) {
    c.sequence_options.reset();
    return;
  }
  // One that the column has owned before is a part of it now.
  auto& sequences = require_namespace(s, schema).sequences;
  const Sequence* owned = find_sorted(sequences, default_sequence(on(), column).name);
  if (owned == nullptr || owned->owner != SequenceOwner{schema, table, column}) return;
  SequenceOptions options = owned->options;
  options.type = options.type.value_or("int8");
  set_owned_sequence(c, std::move(options));
  sequences.erase(sequences.begin() + (owned - sequences.data()));
}

std::vector<js::Doc> SetDefault::calls(CallContext&) const {
  // The method comes with a check that the default of before satisfies: the operation would be skipped.
  if (is_autoincrement(definition) || replaces) return {};
  const std::string value = default_sql(definition, type, is_json_type(type)).text();
  return js::list(method("setDefault", {named("schema", schema), named("table", table), named("column", column),
                                        named("defaultSql", "DEFAULT " + value)}));
}

std::vector<Operation> SetDefault::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "setDefault" || claim.column() == nullptr) return {};
  const Column& found = *claim.column();
  std::vector<Operation> out;
  const auto offer = [&](const Default& value) {
    out.emplace_back(SetDefault{claim.schema(), claim.table(), claim.name, value, found.type, false});
  };
  if (found.fallback) offer(*found.fallback);
  // A default that the column has for the time being.
  const auto text = text_between(claim, " SET DEFAULT ");
  const auto stated = text && is_one_expression(*text) ? normalize_default(*text, found.type) : std::nullopt;
  if (stated && stated != found.fallback) offer(*stated);
  return out;
}

template const OperationTraits& traits_of<SetDefault>();

}  // namespace plinth
