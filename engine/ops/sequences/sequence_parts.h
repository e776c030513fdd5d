#pragma once
#include "engine/ops/parts.h"

namespace plinth {

/// What a change of options means for the number that a sequence has counted to. `what` names the sequence.
void add_sequence_change(Impact& out, const SequenceOptions& from, const SequenceOptions& to, const std::string& what);

/// Lets the sequence that a column draws from go on behind the values that the column holds, in the direction of the
/// options. A column without such values leaves it where it is.
Step advance_sequence(const Name& table, const std::string& column, const SequenceOptions& options);

}  // namespace plinth
