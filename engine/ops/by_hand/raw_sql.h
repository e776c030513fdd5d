#pragma once
#include "engine/ops/by_hand/batch.h"
#include "engine/ops/questions.h"

namespace plinth {

/// An operation whose statements a person wrote, or that another tool stored. What it does to the schema is not known;
/// the database is asked after it ran.
struct RawSql {
  static constexpr std::string_view kind = "rawSql";
  std::string raw_id, raw_label;
  std::optional<std::string> raw_summary;
  OperationClass raw_class = OperationClass::destructive;
  std::optional<std::string> invariant_id;
  JsonText raw_target{R"({"id":"postgres"})"};
  std::vector<Step> precheck, execute, postcheck;
  std::optional<JsonText> raw_meta;
  static constexpr auto fields = std::tuple{field("id", &RawSql::raw_id),
                                            field("label", &RawSql::raw_label),
                                            field("summary", &RawSql::raw_summary),
                                            field("operationClass", &RawSql::raw_class),
                                            field("invariantId", &RawSql::invariant_id),
                                            defaulted("target", &RawSql::raw_target),
                                            field("precheck", &RawSql::precheck),
                                            field("execute", &RawSql::execute),
                                            field("postcheck", &RawSql::postcheck),
                                            field("meta", &RawSql::raw_meta)};

  OperationClass operation_class() const { return raw_class; }
  Phase phase() const { return Phase::transforms; }
  std::string id() const { return raw_id; }
  std::string label() const { return raw_label; }
  /// What its target says that it is about, where that has the form of a target.
  std::optional<Target> target() const;
  std::vector<std::string> path() const { return {raw_id}; }
  Steps steps() const { return {precheck, execute, postcheck}; }
  TransactionMode transaction() const;
  /// How it goes through its rows, where `meta` says `batch`, or `transaction: "longRunning"`.
  std::optional<Batch> batch() const;
  void apply(Schema&) const {}
  Impact impact(const Schema&, int) const { return {}; }

  std::optional<Loss> loss(const LossContext&) const;
  static constexpr Declined declined = no_meta | no_summary | no_announcement | no_links | no_taking | no_freeing |
                                       no_disturbing | no_lineage | no_turning | no_online | no_calls | no_type_change |
                                       no_recognition | no_mentions;
};

/// The statements of operations that go through their rows in batches are such that they can. O(operations).
/// Error: MIGRATION.NOT_BATCHABLE.
void require_batchable(const std::vector<RawSql>& operations);

}  // namespace plinth
