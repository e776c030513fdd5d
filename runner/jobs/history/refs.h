#pragma once
// Names for contracts of the history: `production`, `db`. Databases that are brought to a ref must have its invariants.
#include "engine/json/place.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"

namespace plinth {

struct RefOutcome {
  std::string space, name, hash;
  std::vector<std::string> invariants;
  static constexpr auto fields =
      std::tuple{field("space", &RefOutcome::space), field("name", &RefOutcome::name), field("hash", &RefOutcome::hash),
                 field("invariants", &RefOutcome::invariants)};
};

struct SetRefRequest {
  FilePath migrations;
  std::string name, to;                                // a ref, a package, a hash, a file
  std::optional<std::vector<std::string>> invariants;  // absent: those that the ref has
  std::optional<std::string> space;                    // the application's unless another one is named
  static constexpr auto fields =
      std::tuple{field("migrations", &SetRefRequest::migrations), field("name", &SetRefRequest::name),
                 field("to", &SetRefRequest::to), field("invariants", &SetRefRequest::invariants),
                 field("space", &SetRefRequest::space)};
};
/// Makes a ref name another contract; one that is new is made. Its copy of the contract is written before it.
/// Errors: MIGRATION.INVALID_REF_NAME, MIGRATION.UNKNOWN_REF, MIGRATION.UNKNOWN_INVARIANT,
/// MIGRATION.SNAPSHOT_MISSING, FILE.WRITE_FAILED.
RefOutcome set_ref(JobContext& context, const SetRefRequest& request);

struct ListRefsRequest {
  FilePath migrations;  // all spaces, or one of them
  static constexpr auto fields = std::tuple{field("migrations", &ListRefsRequest::migrations)};
};
struct ListRefsResult {
  std::vector<RefOutcome> refs;
  static constexpr auto fields = std::tuple{field("refs", &ListRefsResult::refs)};
};
/// The refs of each space, by name. Errors: those of `load_refs`.
ListRefsResult list_refs(JobContext& context, const ListRefsRequest& request);

struct DeleteRefRequest {
  FilePath migrations;
  std::string name;
  std::optional<std::string> space;
  static constexpr auto fields =
      std::tuple{field("migrations", &DeleteRefRequest::migrations), field("name", &DeleteRefRequest::name),
                 field("space", &DeleteRefRequest::space)};
};
/// Removes a ref with its copy of the contract; says what it named. Errors: MIGRATION.INVALID_REF_NAME,
/// MIGRATION.UNKNOWN_REF, FILE.WRITE_FAILED.
RefOutcome delete_ref(JobContext& context, const DeleteRefRequest& request);

}  // namespace plinth
