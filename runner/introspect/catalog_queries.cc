// One text for PostgreSQL 12 to 18. Every query is set-based: its cost grows with the objects it returns. The functions
// that print expressions are called only where there is an expression; pg_get_indexdef and pg_get_constraintdef, which
// cost most, almost never.
#include "runner/introspect/catalog_queries.h"

#include "engine/sql/sql.h"
#include "runner/introspect/catalog_selection.h"

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

Sql namespaces(const Selection& s) {
  return Sql("SELECT oid, nspname FROM pg_namespace WHERE oid IN {} ORDER BY nspname", s.namespaces);
}

/// Those that every database has from the start are no part of its schema.
/// A version is told where it is not the one that this server installs by default.
Sql extensions() {
  return "SELECT e.extname, n.nspname, NULLIF(e.extversion, (SELECT a.default_version FROM pg_available_extensions a"
         " WHERE a.name = e.extname)), e.extrelocatable, ARRAY(SELECT quote_ident(t.typname) FROM pg_depend d"
         " JOIN pg_type t ON t.oid = d.objid WHERE d.classid = 'pg_type'::regclass"
         " AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'"
         " AND t.typelem = 0 ORDER BY 1) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
         " WHERE e.oid >= 16384 ORDER BY e.extname";
}

Sql extension_types() {
  return Sql("SELECT format_type(t.oid, NULL), quote_ident(t.typname) FROM pg_type t WHERE t.oid IN {}",
             extension_members("'pg_type'::regclass"));
}

Sql operator_classes() {
  return Sql(
      "SELECT o.oid, o.opcmethod, o.opcintype, o.opcdefault, CASE WHEN n.nspname = 'pg_catalog' OR o.oid IN {}"
      " THEN quote_ident(o.opcname) ELSE quote_ident(n.nspname) || '.' || quote_ident(o.opcname) END"
      " FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace",
      extension_members("'pg_opclass'::regclass"));
}

Sql tables(const Selection& s) {
  return Sql(
      "SELECT c.oid, c.relnamespace, c.relname, c.relrowsecurity, c.relforcerowsecurity, CASE WHEN c.reloptions IS NOT"
      " NULL OR c.relreplident <> 'd' OR c.reltablespace <> 0 OR c.reloftype <> 0 OR m.amname <> 'heap' THEN"
      " array_remove(ARRAY[CASE WHEN c.reloptions IS NOT NULL THEN 'storageParameters' END,"
      " CASE WHEN c.relreplident <> 'd' THEN 'replicaIdentity' END, CASE WHEN c.reltablespace <> 0 THEN 'tablespace'"
      " END, CASE WHEN c.reloftype <> 0 THEN 'typedTable' END, CASE WHEN m.amname <> 'heap' THEN 'accessMethod' END],"
      " NULL) END FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam WHERE {} ORDER BY c.relname",
      s.table);
}

/// The options of the sequence behind an identity column a, in the order of SequenceOptions, each null where it is the
/// default of its type; null as a whole where all are, and for other columns.
Sql identity_options() {
  return "CASE WHEN a.attidentity <> '' THEN (SELECT NULLIF(ARRAY[NULLIF(q.seqstart, CASE WHEN q.seqincrement > 0 THEN"
         " q.seqmin ELSE q.seqmax END)::text, NULLIF(q.seqincrement, 1)::text,"
         " NULLIF(q.seqmin, CASE WHEN q.seqincrement > 0 THEN 1 ELSE m.least END)::text,"
         " NULLIF(q.seqmax, CASE WHEN q.seqincrement > 0 THEN m.greatest ELSE -1 END)::text,"
         " NULLIF(q.seqcache, 1)::text, CASE WHEN q.seqcycle THEN 't' END], ARRAY[NULL, NULL, NULL, NULL, NULL,"
         " NULL]::text[]) FROM pg_depend d JOIN pg_sequence q ON q.seqrelid = d.objid,"
         " LATERAL (SELECT CASE q.seqtypid WHEN 21 THEN -32768 WHEN 23 THEN -2147483648 ELSE -9223372036854775808 END,"
         " CASE q.seqtypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END) m (least, greatest)"
         " WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'"
         " AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum) END";
}

