#include "engine/package/package.h"

#include <set>

#include "engine/excerpt.h"
#include "engine/json/canonical.h"
#include "engine/json/sha256.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"

namespace plinth {

template <>
struct Shape<Manifest> {
  static void read(Manifest& out, const Json& j, const JsonPath& at) {
    json::each_member(j, at, [&](std::string_view key, const Json& v, const JsonPath& here) {
      if (key == "from") {
        decode(out.from, v, here);
      } else if (key == "to") {
        decode(out.to, v, here);
      } else if (key == "providedInvariants") {
        decode(out.provided_invariants, v, here);
      } else if (key == "createdAt") {
        decode(out.created_at, v, here);
      } else if (key == "migrationHash") {
        decode(out.migration_hash, v, here);
      } else {
        here.fail("unknown field");
      }
    });
    for (const auto& [name, value] :
         {std::pair{"to", &out.to}, {"createdAt", &out.created_at}, {"migrationHash", &out.migration_hash}}) {
      if (value->empty()) at.member(name).fail("missing");
    }
    for (const char* name : {"from", "providedInvariants"}) {
      if (json::member(j, name) == nullptr) at.member(name).fail("missing");
    }
  }
  static void write(Json& out, const Manifest& m) {
    json::make_object(out);
    encode(json::put(out, "from"), m.from);
    encode(json::put(out, "to"), m.to);
    encode(json::put(out, "providedInvariants"), m.provided_invariants);
    encode(json::put(out, "createdAt"), m.created_at);
    encode(json::put(out, "migrationHash"), m.migration_hash);
  }
};

namespace {

constexpr std::size_t max_slug = 64;

std::string in_style_of(const std::string& hex, const std::string& other) { return spelt(hex, era_of_hash(other)); }

bool valid_invariant_id(const std::string& id) {
  return !id.empty() &&
         std::all_of(id.begin(), id.end(),
                     [](char c) {
                       const auto u = static_cast<unsigned char>(c);
                       return u > 0x20U && u != 0x7FU;
                     }) &&
         id.find("\xC2\xA0") == std::string::npos && id.find("\xE2\x80\xA8") == std::string::npos;
}

// Segments of lower-case letters, digits and inner hyphens. Source: Prisma Next 0.16.0, names of refs.
bool valid_ref_name(const std::string& name) {
  const auto is_alnum = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  char before = '/';
  for (const char c : name + "/") {
    const bool edge = c == '/' || before == '/';
    if (c == '/' ? !is_alnum(before) : !(is_alnum(c) || (c == '-' && !edge))) return false;
    before = c;
  }
  return true;
}

}  // namespace

std::vector<std::string> provided_invariants(const std::vector<RawSql>& operations) {
  std::set<std::string> out;
  for (const auto& op : operations) {
    if (!op.invariant_id) continue;
    if (!valid_invariant_id(*op.invariant_id)) {
      throw Error(Code::migration_invalid_invariant_id,
                  "the invariant id " + json::quote(*op.invariant_id) + " is not valid",
                  "An id is not empty and has no whitespace and no control characters.")
          .with("operation", op.raw_id);
    }
    if (!out.insert(*op.invariant_id).second) {
      throw Error(Code::migration_duplicate_invariant_in_edge,
                  "two operations provide the invariant " + q(*op.invariant_id))
          .with("invariantId", *op.invariant_id);
    }
  }
  return {out.begin(), out.end()};
}

Manifest parse_manifest(const std::string& text, const std::string& file) {
  Manifest out;
  const auto manifest = json::parse(text, Code::migration_invalid_json, file);
  decode(out, *manifest, JsonPath::root(Code::migration_invalid_manifest, "migration", file));
  return out;
}

Package parse_package(std::string directory, const std::string& manifest_text, const std::string& operations_text) {
  Package out;
  out.name = directory.substr(directory.find_last_of('/') + 1);
  const std::string manifest_file = directory + "/migration.json", operations_file = directory + "/ops.json";
  const auto manifest = json::parse(manifest_text, Code::migration_invalid_json, manifest_file);
  decode(out.manifest, *manifest, JsonPath::root(Code::migration_invalid_manifest, "migration", manifest_file));
  const auto operations = json::parse(operations_text, Code::migration_invalid_json, operations_file);
  const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "ops", operations_file);
  json::each_element(*operations, at,
                     [&](const Json& e, const JsonPath& here) { out.operations.push_back(read_stored(e, here)); });
  out.computed_hash = in_style_of(migration_hash_hex(*manifest, *operations), out.manifest.migration_hash);
  out.directory = std::move(directory);
  return out;
}

