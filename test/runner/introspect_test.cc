#include "test/runner/introspected.h"

using namespace plinth;
using namespace plinth::test;

TEST_CASE("an empty database has the schema public and nothing else") {
  const Database db;
  const Introspection i = after(db, "SELECT 1");
  CHECK(to_json(i.schema) == R"j({"schemas":[{"name":"public"}]})j");
  CHECK(i.unmodeled.empty());
  CHECK(i.server_version >= 120000);
}

TEST_CASE("types are spelt in the engine's one way") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA "My Types";
    CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy');
    CREATE TYPE "My Types"."Mood" AS ENUM ('x');
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TABLE t (a int, b bigint NOT NULL, c smallint, d numeric, e numeric(10,2), f varchar(50), g varchar,
      h char(3), i timestamptz(3), j timestamp, k time(6) with time zone, l real, m double precision, n boolean,
      o jsonb, p uuid, q int[], r varchar(5)[], s public.mood, t public.mood[], u "My Types"."Mood", v email,
      w bit(4), x bit varying(8), y interval, z "char", aa oid, bb bytea, cc text[][]))sql");
  Strings types;
  types.reserve(table(i, "t").columns.size());
  for (const auto& c : table(i, "t").columns) types.push_back(c.type);
  CHECK(types == Strings{"int4",
                         "int8",
                         "int2",
                         "numeric",
                         "numeric(10,2)",
                         "character varying(50)",
                         "character varying",
                         "character(3)",
                         "timestamptz(3)",
                         "timestamp",
                         "timetz(6)",
                         "float4",
                         "float8",
                         "bool",
                         "jsonb",
                         "uuid",
                         "int4[]",
                         "character varying(5)[]",
                         "public.mood",
                         "public.mood[]",
                         "\"My Types\".\"Mood\"",
                         "public.email",
                         "bit(4)",
                         "bit varying(8)",
                         "interval",
                         "\"char\"",
                         "oid",
                         "bytea",
                         "text[]"});
  CHECK(table(i, "t").columns[0].nullable);
  CHECK_FALSE(table(i, "t").columns[1].nullable);
  CHECK(unmodeled(i) == Strings{"domain public.email"});
}

TEST_CASE("types of extensions are spelt without a schema, and their objects are not the user's") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION hstore;
    CREATE TABLE t (a ext.citext, b hstore, c ext.citext[], d text);
    CREATE INDEX ON t (a); CREATE INDEX ON t USING gin (b); CREATE INDEX ON t USING gist (b);)sql");
  CHECK(
      to_json(i.schema.extensions) ==
      R"j([{"name":"citext","schema":"ext","relocatable":true,"types":["citext"]},{"name":"hstore","schema":"public","relocatable":true,"types":["ghstore","hstore"]}])j");
  CHECK(table(i, "t").columns[0].type == "citext");
  CHECK(table(i, "t").columns[1].type == "hstore");
  CHECK(table(i, "t").columns[2].type == "citext[]");
  CHECK(i.unmodeled.empty());
  for (const auto& x : table(i, "t").indexes) CHECK_MESSAGE(!x.keys[0].opclass, x.name);
}

TEST_CASE("columns keep their order, and dropped ones leave no trace") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE TABLE t (z int, gone int, y int, b int, PRIMARY KEY (y, b));
    ALTER TABLE t DROP COLUMN gone; ALTER TABLE t ADD COLUMN a int UNIQUE;
    CREATE INDEX i ON t (a, z);)sql");
  CHECK(names_of(table(i, "t").columns) == Strings{"z", "y", "b", "a"});
  CHECK(table(i, "t").primary_key->columns == Strings{"y", "b"});
  CHECK(table(i, "t").uniques.at(0).columns == Strings{"a"});
  CHECK(table(i, "t").indexes.at(0).keys.at(1).column == "z");
}

