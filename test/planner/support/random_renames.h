#pragma once
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/rename_type.h"
#include "planner/plan/pipeline.h"
#include "test/planner/support/random_schema.h"

namespace plinth::test {

/// Up to four renames of tables, columns and types of a schema, each to a free name or, now and then, to the name that
/// another one just left; applied to it.
inline std::vector<Operation> random_renames(Schema& s, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Operation> out;
  const auto free_name = [&](std::size_t i) { return "r" + std::to_string((random() + i) % 6); };
  for (std::size_t i = 0; i < 4; ++i) {
    auto& n = s.namespaces[0];
    if (n.tables.empty()) break;
    const Table& t = n.tables[random() % n.tables.size()];
    const std::string name = free_name(i);
    Operation op = RenameTable{"public", t.name, name};
    if (random() % 2 == 0) op = RenameColumn{"public", t.name, t.columns[random() % t.columns.size()].name, name};
    if (!n.enums.empty() && random() % 5 == 0) op = RenameType{"public", n.enums.front().name, "e" + name};
    Schema after = s;
    try {
      plinth::apply(op, after);
    } catch (const Error&) {
      continue;  // the name is taken
    }
    s = std::move(after);
    out.push_back(std::move(op));
  }
  return out;
}

}  // namespace plinth::test
