#pragma once
// The live schema as a value: one round trip, one snapshot.
#include <string>
#include <vector>

#include "engine/schema/dependent.h"
#include "engine/schema/schema.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Something of the database that the schema model does not hold: named, never silently left out.
struct Unmodeled {
  std::string kind;          // view, function, trigger, sequence, domain, exclusion, storageParameters …
  std::string schema, name;  // the schema is empty for what belongs to the database
  std::optional<std::int64_t> count = {};  // of what is counted only, a schema at a time: owner, privileges, comment …
  static constexpr auto fields = std::tuple{field("kind", &Unmodeled::kind), field("schema", &Unmodeled::schema),
                                            field("name", &Unmodeled::name), field("count", &Unmodeled::count)};
};

struct Introspection {
  Schema schema;
  std::vector<Dependent> dependents;  // of what is read, by table
  std::vector<Unmodeled> unmodeled;
  int server_version = 0;
};

/// Which schemas to read: these, or all but the system's and `prisma_contract` when the list is empty.
struct IntrospectOptions {
  std::vector<std::string> schemas;
};

/// Reads the database in one round trip. Outside a transaction it runs in a snapshot of its own (REPEATABLE READ, READ
/// ONLY); inside one it sees that transaction's work and leaves its settings as they were. O(objects).
Introspection introspect(Connection& connection, const IntrospectOptions& options = {});

/// The same in two halves, so that two databases are read at the same time.
void send_introspection(Connection& connection, const IntrospectOptions& options = {});
Introspection receive_introspection(Connection& connection);

}  // namespace plinth