TEST_CASE("defaults: literals, expressions, sequences of the column and of others") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SEQUENCE shared; CREATE SEQUENCE "It's";
    CREATE TYPE mood AS ENUM ('sad');
    CREATE TABLE t (id serial PRIMARY KEY, big bigserial, small smallserial, "Odd Name" serial,
      text_literal text DEFAULT 'it''s', number int DEFAULT 42, negative numeric(5,2) DEFAULT -1.50,
      yes bool DEFAULT true, doc jsonb DEFAULT '{"b": [1, 2], "a": null}', list text[] DEFAULT '{a,b}',
      stamp timestamptz DEFAULT now(), feeling mood DEFAULT 'sad', code text DEFAULT upper('x'),
      next int DEFAULT nextval('shared'), nothing text DEFAULT NULL, stolen int DEFAULT nextval('"It''s"'));
    ALTER SEQUENCE "It's" OWNED BY t.stolen;
    CREATE SEQUENCE idle OWNED BY t.number;)sql");
  const Table& t = table(i, "t");
  const auto fallback = [&](std::string_view name) {
    const Column* c = find_named(t.columns, name);
    REQUIRE(c != nullptr);
    return c->fallback ? to_json(*c->fallback) : "none";
  };
  const std::string autoincrement_json = R"j({"kind":"expression","value":"autoincrement()"})j";
  for (const char* name : {"id", "big", "small", "Odd Name", "stolen"}) CHECK(fallback(name) == autoincrement_json);
  CHECK(fallback("text_literal") == R"j({"kind":"literal","value":"\"it's\""})j");
  CHECK(fallback("number") == R"j({"kind":"literal","value":"42"})j");
  CHECK(fallback("negative") == R"j({"kind":"literal","value":"-1.5"})j");
  CHECK(fallback("yes") == R"j({"kind":"literal","value":"true"})j");
  CHECK(fallback("doc") == R"j({"kind":"literal","value":"{\"a\":null,\"b\":[1,2]}"})j");
  CHECK(fallback("list") == R"j({"kind":"literal","value":"[\"a\",\"b\"]"})j");
  CHECK(fallback("stamp") == R"j({"kind":"expression","value":"now()"})j");
  CHECK(fallback("feeling") == R"j({"kind":"literal","value":"\"sad\""})j");
  CHECK(fallback("code") == R"j({"kind":"expression","value":"upper('x'::text)"})j");
  CHECK(fallback("next") == R"j({"kind":"expression","value":"nextval('public.shared'::regclass)"})j");
  CHECK(fallback("nothing") == "none");
  CHECK(find_named(t.columns, "stolen")->sequence.value == Name{"public", "It's"});
  CHECK(to_json(*find_named(t.columns, "stolen")->sequence_options) == R"({"type":"int8"})");
  CHECK(to_json(i.schema.find_namespace("public")->sequences) ==
        R"([{"name":"idle","ownedBy":{"schema":"public","table":"t","column":"number"}},{"name":"shared"}])");
  CHECK(unmodeled(i).empty());
}

TEST_CASE("identity, generated columns and collations") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE COLLATION own (provider = libc, locale = 'C');
    CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b bigint GENERATED BY DEFAULT AS IDENTITY (START 5),
      c text, d text GENERATED ALWAYS AS (lower(c)) STORED, e text COLLATE "C", f text COLLATE own,
      g name, h int GENERATED ALWAYS AS (1 + 2) STORED))sql");
  const Table& t = table(i, "t");
  CHECK(column(t, "a") == R"j({"name":"a","type":"int4","identity":"always"})j");
  CHECK(column(t, "b") == R"j({"name":"b","type":"int8","identity":"byDefault","identityOptions":{"start":"5"}})j");
  CHECK(column(t, "d") == R"j({"name":"d","type":"text","nullable":true,"generated":"lower(c)"})j");
  CHECK(column(t, "e") == R"j({"name":"e","type":"text","nullable":true,"collation":"pg_catalog.\"C\""})j");
  CHECK(column(t, "f") == R"j({"name":"f","type":"text","nullable":true,"collation":"public.own"})j");
  CHECK(column(t, "g") == R"j({"name":"g","type":"name","nullable":true})j");
  CHECK(find_named(t.columns, "h")->generated == Expression("1 + 2"));
  CHECK(unmodeled(i) == Strings{"collation public.own"});
}