Sql columns(const Selection& s) {
  const Sql compressed = s.version >= with_compression ? Sql("a.attcompression <> ''") : Sql("false");
  return Sql(
      "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,"
      " a.attgenerated, a.atttypid, a.attcollation, CASE WHEN a.attcollation <> t.typcollation THEN"
      " (SELECT quote_ident(n.nspname) || '.' || quote_ident(l.collname) FROM pg_collation l"
      " JOIN pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END,"
      " CASE WHEN a.atthasdef THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d"
      " WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END, {}, CASE WHEN a.attstorage <> t.typstorage OR"
      " COALESCE(a.attstattarget, -1) <> -1 OR a.attoptions IS NOT NULL OR a.attacl IS NOT NULL OR {} THEN"
      " array_remove(ARRAY[CASE WHEN a.attacl IS NOT NULL THEN 'privileges' END, CASE WHEN"
      " a.attstorage <> t.typstorage THEN 'columnStorage' END, CASE WHEN COALESCE(a.attstattarget, -1) <> -1 THEN"
      " 'statisticsTarget' END, CASE WHEN a.attoptions IS NOT NULL THEN 'columnOptions' END, CASE WHEN {} THEN"
      " 'columnCompression' END], NULL) END"
      " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid"
      " WHERE {} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum",
      identity_options(), compressed, compressed, s.table);
}

Sql enums(const Selection& s) {
  return Sql(
      "SELECT t.typnamespace, t.typname, e.enumlabel FROM pg_type t LEFT JOIN pg_enum e ON e.enumtypid = t.oid"
      " WHERE t.typtype = 'e' AND t.typnamespace IN {} AND t.oid NOT IN {}"
      " ORDER BY t.typname, t.typnamespace, e.enumsortorder",
      s.namespaces, extension_members("'pg_type'::regclass"));
}

/// Sequences of a column's default, and those that stand alone; a sequence behind an identity column is neither.
Sql sequences(const Selection& s) {
  return Sql(
      "SELECT n.nspname, s.relname, d.refobjid, d.refobjsubid, s.relnamespace IN {}, s.oid::regclass, (q.seqstart,"
      " q.seqincrement, q.seqmin, q.seqcache, q.seqcycle) IS DISTINCT FROM (1, 1, 1, 1, false) OR q.seqmax <> CASE"
      " a.atttypid WHEN 21 THEN 32767 WHEN 23 THEN 2147483647 ELSE 9223372036854775807 END FROM pg_class s"
      " JOIN pg_sequence q ON q.seqrelid = s.oid"
      " JOIN pg_namespace n ON n.oid = s.relnamespace LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass"
      " AND d.objid = s.oid AND d.objsubid = 0 AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
      " LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
      " WHERE s.relkind = 'S' AND s.relpersistence <> 't' AND d.deptype IS DISTINCT FROM 'i' AND s.oid NOT IN {}",
      s.namespaces, extension_members("'pg_class'::regclass"));
}

/// A constraint with a parent is a part of the parent: that of a partition, or of a reference to one.
Sql constraints(const Selection& s) {
  const Sql set_columns =
      s.version >= with_set_columns ? Sql(" WHEN k.confdelsetcols IS NOT NULL THEN 'foreignKeySetColumns'") : Sql();
  const Sql periods = s.version >= with_periods
                          ? Sql(" WHEN k.conperiod THEN 'temporalConstraint' WHEN NOT k.conenforced THEN 'notEnforced'")
                          : Sql();
  return Sql(
      "SELECT k.conrelid, k.conname, k.contype, k.condeferrable, k.condeferred, k.convalidated, k.connoinherit,"
      " k.conindid, k.confrelid, k.confupdtype, k.confdeltype, k.confmatchtype, k.conkey, k.confkey,"
      " CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, CASE WHEN false THEN ''{}{} END"
      " FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid"
      " WHERE {} AND k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 ORDER BY k.conrelid, k.conname",
      set_columns, periods, s.table);
}

