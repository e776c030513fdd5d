#include "runner/introspect/introspect.h"

#include "runner/introspect/catalog_assembly.h"
#include "runner/introspect/catalog_queries.h"

namespace plinth {

Introspection introspect(Connection& connection, const IntrospectOptions& options) {
  send_introspection(connection, options);
  return receive_introspection(connection);
}

void send_introspection(Connection& connection, const IntrospectOptions& options) {
  const bool in_transaction = connection.in_transaction();
  connection.send_all(catalog::queries(connection.server_version(), in_transaction, options.schemas),
                      catalog::closing_queries(in_transaction));
}

Introspection receive_introspection(Connection& connection) {
  Introspection out = catalog::assemble(connection.receive_all());
  out.server_version = connection.server_version();
  return out;
}

}  // namespace plinth