TEST_CASE("primary keys and uniques") {
  const Database db;
  Connection c = db.connect();
  const Introspection i = after(db, R"sql(
    CREATE TABLE t (a int, b int, c int, d int,
      CONSTRAINT t_key PRIMARY KEY (b, a) INCLUDE (c) DEFERRABLE,
      CONSTRAINT u1 UNIQUE (c, a) INCLUDE (d), CONSTRAINT u2 UNIQUE (d) DEFERRABLE INITIALLY DEFERRED,
      CONSTRAINT u0 UNIQUE (a) DEFERRABLE))sql");
  const Table& t = table(i, "t");
  CHECK(to_json(*t.primary_key) == R"j({"name":"t_key","columns":["b","a"],"include":["c"],"deferral":"deferrable"})j");
  CHECK(names_of(t.uniques) == Strings{"u0", "u1", "u2"});
  CHECK(to_json(t.uniques[1]) == R"j({"name":"u1","columns":["c","a"],"include":["d"]})j");
  CHECK(to_json(t.uniques[2]) == R"j({"name":"u2","columns":["d"],"deferral":"initiallyDeferred"})j");
  CHECK(t.indexes.empty());
  if (c.server_version() < 150000) return;
  c.run("ALTER TABLE t ADD CONSTRAINT u3 UNIQUE NULLS NOT DISTINCT (a, d)");
  c.run("CREATE UNIQUE INDEX x ON t (d) NULLS NOT DISTINCT");
  const Introspection newer = introspect(c);
  CHECK(named(table(newer, "t").uniques, "u3") == R"j({"name":"u3","columns":["a","d"],"nullsNotDistinct":true})j");
  CHECK(table(newer, "t").indexes.at(0).nulls_not_distinct);
}

TEST_CASE("foreign keys with every property") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA other;
    CREATE TABLE other."Parent" (a int, b int, PRIMARY KEY (a, b));
    CREATE TABLE t (id int PRIMARY KEY, a int, b int, self int REFERENCES t);
    ALTER TABLE t
      ADD CONSTRAINT f1 FOREIGN KEY (b, a) REFERENCES other."Parent" (b, a) MATCH FULL
        ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED,
      ADD CONSTRAINT f2 FOREIGN KEY (a, b) REFERENCES other."Parent" ON DELETE RESTRICT ON UPDATE SET DEFAULT NOT VALID,
      ADD CONSTRAINT f3 FOREIGN KEY (a) REFERENCES t ON DELETE SET NULL DEFERRABLE;)sql");
  const Table& t = table(i, "t");
  CHECK(names_of(t.foreign_keys) == Strings{"f1", "f2", "f3", "t_self_fkey"});
  CHECK(to_json(t.foreign_keys[0]) ==
        R"j({"name":"f1","columns":["b","a"],"referencedSchema":"other","referencedTable":"Parent",)j"
        R"j("referencedColumns":["b","a"],"onDelete":"cascade","onUpdate":"setNull","matchFull":true,)j"
        R"j("deferral":"initiallyDeferred"})j");
  CHECK(to_json(t.foreign_keys[1]) ==
        R"j({"name":"f2","columns":["a","b"],"referencedSchema":"other","referencedTable":"Parent",)j"
        R"j("referencedColumns":["a","b"],"onDelete":"restrict","onUpdate":"setDefault","notValid":true})j");
  CHECK(to_json(t.foreign_keys[2]) ==
        R"j({"name":"f3","columns":["a"],"referencedSchema":"public","referencedTable":"t",)j"
        R"j("referencedColumns":["id"],"onDelete":"setNull","deferral":"deferrable"})j");
}

TEST_CASE("a reference leads out of the schemas that are read") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA other;
    CREATE TABLE other."Parent" (gone int, "The Key" int PRIMARY KEY); ALTER TABLE other."Parent" DROP gone;
    CREATE TABLE t (a int REFERENCES other."Parent"))sql",
                                {"public"});
  CHECK(i.schema.namespaces.size() == 1);
  CHECK(table(i, "t").foreign_keys.at(0).references() == Name{"other", "Parent"});
  CHECK(table(i, "t").foreign_keys.at(0).referenced_columns == Strings{"The Key"});
}

