#include "engine/ops/triggers/create_sync_trigger.h"

#include "engine/json/sha256.h"
#include "engine/ops/define_operation.h"
#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

// The value is computed as the migration computes it, whatever the session of the writer has set. Where row security
// would hide rows that it reads, it is an error.
constexpr const char* settings[] = {
    "search_path", "datestyle",  "intervalstyle", "timezone",  "extra_float_digits",         "bytea_output",
    "lc_monetary", "lc_numeric", "lc_time",       "xmlbinary", "default_text_search_config", "row_security",
    "xmloption"};

Sql value_over(const CreateSyncTrigger& op, const Sql& row) {
  return Sql("SELECT ({}\n) FROM ({}) AS {}", Sql::trusted(op.value), row, Ident{op.table});
}

Sql function_body(const CreateSyncTrigger& op) {
  const Ident column{op.column};
  return Sql(
      "#variable_conflict use_column\n"
      "DECLARE\n"
      "  plinth_was {}.{}%TYPE;\n"
      "BEGIN\n"
      "  IF TG_OP = 'UPDATE' AND NEW.{} IS NOT NULL THEN\n"
      "    plinth_was := ({});\n"
      "    IF plinth_was::text IS DISTINCT FROM OLD.{}::text THEN\n"
      "      RETURN NEW;\n"
      "    END IF;\n"
      "  END IF;\n"
      "  NEW.{} := ({});\n"
      "  RETURN NEW;\n"
      "END",
      op.on(), column, column, value_over(op, "SELECT OLD.*"), column, column, value_over(op, "SELECT NEW.*"));
}

Sql create_function(const CreateSyncTrigger& op) {
  Sql kept;
  for (const char* setting : settings) kept += Sql(" SET {} FROM CURRENT", Ident{setting});
  const Sql body = function_body(op);
  return Sql("CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql{} AS {}", Name{op.schema, op.names().function},
             kept, Literal{body.text()});
}

}  // namespace

SyncTriggerNames sync_trigger_names(const std::string& table, const std::string& column) {
  // Names are cut, and `a_b`, `c` would be `a`, `b_c`: the hash tells them apart.
  constexpr std::size_t hash_digits = 8, ending = 2;
  const std::string hash = sha256_hex(to_json(std::vector{table, column})).substr(0, hash_digits);
  const std::string insert = default_name("zz_plinth_" + table, {column}, hash + "_sync_i");
  const std::string function = insert.substr(0, insert.size() - ending);
  return {function, insert, function + "_u"};
}

Step no_sync_triggers(std::string description, const Name& table, const SyncTriggerNames& names) {
  return check(
      std::move(description),
      R"(SELECT NOT EXISTS (SELECT 1 FROM "pg_trigger" WHERE "tgrelid" = to_regclass($1) AND "tgname" IN ($2, $3)) AS "result")",
      {Sql("{}", table).text(), names.insert, names.update});
}

Steps CreateSyncTrigger::steps() const {
  const Ident c{column};
  const SyncTriggerNames named = names();
  const Name function{schema, named.function};
  return {
      {column_exists("ensure column " + q(column) + " exists", on(), column),
       no_sync_triggers("ensure nothing fills " + q(column) + " yet", on(), named),
       check(
           "ensure no other table inherits from " + q(table),
           R"(SELECT NOT EXISTS (SELECT 1 FROM "pg_inherits" JOIN "pg_class" ON "oid" = "inhparent" WHERE "inhparent" = to_regclass($1) AND "relkind" = 'r') AS "result")",
           {Sql("{}", on()).text()})},
      {statement("try the value of " + q(column), value_over(*this, Sql("SELECT * FROM {} LIMIT 0", on()))),
       statement("create function " + q(named.function), create_function(*this)),
       statement("fill " + q(column) + " of rows that are inserted",
                 Sql("CREATE TRIGGER {} BEFORE INSERT ON {} FOR EACH ROW WHEN (NEW.{} IS NULL) EXECUTE FUNCTION {}()",
                     Ident{named.insert}, on(), c, function)),
       statement("fill " + q(column) + " of rows that are updated",
                 Sql("CREATE TRIGGER {} BEFORE UPDATE ON {} FOR EACH ROW WHEN (NEW.{} IS NULL OR NEW.{}::text IS NOT "
                     "DISTINCT FROM OLD.{}::text) EXECUTE FUNCTION {}()",
                     Ident{named.update}, on(), c, c, c, function))},
      {check(
          "verify " + q(column) + " is filled in rows that are written",
          R"(SELECT count(*) = 2 AS "result" FROM "pg_trigger" JOIN "pg_proc" ON "pg_proc"."oid" = "tgfoid" WHERE "tgrelid" = to_regclass($1) AND "tgname" IN ($2, $3) AND "prosrc" = $4)",
          {Sql("{}", on()).text(), named.insert, named.update, function_body(*this).text()})}};
}

void CreateSyncTrigger::validate(const JsonPath& at) const {
  if (!is_one_expression(value)) at.member("value").fail("is not one SQL expression");
}

Impact CreateSyncTrigger::impact(const Schema&, int) const { return momentary(on(), LockLevel::share_row_exclusive); }

template const OperationTraits& traits_of<CreateSyncTrigger>();

}  // namespace plinth
