#include "engine/step.h"

#include "engine/sql/sql_literal.h"

namespace plinth {
namespace {

std::vector<JsonText> text_params(const std::vector<std::string>& values) {
  std::vector<JsonText> out;
  out.reserve(values.size());
  for (const auto& v : values) out.push_back({json::quote(v)});
  return out;
}

std::string qualified(const Name& n) { return Sql("{}", n).text(); }

Sql column_query(const Sql& condition) {
  return Sql(
      R"(EXISTS (SELECT 1 AS "one" FROM "information_schema"."columns" WHERE ("table_schema" = $1 AND "table_name" = $2 AND "column_name" = $3{})))",
      condition);
}

Step column_check(std::string description, const Name& t, const std::string& c, const Sql& query) {
  return check(std::move(description), Sql(R"(SELECT {} AS "result")", query), {t.schema, t.name, c});
}

Sql constraint_query() {
  return R"(EXISTS (SELECT 1 AS "one" FROM "pg_constraint" AS "c" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "c"."connamespace" WHERE ("c"."conname" = $1 AND "n"."nspname" = $2 AND "c"."conrelid" = to_regclass($3))))";
}
Sql policy_query() {
  return R"(EXISTS (SELECT 1 AS "one" FROM "pg_policies" WHERE ("schemaname" = $1 AND "tablename" = $2 AND "policyname" = $3)))";
}
Sql enum_query() {
  return R"(EXISTS (SELECT 1 AS "one" FROM "pg_type" AS "t" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "t"."typnamespace" WHERE ("n"."nspname" = $1 AND "t"."typname" = $2 AND "t"."typtype" = 'e')))";
}
Sql enum_value_query() {
  return R"(EXISTS (SELECT 1 AS "one" FROM "pg_enum" AS "e" INNER JOIN "pg_type" AS "t" ON "t"."oid" = "e"."enumtypid" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "t"."typnamespace" WHERE ("n"."nspname" = $1 AND "t"."typname" = $2 AND "e"."enumlabel" = $3)))";
}

Sql present(const Sql& query) { return {R"(SELECT {} AS "result")", query}; }
Sql absent(const Sql& query) { return {R"(SELECT NOT {} AS "result")", query}; }

}  // namespace

namespace {

bool is_cast_to_json(std::string_view sql, std::size_t index) {
  const std::string placeholder = "$" + std::to_string(index + 1) + "::";
  const std::size_t at = sql.find(placeholder);
  if (at == std::string_view::npos) return false;
  const std::string_view type = sql.substr(at + placeholder.size());
  return type.starts_with("json");
}

// `{1,NULL,"a"}`, as node hands a list to the server.
std::string array_text(const Json& list) {
  std::string out = "{";
  json::each_element(list, {}, [&](const Json& e, const JsonPath&) {
    if (out.size() > 1) out += ',';
    switch (json::type(e)) {
      case json::Type::null: out += "NULL"; break;
      case json::Type::boolean:
      case json::Type::number: out += json::dump(e); break;
      case json::Type::string: out += quoted_array_element(json::read_string(e, {})); break;
      case json::Type::array: out += array_text(e); break;
      case json::Type::object: out += quoted_array_element(json::dump(e)); break;
    }
  });
  return out + "}";
}

}  // namespace

std::optional<std::string> parameter_text(const Step& step, std::size_t index) {
  const JsonText& value = step.params->at(index);
  const auto doc = json::parse(value.text, Code::migration_invalid_operation_entry);
  switch (json::type(*doc)) {
    case json::Type::null: return {};
    case json::Type::string:
      return json::read_string(*doc, JsonPath::root(Code::migration_invalid_operation_entry, "params"));
    case json::Type::array: return is_cast_to_json(step.sql, index) ? value.text : array_text(*doc);
    case json::Type::boolean:
    case json::Type::number:
    case json::Type::object: return value.text;
  }
  return {};
}

Step statement(std::string description, const Sql& sql) { return {std::move(description), sql.text(), {}, {}}; }

Step statement_with_params(std::string description, const Sql& sql) {
  return {std::move(description), sql.text(), std::vector<JsonText>{}, {}};
}

Step check(std::string description, const Sql& sql, const std::vector<std::string>& params) {
  return {std::move(description), sql.text(), text_params(params), {}};
}

Step relation_exists(std::string description, const Name& relation) {
  return check(std::move(description), R"(SELECT (to_regclass($1)) IS NOT NULL AS "result")", {qualified(relation)});
}
Step relation_absent(std::string description, const Name& relation) {
  return check(std::move(description), R"(SELECT (to_regclass($1)) IS NULL AS "result")", {qualified(relation)});
}
Step index_absent_or_invalid(std::string description, const Name& index) {
  return check(
      std::move(description),
      R"(SELECT to_regclass($1) IS NULL OR EXISTS (SELECT 1 FROM "pg_index" WHERE "indexrelid" = to_regclass($1) AND NOT ("indisvalid" AND "indisready")) AS "result")",
      {qualified(index)});
}
Step index_valid(std::string description, const Name& index) {
  return check(
      std::move(description),
      R"(SELECT EXISTS (SELECT 1 FROM "pg_index" WHERE "indexrelid" = to_regclass($1) AND "indisvalid" AND "indisready") AS "result")",
      {qualified(index)});
}
Step column_exists(std::string description, const Name& table, const std::string& column) {
  return column_check(std::move(description), table, column, column_query(""));
}
Step column_absent(std::string description, const Name& table, const std::string& column) {
  return column_check(std::move(description), table, column, Sql("NOT {}", column_query("")));
}
Step column_nullable(std::string description, const Name& table, const std::string& column, bool nullable) {
  Step s = column_check(std::move(description), table, column, column_query(R"( AND "is_nullable" = $4)"));
  s.params->push_back({nullable ? "\"YES\"" : "\"NO\""});
  return s;
}
Step column_not_generated(std::string description, const Name& table, const std::string& column) {
  return column_check(std::move(description), table, column, column_query(R"( AND "is_generated" = 'NEVER')"));
}
Step column_without_default(std::string description, const Name& table, const std::string& column) {
  return column_check(std::move(description), table, column, column_query(R"( AND "column_default" IS NULL)"));
}
Step column_type_is(std::string description, const Name& table, const std::string& column, const std::string& type) {
  return check(
      std::move(description),
      R"(SELECT EXISTS (SELECT 1 AS "one" FROM "pg_attribute" AS "a" INNER JOIN "pg_class" AS "c" ON "c"."oid" = "a"."attrelid" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "c"."relnamespace" WHERE ("n"."nspname" = $1 AND "c"."relname" = $2 AND "a"."attname" = $3 AND (format_type("a"."atttypid", "a"."atttypmod")) = $4 AND NOT ("a"."attisdropped"))) AS "result")",
      {table.schema, table.name, column, type});
}
Step column_user_type_is(std::string description, const Name& table, const std::string& column,
                         const std::string& type) {
  return check(
      std::move(description),
      R"(SELECT EXISTS (SELECT 1 AS "one" FROM "pg_attribute" AS "a" INNER JOIN "pg_class" AS "c" ON "c"."oid" = "a"."attrelid" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "c"."relnamespace" WHERE ("n"."nspname" = $1 AND "c"."relname" = $2 AND "a"."attname" = $3 AND "a"."atttypid" = to_regtype($4) AND NOT ("a"."attisdropped"))) AS "result")",
      {table.schema, table.name, column, type});
}
Step column_collation_is(std::string description, const Name& table, const std::string& column,
                         const std::optional<std::string>& collation) {
  const Sql wanted = collation ? Sql(R"(quote_ident("cn"."nspname") || '.' || quote_ident("co"."collname") = $4)")
                               : Sql(R"("a"."attcollation" = "t"."typcollation")");
  std::vector<std::string> params = {table.schema, table.name, column};
  if (collation) params.push_back(*collation);
  return check(
      std::move(description),
      Sql(R"(SELECT EXISTS (SELECT 1 AS "one" FROM "pg_attribute" AS "a" INNER JOIN "pg_class" AS "c" ON "c"."oid" = "a"."attrelid" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "c"."relnamespace" INNER JOIN "pg_type" AS "t" ON "t"."oid" = "a"."atttypid" LEFT JOIN "pg_collation" AS "co" ON "co"."oid" = "a"."attcollation" LEFT JOIN "pg_namespace" AS "cn" ON "cn"."oid" = "co"."collnamespace" WHERE ("n"."nspname" = $1 AND "c"."relname" = $2 AND "a"."attname" = $3 AND {} AND NOT ("a"."attisdropped"))) AS "result")",
          wanted),
      params);
}
Step column_has_no_nulls(std::string description, const Name& table, const std::string& column) {
  return check(
      std::move(description),
      Sql(R"(SELECT NOT EXISTS (SELECT 1 AS "one" FROM {} WHERE {} IS NULL) AS "result")", table, Ident{column}), {});
}
Step sequence_free_or_owned(std::string description, const Name& sequence, const Name& table,
                            const std::string& column) {
  return check(
      std::move(description),
      R"(SELECT to_regclass($1) IS NULL OR EXISTS (SELECT 1 AS "one" FROM "pg_class" AS "s" INNER JOIN "pg_depend" AS "d" ON "d"."classid" = 'pg_class'::regclass AND "d"."objid" = "s"."oid" AND "d"."refclassid" = 'pg_class'::regclass AND "d"."deptype" = 'a' INNER JOIN "pg_attribute" AS "a" ON "a"."attrelid" = "d"."refobjid" AND "a"."attnum" = "d"."refobjsubid" WHERE ("s"."oid" = to_regclass($1) AND "s"."relkind" = 'S' AND "a"."attrelid" = to_regclass($2) AND "a"."attname" = $3)) AS "result")",
      {qualified(sequence), qualified(table), column});
}
Step constraint_exists(std::string description, const Name& table, const std::string& constraint) {
  return check(std::move(description), present(constraint_query()), {constraint, table.schema, qualified(table)});
}
Step constraint_absent(std::string description, const Name& table, const std::string& constraint) {
  return check(std::move(description), absent(constraint_query()), {constraint, table.schema, qualified(table)});
}
Step policy_exists(std::string description, const Name& table, const std::string& policy) {
  return check(std::move(description), present(policy_query()), {table.schema, table.name, policy});
}
Step policy_absent(std::string description, const Name& table, const std::string& policy) {
  return check(std::move(description), absent(policy_query()), {table.schema, table.name, policy});
}
Step row_security_is(std::string description, const Name& table, bool enabled) {
  const Sql condition = enabled ? Sql(R"("c"."relrowsecurity")") : Sql(R"(NOT ("c"."relrowsecurity"))");
  return check(
      std::move(description),
      Sql(R"(SELECT EXISTS (SELECT 1 AS "one" FROM "pg_class" AS "c" INNER JOIN "pg_namespace" AS "n" ON "n"."oid" = "c"."relnamespace" WHERE ("n"."nspname" = $1 AND "c"."relname" = $2 AND {})) AS "result")",
          condition),
      {table.schema, table.name});
}
Step enum_exists(std::string description, const Name& type) {
  return check(std::move(description), present(enum_query()), {type.schema, type.name});
}
Step enum_absent(std::string description, const Name& type) {
  return check(std::move(description), absent(enum_query()), {type.schema, type.name});
}
Step enum_value_exists(std::string description, const Name& type, const std::string& value) {
  return check(std::move(description), present(enum_value_query()), {type.schema, type.name, value});
}
Step enum_value_absent(std::string description, const Name& type, const std::string& value) {
  return check(std::move(description), absent(enum_value_query()), {type.schema, type.name, value});
}

}  // namespace plinth
