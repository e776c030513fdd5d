#include <doctest/doctest.h>

#include "engine/js/js.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/drop_not_null.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/add_primary_key.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/database/create_schema.h"
#include "engine/ops/database/drop_schema.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/row_security/disable_row_level_security.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/row_security/enable_row_level_security.h"
#include "engine/ops/row_security/rename_rls_policy.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "planner/render/migration_ts.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// ---- JavaScript. The layouts are those of Prettier 3.9 with single quotes and 100 columns. ----------------------

TEST_CASE("js: strings take the quotes that need fewer escapes") {
  const auto literal = [](std::string_view s) { return js::lay_out(js::string(s)); };
  CHECK(literal("plain") == "'plain'");
  CHECK(literal("it's") == "\"it's\"");
  CHECK(literal("a \"b\"") == "'a \"b\"'");
  CHECK(literal("'\"") == "'\\'\"'");
  CHECK(literal("''\"") == "\"''\\\"\"");
  CHECK(literal("a\\b\nc") == "'a\\\\b\\nc'");
  CHECK(literal("ä") == "'ä'");
}

TEST_CASE("js: members are bare where they are identifiers") {
  CHECK(js::member("users") == ".users");
  CHECK(js::member("_a$1") == "._a$1");
  CHECK(js::member("my table") == "['my table']");
  CHECK(js::member("1st") == "['1st']");
  CHECK(js::lay_out(js::json_text(R"({"a":1,"b-c":[true,null,1.5,"x"],"d":{}})")) ==
        "{ a: 1, 'b-c': [true, null, 1.5, 'x'], d: {} }");
}

std::string wide(std::size_t n) { return std::string(n, 'x'); }

TEST_CASE("js: what fits on a line stays on it, to the last of 100 columns") {
  const auto call = [](std::size_t n) {
    return js::lay_out(js::call("f", {js::object({{"key", js::string(wide(n))}})}));
  };
  CHECK(call(86) == "f({ key: '" + wide(86) + "' })");
  CHECK(call(87) == "f({\n  key: '" + wide(87) + "',\n})");
}

TEST_CASE("js: a call breaks its last object first, then all arguments") {
  const auto col = [](const std::string& type, std::size_t n) {
    return js::lay_out(
        js::call("col", {js::string("a"), js::string(type), js::object({{"codec", js::string(wide(n))}})}));
  };
  CHECK(col("text", 85) == "col('a', 'text', {\n  codec: '" + wide(85) + "',\n})");
  CHECK(col(wide(95), 3) == "col(\n  'a',\n  '" + wide(95) + "',\n  { codec: 'xxx' },\n)");
  CHECK(js::lay_out(js::call("f", {js::string(wide(60)), js::string(wide(60))})) ==
        "f(\n  '" + wide(60) + "',\n  '" + wide(60) + "',\n)");
  CHECK(js::lay_out(js::call("f", {})) == "f()");
}

TEST_CASE("js: a long string moves to a line of its own behind a key that is long enough") {
  CHECK(js::lay_out(js::object({{"using", js::string(wide(95))}})) == "{\n  using:\n    '" + wide(95) + "',\n}");
  CHECK(js::lay_out(js::object({{"sql", js::string(wide(95))}})) == "{\n  sql: '" + wide(95) + "',\n}");
}

TEST_CASE("js: data longer than 80 characters breaks, lists of several objects always do") {
  CHECK(js::lay_out(js::data({{"a", js::string(wide(70))}})) == "{ a: '" + wide(70) + "' }");
  CHECK(js::lay_out(js::data({{"a", js::string(wide(74))}})) == "{\n  a: '" + wide(74) + "',\n}");
  CHECK(js::lay_out(js::json_text(R"([{"a":1,"b":2},{"a":3,"b":4}])")) == "[\n  { a: 1, b: 2 },\n  { a: 3, b: 4 },\n]");
  CHECK(js::lay_out(js::json_text(R"([{"a":1},{"a":3}])")) == "[{ a: 1 }, { a: 3 }]");
}

