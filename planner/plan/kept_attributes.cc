#include "planner/plan/kept_attributes.h"

#include <algorithm>
#include <tuple>

#include "engine/ops/columns/drop_column.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"

namespace plinth {
namespace {

// How a role and the right to grant are written in GRANT; `a` is a row of aclexplode.
Sql grantee() { return "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"; }
Sql may_grant() { return "CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"; }

// Each of these queries selects statements, one a row, that restore what belongs to an object. In `v`, relation is the
// table, quoted, name the name of the object, object the object itself, quoted, with its schema.
Sql column_statements() {
  return {
      "FROM pg_attribute t JOIN pg_type y ON y.oid = t.atttypid, LATERAL (SELECT format('COMMENT ON COLUMN %s.%I IS"
      " %L', v.relation, v.name, k.description) FROM pg_description k WHERE k.classoid = 'pg_class'::regclass AND"
      " k.objoid = t.attrelid AND k.objsubid = t.attnum"
      " UNION ALL SELECT format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, v.name, v.relation, {}, {}) FROM"
      " aclexplode(t.attacl) a"
      " UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', v.relation, v.name,"
      " t.attstattarget) WHERE t.attstattarget >= 0"
      " UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE %s', v.relation, v.name, CASE t.attstorage"
      " WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) WHERE t.attstorage <>"
      " y.typstorage"
      " UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', v.relation, v.name,"
      " array_to_string(t.attoptions, ', ')) WHERE t.attoptions IS NOT NULL) s (statement) WHERE t.attrelid ="
      " to_regclass(v.relation) AND t.attname = v.name",
      grantee(), may_grant()};
}
Sql constraint_statements() {
  return "FROM pg_constraint c JOIN pg_description k ON k.classoid = 'pg_constraint'::regclass AND k.objoid = c.oid,"
         " format('COMMENT ON CONSTRAINT %I ON %s IS %L', v.name, v.relation, k.description) s (statement) WHERE"
         " c.conrelid = to_regclass(v.relation) AND c.conname = v.name";
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
std::string keep(const Target& t, const Sql& statements, const std::string& setting) {
  const Sql relation("{}", Name{t.schema, t.table.value_or("")}), object("{}", Name{t.schema, t.name});
  const Sql body(
      "BEGIN PERFORM set_config({}, COALESCE((SELECT string_agg(o.s, '; ') FROM (VALUES ({}, {}, {})) v (relation, "
      "name,"
      " object), LATERAL (SELECT s.statement {}) o (s)), ''), false); END",
      Literal{setting}, Literal{relation.text()}, Literal{t.name}, Literal{object.text()}, statements);
  return Sql("DO {}", Literal{body.text()}).text();
}

std::string restore(const std::string& setting) {
  const Sql body("BEGIN EXECUTE current_setting({}); END", Literal{setting});
  return Sql("DO {}", Literal{body.text()}).text();
}

// Gives a type what belongs to another one. Whoever makes the new type may have default privileges.
std::string hand_over(const Name& from, const Name& to) {
  const std::string old_type = Sql("{}", from).text(), new_type = Sql("{}", to).text();
  const Literal before{old_type}, after{new_type};
  const Sql has_own("(t.typacl IS NOT NULL OR EXISTS (SELECT FROM pg_default_acl WHERE defaclobjtype = 'T'))");
  const Sql query(
      "SELECT s.statement FROM pg_type t, LATERAL (SELECT 1, format('REVOKE ALL ON TYPE %s FROM %s', {}, {}) FROM"
      " (SELECT x.grantee FROM pg_default_acl d, aclexplode(d.defaclacl) x WHERE d.defaclobjtype = 'T' UNION SELECT"
      " 0::oid) a WHERE {} UNION ALL SELECT 2, format('GRANT %s ON TYPE %s TO %s%s', a.privilege_type, {}, {}, {}) FROM"
      " aclexplode(COALESCE(t.typacl, acldefault('T', t.typowner))) a WHERE {} UNION ALL SELECT 3, format('COMMENT ON"
      " TYPE %s IS %L', {}, k.description) FROM pg_description k WHERE k.classoid = 'pg_type'::regclass AND k.objoid ="
      " t.oid UNION ALL SELECT 4, format('ALTER TYPE %s OWNER TO %I', {}, pg_get_userbyid(t.typowner)) WHERE"
      " pg_get_userbyid(t.typowner) <> current_user) s (step, statement) WHERE t.oid = to_regtype({}) AND "
      "to_regtype({})"
      " IS NOT NULL ORDER BY s.step",
      after, grantee(), has_own, after, grantee(), may_grant(), has_own, after, after, before, after);
  const Sql body("DECLARE s text; BEGIN FOR s IN {} LOOP EXECUTE s; END LOOP; END", query);
  return Sql("DO {}", Literal{body.text()}).text();
}

// The type that takes the place of the one that an operation drops: it gets the name of the other one later, or the
// other one gave its name to it.
std::optional<Name> heir(const std::vector<Operation>& operations, std::size_t position, const DropEnumType& drop) {
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto* rename = get_if<RenameType>(&operations[i]);
    if (rename == nullptr || rename->schema != drop.schema || rename->to_name != drop.type_name) continue;
    const Name found{drop.schema, rename->from_name};
    const auto makes = [&](const Operation& op) {
      const auto* create = get_if<CreateEnumType>(&op);
      return create != nullptr && create->type() == found;
    };
    const auto at = [&](std::size_t n) { return operations.begin() + static_cast<std::ptrdiff_t>(n); };
    if (i > position || std::any_of(at(i), at(position), makes)) return found;
  }
  return {};
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
    const auto about = target(op);
    if (!about || !about->table) continue;
    const std::tuple key(about->schema, *about->table, about->object_type, about->name);
    if (drops_part(op) || holds_alternative<DropRlsPolicy>(op)) {
      gone[key] = i;
      continue;
    }
    const auto found = gone.find(key);
    if (found == gone.end()) continue;
    for (const auto& kind : kinds) {
      if (about->object_type != kind.object_type) continue;
      const std::string setting = "plinth.kept_" + std::to_string(i);
      out.before[found->second] = keep(*about, kind.statements(), setting);
      out.after[i] = restore(setting);
    }
    gone.erase(found);
  }
  return out;
}

}  // namespace plinth
