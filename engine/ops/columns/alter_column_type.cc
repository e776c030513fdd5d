#include "engine/ops/columns/alter_column_type.h"

#include "engine/names.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/renaming.h"
#include "engine/sql/ddl.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/type_name.h"

namespace plinth {

AlterColumnType::Thin AlterColumnType::thin() const {
  return {schema,           table,    column,    temporary ? std::optional(type) : std::nullopt,
          using_expression, rewrites, recollates};
}

AlterColumnType AlterColumnType::resolve(const Thin& t, const Schema& destination) {
  if (t.to_type) {
    const std::string type = normalize_type(*t.to_type);
    return {t.schema, t.table, t.column, type, t.using_expression, {}, t.rewrites, true, t.recollates, false};
  }
  const Column& c = destination_column(destination, {t.schema, t.table}, t.column);
  return {t.schema,    t.table,    t.column, c.type,       t.using_expression,
          c.collation, t.rewrites, false,    t.recollates, c.generated.has_value()};
}

std::optional<JsonText> AlterColumnType::meta() const {
  return rewrites ? std::optional(JsonText{R"({"warning":"TABLE_REWRITE"})"}) : std::nullopt;
}

Steps AlterColumnType::steps() const {
  const Sql value = using_expression ? Sql::trusted(*using_expression) : Sql("{}::{}", Ident{column}, type_sql(type));
  const Sql conversion = generated ? Sql("") : Sql(" USING {}", value);
  const std::string printed = format_type_text(type);
  const std::string verify = "verify column " + q(column) + " has type " + q(printed);
  Steps out{{column_exists("ensure column " + q(column) + " exists", on(), column)},
            {statement("alter type of " + q(column),
                       Sql("ALTER TABLE {} ALTER COLUMN {} TYPE {}{}{}", on(), Ident{column}, type_sql(type),
                           collation ? Sql(" COLLATE {}", Sql::trusted(*collation)) : Sql(""), conversion))},
            {user_type(type) ? column_user_type_is(verify, on(), column, type)
                             : column_type_is(verify, on(), column, printed)}};
  // The type alone may be right already.
  if (recollates) {
    out.postcheck.push_back(column_collation_is(
        "verify column " + q(column) + " has collation " + collation.value_or("of its type"), on(), column, collation));
  }
  return out;
}

void AlterColumnType::apply(Schema& s) const {
  Column& c = require_column(s, on(), column);
  refuse_needed(s, column_object(on(), column));
  const SequenceOptions sequence = owned_sequence(c);  // it keeps its type
  c.type = type;
  if (is_autoincrement(c.fallback)) set_owned_sequence(c, sequence);
  c.collation = collation;
}

Impact AlterColumnType::impact(const Schema& before, int) const {
  const Table* t = before.find_table(on());
  const Column* c = t != nullptr ? find_named(t->columns, column) : nullptr;
  const bool same_type = c != nullptr && c->type == type && !using_expression;
  Impact out = retyping(before, on(), column, rewrites && !same_type, recollates);
  if (rewrites && !same_type) {
    out.fails = "fails when a value does not fit the new type";
    out.safer = "a new column, filled in portions, that takes the place of the old one";
  }
  return out;
}

void AlterColumnType::link(const LinkContext&, Links& links) const { links.needs = {type_object(type)}; }

void AlterColumnType::disturbs(UnmanagedUses& uses) const {
  uses.change_type(on(), column);
  uses.each_reference(on(), [&](const UnmanagedReference& r) {
    for (std::size_t i = 0; i < r.key->columns.size(); ++i) {
      const Column* own = find_named(r.definition->columns, r.key->columns[i]);
      if (r.key->referenced_columns[i] != column || own == nullptr) continue;
      if (!uses.can_reference(own->type, type)) {
        uses.harm.push_back(r.text() + " references it with type " + own->type);
      }
    }
  });
}

std::optional<Loss> AlterColumnType::loss(const LossContext& context) const {
  const auto from = context.origin({schema, table, column});
  if (!from || !context.may_lose(*this)) return {};
  const std::string before = find_named(context.state.find_table(on())->columns, column)->type;
  return Loss{LossKind::converted,
              *from,
              label(),
              "values of " + dotted(*from) + " may have changed on the way from " + before + " to " + type,
              {}};
}

std::optional<TypeChanged> AlterColumnType::changes_type() const {
  return TypeChanged{on(), column, type, !using_expression};
}

std::vector<Operation> AlterColumnType::recognised(const Claim& claim) {
  if (!claim.is("column") || claim.prefix != "alterType") return {};
  const Column* found = claim.column();
  const auto using_text = using_clause(claim.stored);
  std::vector<Operation> out;
  const auto offer = [&](const std::string& to) {
    AlterColumnType op;
    op.schema = claim.schema();
    op.table = claim.table();
    op.column = claim.name;
    op.type = to;
    op.generated = found != nullptr && found->generated.has_value();
    op.temporary = found == nullptr || found->type != to;
    out.emplace_back(op);
    if (!using_text) return;
    op.using_expression = using_text;
    out.emplace_back(std::move(op));
  };
  if (found != nullptr) offer(found->type);
  // A type that the column has for the time being.
  const auto stated = text_between(claim, " TYPE ", " USING ");
  if (stated && is_one_expression(*stated) && (found == nullptr || normalize_type(*stated) != found->type)) {
    offer(normalize_type(*stated));
  }
  return out;
}

std::vector<js::Doc> AlterColumnType::calls(CallContext&) const {
  if (collation || generated || user_type(type)) return {};
  Members options = {named("qualifiedTargetType", type), named("formatTypeExpected", format_type_text(type)),
                     named("rawTargetTypeForLabel", type)};
  if (using_expression) options.push_back(named("using", *using_expression));
  return js::list(on_table("alterColumnType", on(), named("column", column),
                           js::Property{"options", js::data(std::move(options))}));
}

Mentions AlterColumnType::mentions() const {
  Mentions out;
  if (collation) out.push_back({NamedKind::collation, *collation});
  return out;
}

template const OperationTraits& traits_of<AlterColumnType>();

}  // namespace plinth
