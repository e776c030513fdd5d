#pragma once
// What the operations on views share.
#include "engine/ops/questions.h"

namespace plinth {

/// `CREATE VIEW "s"."v" WITH (…) AS …`
Sql create_view_sql(const Name& name, const View& view, bool replaces);
/// What has to be there before the view: everything that its query reads and calls.
std::vector<ObjectId> needed_objects(const View& view);
/// Refuses a view upon one that is detached. MIGRATION.NOT_APPLICABLE. O(needs).
void require_needed(const Schema& schema, const View& view);
/// The locks of whoever makes the view: on all that its query reads.
Impact reading(const View& view);
/// The setting that holds the statements which restore a detached view, for as long as the transaction lasts. It holds
/// nothing where there was no view to detach.
std::string restoring_setting(const Name& view);

}  // namespace plinth
