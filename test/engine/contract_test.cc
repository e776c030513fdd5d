// Contracts: what is read from each part of the format, in every era, and the hashes of the whole.
#include "engine/contract/contract.h"

#include <doctest/doctest.h>

#include <fstream>

#include "engine/contract/merge_contracts.h"
#include "engine/json/canonical.h"
#include "test/engine/contract_text.h"
#include "test/files.h"

namespace {

using namespace plinth;        // NOLINT(google-build-using-namespace)
using namespace plinth::test;  // NOLINT(google-build-using-namespace)

// An early contract: tables directly in the namespace, models in the hashed envelope.
const std::string early = R"({
  "schemaVersion": "1", "targetFamily": "sql", "target": "postgres", "models": {},
  "storage": {"storageHash": "HASH", "namespaces": {"__unbound__": {"id": "__unbound__", "kind": "postgres-unbound-schema",
    "tables": {"a": {"columns": {"id": {"nativeType": "int4", "codecId": "pg/int4@1", "nullable": false},
                                 "up": {"nativeType": "int4", "codecId": "pg/int4@1", "nullable": true}},
      "primaryKey": {"columns": ["id"]}, "uniques": [], "indexes": [],
      "foreignKeys": [{"source": {"namespaceId": "__unbound__", "tableName": "a", "columns": ["up"]},
                       "target": {"namespaceId": "__unbound__", "tableName": "a", "columns": ["id"]},
                       "constraint": false, "index": true}]}}}}},
  "extensionPacks": {}
})";

}  // namespace

TEST_CASE("a contract is read whole") {
  const std::string text = stamped(whole);
  const Contract c = parse_contract(text, "contract.json");
  CHECK(c.text == text);
  CHECK(c.file == "contract.json");
  CHECK(c.extension_packs == std::vector<std::string>{"pgvector", "postgis"});
  CHECK(c.default_control == Control::tolerated);
  REQUIRE(c.types.count("Short") == 1);
  CHECK(c.types.at("Short").native_type == "character varying");
  CHECK(c.types.at("Short").parameters->length == 20);
  REQUIRE(c.namespaces.size() == 1);

  const ContractNamespace& space = c.namespaces[0];
  CHECK(space.id == "public");
  CHECK(space.value_sets.at("Size") == std::vector<JsonText>{{"\"s\""}, {"\"m\""}, {"3"}});
  REQUIRE(space.enums.size() == 1);
  CHECK(space.enums[0].type_name == "mood");
  CHECK(space.enums[0].members == std::vector<std::string>{"calm", "cross"});
  CHECK(space.enums[0].control == Control::external);
  REQUIRE(space.policies.size() == 1);
  CHECK(space.policies[0].table == "shirt");
  CHECK(space.policies[0].name == "shirt_read_c7600b87");
  CHECK(space.policies[0].command == PolicyCommand::select);
  CHECK(space.policies[0].roles == std::vector<std::string>{"reader"});
  CHECK(space.policies[0].using_expression == "true");
  CHECK_FALSE(space.policies[0].check_expression);
  CHECK(space.policies[0].permissive);
  REQUIRE(space.tables.size() == 2);
  CHECK(space.tables[0].name == "maker");
  CHECK_FALSE(space.tables[0].row_security);
  CHECK(space.tables[1].row_security);
  CHECK(space.tables[1].control == Control::observed);
}

