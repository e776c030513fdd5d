// Everything that Postgres has is compared or named: of each kind of object, and each property of one, something is
// made, and what introspection says must differ.
#include "test/runner/introspected.h"

using namespace plinth;
using namespace plinth::test;

namespace {

struct Made {
  const char* what;
  const char* sql;
  int since = 120000;  // the first server version that has it
};

// In an order in which each may use what was made before.
constexpr Made all_kinds[] = {
    {"schema", "CREATE SCHEMA s"},
    {"table", "CREATE TABLE t (id serial PRIMARY KEY, a text, b int, c int4range)"},
    {"column", "ALTER TABLE t ADD COLUMN d text"},
    {"default", "ALTER TABLE t ALTER COLUMN d SET DEFAULT 'x'"},
    {"NOT NULL", "ALTER TABLE t ALTER COLUMN d SET NOT NULL"},
    {"identity", "ALTER TABLE t ADD COLUMN e int GENERATED ALWAYS AS IDENTITY"},
    {"options of an identity", "ALTER TABLE t ALTER COLUMN e SET INCREMENT 2"},
    {"generated column", "ALTER TABLE t ADD COLUMN f int GENERATED ALWAYS AS (b + 1) STORED"},
    {"unique constraint", "ALTER TABLE t ADD UNIQUE (a)"},
    {"check", "ALTER TABLE t ADD CHECK (b > 0)"},
    {"foreign key", "ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t"},
    {"exclusion", "ALTER TABLE t ADD EXCLUDE USING gist (c WITH &&)"},
    {"index", "CREATE INDEX by_b ON t (b)"},
    {"row security", "ALTER TABLE t ENABLE ROW LEVEL SECURITY"},
    {"policy", "CREATE POLICY p ON t USING (true)"},
    {"enum type", "CREATE TYPE mood AS ENUM ('a')"},
    {"composite type", "CREATE TYPE pair AS (x int, y int)"},
    {"range type", "CREATE TYPE span AS RANGE (subtype = float8)"},
    {"shell type", "CREATE TYPE shell"},
    {"domain", "CREATE DOMAIN email AS text"},
    {"sequence", "CREATE SEQUENCE seq"},
    {"options of an owned sequence", "ALTER SEQUENCE t_id_seq INCREMENT 5"},
    {"type of an owned sequence", "ALTER TABLE t ADD COLUMN big serial; ALTER TABLE t ALTER COLUMN big TYPE bigint"},
    {"view", "CREATE VIEW v AS SELECT 1 AS x"},
    {"materialized view", "CREATE MATERIALIZED VIEW m AS SELECT 1 AS x"},
    {"function", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'"},
    {"procedure", "CREATE PROCEDURE two() LANGUAGE sql AS 'SELECT 1'"},
    {"aggregate", "CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0')"},
    {"trigger",
     "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
     "CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION nothing()"},
    {"event trigger",
     "CREATE FUNCTION event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
     "CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION event(); ALTER EVENT TRIGGER et DISABLE"},
    {"rule", "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING"},
    {"unlogged table", "CREATE UNLOGGED TABLE u (id int)"},
    {"partitioned table", "CREATE TABLE parts (id int) PARTITION BY RANGE (id)"},
    {"partition", "CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (9)"},
    {"inherited table", "CREATE TABLE child () INHERITS (u)"},
    {"typed table", "CREATE TABLE typed OF pair"},
    {"extension", "CREATE EXTENSION citext"},
    {"foreign data wrapper", "CREATE FOREIGN DATA WRAPPER w"},
    {"foreign server", "CREATE SERVER far FOREIGN DATA WRAPPER w"},
    {"user mapping", "CREATE USER MAPPING FOR PUBLIC SERVER far"},
    {"foreign table", "CREATE FOREIGN TABLE ft (id int) SERVER far"},
    {"collation", "CREATE COLLATION col (provider = libc, locale = 'C')"},
    {"conversion", "CREATE CONVERSION con FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1"},
    {"cast",
     "CREATE FUNCTION to_pair(int) RETURNS pair LANGUAGE sql AS 'SELECT ROW($1, $1)::pair'; "
     "CREATE CAST (int AS pair) WITH FUNCTION to_pair(int)"},
    {"language", "CREATE LANGUAGE other HANDLER plpgsql_call_handler"},
    {"transform", "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))"},
    {"operator", "CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq)"},
    {"operator family", "CREATE OPERATOR FAMILY fam USING btree"},
    {"operator class", "CREATE OPERATOR CLASS cls FOR TYPE int USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(int)"},
    {"access method", "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler"},
    {"table of another access method", "CREATE TABLE h (id int) USING heap2"},
    {"statistics", "CREATE STATISTICS st ON a, b FROM t"},
    {"text search configuration", "CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple)"},
    {"text search dictionary", "CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple)"},
    {"text search parser",
     "CREATE TEXT SEARCH PARSER tsp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = "
     "prsd_lextype)"},
    {"text search template", "CREATE TEXT SEARCH TEMPLATE tst (LEXIZE = dsimple_lexize)"},
    {"publication", "CREATE PUBLICATION pub"},
    {"subscription", "CREATE SUBSCRIPTION sub CONNECTION '' PUBLICATION pub WITH (connect = false)"},
    {"large object", "SELECT lo_create(0)"},
    {"setting of the database",
     "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$"},
    {"comment on a table", "COMMENT ON TABLE t IS 'x'"},
    {"comment on a column", "COMMENT ON COLUMN t.a IS 'x'"},
    {"comment on a constraint", "COMMENT ON CONSTRAINT t_pkey ON t IS 'x'"},
    {"comment on a schema", "COMMENT ON SCHEMA s IS 'x'"},
    {"privileges of a table", "GRANT SELECT ON t TO PUBLIC"},
    {"privileges of a column", "GRANT SELECT (id) ON u TO PUBLIC"},
    {"privileges of a schema", "GRANT USAGE ON SCHEMA s TO PUBLIC"},
    {"privileges of a function", "REVOKE EXECUTE ON FUNCTION one() FROM PUBLIC"},
    {"privileges of a type", "REVOKE USAGE ON TYPE mood FROM PUBLIC"},
    {"default privileges", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC"},
    {"default privileges of a schema", "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC"},
    {"owner of a table", "ALTER TABLE u OWNER TO pg_monitor"},
    {"owner of a function", "ALTER FUNCTION one() OWNER TO pg_monitor"},
    {"owner of a type", "ALTER TYPE mood OWNER TO pg_monitor"},
    {"owner of a schema", "ALTER SCHEMA s OWNER TO pg_monitor"},
    {"replica identity", "ALTER TABLE t REPLICA IDENTITY FULL"},
    {"storage parameters", "ALTER TABLE t SET (fillfactor = 70)"},
    {"storage of a column", "ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL"},
    {"compression of a column", "ALTER TABLE t ALTER COLUMN a SET COMPRESSION pglz", 140000},
    {"statistics target of a column", "ALTER TABLE t ALTER COLUMN a SET STATISTICS 5"},
    {"options of a column", "ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5)"},
    {"clustered index", "ALTER TABLE t CLUSTER ON by_b"},
};

}  // namespace

TEST_CASE("everything that Postgres has is compared or named") {
  const Database db;
  Connection c = db.connect();
  const auto said = [&] {
    const Introspection i = introspect(c);
    return to_json(i.schema) + to_json(i.unmodeled);
  };
  std::string before = said();
  CHECK(before == R"({"schemas":[{"name":"public"}]}[])");
  for (const Made& made : all_kinds) {
    if (c.server_version() < made.since) continue;
    c.run(Sql::trusted(made.sql));
    std::string after = said();
    CHECK_MESSAGE(after != before, made.what);
    before = std::move(after);
  }
  // Whoever may connect may look at all of it.
  c.run("CREATE ROLE plinth_nobody");
  c.run("SET ROLE plinth_nobody");
  CHECK(said() == before);
  c.run("RESET ROLE");
  c.run("DROP ROLE plinth_nobody");
}
