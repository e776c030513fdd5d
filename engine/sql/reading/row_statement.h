#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sql/sql.h"

namespace plinth {

/// An UPDATE or a DELETE of one table, taken apart as far as it needs to be to restrict it to some of the rows.
class RowStatement {
 public:
  /// Absent for any other statement: one with WITH, WHERE CURRENT OF, a name as U&"…", or a second statement behind it.
  /// O(text).
  static std::optional<RowStatement> read(std::string_view sql);
  /// The table, as the statement spells it.
  const std::string& table() const { return table_; }
  /// What the statement calls a row of the table: its alias, or the table.
  const std::string& row() const { return row_; }
  bool has_condition() const { return has_condition_; }
  /// The columns that it assigns.
  const std::vector<std::string>& assigns() const { return assigns_; }
  /// The statement for those of its rows alone for which the condition holds as well.
  std::string restricted(const Sql& condition) const;

 private:
  std::string sql_, table_, row_;
  std::vector<std::string> assigns_;
  // The condition of the statement, without WHERE; where it has none, both are where one would stand.
  std::size_t condition_ = 0, end_ = 0;
  bool has_condition_ = false;
};

}  // namespace plinth
