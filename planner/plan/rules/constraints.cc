#include "planner/plan/rules/constraints.h"
#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/renaming.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

using Names = std::vector<std::string>;

std::vector<Sql> idents(const Names& names, std::string_view alias = {}) {
  std::vector<Sql> out;
  out.reserve(names.size());
  for (const auto& n : names) {
    out.push_back(alias.empty() ? Sql("{}", Ident{n}) : Sql("{}.{}", Ident{alias}, Ident{n}));
  }
  return out;
}

Sql none_is_null(const std::vector<Sql>& values) {
  std::vector<Sql> out;
  out.reserve(values.size());
  std::transform(values.begin(), values.end(), std::back_inserter(out),
                 [](const Sql& v) { return Sql("{} IS NOT NULL", v); });
  return Sql::list(out, " AND ");
}

// What an existing row holds in a column that the plan adds.
enum class NewValue { none, distinct, same };
NewValue new_value(const Column& c) {
  if (c.identity || is_autoincrement(c.fallback)) return NewValue::distinct;
  if (!c.fallback) return NewValue::none;  // NULL, or what the backfill writes
  return is_volatile(c.fallback) ? NewValue::distinct : NewValue::same;
}

// The table before the plan, when it may hold rows and the policy allows to change them.
const Table* table_with_rows(const Draft& draft, const Name& table) {
  return draft.options.allows(OperationClass::data) ? draft.actual.find_table(table) : nullptr;
}

// Whether one of the columns is new, and holds none of `troublesome` values.
bool is_settled_by_new_column(const Draft& draft, const Name& table, const Table& before, const Names& columns,
                              std::initializer_list<NewValue> troublesome) {
  const Table* after = draft.expected.find_table(table);
  return std::any_of(columns.begin(), columns.end(), [&](const auto& name) {
    const Column* added = find_named(before.columns, name) == nullptr ? find_named(after->columns, name) : nullptr;
    return added != nullptr &&
           std::find(troublesome.begin(), troublesome.end(), new_value(*added)) == troublesome.end();
  });
}
bool has_all(const Table& t, const Names& columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [&](const auto& c) { return find_named(t.columns, c) != nullptr; });
}

bool is_subset(const Names& some, const Names& all) {
  return !some.empty() && std::all_of(some.begin(), some.end(), [&](const auto& c) { return holds(all, c); });
}

// The columns of a unique index without conditions or expressions; empty for any other.
Names unique_columns(const Index& i) {
  Names out;
  if (!i.unique || i.predicate || i.invalid) return out;
  for (const auto& k : i.keys) {
    if (k.column.empty()) return {};
    out.push_back(k.column);
  }
  return out;
}

// Whether the values of a column are another expression's after the plan.
bool is_recomputed(const Draft& draft, const Name& table, const std::string& column) {
  const Table *a = draft.actual.find_table(table), *e = draft.expected.find_table(table);
  const Column* before = a != nullptr ? find_named(a->columns, column) : nullptr;
  const Column* after = e != nullptr ? find_named(e->columns, column) : nullptr;
  return before != nullptr && after != nullptr && after->generated && after->generated != before->generated;
}
bool any_recomputed(const Draft& draft, const Name& table, const Names& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return is_recomputed(draft, table, c); });
}

// Whether the rows are distinct in these columns already, because they are in some of them.
bool is_unique_before(const Table& t, const UniqueRows& wanted) {
  const auto not_null = [&](const Names& columns) {
    return std::all_of(columns.begin(), columns.end(), [&](const auto& name) {
      const Column* c = find_named(t.columns, name);
      return c != nullptr && !c->nullable;
    });
  };
  const auto holds = [&](const Names& columns, bool nulls_not_distinct) {
    return is_subset(columns, wanted.columns) && (!wanted.nulls_count || nulls_not_distinct || not_null(columns));
  };
  if (t.primary_key && holds(t.primary_key->columns, true)) return true;
  return std::any_of(t.uniques.begin(), t.uniques.end(),
                     [&](const Unique& u) { return holds(u.columns, u.nulls_not_distinct); }) ||
         std::any_of(t.indexes.begin(), t.indexes.end(),
                     [&](const Index& i) { return holds(unique_columns(i), i.nulls_not_distinct); });
}

Sql duplicates(const Name& table, const std::vector<Sql>& keys, const Sql& condition) {
  const Sql list = Sql::list(keys);
  return {"SELECT {} FROM {}{} GROUP BY {} HAVING count(*) > 1", list, table,
          condition.empty() ? Sql() : Sql(" WHERE {}", condition), list};
}

