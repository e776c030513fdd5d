#include "runner/jobs/database/cleanup.h"

#include <map>
#include <memory>
#include <set>

#include "engine/names.h"
#include "planner/render/summary.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/postgres/apply.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

// A leftover, with the statements that finish or remove it; none where that cannot be.
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

// Not those that somebody is building right now, which nobody else may look up in pg_stat_progress_create_index: who
// builds holds a lock of the table that keeps others from changing it.
constexpr std::string_view is_invalid =
    "NOT x.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.relation = x.indrelid AND l.mode IN "
    "('ShareUpdateExclusiveLock', 'ShareLock', 'AccessExclusiveLock') AND l.pid <> pg_catalog.pg_backend_pid()) ";

void find_invalid_indexes(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(Query{
      "SELECT n.nspname, i.relname, tn.nspname, t.relname, i.relname ~ '_cc(new|old)[0-9]*$' FROM pg_catalog.pg_index "
      "x "
      "JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace "
      "JOIN "
      "pg_catalog.pg_class t ON t.oid = x.indrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace WHERE "
      "i.relkind = 'i' AND " +
          std::string(is_invalid) + "AND " + std::string(of_users) + "ORDER BY 1, 2",
      {}});
  for (int row = 0; row < r.rows(); ++row) {
    const Name index = name_at(r, row, 0);
    Found f;
    f.shown = {LeftoverKind::invalid_index,
               dotted(r, row, 0),
               dotted(r, row, 2),
               "an index that was not built to its end: no query uses it, every write keeps it up",
               {}};
    // What REINDEX leaves of itself has another index beside it.
    if (r.at(row, 4) != "t") f.finish = {Sql("REINDEX INDEX CONCURRENTLY {}", index)};
    f.remove = {Sql("DROP INDEX CONCURRENTLY IF EXISTS {}", index)};
    out.push_back(std::move(f));
  }
}

// Those of partitions go with those of their table.
void find_sync_triggers(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(Query{
      "SELECT fn.nspname, f.proname, n.nspname, t.relname, pg_catalog.json_agg(g.tgname::text ORDER BY g.tgname) FROM "
      "pg_catalog.pg_trigger g JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid "
      "= "
      "t.relnamespace JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid JOIN pg_catalog.pg_namespace fn ON fn.oid = "
      "f.pronamespace WHERE f.proname ~ '^zz_plinth_.*[0-9a-f]{8}_sync$' AND g.tgname IN (f.proname || '_i', f.proname "
      "|| "
      "'_u') AND NOT g.tgisinternal AND COALESCE((pg_catalog.to_jsonb(g) ->> 'tgparentid')::bigint, 0) = 0 AND " +
          std::string(of_users) + "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
      {}});
  for (int row = 0; row < r.rows(); ++row) {
    Found f;
    f.shown = {LeftoverKind::sync_trigger,
               dotted(r, row, 0),
               dotted(r, row, 2),
               "triggers that fill a column of rows that are written, until the migration is finished",
               {}};
    std::vector<std::string> triggers;
    decode(triggers, *json::parse(std::string(r.at(row, 4)), Code::engine_internal),
           JsonPath::root(Code::engine_internal, "triggers"));
    for (const auto& t : triggers) {
      Sql drop("DROP TRIGGER IF EXISTS {} ON {}", Ident{t}, name_at(r, row, 2));
      f.remove.push_back(std::move(drop));
    }
    Sql drop("DROP FUNCTION IF EXISTS {}()", name_at(r, row, 0));
    f.remove.push_back(std::move(drop));
    out.push_back(std::move(f));
  }
}

// Checks and foreign keys that are to hold. Those of partitions and of tables that inherit follow their table.
void find_not_valid_constraints(Connection& c, std::vector<Found>& out) {
  const Result r = c.run(Query{
      "SELECT n.nspname, t.relname, x.conname FROM pg_catalog.pg_constraint x JOIN pg_catalog.pg_class t ON t.oid = "
      "x.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace WHERE NOT x.convalidated AND x.contype IN "
      "('c', 'f') AND x.conparentid = 0 AND x.coninhcount = 0 AND COALESCE((pg_catalog.to_jsonb(x) ->> "
      "'conenforced')::boolean, true) AND " +
          std::string(of_users) + "ORDER BY 1, 2, 3",
      {}});
  for (int row = 0; row < r.rows(); ++row) {
    const Name table = name_at(r, row, 0);
    const std::string constraint(r.at(row, 2)), on = dotted(r, row, 0);
    Found f;
    f.shown = {LeftoverKind::not_valid_constraint,
               on + "." + constraint,
               on,
               "a constraint that holds for rows that are written, and has not been proved for the others",
               {}};
    f.finish = {Sql("ALTER TABLE {} VALIDATE CONSTRAINT {}", table, Ident{constraint})};
    f.remove = {Sql("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", table, Ident{constraint})};
    out.push_back(std::move(f));
  }
}

