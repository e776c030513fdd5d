#include "runner/jobs/database/seed_database.h"

#include <filesystem>
#include <set>

#include "engine/json/sha256.h"
#include "engine/names.h"
#include "engine/sql/reading/transaction_control.h"
#include "runner/files/files.h"
#include "runner/jobs/run/locked_database.h"
#include "runner/postgres/apply.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {
namespace {

constexpr std::string_view create_seeds = R"(CREATE TABLE IF NOT EXISTS "prisma_contract"."plinth_seeds" (
  "name" text PRIMARY KEY,
  "hash" text NOT NULL,
  "run_at" timestamptz DEFAULT (now()) NOT NULL
))";

struct Seed {
  std::string path, sql;
  SeededFile file;
};

std::vector<Seed> read_seeds(const std::vector<FilePath>& files) {
  std::vector<Seed> out;
  std::set<std::string> names;
  for (const auto& path : files) {
    Seed seed{path, read_file(path), {std::filesystem::path(std::string(path)).filename().string(), {}, {}}};
    seed.file.hash = sha256_hex(seed.sql);
    if (!names.insert(seed.file.name).second) {
      throw Error(Code::rpc_invalid_params, "two files are named " + q(seed.file.name),
                  "A file is recorded by its name, without its directories.");
    }
    if (const std::string command = transaction_command(seed.sql); !command.empty()) {
      throw Error(Code::migration_execution_failed, seed.file.name + ": a statement may not be " + command,
                  "Each file runs in a transaction of its own, which is the engine's.")
          .fix("Take " + command + " out of the file.")
          .at(seed.path);
    }
    out.push_back(std::move(seed));
  }
  return out;
}

bool has_seeds(Connection& c) {
  return c.run(Query{"SELECT pg_catalog.to_regclass('prisma_contract.plinth_seeds') IS NOT NULL", {}}).truthy();
}

// The hash under which a file ran; nothing where it has not.
std::optional<std::string> recorded(Connection& c, const std::string& name) {
  const Result r = c.run(Query{R"(SELECT "hash" FROM "prisma_contract"."plinth_seeds" WHERE "name" = $1)", {name}});
  return r.rows() > 0 ? std::optional(std::string(r.at(0, 0))) : std::nullopt;
}

SeedOutcome outcome_of(const Seed& seed, const std::optional<std::string>& before, ChangedSeeds changed) {
  if (before == seed.file.hash) return SeedOutcome::unchanged;
  if (!before || changed == ChangedSeeds::run) return SeedOutcome::run;
  throw Error(Code::migration_seed_changed, q(seed.file.name) + " ran before, with another content")
      .at(seed.path)
      .with("recorded", *before)
      .with("hash", seed.file.hash);
}

// What waits for the end of the transaction is done here, so that an error of it is that of the file; and what the file
// has set for itself is not for the next one.
void run_seed(Connection& c, const Seed& seed) {
  try {
    c.run(Sql::trusted(seed.sql));
    c.run(Sql("SET CONSTRAINTS ALL IMMEDIATE"));
  } catch (const Error& e) {
    RawSql file;
    file.raw_id = file.raw_label = seed.file.name;
    throw Apply::failure(e, file, {"the file", "", {}, {}}).at(seed.path);
  }
  c.run(Sql("RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL"));
}

// Another run of the same file waits for this one, and sees that it is done.
void seed_one(Connection& c, Seed& seed, ChangedSeeds changed, const TimeLimits& limits) {
  Transaction transaction(c);
  c.run(value_settings());
  set_time_limits(c, limits.lock, limits.statement);
  c.run(Sql("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('plinth.seeds'))"));
  ensure_bookkeeping(c);
  if (!has_seeds(c)) c.run(Query{std::string(create_seeds), {}});
  seed.file.outcome = outcome_of(seed, recorded(c, seed.file.name), changed);
  if (seed.file.outcome == SeedOutcome::unchanged) return;
  run_seed(c, seed);
  set_time_limits(c, limits.lock, limits.statement);
  c.run(
      Query{R"(INSERT INTO "prisma_contract"."plinth_seeds" ("name", "hash") VALUES ($1, $2) ON CONFLICT ("name") DO )"
            R"(UPDATE SET "hash" = EXCLUDED."hash", "run_at" = now())",
            {seed.file.name, seed.file.hash}});
  transaction.commit();
}

}  // namespace

void SeedDatabaseRequest::validate(const JsonPath& at) const {
  if (files.empty()) at.member("files").fail("names no file");
}

SeedDatabaseResult seed_database(JobContext& context, const SeedDatabaseRequest& p) {
  TimeLimits limits;
  limits.lock = p.lock_timeout_ms.value_or(limits.lock);
  limits.statement = p.statement_timeout_ms;
  check_limits(limits);
  std::vector<Seed> seeds = read_seeds(p.files);
  Connection c = context.connect(p.url);
  const bool known = has_seeds(c);
  for (auto& s : seeds) s.file.outcome = outcome_of(s, known ? recorded(c, s.file.name) : std::nullopt, p.changed);
  SeedDatabaseResult out;
  const auto total = static_cast<std::int64_t>(seeds.size());
  for (auto& s : seeds) {
    context.check_cancelled();
    if (!p.dry_run && s.file.outcome == SeedOutcome::run) {
      context.progress(static_cast<std::int64_t>(out.files.size()) + 1, total, "Seed " + s.file.name);
      try {
        seed_one(c, s, p.changed, limits);
      } catch (Error& e) {
        std::vector<std::string> done;
        for (const auto& f : out.files) done.push_back(f.name);
        throw e.with("done", done);
      }
    }
    out.files.push_back(s.file);
  }
  return out;
}

}  // namespace plinth
