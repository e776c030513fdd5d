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
  connection.send_all(catalog::Catalog(connection.server_version(), in_transaction, options.schemas).queries(),
                      catalog::closing_queries(in_transaction));
}

Introspection receive_introspection(Connection& connection) {
  // How the answers are read does not depend on what was selected.
  const catalog::Catalog catalog(connection.server_version(), connection.in_transaction(), {});
  Introspection out = catalog::assemble(catalog, connection.receive_all());
  out.server_version = connection.server_version();
  return out;
}

}  // namespace plinth
