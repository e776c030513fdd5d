// The recorded ways in which a database can drift from its contract: each is seen, and repaired where a contract can
// say what is wanted.
#include <algorithm>
#include <array>

#include "test/files.h"
#include "test/support/database.h"
#include "test/support/engine_process.h"

using namespace plinth;
using namespace plinth::test;

namespace {

namespace fs = std::filesystem;

enum class Seen {
  difference,  // named and repaired
  unclaimed,   // a whole object of which the contract does not speak: told, dropped on demand
  unmodeled,   // an object of a kind that contracts do not know: told
  no,          // not a difference: another spelling, a name that the contract leaves open, or not the contract's matter
  marker,      // the schema is right, the marker is put right
};

struct Drift {
  std::string_view name;
  Seen seen;
  std::string_view said;  // the message of an issue begins like this; the name of an object that is told
};

constexpr auto drifts = std::to_array<Drift>({
    {"check_dropped", Seen::difference, "check public.users.users_role_check is missing"},
    {"check_renamed", Seen::difference, "check public.users.foo is not expected"},
    {"check_reordered", Seen::no, ""},
    {"check_values_changed", Seen::difference, "check public.users.users_role_check: membership"},
    {"comment_storage", Seen::no, ""},
    {"default_added", Seen::difference, "column public.users.handle: default should be nothing"},
    {"default_changed_literal", Seen::difference, "column public.users.role: default"},
    {"default_clock_timestamp", Seen::difference, "column public.users.createdAt: default"},
    {"default_current_timestamp", Seen::no, ""},
    {"default_dropped", Seen::difference, "column public.users.createdAt: default"},
    {"default_literal_cast", Seen::no, ""},
    {"expression_index_extra", Seen::difference, "index public.users.extra_ix is not expected"},
    {"extra_check_enumlike", Seen::difference, "check public.users.extra_ck is not expected"},
    {"extra_check_expr", Seen::difference, "check public.users.extra_ck is not expected"},
    {"extra_enum_type", Seen::unclaimed, "enum public.extra_t"},
    {"extra_foreign_key", Seen::difference, "foreignKey public.users.users_extra_fkey is not expected"},
    {"extra_index", Seen::difference, "index public.users.extra_ix is not expected"},
    {"extra_notnull_column_default", Seen::difference, "column public.users.extra is not expected"},
    {"extra_nullable_column", Seen::difference, "column public.users.extra is not expected"},
    {"extra_schema_table", Seen::no, ""},
    {"extra_table", Seen::unclaimed, "table public.extra"},
    {"extra_unique_constraint", Seen::difference, "unique public.posts.extra_uq is not expected"},
    {"extra_view", Seen::unmodeled, R"({"kind":"view","schema":"public","name":"v"})"},
    {"fk_deferrable_not_valid", Seen::difference, "foreignKey public.posts.posts_authorId_fkey: deferral"},
    {"fk_dropped", Seen::difference, "foreignKey public.posts.posts_authorId_fkey is missing"},
    {"fk_noaction", Seen::difference, "foreignKey public.posts.posts_authorId_fkey: onDelete"},
    {"fk_on_update_cascade_extra", Seen::difference, "foreignKey public.posts.posts_authorId_fkey: onUpdate"},
    {"fk_renamed", Seen::no, ""},
    {"fk_restrict", Seen::difference, "foreignKey public.posts.posts_authorId_fkey: onDelete"},
    {"index_became_unique", Seen::difference, "index public.posts.posts_headline_idx: unique"},
    {"index_desc", Seen::difference, "index public.posts.posts_headline_idx: keys"},
    {"index_fillfactor", Seen::difference, "index public.posts.posts_headline_idx: options"},
    {"index_hash", Seen::difference, "index public.posts.posts_headline_idx: method"},
    {"index_include", Seen::difference, "index public.posts.posts_headline_idx: include"},
    {"index_invalid_flag", Seen::difference, "index public.posts.posts_headline_idx: invalid"},
    {"index_partial", Seen::difference, "index public.posts.posts_headline_idx: predicate"},
    {"index_renamed", Seen::no, ""},
    {"marker_deleted", Seen::marker, ""},
    {"marker_extra_space", Seen::no, ""},
    {"marker_hash_changed", Seen::marker, ""},
    {"marker_profile_changed", Seen::marker, ""},
    {"missing_column", Seen::difference, "column public.users.bio is missing"},
    {"missing_index", Seen::difference, "index public.posts.posts_headline_idx is missing"},
    {"missing_table", Seen::difference, "table public.posts is missing"},
    {"none", Seen::no, ""},
    {"nullable_loosened", Seen::difference, "column public.users.handle: nullable"},
    {"nullable_tightened", Seen::difference, "column public.users.bio: nullable"},
    {"pk_dropped", Seen::difference, "primaryKey public.posts.posts_pkey is missing"},
    {"pk_renamed", Seen::no, ""},
    {"rls_enabled", Seen::difference, "table public.users: rowSecurity"},
    {"serial_default_dropped", Seen::difference, "column public.posts.id: default"},
    {"serial_to_identity", Seen::unmodeled, R"({"kind":"sequence","schema":"public","name":"posts_id_seq"})"},
    {"type_text_to_varchar", Seen::difference, "column public.users.bio: type"},
    {"type_text_to_varchar50", Seen::difference, "column public.users.handle: type"},
    {"type_timestamptz3", Seen::difference, "column public.users.createdAt: type"},
    {"unique_constraint_dropped", Seen::difference, "unique public.users.users_email_key is missing"},
    {"unique_constraint_renamed", Seen::no, ""},
    {"unique_constraint_to_unique_index", Seen::difference, "unique public.users.users_email_key is missing"},
});

// The database before it drifts.
class Original : public Database {
 public:
  Original(Engine& engine, const fs::path& live) {
    const Reply history = engine.call("applyMigration", apply_params(url(), "migrations", live / "migrations/app"));
    REQUIRE_MESSAGE(history.outcome() == "applied", history.line());
    Connection c = connect();
    c.run(
        "INSERT INTO users (id, email, name, handle, age) VALUES ('1', 'a@example.com', 'A', 'a', '5');"
        "INSERT INTO posts (headline, \"authorId\") VALUES ('x', '1')");
  }
};

// A copy that drifted, and what the engine is asked of it.
class Case {
 public:
  Case(Engine& engine, const Original& original, const fs::path& live, const Drift& drift)
      : db(original.name()),
        engine_(engine),
        contract_(live / "migrations/app/20261121T0619_age_to_text/end-contract.json") {
    const Reply recorded(read_file(live / "verify-matrix" / (std::string(drift.name) + ".json")));
    if (const std::string sql = recorded.at("sql"); !sql.empty()) db.connect().run(Sql::trusted(sql));
  }
  Reply diff(bool strict) {
    return engine_.call("diff", R"({"from":{"kind":"database","url":)" + json::quote(db.url()) +
                                    R"(},"to":{"kind":"contract","path":)" + json::quote(contract_) + R"(},"strict":)" +
                                    (strict ? "true" : "false") + "}");
  }
  Reply repair(const std::string& more = {}) {
    return engine_.call("applyMigration", R"({"url":)" + json::quote(db.url()) + R"(,"contract":{"path":)" +
                                              json::quote(contract_) +
                                              R"(},"allow":["additive","widening","destructive","data"])" + more + "}");
  }
  Database db;

