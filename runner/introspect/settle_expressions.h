#pragma once
#include "engine/schema/schema.h"
#include "runner/postgres/connection.h"

namespace plinth {

/// Asks the server what it makes of the checks and indexes that a contract states as SQL, so that one that the live
/// schema has, spelt as the server prints it, is no difference. Such a check or index takes over what the live one
/// says; also under another name, where nothing else has a claim to the live one: then it is renamed. Where the server
/// may not be asked (no temporary tables), names are believed. Costs nothing where no SQL differs; else three round
/// trips. O(tables + objects stated as SQL).
void settle_expressions(Connection& connection, Schema& stated, const Schema& live);

}  // namespace plinth
