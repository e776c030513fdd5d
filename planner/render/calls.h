#pragma once
// The calls by which a migration.ts states operations. Source: the migration API of Prisma Next 0.16.0.
#include <set>

#include "engine/contract/contract.h"
#include "engine/operation.h"
#include "planner/render/js.h"

namespace plinth {

/// What the calls are rendered against, and what they turn out to need.
struct CallContext {
  const Contract& end;
  const std::vector<Operation>& operations;  // all of the file
  std::set<std::string> symbols = {};        // functions that the file has to import
  bool reads_contract = false;               // whether a call builds queries on the contract
};

/// Whether the check of a transform can be built from the contract: it asks for NULLs in a column that one of the
/// operations tightens. O(operations).
bool builds_check(const DataTransform& transform, const std::vector<Operation>& operations);

/// The calls that state one operation: a method of the API where it says all of it, otherwise `rawSql` with the
/// statements. `context.reads_contract` must be settled before. O(operation), and a look at the other operations for a
/// transform.
std::vector<js::Doc> calls(const Operation& op, CallContext& context);

/// The table of the contract that lives under a name of the database, or nullptr. O(tables).
const ContractTable* contract_table(const Contract& contract, const Name& table);

/// `col('id', 'int4', { … })`; nothing for a column that the API cannot say.
std::optional<js::Doc> column_call(const Name& table, const Column& column, CallContext& context);

}  // namespace plinth
