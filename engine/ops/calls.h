#pragma once
// The calls by which a migration.ts states operations. Source: the migration API of Prisma Next 0.16.0; where the end
// contract is of Prisma 8, that of 8.0.0-rc.13.
#include <functional>
#include <set>

#include "engine/contract/contract.h"
#include "engine/js/js.h"
#include "engine/operation.h"

namespace plinth {

struct DataTransform;
struct SetNotNull;

/// What the calls are rendered against, and what they turn out to need.
struct CallContext {
  const Contract& end;
  const std::vector<Operation>& operations;  // all of the file
  std::set<std::string> symbols = {};        // functions that the file has to import
  bool reads_contract = false;               // whether a call builds queries on the contract
  /// Whether the statements alone tell what an operation is; where they do not, the call carries `meta.operation`.
  std::function<bool(const Operation&)> is_told_by_statements = [](const Operation&) { return true; };
};

/// The calls that state one operation: a method of the API where it says all of it, otherwise `rawSql` with the
/// statements. `context.reads_contract` must be settled before. O(operation), and a look at the other operations for a
/// transform.
std::vector<js::Doc> calls(const Operation& op, CallContext& context);

/// Whether the check of a transform can be built from the contract: it asks for NULLs in a column that one of the
/// operations tightens. O(operations).
bool builds_check(const DataTransform& transform, const std::vector<Operation>& operations);

// ---- what kinds build their calls of ------------------------------------------------------------------------------

using Members = std::vector<js::Property>;

/// `this.name({ … })`
js::Doc method(std::string_view name, Members members);
/// `this.name({ schema, table, … })`
template <class... P>
js::Doc on_table(std::string_view name, const Name& table, P... more) {
  Members members = {{"schema", js::string(table.schema)}, {"table", js::string(table.name)}};
  (members.push_back(std::move(more)), ...);
  return method(name, std::move(members));
}
js::Property named(std::string key, std::string_view value);

/// The table of the contract that lives under a name of the database, or nullptr. O(tables).
const ContractTable* contract_table(const Contract& contract, const Name& table);
/// The namespace of the contract that lives in a schema.
std::string namespace_of(const Contract& contract, const std::string& schema);
/// `col('id', 'int4', { … })`; nothing for a column that the API cannot say.
std::optional<js::Doc> column_call(const Name& table, const Column& column, CallContext& context);
/// `checkExpression('name', 'condition')`
js::Doc check_call(const Table& table, const Check& check, CallContext& context);
/// Whether the API can say all of a primary key.
inline bool is_plain_key(const PrimaryKey& key) { return key.include.empty() && !key.deferral; }
/// `fillfactor=70` → `fillfactor: 70`; words are strings.
js::Property index_option(const std::string& option);
/// `() => placeholder('slot')`
js::Doc placeholder(const std::string& slot, CallContext& context);
/// The operation that tightens what a transform fills, or nullptr. O(operations).
const SetNotNull* tightening_of(const DataTransform& transform, const std::vector<Operation>& operations);
/// Rows of the table in which the column is NULL, as a query on the contract.
js::Doc built_check(const SetNotNull& tightening, const Contract& contract);

}  // namespace plinth