// ---- migration.ts -----------------------------------------------------------------------------------------------

// The call for one operation.
std::string call_for(const Operation& op) {
  const Contract end;
  const std::string program = migration_ts({op}, nullptr, end);
  const std::size_t begin = program.find("    return [") + 12, stop = program.find("];\n  }\n}");
  std::string out = program.substr(begin, stop - begin);
  if (out.starts_with("\n")) out = out.substr(7, out.size() - 7 - 6);  // the list broke
  return out;
}

TEST_CASE("migration.ts: methods of the API") {
  const std::vector<std::pair<Operation, std::string>> cases = {
      {CreateSchema{"audit"}, "this.createSchema({ schema: 'audit' })"},
      {CreateExtension{"citext"}, "createExtension('citext')"},
      {CreateEnumType{"public", "mood", {"a", "it's"}, false},
       "this.createNativeEnumType({ schema: 'public', typeName: 'mood', members: ['a', \"it's\"] })"},
      {DropEnumType{"public", "mood"}, "this.dropNativeEnumType({ schema: 'public', typeName: 'mood' })"},
      {DropTable{"public", "t"}, "this.dropTable({ schema: 'public', table: 't' })"},
      {DropColumn{"public", "t", "c"}, "this.dropColumn({ schema: 'public', table: 't', column: 'c' })"},
      {SetNotNull{"public", "t", "c"}, "this.setNotNull({ schema: 'public', table: 't', column: 'c' })"},
      {DropNotNull{"public", "t", "c"}, "this.dropNotNull({ schema: 'public', table: 't', column: 'c' })"},
      {DropDefault{"public", "t", "c"}, "this.dropDefault({ schema: 'public', table: 't', column: 'c' })"},
      {DropConstraint{"public", "t", "u", "unique"},
       "this.dropConstraint({ schema: 'public', table: 't', constraint: 'u' })"},
      {DropConstraint{"public", "t", "fk", "foreignKey"},
       "this.dropConstraint({ schema: 'public', table: 't', constraint: 'fk', kind: 'foreignKey' })"},
      {DropCheckConstraint{"public", "t", "k"},
       "this.dropCheckConstraint({ schema: 'public', table: 't', constraint: 'k' })"},
      {DropIndex{"public", "t", "i"}, "this.dropIndex({ schema: 'public', table: 't', index: 'i' })"},
      {CreateIndex{"public", "t", index("i", {"a"})},
       "this.createIndex({ schema: 'public', table: 't', index: 'i', columns: ['a'] })"},
      {AddPrimaryKey{"public", "t", primary_key("t", {"a"})},
       "this.addPrimaryKey({ schema: 'public', table: 't', constraint: 't_pkey', columns: ['a'] })"},
      {EnableRowLevelSecurity{"public", "t"}, "this.enableRowLevelSecurity({ schema: 'public', table: 't' })"},
      {DisableRowLevelSecurity{"public", "t"}, "this.disableRowLevelSecurity({ schema: 'public', table: 't' })"},
      {DropRlsPolicy{"public", "t", "p"}, "this.dropRlsPolicy({ schema: 'public', table: 't', policy: 'p' })"},
      {RenameRlsPolicy{"public", "t", "p", "q"},
       "this.renameRlsPolicy({ schema: 'public', table: 't', from: 'p', to: 'q' })"},
      {AddEnumValues{"public", "mood", {"c", "d"}, {}},
       "this.addNativeEnumValue({ schema: 'public', typeName: 'mood', value: 'c' }),\n"
       "      this.addNativeEnumValue({ schema: 'public', typeName: 'mood', value: 'd' })"},
  };
  for (const auto& [op, text] : cases) CHECK(call_for(op) == text);
}

