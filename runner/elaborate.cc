#include "runner/elaborate.h"

#include "engine/ddl.h"

namespace plinth {
namespace {

std::vector<Query> queries(const WrittenDefault& d, bool in_transaction) {
  const Sql create("CREATE TEMPORARY TABLE plinth_elaboration (value {} DEFAULT ({})) ON COMMIT DROP", type_sql(d.type),
                   Sql::trusted(d.expression));
  return {{in_transaction ? "SAVEPOINT plinth_elaboration" : "BEGIN", {}},
          {create.text(), {}},
          // Names are printed qualified, as the introspection has them.
          {"SET LOCAL search_path = ''", {}},
          {"SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'pg_temp.plinth_elaboration'::regclass",
           {}}};
}

std::vector<Query> undoing(bool in_transaction) {
  if (!in_transaction) return {{"ROLLBACK", {}}};
  return {{"ROLLBACK TO SAVEPOINT plinth_elaboration", {}}, {"RELEASE SAVEPOINT plinth_elaboration", {}}};
}

bool is_lost(Code code) { return code == Code::database_connection_lost || code == Code::rpc_cancelled; }

}  // namespace

std::vector<std::optional<std::string>> elaborate(Connection& connection, const std::vector<WrittenDefault>& defaults) {
  std::vector<std::optional<std::string>> out;
  const bool in_transaction = connection.in_transaction();
  for (const auto& d : defaults) {
    auto& printed = out.emplace_back();
    connection.send_all(queries(d, in_transaction), undoing(in_transaction));
    try {
      const auto results = connection.receive_all();
      constexpr std::size_t answer = 3;
      if (results[answer].rows() == 1) printed = std::string(results[answer].at(0, 0));
    } catch (const Error& e) {
      if (is_lost(e.code())) throw;
    }
  }
  return out;
}

}  // namespace plinth
