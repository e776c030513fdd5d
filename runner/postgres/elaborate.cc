#include "runner/postgres/elaborate.h"

#include "engine/sql/ddl.h"

namespace plinth {
namespace {

std::vector<Query> queries(const std::vector<WrittenDefault>& defaults, bool in_transaction) {
  std::vector<Sql> columns;
  columns.reserve(defaults.size());
  for (const auto& d : defaults) {
    const std::string name = "value_" + std::to_string(columns.size());
    Sql column("{} {} DEFAULT ({})", Ident{name}, type_sql(d.type), Sql::trusted(d.expression));
    columns.push_back(std::move(column));
  }
  const Sql create("CREATE TEMPORARY TABLE plinth_elaboration ({}) ON COMMIT DROP", Sql::list(columns));
  return {{in_transaction ? "SAVEPOINT plinth_elaboration" : "BEGIN", {}},
          {create.text(), {}},
          // Names are printed qualified, as the introspection has them.
          {"SET LOCAL search_path = ''", {}},
          {"SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'pg_temp.plinth_elaboration'::regclass"
           " ORDER BY adnum",
           {}}};
}

std::vector<Query> undoing(bool in_transaction) {
  if (!in_transaction) return {{"ROLLBACK", {}}};
  return {{"ROLLBACK TO SAVEPOINT plinth_elaboration", {}}, {"RELEASE SAVEPOINT plinth_elaboration", {}}};
}

bool is_lost(Code code) { return code == Code::database_connection_lost || code == Code::rpc_cancelled; }

// All of them, or nothing where the server refuses one.
std::optional<std::vector<std::string>> print(Connection& connection, const std::vector<WrittenDefault>& defaults) {
  const bool in_transaction = connection.in_transaction();
  connection.send_all(queries(defaults, in_transaction), undoing(in_transaction));
  try {
    const auto results = connection.receive_all();
    constexpr std::size_t answer = 3;
    std::vector<std::string> out;
    out.reserve(defaults.size());
    for (int row = 0; row < results[answer].rows(); ++row) out.emplace_back(results[answer].at(row, 0));
    if (out.size() == defaults.size()) return out;
  } catch (const Error& e) {
    if (is_lost(e.code())) throw;
  }
  return {};
}

}  // namespace

std::vector<std::optional<std::string>> elaborate(Connection& connection, const std::vector<WrittenDefault>& defaults) {
  if (defaults.empty()) return {};
  if (const auto printed = print(connection, defaults)) return {printed->begin(), printed->end()};
  std::vector<std::optional<std::string>> out(defaults.size());
  for (std::size_t i = 0; defaults.size() > 1 && i < defaults.size(); ++i) {
    if (const auto printed = print(connection, {defaults[i]})) out[i] = printed->front();
  }
  return out;
}

}  // namespace plinth
