#pragma once
// A small contract that tests change, and what they ask of a refusal.
#include <doctest/doctest.h>

#include <string>

#include "engine/contract/contract.h"

namespace plinth::test {

// A contract with one of everything; HASH stands for its storage hash.
inline const std::string whole = R"json({
  "schemaVersion": "1", "targetFamily": "sql", "target": "postgres",
  "storage": {
    "storageHash": "HASH",
    "types": {"Short": {"kind": "codec-instance", "codecId": "sql/varchar@1", "nativeType": "character varying",
                        "typeParams": {"length": 20}}},
    "namespaces": {
      "public": {"id": "public", "kind": "postgres-schema", "entries": {
        "valueSet": {"Size": {"kind": "valueSet", "values": ["s", "m", 3]}},
        "native_enum": {"mood": {"kind": "postgres-enum", "typeName": "mood", "members": ["calm", "cross"],
                                 "control": "external"}},
        "role": {"reader": {"kind": "role", "name": "reader", "namespaceId": "public"}},
        "rls": {"shirt": {"kind": "rls", "tableName": "shirt", "namespaceId": "public"}},
        "policy": {"shirt_read": {"kind": "policy", "name": "shirt_read_c7600b87", "prefix": "shirt_read",
          "tableName": "shirt", "namespaceId": "public", "operation": "select", "roles": ["reader"],
          "using": "true", "permissive": true}},
        "table": {
          "maker": {"columns": {"id": {"nativeType": "int4", "codecId": "pg/int4@1", "nullable": false}},
                    "primaryKey": {"columns": ["id"]}, "uniques": [], "indexes": [], "foreignKeys": []},
          "shirt": {
            "columns": {
              "size": {"nativeType": "text", "codecId": "pg/text@1", "nullable": false,
                       "default": {"kind": "literal", "value": "m"},
                       "valueSet": {"plane": "storage", "entityKind": "valueSet", "namespaceId": "public",
                                    "entityName": "Size"}},
              "id": {"nativeType": "int4", "codecId": "pg/int4@1", "nullable": false,
                     "default": {"kind": "function", "expression": "autoincrement()"}},
              "label": {"nativeType": "character varying", "codecId": "sql/varchar@1", "nullable": true,
                        "typeRef": "Short"},
              "price": {"nativeType": "numeric", "codecId": "pg/numeric@1", "nullable": true,
                        "typeParams": {"precision": 8, "scale": 2}},
              "mood": {"nativeType": "mood", "codecId": "pg/enum@1", "nullable": true, "many": true,
                       "typeParams": {"typeName": "mood"}},
              "maker": {"nativeType": "int4", "codecId": "pg/int4@1", "nullable": true}
            },
            "primaryKey": {"columns": ["id"], "name": "shirt_pk"},
            "uniques": [{"columns": ["label", "size"]}],
            "indexes": [{"columns": ["price"], "name": "shirt_price", "type": "brin",
                         "options": {"autosummarize": "on"}}],
            "foreignKeys": [{"source": {"namespaceId": "public", "tableName": "shirt", "columns": ["maker"]},
                             "target": {"namespaceId": "public", "tableName": "maker", "columns": ["id"]},
                             "name": "shirt_maker", "onDelete": "setNull"}],
            "checks": [{"name": "shirt_size_check", "column": "size",
                        "valueSet": {"plane": "storage", "entityKind": "valueSet", "namespaceId": "public",
                                     "entityName": "Size"}}],
            "control": "observed"
          }
        }
      }}
    }
  },
  "extensionPacks": {"postgis": {}, "pgvector": {}},
  "defaultControlPolicy": "tolerated",
  "_generated": {"warning": "do not edit"}, "somethingNew": 1
})json";

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

// The contract with the hash that belongs to it.
inline std::string stamped(const std::string& text) {
  return replaced(text, "HASH", hash_contract(text).computed.storage_hash);
}

inline Error refusal(const std::string& text, const std::string& file = {}) {
  try {
    parse_contract(text, file);
  } catch (const Error& e) {
    return e;
  }
  FAIL("the contract was not refused: ", text);
  return {Code::engine_internal, {}};
}

inline std::string meta(const Error& e, std::string_view key) {
  for (const auto& [k, value] : e.meta()) {
    if (k == key) return value;
  }
  return {};
}

// Where its table `shirt` stands.
inline const std::string shirt = "storage.namespaces.public.entries.table.shirt";

}  // namespace plinth::test
