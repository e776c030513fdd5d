#include "runner/jobs/database/cleanup.h"

#include <map>

#include "engine/names.h"
#include "planner/render/summary.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

// A leftover, with the statements that finish or remove it.
struct Found {
  Leftover shown;
  std::string space;  // of a journal
  std::vector<Sql> finish, remove;
};

// Where others may have objects; ours and the server's are not looked at.
constexpr std::string_view of_users =
    "n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'prisma_contract') ";

std::string dotted(const Result& r, int row, int schema) {
  return std::string(r.at(row, schema)) + "." + std::string(r.at(row, schema + 1));
}
Name name_at(const Result& r, int row, int schema) {
  return {std::string(r.at(row, schema)), std::string(r.at(row, schema + 1))};
}

void find_journals(Connection& c, std::vector<Found>& out) {
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, std::string>> migrations;
  for (const auto& e : read_all_journals(c)) {
    auto& [done, running] = migrations[{e.space, e.migration_name}];
    done += e.done_at ? 1 : 0;
    if (!e.done_at) running = e.operation_id;
  }
  for (const auto& [migration, state] : migrations) {
    Found f;
    f.space = migration.first;
    f.shown = {LeftoverKind::journal, migration.second, {}, counted(state.first, "operation") + " done", {}};
    if (!state.second.empty()) f.shown.detail += ", " + q(state.second) + " had begun";
    f.shown.detail += "; applying the migration again goes on behind them";
    out.push_back(std::move(f));
  }
}

// Not those that somebody is building right now.
void find_invalid_indexes(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(Query{
      "SELECT n.nspname, i.relname, tn.nspname, t.relname FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON "
      "i.oid = "
      "x.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace JOIN pg_catalog.pg_class t ON t.oid = "
      "x.indrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace WHERE NOT x.indisvalid AND i.relkind = "
      "'i' AND "
      "NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.oid) AND " +
          std::string(of_users) + "ORDER BY 1, 2",
      {}});
  for (int row = 0; row < r.rows(); ++row) {
    const Name index = name_at(r, row, 0);
    out.push_back({{LeftoverKind::invalid_index,
                    dotted(r, row, 0),
                    dotted(r, row, 2),
                    "an index that was not built to its end: no query uses it, every write keeps it up",
                    {}},
                   {},
                   {Sql("REINDEX INDEX CONCURRENTLY {}", index)},
                   {Sql("DROP INDEX CONCURRENTLY IF EXISTS {}", index)}});
  }
}

