#include "engine/contract/contract_hash.h"

#include <algorithm>
#include <array>

#include "engine/json/canonical.h"

namespace plinth {
namespace {

constexpr std::string_view hash_prefix = "sha256:";

bool starts_with(KeyPath path, std::initializer_list<std::string_view> keys) {
  return path.size() >= keys.size() &&
         std::equal(keys.begin(), keys.end(), path.begin(),
                    [](std::string_view k, std::string_view p) { return k == "*" || k == p; });
}
bool is(KeyPath path, std::initializer_list<std::string_view> keys) {
  return path.size() == keys.size() && starts_with(path, keys);
}

// What follows the list of tables in a path: `{"users", "columns", …}`. False when the path does not lead to one.
bool below_tables(KeyPath path, KeyPath& rest) {
  for (const std::size_t length : {5U, 4U}) {
    const bool here = length == 5 ? starts_with(path, {"storage", "namespaces", "*", "entries", "table"})
                                  : starts_with(path, {"storage", "namespaces", "*", "tables"});
    if (here) {
      rest = path.subspan(length);
      return true;
    }
  }
  return false;
}

bool is_named_list(std::string_view key) { return key == "uniques" || key == "indexes"; }

// Whether a false, [] or {} at this path says something.
bool says_something(KeyPath path) {
  if (path.back() == "nullable" || is(path, {"capabilities"}) || is(path, {"storage", "namespaces"}) ||
      is(path, {"storage", "namespaces", "*", "entries"}) || is(path, {"execution", "mutations", "defaults"})) {
    return true;
  }
  KeyPath rest;
  if (!below_tables(path, rest)) return false;
  if (rest.size() < 2) return true;
  if (rest.size() == 2) return is_named_list(rest[1]) || rest[1] == "foreignKeys";
  return starts_with(rest, {"*", "columns", "*", "default", "value"}) || is(rest, {"*", "foreignKeys", "constraint"}) ||
         is(rest, {"*", "foreignKeys", "index"}) || is(rest, {"*", "indexes", "unique"});
}

// Members that are about the document, not part of what it describes.
bool is_bookkeeping(KeyPath path) {
  return path.back() == "_generated" || is(path, {"storage", "storageHash"}) ||
         is(path, {"execution", "executionHash"}) || is(path, {"storage", "namespaces", "*", "kind"});
}

// Whether nothing is left of the object at this path without its bookkeeping.
bool is_bare(KeyPath path, const Json& value) {
  if (json::is_empty(value)) return true;
  if (json::type(value) != json::Type::object || path.size() > 3) return false;
  bool bare = true;
  std::vector<std::string_view> below(path.begin(), path.end());
  json::each_member(value, {}, [&](std::string_view key, const Json&, const JsonPath&) {
    below.push_back(key);
    bare = bare && key != "_generated" && is_bookkeeping(below);
    below.pop_back();
  });
  return bare;
}

bool keeps(KeyPath path, const Json& value) {
  const std::string_view key = path.back();
  if (is_bookkeeping(path)) return false;
  switch (json::type(value)) {
    case json::Type::string:
      return (key != "onDelete" && key != "onUpdate") || json::read_string(value, {}) != "noAction";
    case json::Type::boolean: return json::read_bool(value, {}) || (key != "generated" && says_something(path));
    case json::Type::array:
    case json::Type::object: return !is_bare(path, value) || says_something(path);
    case json::Type::number:
    case json::Type::null: return true;
  }
  return true;
}

// Checks are sorted where they are expressions, as Prisma 8 writes them.
bool sorted_by_name(KeyPath path, const Json& first) {
  KeyPath rest;
  if (!below_tables(path, rest) || rest.size() != 2) return false;
  return is_named_list(rest[1]) || (rest[1] == "checks" && json::member(first, "expression") != nullptr);
}

constexpr CanonicalRules contract_rules = {keeps, sorted_by_name};

std::string_view key_of(HashedSection kind) {
  switch (kind) {
    case HashedSection::storage: return "storage";
    case HashedSection::execution: return "execution";
    case HashedSection::profile: return "capabilities";
  }
  return {};
}

std::string profile_hash(const HashEnvelope& envelope) {
  const json::Owned none = json::null();
  json::make_object(*none);
  return section_hash(HashedSection::profile, *none, envelope);
}

std::string stored_hash(const Json& owner, const JsonPath& at, std::string_view key) {
  const Json* hash = json::member(owner, key);
  return hash != nullptr ? json::read_string(*hash, at.member(key)) : std::string();
}

const Json& required(const Json& owner, const JsonPath& at, std::string_view key) {
  const Json* value = json::member(owner, key);
  if (value == nullptr) at.member(key).fail("missing");
  return *value;
}

HashEnvelope envelope_of(const Json& document, const JsonPath& root, const std::string& stored_profile) {
  HashEnvelope out;
  out.target_family = json::read_string(required(document, root, "targetFamily"), root.member("targetFamily"));
  out.target = json::read_string(required(document, root, "target"), root.member("target"));
  out.has_extensions = json::member(document, "extensions") != nullptr;
  // The profile of every contract is the same within an era: it tells the envelope that the emitter used, also where
  // the document was brought into a later form.
  out.has_models = true;
  out.has_models = json::member(document, "models") != nullptr || profile_hash(out) == bare_hash(stored_profile);
  return out;
}

}  // namespace

std::string section_hash(HashedSection kind, const Json& section, const HashEnvelope& envelope) {
  const std::string_view filled = key_of(kind);
  Sha256 hash;
  hash.add("{\n  \"schemaVersion\": \"1\"");
  const auto line = [&](std::string_view key, std::string_view value) {
    hash.add(",\n  \"");
    hash.add(key);
    hash.add("\": ");
    hash.add(value);
  };
  const auto place = [&](std::string_view key) {
    const std::string_view path[] = {key};
    if (key == filled && keeps(path, section)) {
      line(key, {});
      add_canonical_section(hash, section, key, contract_rules);
    } else if (key == "capabilities") {
      line(key, "{}");
    }
  };
  line("targetFamily", json::quote(envelope.target_family));
  line("target", json::quote(envelope.target));
  line("profileHash", "\"\"");
  line("roots", "{}");
  if (envelope.has_models) {
    line("models", "{}");
  } else {
    line("domain", "{\n    \"namespaces\": {}\n  }");
  }
  place("storage");
  place("execution");
  place("capabilities");
  line(envelope.has_extensions ? "extensions" : "extensionPacks", "{}");
  line("meta", "{}");
  hash.add("\n}");
  return std::move(hash).hex();
}

std::string with_hashes(const std::string& text, const ContractHashes& hashes) {
  const auto document = json::parse(text, Code::contract_invalid_json);
  bool changed = false;
  const auto put = [&](Json& object, std::string_view key, const std::string& hash) {
    Json& value = json::at_or_put(object, key);
    if (json::type(value) == json::Type::string && json::dump(value) == json::quote(hash)) return;
    json::set(value, std::string_view(hash));
    changed = true;
  };
  put(json::at_or_put(*document, "storage"), "storageHash", hashes.storage_hash);
  if (hashes.execution_hash) put(json::at_or_put(*document, "execution"), "executionHash", *hashes.execution_hash);
  put(*document, "profileHash", hashes.profile_hash);
  if (!changed) return text;
  return stringify(*document, 2) + (text.ends_with('\n') ? "\n" : "");
}

ContractEra era_of_hash(std::string_view hash) {
  return hash.starts_with(hash_prefix) ? ContractEra::prisma_next : ContractEra::prisma_8;
}

std::string spelt(std::string_view bare, ContractEra era) {
  return era == ContractEra::prisma_next ? std::string(hash_prefix).append(bare) : std::string(bare);
}

std::string_view bare_hash(std::string_view hash) {
  if (hash.starts_with(hash_prefix)) hash.remove_prefix(hash_prefix.size());
  return hash;
}

HashedContract hash_document(const Json& document, std::string_view file) {
  const JsonPath root = JsonPath::root(Code::contract_validation_failed, {}, file);
  HashedContract out;
  out.stored.profile_hash = stored_hash(document, root, "profileHash");
  const HashEnvelope envelope = envelope_of(document, root, out.stored.profile_hash);

  const JsonPath at_storage = root.member("storage");
  const Json& storage = required(document, root, "storage");
  if (json::type(storage) != json::Type::object)
    at_storage.fail("expected object, got " + std::string(json::type_name(storage)));
  out.stored.storage_hash = stored_hash(storage, at_storage, "storageHash");
  const ContractEra usual = envelope.has_extensions ? ContractEra::prisma_8 : ContractEra::prisma_next;
  const ContractEra style = out.stored.storage_hash.empty() ? usual : era_of_hash(out.stored.storage_hash);
  const auto styled = [&](const std::string& hex) { return spelt(hex, style); };

  out.computed.storage_hash = styled(section_hash(HashedSection::storage, storage, envelope));
  out.computed.profile_hash = styled(profile_hash(envelope));
  if (const Json* execution = json::member(document, "execution")) {
    const JsonPath at_execution = root.member("execution");
    if (json::type(*execution) != json::Type::object)
      at_execution.fail("expected object, got " + std::string(json::type_name(*execution)));
    if (json::member(*execution, "executionHash") != nullptr) {
      out.stored.execution_hash = stored_hash(*execution, at_execution, "executionHash");
    }
    out.computed.execution_hash = styled(section_hash(HashedSection::execution, *execution, envelope));
  }
  return out;
}

HashedContract hash_contract(std::string_view text, std::string_view file) {
  return hash_document(*json::parse(text, Code::contract_invalid_json, file), file);
}

}  // namespace plinth
