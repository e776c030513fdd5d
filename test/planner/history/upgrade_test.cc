// Contracts of Prisma Next 0.16 in the form of Prisma 8.
#include "planner/history/upgrade.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "planner/compare/contract_schema.h"
#include "test/files.h"

using namespace plinth;

namespace {

std::string column(const std::string& name, const std::string& rest) { return '"' + name + "\":{" + rest + "}"; }

Contract contract_with(const std::string& columns, const std::string& more) {
  const std::string table = R"("t":{"columns":{)" + columns + R"(},"uniques":[],"foreignKeys":[])" + more + "}";
  return parse_contract(
      R"({"schemaVersion":"1","targetFamily":"sql","target":"postgres","extensionPacks":{},"domain":{"namespaces":{"public":{"models":{"T":{"fields":{"d":{"nullable":true,"type":{"kind":"scalar","codecId":"pg/timestamptz@1"}}},"relations":{},"storage":{"namespaceId":"public","table":"t","fields":{"d":{"column":"d"}}}}}}}},"storage":{"namespaces":{"public":{"id":"public","entries":{"table":{)" +
          table + R"(},"valueSet":{"K":{"kind":"valueSet","values":["a","b"]}}}}}}})",
      {}, Hashes::ignored);
}

bool says(const Contract& contract, std::string_view text) { return contract.text.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("every recorded contract of Prisma Next 0.16 becomes one of Prisma 8 that asks for the same") {
  const auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-next");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  int upgraded_contracts = 0, others = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*root / "hash/contracts-0.16.0")) {
    if (entry.path().extension() != ".json") continue;
    CAPTURE(entry.path().string());
    const std::string text = test::read_file(entry.path());
    if (text.find(R"("target": "postgres")") == std::string::npos &&
        text.find(R"("target":"postgres")") == std::string::npos) {
      ++others;
      continue;
    }
    const Contract before = parse_contract(text, entry.path().string());
    const Contract after = upgraded(before, contract_schema(before));
    CHECK(after.era == ContractEra::prisma_8);
    CHECK(after.stored.storage_hash != bare_hash(before.stored.storage_hash));
    ++upgraded_contracts;
  }
  CHECK(upgraded_contracts == 46);
  CHECK(others == 2);
}

TEST_CASE("codecs, defaults and parameters take the form of Prisma 8") {
  const Contract after = upgraded(
      contract_with(
          column("d", R"("codecId":"pg/timestamptz@1","nativeType":"date","nullable":true)") + "," +
              column(
                  "i",
                  R"("codecId":"pg/int8@1","nativeType":"int8","nullable":false,"default":{"kind":"literal","value":7})") +
              "," +
              column(
                  "n",
                  R"("codecId":"pg/numeric@1","nativeType":"numeric","nullable":false,"typeParams":{"precision":8},"default":{"kind":"literal","value":1.5})") +
              "," +
              column(
                  "b",
                  R"("codecId":"pg/bytea@1","nativeType":"bytea","nullable":false,"default":{"kind":"literal","value":"\\x0aff"})") +
              "," +
              column(
                  "w",
                  R"("codecId":"pg/interval@1","nativeType":"interval","nullable":false,"default":{"kind":"literal","value":"2 days"})"),
          R"(,"indexes":[{"columns":["i"]}])"),
      {});
  CHECK(says(after, R"x("d":{"codecId":"pg/date-string@1","nativeType":"date")x"));
  CHECK(says(after, R"x("d":{"nullable":true,"type":{"codecId":"pg/date-string@1")x"));
  CHECK(says(after, R"x("default":{"kind":"literal","value":"7"})x"));
  CHECK(says(after, R"x("default":{"kind":"literal","value":"1.5"})x"));
  CHECK(says(after, R"x("typeParams":{"precision":8,"scale":0})x"));
  CHECK(says(after, R"x("default":{"kind":"literal","value":"Cv8="})x"));
  CHECK(says(after, R"x("default":{"expression":"'2 days'::interval","kind":"function"})x"));
  CHECK(says(after, R"x({"columns":["i"],"name":"t_i_idx","unique":false})x"));
}

TEST_CASE("a list says whether its elements are checked, as the database has it") {
  const Contract before = contract_with(
      column("l", R"("codecId":"pg/text@1","nativeType":"text","many":true,"nullable":true)"), R"(,"indexes":[])");
  const Contract checked = upgraded(before, contract_schema(before));
  CHECK(says(checked, R"x({"expression":"(array_position(l, NULL::text) IS NULL)","name":"t_l_elem_not_null"})x"));
  Schema state = contract_schema(before);
  state.find_table({"public", "t"})->checks.clear();
  const Contract unchecked = upgraded(before, state);
  CHECK(says(unchecked, R"x("noCheck":["elementNotNull"])x"));
  CHECK(contract_schema(unchecked).find_table({"public", "t"})->checks.empty());
}

TEST_CASE("a check of a list of values is stated as the server prints it") {
  const std::string check =
      R"(,"indexes":[],"checks":[{"name":"c","column":"k","valueSet":{"plane":"storage","entityKind":"valueSet","namespaceId":"public","entityName":"K"}}])";
  const auto of_type = [&](const std::string& type) {
    return upgraded(
        contract_with(column("k", R"("codecId":"pg/text@1","nativeType":")" + type + R"(","nullable":true)"), check),
        {});
  };
  CHECK(says(of_type("text"), R"x("expression":"(k = ANY (ARRAY['a'::text, 'b'::text]))")x"));
  CHECK(
      says(of_type("character varying"),
           R"x("expression":"((k)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))")x"));
}

TEST_CASE("a default that Prisma 8 cannot state is told") {
  const Contract before = contract_with(
      column(
          "b",
          R"("codecId":"pg/bytea@1","nativeType":"bytea","nullable":false,"default":{"kind":"literal","value":"a\\001"})"),
      R"(,"indexes":[])");
  CHECK_THROWS_WITH_AS(upgraded(before, contract_schema(before)), doctest::Contains("which is no hexadecimal bytea"),
                       Error);
}
