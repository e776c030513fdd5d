#include "runner/introspect/catalog_assembly.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "engine/sql/normalize.h"
#include "engine/sql/scan.h"
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

std::optional<Deferral> deferral(const Result& r, int row) {
  if (!boolean(r.at(row, cn_deferrable))) return {};
  return boolean(r.at(row, cn_deferred)) ? Deferral::initially_deferred : Deferral::deferrable;
}

/// Of a list in the order of the query; NULL stands for a default.
SequenceOptions sequence_options(std::string_view list) {
  const std::vector<std::string> values = texts(list);
  const auto stated = [&](std::size_t i) {
    return values.at(i) == "NULL" ? std::nullopt : std::optional(values.at(i));
  };
  return {stated(0), stated(1), stated(2), stated(3), stated(4), stated(5).has_value()};
}

}  // namespace

TableEntry* Assembly::find(Oid table) {
  if (table == last_id_) return last_;
  const auto found = tables_.find(table);
  last_id_ = table;
  last_ = found == tables_.end() ? nullptr : &found->second;
  return last_;
}

void Assembly::add_unmodeled(std::string kind, std::string_view schema, std::string name) {
  out_.unmodeled.push_back({std::move(kind), std::string(schema), std::move(name), {}});
}

void Assembly::read_namespaces() {
  each(Part::namespaces, [&](const Result& r, int row) {
    namespaces_.emplace(number(r.at(row, ns_oid)), out_.schema.namespaces.size());
    out_.schema.namespaces.emplace_back().name = r.at(row, ns_name);
  });
}

void Assembly::read_extensions() {
  each(Part::extensions, [&](const Result& r, int row) {
    Extension& e = out_.schema.extensions.emplace_back();
    e.name = r.at(row, xn_name);
    e.schema = r.at(row, xn_schema);
    if (!r.is_null(row, xn_version)) e.version = r.at(row, xn_version);
    e.relocatable = boolean(r.at(row, xn_relocatable));
    e.types = texts(r.at(row, xn_types));
  });
  each(Part::extension_types,
       [&](const Result& r, int row) { extension_types_.emplace(r.at(row, xt_printed), r.at(row, xt_bare)); });
}

void Assembly::read_operator_classes() {
  each(Part::operator_classes, [&](const Result& r, int row) {
    const Oid method = number(r.at(row, oc_method)), type = number(r.at(row, oc_type));
    const bool is_default = boolean(r.at(row, oc_default));
    if (is_default) typed_defaults_.emplace(method, type);
    operator_classes_.emplace(number(r.at(row, oc_oid)),
                              OperatorClass{method, type, is_default, std::string(r.at(row, oc_printed))});
  });
}

void Assembly::read_tables() {
  const Result& r = at(Part::tables);
  std::vector<Namespace>& all = out_.schema.namespaces;
  std::vector<std::pair<Oid, std::pair<std::size_t, std::size_t>>> places;  // a table's place, until none moves
  for (int row = 0; row < r.rows(); ++row) {
    const auto found = namespaces_.find(number(r.at(row, tb_namespace)));
    if (found == namespaces_.end()) continue;  // made after the schemas were read, by somebody else
    const std::size_t n = found->second;
    Table& t = all[n].tables.emplace_back();
    t.name = r.at(row, tb_name);
    t.row_security = boolean(r.at(row, tb_row_security));
    t.force_row_security = boolean(r.at(row, tb_force_row_security));
    places.push_back({number(r.at(row, tb_oid)), {n, all[n].tables.size() - 1}});
    if (r.is_null(row, tb_unmodeled)) continue;
    for (auto& kind : texts(r.at(row, tb_unmodeled))) add_unmodeled(std::move(kind), all[n].name, t.name);
  }
  tables_.reserve(places.size());
  for (const auto& [id, place] : places) {
    tables_.emplace(id, TableEntry{&all[place.first].tables[place.second], all[place.first].name});
  }
}