TEST_CASE("the columns of a table are read, sorted as the format sorts them") {
  const Contract c = parse_contract(stamped(whole));
  const auto& columns = c.namespaces[0].tables[1].columns;
  REQUIRE(columns.size() == 6);
  CHECK(columns[0].name == "id");
  REQUIRE(columns[0].fallback);
  CHECK(columns[0].fallback->is_function);
  CHECK(columns[0].fallback->expression == "autoincrement()");
  CHECK(columns[1].name == "label");
  CHECK(*columns[1].type_ref == "Short");
  CHECK(columns[1].nullable);
  CHECK(columns[2].name == "maker");
  CHECK_FALSE(columns[2].parameters);
  CHECK(columns[3].name == "mood");
  CHECK(columns[3].many);
  CHECK(columns[3].parameters->type_name == "mood");
  CHECK(columns[4].name == "price");
  CHECK(columns[4].parameters->precision == 8);
  CHECK(columns[4].parameters->scale == 2);
  CHECK(columns[4].parameters->text.text == R"({"precision":8,"scale":2})");
  CHECK(columns[5].name == "size");
  REQUIRE(columns[5].fallback);
  CHECK_FALSE(columns[5].fallback->is_function);
  CHECK(columns[5].fallback->value.text == "\"m\"");
  REQUIRE(columns[5].value_set);
  CHECK(columns[5].value_set->entity_name == "Size");
}

TEST_CASE("the constraints of a table are read") {
  const Contract c = parse_contract(stamped(whole));
  const ContractTable& t = c.namespaces[0].tables[1];
  REQUIRE(t.primary_key);
  CHECK(t.primary_key->name == "shirt_pk");
  CHECK(t.primary_key->columns == std::vector<std::string>{"id"});
  REQUIRE(t.uniques.size() == 1);
  CHECK(t.uniques[0].columns == std::vector<std::string>{"label", "size"});
  CHECK_FALSE(t.uniques[0].name);
  REQUIRE(t.indexes.size() == 1);
  CHECK(t.indexes[0].name == "shirt_price");
  CHECK(t.indexes[0].type == "brin");
  REQUIRE(t.indexes[0].options.size() == 1);
  CHECK(t.indexes[0].options[0].first == "autosummarize");
  CHECK(t.indexes[0].options[0].second.text == "\"on\"");
  REQUIRE(t.foreign_keys.size() == 1);
  CHECK(t.foreign_keys[0].name == "shirt_maker");
  CHECK(t.foreign_keys[0].columns == std::vector<std::string>{"maker"});
  CHECK(t.foreign_keys[0].target_table == "maker");
  CHECK(t.foreign_keys[0].target_columns == std::vector<std::string>{"id"});
  CHECK(t.foreign_keys[0].on_delete == ReferentialAction::set_null);
  CHECK(t.foreign_keys[0].on_update == ReferentialAction::no_action);
  CHECK(t.foreign_keys[0].constraint);
  REQUIRE(t.checks.size() == 1);
  CHECK(t.checks[0].name == "shirt_size_check");
  CHECK(t.checks[0].column == "size");
  CHECK(t.checks[0].value_set->entity_name == "Size");
}

TEST_CASE("what the canonical form leaves out is read as what it stood for") {
  std::string text = replaced(whole, R"("roles": ["reader"],)", "");
  text = replaced(text, R"(, "permissive": true)", "");
  text = replaced(text, R"(, "values": ["s", "m", 3])", "");
  const ContractNamespace space = parse_contract(stamped(text)).namespaces.at(0);
  CHECK_FALSE(space.policies.at(0).permissive);
  CHECK(space.policies.at(0).roles.empty());
  CHECK(space.value_sets.at("Size").empty());
}

TEST_CASE("a contract of the early era is read and hashed in its own envelope") {
  const HashedContract hashes = hash_contract(early);
  CHECK(hashes.computed.profile_hash == "1a8dbe044289f30a1de958fe800cc5a8378b285d2e126a8c44b58864bac2c18e");
  const Contract c = parse_contract(stamped(early));
  CHECK(c.stored.storage_hash == hashes.computed.storage_hash);
  CHECK(c.stored.profile_hash == hashes.computed.profile_hash);
  CHECK_FALSE(c.stored.execution_hash);
  const ContractTable& t = c.namespaces.at(0).tables.at(0);
  REQUIRE(t.foreign_keys.size() == 1);
  CHECK_FALSE(t.foreign_keys[0].constraint);
  REQUIRE(t.indexes.size() == 1);  // which the foreign key asked for
  CHECK(t.indexes[0].name == "a_up_idx");
  CHECK(t.indexes[0].columns == std::vector<std::string>{"up"});
  // Both flags are part of the hash, also when they are false.
  CHECK(hash_contract(replaced(early, R"("constraint": false, )", "")).computed.storage_hash !=
        hashes.computed.storage_hash);
  CHECK(refusal(replaced(early, R"("tableName": "a", "columns": ["id"])", R"("tableName": "b", "columns": ["id"])"))
            .what() == std::string("storage.namespaces.__unbound__.tables.a.foreignKeys[0].target.tableName: namespace "
                                   "\"__unbound__\" has no table \"b\""));
}