TEST_CASE("checks, and those that say which values a column may have") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE TABLE t (a int, role text, code varchar(5),
      CONSTRAINT c1 CHECK (a > 0 AND a < 100) NO INHERIT, CONSTRAINT c2 CHECK (role IN ('USER', 'ADMIN')),
      CONSTRAINT c3 CHECK (code IN ('x', 'it''s')));
    ALTER TABLE t ADD CONSTRAINT c4 CHECK (length(role) < 9) NOT VALID;)sql");
  const Table& t = table(i, "t");
  CHECK(names_of(t.checks) == Strings{"c1", "c2", "c3", "c4"});
  CHECK(t.checks[0].expression == Expression("(a > 0) AND (a < 100)"));
  CHECK(t.checks[0].expression.text.front() == '(');
  CHECK(t.checks[0].no_inherit);
  CHECK_FALSE(t.checks[0].not_valid);
  CHECK(to_json(t.checks[1]) == R"j({"name":"c2","membership":{"column":"role","values":["USER","ADMIN"]}})j");
  CHECK(to_json(t.checks[2]) == R"j({"name":"c3","membership":{"column":"code","values":["x","it's"]}})j");
  CHECK(t.checks[3].expression.text == "length(role) < 9");
  CHECK(t.checks[3].not_valid);
}

TEST_CASE("indexes with every property") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE TABLE t (a int, b text, c text COLLATE "C", d jsonb, e int, "F" int);
    CREATE INDEX i01 ON t (a, b DESC, e NULLS FIRST, "F" DESC NULLS LAST);
    CREATE INDEX i02 ON t (b text_pattern_ops);
    CREATE INDEX i03 ON t USING gin (d);
    CREATE INDEX i04 ON t USING gin (d jsonb_path_ops) WITH (fastupdate = off);
    CREATE UNIQUE INDEX i05 ON t (a) INCLUDE (e, "F") WHERE b IS NOT NULL;
    CREATE INDEX i06 ON t (lower(b), (a + e) DESC, a);
    CREATE INDEX i07 ON t (b COLLATE "C", c COLLATE "POSIX", c);
    CREATE INDEX i08 ON t (c COLLATE "default", lower(c) COLLATE "C", lower(b) COLLATE "C" text_pattern_ops);
    CREATE INDEX i09 ON t USING hash (a) WITH (fillfactor = 70);
    CREATE INDEX i10 ON t USING brin (a, e) WITH (pages_per_range = 32, autosummarize = on);
    CREATE INDEX i11 ON t ((a || ', ' || b));
    UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i09'::regclass;)sql");
  const std::vector<Index>& x = table(i, "t").indexes;
  CHECK(named(x, "i01") ==
        R"j({"name":"i01","keys":[{"column":"a"},{"column":"b","descending":true},{"column":"e","nullsFirst":true},)j"
        R"j({"column":"F","descending":true,"nullsFirst":false}]})j");
  CHECK(named(x, "i02") == R"j({"name":"i02","keys":[{"column":"b","opclass":"text_pattern_ops"}]})j");
  CHECK(named(x, "i03") == R"j({"name":"i03","keys":[{"column":"d"}],"method":"gin"})j");
  CHECK(named(x, "i04") == R"j({"name":"i04","keys":[{"column":"d","opclass":"jsonb_path_ops"}],"method":"gin",)j"
                           R"j("options":["fastupdate=off"]})j");
  CHECK(named(x, "i05") == R"j({"name":"i05","keys":[{"column":"a"}],"include":["e","F"],"unique":true,)j"
                           R"j("predicate":"b IS NOT NULL"})j");
  CHECK(named(x, "i06") == R"j({"name":"i06","keys":[{"expression":"lower(b)"},)j"
                           R"j({"expression":"a + e","descending":true},{"column":"a"}]})j");
  CHECK(named(x, "i07") == R"j({"name":"i07","keys":[{"column":"b","collation":"pg_catalog.\"C\""},)j"
                           R"j({"column":"c","collation":"pg_catalog.\"POSIX\""},{"column":"c"}]})j");
  CHECK(named(x, "i08") ==
        R"j({"name":"i08","keys":[{"column":"c","collation":"pg_catalog.\"default\""},{"expression":"lower(c)"},)j"
        R"j({"expression":"lower(b)","collation":"pg_catalog.\"C\"","opclass":"text_pattern_ops"}]})j");
  CHECK(named(x, "i09") == R"j({"name":"i09","keys":[{"column":"a"}],"method":"hash","options":["fillfactor=70"],)j"
                           R"j("invalid":true})j");
  CHECK(find_named(x, "i10")->options == Strings{"pages_per_range=32", "autosummarize=on"});
  CHECK(find_named(x, "i11")->keys.at(0).expression.text == "(a || ', '::text) || b");
}

