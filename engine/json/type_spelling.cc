#include "engine/json/type_spelling.h"

#include <functional>
#include <set>

#include "engine/json/json.h"

namespace plinth {
namespace {

const void* default_of(const TypeDescription& type, const FieldDescription& f) {
  return static_cast<const char*>(type.fresh) + f.offset;
}

// Only what a caller may leave out has a default, and only a value that can be told in a word is stated.
std::string stated_default(const TypeDescription& type, const FieldDescription& f) {
  const TypeDescription& value = f.type();
  const bool is_scalar = value.kind == TypeKind::text || value.kind == TypeKind::boolean ||
                         value.kind == TypeKind::integer || value.kind == TypeKind::enumeration;
  if (!f.defaulted || !is_scalar) return {};
  return json::value_text(value, default_of(type, f));
}

std::string quoted(const std::vector<std::string_view>& spellings, std::string_view by) {
  std::string out;
  for (const auto& s : spellings) {
    if (!out.empty()) out += by;
    out.append("\"").append(s).append("\"");
  }
  return out;
}

std::string joined(const std::vector<const TypeDescription& (*)()>& types, std::string_view by,
                   std::string (*text)(const TypeDescription&)) {
  std::string out;
  for (const auto& type : types) out.append(out.empty() ? "" : by).append(text(type()));
  return out;
}

std::string list_typescript(const TypeDescription& element) {
  const std::string text = typescript(element);
  return text.find_first_of(" |{") == std::string::npos ? text + "[]" : "(" + text + ")[]";
}

std::string typescript_body(const TypeDescription& type) {
  switch (type.kind) {
    case TypeKind::text: return "string";
    case TypeKind::boolean: return "boolean";
    case TypeKind::integer: return "number";
    case TypeKind::json: return "unknown";
    case TypeKind::optional: return typescript(type.element()) + " | null";
    case TypeKind::list: return list_typescript(type.element());
    case TypeKind::enumeration: return quoted(type.spellings, " | ");
    case TypeKind::structure: return type.name;
    case TypeKind::choice: return typescript_union(type.alternatives);
    case TypeKind::custom: return type.typescript();
  }
  return {};
}

std::string structure_declaration(const TypeDescription& type, const std::string& name) {
  if (type.fields.empty() && type.tag.empty()) return "export type " + name + " = Record<string, never>;\n";
  std::string out = "export interface " + name + " {\n";
  if (!type.tag.empty()) out.append("  kind: \"").append(type.tag).append("\";\n");
  for (const auto& f : type.fields) {
    out.append("  ").append(f.name).append(f.may_be_absent ? "?: " : ": ").append(typescript(f.type())).append(";");
    const std::string fallback = stated_default(type, f);
    out.append(fallback.empty() ? "\n" : " // default: " + fallback + "\n");
  }
  return out + "}\n";
}

std::string structure_schema(const TypeDescription& type) {
  std::string properties, required;
  const auto require = [&](std::string_view name) {
    required.append(required.empty() ? "" : ",").append("\"").append(name).append("\"");
  };
  if (!type.tag.empty()) {
    properties = "\"kind\":{\"const\":\"" + std::string(type.tag) + "\"}";
    require("kind");
  }
  for (const auto& f : type.fields) {
    std::string schema = json_schema(f.type());
    const std::string fallback = stated_default(type, f);
    const bool refers = schema.starts_with(R"({"$ref")");
    if (!fallback.empty() && refers) schema = R"({"allOf":[)" + schema + "]}";
    if (!fallback.empty()) schema = schema.substr(0, schema.size() - 1) + ",\"default\":" + fallback + "}";
    properties.append(properties.empty() ? "" : ",").append("\"").append(f.name).append("\":").append(schema);
    if (!f.may_be_absent) require(f.name);
  }
  return R"({"type":"object","additionalProperties":false,"properties":{)" + properties + R"(},"required":[)" +
         required + "]}";
}

void each_mentioned(const TypeDescription& type, const std::function<void(const TypeDescription&)>& f) {
  if (type.element != nullptr) f(type.element());
  for (const auto& a : type.alternatives) f(a());
  for (const auto& field : type.fields) f(field.type());
}

}  // namespace

std::string typescript(const TypeDescription& type) { return type.name.empty() ? typescript_body(type) : type.name; }

std::string typescript_declaration(const TypeDescription& type, const std::string& name) {
  if (type.kind == TypeKind::structure) return structure_declaration(type, name);
  return "export type " + name + " = " + typescript_body(type) + ";\n";
}

std::string json_schema(const TypeDescription& type) {
  if (type.name.empty()) return json_schema_definition(type);
  return "{\"$ref\":\"#/components/schemas/" + type.name + "\"}";
}

std::string json_schema_definition(const TypeDescription& type) {
  switch (type.kind) {
    case TypeKind::text: return R"({"type":"string"})";
    case TypeKind::boolean: return R"({"type":"boolean"})";
    case TypeKind::integer: return R"({"type":"integer"})";
    case TypeKind::json: return "{}";
    case TypeKind::optional: return R"({"anyOf":[)" + json_schema(type.element()) + R"(,{"type":"null"}]})";
    case TypeKind::list: return R"({"type":"array","items":)" + json_schema(type.element()) + "}";
    case TypeKind::enumeration: return R"({"enum":[)" + quoted(type.spellings, ",") + "]}";
    case TypeKind::structure: return structure_schema(type);
    case TypeKind::choice: return json_schema_choice(type.alternatives);
    case TypeKind::custom: return type.schema();
  }
  return {};
}

std::string typescript_union(const std::vector<const TypeDescription& (*)()>& types) {
  return joined(types, " | ", &typescript);
}
std::string json_schema_choice(const std::vector<const TypeDescription& (*)()>& types) {
  return R"({"oneOf":[)" + joined(types, ",", &json_schema) + "]}";
}

std::vector<const TypeDescription*> named_types(const std::vector<const TypeDescription*>& roots) {
  std::vector<const TypeDescription*> out;
  std::set<const TypeDescription*> seen;
  const std::function<void(const TypeDescription&)> visit = [&](const TypeDescription& type) {
    if (!seen.insert(&type).second) return;
    if (!type.name.empty()) out.push_back(&type);
    each_mentioned(type, visit);
  };
  for (const TypeDescription* root : roots) each_mentioned(*root, visit);
  return out;
}

}  // namespace plinth
