#include "rpc/describe.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "engine/error.h"
#include "rpc/answer.h"
#include "rpc/arguments.h"
#include "test/rpc/methods.h"

using namespace plinth;

namespace {

const Json& at(const Json& j, const std::vector<std::string>& path) {
  const Json* here = &j;
  for (const auto& key : path) {
    here = json::member(*here, key);
    REQUIRE_MESSAGE(here != nullptr, key);
  }
  return *here;
}

std::vector<const Json*> elements(const Json& array) {
  std::vector<const Json*> out;
  json::each_element(array, {}, [&](const Json& e, const JsonPath&) { out.push_back(&e); });
  return out;
}

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  json::each_member(object, {}, [&](std::string_view key, const Json&, const JsonPath&) { out.emplace_back(key); });
  return out;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Arguments arguments(const std::vector<std::string>& words) {
  Arguments out;
  CHECK(read_arguments(out, words) == "");
  return out;
}

std::string problem(const std::vector<std::string>& words) {
  Arguments out;
  return read_arguments(out, words);
}

}  // namespace

TEST_CASE("rpc.discover answers the OpenRPC document") {
  Session session([](const std::string&) {});
  const std::string reply = answer(R"({"jsonrpc":"2.0","id":1,"method":"rpc.discover"})", test::methods, session);
  const std::string document = openrpc_document(test::methods);
  CHECK(reply == R"({"jsonrpc":"2.0","id":1,"result":)" + document + "}");
  CHECK(document == openrpc_document(test::methods));
}

TEST_CASE("the OpenRPC document describes each method") {
  const auto document = json::parse(openrpc_document(test::methods), Code::engine_internal);
  CHECK(json::dump(at(*document, {"openrpc"})) == "\"1.3.2\"");
  CHECK(json::dump(at(*document, {"info"})) == R"({"title":"plinth-engine","version":"0.1.0"})");
  const auto listed = elements(at(*document, {"methods"}));
  REQUIRE(listed.size() == test::methods.size() + 1);
  CHECK(json::dump(*listed.back()).find("\"rpc.discover\"") != std::string::npos);
  CHECK(json::dump(*listed.at(7)) ==
        R"({"name":"query","summary":"Runs a statement.","paramStructure":"by-name","params":[)"
        R"({"name":"url","required":true,"schema":{"type":"string"}},)"
        R"({"name":"sql","required":true,"schema":{"type":"string"}}],)"
        R"("result":{"name":"result","schema":{"type":"object","additionalProperties":false,)"
        R"("properties":{"text":{"type":"string"}},"required":["text"]}}})");
}

TEST_CASE("the OpenRPC document describes notifications and errors") {
  const auto document = json::parse(openrpc_document(test::methods), Code::engine_internal);
  const std::string notifications = json::dump(at(*document, {"x-notifications"}));
  CHECK(contains(notifications, R"({"name":"$/cancelRequest")"));
  CHECK(contains(notifications, R"({"name":"$/progress")"));
  CHECK(contains(notifications, R"({"name":"id","required":true,"schema":{"type":["string","integer","null"]}})"));
  const Json& errors = at(*document, {"components", "errors"});
  CHECK(keys(errors).size() == code_rows().size());
  CHECK(json::dump(at(errors, {"RPC.CANCELLED", "code"})) == "-32800");
}

TEST_CASE("schema and type of the error envelope name what an envelope holds") {
  Error e(Code::file_not_found, "m", "w");
  e.at("p", 3).with("k", "v");
  const auto envelope = json::parse(e.envelope(), Code::engine_internal);
  const auto document = json::parse(openrpc_document(test::methods), Code::engine_internal);
  const Json& schema = at(*document, {"components", "schemas", "ErrorEnvelope", "properties"});
  CHECK(keys(schema) == keys(*envelope));
  CHECK(keys(at(schema, {"where", "properties"})) == keys(at(*envelope, {"where"})));
  CHECK(contains(
      typescript_module(test::methods),
      "export interface ErrorEnvelope {\n  code: ErrorCode;\n  message: string;\n  why: string;\n  fix: string;\n"
      "  where?: { path: string; line?: number };\n  meta?: Record<string, unknown>;\n}\n"));
}