TEST_CASE("an operator class is named when it is not what the server would choose") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;
    CREATE TYPE mood AS ENUM ('sad');
    CREATE TABLE t (a citext, b varchar(5), c mood, d int[], e inet, f text);
    CREATE INDEX i1 ON t (a); CREATE INDEX i2 ON t (a text_ops); CREATE INDEX i3 ON t (b, c, d, e);
    CREATE INDEX i4 ON t USING gin (d); CREATE INDEX i5 ON t USING gin (f gin_trgm_ops);)sql");
  const std::vector<Index>& x = table(i, "t").indexes;
  CHECK(named(x, "i1") == R"j({"name":"i1","keys":[{"column":"a"}]})j");
  CHECK(named(x, "i2") == R"j({"name":"i2","keys":[{"column":"a","opclass":"text_ops"}]})j");
  CHECK(named(x, "i3") == R"j({"name":"i3","keys":[{"column":"b"},{"column":"c"},{"column":"d"},{"column":"e"}]})j");
  CHECK(named(x, "i4") == R"j({"name":"i4","keys":[{"column":"d"}],"method":"gin"})j");
  CHECK(named(x, "i5") == R"j({"name":"i5","keys":[{"column":"f","opclass":"gin_trgm_ops"}],"method":"gin"})j");
}

TEST_CASE("enums keep the order of their values, not of their making") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE SCHEMA a;
    CREATE TYPE b AS ENUM ('two', 'three'); ALTER TYPE b ADD VALUE 'one' BEFORE 'two';
    CREATE TYPE a AS ENUM ('x'); CREATE TYPE empty AS ENUM (); CREATE TYPE a.b AS ENUM ('it''s');)sql");
  CHECK(to_json(i.schema.find_namespace("public")->enums) ==
        R"j([{"name":"a","values":["x"]},{"name":"b","values":["one","two","three"]},{"name":"empty"}])j");
  CHECK(to_json(i.schema.find_namespace("a")->enums) == R"j([{"name":"b","values":["it's"]}])j");
}

TEST_CASE("row security and policies") {
  const Database db;
  const Introspection i = after(db, R"sql(
    CREATE ROLE plinth_b; CREATE ROLE "plinth A";
    CREATE TABLE t (a int, owner text); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE TABLE f (a int); ALTER TABLE f ENABLE ROW LEVEL SECURITY; ALTER TABLE f FORCE ROW LEVEL SECURITY;
    CREATE POLICY p2 ON t FOR UPDATE TO plinth_b, "plinth A" USING (owner = 'x') WITH CHECK (a > 0);
    CREATE POLICY p1 ON t AS RESTRICTIVE FOR SELECT USING (true);
    CREATE POLICY p3 ON t FOR INSERT WITH CHECK (a > 1); CREATE POLICY p4 ON t FOR DELETE USING (a > 2);
    CREATE POLICY p5 ON t;)sql");
  Connection(db.url()).run("DROP TABLE t; DROP ROLE plinth_b; DROP ROLE \"plinth A\"");
  const Table& t = table(i, "t");
  CHECK(t.row_security);
  CHECK_FALSE(t.force_row_security);
  CHECK(table(i, "f").force_row_security);
  CHECK(to_json(t.policies) == R"j([{"name":"p1","command":"select","permissive":false,"using":"true"},)j"
                               R"j({"name":"p2","command":"update","roles":["plinth A","plinth_b"],)j"
                               R"j("using":"owner = 'x'::text","withCheck":"a > 0"},)j"
                               R"j({"name":"p3","command":"insert","withCheck":"a > 1"},)j"
                               R"j({"name":"p4","command":"delete","using":"a > 2"},)j"
                               R"j({"name":"p5"}])j");
}
