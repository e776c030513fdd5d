#pragma once
// What stands in the way of a change, and comes back after it.
#include "planner/plan/draft.h"

namespace plinth {

/// Foreign keys go before anything that they lean on.
void drop_foreign_key(Draft& draft, const Name& table, const std::string& name);

/// A foreign key that is the same on both sides is dropped and added again; one of a table that is dropped is dropped
/// now; one that differs is an issue of its own.
void suspend(Draft& draft, const Name& table, const ForeignKey& key);

/// The same for all foreign keys that `is_affected(table, key)` names. O(foreign keys).
template <class F>
void suspend_foreign_keys(Draft& draft, F is_affected) {
  for (const auto& n : draft.actual.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& fk : t.foreign_keys) {
        if (is_affected(Name{n.name, t.name}, fk)) suspend(draft, {n.name, t.name}, fk);
      }
    }
  }
}

/// What a change of a column does to those that read it.
struct Disturbance {
  bool compares = false;   // the new type does not compare with the old one
  bool values = false;     // a transform changes values first
  bool constants = false;  // the server gave the constants beside the column the old type: `d > '2020-01-01'::date`
};

/// A generated column that cannot become `expected` where it stands goes and comes again, with all that leans on it.
/// Its values are computed anew; those of an ordinary column that becomes a generated one are lost. O(foreign keys).
void replace_column(Draft& draft, const Name& table, const Column& expected);

/// A new generated column that reads columns whose types change: the server refuses to change them under it.
void add_after_types(Draft& draft, const Name& table, const Column& generated);

/// Before the type of a column changes: generated columns that read it are replaced; policies that read it go for a
/// while; so do foreign keys on both ends where the types do not compare or the values change, so that both ends can
/// follow; and checks and indexes with expressions where the types do not compare, or constants have the old one.
/// O(foreign keys).
void detach_dependents(Draft& draft, const Name& table, const std::string& column, Disturbance by);

}  // namespace plinth
