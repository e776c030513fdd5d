#include "planner/plan/kept_attributes.h"

#include <algorithm>
#include <tuple>

#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "engine/sql/ddl.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

// Each of these queries selects statements, one a row, that restore what belongs to an object. In `v`, relation is the
// table, quoted, name the name of the object, object the object itself, quoted, with its schema, and type the type that
// a column will have, as the server prints it.
Sql column_statements() {
  return {
      "FROM pg_attribute t JOIN pg_type y ON y.oid = t.atttypid, LATERAL (SELECT format('COMMENT ON COLUMN %s.%I IS"
      " %L', v.relation, v.name, k.description) FROM pg_description k WHERE k.classoid = 'pg_class'::regclass AND"
      " k.objoid = t.attrelid AND k.objsubid = t.attnum"
      " UNION ALL SELECT format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, v.name, v.relation, {}, {}) FROM"
      " aclexplode(t.attacl) a"
      " UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STATISTICS %s', v.relation, v.name,"
      " t.attstattarget) WHERE t.attstattarget >= 0"
      " UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET STORAGE %s', v.relation, v.name, CASE"
      " t.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) WHERE"
      " t.attstorage <> y.typstorage AND format_type(t.atttypid, t.atttypmod) = v.type"
      // Servers before PostgreSQL 14 have no such column.
      " UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET COMPRESSION %s', v.relation, v.name, CASE"
      " to_jsonb(t) ->> 'attcompression' WHEN 'l' THEN 'lz4' ELSE 'pglz' END) WHERE to_jsonb(t) ->> 'attcompression' IN"
      " ('l', 'p') AND format_type(t.atttypid, t.atttypmod) = v.type"
      " UNION ALL SELECT format('ALTER TABLE ONLY %s ALTER COLUMN %I SET (%s)', v.relation, v.name,"
      " array_to_string(t.attoptions, ', ')) WHERE t.attoptions IS NOT NULL) s (statement) WHERE t.attrelid ="
      " to_regclass(v.relation) AND t.attname = v.name",
      grantee_sql(), grant_option_sql()};
}
Sql constraint_statements() {
  return "FROM pg_constraint c, LATERAL (SELECT format('COMMENT ON CONSTRAINT %I ON %s IS %L', v.name, v.relation,"
         " k.description) FROM pg_description k WHERE k.classoid = 'pg_constraint'::regclass AND k.objoid = c.oid UNION"
         " ALL SELECT format('COMMENT ON INDEX %s IS %L', v.object, k.description) FROM pg_description k WHERE"
         " k.classoid = 'pg_class'::regclass AND k.objoid = c.conindid AND c.contype IN ('p', 'u') AND k.objsubid = 0)"
         " s (statement) WHERE c.conrelid = to_regclass(v.relation) AND c.conname = v.name";
}
Sql index_statements() {
  return "FROM pg_description k, format('COMMENT ON INDEX %s IS %L', v.object, k.description) s (statement) WHERE"
         " k.classoid = 'pg_class'::regclass AND k.objoid = to_regclass(v.object) AND k.objsubid = 0";
}
Sql policy_statements() {
  return "FROM pg_policy p JOIN pg_description k ON k.classoid = 'pg_policy'::regclass AND k.objoid = p.oid,"
         " format('COMMENT ON POLICY %I ON %s IS %L', v.name, v.relation, k.description) s (statement) WHERE p.polrelid"
         " = to_regclass(v.relation) AND p.polname = v.name";
}

struct Kind {
  std::string_view object_type;
  Sql (*statements)();
};
constexpr Kind kinds[] = {{"column", column_statements},
                          {"primaryKey", constraint_statements},
                          {"unique", constraint_statements},
                          {"foreignKey", constraint_statements},
                          {"checkConstraint", constraint_statements},
                          {"index", index_statements},
                          {"rlsPolicy", policy_statements}};

// Writes the statements down in a setting of the session.
std::string keep(const Target& t, const std::string& type, const Sql& statements, const std::string& setting) {
  const Sql relation("{}", Name{t.schema, t.table.value_or("")}), object("{}", Name{t.schema, t.name});
  return guarded_block(
             Sql(), Sql("PERFORM set_config({}, COALESCE((SELECT string_agg(o.s, '; ') FROM (VALUES ({}, {}, {}, {})) v"
                        " (relation, name, object, type), LATERAL (SELECT s.statement {}) o (s)), ''), false);",
                        Literal{setting}, Literal{relation.text()}, Literal{t.name}, Literal{object.text()},
                        Literal{type}, statements))
      .text();
}

// Where the session is another one than that which wrote them down, nothing is left to restore.
std::string restore(const std::string& setting) {
  return guarded_block(Sql(), Sql("EXECUTE COALESCE(current_setting({}, true), ''); PERFORM set_config({}, '', false);",
                                  Literal{setting}, Literal{setting}))
      .text();
}

