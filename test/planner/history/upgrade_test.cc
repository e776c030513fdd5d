// Contracts of Prisma Next 0.16 in the form of Prisma 8.
#include "planner/history/upgrade.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/pipeline.h"
#include "test/files.h"

using namespace plinth;

namespace {

std::string column(const std::string& name, const std::string& rest) { return '"' + name + "\":{" + rest + "}"; }

Contract contract_with(const std::string& columns, const std::string& more, const std::string& name = "t") {
  const std::string table =
      '"' + name + R"(":{"columns":{)" + columns + R"(},"uniques":[],"foreignKeys":[])" + more + "}";
  const std::string models =
      R"("T":{"fields":{"d":{"nullable":true,"type":{"kind":"scalar","codecId":"pg/timestamptz@1"}}},"relations":{},)"
      R"("storage":{"namespaceId":"public","table":")" +
      name + R"(","fields":{"d":{"column":"d"}}}})";
  const std::string text = R"({"schemaVersion":"1","targetFamily":"sql","target":"postgres","extensionPacks":{},)"
                           R"("domain":{"namespaces":{"public":{"models":{)" +
                           models + R"(}}}},"storage":{"namespaces":{"public":{"id":"public","entries":{"table":{)" +
                           table + R"(},"valueSet":{"K":{"kind":"valueSet","values":["a","b"]}}}}}}})";
  return parse_contract(text, {}, Hashes::ignored);
}

const std::string number = column("i", R"("codecId":"pg/int4@1","nativeType":"int4","nullable":true)");
const std::string list = column("l", R"("codecId":"pg/text@1","nativeType":"text","many":true,"nullable":true)");
const std::string index_on_number = R"(,"indexes":[{"columns":["i"]}])";

// A history, package by package.
struct Told {
  std::vector<Package> packages;
  Contracts contracts;

  void lead(const Contract* from, const Contract& to, const std::vector<Operation>& operations) {
    const std::string name = "p" + std::to_string(packages.size());
    const auto hash = from != nullptr ? std::optional(from->stored.storage_hash) : std::nullopt;
    const Manifest manifest{hash, to.stored.storage_hash, {}, "2026-01-01T00:00:00.000Z", {}};
    const PackageTexts texts = package_texts(manifest, stored_forms(operations));
    packages.push_back(parse_package(name, texts.manifest, texts.operations));
    for (const Contract* c : {from, &to}) {
      if (c != nullptr) contracts.emplace(bare_hash(c->stored.storage_hash), *c);
    }
  }
  // As the engine plans it, but without element checks, as Prisma Next adds columns.
  void lead_planned(const Contract* from, const Contract& to, bool checks_elements = false) {
    const Schema start = from != nullptr ? contract_schema(*from) : Schema();
    auto operations = plan_reconciled(contract_schema(to), start).operations;
    std::erase_if(operations,
                  [&](const Operation& op) { return !checks_elements && holds_alternative<AddCheckConstraint>(op); });
    lead(from, to, operations);
  }
  const Contract& later(const UpgradedHistory& upgraded, const Contract& contract) const {
    return upgraded.contracts.at(std::string(bare_hash(contract.stored.storage_hash)));
  }
};

Operation by_hand(const std::string& sql) {
  RawSql out;
  out.raw_id = out.raw_label = sql;
  out.execute = {{sql, sql, {}, {}}};
  return out;
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
  const auto of_default = [](const std::string& type, const std::string& value) {
    const Contract before =
        contract_with(column("v", R"("codecId":"pg/)" + type + R"(@1","nativeType":")" + type +
                                      R"(","nullable":true,"default":{"kind":"literal","value":)" + value + "}"),
                      R"(,"indexes":[])");
    return upgraded(before, contract_schema(before)).text;
  };
  CHECK(of_default("numeric", "1e-7").find(R"("value":"0.0000001")") != std::string::npos);
  CHECK(of_default("bytea", R"("\\x0AFF")").find(R"("value":"Cv8=")") != std::string::npos);
  CHECK(upgraded(contract_with(column("v", R"("codecId":"pg/numeric@1","nativeType":"numeric","nullable":true,)"
                                           R"("typeParams":{"precision":20,"scale":10},)"
                                           R"("default":{"kind":"literal","value":1e-7})"),
                               R"(,"indexes":[])"),
                 {})
            .text.find(R"("value":"0.0000001")") != std::string::npos);
  CHECK(upgraded(contract_with(column("v", R"("codecId":"pg/bytea@1","nativeType":"bytea","many":true,"nullable":true,)"
                                           R"("default":{"kind":"literal","value":["\\x0AFF","abc"]})"),
                               R"(,"indexes":[])"),
                 {})
            .text.find(R"("value":["Cv8=","YWJj"])") != std::string::npos);
  CHECK(of_default("bytea", R"("abc")").find(R"("value":"YWJj")") != std::string::npos);
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

