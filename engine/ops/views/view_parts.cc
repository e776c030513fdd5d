#include "engine/ops/views/view_parts.h"

#include "engine/json/canonical.h"

namespace plinth {

Sql create_view_sql(const Name& name, const View& view, bool replaces) {
  std::vector<Sql> options;
  for (const auto& o : view.options) options.push_back(Sql::trusted(o));
  return {"CREATE {}VIEW {}{} AS\n{}", replaces ? Sql("OR REPLACE ") : Sql(""), name,
          options.empty() ? Sql("") : Sql(" WITH ({})", Sql::list(options)), Sql::trusted(view.query.text)};
}

std::vector<ObjectId> needed_objects(const View& view) {
  std::vector<ObjectId> out;
  for (const auto& need : view.needs) {
    if (need.kind == ObjectKind::column) out.push_back(table_object({need.path[0], need.path[1]}));
    out.push_back(need.kind == ObjectKind::type ? type_object(Name{need.path[0], need.path[1]}) : need);
  }
  return out;
}

void require_needed(const Schema& schema, const View& view) {
  for (const auto& need : view.needs) {
    if (need.kind != ObjectKind::view) continue;  // tables may be somebody else's
    const View* below = schema.find_view({need.path[0], need.path[1]});
    if (below != nullptr && below->detached) {
      not_applicable("view " + q(view.name) + " needs view " + q(below->name) + ", which is detached");
    }
  }
}

Impact reading(const View& view) {
  Impact out;
  std::set<Name> seen;
  for (const auto& need : view.needs) {
    const bool is_relation = need.kind == ObjectKind::column || need.kind == ObjectKind::table;
    if (!is_relation || !seen.insert({need.path[0], need.path[1]}).second) continue;
    out.locks.push_back({{need.path[0], need.path[1]}, LockLevel::access_share});
  }
  return out;
}

std::string restoring_setting(const Name& view) {
  constexpr std::size_t digits = 16;
  return "plinth.view_" + sha256_hex(view.schema + '\0' + view.name).substr(0, digits);
}

}  // namespace plinth