TEST_CASE("migration.ts: columns say type, default and NOT NULL, and the codec that only a contract knows") {
  const auto add = [](Column c) { return call_for(AddColumn{"public", "t", std::move(c), false}); };
  CHECK(add(with_default(column("n", "int4"), Default::Kind::expression, "autoincrement()"))
            .find("col('n', 'SERIAL', { notNull: true })") != std::string::npos);
  CHECK(add(with_default(column("j", "jsonb", true), Default::Kind::literal, R"({"a":1})"))
            .find("col('j', 'jsonb', { default: lit({ a: 1 }) })") != std::string::npos);
  CHECK(add(with_default(column("d", "timestamptz", true), Default::Kind::expression, "now()"))
            .find("col('d', 'timestamptz', { default: fn('now()') })") != std::string::npos);
  CHECK(add(column("b", "text", true)).find("column: col('b', 'text')") != std::string::npos);
}

TEST_CASE("migration.ts: what the API cannot say is stated as SQL") {
  Column identity = column("n", "int8");
  identity.identity = Identity::always;
  Index partial = index("i", {"a"});
  partial.predicate = Expression("a > 0");
  Unique deferred = unique_key("u", {"a"});
  deferred.deferral = Deferral::deferrable;
  Check free_form = check("k", "a > 0");
  const std::vector<Operation> operations = {AddColumn{"public", "t", identity, false},
                                             CreateIndex{"public", "t", partial},
                                             AddUnique{"public", "t", deferred},
                                             AddCheckConstraint{"public", "t", free_form},
                                             RenameTable{"public", "t", "s"},
                                             RenameColumn{"public", "t", "a", "b"},
                                             DropSchema{"audit"},
                                             AddEnumValues{"public", "mood", {"x"}, "y"}};
  for (const auto& op : operations) {
    CAPTURE(label(op));
    const std::string text = call_for(op);
    CHECK(text.starts_with("rawSql({\n        id: "));
    CHECK(text.find(js::lay_out(js::string(steps(op).execute.at(0).sql))) != std::string::npos);
  }
}

TEST_CASE("migration.ts: open slots are placeholders, derived checks are built or told, filled runs are SQL") {
  const Contract end;
  const DataTransform open{"fill", "filled", "migration.ts", {}, {}};
  CHECK(migration_ts({open}, &end, end).find(R"(      this.dataTransform(endContract, 'fill', {
        invariantId: 'filled',
        check: () => placeholder('fill:check'),
        run: () => placeholder('fill:run'),
      }),
)") != std::string::npos);

  DataTransform told = open;
  told.check.emplace().query = TransformQuery{"SELECT 1\nFROM t", {}};
  CHECK(migration_ts({told}, &end, end).find(R"(
        // SELECT 1
        // FROM t
        check: () => placeholder('fill:check'),
)") != std::string::npos);

  DataTransform always = open;
  always.check.emplace();
  CHECK(migration_ts({always}, &end, end).find("check:") == std::string::npos);

  DataTransform filled = open;
  filled.run = {{"UPDATE t SET a = $1", {{"1"}}}};
  const std::string program = migration_ts({filled}, &end, end);
  CHECK(program.find("rawSql({\n        id: 'data_migration.fill',") != std::string::npos);
  CHECK(program.find("invariantId: 'filled'") != std::string::npos);
  CHECK(program.find("execute: [{ description: 'Run fill', sql: 'UPDATE t SET a = $1', params: [1] }],") !=
        std::string::npos);
}

TEST_CASE("migration.ts: the check of a column that is tightened is built on the contract") {
  Schema from = sample(), to = sample();
  in(to, "users").columns.push_back(column("my handle"));
  const Contract end;
  const std::string program = migration_ts(plan(to, from).operations, &end, end);
  CHECK(program.find(R"(import postgresStatic from '@prisma-next/postgres/static';

const { sql: db, contract } = postgresStatic<End>({ contractJson: endContract });
)") != std::string::npos);
  CHECK(program.find(R"(      this.dataTransform(contract, 'backfill-users-my handle', {
        check: () =>
          db.public.users
            .select('my handle')
            .where((f, fns) => fns.eq(f['my handle'], null))
            .limit(1),
        run: () => placeholder('backfill-users-my handle:run'),
      }),
)") != std::string::npos);
}

