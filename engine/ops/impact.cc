#include "engine/ops/impact.h"

#include <array>

#include "engine/names.h"
#include "engine/ops/parts.h"
#include "engine/ops/renaming.h"
#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

template <class T>
bool holds(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// `"a"`, `"a" and "b"`, `"a", "b" and "c"`
template <class T, class F>
std::string listed(const std::vector<T>& list, F name) {
  std::string out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += i + 1 < list.size() ? ", " : " and ";
    out += q(name(list[i]));
  }
  return out;
}
std::string tables(const std::vector<Name>& list) {
  return listed(list, [](const Name& n) { return n.name; });
}
std::string indexes(const std::vector<std::string>& list) {
  return (list.size() == 1 ? "index " : "indexes ") + listed(list, [](const std::string& n) { return n; });
}

std::vector<Name> at_least(const Impact& impact, LockLevel level) {
  std::vector<Name> out;
  for (const auto& l : impact.locks) {
    if (l.level >= level) out.push_back(l.relation);
  }
  return out;
}

// `ACCESS EXCLUSIVE on "orders", and on "customers": reads and writes wait until commit`
std::string waiting(const std::vector<Name>& locked, LockLevel level, bool meanwhile) {
  std::string out = lock_sql(level) + " on " + q(locked.front().name);
  if (locked.size() > 1) out += ", and on " + tables({locked.begin() + 1, locked.end()});
  if (meanwhile) out += " meanwhile";
  return out +
         (level == LockLevel::access_exclusive ? ": reads and writes wait until commit" : ": writes wait until commit");
}

void add_blocking(std::vector<Hazard>& out, const Impact& impact) {
  const bool works = !impact.scans.empty() || !impact.rewrites.empty();
  const auto exclusive = at_least(impact, LockLevel::access_exclusive), shared = at_least(impact, LockLevel::share);
  const std::string advice = impact.safer ? "; safer: " + *impact.safer : "";
  const auto level = [&] {
    LockLevel weakest = LockLevel::access_exclusive;
    for (const auto& l : impact.locks) {
      if (l.level >= LockLevel::share) weakest = std::min(weakest, l.level);
    }
    return weakest;
  };
  if (works && !exclusive.empty()) {
    out.push_back({HazardKind::blocks_reads, waiting(exclusive, LockLevel::access_exclusive, true) + advice});
  } else if (works && !shared.empty()) {
    out.push_back({HazardKind::blocks_writes, waiting(shared, level(), true) + advice});
  } else if (exclusive.size() > 1) {
    out.push_back({HazardKind::locks_others, waiting(exclusive, LockLevel::access_exclusive, false) + advice});
  }
}

// Built in, and not volatile. Sources: pg_proc of Postgres 12 to 18.
constexpr auto calm_functions = std::to_array<std::string_view>({
    "current_timestamp",
    "localtimestamp",
    "current_time",
    "localtime",
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_setting",
    "current_database",
    "to_char",
    "to_date",
    "to_timestamp",
    "to_number",
    "date_trunc",
    "timezone",
    "lower",
    "upper",
    "concat",
    "md5",
    "array_fill",
    "make_interval",
    "make_date",
    "json_build_object",
    "jsonb_build_object",
    "row",
    "coalesce",
    "nullif",
    "cast",
    "extract",
    "date_part",
    "numeric",
    "varchar",
    "char",
    "timestamptz",
    "timestamp",
    "time",
    "timetz",
    "interval",
    "bit",
    "varying",
    "decimal",
    "array",
});

}  // namespace

std::string lock_sql(LockLevel level) {
  switch (level) {
    case LockLevel::access_share: return "ACCESS SHARE";
    case LockLevel::row_share: return "ROW SHARE";
    case LockLevel::row_exclusive: return "ROW EXCLUSIVE";
    case LockLevel::share_update_exclusive: return "SHARE UPDATE EXCLUSIVE";
    case LockLevel::share: return "SHARE";
    case LockLevel::share_row_exclusive: return "SHARE ROW EXCLUSIVE";
    case LockLevel::exclusive: return "EXCLUSIVE";
    case LockLevel::access_exclusive: return "ACCESS EXCLUSIVE";
  }
  return {};
}

std::vector<Hazard> hazards(const Impact& impact) {
  std::vector<Hazard> out;
  const auto add = [&](HazardKind kind, const std::optional<std::string>& text) {
    if (text) out.push_back({kind, *text});
  };
  add(HazardKind::data_loss, impact.loses);
  std::vector<Name> read;
  for (const auto& s : impact.scans) {
    if (!holds(impact.rewrites, s)) read.push_back(s);
  }
  const std::string rebuilt = impact.rebuilds.empty() ? "" : "; " + indexes(impact.rebuilds) + " built anew";
  if (!impact.rewrites.empty()) {
    add(HazardKind::table_rewrite, "every row of " + tables(impact.rewrites) + " is written anew" + rebuilt);
  }
  if (!read.empty()) {
    add(HazardKind::table_scan, "every row of " + tables(read) + " is read" + (impact.rewrites.empty() ? rebuilt : ""));
  }
  add_blocking(out, impact);
  add(HazardKind::breaks_queries, impact.breaks);
  add(HazardKind::changes_visibility, impact.reveals);
  add(HazardKind::may_fail, impact.fails);
  add(HazardKind::needs_commit, impact.commits);
  return out;
}

Impact momentary(const Name& relation, LockLevel level) {
  Impact out;
  out.locks = {{relation, level}};
  return out;
}

Impact reading(const Name& table, LockLevel level) {
  Impact out = momentary(table, level);
  out.scans = {table};
  return out;
}

