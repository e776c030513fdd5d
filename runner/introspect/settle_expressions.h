#pragma once
#include "engine/schema/schema.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Whether a name that carries the hash of its content is believed where the live schema has a check or an index of
/// that name, or whether the server is asked all the same. Names that a person chose are never believed.
enum class Belief { hashed_names, none };

/// Asks the server what it makes of the checks and indexes that a contract states as SQL, so that one that the live
/// schema has, spelt as the server prints it, is no difference. Such a check or index takes over what the live one
/// says; also under another name, where nothing else has a claim to the live one: then it is renamed. One on a column
/// whose type changes keeps the contract's spelling, and is made anew. Where the role may not make temporary tables, or
/// the server is read-only, hashed names are believed, and others are taken for different. Costs nothing where no SQL
/// has to be asked for; else three round trips for a hundred tables. Errors: those of the server but for these two.
/// O(tables + objects stated as SQL).
void settle_expressions(Connection& connection, Schema& stated, const Schema& live, Belief belief);

}  // namespace plinth
