// What is read and what is only named: schemas, odd names, kinds that the model does not hold, transactions.
#include "test/runner/introspected.h"

using namespace plinth;
using namespace plinth::test;

TEST_CASE("names with quotes, capitals, other alphabets, and as long as names may be") {
  const Database db;
  const std::string longest(63, 'n');
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA "S ""q"" {x}";
    CREATE TABLE "S ""q"" {x}"."Täble, {a}" ("a,b" serial PRIMARY KEY, "c""d" int, "e\f" int, "select" int,
      CONSTRAINT "U {1}" UNIQUE ("c""d", "e\f"));
    CREATE INDEX "I, (x)" ON "S ""q"" {x}"."Täble, {a}" ("a,b", lower("select"::text) COLLATE "C");
    CREATE TABLE )sql" + longest + " (" +
                                        longest + " int CHECK (" + longest + R"sql( IN (1, 2)));
    CREATE TYPE "S ""q"" {x}"."T'" AS ENUM ('a,b', '{}', '"', '\');)sql");
  const Table& t = table(i, "Täble, {a}", "S \"q\" {x}");
  CHECK(names_of(t.columns) == Strings{"a,b", "c\"d", "e\\f", "select"});
  CHECK(is_autoincrement(t.columns[0].fallback));
  CHECK(t.uniques.at(0).columns == Strings{"c\"d", "e\\f"});
  CHECK(t.uniques.at(0).name == "U {1}");
  CHECK(t.indexes.at(0).name == "I, (x)");
  CHECK(t.indexes.at(0).keys.at(0).column == "a,b");
  CHECK(t.indexes.at(0).keys.at(1).expression.text == "lower((\"select\")::text)");
  CHECK(t.indexes.at(0).keys.at(1).collation == "pg_catalog.\"C\"");
  CHECK(i.schema.find_enum({"S \"q\" {x}", "T'"})->values == Strings{"a,b", "{}", "\"", "\\"});
  CHECK(table(i, longest).columns.at(0).name == longest);
  CHECK(table(i, longest).checks.at(0).membership->column == longest);
}

TEST_CASE("lists are sorted by name as the engine sorts") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA "B"; CREATE SCHEMA a; CREATE TABLE b (x int); CREATE TABLE "A" (x int); CREATE TABLE "é" (x int);
    CREATE TABLE _z (x int); CREATE TABLE a.t (x int); CREATE INDEX b2 ON b (x); CREATE INDEX "B1" ON b (x);)sql");
  CHECK(names_of(i.schema.namespaces) == Strings{"B", "a", "public"});
  CHECK(names_of(i.schema.find_namespace("public")->tables) == Strings{"A", "_z", "b", "é"});
  CHECK(names_of(table(i, "b").indexes) == Strings{"B1", "b2"});
  CHECK(table(i, "é").columns.size() == 1);
}

TEST_CASE("only the schemas asked for are read; the system's and the bookkeeping's only when asked for") {
  const Database db;
  const std::string sql =
      "CREATE SCHEMA prisma_contract; CREATE TABLE prisma_contract.marker (a int);"
      "CREATE SCHEMA a; CREATE TABLE a.t (x int); CREATE VIEW a.v AS SELECT 1 AS one";
  CHECK(names_of(after(db, sql).schema.namespaces) == Strings{"a", "public"});
  const Introspection some = after(db, "SELECT 1", {"prisma_contract", "absent"});
  CHECK(names_of(some.schema.namespaces) == Strings{"prisma_contract"});
  CHECK(table(some, "marker", "prisma_contract").columns.size() == 1);
  CHECK(some.unmodeled.empty());
}