void find_sync_triggers(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(
      Query{"SELECT fn.nspname, f.proname, n.nspname, t.relname, string_agg(g.tgname, chr(1)) FROM "
            "pg_catalog.pg_trigger g JOIN "
            "pg_catalog.pg_class t ON t.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace JOIN "
            "pg_catalog.pg_proc f ON f.oid = g.tgfoid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.pronamespace WHERE "
            "f.proname LIKE 'zz\\_plinth\\_%\\_sync' AND g.tgname LIKE 'zz\\_plinth\\_%\\_sync\\__' AND NOT "
            "g.tgisinternal AND " +
                std::string(of_users) + "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            {}});
  for (int row = 0; row < r.rows(); ++row) {
    Found f{{LeftoverKind::sync_trigger,
             dotted(r, row, 0),
             dotted(r, row, 2),
             "triggers that fill a column of rows that are written, until the migration is finished",
             {}},
            {},
            {},
            {}};
    std::string triggers(r.at(row, 4));
    for (std::size_t at = 0; at <= triggers.size();) {
      const std::size_t end = std::min(triggers.find('\1', at), triggers.size());
      f.remove.push_back(Sql("DROP TRIGGER IF EXISTS {} ON {}", Ident{std::string_view(triggers).substr(at, end - at)},
                             name_at(r, row, 2)));
      at = end + 1;
    }
    f.remove.push_back(Sql("DROP FUNCTION IF EXISTS {}()", name_at(r, row, 0)));
    out.push_back(std::move(f));
  }
}

void find_not_valid_constraints(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(Query{
      "SELECT n.nspname, t.relname, x.conname FROM pg_catalog.pg_constraint x JOIN pg_catalog.pg_class t ON t.oid = "
      "x.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE NOT x.convalidated AND " +
          std::string(of_users) + "ORDER BY 1, 2, 3",
      {}});
  for (int row = 0; row < r.rows(); ++row) {
    const Name table = name_at(r, row, 0);
    const std::string constraint(r.at(row, 2));
    out.push_back({{LeftoverKind::not_valid_constraint,
                    table.schema + "." + constraint,
                    dotted(r, row, 0),
                    "a constraint that holds for rows that are written, and has not been proved for the others",
                    {}},
                   {},
                   {Sql("ALTER TABLE {} VALIDATE CONSTRAINT {}", table, Ident{constraint})},
                   {Sql("ALTER TABLE {} DROP CONSTRAINT {}", table, Ident{constraint})}});
  }
}

std::vector<Found> find_leftovers(Connection& c) {
  std::vector<Found> out;
  find_journals(c, out);
  find_invalid_indexes(c, out);
  find_sync_triggers(c, out);
  find_not_valid_constraints(c, out);
  return out;
}

template <class T>
bool holds(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

void run(Connection& c, const Found& f, const std::vector<Sql>& statements) {
  const bool alone = f.shown.kind == LeftoverKind::invalid_index;
  std::optional<Transaction> transaction;
  if (!alone) transaction.emplace(c);
  try {
    for (const auto& sql : statements) c.run(sql);
  } catch (Error& e) {
    throw e.with("leftover", f.shown.name).with("sql", statements.front().text());
  }
  if (transaction) transaction->commit();
}

// A migration that is not finished relies on what it has made.
void refuse_to_strand(const std::vector<Found>& found, const CleanupRequest& p) {
  const bool takes = holds(p.remove, LeftoverKind::sync_trigger) || holds(p.remove, LeftoverKind::not_valid_constraint);
  if (!takes || holds(p.remove, LeftoverKind::journal)) return;
  for (const auto& f : found) {
    if (f.shown.kind != LeftoverKind::journal) continue;
    throw Error(Code::migration_interrupted, "package " + q(f.shown.name) + " has begun and is not finished",
                "It may rely on the triggers and constraints that it has made.")
        .fix("Apply it again, which finishes it; or give it up: remove journal as well.")
        .with("migration", f.shown.name);
  }
}

}  // namespace

void CleanupRequest::validate(const JsonPath& at) const {
  for (const auto kind : finish) {
    if (kind == LeftoverKind::journal || kind == LeftoverKind::sync_trigger) {
      at.member("finish").fail("only the migration itself finishes a " + std::string(name_of(kind)) +
                               ": apply it again");
    }
    if (holds(remove, kind)) at.member("remove").fail(std::string(name_of(kind)) + " is to be finished as well");
  }
}

CleanupResult cleanup(JobContext& context, const CleanupRequest& p) {
  Connection c = context.connect(p.url);
  CleanupResult out;
  std::vector<Found> found;
  if (p.finish.empty() && p.remove.empty()) {
    found = find_leftovers(c);
    for (auto& f : found) out.leftovers.push_back(std::move(f.shown));
    return out;
  }
  TimeLimits limits;
  limits.lock = p.lock_timeout_ms.value_or(limits.lock);
  limits.migration_lock = p.migration_lock_timeout_ms.value_or(limits.migration_lock);
  const LockedSession session(context, c, {}, std::string(app_space), limits);
  found = find_leftovers(c);
  refuse_to_strand(found, p);
  const auto total = static_cast<std::int64_t>(found.size());
  for (auto& f : found) {
    context.check_cancelled();
    const bool meant = p.only.empty() || holds(p.only, f.shown.name);
    const bool finishes = meant && holds(p.finish, f.shown.kind), removes = meant && holds(p.remove, f.shown.kind);
    if (finishes || removes) {
      context.progress(static_cast<std::int64_t>(out.leftovers.size()) + 1, total,
                       (finishes ? "Finish " : "Remove ") + f.shown.name);
      if (f.shown.kind == LeftoverKind::journal) {
        clear_journal(c, f.space);
      } else {
        run(c, f, finishes ? f.finish : f.remove);
      }
      f.shown.outcome = finishes ? CleanupOutcome::finished : CleanupOutcome::removed;
    }
    out.leftovers.push_back(std::move(f.shown));
  }
  return out;
}

}  // namespace plinth
