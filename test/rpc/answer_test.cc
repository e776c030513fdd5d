#include "rpc/answer.h"

#include <doctest/doctest.h>

#include "engine/error.h"
#include "test/rpc/methods.h"

using namespace plinth;

namespace {

struct Mouth {
  std::vector<std::string> sent;
  Session session{[this](const std::string& line) { sent.push_back(line); }};
  std::string operator()(std::string_view line) { return answer(line, test::methods, session); }
};

std::string member_text(const std::string& reply, const std::vector<std::string>& path) {
  const auto doc = json::parse(reply, Code::engine_internal);
  const Json* at = doc.get();
  for (const auto& key : path) {
    at = json::member(*at, key);
    REQUIRE_MESSAGE(at != nullptr, reply);
  }
  return json::dump(*at);
}

struct Refusal {
  std::string code, id;
  bool operator==(const Refusal&) const = default;
};
doctest::String toString(const Refusal& r) { return (r.code + " id " + r.id).c_str(); }

Refusal refusal(std::string_view line) {
  Mouth mouth;
  const std::string reply = mouth(line);
  INFO(reply);
  const std::string code = member_text(reply, {"error", "data", "code"});
  CHECK(member_text(reply, {"jsonrpc"}) == "\"2.0\"");
  CHECK(member_text(reply, {"error", "message"}) == member_text(reply, {"error", "data", "message"}));
  for (const CodeRow& r : code_rows()) {
    if (json::quote(r.name) == code) CHECK(member_text(reply, {"error", "code"}) == std::to_string(r.rpc));
  }
  return {code.substr(1, code.size() - 2), member_text(reply, {"id"})};
}

std::string message(std::string_view line) {
  Mouth mouth;
  return member_text(mouth(line), {"error", "message"});
}

std::string nested(int depth) {
  return R"({"jsonrpc":"2.0","id":1,"method":"echo","params":)" + std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']') + "}";
}

}  // namespace

TEST_CASE("a request is answered on one line, with its id") {
  Mouth mouth;
  CHECK(mouth(R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"a\nb"}})") ==
        R"({"jsonrpc":"2.0","id":1,"result":{"text":"a\nb"}})");
  CHECK(mouth(R"({"jsonrpc":"2.0","id":null,"method":"echo","params":{"text":"x"}})") ==
        R"({"jsonrpc":"2.0","id":null,"result":{"text":"x"}})");
}

TEST_CASE("ids come back as they were sent") {
  Mouth mouth;
  for (const std::string id : {"0", "-1", "18446744073709551615", "-9223372036854775808", "9007199254740993", "\"\"",
                               "\"é\\u0000\"", "null"}) {
    const std::string reply = mouth(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"echo","params":{"text":""}})");
    CHECK(reply == R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"text":""}})");
  }
}

TEST_CASE("ids that are not strings, integers or null are refused") {
  for (const std::string id :
       {"1.5", "1e3", "18446744073709551616", "-9223372036854775809", "true", "[]", "{}", "[1]"}) {
    CAPTURE(id);
    CHECK(refusal(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"echo"})") == Refusal{"RPC.INVALID_REQUEST", "null"});
  }
}

TEST_CASE("text that is not JSON is a parse error") {
  for (const std::string line :
       {R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"te)", R"({"jsonrpc":"2.0","id":1)", "{", "[", "nonsense",
        " ", "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\"}", "\xc3\x28", "{\"id\":\"\xed\xa0\x80\"}", R"({"id":"\ud800"})",
        R"({"jsonrpc":"2.0","id":1,"id":2,"method":"echo"})", R"({"id":1} {"id":2})", "{'id':1}", "{\"id\":1e999}",
        R"({"a":"tab	inside"})", "// {}", "NaN"}) {
    CAPTURE(line);
    CHECK(refusal(line) == Refusal{"RPC.PARSE_ERROR", "null"});
  }
  CHECK(refusal(std::string("{}\0", 3)) == Refusal{"RPC.PARSE_ERROR", "null"});
  CHECK(message(R"({"jsonrpc":"2.0","id":1,"id":2})").find("twice") != std::string::npos);
}

TEST_CASE("nesting is limited, and deep nesting harmless") {
  CHECK(refusal(nested(200)) == Refusal{"RPC.INVALID_PARAMS", "1"});
  CHECK(refusal(nested(256)) == Refusal{"RPC.PARSE_ERROR", "null"});
  CHECK(refusal(std::string(1'000'000, '[')) == Refusal{"RPC.PARSE_ERROR", "null"});
}

