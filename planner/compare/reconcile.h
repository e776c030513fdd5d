#pragma once
#include "engine/schema/schema.h"

namespace plinth {

/// What the expected side leaves open is taken from the actual side, so that a diff speaks only of what was asked for:
/// names of constraints and indexes the contract does not name; how the same bytes are spelt in a default; whether an
/// autoincrement column has a sequence or is an identity; the text of a policy whose name carries the hash of its text;
/// element checks of array columns that the database never had; a plain index on the columns of a unique constraint,
/// where there is the constraint alone; where an extension lives, and its version. O(expected log actual).
void reconcile(Schema& expected, const Schema& actual);

/// The default of a json column may stand in a database as a document, or as a string that holds it: tools write
/// either. The expected side takes the spelling of the live one. Between two contracts the spellings are two wishes.
/// O(expected log live).
void adopt_json_defaults(Schema& expected, const Schema& live);

/// The schema of that name, made where there is none.
Namespace& named_namespace(Schema& schema, const std::string& name);

/// A contract has no words for views, nor for sequences of their own: what a database has of them is taken over, but
/// for sequences that go with their owner, or become a part of it. O(views + sequences).
void adopt_unmanaged_kinds(Schema& stated, const Schema& found);
/// Takes them out again: what a contract alone says.
void forget_unmanaged_kinds(Schema& schema);

/// Whole tables, enums, schemas and extensions that nobody asked for.
struct Unclaimed {
  Schema schema;
  std::vector<std::string> names;  // as `table public.audit_log`
};
/// Which objects need not be named by the expected side: a contract cannot name an extension that belongs to none of
/// its packs; in a live database are objects that no contract claims.
enum class Leftovers { nothing, extensions, unclaimed };

/// Takes the leftovers out of the actual side: what neither the expected side names nor `before`, the contract that the
/// actual side is known to have followed. O(actual log expected).
Unclaimed forget_leftovers(Leftovers leftovers, const Schema& expected, Schema& actual, const Schema& before = {});

}  // namespace plinth