PackageHash hash_package(const std::string& directory, const std::string& manifest_text,
                         const std::string& operations_text) {
  const std::string manifest_file = directory + "/migration.json", operations_file = directory + "/ops.json";
  const auto manifest = json::parse(manifest_text, Code::migration_invalid_json, manifest_file);
  const auto operations = json::parse(operations_text, Code::migration_invalid_json, operations_file);
  const auto at = JsonPath::root(Code::migration_invalid_manifest, "migration", manifest_file);
  const Json* stored = json::type(*manifest) == json::Type::object ? json::member(*manifest, "migrationHash") : nullptr;
  if (stored == nullptr) at.member("migrationHash").fail("missing");
  PackageHash out;
  out.stored = json::read_string(*stored, at.member("migrationHash"));
  json::each_element(*operations, JsonPath::root(Code::migration_invalid_operation_entry, "ops", operations_file),
                     [](const Json&, const JsonPath&) {});
  out.computed = in_style_of(migration_hash_hex(*manifest, *operations), out.stored);
  return out;
}

std::string ledger_origin(const Manifest& manifest) {
  return manifest.from.value_or(in_style_of("empty", manifest.to));
}

void check_integrity(const Package& p) {
  if (p.computed_hash != p.manifest.migration_hash) {
    throw Error(Code::migration_hash_mismatch,
                "package " + q(p.name) + ": migration.json claims " + p.manifest.migration_hash +
                    ", its content hashes to " + p.computed_hash,
                "migration.json or ops.json was edited after the package was hashed.")
        .at(p.directory + "/migration.json")
        .with("stored", p.manifest.migration_hash)
        .with("computed", p.computed_hash);
  }
  if (provided_invariants(p.operations) != p.manifest.provided_invariants) {
    throw Error(Code::migration_provided_invariants_mismatch,
                "package " + q(p.name) + ": providedInvariants are not those of its operations")
        .at(p.directory + "/migration.json")
        .with("stored", p.manifest.provided_invariants)
        .with("computed", provided_invariants(p.operations));
  }
}

std::vector<Operation> typed_operations(const Package& package) {
  std::vector<Operation> out;
  const std::string file = package.directory + "/ops.json";
  const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "ops", file);
  int i = 0;
  for (const auto& op : package.operations) out.push_back(from_stored(op, at.element(i++)));
  state_aims(out);
  return out;
}

PackageTexts package_texts(Manifest manifest, const std::vector<RawSql>& operations) {
  PackageTexts out;
  out.provided_invariants = provided_invariants(operations);
  manifest.provided_invariants = out.provided_invariants;
  const auto ops = json::null();
  json::make_array(*ops);
  for (const auto& op : operations) write_stored(json::push(*ops), op);
  const auto unhashed = json::null();
  encode(*unhashed, manifest);
  out.migration_hash = in_style_of(migration_hash_hex(*unhashed, *ops), manifest.to);
  manifest.migration_hash = out.migration_hash;
  const auto hashed = json::null();
  encode(*hashed, manifest);
  out.manifest = stringify(*hashed, 2);
  out.operations = stringify(*ops, 2);
  return out;
}

std::string hash_of_operation(const RawSql& operation) {
  const auto stored = json::null();
  write_stored(*stored, operation);
  return sha256_hex(canonical_json(*stored));
}

std::vector<RawSql> stored_forms(const std::vector<Operation>& operations) {
  std::vector<RawSql> out;
  out.reserve(operations.size());
  for (const auto& op : operations) out.push_back(stored_form(op));
  return out;
}

std::string package_directory_name(const std::string& created_at, const std::string& name) {
  std::string slug;
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (keep) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '_') {
      slug += '_';
    }
  }
  slug.resize(std::min(slug.size(), max_slug));
  while (!slug.empty() && slug.back() == '_') slug.pop_back();
  if (slug.empty())
    throw Error(Code::migration_invalid_name, "the name " + json::quote(name) + " has no letter and no digit");
  // 2026-11-21T06:11:22.148Z → 20261121T0611
  constexpr std::size_t minutes = 16;
  std::string stamp;
  for (const char c : created_at.substr(0, minutes)) {
    if (c != '-' && c != ':') stamp += c;
  }
  return stamp + "_" + slug;
}

void check_ref_name(const std::string& name, const std::string& file) {
  if (valid_ref_name(name)) return;
  throw Error(Code::migration_invalid_ref_name, "the name of the ref " + json::quote(excerpt(name)) + " is not valid")
      .at(file);
}

std::string ref_text(const Ref& ref) {
  const auto pointer = json::null();
  json::make_object(*pointer);
  encode(json::put(*pointer, "hash"), ref.hash);
  encode(json::put(*pointer, "invariants"), ref.invariants);
  return stringify(*pointer, 2) + "\n";
}

Ref parse_ref(const std::string& name, const std::string& text, const std::string& file) {
  check_ref_name(name, file);
  Ref out;
  out.name = name;
  const auto doc = json::parse(text, Code::migration_invalid_ref_file, file);
  const auto at = JsonPath::root(Code::migration_invalid_ref_file, "ref", file);
  json::each_member(*doc, at, [&](std::string_view key, const Json& v, const JsonPath& here) {
    if (key == "hash") {
      decode(out.hash, v, here);
    } else if (key == "invariants") {
      decode(out.invariants, v, here);
    } else {
      here.fail("unknown field");
    }
  });
  if (out.hash.empty()) at.member("hash").fail("missing");
  return out;
}

}  // namespace plinth
