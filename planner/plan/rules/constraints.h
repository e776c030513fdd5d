#pragma once
#include "planner/plan/draft.h"

namespace plinth {

/// The columns and expressions in which rows have to be distinct. Rows for which the predicate does not hold are free;
/// so are rows with a NULL among the values, unless NULLs count.
struct UniqueRows {
  std::string name;  // of the constraint or the index
  std::vector<std::string> columns, expressions;
  std::string predicate;
  bool nulls_count = false;
};
UniqueRows unique_rows(const Index& index);
/// Whether a query can look for rows with the same keys: those that somebody wrote as SQL may hold operator classes and
/// orders, which stand in no query.
bool can_be_counted(const Index& index);
UniqueRows unique_rows(const Unique& unique);
UniqueRows unique_rows(const PrimaryKey& key);

// A table that exists may hold rows that a new constraint refuses: a transform changes them first. There is none where
// the rows cannot violate the constraint: it follows from another one, or its column is new and holds nothing, or what
// a backfill writes.

/// Duplicates before a primary key, a unique constraint or a unique index. O(constraints of the table).
void guard_unique(Draft& draft, const Name& table, const UniqueRows& wanted);
/// Rows without a match before a foreign key. O(constraints of the table).
void guard_reference(Draft& draft, const Name& table, const ForeignKey& key);
/// Rows that do not satisfy a check. O(columns of the table).
void guard_check(Draft& draft, const Name& table, const Check& check);

}  // namespace plinth
