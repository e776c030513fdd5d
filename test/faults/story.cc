#include "test/faults/story.h"

#include "engine/json/canonical.h"
#include "engine/package/package.h"
#include "runner/files/files.h"

namespace plinth::test {
namespace {

constexpr const char* created_at[] = {"2026-01-01T00:01:00.000Z", "2026-01-01T00:02:00.000Z"};

std::string column(const std::string& type, bool nullable, const std::string& more = {}) {
  return R"({"codecId":"pg/)" + type + R"(@1","nativeType":")" + type + R"(","nullable":)" +
         (nullable ? "true" : "false") + more + "}";
}
const std::string serial = R"j(,"default":{"kind":"function","expression":"autoincrement()"})j";

std::string table(const std::string& columns, const std::string& uniques, const std::string& indexes,
                  const std::string& foreign_keys) {
  return R"({"columns":{"id":)" + column("int4", false, serial) + "," + columns +
         R"(},"primaryKey":{"columns":["id"]},"uniques":[)" + uniques + R"(],"indexes":[)" + indexes +
         R"(],"foreignKeys":[)" + foreign_keys + "]}";
}

std::string contract(const std::string& tables) {
  std::string text =
      R"({"schemaVersion":"1","targetFamily":"sql","target":"postgres","roots":{},"domain":{"namespaces":{}},)"
      R"("capabilities":{},"extensionPacks":{},"meta":{},"storage":{"storageHash":"","namespaces":{"public":{"id":"public",)"
      R"("kind":"postgres-schema","entries":{"table":{)" +
      tables + "}}}}}}";
  const std::string empty = R"("storageHash":"")";
  text.insert(text.find(empty) + empty.size() - 1, hash_contract(text).computed.storage_hash);
  return text;
}

std::string users(const std::string& more) {
  return R"("users":)" + table(R"("email":)" + column("text", false) + R"(,"name":)" + column("text", true) + more,
                               R"({"columns":["email"]})", "", "");
}

const std::string posts =
    R"("posts":)" +
    table(R"("authorId":)" + column("int4", false) + R"(,"title":)" + column("text", false), "",
          R"({"columns":["authorId"],"name":"posts_authorId_idx"})",
          R"({"source":{"namespaceId":"public","tableName":"posts","columns":["authorId"]},)"
          R"("target":{"namespaceId":"public","tableName":"users","columns":["id"]},"onDelete":"cascade"})");

std::string state(const std::string& contract) { return R"({"kind":"contract","contract":)" + contract + "}"; }

std::string plan(Engine& engine, const std::string& from, const std::string& to, const std::string& space,
                 int version) {
  const Reply r = engine.call("planWithDescriptors", R"({"from":)" + from + R"(,"to":)" + to + R"(,"createdAt":")" +
                                                         created_at[version - 1] + R"(","write":{"migrations":")" +
                                                         space + R"(","name":"v)" + std::to_string(version) + R"("}})");
  REQUIRE_MESSAGE(r.code().empty(), r.line());
  return r.at("result.package.dir");
}

}  // namespace

const std::string& contract_1() {
  static const std::string text = contract(users(R"(,"legacy":)" + column("text", true)));
  return text;
}
const std::string& contract_2() {
  static const std::string text = contract(users(R"(,"handle":)" + column("text", false)) + "," + posts);
  return text;
}
const std::string& contract_with_posts() {
  static const std::string text = contract(users(R"(,"legacy":)" + column("text", true)) + "," + posts);
  return text;
}
std::string hash_of(const std::string& contract) { return hash_contract(contract).computed.storage_hash; }

Migrations::Migrations() : path_(directory_.path() + "/app") {
  Engine engine;
  first_ = plan(engine, R"({"kind":"empty"})", state(contract_1()), path_, 1);
  second_ = plan(engine, state(contract_1()), state(contract_2()), path_, 2);
  const Reply r = engine.call(
      "evaluateMigration",
      R"({"package":")" + second_ +
          R"(","write":true,"slots":[{"transform":"backfill-users-handle","run":[{"sql":)"
          R"("UPDATE \"public\".\"users\" SET \"handle\" = \"email\" WHERE \"handle\" IS NULL","params":[]}]}]})");
  REQUIRE_MESSAGE(r.code().empty(), r.line());
}
const Migrations& migrations() {
  static const Migrations all;
  return all;
}

RawSql raw_operation(const std::string& id, OperationClass operation_class, const std::vector<std::string>& execute) {
  RawSql out;
  out.raw_id = id;
  out.raw_label = "Operation " + id;
  out.raw_class = operation_class;
  for (const auto& sql : execute) out.execute.push_back({"run", sql, {}, {}});
  return out;
}

std::string write_package(const std::string& space, const std::string& name, const std::string& to,
                          const std::vector<RawSql>& operations) {
  const Manifest manifest{hash_of(contract_1()), hash_of(to), {}, created_at[1], {}};
  const PackageTexts texts = package_texts(manifest, operations);
  create_directory_with(space + "/" + name, {{"migration.json", texts.manifest},
                                             {"ops.json", texts.operations},
                                             {"start-contract.json", contract_1()},
                                             {"end-contract.json", to}});
  return space + "/" + name;
}

Populated::Populated(int rows) {
  const Reply r = Engine().call("applyMigration", apply_params(url(), "package", migrations().first()));
  REQUIRE_MESSAGE(r.outcome() == "applied", r.line());
  connect().run(
      Query{"INSERT INTO public.users (email, name, legacy) SELECT 'user' || i || '@example.com', 'User ' || "
            "i, 'old ' || i FROM generate_series(1, $1::int) i",
            {std::to_string(rows)}});
}

std::string state_of(const std::string& url) {
  std::string out = ask(url,
                        "SELECT n.nspname, c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod), "
                        "a.attnotnull FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN "
                        "pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE n.nspname "
                        "NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2, 3, a.attnum");
  for (const char* name : {"public.users", "public.posts", "prisma_contract.marker"}) {
    if (ask(url, "SELECT to_regclass('" + std::string(name) + "') IS NOT NULL") == "t\n") {
      out += ask(url, "SELECT t::text FROM " + std::string(name) + " t ORDER BY 1");
    }
  }
  if (ask(url, "SELECT to_regclass('prisma_contract.ledger') IS NOT NULL") == "t\n") {
    out += ask(url, "SELECT count(*) FROM prisma_contract.ledger");
  }
  return out;
}

void await(const std::string& url, const std::string& sql) {
  Connection c(url);
  for (int i = 0; i < 2000; ++i) {
    if (c.run(Sql::trusted(sql)).truthy()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("never became true: ", sql);
}

void await_quiet(const std::string& url) {
  await(url,
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND "
        "backend_type = 'client backend'");
}

void slow_down(const std::string& url) {
  Connection(url).run(Sql::trusted(
      "CREATE SCHEMA slow;"
      "CREATE FUNCTION slow.ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); END';"
      "CREATE FUNCTION slow.row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END';"
      "CREATE TRIGGER slow AFTER UPDATE ON public.users FOR EACH STATEMENT EXECUTE FUNCTION slow.row();"
      "CREATE TRIGGER slow AFTER UPDATE ON prisma_contract.marker FOR EACH STATEMENT EXECUTE FUNCTION slow.row();"
      "CREATE EVENT TRIGGER slow ON ddl_command_start EXECUTE FUNCTION slow.ddl()"));
}

}  // namespace plinth::test
