#pragma once
// What introspection asks the catalogue, and the shape of each answer. Internal to introspection.
#include <cstddef>
#include <string>
#include <vector>

#include "runner/postgres/connection.h"

namespace plinth::catalog {

/// The answers of one introspection, in the order in which they are asked.
enum class Part {
  open,      // BEGIN, or SAVEPOINT
  settings,  // an empty search_path, and one way of printing values
  namespaces,
  extensions,
  extension_types,
  operator_classes,
  tables,
  columns,
  enums,
  sequences,
  constraints,
  foreign_columns,
  indexes,
  policies,
  dependents,
  unmodeled,
};
constexpr std::size_t index(Part p) { return static_cast<std::size_t>(p); }

/// All queries for a server version, in the order of `Part`. `schemas` as in IntrospectOptions.
std::vector<Query> queries(int server_version, bool in_transaction, const std::vector<std::string>& schemas);

/// What ends the snapshot, also after a failure; inside a transaction, it takes back the settings.
std::vector<Query> closing_queries(bool in_transaction);

// The columns of each answer, in order.
enum Namespaces : int { ns_oid, ns_name };
enum Extensions : int { xn_name, xn_schema, xn_version, xn_relocatable, xn_types };
enum ExtensionTypes : int { xt_printed, xt_bare };
enum OperatorClasses : int { oc_oid, oc_method, oc_type, oc_default, oc_printed };
enum Tables : int { tb_oid, tb_namespace, tb_name, tb_row_security, tb_force_row_security, tb_unmodeled };
enum Columns : int {
  co_table,
  co_number,
  co_name,
  co_type,
  co_not_null,
  co_identity,
  co_generated,
  co_type_oid,
  co_collation_oid,
  co_collation,  // printed; null when it is the type's own
  co_default,
  co_identity_options,  // null where all are the defaults
  co_unmodeled,         // kinds of properties that the model lacks; null for none
};
enum Enums : int { en_namespace, en_name, en_label };
enum Sequences : int { sq_schema, sq_name, sq_table, sq_column, sq_selected, sq_printed, sq_unusual };
enum Constraints : int {
  cn_table,
  cn_name,
  cn_kind,
  cn_deferrable,
  cn_deferred,
  cn_validated,
  cn_no_inherit,
  cn_index,
  cn_references,
  cn_on_update,
  cn_on_delete,
  cn_match,
  cn_key,
  cn_referenced_key,
  cn_check,
  cn_unmodeled,  // the kind of a property that the model lacks
};
enum ForeignColumns : int { fc_table, fc_schema, fc_name, fc_number, fc_column };
enum Indexes : int {
  ix_oid,
  ix_table,
  ix_name,
  ix_unique,
  ix_valid,
  ix_nulls_not_distinct,
  ix_key_count,
  ix_keys,
  ix_options,
  ix_classes,
  ix_collations,
  ix_method,
  ix_storage,
  ix_predicate,
  ix_expressions,
  ix_definition,  // only where it must be searched for collations
  ix_class_options,
};
enum Policies : int { po_table, po_name, po_command, po_permissive, po_roles, po_using, po_check };
enum Dependents : int { de_table, de_column, de_kind, de_schema, de_name, de_belongs };
enum UnmodeledObjects : int { un_kind, un_schema, un_name, un_count };

}  // namespace plinth::catalog