 private:
  Engine& engine_;
  std::string contract_;
};

bool says(const Reply& diff, std::string_view text) {
  for (int i = 0;; ++i) {
    const std::string message = diff.at("result.issues." + std::to_string(i) + ".message");
    if (message.empty()) return false;
    if (message.starts_with(text)) return true;
  }
}
std::string issues(const Reply& diff) { return diff.code() + diff.at("result.issues"); }

void check_difference(Case& c, const Drift& drift) {
  const Reply before = c.diff(false);
  CHECK_MESSAGE(says(before, drift.said), before.line());
  // Whether rows hold NULL is for a person to know.
  const std::string slots = drift.name == "nullable_loosened"
                                ? R"(,"slots":[{"transform":"handle-nulls-users-handle","nothingToRun":true}])"
                                : "";
  const Reply repaired = c.repair(slots);
  CHECK_MESSAGE(repaired.outcome() == "applied", repaired.line());
}

void check_unclaimed(Case& c, const Drift& drift) {
  const Reply lenient = c.diff(false);
  CHECK(issues(lenient).empty());
  CHECK(lenient.at("result.unclaimed.0") == drift.said);
  CHECK(says(c.diff(true), drift.said));
  CHECK(c.repair().outcome() == "upToDate");
  const Reply dropped = c.repair(R"(,"extras":"drop")");
  CHECK_MESSAGE(dropped.outcome() == "applied", dropped.line());
}

void check_drift(Case& c, const Drift& drift) {
  switch (drift.seen) {
    case Seen::difference: check_difference(c, drift); break;
    case Seen::unclaimed: check_unclaimed(c, drift); break;
    case Seen::unmodeled: CHECK(c.diff(false).at("result.unmodeled.0") == drift.said); break;
    case Seen::no: CHECK(issues(c.diff(true)).empty()); break;
    case Seen::marker: {
      CHECK(issues(c.diff(true)).empty());
      const Reply r = c.repair();
      CHECK_MESSAGE(r.outcome() == "applied", r.line());
      break;
    }
  }
}

}  // namespace

TEST_CASE("every recorded drift is seen, and repaired where a contract can say what is wanted") {
  const auto live = vectors(PLINTH_SOURCE_DIR, "prisma-next/live");
  if (!live) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  std::size_t recorded = 0;
  for (const auto& file : fs::directory_iterator(*live / "verify-matrix"))
    recorded += file.path().extension() == ".json";
  CHECK(recorded == drifts.size());
  Engine engine;
  const Original original(engine, *live);
  for (const auto& drift : drifts) {
    CAPTURE(drift.name);
    Case c(engine, original, *live, drift);
    const std::string marker =
        "SELECT core_hash, profile_hash, invariants FROM prisma_contract.marker WHERE space = 'app'";
    check_drift(c, drift);
    CHECK(issues(c.diff(true)).empty());
    const Reply again = c.repair();
    CHECK_MESSAGE(again.outcome() == "upToDate", again.line());
    CHECK(ask(c.db.url(), marker)
              .starts_with("sha256:90e253d193f017c4528ec0a2dd2a7aac464535838e63e9bb5655458885dadded|sha256:"
                           "9c8aa3114e84ed3b7ea2bd57526d9c2e"
                           "1bf7c5292be694e9d3801f566fda7ccb|"));
  }
}
