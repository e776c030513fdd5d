// What the schema model does not hold. One text for PostgreSQL 12 to 18.
#include "runner/introspect/catalog_queries.h"

namespace plinth::catalog {
namespace {

/// Relations that are neither tables nor views, and what a table may be beside a table.
Sql unmodeled_relations(const Selection& s) {
  return Sql(
      "SELECT CASE WHEN c.relispartition THEN 'partition' WHEN c.relkind = 'm' THEN 'materializedView' WHEN c.relkind "
      "= 'f' THEN 'foreignTable'"
      " WHEN c.relkind = 'c' THEN 'compositeType' WHEN c.relkind = 'p' THEN 'partitionedTable'"
      " ELSE 'unloggedTable' END, c.relnamespace, c.relname::text FROM pg_class c WHERE c.relnamespace IN {}"
      " AND (c.relkind IN ('m', 'f', 'c', 'p') OR c.relkind = 'r' AND (c.relispartition OR c.relpersistence = "
      "'u'))"
      " AND c.oid NOT IN {} AND c.reltype NOT IN {}"
      " UNION ALL SELECT 'inheritedTable', c.relnamespace, c.relname FROM pg_class c WHERE {}"
      " AND c.oid IN (SELECT inhrelid FROM pg_inherits)",
      s.namespaces, extension_members("'pg_class'::regclass"), extension_members("'pg_type'::regclass"), s.table);
}

/// What belongs to tables and views.
Sql unmodeled_parts(const Selection& s) {
  return Sql(
      " UNION ALL SELECT 'trigger', c.relnamespace, c.relname || '.' || t.tgname FROM pg_trigger t"
      " JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND NOT c.relispartition"
      " AND c.relnamespace IN {} AND c.oid NOT IN {}"
      " UNION ALL SELECT 'rule', c.relnamespace, c.relname || '.' || r.rulename FROM pg_rewrite r"
      " JOIN pg_class c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN' AND c.relnamespace IN {}"
      " AND c.oid NOT IN {} UNION ALL SELECT 'columnDefault', c.relnamespace, c.relname || '.' || a.attname FROM"
      " pg_attrdef f JOIN pg_class c ON c.oid = f.adrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum ="
      " f.adnum WHERE {}",
      s.namespaces, extension_members("'pg_class'::regclass"), s.namespaces, extension_members("'pg_class'::regclass"),
      s.view);
}

Sql unmodeled_types_and_functions(const Selection& s) {
  return Sql(
      " UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'rangeType' ELSE 'baseType' END,"
      " t.typnamespace, t.typname FROM pg_type t WHERE t.typnamespace IN {} AND t.oid NOT IN {}"
      " AND (t.typtype IN ('d', 'r', 'p') OR t.typtype = 'b' AND t.typcategory <> 'A')"
      " UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,"
      " p.pronamespace, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p"
      " WHERE p.pronamespace IN {} AND p.oid NOT IN {}"
      " AND p.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'i' AND classid = 'pg_proc'::regclass)",
      s.namespaces, extension_members("'pg_type'::regclass"), s.namespaces, extension_members("'pg_proc'::regclass"));
}

Sql unmodeled_rest(const Selection& s) {
  return Sql(
      " UNION ALL SELECT 'collation', collnamespace, collname FROM pg_collation WHERE collnamespace IN {}"
      " AND oid NOT IN {}"
      " UNION ALL SELECT 'operatorFamily', f.opfnamespace, f.opfname FROM pg_opfamily f WHERE f.opfnamespace IN {}"
      " AND f.oid NOT IN {} AND NOT EXISTS (SELECT FROM pg_opclass o WHERE o.opcfamily = f.oid)"
      " UNION ALL SELECT 'conversion', connamespace, conname FROM pg_conversion WHERE connamespace IN {}"
      " UNION ALL SELECT 'textSearchParser', prsnamespace, prsname FROM pg_ts_parser WHERE prsnamespace IN {}"
      " AND oid NOT IN {}"
      " UNION ALL SELECT 'textSearchTemplate', tmplnamespace, tmplname FROM pg_ts_template WHERE tmplnamespace IN {}"
      " AND oid NOT IN {}"
      " UNION ALL SELECT 'clusteredIndex', c.relnamespace, c.relname FROM pg_index i JOIN pg_class c ON c.oid ="
      " i.indexrelid WHERE i.indisclustered AND c.relnamespace IN {}"
      " UNION ALL SELECT 'tablespace', c.relnamespace, c.relname FROM pg_class c WHERE c.relkind IN ('i', 'I') AND"
      " c.reltablespace <> 0 AND c.relnamespace IN {}"
      " UNION ALL SELECT 'statistics', stxnamespace, stxname FROM pg_statistic_ext WHERE stxnamespace IN {}"
      " UNION ALL SELECT 'operator', oprnamespace, oprname FROM pg_operator WHERE oprnamespace IN {} AND oid NOT IN {}"
      " UNION ALL SELECT 'operatorClass', opcnamespace, opcname FROM pg_opclass WHERE opcnamespace IN {}"
      " AND oid NOT IN {}"
      " UNION ALL SELECT 'textSearchConfiguration', cfgnamespace, cfgname FROM pg_ts_config WHERE cfgnamespace IN {}"
      " AND oid NOT IN {}"
      " UNION ALL SELECT 'textSearchDictionary', dictnamespace, dictname FROM pg_ts_dict WHERE dictnamespace IN {}"
      " AND oid NOT IN {}",
      s.namespaces, extension_members("'pg_collation'::regclass"), s.namespaces,
      extension_members("'pg_opfamily'::regclass"), s.namespaces, s.namespaces,
      extension_members("'pg_ts_parser'::regclass"), s.namespaces, extension_members("'pg_ts_template'::regclass"),
      s.namespaces, s.namespaces, s.namespaces, s.namespaces, extension_members("'pg_operator'::regclass"),
      s.namespaces, extension_members("'pg_opclass'::regclass"), s.namespaces,
      extension_members("'pg_ts_config'::regclass"), s.namespaces, extension_members("'pg_ts_dict'::regclass"));
}

/// What belongs to the database, not to a schema of it.
Sql unmodeled_globals() {
  return Sql(
      " UNION ALL SELECT 'publication', 0, pubname FROM pg_publication"
      " UNION ALL SELECT 'subscription', 0, s.subname FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
      " WHERE d.datname = current_database()"
      " UNION ALL SELECT 'eventTrigger', 0, evtname FROM pg_event_trigger WHERE oid NOT IN {}"
      " UNION ALL SELECT 'foreignServer', 0, srvname FROM pg_foreign_server WHERE oid NOT IN {}"
      " UNION ALL SELECT 'foreignDataWrapper', 0, fdwname FROM pg_foreign_data_wrapper WHERE oid NOT IN {}"
      " UNION ALL SELECT 'userMapping', 0, srvname || '.' || usename FROM pg_user_mappings"
      " UNION ALL SELECT 'cast', 0, format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL)"
      " FROM pg_cast WHERE oid >= 16384 AND oid NOT IN {} AND oid NOT IN (SELECT objid FROM pg_depend WHERE classid ="
      " 'pg_cast'::regclass AND deptype = 'i')"
      " UNION ALL SELECT 'language', 0, lanname FROM pg_language WHERE oid >= 16384 AND oid NOT IN {}"
      " UNION ALL SELECT 'transform', 0, format_type(f.trftype, NULL) || ' ' || l.lanname FROM pg_transform f"
      " JOIN pg_language l ON l.oid = f.trflang WHERE f.oid NOT IN {}"
      " UNION ALL SELECT 'accessMethod', 0, amname FROM pg_am WHERE oid >= 16384 AND oid NOT IN {}"
      " UNION ALL SELECT 'setting', 0, COALESCE(r.rolname || ': ', '') || split_part(c, '=', 1) FROM "
      "pg_db_role_setting s"
      " JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c"
      " WHERE d.datname = current_database()",
      extension_members("'pg_event_trigger'::regclass"), extension_members("'pg_foreign_server'::regclass"),
      extension_members("'pg_foreign_data_wrapper'::regclass"), extension_members("'pg_cast'::regclass"),
      extension_members("'pg_language'::regclass"), extension_members("'pg_transform'::regclass"),
      extension_members("'pg_am'::regclass"));
}

/// The objects of a catalogue that have another owner than the database, or privileges of their own.
Sql owners_and_privileges(const Sql& catalog, const Sql& name_space, const Sql& owned_by, const Sql& acl,
                          const Sql& which) {
  const Sql is_owned("{} <> (SELECT datdba FROM pg_database WHERE datname = current_database())", owned_by);
  return Sql(
      "SELECT k.kind, {} FROM {} o, unnest(ARRAY[CASE WHEN {} THEN 'owner' END, CASE WHEN {} IS NOT NULL THEN"
      " 'privileges' END]) k (kind) WHERE {} AND ({} OR {} IS NOT NULL) AND k.kind IS NOT NULL",
      name_space, catalog, is_owned, acl, which, is_owned, acl);
}

/// What any object may have, a row an object: an owner other than the database's, privileges, comments, labels.
Sql attributes(const Selection& s) {
  Sql out = owners_and_privileges(
      "pg_class", "o.relnamespace", "o.relowner", "o.relacl",
      Sql("o.relnamespace IN {} AND o.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT o.relispartition AND o.oid NOT"
          " IN {}",
          s.namespaces, extension_members("'pg_class'::regclass")));
  out += Sql(" UNION ALL {}",
             owners_and_privileges("pg_type", "o.typnamespace", "o.typowner", "o.typacl",
                                   Sql("o.typnamespace IN {} AND o.typtype IN ('e', 'd', 'r') AND o.oid NOT IN {}",
                                       s.namespaces, extension_members("'pg_type'::regclass"))));
  out += Sql(" UNION ALL {}", owners_and_privileges("pg_proc", "o.pronamespace", "o.proowner", "o.proacl",
                                                    Sql("o.pronamespace IN {} AND o.oid NOT IN {}", s.namespaces,
                                                        extension_members("'pg_proc'::regclass"))));
  // The schema public has an owner and privileges of its own from the start.
  out += Sql(
      " UNION ALL {} UNION ALL SELECT 'defaultPrivileges', defaclnamespace FROM pg_default_acl WHERE defaclnamespace"
      " IN {}",
      owners_and_privileges(
          "(SELECT n.oid, NULLIF(n.nspowner, (SELECT oid FROM pg_roles WHERE rolname = 'pg_database_owner')) AS"
          " nspowner, NULLIF(n.nspacl, i.initprivs) AS nspacl FROM pg_namespace n LEFT JOIN pg_init_privs i ON i.objoid"
          " = n.oid AND i.classoid = 'pg_namespace'::regclass AND i.objsubid = 0)",
          "o.oid", "o.nspowner", "o.nspacl", Sql("o.oid IN {}", s.namespaces)),
      s.namespaces);
  out += Sql(
      " UNION ALL SELECT k.kind, c.relnamespace FROM (SELECT 'comment', objoid, classoid FROM pg_description UNION ALL"
      " SELECT 'securityLabel', objoid, classoid FROM pg_seclabel) k (kind, objoid, classoid) JOIN LATERAL (SELECT"
      " c.relnamespace FROM pg_class c WHERE k.classoid = 'pg_class'::regclass AND c.oid = k.objoid UNION ALL SELECT"
      " t.typnamespace FROM pg_type t WHERE k.classoid = 'pg_type'::regclass AND t.oid = k.objoid UNION ALL SELECT"
      " p.pronamespace FROM pg_proc p WHERE k.classoid = 'pg_proc'::regclass AND p.oid = k.objoid UNION ALL SELECT"
      " o.connamespace FROM pg_constraint o WHERE k.classoid = 'pg_constraint'::regclass AND o.oid = k.objoid UNION ALL"
      " SELECT k.objoid WHERE k.classoid = 'pg_namespace'::regclass UNION ALL SELECT r.relnamespace FROM pg_policy y"
      " JOIN pg_class r ON r.oid = y.polrelid WHERE k.classoid = 'pg_policy'::regclass AND y.oid = k.objoid UNION ALL"
      " SELECT r.relnamespace FROM pg_trigger g JOIN pg_class r ON r.oid = g.tgrelid WHERE k.classoid ="
      " 'pg_trigger'::regclass AND g.oid = k.objoid) c ON true WHERE c.relnamespace IN {} AND k.objoid >= 16384",
      s.namespaces);
  if (s.everything) {
    out +=
        Sql(" UNION ALL SELECT 'defaultPrivileges', NULL::oid FROM pg_default_acl WHERE defaclnamespace = 0"
            " UNION ALL SELECT 'largeObject', NULL::oid FROM pg_largeobject_metadata");
  }
  return out;
}

}  // namespace

CatalogQuery<DependentRow> ask_dependents(const Selection& s) {
  const Sql relations("(({}) OR ({}))", s.table, s.view);
  // A part of a table goes with it, unless a column that it needs goes; a part of a view is not made anew with it.
  // Views that are read as well say themselves what they need.
  const Sql needs(
      "SELECT c.oid, d.refobjsubid, k.kind, k.namespace, k.name, k.belongs FROM pg_depend d JOIN pg_class c ON c.oid ="
      " d.refobjid JOIN LATERAL (SELECT CASE WHEN v.relkind = 'm' THEN 'materializedView' WHEN v.relkind = 'v' AND"
      " r.rulename = '_RETURN' THEN 'view' ELSE 'rule' END, v.relnamespace, CASE WHEN r.rulename = '_RETURN' THEN"
      " v.relname::text ELSE v.relname || '.' || r.rulename END, v.oid = c.oid FROM pg_rewrite r JOIN pg_class v ON"
      " v.oid = r.ev_class WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid AND NOT (v.relkind = 'v' AND"
      " r.rulename = '_RETURN' AND (v.oid = c.oid OR v.relnamespace IN {} AND v.oid NOT IN {})) UNION ALL SELECT"
      " 'function', p.pronamespace, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', false FROM"
      " pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid UNION ALL SELECT 'trigger', c.relnamespace,"
      " c.relname || '.' || t.tgname, true FROM pg_trigger t WHERE d.classid = 'pg_trigger'::regclass AND t.oid ="
      " d.objid AND t.tgrelid = c.oid AND NOT t.tgisinternal UNION ALL SELECT 'statistics', x.stxnamespace,"
      " x.stxname::text, true FROM pg_statistic_ext x WHERE d.classid = 'pg_statistic_ext'::regclass AND x.oid = "
      "d.objid"
      " UNION ALL SELECT 'publication', NULL::oid, b.pubname::text, true FROM pg_publication_rel a JOIN pg_publication "
      "b"
      " ON b.oid = a.prpubid WHERE d.classid = 'pg_publication_rel'::regclass AND a.oid = d.objid UNION ALL SELECT"
      " 'policy', t.relnamespace, t.relname || '.' || y.polname, false FROM pg_policy y JOIN pg_class t ON t.oid ="
      " y.polrelid WHERE d.classid = 'pg_policy'::regclass AND y.oid = d.objid AND t.oid <> c.oid UNION ALL SELECT"
      " 'columnDefault', c.relnamespace, c.relname || '.' || a.attname, true FROM pg_attrdef f JOIN pg_attribute a ON"
      " a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid AND"
      " f.adrelid = c.oid AND c.relkind = 'v') k (kind, namespace, name, belongs) ON true WHERE d.refclassid ="
      " 'pg_class'::regclass AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_trigger'::regclass,"
      " 'pg_statistic_ext'::regclass, 'pg_publication_rel'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass)"
      " AND (d.refobjsubid > 0 OR NOT k.belongs OR c.relkind = 'v') AND {}",
      s.namespaces, extension_members("'pg_class'::regclass"), relations);
  // The type of a table's or a view's rows.
  const Sql rows(
      "SELECT c.oid, 0, k.kind, k.namespace, k.name, false FROM pg_class c JOIN pg_type t ON t.oid = c.reltype JOIN"
      " pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray) JOIN LATERAL (SELECT"
      " 'function', p.pronamespace, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p"
      " WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid UNION ALL SELECT 'domain', o.typnamespace,"
      " o.typname::text FROM pg_type o WHERE d.classid = 'pg_type'::regclass AND o.oid = d.objid AND o.typtype = 'd'"
      " UNION ALL SELECT 'column', x.relnamespace, x.relname || '.' || a.attname FROM pg_class x JOIN pg_attribute a ON"
      " a.attrelid = x.oid AND a.attnum = d.objsubid WHERE d.classid = 'pg_class'::regclass AND x.oid = d.objid AND"
      " d.objsubid > 0 AND x.relkind IN ('r', 'p', 'm', 'f', 'c')) k (kind, namespace, name) ON true WHERE {}",
      relations);
  const Sql exclusions(
      "SELECT c.oid, u.number, 'exclusion', c.relnamespace, c.relname || '.' || k.conname, true FROM pg_constraint k"
      " JOIN pg_class c ON c.oid = k.conrelid, unnest(k.conkey) u (number) WHERE k.contype = 'x' AND {}",
      s.table);
  const Sql children(
      "SELECT c.oid, 0, 'inheritedTable', h.relnamespace, h.relname::text, false FROM pg_inherits i JOIN pg_class c ON"
      " c.oid = i.inhparent JOIN pg_class h ON h.oid = i.inhrelid WHERE NOT h.relispartition AND {}",
      s.table);
  return {{{"a.relation", &DependentRow::relation},
           {"a.number", &DependentRow::column},
           {"a.kind", &DependentRow::kind},
           {"n.nspname", &DependentRow::schema},
           {"a.name", &DependentRow::name},
           {"a.belongs", &DependentRow::belongs}},
          Sql("FROM (SELECT DISTINCT * FROM ({} UNION ALL {} UNION ALL {} UNION ALL {}) u) a (relation, number, kind, "
              "namespace,"
              " name, belongs) LEFT JOIN pg_namespace n ON n.oid = a.namespace ORDER BY a.relation, a.kind, n.nspname,"
              " a.name, a.number",
              needs, rows, exclusions, children)};
}

CatalogQuery<TypeDependentRow> ask_type_dependents(const Selection& s) {
  return {
      {{"n.nspname", &TypeDependentRow::type_schema},
       {"a.type", &TypeDependentRow::type},
       {"a.kind", &TypeDependentRow::kind},
       {"m.nspname", &TypeDependentRow::schema},
       {"a.name", &TypeDependentRow::name}},
      Sql("FROM (SELECT DISTINCT t.typnamespace, t.typname, k.kind, k.namespace, k.name FROM pg_type t JOIN pg_depend"
          " d ON d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.oid, t.typarray) JOIN LATERAL (SELECT"
          " 'function', p.pronamespace, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM"
          " pg_proc p WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid UNION ALL SELECT 'domain',"
          " o.typnamespace, o.typname::text FROM pg_type o WHERE d.classid = 'pg_type'::regclass AND o.oid = d.objid"
          " AND o.typtype = 'd' UNION ALL SELECT CASE c.relkind WHEN 'm' THEN 'materializedView' WHEN 'f' THEN"
          " 'foreignTable' ELSE 'compositeType' END, c.relnamespace, c.relname::text FROM pg_class c WHERE d.classid"
          " = 'pg_class'::regclass AND c.oid = d.objid AND c.relkind IN ('m', 'f', 'c') UNION ALL SELECT CASE"
          " v.relkind WHEN 'm' THEN 'materializedView' ELSE 'rule' END, v.relnamespace, v.relname::text FROM"
          " pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class WHERE d.classid = 'pg_rewrite'::regclass AND r.oid ="
          " d.objid AND v.relkind <> 'v') k (kind, namespace, name) ON true WHERE t.typtype = 'e' AND t.typnamespace"
          " IN {} AND t.oid NOT IN {}) a (name_space, type, kind, namespace, name) JOIN pg_namespace n ON n.oid ="
          " a.name_space LEFT JOIN pg_namespace m ON m.oid = a.namespace ORDER BY 1, 2, 3, 4, 5",
          s.namespaces, extension_members("'pg_type'::regclass"))};
}

CatalogQuery<UnmodeledRow> ask_unmodeled(const Selection& s) {
  Sql all = unmodeled_relations(s);
  all += unmodeled_parts(s);
  all += unmodeled_types_and_functions(s);
  all += unmodeled_rest(s);
  if (s.everything) all += unmodeled_globals();
  return {
      {{"a.kind", &UnmodeledRow::kind},
       {"n.nspname", &UnmodeledRow::schema},
       {"a.name", &UnmodeledRow::name},
       {"a.count", &UnmodeledRow::count}},
      Sql("FROM (SELECT u.kind, u.namespace, u.name, NULL::int8 FROM ({}) u (kind, namespace, name) UNION ALL"
          " SELECT v.kind, v.namespace, NULL, count(*) FROM ({}) v (kind, namespace) GROUP BY v.kind, v.namespace) a"
          " (kind, namespace, name, count) LEFT JOIN pg_namespace n ON n.oid = a.namespace",
          all, attributes(s))};
}

}  // namespace plinth::catalog
