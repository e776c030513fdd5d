#include "rpc/written_defaults.h"

#include "engine/normalize.h"
#include "runner/elaborate.h"

namespace plinth {
namespace {

bool is_expression(const std::optional<Default>& d) {
  return d && d->kind == Default::Kind::expression && !is_autoincrement(d);
}

// Columns whose default is an expression on the stated side, and something else on the live side.
std::vector<Column*> differing(Schema& stated, const Schema& live) {
  std::vector<Column*> out;
  for (auto& n : stated.namespaces) {
    for (auto& t : n.tables) {
      const Table* other = live.find_table({n.name, t.name});
      if (other == nullptr) continue;
      for (auto& c : t.columns) {
        if (!is_expression(c.fallback)) continue;
        const Column* found = find_named(other->columns, c.name);
        if (found != nullptr && found->fallback && !(found->fallback == c.fallback)) out.push_back(&c);
      }
    }
  }
  return out;
}

}  // namespace

void settle_defaults(Connection& connection, Schema& stated, const Schema& live) {
  const std::vector<Column*> columns = differing(stated, live);
  std::vector<WrittenDefault> written;
  written.reserve(columns.size());
  for (const Column* c : columns) written.push_back({c->fallback->value, c->type});
  const auto printed = elaborate(connection, written);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (printed[i]) columns[i]->fallback = normalize_default(*printed[i], columns[i]->type);
  }
}

}  // namespace plinth