TEST_CASE("an index that a foreign key asks for is not doubled") {
  const std::string indexed = replaced(early, R"("indexes": [])", R"("indexes": [{"columns": ["up"], "name": "own"}])");
  const ContractTable t = parse_contract(stamped(indexed)).namespaces.at(0).tables.at(0);
  REQUIRE(t.indexes.size() == 1);
  CHECK(t.indexes[0].name == "own");
}

TEST_CASE("the era shows in the hashes") {
  const ContractHashes prefixed = hash_contract(whole).computed;
  const std::string later = replaced(whole, "extensionPacks", "extensions");
  const ContractHashes bare = hash_contract(replaced(later, R"("storageHash": "HASH",)", "")).computed;
  CHECK(prefixed.profile_hash == "9c8aa3114e84ed3b7ea2bd57526d9c2e1bf7c5292be694e9d3801f566fda7ccb");
  CHECK(bare.profile_hash == "3916f444a8a17ad749191acf9e08dad97d1a327b88c2f1d45d12f240296aa8b2");
  CHECK(bare_hash(prefixed.storage_hash) != bare_hash(bare.storage_hash));
  CHECK(hash_contract(replaced(whole, "HASH", "sha256:0")).computed.storage_hash == "sha256:" + prefixed.storage_hash);
  CHECK(hash_contract(replaced(whole, R"("storageHash": "HASH",)", "")).computed.storage_hash ==
        "sha256:" + prefixed.storage_hash);
  CHECK(bare_hash("sha256:0a") == "0a");
  CHECK(bare_hash("0a") == "0a");
  CHECK(parse_contract(stamped(later)).extension_packs == std::vector<std::string>{"pgvector", "postgis"});
}

TEST_CASE("a hash that is not the contract's own is refused") {
  const std::string right = hash_contract(whole).computed.storage_hash, zeros(64, '0');
  const Error e = refusal(replaced(whole, "HASH", zeros), "prisma/contract.json");
  CHECK(e.code() == Code::contract_hash_mismatch);
  CHECK(std::string(e.what()).find(zeros) != std::string::npos);
  CHECK(std::string(e.what()).find(right) != std::string::npos);
  CHECK(meta(e, "hash") == "\"storageHash\"");
  CHECK(meta(e, "stored") == "\"" + zeros + "\"");
  CHECK(meta(e, "computed") == "\"" + right + "\"");
  CHECK(e.where().path == "prisma/contract.json");

  const Error profile = refusal(replaced(stamped(whole), "{", R"({"profileHash": "12",)"));
  CHECK(profile.code() == Code::contract_hash_mismatch);
  CHECK(meta(profile, "hash") == "\"profileHash\"");

  const std::string defaults = R"({"execution": {"executionHash": "34", "mutations": {"defaults": []}},)";
  const Error execution = refusal(replaced(stamped(whole), "{", defaults));
  CHECK(execution.code() == Code::contract_hash_mismatch);
  CHECK(meta(execution, "hash") == "\"executionHash\"");
  const Contract without =
      parse_contract(replaced(stamped(whole), "{", replaced(defaults, R"("executionHash": "34",)", "")));
  REQUIRE(without.stored.execution_hash);
  CHECK(meta(execution, "computed") == json::quote(*without.stored.execution_hash));
}

