#pragma once
// What the catalogue queries share. Internal to introspection.
#include "engine/sql/sql.h"

namespace plinth::catalog {

/// The objects of a catalogue that belong to an extension, as a subquery.
Sql extension_members(const Sql& catalog);

/// What the queries share.
struct Selection {
  Sql namespaces;   // subquery: the oids of the schemas to read
  Sql table;        // condition on pg_class c: an ordinary table that is to be read
  bool everything;  // no list of schemas was given
  int version;
};

/// What the schema model does not hold and what needs a table or a column of it: one row for each need.
Sql dependents(const Selection& s);

/// Every object that the schema model does not hold: its kind, its schema, its name, and, where objects of a kind are
/// counted only, their number.
Sql unmodeled_objects(const Selection& s);

}  // namespace plinth::catalog
