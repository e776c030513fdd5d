#include "engine/ops/parts.h"

#include "engine/names.h"
#include "engine/ops/renaming.h"
#include "engine/sql/type_name.h"

namespace plinth {

void not_applicable(const std::string& problem) { throw Error(Code::migration_not_applicable, problem); }

Namespace& require_namespace(Schema& schema, std::string_view name) {
  Namespace* n = schema.find_namespace(name);
  if (n == nullptr) not_applicable("schema " + q(name) + " does not exist");
  return *n;
}

Table& require_table(Schema& schema, const Name& table) {
  Table* t = schema.find_table(table);
  if (t == nullptr) not_applicable("table " + q(table.schema) + "." + q(table.name) + " does not exist");
  return *t;
}

Column& require_column(Schema& schema, const Name& table, std::string_view column) {
  return require_node(require_table(schema, table).columns, column, table);
}

Enum& require_enum(Schema& schema, const Name& type) {
  Enum* e = schema.find_enum(type);
  if (e == nullptr) not_applicable("enum " + q(type.schema) + "." + q(type.name) + " does not exist");
  return *e;
}

namespace {

// A table is needed with every column of it.
bool is_part(const ObjectId& need, const ObjectId& of) {
  if (need == of) return true;
  return of.kind == ObjectKind::table && need.kind == ObjectKind::column &&
         std::equal(of.path.begin(), of.path.end(), need.path.begin());
}

}  // namespace

void refuse_needed(const Schema& schema, const ObjectId& object) {
  for (const auto& n : schema.namespaces) {
    for (const auto& v : n.views) {
      if (v.detached) continue;
      const bool needed = std::any_of(v.needs.begin(), v.needs.end(), [&](const ObjectId& need) {
        return need.path[1] == object.path[1] && is_part(need, object);  // the names differ most
      });
      if (needed) not_applicable("view " + q(n.name) + "." + q(v.name) + " needs " + dotted(object.path));
    }
  }
}

void refuse_referenced(const Schema& schema, const Name& table) {
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      const bool itself = t.name == table.name && n.name == table.schema;
      for (const auto& fk : t.foreign_keys) {
        if (itself || fk.references() != table) continue;
        not_applicable("foreign key " + q(fk.name) + " of " + q(n.name) + "." + q(t.name) + " references it");
      }
    }
  }
}

void refuse_used(const Schema& schema, const Name& type) {
  const std::string text = user_type_text(type);
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& c : t.columns) {
        if (c.type.starts_with(text) && element_type(c.type) == text) {
          not_applicable("column " + q(n.name) + "." + q(t.name) + "." + q(c.name) + " has the type");
        }
      }
    }
  }
}

std::string refusal_of_duplicates(bool nulls_not_distinct, int server_version) {
  constexpr int first_with_nulls_not_distinct = 15;
  return nulls_not_distinct && server_version < first_with_nulls_not_distinct ? "NULLS NOT DISTINCT needs Postgres 15"
                                                                              : "fails on duplicates";
}

void unresolved(const std::string& problem) { throw Error(Code::migration_unresolved_descriptor, problem); }

const Table& destination_table(const Schema& destination, const Name& table) {
  const Table* t = destination.find_table(table);
  if (t == nullptr) unresolved("table " + q(table.schema) + "." + q(table.name) + " is not in the destination");
  return *t;
}

}  // namespace plinth
