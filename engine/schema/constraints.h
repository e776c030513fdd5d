#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/json/fields.h"
#include "engine/objects/object_id.h"
#include "engine/sql/expression.h"
#include "engine/sql/sql.h"

namespace plinth {

// A constraint or an index whose name the contract leaves open carries the name that would be given to it, and
// `named = false`: `reconcile` then takes over the name it has in the database.

enum class Deferral { immediate, deferrable, initially_deferred };
inline constexpr Named<Deferral> deferrals[] = {{"immediate", Deferral::immediate},
                                                {"deferrable", Deferral::deferrable},
                                                {"initiallyDeferred", Deferral::initially_deferred}};
constexpr const auto& names(Deferral) { return deferrals; }

struct PrimaryKey {
  static constexpr std::string_view node = "primaryKey";
  static constexpr ObjectKind kind = ObjectKind::constraint;
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> include;
  std::optional<Deferral> deferral;
  bool named = true;
  bool operator==(const PrimaryKey&) const = default;
  static constexpr auto fields = std::tuple{
      field("name", &PrimaryKey::name), field("columns", &PrimaryKey::columns), field("include", &PrimaryKey::include),
      field("deferral", &PrimaryKey::deferral), uncompared("named", &PrimaryKey::named)};
};

struct Unique {
  static constexpr std::string_view node = "unique";
  static constexpr ObjectKind kind = ObjectKind::constraint;
  std::string name;
  std::vector<std::string> columns;
  std::vector<std::string> include;
  bool nulls_not_distinct = false;
  std::optional<Deferral> deferral;
  bool named = true;
  bool operator==(const Unique&) const = default;
  static constexpr auto fields =
      std::tuple{field("name", &Unique::name),         field("columns", &Unique::columns),
                 field("include", &Unique::include),   field("nullsNotDistinct", &Unique::nulls_not_distinct),
                 field("deferral", &Unique::deferral), uncompared("named", &Unique::named)};
};

enum class ReferentialAction { no_action, restrict, cascade, set_null, set_default };
inline constexpr Named<ReferentialAction> referential_actions[] = {{"noAction", ReferentialAction::no_action},
                                                                   {"restrict", ReferentialAction::restrict},
                                                                   {"cascade", ReferentialAction::cascade},
                                                                   {"setNull", ReferentialAction::set_null},
                                                                   {"setDefault", ReferentialAction::set_default}};
constexpr const auto& names(ReferentialAction) { return referential_actions; }

struct ForeignKey {
  static constexpr std::string_view node = "foreignKey";
  static constexpr ObjectKind kind = ObjectKind::constraint;
  std::string name;
  std::vector<std::string> columns;
  std::string referenced_schema, referenced_table;
  std::vector<std::string> referenced_columns;
  ReferentialAction on_delete = ReferentialAction::no_action;
  ReferentialAction on_update = ReferentialAction::no_action;
  bool match_full = false;
  std::optional<Deferral> deferral;
  bool not_valid = false;
  bool named = true;
  Name references() const { return {referenced_schema, referenced_table}; }
  bool operator==(const ForeignKey&) const = default;
  static constexpr auto fields = std::tuple{field("name", &ForeignKey::name),
                                            field("columns", &ForeignKey::columns),
                                            field("referencedSchema", &ForeignKey::referenced_schema),
                                            field("referencedTable", &ForeignKey::referenced_table),
                                            field("referencedColumns", &ForeignKey::referenced_columns),
                                            defaulted("onDelete", &ForeignKey::on_delete),
                                            defaulted("onUpdate", &ForeignKey::on_update),
                                            field("matchFull", &ForeignKey::match_full),
                                            field("deferral", &ForeignKey::deferral),
                                            field("notValid", &ForeignKey::not_valid),
                                            uncompared("named", &ForeignKey::named)};
};

/// `column IN (values)`: what an enum of the contract asks of a column. The order of the values means nothing.
struct Membership {
  std::string column;
  std::vector<std::string> values;  // SQL literals in the column's own type are made of them when rendered
  bool operator==(const Membership& o) const {
    return column == o.column && values.size() == o.values.size() &&
           std::is_permutation(values.begin(), values.end(), o.values.begin());
  }
  static constexpr auto fields = std::tuple{field("column", &Membership::column), field("values", &Membership::values)};
};

struct Check {
  static constexpr std::string_view node = "check";
  static constexpr ObjectKind kind = ObjectKind::constraint;
  std::string name;
  Expression expression;  // without the outer parentheses; empty when `membership` says it
  std::optional<Membership> membership;
  bool no_inherit = false;
  bool not_valid = false;
  bool implied = false;  // asked for by the kind of a column alone; a database may lack it
  bool operator==(const Check&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Check::name),
                                            defaulted("expression", &Check::expression),
                                            field("membership", &Check::membership),
                                            field("noInherit", &Check::no_inherit),
                                            field("notValid", &Check::not_valid),
                                            uncompared("implied", &Check::implied)};
};

/// One key of an index: a column, or an expression.
struct IndexKey {
  std::string column;     // empty for an expression
  Expression expression;  // as the server prints it; empty for a column
  std::optional<std::string> collation;
  std::optional<std::string> opclass;  // absent when it is the type's default
  bool descending = false;
  std::optional<bool> nulls_first;  // absent when it is the direction's default
  bool verbatim = false;            // `expression` is SQL as somebody wrote it, perhaps of several keys
  bool operator==(const IndexKey&) const = default;
  static IndexKey of(std::string column) { return {std::move(column), {}, {}, {}, false, {}, false}; }
  static constexpr auto fields =
      std::tuple{defaulted("column", &IndexKey::column),     defaulted("expression", &IndexKey::expression),
                 field("collation", &IndexKey::collation),   field("opclass", &IndexKey::opclass),
                 field("descending", &IndexKey::descending), field("nullsFirst", &IndexKey::nulls_first),
                 field("verbatim", &IndexKey::verbatim)};
};

struct Index {
  static constexpr std::string_view node = "index";
  static constexpr ObjectKind kind = ObjectKind::index;
  std::string name;
  std::vector<IndexKey> keys;
  std::vector<std::string> include;
  bool unique = false;
  bool nulls_not_distinct = false;
  std::string method = "btree";
  std::optional<Expression> predicate;
  std::vector<std::string> options;  // `fillfactor=70`
  bool invalid = false;
  bool named = true;
  bool operator==(const Index&) const = default;
  static constexpr auto fields = std::tuple{field("name", &Index::name),
                                            field("keys", &Index::keys),
                                            field("include", &Index::include),
                                            field("unique", &Index::unique),
                                            field("nullsNotDistinct", &Index::nulls_not_distinct),
                                            defaulted("method", &Index::method),
                                            field("predicate", &Index::predicate),
                                            field("options", &Index::options),
                                            field("invalid", &Index::invalid),
                                            uncompared("named", &Index::named)};
};

}  // namespace plinth
