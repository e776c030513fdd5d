#pragma once
// What databases have that follow the contracts of a history.
#include <map>
#include <string>
#include <vector>

#include "engine/package/package.h"
#include "engine/schema/schema.h"

namespace plinth {

/// Contracts, and schemas, by storage hashes, bare.
using Contracts = std::map<std::string, Contract>;
using Schemas = std::map<std::string, Schema>;
/// Schemas of databases, each with the hash of the contract that it follows.
using LiveSchemas = std::vector<std::pair<std::string, Schema>>;

/// Calls `f(name, table)` for all tables. O(tables).
template <class F>
void each_table(Schema& schema, F f) {
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) f(Name{n.name, t.name}, t);
  }
}

/// Leaves the names of all indexes open. O(indexes).
void forget_index_names(Schema& schema);

/// What a database has that follows a contract: what the contract asks for, with the names and the element checks that
/// it leaves open as `state` has them. Lists in tables that nobody made here have no element checks. O(contract).
Schema settled(const Contract& contract, const Schema& state);

/// The schemas that packages lead to, simulated from the empty database, and from the contracts that a history begins
/// at; an operation that does not fit was skipped, as one whose work is done. `live` are schemas of databases that are
/// known to follow a contract: where raw SQL ran, and for tables that somebody else made, the first of a contract
/// tells names. Where
/// several ways lead to a contract, an element check counts only if all of them make it. O(packages · (schema +
/// operations)); more where ways that meet disagree.
Schemas states_of(const std::vector<Package>& packages, const Contracts& contracts, const LiveSchemas& live);

/// Applies operations as a run does; those that do not fit are skipped. `to` is what they lead to. Whether there was
/// raw SQL among them, of which only a database can tell what it did. O(operations log schema).
bool simulate_run(const std::vector<Operation>& operations, const Schema& to, Schema& state);

}  // namespace plinth
