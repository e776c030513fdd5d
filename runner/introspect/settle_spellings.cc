#include "runner/introspect/settle_spellings.h"

#include "runner/introspect/settle_defaults.h"

namespace plinth {

void settle_spellings(Connection& connection, Schema& stated, const Schema& live, Belief belief) {
  settle_defaults(connection, stated, live);
  settle_expressions(connection, stated, live, belief);
}

}  // namespace plinth
