#include "engine/ops/views/restore_view.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/views/view_parts.h"
#include "engine/sql/ddl.h"

namespace plinth {

Steps RestoreView::steps() const {
  const std::string what = "view " + q(definition.name), printed = Sql("{}", name()).text();
  const std::string setting = restoring_setting(name());
  const Sql body("EXECUTE current_setting({}); PERFORM set_config({}, '', true);", Literal{setting}, Literal{setting});
  Steps out;
  if (redefined) out.execute.push_back(statement("make " + what, create_view_sql(name(), definition, false)));
  out.execute.push_back(
      statement(redefined ? "restore what belongs to " + what : "restore " + what, guarded_block(Sql(), body)));
  out.postcheck.push_back(
      check("verify " + what + " is back, if it was there",
            Sql("SELECT COALESCE(current_setting({}, true), '') = '' OR to_regclass({}) IS NOT NULL AS \"result\"",
                Literal{setting}, Literal{printed}),
            {}));
  return out;
}

void RestoreView::apply(Schema& s) const {
  View* found = s.find_view(name());
  if (found == nullptr) return;  // as it was not detached
  require_needed(s, definition);
  *found = definition;
}

Impact RestoreView::impact(const Schema&, int) const {
  Impact out = reading(definition);
  if (!redefined) out.fails = "fails when the query of the view does not work with what has changed";
  return out;
}

void RestoreView::link(const LinkContext&, Links& links) const {
  links.makes = {view_object(name())};
  links.needs = needed_objects(definition);
}

template const OperationTraits& traits_of<RestoreView>();

}  // namespace plinth
