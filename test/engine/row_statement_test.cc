#include "engine/sql/reading/row_statement.h"

#include <doctest/doctest.h>

using namespace plinth;

namespace {

using Words = std::vector<std::string>;

std::string restricted(std::string_view sql) {
  const auto statement = RowStatement::read(sql);
  return statement ? statement->restricted("id > 1") : "none";
}

}  // namespace

TEST_CASE("row statements: the condition is added to that of the statement") {
  CHECK(restricted("UPDATE t SET a = 1") == "UPDATE t SET a = 1 WHERE id > 1 ");
  CHECK(restricted("UPDATE t SET a = 1;") == "UPDATE t SET a = 1 WHERE id > 1 ;");
  CHECK(restricted("update t set a = 1 where a is null or b") ==
        "update t set a = 1 where (id > 1) AND ( a is null or b\n) ");
  CHECK(restricted("DELETE FROM t WHERE a -- it goes") == "DELETE FROM t WHERE (id > 1) AND ( a\n)  -- it goes");
  CHECK(restricted("DELETE FROM t USING u WHERE t.a = u.a RETURNING t.a") ==
        "DELETE FROM t USING u WHERE (id > 1) AND ( t.a = u.a \n) RETURNING t.a");
  CHECK(restricted("UPDATE t SET a = (SELECT b FROM u WHERE u.id = t.id) RETURNING *") ==
        "UPDATE t SET a = (SELECT b FROM u WHERE u.id = t.id)  WHERE id > 1 RETURNING *");
  CHECK(restricted("UPDATE t SET a = (SELECT max(x) /* :) it's */ FROM u WHERE u.id = t.id)") ==
        "UPDATE t SET a = (SELECT max(x) /* :) it's */ FROM u WHERE u.id = t.id) WHERE id > 1 ");
  CHECK(restricted("UPDATE t SET a = 1 WHERE current = 1") ==
        "UPDATE t SET a = 1 WHERE (id > 1) AND ( current = 1\n) ");
  CHECK(restricted("UPDATE t SET a = ' WHERE ' /* WHERE */ WHERE b = $$ RETURNING $$") ==
        "UPDATE t SET a = ' WHERE ' /* WHERE */ WHERE (id > 1) AND ( b = $$ RETURNING $$\n) ");
}

TEST_CASE("row statements: which table it is, what its rows are called, what is assigned") {
  const auto read = [](std::string_view sql) {
    const auto s = RowStatement::read(sql);
    REQUIRE(s);
    Words out = {s->table(), s->row()};
    out.insert(out.end(), s->assigns().begin(), s->assigns().end());
    return out;
  };
  CHECK(read("UPDATE t SET a = 1, B = 2") == Words{"t", "t", "a", "b"});
  CHECK(read(R"(UPDATE ONLY "S"."T" * AS "x" SET "A b" = a, (c, d) = (SELECT 1, 2))") ==
        Words{R"("S"."T")", R"("x")", "A b", "c", "d"});
  CHECK(read("UPDATE public.t u SET a = b IS DISTINCT FROM c, d = 1 FROM e, f WHERE true") ==
        Words{"public.t", "u", "a", "d"});
  CHECK(read("UPDATE t SET a[1] = 2, b = c[1]") == Words{"t", "t", "a", "b"});
  CHECK(read("UPDATE t SET a = ARRAY[b, id], c = 1") == Words{"t", "t", "a", "c"});
  CHECK(read("-- why\nDELETE FROM s.t") == Words{"s.t", "s.t"});
  CHECK(read("DELETE FROM t AS old USING u") == Words{"t", "old"});
}

TEST_CASE("row statements: others are none") {
  for (const char* sql : {"", "UPDATE", "SELECT 1", "INSERT INTO t SELECT 1", "UPDATE t", "UPDATE SET", "DELETE t",
                          "WITH x AS (SELECT 1) UPDATE t SET a = 1", "UPDATE t SET a = 1; DELETE FROM t",
                          "UPDATE t SET a = 1 WHERE CURRENT OF c", "UPDATE t SET a = (1", "DELETE FROM t SET a = 1",
                          "UPDATE t SET a = 1 WHERE", "UPDATE t SET a = 1) WHERE b", "UPDATE t SET a = b]",
                          R"(UPDATE t SET U&"\0069d" = 1)"}) {
    CAPTURE(sql);
    CHECK_FALSE(RowStatement::read(sql));
  }
}
