#include "runner/introspect/catalog_assembly.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/type_name.h"
#include "runner/introspect/catalog_text.h"

namespace plinth::catalog {
namespace {

// The catalogue's one-letter codes.
template <class E>
struct Coded {
  char code;
  E value;
};
constexpr auto action_codes = std::to_array<Coded<ReferentialAction>>({{'a', ReferentialAction::no_action},
                                                                       {'r', ReferentialAction::restrict},
                                                                       {'c', ReferentialAction::cascade},
                                                                       {'n', ReferentialAction::set_null},
                                                                       {'d', ReferentialAction::set_default}});
constexpr auto command_codes = std::to_array<Coded<PolicyCommand>>({{'*', PolicyCommand::all},
                                                                    {'r', PolicyCommand::select},
                                                                    {'a', PolicyCommand::insert},
                                                                    {'w', PolicyCommand::update},
                                                                    {'d', PolicyCommand::del}});

/// The value of a code; the first of the table for one that it does not know.
template <class Table>
auto decoded(const Table& table, std::string_view code) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const auto& c) { return code == std::string_view(&c.code, 1); });
  return found == table.end() ? table.front().value : found->value;
}

std::optional<Deferral> deferral(const ConstraintRow& row) {
  if (!row.deferrable) return {};
  return row.deferred ? Deferral::initially_deferred : Deferral::deferrable;
}

std::optional<Expression> expression(OptionalText text) {
  return text ? std::optional(Expression(unwrap(*text))) : std::nullopt;
}

}  // namespace

TableEntry* Assembly::find(Oid table) {
  if (table == last_id_) return last_;
  const auto found = tables_.find(table);
  last_id_ = table;
  last_ = found == tables_.end() ? nullptr : &found->second;
  return last_;
}

Namespace* Assembly::find_namespace(Oid id) {
  const auto found = namespaces_.find(id);  // none: made after the schemas were read, by somebody else
  return found == namespaces_.end() ? nullptr : &out_.schema.namespaces[found->second];
}

void Assembly::add_unmodeled(std::string kind, std::string_view schema, std::string name) {
  out_.unmodeled.push_back({std::move(kind), std::string(schema), std::move(name), {}});
}

void Assembly::read_namespaces() {
  each(catalog_.namespaces, [&](const NamespaceRow& row) {
    namespaces_.emplace(row.id, out_.schema.namespaces.size());
    out_.schema.namespaces.emplace_back().name = row.name;
  });
}

void Assembly::read_extensions() {
  each(catalog_.extensions, [&](const ExtensionRow& row) {
    Extension& e = out_.schema.extensions.emplace_back();
    e.name = row.name;
    e.schema = row.schema;
    if (row.version) e.version = *row.version;
    e.relocatable = row.relocatable;
    e.types = texts(row.types);
  });
  each(catalog_.extension_types, [&](const ExtensionTypeRow& row) { extension_types_.emplace(row.printed, row.bare); });
}

void Assembly::read_operator_classes() {
  each(catalog_.operator_classes, [&](const OperatorClassRow& row) {
    if (row.is_default) typed_defaults_.emplace(row.method, row.type);
    operator_classes_.emplace(row.id, OperatorClass{row.method, row.type, row.is_default, std::string(row.printed)});
  });
}

void Assembly::read_tables() {
  std::vector<Namespace>& all = out_.schema.namespaces;
  std::vector<std::pair<Oid, std::pair<std::size_t, std::size_t>>> places;  // a table's place, until none moves
  each(catalog_.tables, [&](const TableRow& row) {
    const auto found = namespaces_.find(row.name_space);
    if (found == namespaces_.end()) return;  // made after the schemas were read, by somebody else
    const std::size_t n = found->second;
    Table& t = all[n].tables.emplace_back();
    t.name = row.name;
    t.row_security = row.row_security;
    t.force_row_security = row.force_row_security;
    places.push_back({row.id, {n, all[n].tables.size() - 1}});
    if (!row.unmodeled) return;
    for (auto& kind : texts(*row.unmodeled)) add_unmodeled(std::move(kind), all[n].name, t.name);
  });
  tables_.reserve(places.size());
  for (const auto& [id, place] : places) {
    tables_.emplace(id, TableEntry{&all[place.first].tables[place.second], all[place.first].name});
  }
}