// Of two keys over the same columns the first one, the stronger, is enough.
void add(Draft& draft, const TransformAim& aim, const Name& table, const Sql& violations, const Sql& before,
         std::string_view counts) {
  DataTransform op = transform(aim, table, Sql());
  if (!draft.guarded.insert(table.schema + "." + op.name).second) return;
  op.check->query = TransformQuery{violations.text(), {}};
  if (!before.empty()) draft.probes.push_back({op.name, before.text(), std::string(counts)});
  draft.add_in(Phase::clean, std::move(op));
}

// Rows of `table` that the condition names, `c` being the row.
Sql rows(const Name& table, const Sql& condition) { return {"SELECT c.* FROM {} AS c WHERE {}", table, condition}; }

Sql orphan(const ForeignKey& fk) {
  const auto own = idents(fk.columns, "c"), other = idents(fk.referenced_columns, "p");
  std::vector<Sql> equal;
  equal.reserve(own.size());
  std::transform(other.begin(), other.end(), own.begin(), std::back_inserter(equal),
                 [](const Sql& o, const Sql& c) { return Sql("{} = {}", o, c); });
  Sql unmatched("{} AND NOT EXISTS (SELECT FROM {} AS p WHERE {})", none_is_null(own), fk.references(),
                Sql::list(equal, " AND "));
  if (!fk.match_full || own.size() < 2) return unmatched;
  return {"{} OR num_nulls({}) BETWEEN 1 AND {}", unmatched, Sql::list(own), static_cast<std::int64_t>(own.size()) - 1};
}

// Whether another key of the same columns leads elsewhere.
bool has_rival(const Table& t, const ForeignKey& fk) {
  return std::any_of(t.foreign_keys.begin(), t.foreign_keys.end(),
                     [&](const ForeignKey& other) { return other.columns == fk.columns && other.name != fk.name; });
}

bool has_same_type(const Draft& draft, const Name& table, const std::string& column) {
  const Table *a = draft.actual.find_table(table), *e = draft.expected.find_table(table);
  const Column* before = a != nullptr ? find_named(a->columns, column) : nullptr;
  const Column* after = e != nullptr ? find_named(e->columns, column) : nullptr;
  return before != nullptr && after != nullptr && before->type == after->type;
}
// Whether a query over these columns answers the same before the plan and just before the constraint.
bool keeps_values(const Draft& draft, const Name& table, const Names& columns) {
  return !any_recomputed(draft, table, columns) &&
         std::all_of(columns.begin(), columns.end(), [&](const auto& c) { return has_same_type(draft, table, c); });
}

}  // namespace

namespace {

// Whether the keys that somebody wrote are one expression, without an operator class or an order: `lower(name)`.
bool is_one_key(std::string_view keys) {
  const std::string_view text = trim(keys);
  const bool is_word = std::all_of(text.begin(), text.end(), is_word_char);
  const std::size_t open = text.find('(');
  const bool is_call = open != std::string_view::npos && skip_parenthesis(text, open) == text.size() &&
                       std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(open), is_word_char);
  return is_word || is_call;
}

}  // namespace

bool can_be_counted(const Index& index) {
  return std::all_of(index.keys.begin(), index.keys.end(),
                     [](const IndexKey& k) { return !k.verbatim || is_one_key(k.expression.text); });
}

UniqueRows unique_rows(const Index& index) {
  UniqueRows out{index.name, {}, {}, index.predicate ? index.predicate->text : "", index.nulls_not_distinct};
  for (const auto& k : index.keys) {
    if (!k.column.empty()) out.columns.push_back(k.column);
    if (k.column.empty()) out.expressions.push_back(k.expression.text);
  }
  return out;
}

UniqueRows unique_rows(const Unique& unique) {
  return {unique.name, unique.columns, {}, {}, unique.nulls_not_distinct};
}
UniqueRows unique_rows(const PrimaryKey& key) { return {key.name, key.columns, {}, {}, true}; }

