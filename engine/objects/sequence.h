#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/json/fields.h"
#include "engine/json/json.h"
#include "engine/objects/object_id.h"
#include "engine/sql/sql.h"

namespace plinth {

/// The options of a sequence, as far as they are not the defaults. Numbers are digits: they may be beyond what JSON
/// holds exactly. The bounds have their defaults by the type of the sequence.
struct SequenceOptions {
  std::optional<std::string> start = {}, increment = {}, minimum = {}, maximum = {}, cache = {};
  bool cycle = false;
  std::optional<std::string> type = {};  // absent: that of the column that owns it; of a sequence of its own, int8
  bool operator==(const SequenceOptions&) const = default;
  /// Refuses values that are not integers.
  void validate(const JsonPath& at) const;
  static constexpr auto fields =
      std::tuple{field("start", &SequenceOptions::start),     field("increment", &SequenceOptions::increment),
                 field("minimum", &SequenceOptions::minimum), field("maximum", &SequenceOptions::maximum),
                 field("cache", &SequenceOptions::cache),     field("cycle", &SequenceOptions::cycle),
                 field("type", &SequenceOptions::type)};
};

/// The column that a sequence is dropped with.
struct SequenceOwner {
  std::string schema, table, column;
  Name on() const { return {schema, table}; }
  bool operator==(const SequenceOwner&) const = default;
  static constexpr auto fields =
      std::tuple{field("schema", &SequenceOwner::schema), field("table", &SequenceOwner::table),
                 field("column", &SequenceOwner::column)};
};

/// A sequence of its own. The one behind an identity column, and the one that an autoincrement column owns and draws
/// from, are parts of the column.
struct Sequence {
  static constexpr std::string_view node = "sequence";
  static constexpr ObjectKind kind = ObjectKind::sequence;
  std::string name;
  SequenceOptions options = {};
  std::optional<SequenceOwner> owner = {};
  bool operator==(const Sequence&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Sequence::name), defaulted("options", &Sequence::options),
                                            field("ownedBy", &Sequence::owner)};
};

}  // namespace plinth