std::vector<Found> find_leftovers(Connection& c) {
  std::vector<Found> out;
  find_invalid_indexes(c, out);
  find_sync_triggers(c, out);
  find_not_valid_constraints(c, out);
  find_journals(c, out);
  return out;
}

template <class T>
bool holds(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

CleanupOutcome wanted(const Found& f, const CleanupRequest& p) {
  if (!p.only.empty() && !holds(p.only, f.shown.name)) return CleanupOutcome::left;
  if (holds(p.finish, f.shown.kind) && !f.finish.empty()) return CleanupOutcome::finished;
  return holds(p.remove, f.shown.kind) ? CleanupOutcome::removed : CleanupOutcome::left;
}

// CONCURRENTLY waits for whoever writes, and holds up nobody meanwhile.
void run_concurrently(Connection& c, const Sql& statement) {
  const SessionLimits limits(c, 0, 0);
  c.run(statement);
}

bool is_still_invalid(Connection& c, const Found& f) {
  return c
      .run(Query{"SELECT EXISTS (SELECT FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid "
                 "JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname || '.' || i.relname = $1 "
                 "AND " +
                     std::string(is_invalid) + ")",
                 {f.shown.name}})
      .truthy();
}

// Whether it was there to be dealt with.
bool carry_out(Connection& c, const Found& f, const std::vector<Sql>& statements) {
  const Sql* current = nullptr;
  try {
    if (f.shown.kind == LeftoverKind::journal) {
      clear_journal(c, f.space, f.shown.name);
    } else if (f.shown.kind == LeftoverKind::invalid_index) {
      if (!is_still_invalid(c, f)) return false;
      current = &statements.front();
      run_concurrently(c, *current);
    } else {
      Transaction transaction(c);
      for (const auto& sql : statements) c.run(*(current = &sql));
      transaction.commit();
    }
    return true;
  } catch (Error& e) {
    if (current != nullptr) e.with("sql", current->text());
    throw e.with("leftover", f.shown.name);
  }
}

// A migration that is not finished relies on what it has made.
void refuse_to_strand(const std::vector<Found>& found, const CleanupRequest& p) {
  const auto strands = [&](const Found& f) {
    return f.shown.kind != LeftoverKind::journal && f.shown.kind != LeftoverKind::invalid_index &&
           wanted(f, p) == CleanupOutcome::removed;
  };
  if (std::none_of(found.begin(), found.end(), strands)) return;
  for (const auto& f : found) {
    if (f.shown.kind != LeftoverKind::journal || wanted(f, p) == CleanupOutcome::removed) continue;
    throw Error(Code::migration_interrupted, "package " + q(f.shown.name) + " has begun and is not finished",
                "It may rely on the triggers and constraints that it has made.")
        .fix("Apply it again, which finishes it; or give it up: remove journal as well.")
        .with("migration", f.shown.name);
  }
}

void require_known(const std::vector<Found>& found, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto is_it = [&](const Found& f) { return f.shown.name == name; };
    if (std::any_of(found.begin(), found.end(), is_it)) continue;
    throw Error(Code::rpc_invalid_params, "params.only: " + q(name) + " is no leftover",
                "Names are those that cleanup without finish and remove gives.");
  }
}

// Migrations of all spaces that have a journal are kept out, each by the lock of its space.
class LockOfSpaces {
 public:
  LockOfSpaces(JobContext& context, Connection& c, const TimeLimits& limits) {
    std::set<std::string> spaces = {std::string(app_space)};
    for (const auto& e : read_all_journals(c)) spaces.insert(e.space);
    for (const auto& space : spaces) {
      locks_.push_back(std::make_unique<LockedSession>(context, c, Contract(), space, limits));
    }
  }

 private:
  std::vector<std::unique_ptr<LockedSession>> locks_;
};

}  // namespace

void CleanupRequest::validate(const JsonPath& at) const {
  for (const auto kind : finish) {
    if (kind == LeftoverKind::journal || kind == LeftoverKind::sync_trigger) {
      at.member("finish").fail("only the migration itself finishes a " + std::string(name_of(kind)) +
                               ": apply it again");
    }
    if (holds(remove, kind)) at.member("remove").fail(std::string(name_of(kind)) + " is to be finished as well");
  }
  if (!only.empty() && finish.empty() && remove.empty()) at.member("only").fail("is given without finish or remove");
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
  const LockOfSpaces lock(context, c, limits);
  found = find_leftovers(c);
  require_known(found, p.only);
  refuse_to_strand(found, p);
  const auto total = static_cast<std::int64_t>(found.size());
  for (auto& f : found) {
    context.check_cancelled();
    const CleanupOutcome outcome = wanted(f, p);
    if (outcome != CleanupOutcome::left) {
      const bool finishes = outcome == CleanupOutcome::finished;
      context.progress(static_cast<std::int64_t>(out.leftovers.size()) + 1, total,
                       (finishes ? "Finish " : "Remove ") + f.shown.name);
      if (carry_out(c, f, finishes ? f.finish : f.remove)) f.shown.outcome = outcome;
    }
    out.leftovers.push_back(std::move(f.shown));
  }
  return out;
}

}  // namespace plinth
