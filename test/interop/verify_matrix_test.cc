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

constexpr auto drifts_of_prisma_next = std::to_array<Drift>({
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

constexpr auto drifts_of_prisma_8 = std::to_array<Drift>({
    {"check-body-changed", Seen::difference, "check public.posts.posts_status_check_6db19c90: membership"},
    {"check-extra", Seen::difference, "check public.posts.hand is not expected"},
    {"check-not-valid", Seen::difference, "check public.posts.posts_status_check_6db19c90: notValid"},
    {"check-renamed", Seen::difference, "check public.posts.posts_status_check_6db19c90 is missing"},
    {"check-same-prefix-renamed", Seen::difference, "check public.posts.other_6db19c90 is not expected"},
    {"default-other", Seen::difference, "column public.posts.views: default"},
    {"elem-check-missing", Seen::difference, "check public.posts.posts_tags_elem_not_null_aecbe9e2 is missing"},
    {"enum-value-extra", Seen::difference, "enum public.Mood: values"},
    {"exact-index-desc", Seen::difference, "index public.posts.posts_views_exact: keys"},
    {"exact-index-include", Seen::difference, "index public.posts.posts_views_exact: include"},
    {"exact-index-partial", Seen::difference, "index public.posts.posts_views_exact: predicate"},
    {"exact-index-renamed", Seen::difference, "index public.posts.posts_views_exact is missing"},
    {"exact-index-unique", Seen::difference, "index public.posts.posts_views_exact: unique"},
    {"extra-expression-index", Seen::difference, "index public.users.ee is not expected"},
    {"extra-view", Seen::unmodeled, R"({"kind":"view","schema":"public","name":"vv"})"},
    {"fk-deferrable", Seen::difference, "foreignKey public.posts.posts_author_id_fkey: deferral"},
    {"fk-not-valid", Seen::difference, "foreignKey public.posts.posts_author_id_fkey: notValid"},
    {"fk-on-update", Seen::difference, "foreignKey public.posts.posts_author_id_fkey: onUpdate"},
    {"fk-renamed", Seen::no, ""},
    {"identity", Seen::unmodeled, R"({"kind":"sequence","schema":"public","name":"users_id_seq"})"},
    {"none", Seen::no, ""},
    {"pk-renamed", Seen::no, ""},
    {"serial-dropped", Seen::difference, "column public.users.id: default"},
    {"text-varchar", Seen::difference, "column public.posts.body: type"},
    {"unique-renamed", Seen::no, ""},
    {"unique-replaced-by-index", Seen::difference, "unique public.posts.posts_slug_key is missing"},
    {"unique-replaced-by-index-othername", Seen::difference, "unique public.posts.posts_slug_key is missing"},
    {"wire-index-desc", Seen::difference, "index public.posts.posts_by_status_f924952c: keys"},
    {"wire-index-other-columns", Seen::difference, "index public.posts.posts_by_status_f924952c: keys"},
    {"wire-index-renamed", Seen::difference, "index public.posts.other_name is not expected"},
});

// A repository, and the drifts that were recorded of a database that follows it.
struct Matrix {
  fs::path migrations, contract, recorded;
  std::string_view extension;  // of the files that hold the statements of a drift
  std::string_view rows;
  std::string_view marker;  // at the end, without invariants

  std::string statements(std::string_view drift) const {
    const std::string text = read_file(recorded / (std::string(drift) + std::string(extension)));
    return extension == ".json" ? Reply(text).at("sql") : text;
  }
  std::size_t size() const {
    return static_cast<std::size_t>(
        std::count_if(fs::directory_iterator(recorded), fs::directory_iterator(),
                      [&](const auto& file) { return file.path().extension() == extension; }));
  }
};

// The database before it drifts.
class Original : public Database {
 public:
  Original(Engine& engine, const Matrix& matrix) {
    const Reply history = engine.call("applyMigration", apply_params(url(), "migrations", matrix.migrations));
    REQUIRE_MESSAGE(history.outcome() == "applied", history.line());
    connect().run(Sql::trusted(std::string(matrix.rows)));
  }
};

// A copy that drifted, and what the engine is asked of it.
class Case {
 public:
  Case(Engine& engine, const Original& original, const Matrix& matrix, const Drift& drift)
      : db(original.name()), engine_(engine), contract_(matrix.contract) {
    if (std::string sql = matrix.statements(drift.name); !sql.empty()) db.connect().run(Sql::trusted(std::move(sql)));
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

template <std::size_t N>
void check_matrix(const Matrix& matrix, const std::array<Drift, N>& drifts) {
  CHECK(matrix.size() == drifts.size());
  Engine engine;
  const Original original(engine, matrix);
  for (const auto& drift : drifts) {
    CAPTURE(drift.name);
    Case c(engine, original, matrix, drift);
    check_drift(c, drift);
    CHECK(issues(c.diff(true)).empty());
    const Reply again = c.repair();
    CHECK_MESSAGE(again.outcome() == "upToDate", again.line());
    CHECK(ask(c.db.url(), "SELECT core_hash, profile_hash, invariants FROM prisma_contract.marker WHERE space = 'app'")
              .starts_with(matrix.marker));
  }
}

}  // namespace

TEST_CASE("every recorded drift is seen, and repaired where a contract can say what is wanted") {
  const auto live = vectors(PLINTH_SOURCE_DIR, "prisma-next/live");
  if (!live) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  check_matrix({*live / "migrations/app", *live / "migrations/app/20261121T0619_age_to_text/end-contract.json",
                *live / "verify-matrix", ".json",
                "INSERT INTO users (id, email, name, handle, age) VALUES ('1', 'a@example.com', 'A', 'a', '5');"
                "INSERT INTO posts (headline, \"authorId\") VALUES ('x', '1')",
                "sha256:90e253d193f017c4528ec0a2dd2a7aac464535838e63e9bb5655458885dadded|"
                "sha256:9c8aa3114e84ed3b7ea2bd57526d9c2e1bf7c5292be694e9d3801f566fda7ccb|"},
               drifts_of_prisma_next);
}

TEST_CASE("so is every drift that was recorded with Prisma 8") {
  const auto root = vectors(PLINTH_SOURCE_DIR, "prisma-8");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  check_matrix({*root / "packages/blog/migrations/app", *root / "contracts/blog-3/contract.json",
                *root / "verify-matrix", ".sql", "INSERT INTO users (email) VALUES ('a@example.com')",
                "e84ed2ed29a6264ae1cdc3550ad9f0a4bdca1a088567dcf237eb66d4b02fa13b|"
                "3916f444a8a17ad749191acf9e08dad97d1a327b88c2f1d45d12f240296aa8b2|"},
               drifts_of_prisma_8);
}
