#pragma once
// What travels beside the methods: the id of a request and the two notifications.
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/json/json.h"
#include "runner/jobs/job_context.h"

namespace plinth {

/// The id of a request: the compact JSON text of a string, an integer (any that 64 bits hold) or null.
struct RequestId {
  std::string json = "null";
  bool operator==(const RequestId&) const = default;
};

template <>
struct Shape<RequestId> {
  static void read(RequestId& out, const Json& j, const JsonPath& at);
  static void write(Json& out, const RequestId& v) { json::set_text(out, v.json); }
  static std::string ts() { return "string | number | null"; }
  static std::string schema() { return R"({"type":["string","integer","null"]})"; }
};

/// `$/progress`, engine to caller: the request `id` has done `step` of `total`, and of this step `rows`.
struct Progress {
  RequestId id;
  std::int64_t step = 0, total = 0;
  std::string message;
  std::optional<RowProgress> rows;
  static constexpr std::string_view method = "$/progress";
  static constexpr auto fields =
      std::tuple{field("id", &Progress::id), field("step", &Progress::step), field("total", &Progress::total),
                 field("message", &Progress::message), field("rows", &Progress::rows)};
};

/// `$/cancelRequest`, caller to engine: the request `id`, queued or running, is no longer wanted.
struct CancelRequest {
  RequestId id;
  static constexpr std::string_view method = "$/cancelRequest";
  static constexpr auto fields = std::tuple{field("id", &CancelRequest::id)};
};

/// The parameters of `rpc.discover`.
struct Discover {
  static constexpr std::string_view method = "rpc.discover";
  static constexpr auto fields = std::tuple{};
};

}  // namespace plinth
