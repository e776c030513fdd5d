#pragma once
// The loop: lines from stdin, replies to stdout.
#include <cstddef>

#include "rpc/method.h"

namespace plinth {

struct StdioOptions {
  std::size_t max_line_bytes = std::size_t{64} << 20;
};

/// Answers the requests of stdin on stdout, in order, on a thread of its own, while the calling thread reads on.
///  - `$/cancelRequest` is heard when it is read, not when its turn comes.
///  - Reading pauses while 64 lines, or `max_line_bytes`, wait for an answer.
///  - End of input: what was asked is answered, then 0. SIGTERM or SIGINT: the running statement is cancelled, waiting
///    requests are answered with RPC.CANCELLED, then 0; a second signal ends the process. Nobody reads stdout: 1.
/// Returns the exit code. Ignores SIGPIPE from then on. Stdin may be a pipe, a socket, a terminal or a file.
int serve(MethodTable table, const StdioOptions& options);

}  // namespace plinth
