#include "planner/render/types/domain_types.h"

#include <set>

#include "planner/render/types/storage_types.h"

namespace plinth {
namespace {

using ts::Doc, ts::Member, ts::Union;

std::string type_kind(const Json& field) {
  const Json* type = object_in(field, "type");
  return type != nullptr ? string_in(*type, "kind") : std::string();
}

// ---- the descriptors of fields, relations and models --------------------------------------------------------------

Doc descriptor_of_type(const Json& field) {
  const Json* type = object_in(field, "type");
  if (type == nullptr) return ts::object_type({});
  const std::string kind = string_in(*type, "kind");
  if (kind == "scalar") {
    std::vector<Member> out = {{"kind", ts::string_type(kind)},
                               {"codecId", ts::string_type(string_in(*type, "codecId"))}};
    const Json* parameters = object_in(*type, "typeParams");
    if (parameters != nullptr && !json::is_empty(*parameters)) {
      out.push_back({"typeParams", ts::value_type(*parameters)});
    }
    return ts::object_type(std::move(out));
  }
  if (kind == "valueObject") {
    return ts::object_type({{"kind", ts::string_type(kind)}, {"name", ts::string_type(string_in(*type, "name"))}});
  }
  return ts::value_type(*type);
}

Doc fields_type(const Json& owner) {
  std::vector<Member> out;
  each_object_in(object_in(owner, "fields"), [&](const std::string& name, const Json& field) {
    std::vector<Member> parts = {{"nullable", js::text(true_in(field, "nullable") ? "true" : "false")},
                                 {"type", descriptor_of_type(field)}};
    for (const char* modifier : {"many", "dict"}) {
      if (true_in(field, modifier)) parts.push_back({modifier, js::text("true")});
    }
    out.push_back({name, ts::object_type(std::move(parts))});
  });
  return ts::record_type(std::move(out));
}

Doc model_reference(const Json& reference) {
  std::vector<Member> out = {{"namespace", namespace_id_type(string_in(reference, "namespace"))},
                             {"model", ts::string_type(string_in(reference, "model"))}};
  const std::string space = string_in(reference, "space");
  if (!space.empty()) out.push_back({"space", ts::string_type(space)});
  return ts::object_type(std::move(out));
}

Doc relation_type(const Json& relation) {
  const Json *to = object_in(relation, "to"), *on = object_in(relation, "on"),
             *through = object_in(relation, "through");
  if (to != nullptr && !string_in(*to, "space").empty()) return js::text("never");
  std::vector<Member> out;
  if (to != nullptr) out.push_back({"to", model_reference(*to)});
  const std::string cardinality = string_in(relation, "cardinality");
  if (!cardinality.empty()) out.push_back({"cardinality", ts::string_type(cardinality)});
  if (on != nullptr) {
    std::vector<Member> parts;
    for (const char* key : {"localFields", "targetFields"}) {
      parts.push_back({key, ts::strings_type(strings_in(*on, key))});
    }
    out.push_back({"on", ts::object_type(std::move(parts))});
  }
  if (cardinality == "N:M" && through != nullptr) {
    std::vector<Member> parts;
    for (const char* key : {"table", "namespaceId"}) {
      parts.push_back({key, ts::string_type(string_in(*through, key))});
    }
    for (const char* key : {"parentColumns", "childColumns", "targetColumns"}) {
      parts.push_back({key, ts::strings_type(strings_in(*through, key))});
    }
    out.push_back({"through", ts::object_type(std::move(parts))});
  }
  return ts::object_type(std::move(out));
}

Doc relations_type(const Json& model) {
  std::vector<Member> out;
  each_object_in(object_in(model, "relations"), [&](const std::string& name, const Json& relation) {
    out.push_back({name, relation_type(relation)});
  });
  return ts::record_type(std::move(out));
}

Doc model_storage_type(const Json& storage) {
  std::vector<Member> fields;
  each_object_in(object_in(storage, "fields"), [&](const std::string& name, const Json& field) {
    fields.push_back({name, ts::object_type({{"column", ts::string_type(string_in(field, "column"))}})});
  });
  std::vector<Member> out = {{"table", ts::string_type(string_in(storage, "table"))},
                             {"namespaceId", ts::string_type(string_in(storage, "namespaceId"))}};
  if (!fields.empty()) out.push_back({"fields", ts::object_type(std::move(fields))});
  return ts::object_type(std::move(out));
}

Doc model_type(const Json& model) {
  const Json* storage = object_in(model, "storage");
  std::vector<Member> out = {{"fields", fields_type(model)},
                             {"relations", relations_type(model)},
                             {"storage", storage != nullptr ? model_storage_type(*storage) : ts::object_type({})}};
  for (const char* key : {"owner", "discriminator", "variants"}) {
    if (const Json* value = json::member(model, key)) out.push_back({key, ts::value_type(*value)});
  }
  if (const Json* base = object_in(model, "base")) out.push_back({"base", model_reference(*base)});
  return ts::object_type(std::move(out));
}

Doc enum_type(const Json& enumeration) {
  std::vector<Doc> members;
  each_in(array_in(enumeration, "members"), [&](const Json& m) {
    const Json* value = json::member(m, "value");
    members.push_back(ts::object_type({{"name", ts::string_type(string_in(m, "name"))},
                                       {"value", value != nullptr ? ts::value_type(*value) : js::text("undefined")}}));
  });
  return ts::object_type({{"codecId", ts::string_type(string_in(enumeration, "codecId"))},
                          {"members", ts::tuple_type(std::move(members))}});
}

Member value_object_member(const std::string& name, const Json& object) {
  return {name, ts::object_type({{"fields", fields_type(object)}})};
}

Doc domain_namespace_type(const Json& space) {
  std::vector<Member> models, objects, enums;
  each_sorted_object_in(object_in(space, "models"), [&](const std::string& name, const Json& m) {
    models.push_back({name, model_type(m)});
  });
  each_object_in(object_in(space, "valueObjects"),
                 [&](const std::string& name, const Json& o) { objects.push_back(value_object_member(name, o)); });
  each_object_in(object_in(space, "enum"), [&](const std::string& name, const Json& e) {
    enums.push_back({name, enum_type(e)});
  });
  std::vector<Member> out = {{"models", ts::record_type(std::move(models))}};
  if (!objects.empty()) out.push_back({"valueObjects", ts::object_type(std::move(objects))});
  if (!enums.empty()) out.push_back({"enum", ts::object_type(std::move(enums))});
  return ts::object_type(std::move(out), true);
}

// ---- the types of values ------------------------------------------------------------------------------------------

Union member_of_union(const Json& type, TypeSide side) {
  const std::string suffix = side == TypeSide::output ? "Output" : "Input";
  if (string_in(type, "kind") == "scalar") return codec_type(string_in(type, "codecId"), nullptr, side);
  return {js::list(js::text(string_in(type, "name") + suffix)), true};
}

// `column` is where a model's field is stored, or nullptr.
Doc field_type(const Json& document, const Json& field, const Json* column, TypeSide side) {
  const Json* type = object_in(field, "type");
  const std::string kind = type_kind(field);
  Union out{js::list(js::text("unknown")), false};
  if (kind == "scalar") {
    const Json* values = column != nullptr ? column_values(document, *column) : nullptr;
    auto literals = values != nullptr ? value_union(string_in(*column, "codecId"), *values) : std::nullopt;
    const Json* parameters = object_in(*type, "typeParams");
    if ((parameters == nullptr || json::is_empty(*parameters)) && column != nullptr) {
      parameters = column_parameters(document, *column);
    }
    out = literals ? std::move(*literals) : codec_type(string_in(*type, "codecId"), parameters, side);
  } else if (kind == "valueObject") {
    out = member_of_union(*type, side);
  } else if (kind == "union") {
    out.alternatives.clear();
    each_in(array_in(*type, "members"), [&](const Json& m) {
      Union member = member_of_union(m, side);
      out.reference = member.reference;
      out.alternatives.push_back(std::move(member.alternatives.front()));
    });
    if (out.alternatives.empty()) out.alternatives.push_back(js::text("never"));
  }
  return ts::union_type(
      with_modifiers(std::move(out), true_in(field, "many"), true_in(field, "dict"), true_in(field, "nullable")));
}

Doc fields_of_model(const Json& document, const Json& model, TypeSide side) {
  const Json* storage = object_in(model, "storage");
  const Json* columns = nullptr;
  const Json* places = nullptr;
  if (storage != nullptr) {
    places = object_in(*storage, "fields");
    const Json* table =
        storage_entity(document, string_in(*storage, "namespaceId"), "table", string_in(*storage, "table"));
    if (table != nullptr) columns = object_in(*table, "columns");
  }
  std::vector<Member> out;
  each_object_in(object_in(model, "fields"), [&](const std::string& name, const Json& field) {
    const Json* place = places != nullptr && columns != nullptr ? object_in(*places, name) : nullptr;
    const Json* column = place != nullptr ? object_in(*columns, string_in(*place, "column")) : nullptr;
    out.push_back({name, field_type(document, field, column, side)});
  });
  return ts::record_type(std::move(out));
}

}  // namespace

Doc field_types(const Json& document, TypeSide side) {
  std::vector<Member> spaces;
  each_object_in(domain_namespaces(document), [&](const std::string& name, const Json& space) {
    std::vector<Member> models;
    each_sorted_object_in(object_in(space, "models"), [&](const std::string& m, const Json& model) {
      models.push_back({m, fields_of_model(document, model, side)});
    });
    spaces.push_back({name, ts::record_type(std::move(models))});
  });
  return ts::record_type(std::move(spaces));
}

Doc domain_type(const Json& document) {
  std::vector<Member> spaces;
  each_object_in(domain_namespaces(document), [&](const std::string& name, const Json& space) {
    spaces.push_back({name, domain_namespace_type(space)});
  });
  const bool broken = !spaces.empty();
  return ts::object_type({{"namespaces", ts::object_type(std::move(spaces), broken)}}, true);
}

Doc roots_type(const Json& document) {
  std::vector<Member> out;
  each_object_in(object_in(document, "roots"), [&](const std::string& name, const Json& root) {
    out.push_back({name, model_reference(root)});
  });
  return ts::record_type(std::move(out));
}

Doc execution_type(const Json& execution) {
  std::vector<Member> out = {{"executionHash", js::text("ExecutionHash")}};
  json::each_member(execution, JsonPath::root(Code::engine_internal, "execution"),
                    [&](std::string_view key, const Json& v, const JsonPath&) {
                      if (key != "executionHash") out.push_back({std::string(key), ts::value_type(v)});
                    });
  return ts::object_type(std::move(out));
}

void each_value_object(const Json& document, const std::function<void(const std::string&, const Json&)>& f) {
  std::set<std::string> seen;
  each_object_in(domain_namespaces(document), [&](const std::string&, const Json& space) {
    each_object_in(object_in(space, "valueObjects"), [&](const std::string& name, const Json& object) {
      if (seen.insert(name).second) f(name, object);
    });
  });
}

Doc value_object_type(const Json& object, TypeSide side) {
  std::vector<Member> out;
  each_object_in(object_in(object, "fields"), [&](const std::string& name, const Json& field) {
    out.push_back({name, field_type(object, field, nullptr, side)});
  });
  return ts::record_type(std::move(out));
}

std::vector<Member> value_object_members(const Json& document) {
  std::vector<Member> out;
  each_value_object(
      document, [&](const std::string& name, const Json& object) { out.push_back(value_object_member(name, object)); });
  return out;
}

}  // namespace plinth
