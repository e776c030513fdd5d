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
  Sql view;         // the same for a view
  bool everything;  // no list of schemas was given
  int version;
};

}  // namespace plinth::catalog
