#pragma once
// The table of methods. Each is defined, with its parameters, its result and its body, in a file under rpc/methods/.
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "engine/json/json.h"

namespace plinth {

class Session;

struct Method {
  std::string_view name, about;
  void (*call)(Session&, const Json& params, Json& result);
  const TypeDescription& (*params)();
  const TypeDescription& (*result)();
};

/// The methods that a program serves, beside `rpc.discover`.
using MethodTable = std::span<const Method* const>;

extern const Method hash_contract_method, hash_package_method, emit_contract_types_method, introspect_method,
    diff_method, plan_with_descriptors_method, evaluate_migration_method, invert_migration_method,
    squash_migrations_method, merge_migrations_method, apply_migration_method, mark_migration_applied_method,
    upgrade_migrations_method, migration_status_method, migration_list_method, migration_log_method,
    migration_show_method, migration_check_method, migration_graph_method, set_ref_method, list_refs_method,
    delete_ref_method, new_migration_method, init_database_method, update_database_method, verify_database_method,
    sign_database_method, seed_database_method, cleanup_method;

inline constexpr std::array methods = {&hash_contract_method,
                                       &hash_package_method,
                                       &emit_contract_types_method,
                                       &introspect_method,
                                       &diff_method,
                                       &plan_with_descriptors_method,
                                       &evaluate_migration_method,
                                       &invert_migration_method,
                                       &squash_migrations_method,
                                       &merge_migrations_method,
                                       &apply_migration_method,
                                       &mark_migration_applied_method,
                                       &upgrade_migrations_method,
                                       &migration_status_method,
                                       &migration_list_method,
                                       &migration_log_method,
                                       &migration_show_method,
                                       &migration_check_method,
                                       &migration_graph_method,
                                       &set_ref_method,
                                       &list_refs_method,
                                       &delete_ref_method,
                                       &new_migration_method,
                                       &init_database_method,
                                       &update_database_method,
                                       &verify_database_method,
                                       &sign_database_method,
                                       &seed_database_method,
                                       &cleanup_method};

}  // namespace plinth
