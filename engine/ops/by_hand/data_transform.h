#pragma once
#include "engine/json/type_spelling.h"
#include "engine/ops/by_hand/batch.h"
#include "engine/ops/questions.h"

namespace plinth {

/// A statement of a transform with its bound parameters.
struct TransformQuery {
  std::string sql;
  std::vector<JsonText> params;
  bool operator==(const TransformQuery&) const = default;
  static constexpr auto fields =
      std::tuple{field("sql", &TransformQuery::sql), field("params", &TransformQuery::params)};
};

/// Whether a transform has work to do: a query whose rows are the work left, `false` for always, `true` for never.
struct TransformCheck {
  std::optional<TransformQuery> query;
  bool satisfied = false;
  bool operator==(const TransformCheck&) const = default;
};
template <>
struct Shape<TransformCheck> {
  static void read(TransformCheck& out, const Json& j, const JsonPath& at) {
    if (json::type(j) == json::Type::boolean) {
      out.satisfied = json::read_bool(j, at);
    } else {
      decode(out.query.emplace(), j, at);
    }
  }
  static void write(Json& out, const TransformCheck& v) {
    if (v.query) {
      encode(out, *v.query);
    } else {
      json::set(out, v.satisfied);
    }
  }
  static std::string ts() { return typescript<TransformQuery>() + " | boolean"; }
  static std::string schema() { return R"({"anyOf":[)" + json_schema<TransformQuery>() + R"(,{"type":"boolean"}]})"; }
  static std::vector<const TypeDescription& (*)()> mentions() { return {&describe<TransformQuery>}; }
};

/// What a transform is for, and the first word of its name.
enum class Purpose {
  by_hand,
  backfill,
  handle_nulls,
  type_change,
  deduplicate,
  resolve_orphans,
  resolve_violations,
  migrate_values
};
inline constexpr Named<Purpose> purpose_names[] = {{"", Purpose::by_hand},
                                                   {"backfill", Purpose::backfill},
                                                   {"handle-nulls", Purpose::handle_nulls},
                                                   {"typechange", Purpose::type_change},
                                                   {"deduplicate", Purpose::deduplicate},
                                                   {"resolve-orphans", Purpose::resolve_orphans},
                                                   {"resolve-violations", Purpose::resolve_violations},
                                                   {"migrate", Purpose::migrate_values}};
constexpr const auto& names(Purpose) { return purpose_names; }

/// What a transform makes rows fit for: its purpose, the table or type, and the columns or other parts of it. A package
/// does not say it; `state_aims` finds out what operations need.
struct TransformAim {
  Purpose purpose = Purpose::by_hand;
  Name object = {};
  std::vector<std::string> parts = {};
  /// What a plan names such a transform. The schema is said unless it is `public`.
  std::string name() const;
  /// Whether it gives a value to the rows that hold NULL in the column.
  bool fills(const Name& table, const std::string& column) const;
  /// Whether it makes the values of the column fit for another type.
  bool prepares_type_change(const Name& table, const std::string& column) const;
};

/// Rows change, the schema does not. `run` is the user's; while it is absent the transform is an open slot, and the
/// package that holds it cannot be applied.
struct DataTransform {
  static constexpr std::string_view kind = "dataTransform";
  std::string name;
  std::optional<std::string> invariant_id;
  std::string source = "migration.ts";
  std::optional<TransformCheck> check;
  std::optional<std::vector<TransformQuery>> run;
  bool own_transaction = false;     // in a transaction of its own, between the operations before and after it
  std::optional<Batch> batch = {};  // in many transactions of its own
  TransformAim aim = {};            // not stored
  static constexpr auto fields =
      std::tuple{field("name", &DataTransform::name),         field("invariantId", &DataTransform::invariant_id),
                 defaulted("source", &DataTransform::source), field("check", &DataTransform::check),
                 field("run", &DataTransform::run),           field("ownTransaction", &DataTransform::own_transaction),
                 field("batch", &DataTransform::batch)};

  OperationClass operation_class() const { return OperationClass::data; }
  Phase phase() const { return Phase::transforms; }
  std::string id() const { return "data_migration." + name; }
  std::string label() const { return "Data transform: " + name; }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {name}; }
  /// The slots that a person still has to fill: `<name>:check`, `<name>:run`.
  std::vector<std::string> open_slots() const;
  Steps steps() const;
  TransactionMode transaction() const {
    if (batch) return TransactionMode::long_running;
    return own_transaction ? TransactionMode::requires_tx : TransactionMode::in_tx;
  }
  std::optional<JsonText> meta() const;
  void apply(Schema&) const {}
  Impact impact(const Schema&, int) const { return {}; }

  std::optional<Loss> loss(const LossContext&) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_summary | no_announcement | no_links | no_taking | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_type_change | no_mentions;
};

/// A transform with a derived check: rows of `table` that satisfy `violation` are the work. An empty condition leaves
/// the check at "always".
DataTransform transform(TransformAim aim, const Name& table, const Sql& violation);

/// Gives the column its default in rows that hold NULL in it.
Sql fill_with_default(const Sql& table, const std::string& column);

/// The check of a transform that fills a column: the rows of the table that hold NULL in it.
TransformCheck nulls_check(const Name& table, const std::string& column);

/// States the aims of transforms that were read: the one place that knows them by their names (who prepares a change
/// of type) and by their checks (who fills what is tightened). O(operations log operations).
void state_aims(std::vector<Operation>& operations);

}  // namespace plinth