const std::string& Assembly::type(std::string_view printed) {
  const auto [found, fresh] = types_.try_emplace(printed);
  if (!fresh) return found->second;
  TypeName t = parse_type(printed);
  if (const auto bare = extension_types_.find(t.base); bare != extension_types_.end()) t.base = bare->second;
  return found->second = normalize_type(t.text());
}

std::optional<Default> Assembly::fallback(const std::string& type, std::string_view text) {
  const auto [found, fresh] = defaults_.try_emplace(std::pair(std::string_view(type), text));
  if (fresh) found->second = normalize_default(text, type);
  return found->second;
}

OwnedSequence* Assembly::own_sequence(Oid table, Oid column, std::string_view text) {
  if (!text.starts_with("nextval('")) return nullptr;
  const auto [first, last] = sequences_.equal_range(std::pair(table, column));
  const auto found = std::find_if(first, last, [&](const auto& s) { return s.second.default_text == text; });
  return found != last ? &found->second : nullptr;
}

void Assembly::read_columns() {
  facts_.reserve(static_cast<std::size_t>(answer(catalog_.columns).rows()));
  each(catalog_.columns, [&](const ColumnRow& row) {
    TableEntry* t = find(row.table);
    if (t == nullptr) return;
    if (t->table->columns.empty()) t->first_column = facts_.size();
    facts_.push_back({row.number, row.type_id, row.collation_id});
    Column& c = t->table->columns.emplace_back();
    c.name = row.name;
    c.type = type(row.type);
    c.nullable = !row.not_null;
    if (row.collation) c.collation = std::string(*row.collation);
    if (!row.identity.empty()) c.identity = row.identity == "a" ? Identity::always : Identity::by_default;
    c.identity_options = sequence_options(row.identity_options);
    const auto report = [&](std::string kind) {
      add_unmodeled(std::move(kind), t->schema, t->table->name + "." + c.name);
    };
    if (row.unmodeled) {
      for (auto& kind : texts(*row.unmodeled)) report(std::move(kind));
    }
    if (row.generated == "v") report("virtualGeneratedColumn");
    if (!row.fallback) return;
    if (!row.generated.empty()) {
      c.generated = Expression(unwrap(*row.fallback));
    } else if (OwnedSequence* own = own_sequence(row.table, row.number, *row.fallback)) {
      own->used = true;
      c.fallback = Default{Default::Kind::expression, std::string(autoincrement)};
      set_owned_sequence(c, sequence_options(own->row));
      c.sequence.value = Name{std::string(own->row.schema), std::string(own->row.name)};
    } else {
      c.fallback = fallback(type(row.type), *row.fallback);
    }
  });
  add_owned_sequences();
}

void Assembly::read_enums() {
  const Namespace* last = nullptr;
  each(catalog_.enums, [&](const EnumRow& row) {
    Namespace* n = find_namespace(row.name_space);
    if (n == nullptr) return;
    if (n != last || n->enums.back().name != row.name) n->enums.emplace_back().name = row.name;
    if (row.label) n->enums.back().values.emplace_back(*row.label);
    last = n;
  });
}

const ColumnFacts* Assembly::facts(const TableEntry& t, std::uint32_t number) const {
  const auto first = facts_.begin() + static_cast<std::ptrdiff_t>(t.first_column);
  const auto last = first + static_cast<std::ptrdiff_t>(t.table->columns.size());
  const auto found = std::lower_bound(first, last, number, [](const ColumnFacts& f, auto n) { return f.number < n; });
  return found != last && found->number == number ? &*found : nullptr;
}

const std::string& Assembly::column_name(const TableEntry& t, std::uint32_t number) const {
  static const std::string none;
  const ColumnFacts* f = facts(t, number);
  return f == nullptr ? none : t.table->columns[static_cast<std::size_t>(f - &facts_[t.first_column])].name;
}

std::vector<std::string> Assembly::column_names(const TableEntry& t, std::string_view key) const {
  std::vector<std::string> out;
  const auto all = numbers(key);
  out.reserve(all.size());
  for (const std::uint32_t n : all) out.push_back(column_name(t, n));
  return out;
}

void Assembly::read_foreign_columns() {
  each(catalog_.foreign_columns, [&](const ForeignColumnRow& row) {
    ForeignTable& t = foreign_tables_[row.table];
    t.name = {std::string(row.schema), std::string(row.name)};
    t.columns.emplace(row.number, row.column);
  });
}

