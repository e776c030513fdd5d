#include "rpc/answer.h"

#include <chrono>
#include <exception>
#include <new>
#include <utility>

#include "engine/error.h"
#include "engine/excerpt.h"
#include "rpc/describe.h"
#include "rpc/log.h"
#include "rpc/session.h"

namespace plinth {
namespace {

struct Request {
  RequestId id;
  bool notification = false;
  std::string method;
  const Json* params = nullptr;  // an object, or absent
};

std::string reply_text(const RequestId& id, std::string_view member, const std::string& value) {
  std::string out;
  out.reserve(value.size() + id.json.size() + 48);
  out.append(R"({"jsonrpc":"2.0","id":)").append(id.json);
  return out.append(",\"").append(member).append("\":").append(value).append("}");
}

std::string error_text(const RequestId& id, const Error& e) {
  return reply_text(id, "error",
                    "{\"code\":" + std::to_string(row(e.code()).rpc) + ",\"message\":" + json::quote(e.what()) +
                        ",\"data\":" + e.envelope() + "}");
}

std::string failed(const Request& request, const Error& e) {
  const bool bug = e.code() == Code::engine_internal;
  log_line(bug                    ? LogLevel::error
           : request.notification ? LogLevel::warn
                                  : LogLevel::info,
           "request failed",
           {{"id", request.id.json}, {"method", request.method}, {"code", std::string(row(e.code()).name)}});
  return request.notification ? std::string() : error_text(request.id, e);
}

// The one place where what a request throws is caught. `request` is filled by `body` as far as it gets.
template <class Body>
std::string guarded(const Request& request, const Body& body) {
  try {
    return body();
  } catch (const Error& e) {
    return failed(request, e);
  } catch (const std::bad_alloc&) {
    return failed(request, Error(Code::engine_out_of_memory, "the engine has run out of memory"));
  } catch (const std::exception& e) {
    return failed(request, Error(Code::engine_internal, "this is a bug in Plinth: " + std::string(e.what())));
  }
}

void refuse_request(const std::string& problem) { throw Error(Code::rpc_invalid_request, problem); }

// A request is a notification only when everything but its method's name and its parameters' content is right: the
// reply to a request that makes no sense carries the id when there was a good one, else null.
void read_request(Request& out, const Json& j) {
  if (json::type(j) != json::Type::object) {
    refuse_request("a request is an object, got " + std::string(json::type_name(j)));
  }
  const JsonPath at = JsonPath::root(Code::rpc_invalid_request, "request");
  const Json* id = json::member(j, "id");
  if (id != nullptr) decode(out.id, *id, at.member("id"));
  json::each_member(j, at, [](std::string_view key, const Json&, const JsonPath& here) {
    if (key != "jsonrpc" && key != "id" && key != "method" && key != "params") here.fail("unknown field");
  });
  const Json* version = json::member(j, "jsonrpc");
  if (version == nullptr || json::dump(*version) != "\"2.0\"") at.member("jsonrpc").fail("expected \"2.0\"");
  const Json* method = json::member(j, "method");
  if (method == nullptr) at.member("method").fail("missing");
  out.method = json::read_string(*method, at.member("method"));
  out.notification = id == nullptr;
  out.params = json::member(j, "params");
  if (out.params != nullptr && json::type(*out.params) != json::Type::object) {
    throw Error(Code::rpc_invalid_params,
                "params: expected an object, parameters go by name; got " + std::string(json::type_name(*out.params)));
  }
}

const Method* find(MethodTable table, std::string_view name) {
  for (const Method* m : table) {
    if (m->name == name) return m;
  }
  return nullptr;
}

// The result's JSON text.
std::string run(const Request& request, MethodTable table, Session& session) {
  const auto none = json::null();
  json::make_object(*none);
  const Json& params = request.params != nullptr ? *request.params : std::as_const(*none);
  if (request.method == Discover::method) {
    Discover discover;
    decode(discover, params, JsonPath::root(Code::rpc_invalid_params, "params"));
    return openrpc_document(table);
  }
  const Method* method = find(table, request.method);
  if (method == nullptr) {
    throw Error(Code::rpc_method_not_found, "unknown method " + json::quote(excerpt(request.method)))
        .with("method", excerpt(request.method));
  }
  const auto result = json::null();
  method->call(session, params, *result);
  return json::dump(*result);
}

// The time between begin and end, in which a cancel finds the request.
class Running {
 public:
  Running(Session& session, const Request& request) : session_(session) {
    session_.begin(request.notification ? std::string() : request.id.json);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { session_.end(); }

 private:
  Session& session_;
};

std::string answer_one(const Json& j, MethodTable table, Session& session) {
  Request request;
  return guarded(request, [&]() -> std::string {
    read_request(request, j);
    // By the time it is answered it is too late to stop anything: the loop hears it when it is read.
    if (request.notification && request.method == CancelRequest::method) return {};
    const Running running(session, request);
    session.check_cancelled();
    const auto start = std::chrono::steady_clock::now();
    const std::string result = run(request, table, session);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    log_line(LogLevel::info, "request answered",
             {{"id", request.id.json}, {"method", request.method}, {"ms", std::to_string(took.count())}});
    return request.notification ? std::string() : reply_text(request.id, "result", result);
  });
}

std::string answer_batch(const Json& batch, MethodTable table, Session& session) {
  std::string replies;
  bool empty = true;
  json::each_element(batch, JsonPath::root(Code::rpc_invalid_request, "batch"), [&](const Json& j, const JsonPath&) {
    empty = false;
    const std::string reply = answer_one(j, table, session);
    if (reply.empty()) return;
    replies.append(replies.empty() ? "[" : ",").append(reply);
  });
  if (empty) refuse_request("a batch holds at least one request");
  return replies.empty() ? replies : replies + "]";
}

}  // namespace

std::string answer(std::string_view line, MethodTable table, Session& session) {
  const Request unread;
  return guarded(unread, [&] {
    const auto document = json::parse(line, Code::rpc_parse_error);
    if (json::type(*document) == json::Type::array) return answer_batch(*document, table, session);
    return answer_one(*document, table, session);
  });
}

std::string answer_too_long(std::size_t max_line_bytes) {
  Error e(Code::rpc_line_too_long, "the line is longer than " + std::to_string(max_line_bytes) + " bytes");
  e.with("maxLineBytes", static_cast<std::int64_t>(max_line_bytes));
  return failed({}, e);
}

std::optional<RequestId> cancel_in(std::string_view line) {
  constexpr std::size_t longest = 65536;  // an id may be long; a contract that speaks of cancelling is longer
  if (line.size() > longest || line.find("cancelRequest") == std::string_view::npos) return std::nullopt;
  try {
    const auto document = json::parse(line, Code::rpc_parse_error);
    Request request;
    read_request(request, *document);
    if (!request.notification || request.method != CancelRequest::method || request.params == nullptr) return {};
    CancelRequest cancel;
    decode(cancel, *request.params, JsonPath::root(Code::rpc_invalid_params, "params"));
    return cancel.id;
  } catch (const Error&) {
    return std::nullopt;  // the worker parses the line again, and says what is wrong with it
  }
}

}  // namespace plinth