TEST_CASE("JSON that is not a request is refused, with the id when there is a good one") {
  for (const std::string line : {"1", "null", "\"echo\"", "true", "{}", R"({"jsonrpc":"2.0"})",
                                 R"({"jsonrpc":"2.0","method":"echo","params":{},"foo":1})",
                                 R"({"method":"echo","params":{"text":""}})", R"({"jsonrpc":"2.0","method":1})"}) {
    CAPTURE(line);
    CHECK(refusal(line) == Refusal{"RPC.INVALID_REQUEST", "null"});
  }
  for (const std::string line :
       {R"({"id":7})", R"({"jsonrpc":"2.0","id":7})", R"({"jsonrpc":"1.0","id":7,"method":"echo"})",
        R"({"jsonrpc":2.0,"id":7,"method":"echo"})", R"({"id":7,"method":"echo"})",
        R"({"jsonrpc":"2.0","id":7,"method":null})", R"({"jsonrpc":"2.0","id":7,"method":["echo"]})",
        R"({"jsonrpc":"2.0","id":7,"method":"echo","parms":{}})"}) {
    CAPTURE(line);
    CHECK(refusal(line) == Refusal{"RPC.INVALID_REQUEST", "7"});
  }
  CHECK(message(R"({"jsonrpc":"2.0","id":7,"method":"echo","parms":{}})").find("request.parms") != std::string::npos);
}

TEST_CASE("an unknown method") {
  for (const std::string name : {"nope", "", "ECHO", "rpc.nope", "$/cancelRequest"}) {
    CAPTURE(name);
    CHECK(refusal(R"({"jsonrpc":"2.0","id":"a","method":")" + name + R"("})") ==
          Refusal{"RPC.METHOD_NOT_FOUND", "\"a\""});
  }
}

TEST_CASE("parameters go by name, and are checked to the last field") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"([])", "by name"},
      {R"(["x"])", "by name"},
      {R"("x")", "by name"},
      {R"(null)", "by name"},
      {R"({})", "params.text: missing"},
      {R"({"text":1})", "params.text: expected string, got number"},
      {R"({"text":"x","more":1})", "params.more: unknown field"},
  };
  for (const auto& [params, problem] : cases) {
    const std::string line = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":)" + params + "}";
    CAPTURE(line);
    CHECK(refusal(line) == Refusal{"RPC.INVALID_PARAMS", "1"});
    CHECK(message(line).find(problem) != std::string::npos);
  }
  CHECK(message(R"({"jsonrpc":"2.0","id":1,"method":"echo"})").find("params.text: missing") != std::string::npos);
  CHECK(refusal(R"({"jsonrpc":"2.0","id":1,"method":"rpc.discover","params":{"x":1}})") ==
        Refusal{"RPC.INVALID_PARAMS", "1"});
}

TEST_CASE("notifications are never answered") {
  Mouth mouth;
  for (const std::string rest :
       {R"("method":"echo","params":{"text":"x"})", R"("method":"echo")", R"("method":"echo","params":[1])",
        R"("method":"nope")", R"("method":"bug")", R"("method":"rpc.discover")",
        R"("method":"$/cancelRequest","params":{"id":1})", R"("method":"$/cancelRequest","params":3)"}) {
    CAPTURE(rest);
    CHECK(mouth(R"({"jsonrpc":"2.0",)" + rest + "}").empty());
  }
  CHECK(mouth(R"({"jsonrpc":"2.0","method":"count","params":{"n":2}})").empty());
  CHECK(mouth.sent.empty());
}

TEST_CASE("batches") {
  Mouth mouth;
  const std::string echo1 = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"a"}})";
  const std::string echo2 = R"({"jsonrpc":"2.0","id":2,"method":"echo","params":{"text":"b"}})";
  const std::string silent = R"({"jsonrpc":"2.0","method":"echo","params":{"text":"c"}})";
  const std::string reply1 = R"({"jsonrpc":"2.0","id":1,"result":{"text":"a"}})";
  const std::string reply2 = R"({"jsonrpc":"2.0","id":2,"result":{"text":"b"}})";
  CHECK(mouth("[" + echo2 + "," + silent + "," + echo1 + "]") == "[" + reply2 + "," + reply1 + "]");
  CHECK(mouth("[" + echo1 + "]") == "[" + reply1 + "]");
  CHECK(mouth("[" + silent + "," + silent + "]").empty());
  CHECK(refusal("[]") == Refusal{"RPC.INVALID_REQUEST", "null"});
  const std::string mixed = mouth("[1," + echo1 + ",[]]");
  CHECK(mixed.starts_with(R"([{"jsonrpc":"2.0","id":null,"error":{"code":-32600)"));
  CHECK(mixed.find(reply1) != std::string::npos);
  const auto doc = json::parse(mixed, Code::engine_internal);
  int members = 0;
  json::each_element(*doc, {}, [&](const Json&, const JsonPath&) { ++members; });
  CHECK(members == 3);
}

