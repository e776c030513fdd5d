// Packages that Prisma Next stored, against what the planner plans from the same contracts.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "engine/json/canonical.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/database/create_schema.h"
#include "engine/ops/indexes/drop_index.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/pipeline.h"
#include "planner/render/migration_ts.h"
#include "test/files.h"

namespace plinth {
namespace {

namespace fs = std::filesystem;

// Where an operation, or the order of operations, differs on purpose. docs/decisions.md has the reasons at length.
struct Deliberate {
  std::string_view package, operation, what;
};
constexpr Deliberate deliberate[] = {
    {"20261121T0611_init", "order", "indexes of a table by name"},
    {"20261121T0613_add_bio", "order", "indexes of a table by name"},
    {"20261121T0614_add_handle", "order", "indexes of a table by name"},
    {"20261121T0615_add_handle", "data_migration.backfill-users-handle", "derived check, open run"},
    {"20261121T0618_tighten_name", "data_migration.handle-nulls-users-name", "derived check, open run"},
    {"20261121T0619_age_to_text", "data_migration.typechange-users-age", "every int8 fits in text: no transform"},
    {"20261121T0644_init", "table.all_types",
     "named types unquoted, a JSON default is JSON, element checks as the server prints them"},
    {"default-change-package", "setDefault.users.role", "no postcheck, which the old default would satisfy"},
};
// Written by hand, not by a planner.
constexpr std::string_view hand_edited = "20261121T0619_rename_title";

bool is_deliberate(std::string_view package, std::string_view operation) {
  return std::any_of(std::begin(deliberate), std::end(deliberate),
                     [&](const Deliberate& d) { return d.package == package && d.operation == operation; });
}

const auto at = JsonPath::root(Code::engine_internal, "ops");

std::string text_of(const Json& object, std::string_view key) {
  return json::read_string(*json::member(object, key), at);
}

struct Stored {
  std::vector<std::string> order;           // the ids
  std::map<std::string, std::string> text;  // by id
};

void add(Stored& to, const Json& op) {
  to.order.push_back(text_of(op, "id"));
  to.text.emplace(to.order.back(), stringify(op, 0));
}

Stored read_stored_operations(const fs::path& package) {
  Stored out;
  const auto ops = json::parse(test::read_file(package / "ops.json"), Code::engine_internal);
  json::each_element(*ops, at, [&](const Json& op, const JsonPath&) { add(out, op); });
  return out;
}

Stored planned(const std::vector<Operation>& operations) {
  Stored out;
  for (const auto& op : operations) {
    const auto stored = json::null();
    write_stored(*stored, stored_form(op, false));
    add(out, *stored);
  }
  return out;
}

// The contracts of a package and the plan between them.
struct PlannedEdge {
  std::optional<Contract> start;
  Contract end;
  std::vector<Operation> operations;
};

PlannedEdge plan_between(const std::optional<fs::path>& start, const fs::path& end) {
  PlannedEdge out;
  out.end = parse_contract(test::read_file(end), end.string());
  Schema origin;
  if (start) {
    out.start = parse_contract(test::read_file(*start), start->string());
    origin = contract_schema(*out.start);
  }
  Plan p = plan(contract_schema(out.end), origin);
  REQUIRE(p.conflicts.empty());
  out.operations = std::move(p.operations);
  return out;
}

PlannedEdge plan_of(const fs::path& package) {
  const fs::path start = package / "start-contract.json";
  return plan_between(fs::exists(start) ? std::optional(start) : std::nullopt, package / "end-contract.json");
}

std::vector<fs::path> packages_with_contracts(const fs::path& below) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(below)) {
    if (entry.path().filename() == "ops.json" && fs::exists(entry.path().parent_path() / "end-contract.json")) {
      out.push_back(entry.path().parent_path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

void compare_operations(const std::string& package, const Stored& theirs, const Stored& ours) {
  for (const auto& stored : theirs.text) {
    const std::string &id = stored.first, &text = stored.second;
    CAPTURE(id);
    const auto own = ours.text.find(id);
    const bool same = own != ours.text.end() && own->second == text;
    if (is_deliberate(package, id)) {
      CHECK_FALSE(same);
    } else {
      REQUIRE(own != ours.text.end());
      CHECK(own->second == text);
    }
  }
  for (const auto& id : ours.order) CHECK_MESSAGE(theirs.text.count(id) == 1, id);
}

void compare_order(const std::string& package, const Stored& theirs, const Stored& ours) {
  std::vector<std::string> shared;
  std::copy_if(theirs.order.begin(), theirs.order.end(), std::back_inserter(shared),
               [&](const auto& id) { return ours.text.count(id) > 0; });
  CHECK((shared == ours.order) == !is_deliberate(package, "order"));
}

// The planned operations in the order of a stored package.
std::vector<Operation> in_order_of(const Stored& theirs, const std::vector<Operation>& operations) {
  std::vector<Operation> out;
  for (const auto& wanted : theirs.order) {
    for (const auto& op : operations) {
      if (id(op) == wanted) out.push_back(op);
    }
  }
  return out;
}

std::optional<fs::path> recorded() {
  auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-next");
  if (!root) MESSAGE("SKIPPED: vectors absent");
  return root;
}

TEST_CASE("packages of a live run: the operations are those that Prisma Next stored, byte for byte") {
  const auto root = recorded();
  if (!root) return;
  const auto packages = packages_with_contracts(*root / "live");
  REQUIRE(packages.size() == 13);
  for (const auto& package : packages) {
    const std::string name = package.filename();
    if (name == hand_edited) continue;
    CAPTURE(name);
    const Stored theirs = read_stored_operations(package), ours = planned(plan_of(package).operations);
    compare_operations(name, theirs, ours);
    compare_order(name, theirs, ours);
  }
}

TEST_CASE("packages of a live run: migration.ts is the one that Prisma Next wrote, byte for byte") {
  const auto root = recorded();
  if (!root) return;
  // The others hold transforms that a person filled in, or a changed default, which their API would lose.
  const std::set<std::string> rendered = {
      "20261121T0611_init",      "20261121T0613_add_bio",   "20261121T0614_add_handle", "20261121T0615_add_bio",
      "20261121T0618_widen_age", "20261121T0619_add_guest", "20261121T0619_drop_body",  "20261121T0644_init"};
  std::size_t compared = 0;
  for (const auto& package : packages_with_contracts(*root / "live")) {
    const std::string name = package.filename();
    if (rendered.count(name) == 0) continue;
    CAPTURE(name);
    const PlannedEdge p = plan_of(package);
    const auto operations = in_order_of(read_stored_operations(package), p.operations);
    CHECK(migration_ts(operations, p.start ? &*p.start : nullptr, p.end) == test::read_file(package / "migration.ts"));
    ++compared;
  }
  CHECK(compared == rendered.size());
}

// Prisma Next derives no check: both slots are open.
void forget_checks(std::vector<Operation>& operations) {
  for (auto& op : operations) {
    if (auto* transform = get_if<DataTransform>(&op)) transform->check.reset();
  }
}

TEST_CASE("programs with open slots are those that Prisma Next wrote, byte for byte") {
  const auto root = recorded();
  if (!root) return;
  const fs::path live = *root / "live", packages = live / "migrations" / "app";
  const std::pair<const char*, const char*> programs[] = {
      {"20261121T0615_add_handle", "add_handle.migration.unfilled.ts"},
      {"20261121T0618_tighten_name", "tighten_name.migration.unfilled.ts"},
      {"20261121T0619_rename_title", "rename_title.migration.planned.ts"}};
  for (const auto& pair : programs) {
    const std::string package = pair.first, program = pair.second;
    CAPTURE(program);
    PlannedEdge p = plan_of(packages / package);
    forget_checks(p.operations);
    // The one tool drops first, the other last.
    std::stable_sort(p.operations.begin(), p.operations.end(), [](const Operation& a, const Operation& b) {
      const auto drops = [](const Operation& op) { return kind(op).starts_with("drop"); };
      return std::pair(!drops(a), get_if<DropIndex>(&a) == nullptr) <
             std::pair(!drops(b), get_if<DropIndex>(&b) == nullptr);
    });
    CHECK(migration_ts(p.operations, &*p.start, p.end) == test::read_file(live / program));
  }
}

// ---- packages of other versions, whose checks had other texts: the statements alone -------------------------------

std::string without_schema(std::string sql) {
  constexpr std::string_view qualifier = "\"public\".";
  for (std::size_t i = sql.find(qualifier); i != std::string::npos; i = sql.find(qualifier, i)) {
    sql.erase(i, qualifier.size());
  }
  return sql;
}

std::multiset<std::string> stored_statements(const fs::path& package) {
  std::multiset<std::string> out;
  const auto ops = json::parse(test::read_file(package / "ops.json"), Code::engine_internal);
  json::each_element(*ops, at, [&](const Json& op, const JsonPath&) {
    json::each_element(*json::member(op, "execute"), at,
                       [&](const Json& step, const JsonPath&) { out.insert(without_schema(text_of(step, "sql"))); });
  });
  return out;
}

std::multiset<std::string> planned_statements(const std::vector<Operation>& operations) {
  std::multiset<std::string> out;
  for (const auto& op : operations) {
    if (holds_alternative<CreateSchema>(op)) continue;  // those versions did not create "public"
    for (const auto& s : steps(op).execute) out.insert(without_schema(s.sql));
  }
  return out;
}

bool written_by_a_planner(const fs::path& package) {
  const Stored stored = read_stored_operations(package);
  constexpr std::string_view prefixes[] = {"table.",      "column.",          "dropColumn.", "index.",
                                           "foreignKey.", "checkConstraint.", "extension."};
  return !stored.order.empty() && std::all_of(stored.order.begin(), stored.order.end(), [&](const auto& id) {
    return std::any_of(std::begin(prefixes), std::end(prefixes), [&](auto p) { return id.starts_with(p); });
  });
}

// Contracts by the first 16 digits of their storage hash, which their files are named after.
std::map<std::string, fs::path> recorded_contracts(const fs::path& hash_vectors) {
  std::map<std::string, fs::path> out;
  for (const char* folder : {"contracts-0.16.0", "contracts-head", "contracts-old-eras"}) {
    for (const auto& entry : fs::directory_iterator(hash_vectors / folder)) {
      out[entry.path().filename().string().substr(0, 16)] = entry.path();
    }
  }
  return out;
}

TEST_CASE("packages of other repositories: the statements are those that Prisma Next stored") {
  const auto root = recorded();
  if (!root) return;
  const auto contracts = recorded_contracts(*root / "hash");
  const auto find = [&](const std::string& hash) {
    const auto found = contracts.find(std::string(bare_hash(hash)).substr(0, 16));
    return found != contracts.end() ? std::optional(found->second) : std::nullopt;
  };
  std::size_t compared = 0, with_extensions = 0;
  for (const char* folder : {"migrations-0.16.0", "migrations-head"}) {
    for (const auto& entry : fs::directory_iterator(*root / "hash" / folder)) {
      const fs::path& package = entry.path();
      const auto manifest = json::parse(test::read_file(package / "migration.json"), Code::engine_internal);
      const bool first = json::type(*json::member(*manifest, "from")) == json::Type::null;
      const auto end = find(text_of(*manifest, "to"));
      const auto start = first ? std::nullopt : find(text_of(*manifest, "from"));
      if (!end || (!first && !start) || !written_by_a_planner(package)) continue;
      CAPTURE(package.string());
      const PlannedEdge p = plan_between(start, *end);
      // Extensions are installed by packages of their own there, and uniques were part of CREATE TABLE once.
      if (!p.end.extension_packs.empty()) {
        ++with_extensions;
        continue;
      }
      CHECK(planned_statements(p.operations) == stored_statements(package));
      ++compared;
    }
  }
  CHECK(compared >= 100);
  CHECK(with_extensions <= 6);
}

}  // namespace
}  // namespace plinth
