#include "runner/jobs/database/update_database.h"

#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"

namespace plinth {
namespace {

struct ConsentedOperation {
  std::string id, label;
  static constexpr auto fields =
      std::tuple{field("id", &ConsentedOperation::id), field("label", &ConsentedOperation::label)};
};

// Rows would have to change, and only a person can say how. A check that stays before a change of type changes none.
void refuse_transforms(const Plan& plan) {
  std::vector<std::string> names;
  for (const auto& op : plan.operations) {
    const auto* transform = get_if<DataTransform>(&op);
    const bool changes_rows = transform != nullptr && (!transform->run || !transform->run->empty());
    if (changes_rows) names.push_back(transform->name);
  }
  if (names.empty()) return;
  throw Error(Code::migration_policy_violation,
              q(names.front()) + " has rows to change, which updateDatabase does not do",
              "Only a person can say what becomes of these rows; meta.transforms names all of them.")
      .fix("Plan a migration from this database (planWithDescriptors with write), fill its slots, and apply it.")
      .with("transforms", names);
}

// In a dry run everything is shown.
void require_consent(const Plan& plan) {
  std::vector<ConsentedOperation> found;
  for (const auto& op : plan.operations) {
    if (operation_class(op) == OperationClass::destructive) found.push_back({id(op), label(op)});
  }
  if (found.empty()) return;
  throw Error(Code::migration_destructive_changes, std::to_string(found.size()) +
                                                       " of the operations are destructive: " + found.front().label +
                                                       (found.size() > 1 ? " (and more)" : ""))
      .with_json("destructiveOperations", to_json(found));
}

template <class Request>
ApplyRequest apply_request(const Request& p) {
  ApplyRequest out;
  out.url = p.url;
  out.contract = p.contract;
  out.dry_run = p.dry_run;
  out.lock_timeout_ms = p.lock_timeout_ms;
  out.statement_timeout_ms = p.statement_timeout_ms;
  out.migration_lock_timeout_ms = p.migration_lock_timeout_ms;
  return out;
}

}  // namespace

ApplyResult init_database(JobContext& context, const InitDatabaseRequest& p) {
  ApplyRequest request = apply_request(p);
  request.allow = {OperationClass::additive};
  try {
    return apply_migration(context, request);
  } catch (Error& e) {
    if (e.code() == Code::migration_policy_violation) {
      e.fix("initDatabase creates, and changes nothing that is there: call updateDatabase, or plan a migration.");
    }
    throw;
  }
}

ApplyResult update_database(JobContext& context, const UpdateDatabaseRequest& p) {
  ApplyRequest request = apply_request(p);
  request.allow = {OperationClass::additive, OperationClass::widening, OperationClass::destructive,
                   OperationClass::data};
  request.extras = p.extras;
  request.dependents = p.dependents;
  request.hints = p.hints;
  request.mappings = p.mappings;
  request.consent = [&p](const Plan& plan) {
    refuse_transforms(plan);
    if (!p.accept_destructive && !p.dry_run) require_consent(plan);
  };
  return apply_migration(context, request);
}

}  // namespace plinth