/// The columns of tables that are referenced, but not read themselves.
Sql foreign_columns(const Selection& s) {
  return Sql(
      "SELECT r.oid, n.nspname, r.relname, a.attnum, a.attname FROM pg_class r"
      " JOIN pg_namespace n ON n.oid = r.relnamespace JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0"
      " WHERE (r.relispartition OR r.relnamespace NOT IN {} OR r.oid IN {})"
      " AND r.oid IN (SELECT k.confrelid FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid"
      " WHERE {} AND k.contype = 'f' AND k.conparentid = 0)",
      s.namespaces, extension_members("'pg_class'::regclass"), s.table);
}

Sql indexes(const Selection& s) {
  const Sql nulls_not_distinct = s.version >= with_nulls_not_distinct ? Sql("i.indnullsnotdistinct") : Sql("false");
  return Sql(
      "SELECT i.indexrelid, i.indrelid, x.relname, i.indisunique, i.indisvalid, {}, i.indnkeyatts, i.indkey,"
      " i.indoption, i.indclass, i.indcollation, m.amname, x.reloptions, pg_get_expr(i.indpred, i.indrelid),"
      // pg_get_expr prints all expressions as one list; only a single one can be told from it.
      " CASE WHEN i.indexprs IS NULL THEN NULL WHEN array_length(array_positions(i.indkey::int2[], 0::int2), 1) = 1"
      " THEN ARRAY[pg_get_expr(i.indexprs, i.indrelid)] ELSE ARRAY(SELECT pg_get_indexdef(i.indexrelid, p, false)"
      " FROM generate_series(1, i.indnkeyatts) p WHERE i.indkey[p - 1] = 0) END,"
      // 100 is the collation "default", which is never printed.
      " CASE WHEN EXISTS (SELECT FROM unnest(i.indcollation::oid[]) o WHERE o NOT IN (0, 100))"
      " THEN pg_get_indexdef(i.indexrelid) END,"
      " m.amname NOT IN ('btree', 'hash') AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = i.indexrelid"
      " AND a.attoptions IS NOT NULL)"
      " FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid"
      " JOIN pg_am m ON m.oid = x.relam WHERE {} ORDER BY i.indrelid, x.relname",
      nulls_not_distinct, s.table);
}

Sql policies(const Selection& s) {
  return Sql(
      "SELECT p.polrelid, p.polname, p.polcmd, p.polpermissive, CASE WHEN p.polroles <> '{0}'::oid[] THEN"
      " ARRAY(SELECT pg_get_userbyid(r) FROM unnest(p.polroles) r ORDER BY 1) END,"
      " pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)"
      " FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE {} ORDER BY p.polrelid, p.polname",
      s.table);
}

}  // namespace

Sql extension_members(const Sql& catalog) {
  return Sql(
      "(SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'"
      " AND classid = {})",
      catalog);
}

std::vector<Query> queries(int server_version, bool in_transaction, const std::vector<std::string>& schemas) {
  const Selection s = select(server_version, schemas);
  std::vector<Sql> all = {
      in_transaction ? Sql("SAVEPOINT {}", Ident{savepoint}) : Sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
      settings(),
      namespaces(s),
      extensions(),
      extension_types(),
      operator_classes(),
      tables(s),
      columns(s),
      enums(s),
      sequences(s),
      constraints(s),
      foreign_columns(s),
      indexes(s),
      policies(s),
      dependents(s),
      unmodeled_objects(s),
  };
  std::vector<Query> out;
  out.reserve(all.size());
  for (const auto& q : all) out.push_back({q.text(), {}});
  return out;
}

std::vector<Query> closing_queries(bool in_transaction) {
  if (!in_transaction) return {{"COMMIT", {}}};
  return {{Sql("ROLLBACK TO SAVEPOINT {}", Ident{savepoint}).text(), {}},
          {Sql("RELEASE SAVEPOINT {}", Ident{savepoint}).text(), {}}};
}

}  // namespace plinth::catalog
