#pragma once
// What only a person can know of a change: that two names are one thing, and where values go.
#include <string>
#include <variant>
#include <vector>

#include "engine/json/json.h"

namespace plinth {

/// A table keeps its rows under another name.
struct RenameTableHint {
  static constexpr std::string_view kind = "renameTable";
  std::string schema = "public", from, to;
  bool operator==(const RenameTableHint&) const = default;
  static constexpr auto fields = std::tuple{defaulted("schema", &RenameTableHint::schema),
                                            field("from", &RenameTableHint::from), field("to", &RenameTableHint::to)};
};

/// A column keeps its values under another name. `table` is the table's name afterwards.
struct RenameColumnHint {
  static constexpr std::string_view kind = "renameColumn";
  std::string schema = "public", table, from, to;
  bool operator==(const RenameColumnHint&) const = default;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameColumnHint::schema), field("table", &RenameColumnHint::table),
                 field("from", &RenameColumnHint::from), field("to", &RenameColumnHint::to)};
};

/// A native enum type keeps its columns under another name.
struct RenameEnumHint {
  static constexpr std::string_view kind = "renameEnum";
  std::string schema = "public", from, to;
  bool operator==(const RenameEnumHint&) const = default;
  static constexpr auto fields = std::tuple{defaulted("schema", &RenameEnumHint::schema),
                                            field("from", &RenameEnumHint::from), field("to", &RenameEnumHint::to)};
};

/// A value of a native enum keeps its rows under another name. `type` is the type's name afterwards.
struct RenameEnumValueHint {
  static constexpr std::string_view kind = "renameEnumValue";
  std::string schema = "public", type, from, to;
  bool operator==(const RenameEnumValueHint&) const = default;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &RenameEnumValueHint::schema), field("type", &RenameEnumValueHint::type),
                 field("from", &RenameEnumValueHint::from), field("to", &RenameEnumValueHint::to)};
};

/// Columns of one table. A table that is renamed is called by its name afterwards.
struct Place {
  std::string schema = "public", table;
  std::vector<std::string> columns;
  bool operator==(const Place&) const = default;
  static constexpr auto fields =
      std::tuple{defaulted("schema", &Place::schema), field("table", &Place::table), field("columns", &Place::columns)};
};

/// Values go from some columns to others, in the same table or in other ones, by a statement that a person writes.
/// Columns of two places belong together by position where the places have equally many, otherwise by their names.
struct MoveHint {
  static constexpr std::string_view kind = "move";
  std::optional<std::string> name;  // of the transform; absent: made of the tables' names
  std::vector<Place> from, to;
  bool operator==(const MoveHint&) const = default;
  static constexpr auto fields =
      std::tuple{field("name", &MoveHint::name), field("from", &MoveHint::from), field("to", &MoveHint::to)};
};

using Hint = std::variant<RenameTableHint, RenameColumnHint, RenameEnumHint, RenameEnumValueHint, MoveHint>;

}  // namespace plinth
