// Contracts that are refused: with which code, and at which path.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "test/engine/contract_text.h"

namespace {

using namespace plinth;        // NOLINT(google-build-using-namespace)
using namespace plinth::test;  // NOLINT(google-build-using-namespace)

}  // namespace

TEST_CASE("contracts for other targets are refused") {
  for (const auto& [from, to] : {std::pair{R"("target": "postgres")", R"("target": "sqlite")"},
                                 std::pair{R"("targetFamily": "sql")", R"("targetFamily": "mongo")"}}) {
    CHECK(refusal(replaced(whole, from, to)).code() == Code::contract_unsupported_target);
  }
}

TEST_CASE("a wrong contract is refused with the exact path") {
  const std::string columns = shirt + ".columns.", long_name(64, 'x');
  const std::string entries = "storage.namespaces.public.entries.", nul = "\\u0000";
  struct Case {
    std::string from, to, path;
  };
  const std::vector<Case> cases = {
      // unknown, missing and ill-typed members
      {R"("storageHash": "HASH",)", "", "storage.storageHash"},
      {R"("storageHash": "HASH")", R"("storageHash": 1)", "storage.storageHash"},
      {R"("storageHash": "HASH")", R"("storageHash": "")", "storage.storageHash"},
      {R"("types": {"Short")", R"("kinds": {}, "types": {"Short")", "storage.kinds"},
      {R"("schemaVersion": "1")", R"("schemaVersion": "2")", "schemaVersion"},
      {R"("defaultControlPolicy": "tolerated")", R"("defaultControlPolicy": "mine")", "defaultControlPolicy"},
      {R"("target": "postgres",)", "", "target"},
      {R"("id": "public", )", "", "storage.namespaces.public.id"},
      {R"("id": "public")", R"("id": "other")", "storage.namespaces.public.id"},
      {R"("entries": {)", R"("tables": {}, "entries": {)", "storage.namespaces.public.tables"},
      {R"("valueSet": {"Size": {)", R"("view": {}, "valueSet": {"Size": {)", entries + "view"},
      {R"("primaryKey": {"columns": ["id"], "name": "shirt_pk"})", R"("primaryKeys": {})", shirt + ".primaryKeys"},
      {R"("uniques": [{"columns": ["label", "size"]}],)", "", shirt + ".uniques"},
      {R"("uniques": [{"columns": ["label", "size"]}],)", R"("uniques": {},)", shirt + ".uniques"},
      {R"("control": "observed")", R"("control": "none")", shirt + ".control"},
      {R"("nullable": true, "many": true)", R"("nullable": true, "multiple": true)", columns + "mood.multiple"},
      {R"("nullable": true, "many": true)", R"("nullable": true, "many": 1)", columns + "mood.many"},
      {R"("nullable": true, "many": true)", R"("many": true)", columns + "mood.nullable"},
      {R"({"nativeType": "mood", )", R"({)", columns + "mood.nativeType"},
      {R"({"nativeType": "mood", )", R"({"nativeType": "", )", columns + "mood.nativeType"},
      {R"({"nativeType": "mood", )", R"({"nativeType": null, )", columns + "mood.nativeType"},
      {R"({"precision": 8, )", R"({"precision": 8.5, )", columns + "price.typeParams.precision"},
      {R"({"precision": 8, )", R"({"precision": -1, )", columns + "price.typeParams.precision"},
      {R"({"precision": 8, )", R"({"precision": 99999999999, )", columns + "price.typeParams.precision"},
      {R"("scale": 2})", R"("scale": 1001})", columns + "price.typeParams.scale"},
      {R"("nativeType": "numeric")", "\"nativeType\": \"numeric(max)\"", columns + "price.nativeType"},
      {R"({"length": 20})", R"({"length": 99999999999})", "storage.types.Short.typeParams.length"},
      {R"({"length": 20})", R"({"length": 0})", "storage.types.Short.typeParams.length"},
      {R"({"kind": "literal", "value": "m"})", R"({"kind": "literal"})", columns + "size.default.value"},
      {R"({"kind": "literal", "value": "m"})", R"({"kind": "constant"})", columns + "size.default.kind"},
      {"\"expression\": \"autoincrement()\"", "\"expression\": \"now()\", \"value\": 1", columns + "id.default.value"},
      {R"({"columns": ["price"], )", R"({"columns": ["price"], "uniqe": true, )", shirt + ".indexes[0].uniqe"},
      {R"({"columns": ["price"], )", R"({"columns": ["price"], "where": "true", )", shirt + ".indexes[0].unique"},
      {R"({"columns": ["label", "size"]})", R"({"columns": ["label", 1]})", shirt + ".uniques[0].columns[1]"},
      {R"("onDelete": "setNull")", R"("onDelete": "explode")", shirt + ".foreignKeys[0].onDelete"},
      {R"("name": "shirt_maker")", R"("name": "shirt_maker", "match": 1)", shirt + ".foreignKeys[0].match"},
      {R"("column": "size",)", R"("column": "size", "expression": "x",)", shirt + ".checks[0].column"},
      {R"("operation": "select")", R"("operation": "merge")", entries + "policy.shirt_read.operation"},
      {R"("typeName": "mood", "members")", R"("typeName": "other", "members")", entries + "native_enum.mood.typeName"},
      {R"("members": ["calm", "cross"])", R"("members": ["calm", "calm"])", entries + "native_enum.mood.members[1]"},
      // references
      {R"("typeRef": "Short")", R"("typeRef": "Long")", columns + "label.typeRef"},
      {R"("typeRef": "Short")", R"("typeRef": "Short", "typeParams": {})", columns + "label.typeParams"},
      {R"({"columns": ["id"], "name": "shirt_pk"})", R"({"columns": ["key"]})", shirt + ".primaryKey.columns[0]"},
      {R"({"columns": ["id"], "name": "shirt_pk"})", R"({"columns": []})", shirt + ".primaryKey.columns"},
      {R"({"columns": ["id"], "name": "shirt_pk"})", R"({"name": "shirt_pk"})", shirt + ".primaryKey.columns"},
      {R"({"columns": ["id"], "name": "shirt_pk"})", R"({"columns": ["id", "id"]})", shirt + ".primaryKey.columns"},
      {R"({"columns": ["label", "size"]})", R"({"columns": ["label", "sise"]})", shirt + ".uniques[0].columns[1]"},
      {R"({"columns": ["price"], )", R"({"columns": ["cost"], )", shirt + ".indexes[0].columns[0]"},
      {R"("columns": ["maker"])", R"("columns": ["made"])", shirt + ".foreignKeys[0].source.columns[0]"},
      {R"("columns": ["maker"])", R"("columns": ["maker", "id"])", shirt + ".foreignKeys[0].target.columns"},
      {R"("tableName": "shirt", "columns")", R"("tableName": "maker", "columns")",
       shirt + ".foreignKeys[0].source.tableName"},
      {R"("tableName": "maker", "columns": ["id"])", R"("tableName": "maker", "columns": ["no"])",
       shirt + ".foreignKeys[0].target.columns[0]"},
      {R"("tableName": "maker")", R"("tableName": "taker")", shirt + ".foreignKeys[0].target.tableName"},
      {R"({"namespaceId": "public", "tableName": "maker")", R"({"namespaceId": "else", "tableName": "maker")",
       shirt + ".foreignKeys[0].target.namespaceId"},
      {R"("column": "size",)", R"("column": "sise",)", shirt + ".checks[0].column"},
      {R"("valueSet": {"Size": )", R"("valueSet": {"Bulk": )", columns + "size.valueSet.entityName"},
      {R"("plane": "storage")", R"("plane": "domain")", columns + "size.valueSet.plane"},
      {R"("rls": {"shirt": {"kind": "rls", "tableName": "shirt")",
       R"("rls": {"skirt": {"kind": "rls", "tableName": "skirt")", entries + "rls.skirt.tableName"},
      {R"("prefix": "shirt_read",
          "tableName": "shirt")",
       R"("prefix": "shirt_read", "tableName": "skirt")", entries + "policy.shirt_read.tableName"},
      // names that Postgres cannot hold
      {R"("public": {"id": "public")", R"("": {"id": "")", "storage.namespaces."},
      {R"("maker": {"columns")", "\"" + long_name + R"(": {"columns")", entries + "table." + long_name},
      {R"("maker": {"nativeType")", "\"" + long_name + R"(": {"nativeType")", columns + long_name},
      {R"("name": "shirt_pk")", "\"name\": \"" + long_name + "\"", shirt + ".primaryKey.name"},
      {R"("name": "shirt_pk")", R"("name": "")", shirt + ".primaryKey.name"},
      {R"("name": "shirt_pk")", "\"name\": \"a" + nul + "\"", shirt + ".primaryKey.name"},
      {R"("name": "shirt_price")", R"("name": "")", shirt + ".indexes[0].name"},
      {R"("name": "shirt_maker")", R"("name": "")", shirt + ".foreignKeys[0].name"},
      {R"("name": "shirt_size_check")", "\"name\": \"" + long_name + "\"", shirt + ".checks[0].name"},
      {R"({"mood": {"kind": "postgres-enum", "typeName": "mood")", R"({"": {"kind": "postgres-enum", "typeName": "")",
       entries + "native_enum..typeName"},
      {R"("name": "shirt_read_c7600b87")", R"("name": "")", entries + "policy.shirt_read.name"},
      // values that do not survive
      {R"("value": "m")", R"("value": 9007199254740993)", columns + "size.default.value"},
      {R"("value": "m")", R"("value": {"deep": [1, -9007199254740993]})", columns + "size.default.value.deep[1]"},
      {R"("value": "m")", "\"value\": \"a" + nul + "b\"", columns + "size.default.value"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.from);
    CAPTURE(c.to);
    const Error e = refusal(replaced(whole, c.from, c.to), "c.json");
    CAPTURE(e.what());
    CHECK(e.code() == Code::contract_validation_failed);
    CHECK(meta(e, "path") == "\"" + c.path + "\"");
    CHECK(std::string(e.what()).starts_with(c.path + ": "));
    CHECK(e.where().path == "c.json");
  }
}

TEST_CASE("a reference to a value set must be one that a check can look up") {
  const std::string check = R"("column": "size",
                        "valueSet": {"plane": "storage", "entityKind": "valueSet", "namespaceId": "public",
                                     "entityName": "Size")";
  const Error e = refusal(replaced(whole, check, replaced(check, R"("Size")", R"("Girth")")));
  CHECK(meta(e, "path") == "\"" + shirt + ".checks[0].valueSet.entityName\"");
}

TEST_CASE("what lies in another space is not looked up") {
  const std::string far = replaced(whole, R"("tableName": "maker", "columns": ["id"])",
                                   R"("tableName": "elsewhere", "columns": ["id"], "spaceId": "other")");
  CHECK(parse_contract(stamped(far)).namespaces[0].tables[1].foreign_keys[0].target_space == "other");
}

TEST_CASE("limits of names and numbers are exact") {
  const std::string longest(63, 'x');
  CHECK(parse_contract(stamped(replaced(whole, "\"shirt_pk\"", "\"" + longest + "\"")))
            .namespaces[0]
            .tables[1]
            .primary_key->name == longest);
  const std::string largest = replaced(whole, R"("value": "m")", R"("value": 9007199254740991)");
  CHECK(parse_contract(stamped(largest)).namespaces[0].tables[1].columns[5].fallback->value.text == "9007199254740991");
}

TEST_CASE("text that is no contract is refused") {
  CHECK(refusal("").code() == Code::contract_invalid_json);
  CHECK(refusal("{").code() == Code::contract_invalid_json);
  CHECK(refusal("[]").code() == Code::contract_validation_failed);
  CHECK(refusal("{}").code() == Code::contract_validation_failed);
  const Error twice = refusal(replaced(whole, R"("maker": {"nativeType")", R"("mood": {"nativeType")"), "c.json");
  CHECK(twice.code() == Code::contract_invalid_json);
  CHECK(std::string(twice.what()).find("\"mood\" stands twice") != std::string::npos);
}
