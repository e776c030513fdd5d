#pragma once
// What a contract asks of a database.
#include "engine/contract/contract.h"
#include "engine/schema/schema.h"

namespace plinth {

/// The schema that satisfies a contract: types expanded, defaults in their one form, names given where the contract
/// leaves them open, element checks of array columns. Names that the search path resolves (`__unbound__`) are placed in
/// `public`. Errors: CONTRACT.VALIDATION_FAILED for what has no meaning in Postgres (an autoincrement text, two indexes
/// of one name, a type that is no type). O(contract).
Schema contract_schema(const Contract& contract);

}  // namespace plinth
