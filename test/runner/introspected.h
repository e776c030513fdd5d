#pragma once
// What introspection reads, in a form that tests compare.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/json/json.h"
#include "runner/introspect/introspect.h"
#include "test/support/database.h"

namespace plinth::test {

/// What introspection reads after some statements.
inline Introspection after(const Database& db, const std::string& sql, const std::vector<std::string>& schemas = {}) {
  Connection c = db.connect();
  c.run(Sql::trusted(sql));
  return introspect(c, {schemas});
}

inline const Table& table(const Introspection& i, const std::string& name, const std::string& schema = "public") {
  const Table* t = i.schema.find_table({schema, name});
  REQUIRE(t != nullptr);
  return *t;
}

template <class Node>
std::string named(const std::vector<Node>& nodes, std::string_view name) {
  const Node* n = find_named(nodes, name);
  return n == nullptr ? "absent" : to_json(*n);
}

inline std::string column(const Table& t, std::string_view name) { return named(t.columns, name); }

template <class Node>
std::vector<std::string> names_of(const std::vector<Node>& nodes) {
  std::vector<std::string> out;
  out.reserve(nodes.size());
  for (const auto& n : nodes) out.push_back(n.name);
  return out;
}

inline std::vector<std::string> unmodeled(const Introspection& i) {
  std::vector<std::string> out;
  out.reserve(i.unmodeled.size());
  for (const auto& u : i.unmodeled) out.push_back(u.kind + " " + (u.schema.empty() ? "" : u.schema + ".") + u.name);
  return out;
}

using Strings = std::vector<std::string>;

}  // namespace plinth::test
