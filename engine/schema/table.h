#pragma once
#include "engine/objects/control.h"
#include "engine/objects/object_id.h"
#include "engine/objects/policy.h"
#include "engine/schema/column.h"
#include "engine/schema/constraints.h"

namespace plinth {

/// A table. Columns keep their order; everything else is sorted by name. `control` is not a property of the table and
/// is never compared.
struct Table {
  static constexpr std::string_view node = "table";
  static constexpr ObjectKind kind = ObjectKind::table;
  std::string name;
  std::vector<Column> columns;
  std::optional<PrimaryKey> primary_key;
  std::vector<Unique> uniques;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::vector<Index> indexes;
  std::vector<Policy> policies;
  bool row_security = false;
  bool force_row_security = false;
  Control control = Control::managed;
  bool operator==(const Table&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Table::name),
                                            field("rowSecurity", &Table::row_security),
                                            field("forceRowSecurity", &Table::force_row_security),
                                            children("columns", &Table::columns),
                                            children("primaryKey", &Table::primary_key),
                                            children("uniques", &Table::uniques),
                                            children("checks", &Table::checks),
                                            children("foreignKeys", &Table::foreign_keys),
                                            children("indexes", &Table::indexes),
                                            children("policies", &Table::policies)};
};

}  // namespace plinth
