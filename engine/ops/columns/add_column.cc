#include "engine/ops/columns/add_column.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/define_operation.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/type_name.h"

namespace plinth {

AddColumn::Thin AddColumn::thin() const {
  if (!relaxed && !undefaulted) return {schema, table, definition.name, {}};
  return {schema, table, definition.name, ColumnOverrides{relaxed ? std::optional(true) : std::nullopt, undefaulted}};
}

AddColumn AddColumn::resolve(const Thin& t, const Schema& destination) {
  AddColumn op{t.schema, t.table, {}, false, false};
  op.definition = destination_column(destination, op.on(), t.column);
  if (t.overrides && t.overrides->nullable && *t.overrides->nullable != op.definition.nullable) {
    op.definition.nullable = *t.overrides->nullable;
    op.relaxed = op.definition.nullable;
  }
  if (t.overrides && t.overrides->without_default) {
    op.definition.fallback.reset();
    op.undefaulted = true;
  }
  return op;
}

Steps AddColumn::steps() const {
  const std::string what = "column " + q(definition.name);
  return {{column_absent("ensure " + what + " is missing", on(), definition.name)},
          {statement("add " + what, Sql("ALTER TABLE {} ADD COLUMN {}", on(), column_sql(definition)))},
          {column_exists("verify " + what + " exists", on(), definition.name)}};
}

void AddColumn::apply(Schema& s) const {
  auto& columns = require_table(s, on()).columns;
  if (find_named(columns, definition.name) != nullptr) {
    not_applicable("column " + q(definition.name) + " exists already on " + q(table));
  }
  columns.push_back(definition);
}

Impact AddColumn::impact(const Schema& before, int) const {
  const bool computed = definition.generated || definition.identity;
  const bool writes = computed || is_volatile(definition.fallback);
  Impact out = writes ? rewriting(before, on()) : momentary(on());
  if (!definition.nullable && !definition.fallback && !computed) {
    out.fails = "fails when " + q(table) + " has rows";
  }
  if (writes) {
    out.safer = computed ? "add a plain column, fill it, then make it what it should be"
                         : "add the column without its default, set the default, then fill the rows";
    out.online = !computed;
  }
  return out;
}

void AddColumn::announce(LinkContext& context) const { context.added[on()].push_back(definition.name); }

void AddColumn::link(const LinkContext& context, Links& links) const {
  links.makes = {column_object(on(), definition.name)};
  links.needs = {table_object(on()), type_object(definition.type)};
  read_columns(links.needs, on(), definition, context.added.at(on()));
}

LineageChange AddColumn::lineage() const { return {{}, {}, ObjectPath{schema, table, definition.name}, &definition}; }

void AddColumn::online(std::vector<Operation>& out, bool may_transform) const {
  // Filling the column is a transform, and tightening it destructive.
  if (!may_transform || !is_volatile(definition.fallback)) {
    out.emplace_back(*this);
    return;
  }
  const std::string& column = definition.name;
  AddColumn bare = *this;
  bare.definition.fallback.reset();
  bare.definition.nullable = true;
  bare.relaxed = !definition.nullable;
  bare.undefaulted = true;
  out.emplace_back(std::move(bare));
  out.emplace_back(SetDefault{schema, table, column, *definition.fallback, definition.type, false});
  DataTransform fill = transform({Purpose::backfill, on(), {column}}, on(), Sql("{} IS NULL", Ident{column}));
  fill.run = {{fill_with_default(Sql("{}", on()), column).text(), {}}};
  fill.own_transaction = true;
  out.emplace_back(std::move(fill));
  if (!definition.nullable) SetNotNull{schema, table, column}.online(out, may_transform);
}

namespace {

// A column that the destination does not have, as the statement spells it.
std::optional<Column> stated_column(const Claim& claim) {
  constexpr std::string_view not_null = " NOT NULL", default_word = " DEFAULT ";
  auto rest = text_between(claim, Sql("ADD COLUMN {} ", Ident{claim.name}).text());
  if (!rest) return {};
  Column out;
  out.name = claim.name;
  out.nullable = !rest->ends_with(not_null);
  if (!out.nullable) rest->resize(rest->size() - not_null.size());
  const std::size_t at = std::min(rest->find(default_word), rest->size());
  if (!is_one_expression(rest->substr(0, at))) return {};
  out.type = normalize_type(rest->substr(0, at));
  if (at < rest->size()) out.fallback = normalize_default(rest->substr(at + default_word.size()), out.type);
  return out;
}

}  // namespace

std::vector<Operation> AddColumn::recognised(const Claim& claim) {
  // As the destination has it, and without what the plan adds to it afterwards.
  const auto both = [&](const Column& column) -> std::vector<Operation> {
    AddColumn as_it_is{claim.schema(), claim.table(), column, false}, for_now = as_it_is;
    for_now.definition.nullable = for_now.relaxed = true;
    return {as_it_is, for_now};
  };
  if (claim.is("column") && claim.prefix == "column") {
    std::vector<Operation> out = claim.column() != nullptr ? both(*claim.column()) : std::vector<Operation>{};
    // One that a later operation drops, or changes.
    if (const auto stated = stated_column(claim)) {
      out.emplace_back(AddColumn{claim.schema(), claim.table(), *stated, false, false});
    }
    return out;
  }
  if (!claim.is("table") || claim.prefix != "column") return {};
  // One that is added with a default for the rows of the moment names its table as the target.
  const std::string head = claim.prefix + "." + claim.name + ".";
  const Table* found = claim.destination.find_table({claim.schema(), claim.name});
  if (found == nullptr || !claim.stored.raw_id.starts_with(head)) return {};
  const Column* column = find_named(found->columns, claim.stored.raw_id.substr(head.size()));
  return column != nullptr ? both(*column) : std::vector<Operation>{};
}

std::vector<js::Doc> AddColumn::calls(CallContext& context) const {
  auto column = column_call(on(), definition, context);
  if (!column) return {};
  return js::list(on_table("addColumn", on(), js::Property{"column", std::move(*column)}));
}

template const OperationTraits& traits_of<AddColumn>();

}  // namespace plinth
