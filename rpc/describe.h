#pragma once
// The protocol described by itself, from the table of methods and the table of codes.
#include <string>

#include "rpc/method.h"

namespace plinth {

/// The OpenRPC 1.3 document that `rpc.discover` answers, as JSON text: methods with parameters by name and result as
/// JSON Schema, the two notifications under `x-notifications`, the codes under `components.errors`. O(methods · types).
std::string openrpc_document(MethodTable table);

/// A TypeScript module: parameters and result of each method, `Methods` that maps a name to both, the notifications,
/// `ErrorCode` and `ErrorEnvelope`. The same bytes for the same tables. O(methods · types).
std::string typescript_module(MethodTable table);

/// docs/errors.md: every code, its JSON-RPC number and its fix. O(codes).
std::string errors_markdown();

}  // namespace plinth
