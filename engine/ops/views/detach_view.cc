#include "engine/ops/views/detach_view.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/views/view_parts.h"
#include "engine/sql/ddl.h"

namespace plinth {

Sql DetachView::restoring_statements() const {
  const std::string printed = Sql("{}", name()).text();
  const Literal view{printed};
  const Sql role = grantee_sql(), may_grant = grant_option_sql();
  std::vector<Sql> columns;
  for (const auto& c : kept_columns.value_or(std::vector<std::string>())) {
    Sql literal("{}", Literal{c});
    columns.push_back(std::move(literal));
  }
  const Sql kept = !redefined()      ? Sql("")
                   : columns.empty() ? Sql(" AND t.attname IS NULL")
                                     : Sql(" AND (t.attname IS NULL OR t.attname IN ({}))", Sql::list(columns));
  // Whoever makes the view again may have default privileges, which take from its owner or give to others.
  const Sql has_own("(c.relacl IS NOT NULL OR EXISTS (SELECT FROM pg_default_acl WHERE defaclobjtype = 'r'))");
  Sql all(
      "SELECT 2, format('ALTER VIEW %s OWNER TO %I', {}, pg_get_userbyid(c.relowner))"
      "\nUNION ALL SELECT 3, format('REVOKE ALL ON %s FROM %s', {}, {}) FROM (SELECT x.grantee FROM pg_default_acl d,"
      " aclexplode(d.defaclacl) x WHERE d.defaclobjtype = 'r' UNION SELECT 0::oid UNION SELECT c.relowner) a WHERE {}"
      "\nUNION ALL SELECT 4, format('GRANT %s ON %s TO %s%s', a.privilege_type, {}, {}, {}) FROM"
      " aclexplode(COALESCE(c.relacl, acldefault('r', c.relowner))) a WHERE {}"
      "\nUNION ALL SELECT 4, format('GRANT %s (%I) ON %s TO %s%s', a.privilege_type, t.attname, {}, {}, {}) FROM"
      " pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid{}"
      "\nUNION ALL SELECT 5, CASE k.objsubid WHEN 0 THEN format('COMMENT ON VIEW %s IS %L', {}, k.description) ELSE"
      " format('COMMENT ON COLUMN %s.%I IS %L', {}, t.attname, k.description) END FROM pg_description k LEFT JOIN"
      " pg_attribute t ON t.attrelid = k.objoid AND t.attnum = k.objsubid WHERE k.objoid = c.oid AND k.classoid ="
      " 'pg_class'::regclass{}",
      view, view, role, has_own, view, role, may_grant, has_own, view, role, may_grant, kept, view, view, kept);
  if (!redefined()) {
    all += Sql(
        "\nUNION ALL SELECT 1, format('CREATE VIEW %s%s AS %s', {}, ' WITH (' || array_to_string(c.reloptions, ', ') ||"
        " ')', rtrim(pg_get_viewdef(c.oid), '; '))",
        view);
  }
  return {
      "SELECT string_agg(s.statement, '; ' ORDER BY s.step, s.statement) FROM pg_class c, LATERAL ({}) s (step,"
      " statement) WHERE c.oid = to_regclass({})",
      all, view};
}

Steps DetachView::steps() const {
  const std::string what = "view " + q(definition.name), printed = Sql("{}", name()).text();
  const Sql oid("to_regclass({})", Literal{printed});
  const Sql restorable(
      "SELECT NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = {} AND NOT tgisinternal) AND NOT EXISTS (SELECT FROM"
      " pg_rewrite WHERE ev_class = {} AND rulename <> '_RETURN') AND NOT EXISTS (SELECT FROM pg_attrdef WHERE adrelid "
      "="
      " {}) AND NOT EXISTS (SELECT FROM pg_seclabel WHERE objoid = {} AND classoid = 'pg_class'::regclass) AND NOT"
      " EXISTS (SELECT FROM pg_class c, LATERAL (SELECT a.grantor FROM aclexplode(c.relacl) a UNION ALL SELECT "
      "a.grantor"
      " FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid) g WHERE c.oid = {} AND g.grantor <>"
      " c.relowner) AS \"result\"",
      oid, oid, oid, oid, oid);
  const std::string setting = restoring_setting(name());
  const std::string problem =
      "run the whole migration in one transaction: outside of one, nothing would restore " + what;
  const Sql body(
      "BEGIN IF COALESCE(current_setting({}, true), '') = '' THEN RAISE EXCEPTION USING MESSAGE = {}; END IF;"
      " DROP VIEW {}; END",
      Literal{setting}, Literal{problem}, name());
  return {{check("ensure " + what +
                     " can be made again as it is: it has no triggers, rules, column defaults, security labels, or"
                     " privileges that others than its owner granted",
                 restorable, {})},
          {statement("keep what restores " + what, guarded_block(Sql(), Sql("PERFORM set_config({}, ({}), true);",
                                                                            Literal{setting}, restoring_statements()))),
           statement("detach " + what, Sql("DO {}", Literal{body.text()}))},
          {relation_absent("verify " + what + " is detached", name())}};
}

void DetachView::apply(Schema& s) const {
  // A contract does not name the views of its databases.
  View* found = s.find_view(name());
  if (found == nullptr) return;
  refuse_needed(s, view_object(name()));
  found->detached = true;
}

Impact DetachView::impact(const Schema&, int) const {
  Impact out = momentary(name());
  if (redefined()) return out;
  const Impact reads = reading(definition);  // to print it
  out.locks.insert(out.locks.end(), reads.locks.begin(), reads.locks.end());
  return out;
}

void DetachView::link(const LinkContext&, Links& links) const {
  links.ends = {view_object(name())};
  links.releases = needed_objects(definition);
}

template const OperationTraits& traits_of<DetachView>();

}  // namespace plinth
