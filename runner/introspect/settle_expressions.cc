#include "runner/introspect/settle_expressions.h"

#include "engine/sql/ddl.h"
#include "runner/introspect/introspect.h"

namespace plinth {
namespace {

// A check or an index that a contract states as SQL and that the live schema does not have as it is spelt.
template <class Node>
struct Written {
  Node* stated;
  const std::vector<Node>* live;
  const std::vector<Node>* all_stated;
  std::size_t table;  // of the tables that are made to understand them
};

struct Found {
  std::vector<Name> tables;
  std::vector<Written<Check>> checks;
  std::vector<Written<Index>> indexes;
};

bool is_written(const Check& c) { return !c.membership && !c.implied; }
bool is_written(const Index& i) {
  return i.predicate || std::any_of(i.keys.begin(), i.keys.end(), [](const IndexKey& k) { return k.verbatim; });
}

template <class Node>
std::vector<Written<Node>> differing(std::vector<Node>& stated, const std::vector<Node>& live, std::size_t table) {
  std::vector<Written<Node>> out;
  if (live.empty()) return out;
  for (auto& node : stated) {
    const Node* same = find_named(live, node.name);
    if (is_written(node) && (same == nullptr || !(*same == node))) out.push_back({&node, &live, &stated, table});
  }
  return out;
}

Found find(Schema& stated, const Schema& live) {
  Found out;
  for (auto& n : stated.namespaces) {
    for (auto& t : n.tables) {
      const Table* other = live.find_table({n.name, t.name});
      if (other == nullptr) continue;
      const std::size_t table = out.tables.size();
      auto checks = differing(t.checks, other->checks, table);
      auto indexes = differing(t.indexes, other->indexes, table);
      if (checks.empty() && indexes.empty()) continue;
      out.tables.push_back({n.name, t.name});
      out.checks.insert(out.checks.end(), checks.begin(), checks.end());
      out.indexes.insert(out.indexes.end(), indexes.begin(), indexes.end());
    }
  }
  return out;
}

std::string table_name(std::size_t table) { return "plinth_table_" + std::to_string(table); }
std::string check_name(std::size_t check) { return "plinth_check_" + std::to_string(check); }
std::string index_name(std::size_t index) { return "plinth_index_" + std::to_string(index); }

// Runs each statement; one that the server refuses is left out.
Sql tried(const std::vector<Sql>& statements) {
  Sql body("BEGIN");
  for (const auto& s : statements) {
    body += Sql(" BEGIN EXECUTE {}; EXCEPTION WHEN OTHERS THEN NULL; END;", Literal{s.text()});
  }
  body += " END";
  return {"DO {}", Literal{body.text()}};
}

std::vector<Sql> statements(const Found& found) {
  std::vector<Sql> out;
  out.reserve(found.checks.size() + found.indexes.size());
  for (const auto& c : found.checks) {
    out.push_back(Sql("ALTER TABLE pg_temp.{} ADD CONSTRAINT {} {}", Ident{table_name(c.table)},
                      Ident{check_name(out.size())}, check_sql(*c.stated)));
  }
  for (const auto& i : found.indexes) {
    Index index = *i.stated;
    index.name = index_name(out.size() - found.checks.size());
    out.push_back(Sql("CREATE {}INDEX {}", index.unique ? Sql("UNIQUE ") : Sql(""),
                      index_sql(index, {"pg_temp", table_name(i.table)})));
  }
  return out;
}

std::vector<Query> making(const Found& found) {
  std::vector<Query> out;
  for (std::size_t i = 0; i < found.tables.size(); ++i) {
    const Sql create("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP", Ident{table_name(i)}, found.tables[i]);
    out.push_back({create.text(), {}});
  }
  out.push_back({tried(statements(found)).text(), {}});
  out.push_back({"SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()", {}});
  return out;
}

// The temporary tables as the server understands them.
Schema understood(Connection& connection, const Found& found) {
  const std::vector<Result> results = connection.run_all(making(found));
  return introspect(connection, {{std::string(results.back().at(0, 0))}}).schema;
}

// The temporary tables, undone; nothing where the server does not make them.
std::optional<Schema> ask(Connection& connection, const Found& found) {
  const bool nested = connection.in_transaction();
  const auto undo = [&] {
    connection.run(Query{nested ? "ROLLBACK TO SAVEPOINT plinth_expressions" : "ROLLBACK", {}});
    if (nested) connection.run(Query{"RELEASE SAVEPOINT plinth_expressions", {}});
  };
  connection.run(Query{nested ? "SAVEPOINT plinth_expressions" : "BEGIN", {}});
  std::optional<Schema> out;
  try {
    out = understood(connection, found);
  } catch (const Error& e) {
    if (e.code() == Code::database_connection_lost || e.code() == Code::rpc_cancelled) throw;
  }
  undo();
  return out;
}

template <class Node>
bool says(const Node& understood, const Node& live) {
  Node renamed = understood;
  renamed.name = live.name;
  return renamed == live;
}

template <class Node>
void adopt(Node& stated, const Node& live) {
  const std::string name = stated.name;
  stated = live;
  stated.name = name;
}

// The live one of the same name, else one that nothing of the contract has the name of.
template <class Node>
void settle(const Written<Node>& w, const Node* understood, bool asked) {
  const Node* same = find_named(*w.live, w.stated->name);
  if (same != nullptr) {
    if (!asked || (understood != nullptr && says(*understood, *same))) adopt(*w.stated, *same);
    return;
  }
  for (const auto& live : *w.live) {
    const bool free = find_named(*w.all_stated, live.name) == nullptr;
    if (free && understood != nullptr && says(*understood, live)) return adopt(*w.stated, live);
  }
}

const Table* table_of(const std::optional<Schema>& schema, std::size_t table) {
  if (!schema || schema->namespaces.empty()) return nullptr;
  return find_sorted(schema->namespaces.front().tables, table_name(table));
}

}  // namespace

void settle_expressions(Connection& connection, Schema& stated, const Schema& live) {
  const Found found = find(stated, live);
  if (found.tables.empty()) return;
  const std::optional<Schema> schema = ask(connection, found);
  for (std::size_t i = 0; i < found.checks.size(); ++i) {
    const Table* t = table_of(schema, found.checks[i].table);
    settle(found.checks[i], t != nullptr ? find_named(t->checks, check_name(i)) : nullptr, schema.has_value());
  }
  for (std::size_t i = 0; i < found.indexes.size(); ++i) {
    const Table* t = table_of(schema, found.indexes[i].table);
    settle(found.indexes[i], t != nullptr ? find_named(t->indexes, index_name(i)) : nullptr, schema.has_value());
  }
}

}  // namespace plinth
