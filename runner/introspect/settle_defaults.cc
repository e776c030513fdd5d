#include "runner/introspect/settle_defaults.h"

#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "runner/postgres/elaborate.h"

namespace plinth {
namespace {

std::string default_text(const Column& c) {
  return c.fallback->kind == Default::Kind::expression ? c.fallback->value
                                                       : default_sql(*c.fallback, c.type, true).text();
}

// Columns that have another default on the live side.
struct Differing {
  Column* stated;
  const Column* live;
};
std::vector<Differing> differing(Schema& stated, const Schema& live) {
  std::vector<Differing> out;
  for (auto& n : stated.namespaces) {
    for (auto& t : n.tables) {
      const Table* other = live.find_table({n.name, t.name});
      if (other == nullptr) continue;
      for (auto& c : t.columns) {
        if (!c.fallback || is_autoincrement(c.fallback)) continue;
        const Column* found = find_named(other->columns, c.name);
        if (found != nullptr && found->fallback && !(found->fallback == c.fallback)) out.push_back({&c, found});
      }
    }
  }
  return out;
}

}  // namespace

void settle_defaults(Connection& connection, Schema& stated, const Schema& live) {
  const std::vector<Differing> columns = differing(stated, live);
  std::vector<WrittenDefault> written;
  written.reserve(columns.size());
  for (const auto& c : columns) written.push_back({default_text(*c.stated), c.stated->type});
  const auto printed = elaborate(connection, written);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& [mine, found] = columns[i];
    // What differs all the same keeps the spelling of its source.
    if (printed[i] && normalize_default(*printed[i], mine->type) == found->fallback) mine->fallback = found->fallback;
  }
}

}  // namespace plinth
