// JSON in and out: what is refused, and where it says it stands.
#include "engine/json/json.h"
#include "engine/json/type_spelling.h"

#include <doctest/doctest.h>

#include <tuple>

#include "test/engine/contract_text.h"

namespace {

using namespace plinth;  // NOLINT(google-build-using-namespace)

Error refused_text(std::string_view text, std::string_view file = {}) {
  try {
    json::parse(text, Code::rpc_parse_error, file);
  } catch (const Error& e) {
    return e;
  }
  FAIL("the text was not refused: ", std::string(text));
  return {Code::engine_internal, {}};
}

template <class T>
std::string problem(std::string_view text) {
  try {
    from_json<T>(text, Code::rpc_invalid_params, "params");
  } catch (const Error& e) {
    CHECK(e.code() == Code::rpc_invalid_params);
    return e.what();
  }
  return "none";
}

std::string round_trip(std::string_view text) { return json::dump(*json::parse(text, Code::rpc_parse_error)); }

enum class Colour { red, green };
constexpr Named<Colour> colours[] = {{"red", Colour::red}, {"green", Colour::green}};
constexpr const auto& names(Colour) { return colours; }

struct Dot {
  std::int64_t x = 0;
  std::vector<std::string> tags;
  std::optional<bool> lit;
  Colour colour = Colour::red;
  bool operator==(const Dot&) const = default;
  static constexpr auto fields = std::tuple{field("x", &Dot::x), field("tags", &Dot::tags), field("lit", &Dot::lit),
                                            defaulted("colour", &Dot::colour)};
};

struct Circle {
  static constexpr std::string_view kind = "circle";
  std::int64_t radius = 0;
  static constexpr auto fields = std::tuple{field("radius", &Circle::radius)};
};
struct Group {
  static constexpr std::string_view kind = "group";
  std::vector<Dot> dots;
  static constexpr auto fields = std::tuple{field("dots", &Group::dots)};
};
using Shape2d = std::variant<Circle, Group>;

}  // namespace

TEST_CASE("what is parsed is written as it came, without spaces") {
  CHECK(round_trip(R"( {"b": [1, -2, 2.5, true, false, null, "x\u00e4\n"], "a": {}, "c": []} )") ==
        R"({"b":[1,-2,2.5,true,false,null,"xä\n"],"a":{},"c":[]})");
  CHECK(round_trip("\"only text\"") == "\"only text\"");
  CHECK(round_trip("[[[]],[{\"a\":[{}]}]]") == "[[[]],[{\"a\":[{}]}]]");
}

TEST_CASE("a key that stands twice in one object is refused") {
  const Error e = refused_text(R"({"a": 1, "b": {"a": 2}, "a": 3})");
  CHECK(e.code() == Code::rpc_parse_error);
  CHECK(std::string(e.what()) == "not valid JSON: the key \"a\" stands twice in one object");
  CHECK(round_trip(R"([{"a":1},{"a":1}])") == R"([{"a":1},{"a":1}])");

  std::string large = "{";
  for (int i = 0; i < 100; ++i) large += "\"k" + std::to_string(i) + "\":{\"k1\":0},";
  CHECK_NOTHROW(json::parse(large + "\"last\":0}", Code::rpc_parse_error));
  for (const char* key : {"k0", "k15", "k16", "k99"}) {
    CHECK(std::string(refused_text(large + "\"" + key + "\":0}").what()).find(key) != std::string::npos);
  }
}

TEST_CASE("texts, lists and objects of every size are kept and copied") {
  std::string list = "[", object = "{";
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text = "\"" + std::string(size, 'x') + "\"";
    list += (size == 0 ? "" : ",") + text;
    object += (size == 0 ? "" : ",") + text + ":" + list + "]";
    for (const std::string& whole : {text, list + "]", object + "}"}) {
      CHECK(round_trip(whole) == whole);
      const auto copy = json::null();
      json::set(*copy, *json::parse(whole, Code::rpc_parse_error));
      CHECK(json::dump(*copy) == whole);
    }
  }
}

TEST_CASE("what has no elements or members takes none") {
  const auto document = json::parse(R"({"a":null,"b":"text","c":[]})", Code::rpc_parse_error);
  CHECK_THROWS_AS(json::push(*document), Error);
  CHECK_THROWS_AS(json::push(json::at_or_put(*document, "a")), Error);
  CHECK_THROWS_AS(json::at_or_put(json::at_or_put(*document, "b"), "x"), Error);
  CHECK_THROWS_AS(json::put(json::at_or_put(*document, "c"), "x"), Error);
}

TEST_CASE("documents can be changed after they were read") {
  const auto document =
      json::parse(R"({"a":[1],"b":{"c":"a text that is longer than fourteen bytes"}})", Code::rpc_parse_error);
  json::set(json::at_or_put(*document, "d"), true);
  Json& list = json::at_or_put(*document, "a");
  for (std::int64_t i = 2; i < 6; ++i) json::set(json::push(list), i);
  json::set(json::at_or_put(*document, "b"), list);
  CHECK(json::dump(*document) == R"({"a":[1,2,3,4,5],"b":[1,2,3,4,5],"d":true})");
}

TEST_CASE("nesting is bounded") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(round_trip(nested(256)) == nested(256));
  CHECK(std::string(refused_text(nested(257)).what()) == "not valid JSON: nested deeper than 256 levels");
  CHECK(refused_text(std::string(100000, '[')).code() == Code::rpc_parse_error);
}

