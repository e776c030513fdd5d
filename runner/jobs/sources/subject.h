#pragma once
// Operations, and the states they claim to lead between: what evaluating and inverting start from.
#include "engine/package/package.h"
#include "planner/plan/plan.h"
#include "planner/plan/proof.h"
#include "runner/jobs/sources/state.h"

namespace plinth {

struct Subject {
  std::vector<Operation> operations;
  Schema from, to;
  Leftovers leftovers = Leftovers::nothing;  // what the destination need not name
  int server_version = usual_server_version;
  std::optional<Contract> start, end;
  Manifest manifest;
  std::string where;    // its ops.json
  std::string package;  // its name
};

/// A package's directory; or two states and the operations between them, in any form. A package carries everything; one
/// edited by hand is read in spite of its hash, and `operations` take the place of its own.
struct SubjectParams {
  const std::optional<FilePath>& package;
  const std::optional<StateParam>&from, &to;
  const std::vector<JsonText>& operations;
  const std::optional<std::string>& created_at;
  std::optional<std::int64_t> server_version = {};  // absent: that of the live origin, else `usual_server_version`
};

/// Reads them. Without `to`, the operations lead where simulating them leads, and descriptors cannot be resolved.
/// Errors: RPC.INVALID_PARAMS for a package beside states, and those of what is read.
Subject read_subject(JobContext& context, const SubjectParams& params);

/// Refuses operations that do not lead to their destination, unless raw SQL among them may be why.
/// Error: MIGRATION.NOT_PROVEN.
void require_proof(const Proof& proof, const std::string& where);

}  // namespace plinth