TEST_CASE("migration.ts: a program without operations is whole") {
  const Contract end;
  CHECK(migration_ts({}, nullptr, end) == R"(#!/usr/bin/env -S node
import type { Contract as End } from './end-contract';
import endContract from './end-contract.json' with { type: 'json' };
import { Migration, MigrationCLI } from '@prisma-next/postgres/migration';

export default class M extends Migration<never, End> {
  override readonly endContractJson = endContract;

  override get operations() {
    return [];
  }
}

MigrationCLI.run(import.meta.url, M);
)");
}

// ---- SQL --------------------------------------------------------------------------------------------------------

TEST_CASE("script: parameters stand in the text, outside of quotes, each in its kind") {
  const auto inlined = [](std::string sql, std::vector<JsonText> params) {
    return with_literals({"", std::move(sql), std::move(params), {}});
  };
  CHECK(inlined("SELECT $1, $2, $3, $4, $5", {{"\"it's\""}, {"5"}, {"true"}, {"null"}, {R"({"a":"b"})"}}) ==
        R"(SELECT 'it''s', 5, true, NULL, '{"a":"b"}')");
  CHECK(inlined("SELECT '$1', \"$1\", $$ $1 $$, a$1, $1", {{"1"}}) == "SELECT '$1', \"$1\", $$ $1 $$, a$1, 1");
  CHECK(inlined("SELECT $2, $0, $, $99999999999999999999999", {{"1"}}) == "SELECT $2, $0, $, $99999999999999999999999");
  CHECK(inlined("SELECT $11, $1", {{"1"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"7"}, {"8"}, {"9"}, {"10"}, {"\"x\""}}) ==
        "SELECT 'x', 1");
  CHECK(inlined("SELECT $1", {{R"("a\\b")"}}) == R"(SELECT E'a\\b')");
}

TEST_CASE("script: statements under their labels, ended once; checks are no part of it") {
  RawSql raw;
  raw.raw_label = "By hand\nand long";
  raw.execute = {{"", "SELECT 1 ; ", {}, {}}, {"", "SELECT 2 -- so", {}, {}}};
  CHECK(script({DropNotNull{"public", "t", "c"}, raw}) == R"(\set ON_ERROR_STOP on

BEGIN;

-- Drop NOT NULL on "t"."c"
ALTER TABLE "public"."t" ALTER COLUMN "c" DROP NOT NULL;

-- By hand
-- and long
SELECT 1;
SELECT 2 -- so
;

COMMIT;
)");
  CHECK(preview({raw}) == Lines{"SELECT 1", "SELECT 2 -- so"});
  CHECK(script({}).empty());
}

TEST_CASE("script: an open transform says what has to be written, and fails where there is something to do") {
  Schema to = sample();
  in(to, "users", "age").nullable = false;
  const std::string fails = R"(DO '#variable_conflict use_column
BEGIN IF EXISTS (SELECT 1 FROM "public"."users" WHERE "age" IS NULL LIMIT 1) THEN RAISE EXCEPTION USING MESSAGE = ''fill the slot "handle-nulls-users-age:run"''; END IF; END')";
  CHECK(preview(plan(to, sample()).operations).front() == fails);
  CHECK(sql_text(plan(to, sample()).operations) == R"(BEGIN;

-- Data transform: handle-nulls-users-age
-- To be written by hand, where there are rows that this finds: the statements of this transform.
--   SELECT 1 FROM "public"."users" WHERE "age" IS NULL LIMIT 1
)" + fails + R"(;

-- Set NOT NULL on "users"."age"
ALTER TABLE "public"."users" ALTER COLUMN "age" SET NOT NULL;

COMMIT;
)");
}

