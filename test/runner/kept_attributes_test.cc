// What no contract says of a thing stays where a script makes the thing anew: comments, privileges, owners.
#include <doctest/doctest.h>

#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "planner/compare/reconcile.h"
#include "planner/plan/kept_attributes.h"
#include "planner/plan/pipeline.h"
#include "planner/plan/plan.h"
#include "planner/render/script.h"
#include "runner/introspect/introspect.h"
#include "test/support/database.h"

using namespace plinth;
using namespace plinth::test;

namespace {

constexpr const char* roles = "CREATE ROLE kept_reader; CREATE ROLE kept_owner;";

constexpr const char* with_attributes = R"(
  GRANT CREATE ON SCHEMA public TO kept_owner;
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  COMMENT ON TYPE mood IS 'how it''s going';
  REVOKE ALL ON TYPE mood FROM PUBLIC;
  GRANT USAGE ON TYPE mood TO kept_reader WITH GRANT OPTION;
  ALTER TYPE mood OWNER TO kept_owner;
  CREATE TYPE status AS ENUM ('a', 'b');
  COMMENT ON TYPE status IS 'old and new at once';
  CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL, n int NOT NULL, g int GENERATED ALWAYS AS (n * 2) STORED,
    s status, CONSTRAINT t_n_check CHECK (n > 0), note text GENERATED ALWAYS AS ('x') STORED);
  CREATE INDEX t_g_idx ON t (g);
  CREATE POLICY p ON t FOR SELECT USING (n > 5);
  ALTER TABLE t ENABLE ROW LEVEL SECURITY;
  COMMENT ON COLUMN t.g IS 'twice';
  GRANT SELECT (g), UPDATE (g) ON t TO kept_reader;
  ALTER TABLE t ALTER g SET STATISTICS 7, ALTER g SET (n_distinct = 5), ALTER note SET STORAGE EXTERNAL;
  COMMENT ON CONSTRAINT t_n_check ON t IS 'counts';
  COMMENT ON INDEX t_g_idx IS 'fast';
  COMMENT ON POLICY p ON t IS 'big; ones';
  ALTER TABLE t ADD k text GENERATED ALWAYS AS ('k') STORED, ALTER k SET STORAGE EXTERNAL;
  CREATE FUNCTION format(text, text, text) RETURNS text LANGUAGE sql AS $$SELECT 'DROP TABLE t'$$;
  CREATE FUNCTION format(text, text, text, text) RETURNS text LANGUAGE sql AS $$SELECT 'DROP TABLE t'$$;
  CREATE FUNCTION quote_ident(name) RETURNS text LANGUAGE sql AS $$SELECT 'nobody'$$;)";

constexpr const char* changed = R"(
  CREATE TYPE mood AS ENUM ('ok', 'sad', 'happy');
  CREATE TYPE status AS ENUM ('b', 'a');
  CREATE TABLE t (id int PRIMARY KEY, m mood NOT NULL, n bigint NOT NULL, g int GENERATED ALWAYS AS (n * 3) STORED,
    s2 status, CONSTRAINT t_n_check CHECK (n > 0), note text GENERATED ALWAYS AS ('y') STORED,
    k int GENERATED ALWAYS AS (n + 1) STORED);
  CREATE INDEX t_g_idx ON t (g);
  CREATE POLICY p ON t FOR SELECT USING (n > 5);
  ALTER TABLE t ENABLE ROW LEVEL SECURITY;)";

