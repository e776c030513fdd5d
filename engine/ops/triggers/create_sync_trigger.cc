#include "engine/ops/triggers/create_sync_trigger.h"

#include "engine/ops/define_operation.h"

namespace plinth {
namespace {

// The value is computed as the migration computes it, whatever the session of the writer has set.
constexpr const char* settings[] = {"search_path", "datestyle",          "intervalstyle",
                                    "timezone",    "extra_float_digits", "bytea_output"};

Sql function_body(const CreateSyncTrigger& op) {
  const auto value_of = [&](const char* row) {
    return Sql("(SELECT ({}\n) FROM (SELECT {}.*) AS {})", Sql::trusted(op.value), Sql::trusted(row), Ident{op.table});
  };
  const Ident column{op.column};
  return Sql(
      "#variable_conflict use_column\n"
      "DECLARE\n"
      "  plinth_was {}.{}%TYPE;\n"
      "BEGIN\n"
      "  IF TG_OP = 'UPDATE' AND NEW.{} IS NOT NULL THEN\n"
      "    plinth_was := {};\n"
      "    IF plinth_was::text IS DISTINCT FROM OLD.{}::text THEN\n"
      "      RETURN NEW;\n"
      "    END IF;\n"
      "  END IF;\n"
      "  NEW.{} := {};\n"
      "  RETURN NEW;\n"
      "END",
      op.on(), column, column, value_of("OLD"), column, column, value_of("NEW"));
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
  const auto name = [&](const char* suffix) { return default_name("zz_plinth_" + table, {column}, suffix); };
  return {name("sync"), name("sync_i"), name("sync_u")};
}

Step sync_triggers_on(std::string description, const Name& table, const SyncTriggerNames& names, bool both) {
  return check(
      std::move(description),
      Sql(R"(SELECT count(*) = {} AS "result" FROM "pg_trigger" WHERE "tgrelid" = to_regclass($1) AND "tgname" IN ($2, $3))",
          static_cast<std::int64_t>(both ? 2 : 0)),
      {Sql("{}", table).text(), names.insert, names.update});
}

Steps CreateSyncTrigger::steps() const {
  const Ident c{column};
  const SyncTriggerNames named = names();
  const Name function{schema, named.function};
  return {
      {column_exists("ensure column " + q(column) + " exists", on(), column),
       sync_triggers_on("ensure nothing fills " + q(column) + " yet", on(), named, false)},
      {statement("create function " + q(named.function), create_function(*this)),
       statement("fill " + q(column) + " of rows that are inserted",
                 Sql("CREATE TRIGGER {} BEFORE INSERT ON {} FOR EACH ROW WHEN (NEW.{} IS NULL) EXECUTE FUNCTION {}()",
                     Ident{named.insert}, on(), c, function)),
       statement("fill " + q(column) + " of rows that are updated",
                 Sql("CREATE TRIGGER {} BEFORE UPDATE ON {} FOR EACH ROW WHEN (NEW.{} IS NULL OR NEW.{}::text IS NOT "
                     "DISTINCT FROM OLD.{}::text) EXECUTE FUNCTION {}()",
                     Ident{named.update}, on(), c, c, c, function))},
      {sync_triggers_on("verify " + q(column) + " is filled in rows that are written", on(), named, true)}};
}

Impact CreateSyncTrigger::impact(const Schema&, int) const { return momentary(on(), LockLevel::share_row_exclusive); }

template const OperationTraits& traits_of<CreateSyncTrigger>();

}  // namespace plinth
