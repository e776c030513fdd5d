#pragma once
// Where a list of operations must be committed.
#include <string>
#include <vector>

#include "engine/operation.h"

namespace plinth {

enum class GroupMode { transaction, none, batches };
inline constexpr Named<GroupMode> group_modes[] = {
    {"transaction", GroupMode::transaction}, {"none", GroupMode::none}, {"batches", GroupMode::batches}};
constexpr const auto& names(GroupMode) { return group_modes; }

/// Neighbouring operations that are committed together: in one transaction; or, alone, outside of any, or in one
/// transaction for each batch of rows.
struct CommitGroup {
  GroupMode mode = GroupMode::transaction;
  std::vector<std::string> operations;  // their ids
  std::size_t first = 0;                // the index of the first of them
  static constexpr auto fields =
      std::tuple{field("mode", &CommitGroup::mode), field("operations", &CommitGroup::operations)};
};

/// Ordinary neighbours share a transaction; one that needs a transaction of its own, or none, is a group by itself.
/// O(operations).
std::vector<CommitGroup> commit_groups(const std::vector<Operation>& operations);

/// Whether one transaction can hold all of it.
bool fits_one_transaction(const std::vector<CommitGroup>& groups);

}  // namespace plinth