std::string attributes(const std::string& url) {
  return ask(url, R"(
    SELECT 'type', t.typname, pg_get_userbyid(typowner) = 'kept_owner', obj_description(t.oid, 'pg_type'),
      (SELECT string_agg(a.privilege_type || ' ' || a.grantee::regrole || a.is_grantable, ',' ORDER BY a.grantee)
        FROM aclexplode(t.typacl) a WHERE a.grantee <> t.typowner)
      FROM pg_type t WHERE t.typname IN ('mood', 'status')
    UNION ALL SELECT 'column', a.attname, a.attstattarget > 0, concat(col_description(a.attrelid, a.attnum), ' ',
      a.attstorage, ' ', a.attoptions),
      (SELECT string_agg(x.privilege_type || ' ' || x.grantee::regrole, ',' ORDER BY 1) FROM aclexplode(a.attacl) x)
      FROM pg_attribute a WHERE a.attrelid = 't'::regclass AND a.attname IN ('g', 'note')
    UNION ALL SELECT 'constraint', conname, true, obj_description(oid, 'pg_constraint'), '' FROM pg_constraint
      WHERE conname = 't_n_check'
    UNION ALL SELECT 'index', 't_g_idx', true, obj_description('t_g_idx'::regclass, 'pg_class'), ''
    UNION ALL SELECT 'policy', polname, true, obj_description(oid, 'pg_policy'), '' FROM pg_policy ORDER BY 1, 2)");
}

Schema live(const Database& database) {
  Connection connection = database.connect();
  return introspect(connection, {{"public"}}).schema;
}

}  // namespace

TEST_CASE("a script keeps comments, privileges and owners of what it makes anew") {
  const Database one, two;
  ask(one.url(), std::string(roles) + with_attributes);
  ask(two.url(), changed);
  const std::string expected = attributes(one.url());
  REQUIRE(expected == R"(column|g|t|twice p {n_distinct=5}|SELECT kept_reader,UPDATE kept_reader
column|note|f| e |NULL
constraint|t_n_check|t|counts|
index|t_g_idx|t|fast|
policy|p|t|big; ones|
type|mood|t|how it's going|USAGE kept_readertrue
type|status|f|old and new at once|NULL
)");
  Schema wanted = live(two);
  const Schema actual = live(one);
  reconcile(wanted, actual);
  PlanOptions options;
  options.exact = true;
  const Plan planned = plan(wanted, actual, options);
  REQUIRE(planned.conflicts.empty());
  const std::string text = script(planned.operations);
  CAPTURE(text);
  ask(one.url(), "BEGIN;" + text.substr(text.find('\n')) + "COMMIT;");
  CHECK(attributes(one.url()) == expected);
  CHECK(plan(wanted, live(one), options).operations.empty());
}

TEST_CASE("what another thing has under the name that is free now is not touched") {
  const DropColumn drop{"public", "t", "a"};
  Column made;
  made.name = "a";
  made.type = "int4";
  CHECK(kept_attributes({drop, AddColumn{"public", "t", made}}).before.size() == 1);
  const RenameColumn renamed{"public", "t", "b", "a"};
  CHECK(kept_attributes({drop, renamed, AddColumn{"public", "t", made}}).before.empty());
  const DropEnumType gone{"public", "mood"};
  const CreateEnumType fresh{"public", "mood_new", {"x"}, false};
  const RenameType takes_its_name{"public", "mood_new", "mood"};
  CHECK(kept_attributes({fresh, gone, takes_its_name}).before.size() == 1);
  CHECK(kept_attributes({gone, takes_its_name}).before.empty());
}

TEST_CASE("a role that may not hand over a type keeps the rebuilt one") {
  const Database database;
  ask(database.url(),
      "CREATE ROLE kept_app LOGIN; CREATE ROLE kept_other; GRANT ALL ON SCHEMA public TO kept_app;"
      "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood OWNER TO kept_other;"
      "CREATE TYPE mood_new AS ENUM ('a'); ALTER TYPE mood_new OWNER TO kept_app");
  const KeptAttributes kept =
      kept_attributes({CreateEnumType{"public", "mood_new", {"a"}, false}, DropEnumType{"public", "mood"},
                       RenameType{"public", "mood_new", "mood"}});
  CHECK(ask(database.url(), "SET ROLE kept_app; " + kept.before.at(1) +
                                "; SELECT typowner::regrole FROM pg_type WHERE typname = 'mood_new'") == "kept_app\n");
}
