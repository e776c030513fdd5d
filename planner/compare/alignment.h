#pragma once
// Makes two schemas of different sources comparable.
#include <functional>

#include "engine/contract/contract.h"
#include "engine/schema/dependent.h"
#include "planner/compare/reconcile.h"

namespace plinth {

/// One side of a comparison or a plan.
struct Side {
  Schema schema;
  std::optional<Contract> contract;        // absent: a database, or nothing
  bool live = false;                       // read from a database
  bool empty = false;                      // it states that there is nothing
  std::vector<Dependent> dependents = {};  // of a database: what needs its tables and is not compared
};

/// What to do with whole objects of a database that the contract opposite does not name.
enum class Extras { keep, drop };
inline constexpr Named<Extras> extras_names[] = {{"keep", Extras::keep}, {"drop", Extras::drop}};
constexpr const auto& names(Extras) { return extras_names; }

/// Asks a server how it prints the defaults that differ between a contract and a live schema.
using SettleSpellings = std::function<void(Schema& stated, const Schema& live)>;

/// Makes two sides comparable, where one is live and the other a contract: unclaimed objects are set apart (`keep`) and
/// returned, and what the contract leaves open, names, spellings, views and sequences of their own, is taken from the
/// live side. What `before` names, the contract that the live side has followed, is not unclaimed. O((expected +
/// actual) log).
Unclaimed align(Side& expected, Side& actual, Extras extras, const Schema& before = {},
                const SettleSpellings& settle_spellings = {});

/// Before a plan of aligned sides: takes out what the contract leaves to somebody else.
void leave_to_others(Side& expected, Side& actual);

/// What a comparison of aligned sides looks at where somebody else looks after a part of them: of that, what is
/// declared. Nothing where the contract manages all of it.
std::optional<std::pair<Schema, Schema>> declared_schemas(const Side& expected, const Side& actual);

}  // namespace plinth