// Gives a type what belongs to another one. Whoever makes the new type may have default privileges; the owner stays
// another one where this role may not hand over, or the owner may not have something in the schema.
std::string hand_over(const Name& from, const Name& to) {
  const std::string old_type = Sql("{}", from).text(), new_type = Sql("{}", to).text();
  const Literal before{old_type}, after{new_type};
  const Sql has_own("(t.typacl IS NOT NULL OR EXISTS (SELECT FROM pg_default_acl WHERE defaclobjtype = 'T'))");
  const Sql may_hand_over(
      "((SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR pg_has_role(current_user, t.typowner, CASE WHEN"
      " current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) AND"
      " has_schema_privilege(t.typowner, t.typnamespace, 'CREATE'))");
  const Sql query(
      "SELECT s.statement FROM pg_type t, LATERAL (SELECT 1, format('REVOKE ALL ON TYPE %s FROM %s', {}, {}) FROM"
      " (SELECT x.grantee FROM pg_default_acl d, aclexplode(d.defaclacl) x WHERE d.defaclobjtype = 'T' UNION SELECT"
      " 0::oid UNION SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user) a WHERE {} UNION ALL SELECT 2,"
      " format('GRANT %s ON TYPE %s TO %s%s', a.privilege_type, {}, {}, {}) FROM"
      " aclexplode(COALESCE(t.typacl, acldefault('T', t.typowner))) a WHERE {} UNION ALL SELECT 3, format('COMMENT ON"
      " TYPE %s IS %L', {}, k.description) FROM pg_description k WHERE k.classoid = 'pg_type'::regclass AND k.objoid ="
      " t.oid UNION ALL SELECT 4, format('ALTER TYPE %s OWNER TO %I', {}, pg_get_userbyid(t.typowner)) WHERE"
      " pg_get_userbyid(t.typowner) <> current_user AND {}) s (step, statement) WHERE t.oid = to_regtype({}) AND"
      " to_regtype({}) IS NOT NULL ORDER BY s.step",
      after, grantee_sql(), has_own, after, grantee_sql(), grant_option_sql(), has_own, after, after, may_hand_over,
      before, after);
  return guarded_block(Sql(" s text;"), Sql("FOR s IN {} LOOP EXECUTE s; END LOOP;", query)).text();
}

// The type that takes the place of the one that an operation drops: it was made for that, and gets the name of the
// other one later, or the other one gave its name to it.
std::optional<Name> heir(const std::vector<Operation>& operations, std::size_t position, const DropEnumType& drop) {
  std::map<Name, std::size_t> made;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (const auto* create = get_if<CreateEnumType>(&operations[i])) made.emplace(create->type(), i);
  }
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto* rename = get_if<RenameType>(&operations[i]);
    if (rename == nullptr || rename->schema != drop.schema || rename->to_name != drop.type_name) continue;
    const Name found{drop.schema, rename->from_name};
    const auto at = made.find(found);
    // Either the new type takes the name after the drop, or it was made under a name that the old one had given away.
    if (at != made.end() && (i > position ? at->second < i : at->second > i && at->second < position)) return found;
  }
  return {};
}

// The type of the column that an operation adds, as the server prints it.
std::string added_type(const Operation& op) {
  const auto* add = get_if<AddColumn>(&op);
  return add != nullptr ? format_type_text(add->definition.type) : std::string();
}

}  // namespace

bool drops_part(const Operation& op) {
  return holds_alternative<DropColumn>(op) || holds_alternative<DropConstraint>(op) ||
         holds_alternative<DropCheckConstraint>(op) || holds_alternative<DropIndex>(op);
}

KeptAttributes kept_attributes(const std::vector<Operation>& operations) {
  KeptAttributes out;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t> gone;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    if (const auto* drop = get_if<DropEnumType>(&op)) {
      if (const auto to = heir(operations, i, *drop)) out.before[i] = hand_over(drop->type(), *to);
    }
    // What has the name of a table from here on may be another one.
    if (holds_alternative<RenameTable>(op) || holds_alternative<DropTable>(op)) gone.clear();
    const auto about = target(op);
    if (!about || !about->table) continue;
    const std::tuple key(about->schema, *about->table, about->object_type, about->name);
    if (drops_part(op) || holds_alternative<DropRlsPolicy>(op)) {
      gone[key] = i;
      continue;
    }
    const auto found = gone.find(key);
    if (found == gone.end()) continue;
    // Something else that takes the name keeps what it has.
    const bool makes = operation_class(op) == OperationClass::additive;
    for (const auto& kind : kinds) {
      if (!makes || about->object_type != kind.object_type) continue;
      const std::string setting = "plinth.kept_" + std::to_string(i);
      out.before[found->second] = keep(*about, added_type(op), kind.statements(), setting);
      out.after[i] = restore(setting);
    }
    gone.erase(found);
  }
  return out;
}

}  // namespace plinth
