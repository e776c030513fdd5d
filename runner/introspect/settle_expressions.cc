#include "runner/introspect/settle_expressions.h"

#include "engine/ops/renaming.h"
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
  std::size_t table;  // of the batch
};

// What one transaction asks: tables of different names, with what is written for them.
struct Batch {
  std::vector<Name> tables;
  std::vector<Written<Check>> checks;
  std::vector<Written<Index>> indexes;
};
constexpr std::size_t most_tables = 100;  // each takes locks until the transaction ends

bool is_written(const Check& c) { return !c.membership && !c.implied; }
bool is_written(const Index& i) {
  return i.predicate || std::any_of(i.keys.begin(), i.keys.end(), [](const IndexKey& k) { return k.verbatim; });
}

template <class Node>
void adopt(Node& stated, const Node& live) {
  const std::string name = stated.name;
  stated = live;
  stated.name = name;
}

bool is_hashed(const std::string& name) { return !hashed_prefix(name).empty(); }

// Whether a column that the node reads has another type there: what the server would make of it is no longer so.
template <class Node>
bool reads_changed_column(const Node& node, const Table& stated, const Table& live) {
  return std::any_of(stated.columns.begin(), stated.columns.end(), [&](const Column& c) {
    const Column* found = find_named(live.columns, c.name);
    return found != nullptr && found->type != c.type && uses(node, c.name);
  });
}

template <class Node>
std::vector<Written<Node>> differing(Table& stated, const Table& live, std::vector<Node> Table::*list, Belief belief) {
  std::vector<Written<Node>> out;
  if ((live.*list).empty()) return out;
  for (auto& node : stated.*list) {
    const Node* same = find_named(live.*list, node.name);
    if (!is_written(node) || (same != nullptr && *same == node) || reads_changed_column(node, stated, live)) continue;
    if (same != nullptr && is_hashed(node.name) && belief == Belief::hashed_names) {
      adopt(node, *same);
    } else {
      out.push_back({&node, &(live.*list), &(stated.*list), 0});
    }
  }
  return out;
}

template <class Node>
void add(std::vector<Written<Node>>& out, std::vector<Written<Node>> more, std::size_t table) {
  for (auto& w : more) {
    w.table = table;
    out.push_back(w);
  }
}

// Tables of one name in several schemas are asked for one after the other: a check may name its table.
std::vector<Batch> find(Schema& stated, const Schema& live, Belief belief) {
  std::vector<Batch> out;
  for (auto& n : stated.namespaces) {
    out.emplace_back();
    for (auto& t : n.tables) {
      const Table* other = live.find_table({n.name, t.name});
      if (other == nullptr) continue;
      auto checks = differing(t, *other, &Table::checks, belief);
      auto indexes = differing(t, *other, &Table::indexes, belief);
      if (checks.empty() && indexes.empty()) continue;
      if (out.back().tables.size() == most_tables) out.emplace_back();
      Batch& batch = out.back();
      add(batch.checks, std::move(checks), batch.tables.size());
      add(batch.indexes, std::move(indexes), batch.tables.size());
      batch.tables.push_back({n.name, t.name});
    }
  }
  std::erase_if(out, [](const Batch& b) { return b.tables.empty(); });
  return out;
}

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

std::vector<Sql> statements(const Batch& batch) {
  std::vector<Sql> out;
  out.reserve(batch.checks.size() + batch.indexes.size());
  for (const auto& c : batch.checks) {
    Sql sql("ALTER TABLE {} ADD CONSTRAINT {} {}", Name{"pg_temp", batch.tables[c.table].name},
            Ident{check_name(out.size())}, check_sql(*c.stated));
    out.push_back(std::move(sql));
  }
  for (const auto& i : batch.indexes) {
    Index index = *i.stated;
    index.name = index_name(out.size() - batch.checks.size());
    Sql sql("CREATE {}INDEX {}", index.unique ? Sql("UNIQUE ") : Sql(""),
            index_sql(index, {"pg_temp", batch.tables[i.table].name}));
    out.push_back(std::move(sql));
  }
  return out;
}

std::vector<Query> making(const Batch& batch) {
  std::vector<Query> out;
  for (const auto& table : batch.tables) {
    const Sql create("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP", Name{"pg_temp", table.name}, table);
    out.push_back({create.text(), {}});
  }
  out.push_back({tried(statements(batch)).text(), {}});
  out.push_back({"SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()", {}});
  return out;
}

// The temporary tables as the server understands them.
Schema understood(Connection& connection, const Batch& batch) {
  const std::vector<Result> results = connection.run_all(making(batch));
  return introspect(connection, {{std::string(results.back().at(0, 0))}}).schema;
}

// The temporary tables, undone; nothing where this role, or this server, makes none.
std::optional<Schema> ask(Connection& connection, const Batch& batch) {
  const bool nested = connection.in_transaction();
  connection.run(Query{nested ? "SAVEPOINT plinth_expressions" : "BEGIN", {}});
  std::optional<Schema> out;
  std::optional<Error> refused;
  try {
    out = understood(connection, batch);
  } catch (const Error& e) {
    if (!connection.alive()) throw;
    refused = e;
  }
  connection.run(Query{nested ? "ROLLBACK TO SAVEPOINT plinth_expressions" : "ROLLBACK", {}});
  if (nested) connection.run(Query{"RELEASE SAVEPOINT plinth_expressions", {}});
  const bool expected = refused && (refused->code() == Code::database_insufficient_privilege ||
                                    refused->code() == Code::database_read_only);
  if (refused && !expected) throw *refused;
  return out;
}

template <class Node>
bool says(const Node& understood, const Node& live) {
  Node renamed = understood;
  renamed.name = live.name;
  return renamed == live;
}

// The live one of the same name, else one that nothing of the contract has the name of. What the server does not
// understand is told by a hashed name alone.
template <class Node>
void settle(const Written<Node>& w, const Node* understood) {
  const Node* same = find_named(*w.live, w.stated->name);
  if (same != nullptr) {
    const bool is_same = understood != nullptr ? says(*understood, *same) : is_hashed(w.stated->name);
    if (is_same) adopt(*w.stated, *same);
    return;
  }
  for (const auto& live : *w.live) {
    const bool free = find_named(*w.all_stated, live.name) == nullptr;
    if (free && understood != nullptr && says(*understood, live)) return adopt(*w.stated, live);
  }
}

void settle(const Batch& batch, const std::optional<Schema>& schema) {
  const auto table = [&](std::size_t i) -> const Table* {
    if (!schema || schema->namespaces.empty()) return nullptr;
    return find_sorted(schema->namespaces.front().tables, batch.tables[i].name);
  };
  for (std::size_t i = 0; i < batch.checks.size(); ++i) {
    const Table* t = table(batch.checks[i].table);
    settle(batch.checks[i], t != nullptr ? find_named(t->checks, check_name(i)) : nullptr);
  }
  for (std::size_t i = 0; i < batch.indexes.size(); ++i) {
    const Table* t = table(batch.indexes[i].table);
    settle(batch.indexes[i], t != nullptr ? find_named(t->indexes, index_name(i)) : nullptr);
  }
}

}  // namespace

void settle_expressions(Connection& connection, Schema& stated, const Schema& live, Belief belief) {
  for (const auto& batch : find(stated, live, belief)) settle(batch, ask(connection, batch));
}

}  // namespace plinth
