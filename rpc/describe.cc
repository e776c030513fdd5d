#include "rpc/describe.h"

#include "engine/error.h"
#include "engine/json/type_spelling.h"
#include "rpc/wire.h"

namespace plinth {
namespace {

constexpr std::string_view cancel_about =
    "Stop a request that is queued or running; it is answered with RPC.CANCELLED.";
constexpr std::string_view progress_about = "How far the running request is.";
constexpr std::string_view discover_about = "This document.";
constexpr std::string_view discover_result =
    R"({"$ref":"https://raw.githubusercontent.com/open-rpc/meta-schema/master/schema.json"})";
constexpr std::string_view envelope_schema =
    R"({"type":"object","required":["code","message","why","fix"],"properties":{"code":{"type":"string"},)"
    R"("message":{"type":"string"},"why":{"type":"string"},"fix":{"type":"string"},"where":{"type":"object",)"
    R"("required":["path"],"properties":{"path":{"type":"string"},"line":{"type":"integer"}}},)"
    R"("meta":{"type":"object"}}})";
constexpr std::string_view envelope_type =
    "export interface ErrorEnvelope {\n"
    "  code: ErrorCode;\n"
    "  message: string;\n"
    "  why: string;\n"
    "  fix: string;\n"
    "  where?: { path: string; line?: number };\n"
    "  meta?: Record<string, unknown>;\n"
    "}\n";

void put_text(Json& object, std::string_view key, std::string_view text) { json::set(json::put(object, key), text); }

void put_json(Json& object, std::string_view key, std::string_view text) {
  json::set_text(json::put(object, key), std::string(text));
}

bool contains(const Json& strings, std::string_view wanted) {
  bool found = false;
  json::each_element(strings, {},
                     [&](const Json& e, const JsonPath& at) { found |= json::read_string(e, at) == wanted; });
  return found;
}

// The properties of an object's schema as OpenRPC's list of parameters.
void put_params(Json& method, const std::string& schema) {
  const auto document = json::parse(schema, Code::engine_internal);
  Json& params = json::put(method, "params");
  json::make_array(params);
  const auto put_one = [&](std::string_view name, const Json& type, const JsonPath&) {
    Json& param = json::push(params);
    json::make_object(param);
    put_text(param, "name", name);
    json::set(json::put(param, "required"), contains(*json::member(*document, "required"), name));
    json::set(json::put(param, "schema"), type);
  };
  json::each_member(*json::member(*document, "properties"), {}, put_one);
}

void put_method(Json& out, std::string_view name, std::string_view about, const TypeDescription& params) {
  json::make_object(out);
  put_text(out, "name", name);
  put_text(out, "summary", about);
  put_text(out, "paramStructure", "by-name");
  put_params(out, json_schema_definition(params));
}

void put_result(Json& method, std::string_view schema) {
  Json& result = json::put(method, "result");
  json::make_object(result);
  put_text(result, "name", "result");
  put_json(result, "schema", schema);
}

template <class Notification>
void put_notification(Json& out, std::string_view from, std::string_view about) {
  put_method(out, Notification::method, about, describe<Notification>());
  put_text(out, "from", from);
}

// What the methods and the notifications speak of.
std::vector<const TypeDescription*> mentioned_types(MethodTable table) {
  std::vector<const TypeDescription*> roots;
  for (const Method* m : table) {
    roots.push_back(&m->params());
    roots.push_back(&m->result());
  }
  roots.push_back(&describe<CancelRequest>());
  roots.push_back(&describe<Progress>());
  return named_types(roots);
}

void put_components(Json& document, MethodTable table) {
  Json& components = json::put(document, "components");
  json::make_object(components);
  Json& schemas = json::put(components, "schemas");
  json::make_object(schemas);
  for (const TypeDescription* type : mentioned_types(table)) {
    put_json(schemas, type->name, json_schema_definition(*type));
  }
  put_json(schemas, "ErrorEnvelope", envelope_schema);
  Json& errors = json::put(components, "errors");
  json::make_object(errors);
  for (const CodeRow& code : code_rows()) {
    Json& error = json::put(errors, code.name);
    json::make_object(error);
    json::set(json::put(error, "code"), std::int64_t{code.rpc});
    put_text(error, "message", code.name);
    Json& data = json::put(error, "data");
    json::make_object(data);
    put_text(data, "code", code.name);
    put_text(data, "why", code.why);
    put_text(data, "fix", code.fix);
  }
}

std::string capitalised(std::string_view name) {
  std::string out(name);
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string comment(std::string_view text) { return "/** " + std::string(text) + " */\n"; }

}  // namespace

std::string openrpc_document(MethodTable table) {
  const auto document = json::null();
  json::make_object(*document);
  put_text(*document, "openrpc", "1.3.2");
  Json& info = json::put(*document, "info");
  json::make_object(info);
  put_text(info, "title", "plinth-engine");
  put_text(info, "version", PLINTH_VERSION);
  Json& list = json::put(*document, "methods");
  json::make_array(list);
  for (const Method* m : table) {
    Json& method = json::push(list);
    put_method(method, m->name, m->about, m->params());
    put_result(method, json_schema_definition(m->result()));
  }
  Json& discover = json::push(list);
  put_method(discover, Discover::method, discover_about, describe<Discover>());
  put_result(discover, discover_result);
  Json& notifications = json::put(*document, "x-notifications");
  json::make_array(notifications);
  put_notification<CancelRequest>(json::push(notifications), "caller", cancel_about);
  put_notification<Progress>(json::push(notifications), "engine", progress_about);
  put_components(*document, table);
  return json::dump(*document);
}

std::string typescript_module(MethodTable table) {
  std::string out = "// Printed by `plinth-engine --types`; not to be edited.\n\n", map;
  const auto declare = [&](const TypeDescription& type, const std::string& name) {
    out.append(typescript_declaration(type, name)).append("\n");
  };
  const auto enter = [&](std::string_view method, const std::string& params, const std::string& result) {
    map.append("  ").append(json::quote(method)).append(": { params: ").append(params);
    map.append("; result: ").append(result).append(" };\n");
  };
  for (const Method* m : table) {
    const std::string name = capitalised(m->name);
    out += comment(m->about);
    declare(m->params(), name + "Params");
    declare(m->result(), name + "Result");
    enter(m->name, name + "Params", name + "Result");
  }
  enter(Discover::method, "Record<string, never>", "unknown");
  out += comment("Every method, by name.") + "export interface Methods {\n" + map + "}\n\n";
  for (const TypeDescription* type : mentioned_types(table)) declare(*type, type->name);
  out += comment(cancel_about);
  declare(describe<CancelRequest>(), "CancelRequestParams");
  out += comment(progress_about);
  declare(describe<Progress>(), "ProgressParams");
  std::string codes;
  for (const CodeRow& code : code_rows()) codes += "\n  | " + json::quote(code.name);
  out += comment("Every way in which a request can fail.") + "export type ErrorCode =" + codes + ";\n\n";
  return out.append(comment("`error.data` of a reply.")).append(envelope_type);
}

std::string errors_markdown() {
  const auto cell = [](std::string_view text) {
    std::string escaped;
    for (const char c : text) escaped.append(c == '|' ? "\\" : "").push_back(c);
    return escaped;
  };
  std::string out =
      "# Errors\n\n"
      "Printed by `plinth-engine --errors`; not to be edited.\n\n"
      "A request that fails is answered with a JSON-RPC error: `code` is the number below, `message` says what "
      "happened,\n"
      "and `data` is the envelope `{code, message, why, fix, where?: {path, line?}, meta?}`. Switch on `data.code`: "
      "the\n"
      "name is stable, the wording is not. `meta` holds what a program may want to read (`sqlState`, `path`, `hash`, "
      "…).\n";
  std::string_view group;
  for (const CodeRow& code : code_rows()) {
    const std::string_view name_space = code.name.substr(0, code.name.find('.'));
    if (name_space != group) {
      group = name_space;
      out.append("\n## ").append(group).append(
          "\n\n| Code | JSON-RPC | Why | What to do |\n| --- | --- | --- | --- |\n");
    }
    out.append("| `").append(code.name).append("` | ").append(std::to_string(code.rpc)).append(" | ");
    out.append(cell(code.why)).append(" | ").append(cell(code.fix)).append(" |\n");
  }
  return out;
}

}  // namespace plinth
