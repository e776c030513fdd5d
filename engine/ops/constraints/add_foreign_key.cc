#include "engine/ops/constraints/add_foreign_key.h"

#include "engine/ops/define_operation.h"
#include "engine/ops/online_forms.h"
#include "engine/sql/ddl.h"

namespace plinth {

AddForeignKey AddForeignKey::resolve(const Thin& t, const Schema& destination) {
  const ForeignKey* found =
      find_described(destination_table(destination, {t.schema, t.table}).foreign_keys, t.constraint_name,
                     [&](const ForeignKey& k) { return k.columns == t.columns; });
  if (found == nullptr) unresolved("table " + q(t.table) + " has no such foreign key in the destination");
  AddForeignKey out{t.schema, t.table, *found};
  out.definition.not_valid = found->not_valid || t.not_valid;
  return out;
}

Steps AddForeignKey::steps() const {
  const std::string what = "FK " + q(definition.name);
  return {{constraint_absent("ensure " + what + " does not exist", on(), definition.name)},
          {statement("add FK " + q(definition.name), Sql("ALTER TABLE {}\nADD CONSTRAINT {}\n{}", on(),
                                                         Ident{definition.name}, foreign_key_sql(definition)))},
          {constraint_exists("verify " + what + " exists", on(), definition.name)}};
}

Impact AddForeignKey::impact(const Schema&, int) const {
  const LockLevel level = LockLevel::share_row_exclusive;
  Impact out = definition.not_valid ? momentary(on(), level) : reading(on(), level);
  also_locks(out, definition.references(), level);
  if (definition.not_valid) return out;
  also_reads(out, definition.references());
  out.fails = "fails on rows without a match";
  out.safer = "add it NOT VALID, then validate it in a transaction of its own";
  out.online = true;
  return out;
}

void AddForeignKey::link(const LinkContext&, Links& links) const {
  const Name to = definition.references();
  links.needs = {table_object(to), key_object(to, definition.referenced_columns)};
}

void AddForeignKey::online(std::vector<Operation>& out, bool) const { validate_later(out, *this); }

std::vector<js::Doc> AddForeignKey::calls(CallContext&) const {
  const ForeignKey& fk = definition;
  if (fk.match_full || fk.deferral || fk.not_valid) return {};
  Members key = {named("name", fk.name),
                 {"columns", js::strings(fk.columns)},
                 {"references", js::data({named("schema", fk.referenced_schema),
                                          named("table", fk.referenced_table),
                                          {"columns", js::strings(fk.referenced_columns)}})}};
  if (fk.on_delete != ReferentialAction::no_action) key.push_back(named("onDelete", name_of(fk.on_delete)));
  if (fk.on_update != ReferentialAction::no_action) key.push_back(named("onUpdate", name_of(fk.on_update)));
  return js::list(on_table("addForeignKey", on(), js::Property{"foreignKey", js::data(std::move(key))}));
}

std::vector<Operation> AddForeignKey::recognised(const Claim& claim) {
  if (!(is_constraint(claim) && claim.prefix == "foreignKey")) return {};
  return claim.made_of<AddForeignKey>(&Table::foreign_keys);
}

template const OperationTraits& traits_of<AddForeignKey>();

}  // namespace plinth
