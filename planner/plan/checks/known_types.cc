#include "planner/plan/checks/known_types.h"

#include "engine/names.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/tables/create_table.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

struct Typed {
  std::vector<std::string> path;
  std::string type;
};

std::vector<Typed> new_columns(const std::vector<Planned>& operations) {
  std::vector<Typed> out;
  for (const auto& p : operations) {
    if (const auto* create = get_if<CreateTable>(&p.operation)) {
      for (const auto& c : create->definition.columns) {
        out.push_back({{create->schema, create->definition.name, c.name}, c.type});
      }
    } else if (const auto* add = get_if<AddColumn>(&p.operation)) {
      out.push_back({path(p.operation), add->definition.type});
    } else if (const auto* alter = get_if<AlterColumnType>(&p.operation); alter != nullptr && !alter->temporary) {
      out.push_back({path(p.operation), alter->type});
    }
  }
  return out;
}

bool is_used(const Schema& schema, const std::string& base) {
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      const bool found = std::any_of(t.columns.begin(), t.columns.end(),
                                     [&](const Column& c) { return parse_type(c.type).base == base; });
      if (found) return true;
    }
  }
  return false;
}

// Whether an extension brings the type. One of which no types are known may bring the one that has its name.
bool brings(const Schema& schema, const std::string& base) {
  return std::any_of(schema.extensions.begin(), schema.extensions.end(),
                     [&](const Extension& e) { return e.types.empty() ? e.name == base : holds(e.types, base); });
}

bool is_known(const Draft& d, const std::string& base) {
  if (is_builtin_type(base) || holds(d.options.known_types, base)) return true;
  if (brings(d.expected, base) || brings(d.actual, base)) return true;
  if (d.options.unmanaged != nullptr && brings(*d.options.unmanaged, base)) return true;
  const auto own = user_type(base);
  if (own && d.expected.find_enum({own->schema, own->name}) != nullptr) return true;
  return is_used(d.actual, base);
}

}  // namespace

void check_types(Draft& d) {
  std::set<std::string> seen;
  for (const auto& column : new_columns(d.operations)) {
    const std::string base = parse_type(column.type).base;
    if (!seen.insert(base).second || is_known(d, base)) continue;
    const std::string codec = d.options.codec_of ? d.options.codec_of(column.path) : "";
    const std::string by = codec.empty() ? "" : " (codec " + q(codec) + ")";
    d.conflicts.push_back(
        {ConflictKind::unsupported_operation,
         "Column " + q(column.path[1]) + "." + q(column.path[2]) + " has the unknown type " + q(base) + by,
         "It is no type of Postgres, no enum of the contract, and no type of an extension that the contract names or "
         "the "
         "database has.",
         "Name the extension in the contract, correct the type, or create the type before.", column.path});
  }
}

}  // namespace plinth
