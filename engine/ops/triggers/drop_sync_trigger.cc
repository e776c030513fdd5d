#include "engine/ops/triggers/drop_sync_trigger.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/triggers/create_sync_trigger.h"

namespace plinth {

std::optional<Target> DropSyncTrigger::target() const {
  return Target{schema, "trigger", sync_trigger_names(table, column).function, table};
}

Steps DropSyncTrigger::steps() const {
  const SyncTriggerNames names = sync_trigger_names(table, column);
  return {{},
          {statement("no longer fill " + q(column) + " of rows that are inserted",
                     Sql("DROP TRIGGER {} ON {}", Ident{names.insert}, on())),
           statement("no longer fill " + q(column) + " of rows that are updated",
                     Sql("DROP TRIGGER {} ON {}", Ident{names.update}, on())),
           statement("drop function " + q(names.function), Sql("DROP FUNCTION {}()", Name{schema, names.function}))},
          {no_sync_triggers("verify nothing fills " + q(column), on(), names)}};
}

template const OperationTraits& traits_of<DropSyncTrigger>();

}  // namespace plinth