void guard_unique(Draft& draft, const Name& table, const UniqueRows& wanted) {
  const Table* before = table_with_rows(draft, table);
  if (before == nullptr) return;
  if (is_settled_by_new_column(draft, table, *before, wanted.columns, {NewValue::same})) return;
  const bool recomputed = any_recomputed(draft, table, wanted.columns);
  if (!recomputed && is_unique_before(*before, wanted)) return;
  std::vector<Sql> keys = idents(wanted.columns);
  std::transform(wanted.expressions.begin(), wanted.expressions.end(), std::back_inserter(keys),
                 [](const std::string& e) { return Sql("({})", Sql::trusted(e)); });
  std::vector<Sql> conditions;
  if (!wanted.nulls_count) conditions.push_back(none_is_null(keys));
  if (!wanted.predicate.empty()) {
    Sql predicate("({})", Sql::trusted(wanted.predicate));
    conditions.push_back(std::move(predicate));
  }
  const Sql query = duplicates(table, keys, Sql::list(conditions, " AND "));
  const bool is_plain = wanted.expressions.empty() && wanted.predicate.empty();
  const Names named = is_plain ? wanted.columns : Names{wanted.name};
  const bool kept = keeps_values(draft, table, wanted.columns);
  add(draft, {Purpose::deduplicate, table, named}, table, query, kept ? query : Sql("SELECT FROM {} OFFSET 1", table),
      kept ? "groups of rows that hold the same" : "rows of the table but one");
}

void guard_reference(Draft& draft, const Name& table, const ForeignKey& fk) {
  const Table* before = table_with_rows(draft, table);
  if (before == nullptr || fk.not_valid) return;
  if (is_settled_by_new_column(draft, table, *before, fk.columns, {NewValue::same, NewValue::distinct})) return;
  const bool held = std::any_of(before->foreign_keys.begin(), before->foreign_keys.end(), [&](const ForeignKey& k) {
    return !k.not_valid && k.columns == fk.columns && k.references() == fk.references() &&
           k.referenced_columns == fk.referenced_columns && k.match_full == fk.match_full;
  });
  const bool recomputed =
      any_recomputed(draft, table, fk.columns) || any_recomputed(draft, fk.references(), fk.referenced_columns);
  if (held && !recomputed) return;
  const Sql query = rows(table, orphan(fk));
  Sql now;
  std::string_view counts = "rows without a match";
  if (!any_recomputed(draft, table, fk.columns) && has_all(*before, fk.columns) &&
      draft.actual.find_table(fk.references()) == nullptr) {
    now = rows(table, none_is_null(idents(fk.columns, "c")));  // nothing to match yet
    counts = "rows that refer to something";
  } else if (keeps_values(draft, table, fk.columns) && keeps_values(draft, fk.references(), fk.referenced_columns)) {
    now = query;
  } else {
    now = Sql("SELECT FROM {}", table);
    counts = counts_all_rows;
  }
  Names named = fk.columns;
  if (has_rival(*draft.expected.find_table(table), fk)) named.push_back(fk.name);
  add(draft, {Purpose::resolve_orphans, table, named}, table, query, now, counts);
}

namespace {

// Whether a check permits all that another one does.
bool permits(const Membership& check, const Membership& other) {
  return check.column == other.column &&
         std::all_of(other.values.begin(), other.values.end(), [&](const auto& v) { return holds(check.values, v); });
}

}  // namespace

void guard_check(Draft& draft, const Name& table, const Check& check) {
  const Table* before = table_with_rows(draft, table);
  if (before == nullptr || check.not_valid || check.implied) return;
  const Table& after = *draft.expected.find_table(table);
  Names used;
  for (const auto& c : after.columns) {
    if (uses(check, c.name)) used.push_back(c.name);
  }
  const auto held = [&](const Check& c) {
    if (c.not_valid) return false;
    if (c.membership && check.membership) return permits(*check.membership, *c.membership);
    return c.membership == check.membership && c.expression == check.expression;
  };
  if (!any_recomputed(draft, table, used) && std::any_of(before->checks.begin(), before->checks.end(), held)) return;
  const bool only_new = !used.empty() && std::none_of(used.begin(), used.end(), [&](const auto& c) {
    return find_named(before->columns, c) != nullptr;
  });
  // Nothing but the default is in the list yet.
  if (only_new && element_checked_column(check.expression.text)) return;
  if (only_new && is_settled_by_new_column(draft, table, *before, used, {NewValue::same, NewValue::distinct})) return;
  const Sql query("SELECT * FROM {} WHERE NOT ({})", table, check_condition(check));
  const bool kept = keeps_values(draft, table, used);
  add(draft, {Purpose::resolve_violations, table, {check.name}}, table, query,
      kept ? query : Sql("SELECT FROM {}", table), kept ? "rows that do not satisfy the check" : counts_all_rows);
}

}  // namespace plinth
