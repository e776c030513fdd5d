// Every hash that was recorded from the tool that defines the format, computed again.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "engine/contract/contract_hash.h"
#include "engine/contract/wire_names.h"
#include "engine/json/canonical.h"
#include "test/files.h"

namespace {

using namespace plinth;  // NOLINT(google-build-using-namespace)

// Its hash was not renewed when its content last changed; no envelope of any era gives it.
constexpr std::string_view stale_contract = "contracts-old-eras/01622b3970e0ee2a-noexec.json";

std::optional<std::filesystem::path> hash_vectors() {
  const auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-next");
  if (!root) MESSAGE("SKIPPED: vectors absent");
  return root ? std::optional(*root / "hash") : std::nullopt;
}

json::Owned read_json(const std::filesystem::path& path) {
  return json::parse(test::read_file(path), Code::file_unreadable, path.string());
}

std::string text_of(const Json& entry, std::string_view key) {
  const Json* value = json::member(entry, key);
  return value != nullptr && json::type(*value) == json::Type::string ? json::read_string(*value, {}) : std::string();
}

void each_entry(const std::filesystem::path& file, const std::string& kind, const std::function<void(const Json&)>& f) {
  const json::Owned index = read_json(file);
  json::each_element(*index, {}, [&](const Json& entry, const JsonPath&) {
    if (text_of(entry, "kind") == kind) f(entry);
  });
}

// Each distinct contract of the index, once.
void each_contract(const std::filesystem::path& root, const std::function<void(const std::string&, const Json&)>& f) {
  std::set<std::string> seen;
  each_entry(root / "index.json", "contract", [&](const Json& entry) {
    const std::string file = text_of(entry, "file");
    if (seen.insert(file).second) f(file, entry);
  });
}

struct Count {
  int storage = 0, execution = 0, profile = 0, stale = 0;
};

}  // namespace

TEST_CASE("the hashes of every recorded contract are computed again") {
  const auto root = hash_vectors();
  if (!root) return;
  std::map<std::string, Count> counts;
  each_contract(*root, [&](const std::string& file, const Json& entry) {
    CAPTURE(file);
    Count& count = counts[file.substr(0, file.find('/'))];
    const HashedContract hashes = hash_contract(test::read_file(*root / file), file);
    const std::string storage(bare_hash(text_of(entry, "storageHash")));
    if (file == stale_contract) {
      CHECK(bare_hash(hashes.computed.storage_hash) != storage);
      ++count.stale;
    } else {
      CHECK(bare_hash(hashes.computed.storage_hash) == storage);
      CHECK(hashes.computed.storage_hash == hashes.stored.storage_hash);
      ++count.storage;
    }
    CHECK(bare_hash(hashes.computed.execution_hash.value_or("")) == bare_hash(text_of(entry, "executionHash")));
    if (hashes.computed.execution_hash) ++count.execution;
    CHECK(bare_hash(hashes.computed.profile_hash) == bare_hash(text_of(entry, "profileHash")));
    ++count.profile;
  });
  for (const auto& [era, n] : counts) {
    MESSAGE(era << ": " << n.storage << " storage, " << n.execution << " execution, " << n.profile << " profile hashes"
                << std::string(n.stale > 0 ? "; 1 storage hash is stale in the file itself" : ""));
  }
  // 29 of the 30 distinct storage hashes of old eras can be computed again; the file of the other one is stale.
  CHECK(counts["contracts-old-eras"].storage == 29);
  CHECK(counts["contracts-old-eras"].stale == 1);
  CHECK(counts["contracts-0.16.0"].storage > 0);
  CHECK(counts["contracts-head"].storage > 0);
}

TEST_CASE("every recorded contract for Postgres can be read") {
  const auto root = hash_vectors();
  if (!root) return;
  int read = 0, other_target = 0;
  each_contract(*root, [&](const std::string& file, const Json& entry) {
    CAPTURE(file);
    if (file == stale_contract) return;
    std::string text = test::read_file(*root / file);
    if (text_of(*json::parse(text, Code::file_unreadable), "target") != "postgres") {
      ++other_target;
      try {
        parse_contract(std::move(text), file);
        FAIL("a contract for another target was read");
      } catch (const Error& e) {
        CHECK(e.code() == Code::contract_unsupported_target);
      }
      return;
    }
    const Contract contract = parse_contract(text, file);
    CHECK(bare_hash(contract.stored.storage_hash) == bare_hash(text_of(entry, "storageHash")));
    CHECK(contract.text == text);
    ++read;
  });
  MESSAGE(read << " contracts read, " << other_target << " refused for their target");
  CHECK(read > 0);
}

TEST_CASE("the hash of every recorded package is computed again") {
  const auto root = hash_vectors();
  if (!root) return;
  std::map<std::string, int> counts;
  each_entry(*root / "index.json", "migration", [&](const Json& entry) {
    const std::string file = text_of(entry, "file");
    CAPTURE(file);
    const json::Owned manifest = read_json(*root / file / "migration.json");
    const json::Owned operations = read_json(*root / file / "ops.json");
    CHECK(migration_hash_hex(*manifest, *operations) == bare_hash(text_of(entry, "migrationHash")));
    CHECK(bare_hash(text_of(*manifest, "migrationHash")) == bare_hash(text_of(entry, "migrationHash")));
    ++counts[file.substr(0, file.find('/'))];
  });
  for (const auto& [era, n] : counts) MESSAGE(era << ": " << n << " packages");
  CHECK(counts.size() == 2);
}

