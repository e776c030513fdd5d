#include <doctest/doctest.h>

#include "engine/json/canonical.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/package/package.h"
#include "test/files.h"
#include "test/planner/support/random_renames.h"

// What is written and can be read again is the same when it is written again, byte for byte.

namespace plinth {
namespace {

using namespace test;

const JsonPath at = JsonPath::root(Code::engine_internal, "op");
const std::string hash = "sha256:" + std::string(64, 'a');

DataTransform filled(const Operation& op) {
  DataTransform out = get<DataTransform>(op);
  out.run = {{"UPDATE t SET c = $1 WHERE d = $2", {{"\"it's\""}, {"[1,{\"a\":null}]"}}}, {"SELECT '\\\n\u00e4'", {}}};
  out.invariant_id = "filled-" + out.name;
  return out;
}

// A plan with renames in front of it, every other transform of it filled.
std::vector<Operation> random_operations(unsigned seed, Schema& to) {
  RandomSchema random(seed);
  Schema from = random.next();
  std::vector<Operation> out = random_renames(from, seed);
  to = random.next();
  bool fill = seed % 2 == 0;
  for (const auto& op : plan(to, from).operations) {
    const bool open = !open_slots(op).empty();
    out.push_back(open && fill ? filled(op) : op);
    if (open) fill = !fill;
  }
  return out;
}

template <class Write>
std::string written(Write write) {
  const auto doc = json::null();
  write(*doc);
  return json::dump(*doc);
}

TEST_CASE("round trip: operations in their full, their stored and their thin form") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Schema to;
    for (const auto& op : random_operations(seed, to)) {
      CAPTURE(seed);
      CAPTURE(label(op));
      const std::string full = to_json(op);
      CHECK(to_json(from_json<Operation>(full, Code::engine_internal, "op")) == full);
      CHECK(to_json(read_any(*json::parse(full, Code::engine_internal), at, to)) == full);

      const std::string stored = written([&](Json& out) { write_stored(out, stored_form(op)); });
      const auto read_again = read_stored(*json::parse(stored, Code::engine_internal), at);
      CHECK(written([&](Json& out) { write_stored(out, read_again); }) == stored);
      CHECK(written([&](Json& out) { write_stored(out, stored_form(from_stored(read_again, at))); }) == stored);

      const std::string thin = written([&](Json& out) { write_thin(out, op); });
      const Operation resolved = read_any(*json::parse(thin, Code::engine_internal), at, to);
      CHECK(to_json(resolved) == full);
      CHECK(written([&](Json& out) { write_thin(out, resolved); }) == thin);
    }
  }
}

TEST_CASE("round trip: the two files of a package") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Schema to;
    const std::vector<Operation> operations = random_operations(seed, to);
    const Manifest manifest{
        seed % 3 == 0 ? std::nullopt : std::optional(hash), hash, {}, "2026-01-01T10:00:00.000Z", {}};
    const PackageTexts texts = package_texts(manifest, stored_forms(operations));
    const Package read = parse_package("m/app/x", texts.manifest, texts.operations);
    CHECK_NOTHROW(check_integrity(read));
    CHECK(read.manifest.migration_hash == texts.migration_hash);
    const PackageTexts as_stored = package_texts(read.manifest, read.operations);
    CHECK(as_stored.manifest == texts.manifest);
    CHECK(as_stored.operations == texts.operations);
    const PackageTexts as_typed = package_texts(read.manifest, stored_forms(typed_operations(read)));
    CHECK(as_typed.manifest == texts.manifest);
    CHECK(as_typed.operations == texts.operations);
  }
}

TEST_CASE("round trip: packages that another tool wrote") {
  const auto root = vectors(PLINTH_SOURCE_DIR, "prisma-next");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  int packages = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*root)) {
    const std::filesystem::path dir = entry.path().parent_path();
    if (entry.path().filename() != "migration.json" || !std::filesystem::exists(dir / "ops.json")) continue;
    CAPTURE(dir.string());
    const std::string operations = read_file(dir / "ops.json");
    if (operations.find("\"postgres\"") == std::string::npos) continue;
    const Package read = parse_package(dir.string(), read_file(entry.path()), operations);
    if (read.computed_hash != read.manifest.migration_hash) continue;  // recorded for being tampered with
    ++packages;
    const PackageTexts again = package_texts(read.manifest, read.operations);
    CHECK(again.operations == stringify_text(operations, 2));
    CHECK(again.migration_hash == read.manifest.migration_hash);
  }
  CHECK(packages > 20);
}

TEST_CASE("round trip: contracts, and what is hashed of them") {
  for (const char* name : {"all-types", "enums", "minimal", "row-security"}) {
    CAPTURE(name);
    const std::string text = read_file(std::string(PLINTH_SOURCE_DIR) + "/fixtures/contracts/" + name + ".json");
    const std::string printed = stringify_text(text, 2);
    CHECK(stringify_text(printed, 2) == printed);
    const Contract contract = parse_contract(printed);
    CHECK(contract.text == printed);
    CHECK(parse_contract(contract.text).stored == contract.stored);
    // The hash does not depend on how the text is laid out.
    const std::string compact = canonical_json(*json::parse(text, Code::engine_internal));
    CHECK(hash_contract(compact).computed == hash_contract(text).computed);
    CHECK(canonical_json(*json::parse(compact, Code::engine_internal)) == compact);
  }
}

}  // namespace
}  // namespace plinth