void Assembly::read_sequences() {
  each(Part::sequences, [&](const Result& r, int row) {
    const bool selected = boolean(r.at(row, sq_selected));
    if (r.is_null(row, sq_table)) {
      if (selected) add_unmodeled("sequence", r.at(row, sq_schema), std::string(r.at(row, sq_name)));
      return;
    }
    std::string text = "nextval('";
    for (const char c : r.at(row, sq_printed)) text.append(c == '\'' ? 2 : 1, c);
    sequences_.emplace(std::pair(number(r.at(row, sq_table)), number(r.at(row, sq_column))),
                       OwnedSequence{text + "'::regclass)", std::string(r.at(row, sq_schema)),
                                     std::string(r.at(row, sq_name)), selected, boolean(r.at(row, sq_unusual))});
  });
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

bool Assembly::draws_from_own_sequence(Oid table, Oid column, std::string_view text) {
  if (!text.starts_with("nextval('")) return false;
  const auto [first, last] = sequences_.equal_range(std::pair(table, column));
  const auto found = std::find_if(first, last, [&](const auto& s) { return s.second.default_text == text; });
  return found != last && (found->second.used = true);
}

void Assembly::read_columns() {
  const Result& r = at(Part::columns);
  facts_.reserve(static_cast<std::size_t>(r.rows()));
  each(Part::columns, [&](const Result&, int row) {
    const Oid table = number(r.at(row, co_table));
    TableEntry* t = find(table);
    if (t == nullptr) return;
    if (t->table->columns.empty()) t->first_column = facts_.size();
    const ColumnFacts& f = facts_.emplace_back(
        ColumnFacts{number(r.at(row, co_number)), number(r.at(row, co_type_oid)), number(r.at(row, co_collation_oid))});
    Column& c = t->table->columns.emplace_back();
    c.name = r.at(row, co_name);
    c.type = type(r.at(row, co_type));
    c.nullable = !boolean(r.at(row, co_not_null));
    if (!r.is_null(row, co_collation)) c.collation = r.at(row, co_collation);
    const std::string_view identity = r.at(row, co_identity), generated = r.at(row, co_generated);
    if (!identity.empty()) c.identity = identity == "a" ? Identity::always : Identity::by_default;
    if (!r.is_null(row, co_identity_options)) c.identity_options = sequence_options(r.at(row, co_identity_options));
    if (!r.is_null(row, co_unmodeled)) {
      for (auto& kind : texts(r.at(row, co_unmodeled))) {
        add_unmodeled(std::move(kind), t->schema, t->table->name + "." + c.name);
      }
    }
    if (generated == "v") add_unmodeled("virtualGeneratedColumn", t->schema, t->table->name + "." + c.name);
    if (r.is_null(row, co_default)) return;
    const std::string_view text = r.at(row, co_default);
    if (!generated.empty()) {
      c.generated = Expression(unwrap(text));
    } else if (draws_from_own_sequence(table, f.number, text)) {
      c.fallback = Default{Default::Kind::expression, std::string(autoincrement)};
    } else {
      c.fallback = fallback(type(r.at(row, co_type)), text);
    }
  });
  for (auto& [key, s] : sequences_) {
    if (!s.selected || (s.used && !s.unusual)) continue;
    add_unmodeled(s.used ? "sequenceOptions" : "sequence", s.schema, std::move(s.name));
  }
}

void Assembly::read_enums() {
  const Enum* last = nullptr;
  std::size_t last_namespace = 0;
  each(Part::enums, [&](const Result& r, int row) {
    const auto found = namespaces_.find(number(r.at(row, en_namespace)));
    if (found == namespaces_.end()) return;
    const std::size_t n = found->second;
    std::vector<Enum>& all = out_.schema.namespaces[n].enums;
    if (last == nullptr || last_namespace != n || last->name != r.at(row, en_name)) {
      all.emplace_back().name = r.at(row, en_name);
    }
    if (!r.is_null(row, en_label)) all.back().values.emplace_back(r.at(row, en_label));
    last = &all.back();
    last_namespace = n;
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
  each(Part::foreign_columns, [&](const Result& r, int row) {
    ForeignTable& t = foreign_tables_[number(r.at(row, fc_table))];
    t.name = {std::string(r.at(row, fc_schema)), std::string(r.at(row, fc_name))};
    t.columns.emplace(number(r.at(row, fc_number)), r.at(row, fc_column));
  });
}

void Assembly::add_primary_key(int row, TableEntry& t) {
  const Result& r = at(Part::constraints);
  PrimaryKey& k = t.table->primary_key.emplace();
  k.name = r.at(row, cn_name);
  k.columns = column_names(t, r.at(row, cn_key));
  k.include = included(number(r.at(row, cn_index)), t);
  k.deferral = deferral(r, row);
}

void Assembly::add_unique(int row, TableEntry& t) {
  const Result& r = at(Part::constraints);
  const Oid index_id = number(r.at(row, cn_index));
  Unique& u = t.table->uniques.emplace_back();
  u.name = r.at(row, cn_name);
  u.columns = column_names(t, r.at(row, cn_key));
  u.include = included(index_id, t);
  u.deferral = deferral(r, row);
  if (const auto found = index_rows_.find(index_id); found != index_rows_.end()) {
    u.nulls_not_distinct = boolean(at(Part::indexes).at(found->second, ix_nulls_not_distinct));
  }
}

void Assembly::add_check(int row, TableEntry& t) {
  const Result& r = at(Part::constraints);
  Check& c = t.table->checks.emplace_back();
  c.name = r.at(row, cn_name);
  const std::string_view text = unwrap(r.at(row, cn_check));
  c.membership = parse_membership(text);
  if (!c.membership) c.expression = Expression(text);
  c.no_inherit = boolean(r.at(row, cn_no_inherit));
  c.not_valid = !boolean(r.at(row, cn_validated));
}

void Assembly::add_foreign_key(int row, TableEntry& t) {
  const Result& r = at(Part::constraints);
  ForeignKey& k = t.table->foreign_keys.emplace_back();
  k.name = r.at(row, cn_name);
  k.columns = column_names(t, r.at(row, cn_key));
  const Oid target = number(r.at(row, cn_references));
  if (const auto found = tables_.find(target); found != tables_.end()) {
    k.referenced_schema = found->second.schema;
    k.referenced_table = found->second.table->name;
    k.referenced_columns = column_names(found->second, r.at(row, cn_referenced_key));
  } else {
    ForeignTable& other = foreign_tables_[target];
    k.referenced_schema = other.name.schema;
    k.referenced_table = other.name.name;
    for (const std::uint32_t n : numbers(r.at(row, cn_referenced_key))) {
      k.referenced_columns.push_back(other.columns[n]);
    }
  }
  k.on_delete = decoded(action_codes, r.at(row, cn_on_delete));
  k.on_update = decoded(action_codes, r.at(row, cn_on_update));
  k.match_full = r.at(row, cn_match) == "f";
  k.deferral = deferral(r, row);
  k.not_valid = !boolean(r.at(row, cn_validated));
}

void Assembly::read_constraints() {
  each(Part::constraints, [&](const Result& r, int row) {
    TableEntry* t = find(number(r.at(row, cn_table)));
    if (t == nullptr) return;
    const char kind = r.at(row, cn_kind).front();
    const auto backing = index_rows_.find(number(r.at(row, cn_index)));
    if (kind != 'f' && backing != index_rows_.end()) backing_[static_cast<std::size_t>(backing->second)] = true;
    const auto report = [&](std::string what) {
      add_unmodeled(std::move(what), t->schema, t->table->name + "." + std::string(r.at(row, cn_name)));
    };
    if (!r.is_null(row, cn_unmodeled)) report(std::string(r.at(row, cn_unmodeled)));
    if (kind == 'p') add_primary_key(row, *t);
    if (kind == 'u') add_unique(row, *t);
    if (kind == 'c') add_check(row, *t);
    if (kind == 'f') add_foreign_key(row, *t);
    if (kind == 'x') report("exclusion");
  });
  for (std::size_t row = 0; row < backing_.size(); ++row) {
    if (!backing_[row]) add_index(static_cast<int>(row));
  }
}

void Assembly::read_policies() {
  each(Part::policies, [&](const Result& r, int row) {
    TableEntry* t = find(number(r.at(row, po_table)));
    if (t == nullptr) return;
    Policy& p = t->table->policies.emplace_back();
    p.name = r.at(row, po_name);
    p.command = decoded(command_codes, r.at(row, po_command));
    p.permissive = boolean(r.at(row, po_permissive));
    p.roles = texts(r.at(row, po_roles));
    if (!r.is_null(row, po_using)) p.using_expression = Expression(unwrap(r.at(row, po_using)));
    if (!r.is_null(row, po_check)) p.check_expression = Expression(unwrap(r.at(row, po_check)));
  });
}

void Assembly::read_dependents() {
  each(Part::dependents, [&](const Result& r, int row) {
    TableEntry* t = find(number(r.at(row, de_table)));
    if (t == nullptr) return;
    Dependent& d = out_.dependents.emplace_back();
    d.kind = r.at(row, de_kind);
    if (!r.is_null(row, de_schema)) d.schema = r.at(row, de_schema);
    d.name = r.at(row, de_name);
    d.table = {std::string(t->schema), t->table->name};
    const std::uint32_t column = number(r.at(row, de_column));
    if (column > 0) d.column = column_name(*t, column);
    d.belongs = boolean(r.at(row, de_belongs));
  });
}

void Assembly::read_unmodeled() {
  each(Part::unmodeled, [&](const Result& r, int row) {
    add_unmodeled(std::string(r.at(row, un_kind)), r.at(row, un_schema), std::string(r.at(row, un_name)));
    if (!r.is_null(row, un_count)) out_.unmodeled.back().count = std::stoll(std::string(r.at(row, un_count)));
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
  read_dependents();
  read_unmodeled();
  return std::move(out_);
}

}  // namespace plinth::catalog
