// One text for PostgreSQL 12 to 18. Every query is set-based: its cost grows with the objects it returns. The functions
// that print expressions are called only where there is an expression; pg_get_indexdef and pg_get_constraintdef, which
// cost most, almost never.
#include "runner/introspect/catalog_queries.h"

#include "engine/sql/sql.h"

namespace plinth::catalog {
namespace {

constexpr int with_compression = 140000;
constexpr int with_nulls_not_distinct = 150000;
constexpr int with_set_columns = 150000;  // ON DELETE SET NULL (column)
constexpr int with_periods = 180000;      // temporal and unenforced constraints
constexpr const char* savepoint = "plinth_introspection";

Sql namespace_condition(const std::vector<std::string>& schemas) {
  if (!schemas.empty()) return Sql("nspname IN ({})", literal_list(schemas));
  return "nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'prisma_contract')";
}

Selection select(int version, const std::vector<std::string>& schemas) {
  Selection s;
  s.version = version;
  s.everything = schemas.empty();
  s.namespaces = Sql("(SELECT oid FROM pg_namespace WHERE {} AND oid NOT IN {})", namespace_condition(schemas),
                     extension_members("'pg_namespace'::regclass"));
  s.table = Sql("c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace IN {} AND c.oid NOT IN {}",
                s.namespaces, extension_members("'pg_class'::regclass"));
  s.view = Sql("c.relkind = 'v' AND c.relnamespace IN {} AND c.oid NOT IN {}", s.namespaces,
               extension_members("'pg_class'::regclass"));
  return s;
}

/// Values print in one way whatever the session is set to; sorting stays in memory, and no plan is worth compiling.
Sql settings() {
  return "SELECT set_config('search_path', '', true), set_config('datestyle', 'ISO, YMD', true),"
         " set_config('intervalstyle', 'postgres', true), set_config('timezone', 'UTC', true),"
         " set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true),"
         " set_config('standard_conforming_strings', 'on', true), set_config('quote_all_identifiers', 'off', true),"
         " set_config('work_mem', '64MB', true), set_config('jit', 'off', true)";
}

CatalogQuery<NamespaceRow> ask_namespaces(const Selection& s) {
  return {{{"oid", &NamespaceRow::id}, {"nspname", &NamespaceRow::name}},
          Sql("FROM pg_namespace WHERE oid IN {} ORDER BY nspname", s.namespaces)};
}

/// Those that every database has from the start are no part of its schema.
CatalogQuery<ExtensionRow> ask_extensions() {
  return {{{"e.extname", &ExtensionRow::name},
           {"n.nspname", &ExtensionRow::schema},
           // null where it is the one that this server installs by default
           {"NULLIF(e.extversion, (SELECT a.default_version FROM pg_available_extensions a WHERE a.name = e.extname))",
            &ExtensionRow::version},
           {"e.extrelocatable", &ExtensionRow::relocatable},
           {"ARRAY(SELECT quote_ident(t.typname) FROM pg_depend d JOIN pg_type t ON t.oid = d.objid WHERE d.classid ="
            " 'pg_type'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype ="
            " 'e' AND t.typelem = 0 ORDER BY 1)",
            &ExtensionRow::types}},
          "FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.oid >= 16384 ORDER BY e.extname"};
}

CatalogQuery<ExtensionTypeRow> ask_extension_types() {
  return {
      {{"format_type(t.oid, NULL)", &ExtensionTypeRow::printed}, {"quote_ident(t.typname)", &ExtensionTypeRow::bare}},
      Sql("FROM pg_type t WHERE t.oid IN {}", extension_members("'pg_type'::regclass"))};
}

CatalogQuery<OperatorClassRow> ask_operator_classes() {
  return {{{"o.oid", &OperatorClassRow::id},
           {"o.opcmethod", &OperatorClassRow::method},
           {"o.opcintype", &OperatorClassRow::type},
           {"o.opcdefault", &OperatorClassRow::is_default},
           {Sql("CASE WHEN n.nspname = 'pg_catalog' OR o.oid IN {} THEN quote_ident(o.opcname) ELSE"
                " quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END",
                extension_members("'pg_opclass'::regclass")),
            &OperatorClassRow::printed}},
          "FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace"};
}

CatalogQuery<TableRow> ask_tables(const Selection& s) {
  return {{{"c.oid", &TableRow::id},
           {"c.relnamespace", &TableRow::name_space},
           {"c.relname", &TableRow::name},
           {"c.relrowsecurity", &TableRow::row_security},
           {"c.relforcerowsecurity", &TableRow::force_row_security},
           {"CASE WHEN c.reloptions IS NOT NULL OR c.relreplident <> 'd' OR c.reltablespace <> 0 OR c.reloftype <> 0 OR"
            " m.amname <> 'heap' THEN array_remove(ARRAY[CASE WHEN c.reloptions IS NOT NULL THEN 'storageParameters'"
            " END, CASE WHEN c.relreplident <> 'd' THEN 'replicaIdentity' END, CASE WHEN c.reltablespace <> 0 THEN"
            " 'tablespace' END, CASE WHEN c.reloftype <> 0 THEN 'typedTable' END, CASE WHEN m.amname <> 'heap' THEN"
            " 'accessMethod' END], NULL) END",
            &TableRow::unmodeled}},
          Sql("FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam WHERE {} ORDER BY c.relname", s.table)};
}

/// The options of a sequence q, in the order of `sequence_options`, each null where it is the default of its type; null
/// as a whole where all are.
Sql sequence_options() {
  return "(SELECT NULLIF(ARRAY[NULLIF(q.seqstart, CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END)::text,"
         " NULLIF(q.seqincrement, 1)::text, NULLIF(q.seqmin, CASE WHEN q.seqincrement > 0 THEN 1 ELSE m.least"
         " END)::text, NULLIF(q.seqmax, CASE WHEN q.seqincrement > 0 THEN m.greatest ELSE -1 END)::text,"
         " NULLIF(q.seqcache, 1)::text, CASE WHEN q.seqcycle THEN 't' END], ARRAY[NULL, NULL, NULL, NULL, NULL,"
         " NULL]::text[]) FROM (SELECT CASE q.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE"
         " -9223372036854775808 END, CASE q.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE"
         " 9223372036854775807 END) m (least, greatest))";
}

CatalogQuery<ColumnRow> ask_columns(const Selection& s) {
  const Sql compressed = s.version >= with_compression ? Sql("a.attcompression <> ''") : Sql("false");
  return {
      {{"a.attrelid", &ColumnRow::table},
       {"a.attnum", &ColumnRow::number},
       {"a.attname", &ColumnRow::name},
       {"format_type(a.atttypid, a.atttypmod)", &ColumnRow::type},
       {"a.attnotnull", &ColumnRow::not_null},
       {"a.attidentity", &ColumnRow::identity},
       {"a.attgenerated", &ColumnRow::generated},
       {"a.atttypid", &ColumnRow::type_id},
       {"a.attcollation", &ColumnRow::collation_id},
       {"CASE WHEN a.attcollation <> t.typcollation THEN (SELECT quote_ident(n.nspname) || '.' ||"
        " quote_ident(l.collname) FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.oid ="
        " a.attcollation) END",
        &ColumnRow::collation},
       {"CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d WHERE d.adrelid ="
        " a.attrelid AND d.adnum = a.attnum) END",
        &ColumnRow::fallback},
       {Sql("CASE WHEN a.attidentity <> '' THEN (SELECT {} FROM pg_depend d JOIN pg_sequence q ON q.seqrelid ="
            " d.objid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype ="
            " 'i' AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum) END",
            sequence_options()),
        &ColumnRow::identity_options},
       {Sql("CASE WHEN a.attstorage <> t.typstorage OR COALESCE(a.attstattarget, -1) <> -1 OR a.attoptions IS NOT NULL"
            " OR a.attacl IS NOT NULL OR {} THEN array_remove(ARRAY[CASE WHEN a.attacl IS NOT NULL THEN 'privileges'"
            " END, CASE WHEN a.attstorage <> t.typstorage THEN 'columnStorage' END, CASE WHEN"
            " COALESCE(a.attstattarget, -1) <> -1 THEN 'statisticsTarget' END, CASE WHEN a.attoptions IS NOT NULL THEN"
            " 'columnOptions' END, CASE WHEN {} THEN 'columnCompression' END], NULL) END",
            compressed, compressed),
        &ColumnRow::unmodeled}},
      Sql("FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid WHERE {} AND"
          " a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum",
          s.table)};
}

CatalogQuery<EnumRow> ask_enums(const Selection& s) {
  return {{{"t.typnamespace", &EnumRow::name_space}, {"t.typname", &EnumRow::name}, {"e.enumlabel", &EnumRow::label}},
          Sql("FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typtype = 'e' AND t.typnamespace IN {}"
              " AND t.oid NOT IN {} ORDER BY t.typname, t.typnamespace, e.enumsortorder",
              s.namespaces, extension_members("'pg_type'::regclass"))};
}

CatalogQuery<SequenceRow> ask_sequences(const Selection& s) {
  return {{{"s.oid", &SequenceRow::id},
           {"s.relnamespace", &SequenceRow::name_space},
           {"n.nspname", &SequenceRow::schema},
           {"s.relname", &SequenceRow::name},
           {"s.oid::regclass", &SequenceRow::printed},
           {"format_type(q.seqtypid, NULL)", &SequenceRow::type},
           {sequence_options(), &SequenceRow::options},
           {"d.refobjid", &SequenceRow::owner},
           {"d.refobjsubid", &SequenceRow::owner_column},
           {Sql("s.relnamespace IN {}", s.namespaces), &SequenceRow::selected}},
          Sql("FROM pg_class s JOIN pg_sequence q ON q.seqrelid = s.oid JOIN pg_namespace n ON n.oid = s.relnamespace"
              " LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.objsubid = 0 AND"
              " d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') WHERE s.relkind = 'S' AND"
              " s.relpersistence <> 't' AND d.deptype IS DISTINCT FROM 'i' AND s.oid NOT IN {} ORDER BY s.relname,"
              " s.relnamespace",
              extension_members("'pg_class'::regclass"))};
}

/// A constraint with a parent is a part of the parent: that of a partition, or of a reference to one.
CatalogQuery<ConstraintRow> ask_constraints(const Selection& s) {
  const Sql set_columns =
      s.version >= with_set_columns ? Sql(" WHEN k.confdelsetcols IS NOT NULL THEN 'foreignKeySetColumns'") : Sql();
  const Sql periods = s.version >= with_periods
                          ? Sql(" WHEN k.conperiod THEN 'temporalConstraint' WHEN NOT k.conenforced THEN 'notEnforced'")
                          : Sql();
  return {{{"k.conrelid", &ConstraintRow::table},
           {"k.conname", &ConstraintRow::name},
           {"k.contype", &ConstraintRow::kind},
           {"k.condeferrable", &ConstraintRow::deferrable},
           {"k.condeferred", &ConstraintRow::deferred},
           {"k.convalidated", &ConstraintRow::validated},
           {"k.connoinherit", &ConstraintRow::no_inherit},
           {"k.conindid", &ConstraintRow::index},
           {"k.confrelid", &ConstraintRow::references},
           {"k.confupdtype", &ConstraintRow::on_update},
           {"k.confdeltype", &ConstraintRow::on_delete},
           {"k.confmatchtype", &ConstraintRow::match},
           {"k.conkey", &ConstraintRow::key},
           {"k.confkey", &ConstraintRow::referenced_key},
           {"CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END", &ConstraintRow::check},
           {Sql("CASE WHEN false THEN ''{}{} END", set_columns, periods), &ConstraintRow::unmodeled}},
          Sql("FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE {} AND k.contype IN ('p', 'u', 'f',"
              " 'c', 'x') AND k.conparentid = 0 ORDER BY k.conrelid, k.conname",
              s.table)};
}

/// The columns of tables that are referenced, but not read themselves.
CatalogQuery<ForeignColumnRow> ask_foreign_columns(const Selection& s) {
  return {{{"r.oid", &ForeignColumnRow::table},
           {"n.nspname", &ForeignColumnRow::schema},
           {"r.relname", &ForeignColumnRow::name},
           {"a.attnum", &ForeignColumnRow::number},
           {"a.attname", &ForeignColumnRow::column}},
          Sql("FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid"
              " AND a.attnum > 0 WHERE (r.relispartition OR r.relnamespace NOT IN {} OR r.oid IN {}) AND r.oid IN"
              " (SELECT k.confrelid FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid WHERE {} AND k.contype ="
              " 'f' AND k.conparentid = 0)",
              s.namespaces, extension_members("'pg_class'::regclass"), s.table)};
}

CatalogQuery<IndexRow> ask_indexes(const Selection& s) {
  const Sql nulls_not_distinct = s.version >= with_nulls_not_distinct ? Sql("i.indnullsnotdistinct") : Sql("false");
  return {{{"i.indexrelid", &IndexRow::id},
           {"i.indrelid", &IndexRow::table},
           {"x.relname", &IndexRow::name},
           {"i.indisunique", &IndexRow::unique},
           {"i.indisvalid", &IndexRow::valid},
           {nulls_not_distinct, &IndexRow::nulls_not_distinct},
           {"i.indnkeyatts", &IndexRow::key_count},
           {"i.indkey", &IndexRow::keys},
           {"i.indoption", &IndexRow::options},
           {"i.indclass", &IndexRow::classes},
           {"i.indcollation", &IndexRow::collations},
           {"m.amname", &IndexRow::method},
           {"x.reloptions", &IndexRow::storage},
           {"pg_get_expr(i.indpred, i.indrelid)", &IndexRow::predicate},
           // pg_get_expr prints all expressions as one list; only a single one can be told from it.
           {"CASE WHEN i.indexprs IS NULL THEN NULL WHEN array_length(array_positions(i.indkey::int2[], 0::int2), 1) ="
            " 1 THEN ARRAY[pg_get_expr(i.indexprs, i.indrelid)] ELSE ARRAY(SELECT pg_get_indexdef(i.indexrelid, p,"
            " false) FROM generate_series(1, i.indnkeyatts) p WHERE i.indkey[p - 1] = 0) END",
            &IndexRow::expressions},
           // 100 is the collation "default", which is never printed.
           {"CASE WHEN EXISTS (SELECT FROM unnest(i.indcollation::oid[]) o WHERE o NOT IN (0, 100)) THEN"
            " pg_get_indexdef(i.indexrelid) END",
            &IndexRow::definition},
           {"m.amname NOT IN ('btree', 'hash') AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid"
            " AND a.attoptions IS NOT NULL)",
            &IndexRow::class_options}},
          Sql("FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am"
              " m ON m.oid = x.relam WHERE {} ORDER BY i.indrelid, x.relname",
              s.table)};
}

CatalogQuery<PolicyRow> ask_policies(const Selection& s) {
  return {
      {{"p.polrelid", &PolicyRow::table},
       {"p.polname", &PolicyRow::name},
       {"p.polcmd", &PolicyRow::command},
       {"p.polpermissive", &PolicyRow::permissive},
       {"CASE WHEN p.polroles <> '{0}'::oid[] THEN ARRAY(SELECT pg_get_userbyid(r) FROM unnest(p.polroles) r ORDER"
        " BY 1) END",
        &PolicyRow::roles},
       {"pg_get_expr(p.polqual, p.polrelid)", &PolicyRow::using_expression},
       {"pg_get_expr(p.polwithcheck, p.polrelid)", &PolicyRow::check_expression}},
      Sql("FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE {} ORDER BY p.polrelid, p.polname", s.table)};
}

CatalogQuery<ViewRow> ask_views(const Selection& s) {
  return {{{"c.oid", &ViewRow::id},
           {"c.relnamespace", &ViewRow::name_space},
           {"c.relname", &ViewRow::name},
           {"pg_get_viewdef(c.oid)", &ViewRow::query},
           {"ARRAY(SELECT unnest(c.reloptions) ORDER BY 1)", &ViewRow::options},
           {"ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)",
            &ViewRow::column_names},
           {"ARRAY(SELECT format_type(a.atttypid, a.atttypmod) || COALESCE((SELECT ' COLLATE ' ||"
            " quote_ident(n.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l JOIN pg_namespace n ON"
            " n.oid = l.collnamespace JOIN pg_type t ON t.oid = a.atttypid WHERE l.oid = a.attcollation AND"
            " a.attcollation <> t.typcollation), '') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0"
            " ORDER BY a.attnum)",
            &ViewRow::column_types}},
          Sql("FROM pg_class c WHERE {} ORDER BY c.relname, c.relnamespace", s.view)};
}

/// What the queries of views need. Objects of the system are always there; those of an extension come with it.
CatalogQuery<ViewNeedRow> ask_view_needs(const Selection& s) {
  return {
      {{"a.view", &ViewNeedRow::view},
       {"a.kind", &ViewNeedRow::kind},
       {"a.schema", &ViewNeedRow::schema},
       {"a.name", &ViewNeedRow::name},
       {"a.part", &ViewNeedRow::part}},
      Sql("FROM (SELECT DISTINCT c.oid, k.kind, n.nspname, k.name, k.part FROM pg_class c JOIN pg_rewrite r ON"
          " r.ev_class = c.oid AND r.rulename = '_RETURN' JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND"
          " d.objid = r.oid AND d.refobjid >= 16384 AND d.refobjid <> c.oid JOIN LATERAL (SELECT CASE WHEN x.relkind"
          " = 'v' THEN 'view' WHEN x.relkind = 'S' THEN 'sequence' WHEN d.refobjsubid > 0 THEN 'column' ELSE 'table'"
          " END, x.relnamespace, x.relname::text, y.attname::text FROM pg_class x LEFT JOIN pg_attribute y ON"
          " y.attrelid = x.oid AND y.attnum = d.refobjsubid AND d.refobjsubid > 0 AND x.relkind NOT IN ('v', 'S')"
          " WHERE d.refclassid = 'pg_class'::regclass AND x.oid = d.refobjid UNION ALL SELECT CASE WHEN x.relkind ="
          " 'v' THEN 'view' WHEN x.relkind IS NOT NULL AND x.relkind <> 'c' THEN 'table' ELSE 'type' END,"
          " t.typnamespace, t.typname::text, NULL FROM pg_type u JOIN pg_type t ON t.oid = CASE u.typcategory WHEN"
          " 'A' THEN u.typelem ELSE u.oid END LEFT JOIN pg_class x ON x.oid = t.typrelid WHERE d.refclassid ="
          " 'pg_type'::regclass AND u.oid = d.refobjid UNION ALL SELECT 'function', p.pronamespace, p.proname::text,"
          " '(' || oidvectortypes(p.proargtypes) || ')' FROM pg_proc p WHERE d.refclassid = 'pg_proc'::regclass AND"
          " p.oid = d.refobjid UNION ALL SELECT 'constraint', t.relnamespace, t.relname::text, k.conname::text FROM"
          " pg_constraint k JOIN pg_class t ON t.oid = k.conrelid WHERE d.refclassid = 'pg_constraint'::regclass AND"
          " k.oid = d.refobjid UNION ALL SELECT 'collation', l.collnamespace, l.collname::text, NULL FROM"
          " pg_collation l WHERE d.refclassid = 'pg_collation'::regclass AND l.oid = d.refobjid) k (kind, namespace,"
          " name, part) ON true JOIN pg_namespace n ON n.oid = k.namespace WHERE {} AND NOT EXISTS (SELECT FROM"
          " pg_depend e WHERE e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e')) a (view, kind,"
          " schema, name, part) ORDER BY a.view, a.kind, a.schema, a.name, a.part",
          s.view)};
}

std::vector<Query> opening_queries(bool in_transaction) {
  const Sql open =
      in_transaction ? Sql("SAVEPOINT {}", Ident{savepoint}) : Sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  return {{open.text(), {}}, {settings().text(), {}}};
}

}  // namespace

Sql extension_members(const Sql& catalog) {
  return Sql(
      "(SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'"
      " AND classid = {})",
      catalog);
}

Catalog::Catalog(int server_version, bool in_transaction, const std::vector<std::string>& schemas)
    : selection_(select(server_version, schemas)),
      queries_(opening_queries(in_transaction)),
      namespaces(ask(ask_namespaces(selection_))),
      extensions(ask(ask_extensions())),
      extension_types(ask(ask_extension_types())),
      operator_classes(ask(ask_operator_classes())),
      tables(ask(ask_tables(selection_))),
      columns(ask(ask_columns(selection_))),
      enums(ask(ask_enums(selection_))),
      sequences(ask(ask_sequences(selection_))),
      constraints(ask(ask_constraints(selection_))),
      foreign_columns(ask(ask_foreign_columns(selection_))),
      indexes(ask(ask_indexes(selection_))),
      policies(ask(ask_policies(selection_))),
      views(ask(ask_views(selection_))),
      view_needs(ask(ask_view_needs(selection_))),
      dependents(ask(ask_dependents(selection_))),
      type_dependents(ask(ask_type_dependents(selection_))),
      unmodeled(ask(ask_unmodeled(selection_))) {}

std::vector<Query> closing_queries(bool in_transaction) {
  if (!in_transaction) return {{"COMMIT", {}}};
  return {{Sql("ROLLBACK TO SAVEPOINT {}", Ident{savepoint}).text(), {}},
          {Sql("RELEASE SAVEPOINT {}", Ident{savepoint}).text(), {}}};
}

}  // namespace plinth::catalog