TEST_CASE("bytes that are not UTF-8 are refused, and replaced where text goes out") {
  for (const std::string bad : {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\x80\"", "{\"\x80\": 1}"}) {
    CHECK(refused_text(bad).code() == Code::rpc_parse_error);
  }
  CHECK(refused_text(R"("\ud800")").code() == Code::rpc_parse_error);
  CHECK(round_trip(R"("\ud83d\ude00")") == "\"\xf0\x9f\x98\x80\"");
  CHECK(json::quote("a\xff") == "\"a\xef\xbf\xbd\"");
}

TEST_CASE("a syntax error names its line and column") {
  const Error e = refused_text("{\n  \"a\": 1,\n  oops\n}", "f.json");
  CHECK(test::meta(e, "line") == "3");
  CHECK(test::meta(e, "column") == "3");
  CHECK(e.where().path == "f.json");
  CHECK(e.where().line == 3);
  for (const char* bad : {"", " ", "{", "[1,]", "{\"a\"}", "{'a':1}", "01", "nul", "1 2", "NaN", "1e999", "// x"}) {
    CAPTURE(bad);
    CHECK(refused_text(bad).code() == Code::rpc_parse_error);
  }
}

TEST_CASE("integers are exact or refused") {
  CHECK(from_json<std::int64_t>("9007199254740991", Code::rpc_invalid_params, "n") == 9007199254740991);
  CHECK(from_json<std::int64_t>("-9007199254740991", Code::rpc_invalid_params, "n") == -9007199254740991);
  CHECK(from_json<std::int64_t>("2.0", Code::rpc_invalid_params, "n") == 2);
  CHECK(from_json<std::int64_t>("1e3", Code::rpc_invalid_params, "n") == 1000);
  for (const char* large :
       {"9007199254740992", "-9007199254740992", "18446744073709551615", "1e300", "99999999999999999999"}) {
    CHECK(problem<std::int64_t>(large) == "params: integer beyond 2^53");
  }
  CHECK(problem<std::int64_t>("2.5") == "params: expected integer, got a fraction");
  CHECK(problem<std::int64_t>("\"2\"") == "params: expected integer, got string");
}

TEST_CASE("a described struct is read strictly and written without what is absent") {
  const Dot dot = from_json<Dot>(R"({"x": 1, "tags": ["a"], "colour": "green"})", Code::rpc_invalid_params, "params");
  CHECK(dot == Dot{1, {"a"}, {}, Colour::green});
  CHECK(to_json(dot) == R"({"x":1,"tags":["a"],"colour":"green"})");
  CHECK(to_json(Dot{}) == R"({"x":0})");
  CHECK(problem<Dot>("{}") == "params.x: missing");
  CHECK(problem<Dot>(R"({"x": 1, "y": 2})") == "params.y: unknown field");
  CHECK(problem<Dot>(R"({"x": 1, "tags": ["a", 2]})") == "params.tags[1]: expected string, got number");
  CHECK(problem<Dot>(R"({"x": 1, "tags": {}})") == "params.tags: expected array, got object");
  CHECK(problem<Dot>(R"({"x": 1, "lit": 0})") == "params.lit: expected boolean, got number");
  CHECK(problem<Dot>(R"({"x": 1, "colour": "blue"})") == R"(params.colour: expected "red" | "green", got "blue")");
  CHECK(problem<Dot>("[]") == "params: expected object, got array");
}

TEST_CASE("a variant is told apart by its kind") {
  const auto shape = from_json<Shape2d>(R"({"kind": "group", "dots": [{"x": 5}]})", Code::rpc_invalid_params, "params");
  REQUIRE(holds_alternative<Group>(shape));
  CHECK(to_json(shape) == R"({"kind":"group","dots":[{"x":5}]})");
  CHECK(problem<Shape2d>("{}") == "params.kind: missing");
  CHECK(problem<Shape2d>(R"({"kind": "line"})") == "params.kind: unknown kind \"line\"");
  CHECK(problem<Shape2d>(R"({"kind": "circle", "dots": []})") == "params.dots: unknown field");
  CHECK(problem<Shape2d>(R"({"kind": "group", "dots": [{"x": 1}, {"x": "1"}]})") ==
        "params.dots[1].x: expected integer, got string");
}

struct Tree {
  std::string name;
  std::vector<Tree> children;
  std::int64_t depth = 3;
  static constexpr auto fields =
      std::tuple{field("name", &Tree::name), field("children", &Tree::children), defaulted("depth", &Tree::depth)};
};

TEST_CASE("types print themselves for callers, each once, with their defaults") {
  CHECK(typescript_declaration(describe<Dot>(), "Dot") ==
        "export interface Dot {\n  x: number;\n  tags?: string[];\n  lit?: boolean | null;\n  colour?: Colour; // "
        "default: "
        "\"red\"\n}\n");
  CHECK(typescript<Circle>() == "Circle");
  CHECK(json_schema<Circle>() == R"({"$ref":"#/components/schemas/Circle"})");
  CHECK(json_schema_definition(describe<Circle>()) ==
        R"({"type":"object","additionalProperties":false,"properties":{"kind":{"const":"circle"},)"
        R"("radius":{"type":"integer"}},"required":["kind","radius"]})");
}

TEST_CASE("a type may hold itself") {
  const auto tree =
      from_json<Tree>(R"({"name":"a","children":[{"name":"b","depth":2}]})", Code::rpc_invalid_params, "params");
  CHECK(to_json(tree) == R"({"name":"a","children":[{"name":"b","depth":2}]})");
  CHECK(named_types({&describe<std::vector<Tree>>()}) == std::vector<const TypeDescription*>{&describe<Tree>()});
  CHECK(json_schema_definition(describe<Tree>()).find(R"("depth":{"type":"integer","default":3})") !=
        std::string::npos);
}