TEST_CASE("the TypeScript module declares each method, and all codes") {
  const std::string module = typescript_module(test::methods);
  CHECK(module == typescript_module(test::methods));
  CHECK(contains(module,
                 "/** Runs a statement. */\nexport interface QueryParams {\n  url: string;\n  sql: string;\n}\n"));
  CHECK(contains(module, "export interface QueryResult {\n  text: string;\n}\n"));
  CHECK(contains(module, "export type FailParams = Record<string, never>;\n"));
  CHECK(contains(module, "export interface Methods {\n  \"echo\": { params: EchoParams; result: EchoResult };\n"));
  CHECK(contains(module, "export interface CancelRequestParams {\n  id: string | number | null;\n}\n"));
  for (const CodeRow& code : code_rows()) CHECK(contains(module, "\n  | " + json::quote(code.name)));
}

TEST_CASE("every type of the protocol has a name of its own, and every name is declared") {
  const std::string module = typescript_module(plinth::methods);
  std::vector<std::string> declared;
  for (std::size_t at = 0; (at = module.find("\nexport ", at)) != std::string::npos; ++at) {
    const std::size_t name = module.find(' ', at + 8) + 1;
    declared.push_back(module.substr(name, module.find(' ', name) - name));
  }
  std::sort(declared.begin(), declared.end());
  CHECK(std::adjacent_find(declared.begin(), declared.end()) == declared.end());
  const auto document = json::parse(openrpc_document(plinth::methods), Code::engine_internal);
  const std::vector<std::string> schemas = keys(at(*document, {"components", "schemas"}));
  const std::string text = json::dump(*document), reference = "#/components/schemas/";
  for (std::size_t at = 0; (at = text.find(reference, at)) != std::string::npos; ++at) {
    const std::size_t name = at + reference.size();
    CHECK(std::count(schemas.begin(), schemas.end(), text.substr(name, text.find('"', name) - name)) == 1);
  }
}

TEST_CASE("docs/errors.md is what --errors prints") {
  std::ifstream file(PLINTH_SOURCE_DIR "/docs/errors.md");
  std::stringstream text;
  text << file.rdbuf();
  const bool same = text.str() == errors_markdown();
  CHECK_MESSAGE(same, "print it again: plinth-engine --errors > docs/errors.md");
}

TEST_CASE("the command line") {
  CHECK(arguments({}).action == Action::serve);
  CHECK(arguments({}).stdio.max_line_bytes == 67'108'864);
  CHECK(arguments({"--max-line-bytes", "1000", "--log-level", "debug"}).stdio.max_line_bytes == 1000);
  CHECK(arguments({"--max-line-bytes", "1000", "--log-level", "debug"}).log_level == LogLevel::debug);
  CHECK(arguments({"--types"}).action == Action::print_types);
  const Arguments here = arguments({"--with-postgres", "dir", "--", "psql", "--help"});
  CHECK(here.action == Action::with_postgres);
  CHECK(here.postgres_directory == "dir");
  CHECK(here.command == std::vector<std::string>{"psql", "--help"});
  CHECK(arguments({"--with-postgres", "--", "true"}).postgres_directory == "");
}

TEST_CASE("a wrong command line is refused in words") {
  CHECK(problem({"--nope"}) == "unknown argument --nope");
  CHECK(problem({"file.json"}) == "unknown argument file.json");
  for (const std::string number : {"", "0", "-1", "1k", "99999999999999999999999"}) {
    CAPTURE(number);
    CHECK(contains(problem({"--max-line-bytes", number}), "not a number of bytes"));
  }
  CHECK(contains(problem({"--max-line-bytes"}), "needs a number"));
  CHECK(contains(problem({"--log-level"}), "needs one of"));
  CHECK(contains(problem({"--log-level", "loud"}), "needs one of"));
  CHECK(contains(problem({"--with-postgres"}), "needs -- and a command"));
  CHECK(contains(problem({"--with-postgres", "dir", "--"}), "needs -- and a command"));
  CHECK(contains(problem({"--with-postgres", "dir", "ls"}), "needs -- and a command"));
}

TEST_CASE("--help names every flag") {
  for (const std::string flag :
       {"--max-line-bytes", "--log-level", "--with-postgres", "--types", "--errors", "--version", "--help"}) {
    CHECK(contains(help_text(), flag));
    CHECK(arguments({"-h"}).action == Action::print_help);
  }
}
