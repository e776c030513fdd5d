#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/json/fields.h"
#include "engine/objects/object_id.h"
#include "engine/objects/sequence.h"
#include "engine/sql/expression.h"
#include "engine/sql/sql.h"

namespace plinth {

/// A column default. A literal keeps its value as canonical JSON text (`"USER"`, `0`, `{"a":1}`); an expression keeps
/// its SQL text as it was written. `autoincrement()` stands for the next value of a
/// sequence that the column owns.
struct Default {
  enum class Kind { literal, expression };
  Kind kind = Kind::literal;
  std::string value;
  /// Whether both mean the same: expressions may be spelt in several ways (`CURRENT_TIMESTAMP`, `now()`).
  bool operator==(const Default& o) const;
  static constexpr auto fields = std::tuple{field("kind", &Default::kind), field("value", &Default::value)};
  /// Refuses a literal that is not JSON.
  void validate(const JsonPath& at) const;
};
inline constexpr Named<Default::Kind> default_kinds[] = {{"literal", Default::Kind::literal},
                                                         {"expression", Default::Kind::expression}};
constexpr const auto& names(Default::Kind) { return default_kinds; }

inline constexpr std::string_view autoincrement = "autoincrement()";
inline bool is_autoincrement(const std::optional<Default>& d) {
  return d && d->kind == Default::Kind::expression && d->value == autoincrement;
}

enum class Identity { always, by_default };
inline constexpr Named<Identity> identities[] = {{"always", Identity::always}, {"byDefault", Identity::by_default}};
constexpr const auto& names(Identity) { return identities; }

/// A value that is known of a database and that a schema does not state: it is never written nor compared.
template <class T>
struct Unstated {
  Boxed<T> value;
  bool operator==(const Unstated&) const { return true; }
};

/// A column. `type` is spelt as `normalize_type` spells it: `int4`, `character varying(50)`, `timestamptz(3)`,
/// `numeric(10,2)`, `text[]`, `public.mood`.
struct Column {
  static constexpr std::string_view node = "column";
  static constexpr ObjectKind kind = ObjectKind::column;
  std::string name;
  std::string type;
  bool nullable = false;
  std::optional<Default> fallback;
  std::optional<Identity> identity;
  Boxed<Expression> generated;   // the expression of GENERATED ALWAYS AS (…) STORED
  Boxed<std::string> collation;  // qualified, as the server prints it; absent when it is the type's own
  Boxed<SequenceOptions> identity_options = {};
  Boxed<SequenceOptions> sequence_options = {};  // of the sequence that an autoincrement column owns
  Unstated<Name> sequence = {};                  // the name of that sequence, where it is known
  bool operator==(const Column&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Column::name),
                                            field("type", &Column::type),
                                            field("nullable", &Column::nullable),
                                            field("default", &Column::fallback),
                                            field("identity", &Column::identity),
                                            field("generated", &Column::generated),
                                            field("collation", &Column::collation),
                                            field("identityOptions", &Column::identity_options),
                                            field("sequenceOptions", &Column::sequence_options)};
};

/// Whether rows can do without a value for the column: the server has one, or NULL.
inline bool fills_itself(const Column& c) { return c.nullable || c.fallback || c.generated || c.identity; }

}  // namespace plinth
