#pragma once
// What libpq reads in a connection URL.
#include <libpq-fe.h>

#include <memory>

namespace plinth {

struct FreeConninfo {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
/// The parts of a URL, or the defaults; the last one has no keyword.
using Conninfo = std::unique_ptr<PQconninfoOption, FreeConninfo>;

}  // namespace plinth
