#pragma once
// Operations as SQL that a person reads, or hands to psql.
#include <string>
#include <vector>

#include "engine/operation.h"

namespace plinth {

/// The statements of the operations, in order, without a semicolon at the end. Parameters stand in them as literals.
/// Checks are not part of it; each open slot is a statement that fails, where the check of its transform is derived
/// only if that finds rows. BEGIN and COMMIT stand around the commit groups where one transaction cannot hold
/// everything. O(text).
std::vector<std::string> preview(const std::vector<Operation>& operations);

/// The statements under the label of their operation, each ended by a semicolon, in the transactions of their commit
/// groups. Where a transform is still open, a comment says what has to be written there, and a statement fails (as
/// above); a filled one with a check is followed by a statement that fails while the check finds rows. O(text).
std::string sql_text(const std::vector<Operation>& operations);

/// The same for psql, which goes on after an error unless it is told not to; with the statements that keep comments,
/// privileges and owners of what is made anew. O(text).
std::string script(const std::vector<Operation>& operations);

/// A statement with its parameters (`$1` …) as literals. Numbers outside of the list stay as they are. O(text).
std::string with_literals(const Step& step);

}  // namespace plinth