TEST_CASE("what the model does not hold is named") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE EXTENSION btree_gist; CREATE EXTENSION pgcrypto;
    CREATE TABLE base (a int PRIMARY KEY, r int4range, EXCLUDE USING gist (a WITH =, r WITH &&));
    CREATE VIEW v AS SELECT 1 AS one; CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
    CREATE FUNCTION f(x int, y text) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE PROCEDURE p() LANGUAGE sql AS ''; CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
    CREATE TRIGGER t AFTER INSERT ON base FOR EACH ROW EXECUTE FUNCTION fired();
    CREATE RULE quiet AS ON DELETE TO base DO INSTEAD NOTHING;
    CREATE SEQUENCE s; CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TYPE pair AS (a int, b int);
    CREATE TYPE span AS RANGE (subtype = float8);
    CREATE TABLE parted (a int PRIMARY KEY, b int REFERENCES base) PARTITION BY RANGE (a);
    CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (10);
    CREATE TABLE points_to (a int REFERENCES parted);
    CREATE TABLE child (c int) INHERITS (base); CREATE UNLOGGED TABLE quick (a int);
    CREATE STATISTICS st ON a, b FROM parted; CREATE PUBLICATION pub FOR TABLE base;
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER remote FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (a int) SERVER remote;
    CREATE INDEX trgm ON base USING gist (r);)sql");
  const Strings expected = {"aggregate public.total(integer)",
                            "compositeType public.pair",
                            "domain public.d",
                            "exclusion public.base.base_a_r_excl",
                            "foreignDataWrapper w",
                            "foreignServer remote",
                            "foreignTable public.ft",
                            "function public.f(x integer, y text)",
                            "function public.fired()",
                            "inheritedTable public.child",
                            "materializedView public.m",
                            "partition public.part",
                            "partitionedTable public.parted",
                            "procedure public.p()",
                            "publication pub",
                            "rangeType public.span",
                            "rule public.base.quiet",
                            "statistics public.st",
                            "trigger public.base.t",
                            "unloggedTable public.quick"};
  CHECK(unmodeled(i) == expected);
  CHECK(names_of(i.schema.find_namespace("public")->tables) ==
        Strings{"base", "child", "parted", "points_to", "quick"});
  CHECK(names_of(table(i, "base").indexes) == Strings{"trgm"});
  CHECK(table(i, "parted").primary_key->columns == Strings{"a"});
  CHECK(table(i, "parted").foreign_keys.size() == 1);
  CHECK(table(i, "points_to").foreign_keys.size() == 1);
}

TEST_CASE("what newer servers know is kept or named") {
  const Database db;
  Connection c = db.connect();
  c.run("CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE t (a int, b int, n int NOT NULL)");
  if (c.server_version() >= 150000) {
    c.run("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (a)");
    CHECK(unmodeled(introspect(c)) == Strings{"foreignKeySetColumns public.t.f"});
    c.run("ALTER TABLE t DROP CONSTRAINT f");
  }
  if (c.server_version() >= 180000) {
    c.run("ALTER TABLE t ADD v int GENERATED ALWAYS AS (a + 1) VIRTUAL, ADD CONSTRAINT c CHECK (a > 0) NOT ENFORCED");
    const Introspection i = introspect(c);
    CHECK(unmodeled(i) == Strings{"notEnforced public.t.c", "virtualGeneratedColumn public.t.v"});
    CHECK(column(table(i, "t"), "v") == R"j({"name":"v","type":"int4","nullable":true,"generated":"a + 1"})j");
    CHECK(table(i, "t").checks.size() == 1);
  }
  CHECK(table(introspect(c), "t").columns.at(2).nullable == false);
}

TEST_CASE("inside a transaction its work is seen and its settings stay") {
  const Database db;
  Connection c = db.connect();
  Transaction t(c);
  c.run("CREATE SCHEMA mine; SET LOCAL search_path = mine; SET LOCAL datestyle = 'German'; CREATE TABLE made (a int)");
  CHECK(introspect(c).schema.find_table({"mine", "made"}) != nullptr);
  CHECK(c.in_transaction());
  CHECK(c.run("SHOW search_path").at(0, 0) == "mine");
  CHECK(c.run("SHOW datestyle").at(0, 0) == "German, DMY");
  CHECK(c.run("SELECT to_regclass('made') IS NOT NULL").truthy());
  t.commit();
  CHECK(introspect(c).schema.find_table({"mine", "made"}) != nullptr);
  CHECK_FALSE(c.in_transaction());
  CHECK(c.run("SHOW search_path").at(0, 0) == "\"$user\", public");
}

TEST_CASE("a failed introspection leaves the transaction, or the session, as it was") {
  const Database db;
  Connection c = db.connect();
  Connection other = db.connect();
  other.run("BEGIN; LOCK TABLE pg_catalog.pg_policy");
  c.run("SET lock_timeout = '20ms'");
  CHECK_THROWS_AS(introspect(c), Error);
  CHECK_FALSE(c.in_transaction());
  {
    Transaction t(c);
    c.run("CREATE TABLE kept (a int)");
    CHECK_THROWS_AS(introspect(c), Error);
    CHECK(c.run("SELECT 1").truthy());
    t.commit();
  }
  other.run("ROLLBACK");
  CHECK(introspect(c).schema.find_table({"public", "kept"}) != nullptr);
}

TEST_CASE("two databases are read at the same time") {
  const Database one, two;
  Connection a = one.connect(), b = two.connect();
  a.run("CREATE TABLE in_one (x int)");
  b.run("CREATE TABLE in_two (x int)");
  send_introspection(a);
  send_introspection(b);
  CHECK(receive_introspection(b).schema.find_table({"public", "in_two"}) != nullptr);
  CHECK(receive_introspection(a).schema.find_table({"public", "in_one"}) != nullptr);
}
