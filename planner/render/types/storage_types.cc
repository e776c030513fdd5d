#include "planner/render/types/storage_types.h"

#include "engine/contract/contract.h"

namespace plinth {
namespace {

using ts::Doc, ts::Member, ts::Union;

Doc default_type(const Json& fallback, const std::string& codec_id) {
  if (string_in(fallback, "kind") != "literal") {
    return ts::object_type(
        {{"kind", ts::string_type("function")}, {"expression", ts::string_type(string_in(fallback, "expression"))}});
  }
  const Json* value = json::member(fallback, "value");
  Doc literal = value != nullptr ? ts::value_type(*value) : js::text("undefined");
  return ts::object_type(
      {{"kind", ts::string_type("literal")},
       {"value", ts::generic("DefaultLiteralValue", js::list(ts::string_type(codec_id), std::move(literal)))}});
}

Doc column_type(const Json& column) {
  const std::string codec_id = string_in(column, "codecId");
  std::vector<Member> out = {{"nativeType", ts::string_type(string_in(column, "nativeType"))},
                             {"codecId", ts::string_type(codec_id)},
                             {"nullable", js::text(true_in(column, "nullable") ? "true" : "false")}};
  if (const Json* fallback = object_in(column, "default"))
    out.push_back({"default", default_type(*fallback, codec_id)});
  const Json* parameters = object_in(column, "typeParams");
  if (parameters != nullptr && !json::is_empty(*parameters)) {
    out.push_back({"typeParams", ts::value_type(*parameters)});
  }
  const std::string reference = string_in(column, "typeRef");
  if (!reference.empty()) out.push_back({"typeRef", ts::string_type(reference)});
  return ts::object_type(std::move(out));
}

// A primary key, a unique or an index.
Doc key_type(const Json& key) {
  std::vector<Member> out = {{"columns", ts::strings_type(strings_in(key, "columns"))}};
  for (const char* field : {"name", "type"}) {
    const std::string text = string_in(key, field);
    if (!text.empty()) out.push_back({field, ts::string_type(text)});
  }
  if (const Json* options = object_in(key, "options")) out.push_back({"options", ts::value_type(*options)});
  return ts::object_type(std::move(out));
}

Doc end_type(const Json& key, std::string_view end) {
  const Json* found = object_in(key, end);
  if (found == nullptr) return ts::object_type({});
  return ts::object_type({{"namespaceId", namespace_id_type(string_in(*found, "namespaceId"))},
                          {"tableName", ts::string_type(string_in(*found, "tableName"))},
                          {"columns", ts::strings_type(strings_in(*found, "columns"))}});
}

Doc foreign_key_type(const Json& key) {
  std::vector<Member> out = {{"source", end_type(key, "source")}, {"target", end_type(key, "target")}};
  const std::string name = string_in(key, "name");
  if (!name.empty()) out.push_back({"name", ts::string_type(name)});
  return ts::object_type(std::move(out));
}

Doc list_type(const Json& table, std::string_view key, Doc (*element)(const Json&)) {
  std::vector<Doc> out;
  each_in(array_in(table, key), [&](const Json& e) { out.push_back(element(e)); });
  return ts::tuple_type(std::move(out));
}

Doc table_type(const Json& table) {
  std::vector<Member> columns;
  each_object_in(object_in(table, "columns"), [&](const std::string& name, const Json& c) {
    columns.push_back({name, column_type(c)});
  });
  std::vector<Member> out = {{"columns", ts::object_type(std::move(columns)), false}};
  if (const Json* key = object_in(table, "primaryKey")) out.push_back({"primaryKey", key_type(*key), false});
  out.push_back({"uniques", list_type(table, "uniques", key_type), false});
  out.push_back({"indexes", list_type(table, "indexes", key_type), false});
  out.push_back({"foreignKeys", list_type(table, "foreignKeys", foreign_key_type), false});
  return ts::object_type(std::move(out));
}

Doc namespace_type(const std::string& name, const Json& space) {
  std::vector<Member> tables, sets;
  each_sorted_object_in(storage_entities(space, "table"), [&](const std::string& t, const Json& table) {
    tables.push_back({t, table_type(table)});
  });
  each_sorted_object_in(storage_entities(space, "valueSet"), [&](const std::string& s, const Json& set) {
    sets.push_back({s, ts::value_type(set)});
  });
  std::vector<Member> entries = {{"table", ts::object_type(std::move(tables))}};
  if (!sets.empty()) entries.push_back({"valueSet", ts::object_type(std::move(sets))});
  const std::string stated = string_in(space, "kind");
  const std::string kind = name == unbound_namespace ? "postgres-unbound-schema" : "postgres-schema";
  return ts::object_type({{"id", ts::string_type(name)},
                          {"kind", ts::string_type(stated.empty() || stated == "schema" ? kind : stated)},
                          {"entries", ts::object_type(std::move(entries))}});
}

Doc named_type(const Json& type) {
  std::vector<Member> parameters;
  if (const Json* given = object_in(type, "typeParams")) {
    json::each_member(*given, JsonPath::root(Code::engine_internal, "typeParams"),
                      [&](std::string_view key, const Json& v, const JsonPath&) {
                        parameters.push_back({std::string(key), ts::value_type(v)});
                      });
  }
  return ts::object_type({{"kind", ts::string_type("codec-instance")},
                          {"codecId", ts::string_type(string_in(type, "codecId"))},
                          {"nativeType", ts::string_type(string_in(type, "nativeType"))},
                          {"typeParams", ts::record_type(std::move(parameters))}});
}

Doc value_of_column(const Json& document, const Json& column, TypeSide side) {
  const std::string codec_id = string_in(column, "codecId");
  const Json* values = column_values(document, column);
  std::optional<Union> type = values != nullptr ? value_union(codec_id, *values) : std::nullopt;
  if (!type) type = codec_type(codec_id, column_parameters(document, column), side);
  return ts::union_type(with_modifiers(std::move(*type), true_in(column, "many"), false, true_in(column, "nullable")));
}

}  // namespace

Doc namespace_id_type(const std::string& id) {
  return ts::intersection(js::list(ts::string_type(id), js::text("NamespaceId")));
}

Union codec_type(const std::string& codec_id, const Json* parameters, TypeSide side) {
  if (side == TypeSide::output) {
    if (auto refined = refined_type(codec_id, parameters)) return {js::list(js::text(*refined)), true};
  }
  const std::string_view suffix = side == TypeSide::output ? "['output']" : "['input']";
  return {js::list(js::between("CodecTypes[", ts::string_type(codec_id), "]" + std::string(suffix))), false};
}

Union with_modifiers(Union type, bool many, bool dictionary, bool nullable) {
  if (many) type = {js::list(ts::generic_of_union("ReadonlyArray", std::move(type))), true};
  if (dictionary) {
    Doc values = ts::union_type(std::move(type));
    type = {js::list(ts::generic("Readonly",
                                 js::list(ts::generic("Record", js::list(js::text("string"), std::move(values)))))),
            true};
  }
  if (nullable) type.alternatives.push_back(js::text("null"));
  return type;
}

Doc storage_type(const Json& document) {
  std::vector<Member> spaces, types;
  each_sorted_object_in(storage_namespaces(document), [&](const std::string& name, const Json& space) {
    spaces.push_back({name, namespace_type(name, space)});
  });
  const Json* storage = object_in(document, "storage");
  each_object_in(storage != nullptr ? object_in(*storage, "types") : nullptr,
                 [&](const std::string& name, const Json& type) {
                   types.push_back({name, named_type(type)});
                 });
  std::vector<Member> out = {{"namespaces", ts::record_type(std::move(spaces))}};
  if (!types.empty()) out.push_back({"types", ts::object_type(std::move(types))});
  out.push_back({"storageHash", js::text("StorageHash")});
  return ts::object_type(std::move(out));
}

Doc column_types(const Json& document, TypeSide side) {
  std::vector<Member> spaces;
  each_sorted_object_in(storage_namespaces(document), [&](const std::string& name, const Json& space) {
    std::vector<Member> tables;
    each_sorted_object_in(storage_entities(space, "table"), [&](const std::string& t, const Json& table) {
      std::vector<Member> columns;
      each_sorted_object_in(object_in(table, "columns"), [&](const std::string& c, const Json& column) {
        columns.push_back({c, value_of_column(document, column, side)});
      });
      tables.push_back({t, ts::object_type(std::move(columns))});
    });
    spaces.push_back({name, ts::object_type(std::move(tables))});
  });
  return ts::record_type(std::move(spaces));
}

}  // namespace plinth