Impact rewriting(const Schema& before, const Name& table) {
  Impact out = reading(table);
  out.rewrites = {table};
  const Table* t = before.find_table(table);
  if (t == nullptr) return out;
  for (const auto& i : t->indexes) out.rebuilds.push_back(i.name);
  for (const auto& u : t->uniques) out.rebuilds.push_back(u.name);
  if (t->primary_key) out.rebuilds.push_back(t->primary_key->name);
  std::sort(out.rebuilds.begin(), out.rebuilds.end());
  return out;
}

void also_locks(Impact& impact, const Name& table, LockLevel level) {
  for (auto& l : impact.locks) {
    if (l.relation != table) continue;
    l.level = std::max(l.level, level);
    return;
  }
  impact.locks.push_back({table, level});
}

void also_reads(Impact& impact, const Name& table) {
  if (!holds(impact.scans, table)) impact.scans.push_back(table);
}

namespace {

template <class Condition>
void lock_referenced(Impact& impact, const Schema& before, const Name& table, Condition condition) {
  const Table* t = before.find_table(table);
  if (t == nullptr) return;
  for (const auto& fk : t->foreign_keys) {
    if (condition(fk)) also_locks(impact, fk.references(), LockLevel::access_exclusive);
  }
}

}  // namespace

void also_locks_referenced(Impact& impact, const Schema& before, const Name& table) {
  lock_referenced(impact, before, table, [](const ForeignKey&) { return true; });
}
void also_locks_referenced_by_column(Impact& impact, const Schema& before, const Name& table,
                                     const std::string& column) {
  lock_referenced(impact, before, table, [&](const ForeignKey& fk) { return holds(fk.columns, column); });
}
void also_locks_referenced_by_key(Impact& impact, const Schema& before, const Name& table, const std::string& key) {
  lock_referenced(impact, before, table, [&](const ForeignKey& fk) { return fk.name == key; });
}

namespace {

// A foreign key is made anew with the column, and its rows are looked up again when their values are.
void retype_foreign_keys(Impact& out, const Schema& before, const Name& table, const std::string& column,
                         bool rewrites) {
  const auto touch = [&](const Name& other) {
    also_locks(out, other, LockLevel::access_exclusive);
    if (rewrites) also_reads(out, other);
  };
  for (const auto& n : before.namespaces) {
    for (const auto& t : n.tables) {
      const Name from{n.name, t.name};
      for (const auto& fk : t.foreign_keys) {
        if (from == table && holds(fk.columns, column)) touch(fk.references());
        if (fk.references() == table && holds(fk.referenced_columns, column)) touch(from);
      }
    }
  }
}

}  // namespace

Impact retyping(const Schema& before, const Name& table, const std::string& column, bool rewrites, bool recollates) {
  Impact out = rewrites ? rewriting(before, table) : momentary(table);
  if (const Table* t = before.find_table(table); t != nullptr && !rewrites) {
    const auto has_key = [&](const Index& i) {
      return std::any_of(i.keys.begin(), i.keys.end(), [&](const IndexKey& k) { return k.column == column; });
    };
    for (const auto& i : t->indexes) {
      if (recollates && has_key(i)) out.rebuilds.push_back(i.name);
    }
    for (const auto& u : t->uniques) {
      if (recollates && holds(u.columns, column)) out.rebuilds.push_back(u.name);
    }
    if (recollates && t->primary_key && holds(t->primary_key->columns, column)) {
      out.rebuilds.push_back(t->primary_key->name);
    }
    const bool checked = std::any_of(t->checks.begin(), t->checks.end(), [&](const Check& c) {
      return c.membership ? c.membership->column == column : mentions(c.expression, column);
    });
    if (checked || !out.rebuilds.empty()) also_reads(out, table);
  }
  retype_foreign_keys(out, before, table, column, rewrites);
  return out;
}

void forget_new_tables(Impact& impact, const std::set<Name>& created) {
  if (created.empty() || impact.locks.empty()) return;
  const bool own = created.count(impact.locks.front().relation) > 0;
  std::erase_if(impact.locks, [&](const Lock& l) { return created.count(l.relation) > 0; });
  const auto is_new = [&](const Name& n) { return created.count(n) > 0; };
  std::erase_if(impact.rewrites, is_new);
  std::erase_if(impact.scans, is_new);
  if (!own) return;
  // Nothing of what the rows of the table could do comes to pass.
  Impact left;
  left.locks = std::move(impact.locks);
  left.commits = std::move(impact.commits);
  impact = std::move(left);
}

bool proves_not_null(const Table& table, const std::string& column) {
  const Expression wanted(quote_if_needed(column) + " IS NOT NULL");
  return std::any_of(table.checks.begin(), table.checks.end(),
                     [&](const Check& c) { return !c.not_valid && !c.membership && c.expression == wanted; });
}

bool is_volatile(const std::optional<Default>& value) {
  if (!value || value->kind == Default::Kind::literal) return false;
  const std::string_view text = value->value;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = skip_quoted(text, i);
    if (end == i && is_word_char(text[i])) {
      while (end < text.size() && is_word_char(text[end])) ++end;
      std::string word(text.substr(i, end - i));
      std::transform(word.begin(), word.end(), word.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      const bool called = end < text.size() && text[end] == '(';
      if (called && std::find(calm_functions.begin(), calm_functions.end(), word) == calm_functions.end()) return true;
    } else if (end == i) {
      ++end;
    } else if (text[i] == '"' && end < text.size() && text[end] == '(') {
      return true;
    }
    i = end;
  }
  return false;
}

}  // namespace plinth
