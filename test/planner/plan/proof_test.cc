#include <doctest/doctest.h>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/database/create_dependency.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

TEST_CASE("prove: says what is left, what cannot be done, and what only a database can tell") {
  Schema to = sample();
  in(to, "users").columns.push_back(column("bio", "text", true));
  const Proof undone = prove(sample(), {}, to);
  CHECK_FALSE(undone.ok);
  REQUIRE(undone.issues.size() == 1);
  CHECK(undone.issues[0].path == Lines{"public", "users", "bio"});

  const Proof broken = prove(sample(), {DropColumn{"public", "users", "nothing"}}, sample());
  CHECK_FALSE(broken.ok);
  REQUIRE(broken.broken.has_value());
  CHECK(broken.broken->find("Drop column \"nothing\" from \"users\"") == 0);

  RawSql raw;
  raw.raw_id = "x";
  raw.raw_label = "Touch";
  const Proof opaque = prove(sample(), {raw}, sample());
  CHECK(opaque.ok);
  CHECK(opaque.opaque == Lines{"Touch"});
}

TEST_CASE("prove: a contract need not name an extension, a database does") {
  const std::vector<Operation> operations = {CreateDependency{"postgres.extension.hstore"}};
  CHECK(prove(sample(), operations, sample(), Leftovers::extensions).ok);
  CHECK(prove(sample(), operations, sample(), Leftovers::unclaimed).ok);
  CHECK_FALSE(prove(sample(), operations, sample()).ok);
  Schema more = sample();
  in(more, "users").columns.push_back(column("bio", "text", true));
  CHECK_FALSE(prove(more, operations, sample(), Leftovers::extensions).ok);
}

}  // namespace
}  // namespace plinth
