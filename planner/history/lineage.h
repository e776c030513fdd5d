#pragma once
// Which of the things of a schema live on, and under which names, while operations run.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/ops/questions.h"

namespace plinth {

/// Follows tables, columns, enum types and their values from an origin through operations. What was dropped and made
/// anew under the same name is another thing. Two lineages are equal when the rows of the origin fare alike in both:
/// values that are written anew by a change of type (int4 to numeric(12,2) to text) have another text than those that
/// change at once.
class Lineage {
 public:
  /// At first each object of the origin is mapped to itself. O(schema).
  explicit Lineage(const Schema& origin);

  /// Takes note of an operation. O(log schema), and the columns of a table that it renames.
  void follow(const Operation& op);

  /// Where a thing of the origin, now at `path`, came from; nothing for what was made on the way, or is not there.
  std::optional<ObjectPath> origin(const ObjectPath& path) const;
  /// What of the origin is still there, by where it came from. O(schema).
  std::set<ObjectPath> survivors() const;
  /// What of the origin has another name now: where it stood to where it stands. O(schema).
  std::map<ObjectPath, ObjectPath> renamed() const;

  bool operator==(const Lineage&) const = default;

 private:
  struct Line {
    std::optional<ObjectPath> origin;
    std::optional<std::string> fill = {};  // of a column that was added to rows of the origin: what they hold in it
    std::vector<std::string> types = {};   // that wrote the values of a column; at last the present one
    bool operator==(const Line&) const = default;
  };
  void move(const ObjectPath& from, const ObjectPath& to);
  void add_column(const ObjectPath& path, const Column& column);
  void change_type(const ObjectPath& path, const std::string& type);

  std::map<ObjectPath, Line> lines_;
};

/// Whether a change of type may change a value for good: not every value has a value of its own in the new type.
/// `before` is the schema that it is applied to. O(log schema + values of an enum).
bool may_lose(const AlterColumnType& op, const Schema& before);

/// The renames among operations, in order, of what lives from their beginning to their end; what is not there at both
/// ends needs no other name. O(schema + operations log schema).
std::vector<Operation> lasting_renames(const Schema& origin, const std::vector<Operation>& operations);
/// The same turned around: from the end to the beginning.
std::vector<Operation> reversed_renames(const Schema& origin, const std::vector<Operation>& operations);

/// Puts renames in front of what they lead to: applies them to `state`. What stands where a rename leads is moved aside
/// under a temporary name first. The renames, those included. Throws MIGRATION.NOT_APPLICABLE where that does not help.
/// O(renames · schema), as a rename reaches all that speaks of what it renames.
std::vector<Operation> apply_renames(const std::vector<Operation>& renames, Schema& state);

}  // namespace plinth