TEST_CASE("the hash of every edge case is computed again") {
  const auto root = hash_vectors();
  if (!root) return;
  const std::map<std::string, HashedSection> kinds = {{"storage", HashedSection::storage},
                                                      {"execution", HashedSection::execution},
                                                      {"profile", HashedSection::profile}};
  int sections = 0, packages = 0;
  const json::Owned cases = read_json(*root / "synthetic/vectors.json");
  json::each_element(*cases, {}, [&](const Json& entry, const JsonPath&) {
    const std::string name = text_of(entry, "name"), kind = text_of(entry, "kind");
    CAPTURE(name);
    if (kind == "migration") {
      const Json* manifest = json::member(entry, "metadata");
      const Json* operations = json::member(entry, "ops");
      REQUIRE((manifest != nullptr && operations != nullptr));
      CHECK(migration_hash_hex(*manifest, *operations) == bare_hash(text_of(entry, "hash")));
      ++packages;
      return;
    }
    const Json* section = json::member(entry, "section");
    REQUIRE(section != nullptr);
    const HashEnvelope envelope{text_of(entry, "targetFamily"), text_of(entry, "target"), false, false};
    CHECK(section_hash(kinds.at(kind), *section, envelope) == bare_hash(text_of(entry, "hash")));
    ++sections;
  });
  MESSAGE(sections << " sections, " << packages << " packages");
  CHECK(sections > 0);
  CHECK(packages > 0);
}

TEST_CASE("the hashes of every recorded contract and package of Prisma 8 are computed again") {
  const auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-8");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  int contracts = 0, packages = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*root)) {
    const std::string file = entry.path().string();
    CAPTURE(file);
    if (entry.path().filename() == "contract.json") {
      const Contract contract = parse_contract(test::read_file(entry.path()), file);
      CHECK(contract.era == ContractEra::prisma_8);
      ++contracts;
    }
    if (entry.path().filename() != "migration.json" || file.find("_bad_hash") != std::string::npos) continue;
    const json::Owned manifest = read_json(entry.path()), ops = read_json(entry.path().parent_path() / "ops.json");
    CHECK(migration_hash_hex(*manifest, *ops) == text_of(*manifest, "migrationHash"));
    ++packages;
  }
  MESSAGE(contracts << " contracts, " << packages << " packages");
  CHECK(contracts >= 14);
  CHECK(packages >= 10);
}

TEST_CASE("the sections and names that Prisma 8 hashed are hashed the same") {
  const auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-8");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  const json::Owned all = read_json(*root / "hash/synthetic.json");
  HashEnvelope envelope;
  envelope.target_family = "sql";
  envelope.target = "postgres";
  envelope.has_extensions = true;
  int sections = 0, names = 0;
  const auto each = [&](std::string_view list, HashedSection kind, std::string_view section, std::string_view hash) {
    json::each_element(*json::member(*all, list), {}, [&](const Json& e, const JsonPath&) {
      CAPTURE(text_of(e, "name"));
      CHECK(section_hash(kind, *json::member(e, section), envelope) == text_of(e, hash));
      ++sections;
    });
  };
  each("storage", HashedSection::storage, "storage", "storageHash");
  each("execution", HashedSection::execution, "execution", "executionHash");
  each("profile", HashedSection::profile, "capabilities", "profileHash");
  const Json& wire = *json::member(*all, "wireNames");
  const auto optional = [](const Json& o, std::string_view key) {
    const std::string text = text_of(o, key);
    return text.empty() ? std::nullopt : std::optional(text);
  };
  json::each_element(*json::member(wire, "index"), {}, [&](const Json& e, const JsonPath&) {
    const Json& input = *json::member(e, "input");
    ContractIndex index;
    if (const Json* columns = json::member(input, "columns")) decode(index.columns, *columns, {});
    index.unique = json::read_bool(*json::member(input, "unique"), {});
    index.expression = optional(input, "expression");
    index.where = optional(input, "where");
    index.type = optional(input, "type");
    if (const Json* options = json::member(input, "options")) {
      json::each_member(*options, {}, [&](std::string_view key, const Json& value, const JsonPath&) {
        index.options.emplace_back(key, JsonText{json::dump(value)});
      });
    }
    CHECK(content_hash(index) == text_of(e, "hash"));
    ++names;
  });
  json::each_element(*json::member(wire, "check"), {}, [&](const Json& e, const JsonPath&) {
    ContractCheck check;
    check.expression = text_of(e, "expression");
    CHECK(content_hash(check) == text_of(e, "hash"));
    ++names;
  });
  ContractPolicy policy;
  policy.using_expression = "owner = current_user";
  policy.roles = {"app_user"};
  policy.command = PolicyCommand::select;
  CHECK(content_hash(policy) == "19e74ed4");
  MESSAGE(sections << " sections, " << names + 1 << " names");
  CHECK(sections == 19);
}
