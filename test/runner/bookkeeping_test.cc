// A database that Plinth shares with Prisma Next: its packages, its marker, its ledger.
#include "test/files.h"
#include "test/support/database.h"
#include "test/support/engine_process.h"

using namespace plinth;
using namespace plinth::test;

namespace {

// Rows of the marker or ledger without what differs between two runs.
std::string comparable(const Database& db, const std::string& rows) {
  return ask(db.url(),
             "SELECT jsonb_pretty(r - 'id' - 'created_at' - 'updated_at') FROM (" + rows + ") t(r) ORDER BY r -> 'id'");
}
std::string ours(const Database& db, const std::string& table) {
  return comparable(db, "SELECT to_jsonb(t) FROM prisma_contract." + table + " t");
}
std::string recorded(const Database& db, const std::string& json_array) {
  Connection c = db.connect();
  c.run("DROP TABLE IF EXISTS public.recorded; CREATE TABLE public.recorded (all_rows jsonb)");
  c.run(Query{"INSERT INTO public.recorded VALUES ($1::jsonb)", {json_array}});
  return comparable(db, "SELECT jsonb_array_elements(all_rows) FROM public.recorded");
}

}  // namespace

TEST_CASE("a recorded history applies, and leaves the marker and the ledger that its own tool left") {
  const auto live = vectors(PLINTH_SOURCE_DIR, "prisma-next/live");
  if (!live) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  const Database db;
  Engine engine;
  const std::string migrations = *live / "migrations/app";
  // The rows that the recorded transforms found: a user from before the first of them.
  const Reply first = engine.call("applyMigration",
                                  apply_params(db.url(), "migrations", migrations, R"("target":"20261121T0611_init")"));
  REQUIRE_MESSAGE(first.outcome() == "applied", first.line());
  db.connect().run("INSERT INTO public.users (id, email, age) VALUES ('1', 'ada@example.com', 36)");
  const Reply r = engine.call("applyMigration", apply_params(db.url(), "migrations", migrations));
  REQUIRE_MESSAGE(r.outcome() == "applied", r.line());
  CHECK(r.at("result.packages.7.name") == "20261121T0619_age_to_text");
  for (const char* run : {"db-c2", "db-tiny"}) {
    CAPTURE(run);
    const std::string ledger = read_file(*live / (std::string(run) + "-ledger.json"));
    const Reply marker(read_file(*live / (std::string(run) + "-marker.json")));
    CHECK(ours(db, "ledger") == recorded(db, ledger));
    CHECK(ours(db, "marker") == recorded(db, marker.at("marker")));
  }
  CHECK(ask(db.url(), "SELECT name, handle FROM public.users") == "anonymous|ada@example.com\n");
  CHECK(ask(db.url(), "SELECT count(*) FROM prisma_contract.contract") == "9\n");
}

TEST_CASE("a history that the other tool recorded in this database is found, and is up to date") {
  const auto live = vectors(PLINTH_SOURCE_DIR, "prisma-next/live");
  if (!live) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  const Database db;
  const std::string migrations = *live / "migrations/app";
  REQUIRE(Engine().call("applyMigration", apply_params(db.url(), "migrations", migrations)).outcome() == "applied");
  // What the other tool writes in its place: rows without keys of ours, another time, invariants as it sorts them.
  db.connect().run(
      "UPDATE prisma_contract.marker SET updated_at = now() - interval '1 year', meta = '{\"other\":1}', app_tag = "
      "'x'");
  const Reply r = Engine().call("applyMigration", apply_params(db.url(), "migrations", migrations));
  CHECK_MESSAGE(r.outcome() == "upToDate", r.line());
  CHECK(ask(db.url(), "SELECT meta, app_tag FROM prisma_contract.marker") == "{\"other\": 1}|x\n");
}