void Assembly::add_primary_key(const ConstraintRow& row, TableEntry& t) {
  PrimaryKey& k = t.table->primary_key.emplace();
  k.name = row.name;
  k.columns = column_names(t, row.key);
  k.include = included(row.index, t);
  k.deferral = deferral(row);
}

void Assembly::add_unique(const ConstraintRow& row, TableEntry& t) {
  Unique& u = t.table->uniques.emplace_back();
  u.name = row.name;
  u.columns = column_names(t, row.key);
  u.include = included(row.index, t);
  u.deferral = deferral(row);
  if (const auto index = index_row(row.index)) u.nulls_not_distinct = index->nulls_not_distinct;
}

namespace {

Check check_of(const ConstraintRow& row) {
  Check out;
  out.name = row.name;
  const std::string_view text = unwrap(row.check);
  out.membership = parse_membership(text);
  if (!out.membership) out.expression = Expression(text);
  out.no_inherit = row.no_inherit;
  out.not_valid = !row.validated;
  return out;
}

}  // namespace

void Assembly::add_foreign_key(const ConstraintRow& row, TableEntry& t) {
  ForeignKey& k = t.table->foreign_keys.emplace_back();
  k.name = row.name;
  k.columns = column_names(t, row.key);
  if (const auto found = tables_.find(row.references); found != tables_.end()) {
    k.referenced_schema = found->second.schema;
    k.referenced_table = found->second.table->name;
    k.referenced_columns = column_names(found->second, row.referenced_key);
  } else {
    ForeignTable& other = foreign_tables_[row.references];
    k.referenced_schema = other.name.schema;
    k.referenced_table = other.name.name;
    for (const std::uint32_t n : numbers(row.referenced_key)) k.referenced_columns.push_back(other.columns[n]);
  }
  k.on_delete = decoded(action_codes, row.on_delete);
  k.on_update = decoded(action_codes, row.on_update);
  k.match_full = row.match == "f";
  k.deferral = deferral(row);
  k.not_valid = !row.validated;
}

void Assembly::read_constraints() {
  each(catalog_.constraints, [&](const ConstraintRow& row) {
    TableEntry* t = find(row.table);
    if (t == nullptr) return;
    const char kind = row.kind.front();
    const auto backing = index_rows_.find(row.index);
    if (kind != 'f' && backing != index_rows_.end()) backing_[static_cast<std::size_t>(backing->second)] = true;
    const auto report = [&](std::string what) {
      add_unmodeled(std::move(what), t->schema, t->table->name + "." + std::string(row.name));
    };
    if (row.unmodeled) report(std::string(*row.unmodeled));
    if (kind == 'p') add_primary_key(row, *t);
    if (kind == 'u') add_unique(row, *t);
    if (kind == 'c') t->table->checks.push_back(check_of(row));
    if (kind == 'f') add_foreign_key(row, *t);
    if (kind == 'x') report("exclusion");
  });
  std::size_t at = 0;
  each(catalog_.indexes, [&](const IndexRow& row) {
    if (!backing_[at++]) add_index(row);
  });
}

void Assembly::read_policies() {
  each(catalog_.policies, [&](const PolicyRow& row) {
    TableEntry* t = find(row.table);
    if (t == nullptr) return;
    Policy& p = t->table->policies.emplace_back();
    p.name = row.name;
    p.command = decoded(command_codes, row.command);
    p.permissive = row.permissive;
    p.roles = texts(row.roles);
    p.using_expression = expression(row.using_expression);
    p.check_expression = expression(row.check_expression);
  });
}

void Assembly::read_unmodeled() {
  each(catalog_.unmodeled, [&](const UnmodeledRow& row) {
    add_unmodeled(std::string(row.kind), row.schema, std::string(row.name));
    if (row.count) out_.unmodeled.back().count = std::stoll(std::string(*row.count));
  });
  std::sort(out_.unmodeled.begin(), out_.unmodeled.end(), [](const Unmodeled& a, const Unmodeled& b) {
    return std::tie(a.kind, a.schema, a.name) < std::tie(b.kind, b.schema, b.name);
  });
}

Introspection Assembly::run() && {
  read_namespaces();
  read_extensions();
  read_operator_classes();
  read_tables();
  read_sequences();
  read_columns();
  read_enums();
  read_indexes();
  read_foreign_columns();
  read_constraints();
  read_policies();
  read_views();
  read_dependents();
  read_unmodeled();
  return std::move(out_);
}

}  // namespace plinth::catalog
