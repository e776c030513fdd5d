#include "planner/plan/typed_operation.h"

#include <doctest/doctest.h>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/indexes/create_index.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

// The kind that an operation is taken for, once it is stored without a word of what it is.
std::string taken_for(const Operation& op, const Schema& destination) {
  const auto found = typed_operation(stored_form(op, false), destination);
  return found ? std::string(kind(*found)) : "";
}

TEST_CASE("typed operation: what a column is for the time being stands in the statement") {
  Column temporary = column("tmp", "numeric(10,2)", false);
  CHECK(taken_for(AddColumn{"public", "users", temporary, false, false}, sample()) == "addColumn");
  temporary.fallback = Default{Default::Kind::literal, "1.5"};
  CHECK(taken_for(AddColumn{"public", "users", temporary, false, false}, sample()) == "addColumn");
  AlterColumnType retype;
  retype.table = "users";
  retype.column = "email";
  retype.type = "character varying(99)";
  CHECK(taken_for(retype, sample()) == "alterColumnType");
  retype.using_expression = "upper(email)";
  CHECK(taken_for(retype, sample()) == "alterColumnType");
  const Default other{Default::Kind::literal, R"("for now")"};
  CHECK(taken_for(SetDefault{"public", "users", "email", other, "text", false}, sample()) == "setDefault");
}

TEST_CASE("typed operation: a column whose statement says more is raw SQL") {
  RawSql stored = stored_form(AddColumn{"public", "users", column("tmp", "int4", true), false, false}, false);
  stored.execute.front().sql += "; DROP TABLE posts";
  CHECK_FALSE(typed_operation(stored, sample()).has_value());
  stored.execute.front().sql = R"(ALTER TABLE "public"."users" ADD COLUMN "tmp" int4, DROP COLUMN "email")";
  CHECK_FALSE(typed_operation(stored, sample()).has_value());
}

TEST_CASE("typed operation: a name that the destination leaves open is the claimed one") {
  const std::string longest(63, 'n');
  Schema to = sample();
  Table& users = in(to, "users");
  Unique u;
  u.name = "users_email_key";
  u.columns = {"email"};
  u.named = false;
  users.uniques = {u};
  u.name = longest;
  CHECK(taken_for(AddUnique{"public", "users", u}, to) == "addUnique");
  u.columns = {"id"};
  CHECK(taken_for(AddUnique{"public", "users", u}, to).empty());
}

}  // namespace
}  // namespace plinth
