#include "engine/ops/row_security/force_row_level_security.h"

#include "engine/ops/define_operation.h"

namespace plinth {

std::string ForceRowLevelSecurity::label() const {
  return (force ? "Force" : "Unforce") + std::string(" row-level security on ") + q(table);
}

Steps ForceRowLevelSecurity::steps() const {
  return {
      {relation_exists("ensure table " + q(table) + " exists", on())},
      {statement(label(), Sql("ALTER TABLE {} {} ROW LEVEL SECURITY", on(), force ? Sql("FORCE") : Sql("NO FORCE")))},
      {}};
}

template const OperationTraits& traits_of<ForceRowLevelSecurity>();

}  // namespace plinth