TEST_CASE("an error carries its envelope") {
  Mouth mouth;
  CHECK(mouth(R"({"jsonrpc":"2.0","id":1,"method":"fail"})") ==
        R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"the hash differs","data":)"
        R"({"code":"CONTRACT.HASH_MISMATCH","message":"the hash differs","why":"because",)"
        R"("fix":"Emit the contract again; or, where the edit was meant, call hashContract with write: true.",)"
        R"("where":{"path":"contract.json","line":7},"meta":{"found":"x"}}}})");
}

TEST_CASE("what is not foreseen says that it is a bug, and the next request is served") {
  Mouth mouth;
  const std::string reply = mouth(R"({"jsonrpc":"2.0","id":1,"method":"bug"})");
  CHECK(member_text(reply, {"error", "code"}) == "-32603");
  CHECK(member_text(reply, {"error", "data", "code"}) == "\"ENGINE.INTERNAL\"");
  CHECK(member_text(reply, {"error", "message"}).find("bug in Plinth") != std::string::npos);
  const std::string exhausted = mouth(R"({"jsonrpc":"2.0","id":1,"method":"exhaust"})");
  CHECK(member_text(exhausted, {"error", "data", "code"}) == "\"ENGINE.OUT_OF_MEMORY\"");
  CHECK(mouth(R"({"jsonrpc":"2.0","id":2,"method":"echo","params":{"text":"x"}})").find("result") != std::string::npos);
}

TEST_CASE("progress names the request") {
  Mouth mouth;
  mouth(R"({"jsonrpc":"2.0","id":"a","method":"count","params":{"n":2}})");
  CHECK(mouth.sent ==
        std::vector<std::string>{
            R"({"jsonrpc":"2.0","method":"$/progress","params":{"id":"a","step":1,"total":2,"message":"step"}})",
            R"({"jsonrpc":"2.0","method":"$/progress","params":{"id":"a","step":2,"total":2,"message":"step"}})"});
}

TEST_CASE("a cancel is recognised in its line") {
  const auto cancelled = [](std::string_view line) { return cancel_in(line).value_or(RequestId{"none"}).json; };
  CHECK(cancelled(R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}})") == "1");
  CHECK(cancelled(R"({"jsonrpc":"2.0","method":"$\/cancelRequest","params":{"id":"\u0061"}})") == "\"a\"");
  for (const std::string line : {R"({"jsonrpc":"2.0","id":1,"method":"$/cancelRequest","params":{"id":1}})",
                                 R"({"jsonrpc":"2.0","method":"$/cancelRequest"})",
                                 R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{}})",
                                 R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]})",
                                 R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1.5}})",
                                 R"({"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1)",
                                 R"({"jsonrpc":"2.0","method":"echo","params":{"text":"$/cancelRequest"}})"}) {
    CAPTURE(line);
    CHECK(cancelled(line) == "none");
  }
}

TEST_CASE("a cancel reaches the lines that were read before it, and no later ones") {
  Mouth mouth;
  const std::string line = R"({"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":"x"}})";
  mouth.session.cancel("1", 2);
  mouth.session.next_line(1);
  CHECK(mouth(line).find("RPC.CANCELLED") != std::string::npos);
  CHECK(mouth(R"({"jsonrpc":"2.0","id":"1","method":"echo","params":{"text":"x"}})").find("result") !=
        std::string::npos);
  mouth.session.next_line(2);
  CHECK(mouth("[" + line + "," + line + "]").find("result") == std::string::npos);
  mouth.session.next_line(3);
  CHECK(mouth(line).find("result") != std::string::npos);
  mouth.session.cancel_all();
  CHECK(mouth(line).find("RPC.CANCELLED") != std::string::npos);
}
