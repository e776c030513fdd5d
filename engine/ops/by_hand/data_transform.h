#pragma once
#include "engine/json/type_spelling.h"
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

/// Rows change, the schema does not. `run` is the user's; while it is absent the transform is an open slot, and the
/// package that holds it cannot be applied.
struct DataTransform {
  static constexpr std::string_view kind = "dataTransform";
  std::string name;
  std::optional<std::string> invariant_id;
  std::string source = "migration.ts";
  std::optional<TransformCheck> check;
  std::optional<std::vector<TransformQuery>> run;
  bool own_transaction = false;  // committed before what follows, and after what went before
  static constexpr auto fields =
      std::tuple{field("name", &DataTransform::name),         field("invariantId", &DataTransform::invariant_id),
                 defaulted("source", &DataTransform::source), field("check", &DataTransform::check),
                 field("run", &DataTransform::run),           field("ownTransaction", &DataTransform::own_transaction)};

  OperationClass operation_class() const { return OperationClass::data; }
  Phase phase() const { return Phase::transforms; }
  std::string id() const { return "data_migration." + name; }
  std::string label() const { return "Data transform: " + name; }
  std::optional<Target> target() const { return std::nullopt; }
  std::vector<std::string> path() const { return {name}; }
  /// The slots that a person still has to fill: `<name>:check`, `<name>:run`.
  std::vector<std::string> open_slots() const;
  Steps steps() const;
  TransactionMode transaction() const { return own_transaction ? TransactionMode::own : TransactionMode::shared; }
  void apply(Schema&) const {}
  Impact impact(const Schema&, int) const { return {}; }

  std::optional<Loss> loss(const LossContext&) const;
  void online(std::vector<Operation>& out, bool) const;
  std::vector<js::Doc> calls(CallContext& context) const;
  static std::vector<Operation> recognised(const Claim& claim);
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_links | no_taking | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_type_change;
};

/// A transform with a derived check: rows of `table` that satisfy `violation` are the work. An empty condition leaves
/// the check at "always".
DataTransform transform(std::string name, const Name& table, const Sql& violation);

/// The name of a transform: what it does, to which object, and to which parts of it. The schema is said unless it is
/// `public`.
std::string transform_name(std::string_view what, const Name& object, const std::vector<std::string>& parts = {});

/// The check of a transform that fills a column: the rows of the table that hold NULL in it.
TransformCheck nulls_check(const Name& table, const std::string& column);

}  // namespace plinth