TEST_CASE("script: an open transform without a derived check fails whatever the rows are") {
  DataTransform transform;
  transform.name = "by-hand";
  CHECK(sql_text({transform}) ==
        R"(BEGIN;

-- Data transform: by-hand
-- To be written by hand: the statements of this transform.
DO 'BEGIN RAISE EXCEPTION USING MESSAGE = ''fill the slot "by-hand:check"''; END';
DO 'BEGIN RAISE EXCEPTION USING MESSAGE = ''fill the slot "by-hand:run"''; END';

COMMIT;
)");
}

TEST_CASE("script: a filled transform is followed by its check") {
  DataTransform transform;
  transform.name = "o'fill";
  transform.check = TransformCheck{TransformQuery{"SELECT 1 FROM t WHERE a = $1 -- all", {{"\"x\""}}}, false};
  transform.run.emplace();
  transform.own_transaction = true;
  CHECK(sql_text({transform}) == R"(BEGIN;

-- Data transform: o'fill
DO '#variable_conflict use_column
BEGIN IF EXISTS (SELECT 1 FROM t WHERE a = ''x'' -- all
) THEN RAISE EXCEPTION USING MESSAGE = ''"o''''fill" left rows that its check finds''; END IF; END';

COMMIT;
)");
  CHECK(preview({transform, transform}).empty());
  transform.check = TransformCheck{{}, true};
  CHECK(sql_text({transform}) == "-- Data transform: o'fill\n");
}

// ---- summaries --------------------------------------------------------------------------------------------------

TEST_CASE("summary: differences as a tree") {
  Schema to = sample();
  to.extensions = {{"hstore"}};
  to.namespaces[1].enums[0].values = {"sad", "happy", "new"};
  to.namespaces[1].tables.erase(to.namespaces[1].tables.begin());
  in(to, "users").columns.push_back(column("bio", "text", true));
  in(to, "users", "age").type = "int8";
  in(to, "users", "age").nullable = false;
  in(to, "users").force_row_security = true;
  in(to, "users").indexes.clear();
  to.namespaces.push_back({"shop", {}, {}});
  CHECK(summary(diff(to, sample())) == R"(+ extension hstore
- extension citext
schema public
  ~ enum mood: values ["sad","happy"] -> ["sad","happy","new"]
  - table posts
  ~ table users: forceRowSecurity false -> true
    ~ column age: type int4 -> int8
    ~ column age: nullable true -> false
    + column bio text
    - index users_age_idx
+ schema shop
)");
  CHECK(summary(std::vector<Issue>{}).empty());
}

TEST_CASE("summary: a plan with its hazards and open slots") {
  Schema to = sample();
  in(to, "users", "age").nullable = false;
  in(to, "users").columns.pop_back();
  CHECK(summary(plan(to, sample())) == R"(3 operations, 1 slot to fill
  data        Data transform: handle-nulls-users-age
    ? handle-nulls-users-age:run
  destructive Set NOT NULL on "users"."age"
    ! tableScan: every row of "users" is read
    ! blocksReads: ACCESS EXCLUSIVE on "users" meanwhile: reads and writes wait until commit; safer: prove it by a CHECK that is added NOT VALID and validated first
    ! mayFail: fails when a value is NULL
  destructive Drop column "tags" from "users"
    ! dataLoss: all values of "users"."tags" are lost
)");
  CHECK(summary(plan(sample(), sample())) == "no operations\n");
}

TEST_CASE("summary: a plan with conflicts lists them") {
  Schema to = sample();
  in(to, "users").columns.pop_back();
  const std::string text = summary(plan(to, sample(), {{OperationClass::additive}}));
  CHECK(text.starts_with("1 conflict\n  x Operation \"Drop column \"tags\" from \"users\"\" requires class"));
}

}  // namespace
}  // namespace plinth
