#pragma once
// JSON-RPC 2.0: one line in, one reply line out, or nothing.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "rpc/method.h"
#include "rpc/wire.h"

namespace plinth {

class Session;

/// Answers one line: a request, a notification or a batch of them. Returns the reply without a line break, or an empty
/// string when nothing is to be said (a notification, a batch of notifications). Never throws what a request may
/// cause: an `Error` becomes `{"code": number, "message": …, "data": envelope}`, anything else ENGINE.INTERNAL.
/// Source: https://www.jsonrpc.org/specification, with these choices: parameters by name only, members beside
/// jsonrpc, id, method and params are refused, ids are strings, integers or null.
/// O(line + reply), beside the method's own work.
std::string answer(std::string_view line, MethodTable table, Session& session);

/// The reply to a line that was longer than `max_line_bytes`: RPC.LINE_TOO_LONG.
std::string answer_too_long(std::size_t max_line_bytes);

/// The request that a line cancels, when the line is one `$/cancelRequest` notification (not a batch). O(line) for
/// lines that may be one; others cost a search.
std::optional<RequestId> cancel_in(std::string_view line);

}  // namespace plinth