TEST_CASE("a change of any part of the storage changes its hash, a change of its spelling does not") {
  const std::string hash = hash_contract(whole).computed.storage_hash;
  CHECK(hash_contract(replaced(whole, R"(["id"], "name": "shirt_pk")", R"(["id"])")).computed.storage_hash != hash);
  CHECK(hash_contract(replaced(whole, R"("value": "m")", R"("value": "s")")).computed.storage_hash != hash);
  CHECK(
      hash_contract(replaced(whole, R"("name": "shirt_maker", )", R"("onUpdate": "noAction", "name": "shirt_maker", )"))
          .computed.storage_hash == hash);
  CHECK(hash_contract(replaced(whole, R"("kind": "postgres-schema", )", "")).computed.storage_hash == hash);
  CHECK(hash_contract(replaced(whole, R"("maker": {"nativeType": "int4", )",
                               R"("maker": {"many": false, "nativeType": "int4", )"))
            .computed.storage_hash == hash);
}

TEST_CASE("models tell where they are stored, in every era; what is not as expected is passed over") {
  const auto models = [](const std::string& domain) {
    std::string text = stamped(replaced(whole, R"("storage": {
    "storageHash")",
                                        domain + R"("storage": {
    "storageHash")"));
    std::string out;
    for (const auto& m : parse_contract(text).models) {
      out += m.space + "." + m.name + "=" + m.namespace_id + "." + m.table;
      for (const auto& [field, column] : m.fields) out += " " + field + ":" + column;
      out += "\n";
    }
    return out;
  };
  CHECK(models("") == "");
  CHECK(models(R"("domain": {"namespaces": {"public": {"models": {
          "Shirt": {"fields": {}, "storage": {"table": "shirt", "namespaceId": "public",
                                              "fields": {"id": {"column": "id"}, "odd": 7, "none": {}}}},
          "Maker": {"storage": {"table": "maker"}}, "Odd": 7, "None": {}, "List": {"storage": []},
          "Number": {"storage": {"table": 7}}}}, "odd": 7, "none": {}}}, )") ==
        "public.Maker=public.maker\npublic.Shirt=public.shirt id:id\n");
  CHECK(models(R"("models": {"Shirt": {"storage": {"table": "shirt", "fields": {"label": {"column": "label"}}}}}, )") ==
        ".Shirt=public.shirt label:label\n");
  CHECK(models(R"("domain": 7, "models": [], )") == "");
}

TEST_CASE("contracts: what two sides add to one list is merged in the same order, whichever is called ours") {
  const std::string maker = R"("primaryKey": {"columns": ["id"]}, "uniques": [], "indexes": [])";
  REQUIRE(whole.find(maker) != std::string::npos);
  const auto with_index = [&](const std::string& name) {
    return replaced(whole, maker,
                    maker.substr(0, maker.size() - 1) + R"({"columns": ["id"], "name": ")" + name + R"("}])");
  };
  const std::string ours = with_index("b"), theirs = with_index("a");
  const MergedContract one = merge_contracts(whole, ours, theirs), other = merge_contracts(whole, theirs, ours);
  CHECK(one.conflicts.empty());
  CHECK(one.text == other.text);
  CHECK(one.text.find("\"a\"") < one.text.find("\"b\""));
}

// With PLINTH_BLESS set, the hashes in the files are renewed first.
TEST_CASE("the contracts among the fixtures are whole, canonical, and carry their own hashes") {
  const std::filesystem::path directory = std::filesystem::path(PLINTH_SOURCE_DIR) / "fixtures/contracts";
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    CAPTURE(entry.path().string());
    std::string text = read_file(entry.path());
    if (std::getenv("PLINTH_BLESS") != nullptr) {
      const auto [computed, stored] = hash_contract(text);
      text = replaced(text, stored.storage_hash, computed.storage_hash);
      text = replaced(text, stored.profile_hash, computed.profile_hash);
      if (stored.execution_hash) text = replaced(text, *stored.execution_hash, computed.execution_hash.value_or(""));
      std::ofstream(entry.path(), std::ios::binary) << text;
    }
    const Contract c = parse_contract(text, entry.path().string());
    CHECK_FALSE(c.namespaces.empty());
    CHECK(stringify_text(text, 2) == text);
    ++count;
  }
  CHECK(count >= 4);
}