TEST_CASE("raw SQL is not known, and what comes after it is: a list that was added has no element check") {
  const Contract a = contract_with(number, index_on_number, "a"), b = contract_with(number, index_on_number, "b"),
                 c = contract_with(number + "," + list, index_on_number, "b");
  Told told;
  told.lead_planned(nullptr, a);
  told.lead(&a, b, {by_hand("ALTER TABLE a RENAME TO b")});
  told.lead_planned(&b, c);
  const UpgradedHistory upgraded = upgrade_history(told.packages, told.contracts);
  CHECK(says(told.later(upgraded, c), R"("noCheck":["elementNotNull"])"));
  CHECK(says(told.later(upgraded, c), R"("name":"b_i_idx")"));
  CHECK(opaque_operations(told.packages, told.contracts) ==
        std::map<std::string, std::vector<std::string>>{{"p1", {"ALTER TABLE a RENAME TO b"}}});

  // A database tells the name that the index kept.
  Schema live = contract_schema(b);
  live.find_table({"public", "b"})->indexes.front().name = "a_i_idx";
  const UpgradedHistory known =
      upgrade_history(told.packages, told.contracts, {{std::string(bare_hash(b.stored.storage_hash)), live}});
  CHECK(says(told.later(known, b), R"("name":"a_i_idx")"));
  CHECK(says(told.later(known, c), R"("name":"a_i_idx")"));
  CHECK(says(told.later(known, c), R"("noCheck":["elementNotNull"])"));
}

TEST_CASE("where two ways lead to a contract, an element check counts only if both make it") {
  const Contract with = contract_with(number + "," + list, R"(,"indexes":[])"),
                 without = contract_with(number, R"(,"indexes":[])");
  Told told;
  told.lead_planned(nullptr, with, true);
  told.lead_planned(&with, without, true);
  CHECK_FALSE(says(told.later(upgrade_history(told.packages, told.contracts), with), "noCheck"));
  told.lead_planned(&without, with);
  CHECK(says(told.later(upgrade_history(told.packages, told.contracts), with), "noCheck"));
}

TEST_CASE("a history may begin at a contract, lead round in a circle, and be read in any order") {
  const Contract a = contract_with(number, R"(,"indexes":[])"), b = contract_with(number, index_on_number),
                 c = contract_with(number + "," + list, index_on_number);
  Told told;
  told.lead_planned(&b, c);
  told.lead_planned(&a, b);
  told.lead_planned(&b, a);
  const UpgradedHistory upgraded = upgrade_history(told.packages, told.contracts);
  CHECK(upgraded.packages.size() == 3);
  CHECK(upgraded.packages[0].manifest.from == told.later(upgraded, b).stored.storage_hash);
  CHECK(upgraded.packages[0].manifest.to == told.later(upgraded, c).stored.storage_hash);
  CHECK(upgraded.packages[0].operations.size() == told.packages[0].operations.size());
  CHECK(says(told.later(upgraded, c), "noCheck"));
}

TEST_CASE("contracts that become one, and packages that are not finished, are told") {
  const Contract open = contract_with(number, index_on_number),
                 named = contract_with(number, R"(,"indexes":[{"columns":["i"],"name":"t_i_idx"}])");
  Told told;
  told.lead_planned(nullptr, open);
  told.lead(&open, named, {});
  CHECK_THROWS_WITH_AS(upgrade_history(told.packages, told.contracts), doctest::Contains("are the same one"), Error);
  Told unfinished;
  unfinished.lead(nullptr, open, {});
  CHECK_THROWS_WITH_AS(upgrade_history(unfinished.packages, unfinished.contracts),
                       doctest::Contains("it is not finished"), Error);
}

TEST_CASE("a table of Prisma Next with a list and a list of values is recognised") {
  const Contract both = contract_with(
      list + "," + column("k", R"("codecId":"pg/text@1","nativeType":"text","nullable":true)"),
      R"(,"indexes":[],"checks":[{"name":"c","column":"k","valueSet":{"plane":"storage","entityKind":"valueSet","namespaceId":"public","entityName":"K"}}])");
  Told told;
  told.lead_planned(nullptr, both, true);
  const UpgradedHistory upgraded = upgrade_history(told.packages, told.contracts);
  CHECK(says(told.later(upgraded, both), "array_position"));
}

TEST_CASE("an index has the name that it has in the database, whatever the contract calls it") {
  const Contract named = contract_with(number, R"(,"indexes":[{"columns":["i"],"name":"chosen"}])");
  Schema live = contract_schema(named);
  live.find_table({"public", "t"})->indexes.front().name = "found";
  CHECK(says(upgraded(named, live), R"("name":"found")"));
  CHECK(says(upgraded(named, contract_schema(named)), R"("name":"chosen")"));
}

TEST_CASE("databases tell what an index is called that raw SQL renamed, and which lists have no element check") {
  const Contract a = contract_with(number + "," + list, index_on_number),
                 b = contract_with(number + "," + list + "," +
                                       column("d", R"("codecId":"pg/text@1","nativeType":"text","nullable":true)"),
                                   index_on_number);
  Told told;
  told.lead_planned(nullptr, a, true);
  auto operations = plan_reconciled(contract_schema(b), contract_schema(a)).operations;
  operations.push_back(by_hand("ALTER INDEX t_i_idx RENAME TO other"));
  told.lead(&a, b, operations);
  const std::string hash(bare_hash(b.stored.storage_hash));
  Schema first = contract_schema(b);
  first.find_table({"public", "t"})->indexes.front().name = "other";
  Schema second = first;
  second.find_table({"public", "t"})->checks.clear();
  const UpgradedHistory one = upgrade_history(told.packages, told.contracts, {{hash, first}});
  CHECK(says(told.later(one, b), R"("name":"other")"));
  CHECK_FALSE(says(told.later(one, b), "noCheck"));
  const UpgradedHistory both = upgrade_history(told.packages, told.contracts, {{hash, first}, {hash, second}});
  CHECK(says(told.later(both, b), R"("name":"other")"));
  CHECK(says(told.later(both, b), "noCheck"));
}
