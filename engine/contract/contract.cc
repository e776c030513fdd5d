#include "engine/contract/contract.h"

#include <algorithm>

#include "engine/contract/contract_hash.h"
#include "engine/contract/decode.h"
#include "engine/contract/wire_names.h"
#include "engine/json/members.h"

namespace plinth {
namespace {

void check_target(const Json& document, const JsonPath& root) {
  const auto read = [&](std::string_view key) {
    const Json* value = json::member(document, key);
    if (value == nullptr) root.member(key).fail("missing");
    return json::read_string(*value, root.member(key));
  };
  const std::string family = read("targetFamily"), target = read("target");
  if (family == "sql" && target == "postgres") return;
  Error e(Code::contract_unsupported_target, "the contract is for target " + json::quote(target) + " of family " +
                                                 json::quote(family) + ", not for \"postgres\" of family \"sql\"");
  e.with("targetFamily", family).with("target", target);
  if (!root.file.empty()) e.at(std::string(root.file));
  throw e;
}

void check_version(const Json& document, const JsonPath& root) {
  const Json* version = json::member(document, "schemaVersion");
  if (version == nullptr) return;
  const JsonPath at = root.member("schemaVersion");
  const std::string found = json::read_string(*version, at);
  if (found != "1") at.fail("expected \"1\", got " + json::quote(found));
}

void check_hash(std::string_view name, const std::string& stored, const std::string& computed, std::string_view file) {
  if (stored.empty() || bare_hash(stored) == bare_hash(computed)) return;
  Error e(Code::contract_hash_mismatch,
          std::string(name) + " is stored as " + stored + ", but the contract's content gives " + computed);
  e.with("hash", std::string(name)).with("stored", stored).with("computed", computed);
  if (!file.empty()) e.at(std::string(file));
  throw e;
}

ContractHashes check_hashes(const HashedContract& hashes, std::string_view file) {
  ContractHashes out = hashes.stored;
  check_hash("storageHash", out.storage_hash, hashes.computed.storage_hash, file);
  check_hash("executionHash", out.execution_hash.value_or(""), hashes.computed.execution_hash.value_or(""), file);
  check_hash("profileHash", out.profile_hash, hashes.computed.profile_hash, file);
  if (!out.execution_hash) out.execution_hash = hashes.computed.execution_hash;
  if (out.profile_hash.empty()) out.profile_hash = hashes.computed.profile_hash;
  return out;
}

[[noreturn]] void refuse_missing_hash(const std::string& file) {
  Error e(Code::contract_validation_failed, "storage.storageHash: missing",
          "A contract is known by the hash of what it asks for.");
  e.fix("Call hashContract with write: true, which puts the hash into the file; or emit the contract with its tool.")
      .with("path", "storage.storageHash");
  if (!file.empty()) e.at(file);
  throw e;
}

void read_storage(const Json& storage, const JsonPath& at, Hashes hashes, Contract& out) {
  const Members m(storage, at, {"storageHash", "types", "namespaces"});
  std::optional<std::string> hash;
  m.read_optional("storageHash", hash);
  if (hashes == Hashes::required && hash.value_or("").empty()) refuse_missing_hash(out.file);
  if (const Json* types = m.find("types")) {
    json::each_member(*types, at.member("types"), [&](std::string_view name, const Json& type, const JsonPath& here) {
      out.types.emplace(name, read_type(type, here));
    });
  }
  json::each_member(m.required("namespaces"), at.member("namespaces"),
                    [&](std::string_view id, const Json& j, const JsonPath& here) {
                      out.namespaces.push_back(read_namespace(id, j, here, out.types));
                    });
  std::sort(out.namespaces.begin(), out.namespaces.end(),
            [](const ContractNamespace& a, const ContractNamespace& b) { return a.id < b.id; });
  check_references(out, storage, at);
}

// What a pack says of itself is its own affair: what is not as expected is passed over.
void read_pack_types(const Json& pack, const JsonPath& at, std::vector<std::string>& out) {
  const Json* types = json::member(pack, "types");
  const Json* storage = types != nullptr ? json::member(*types, "storage") : nullptr;
  if (storage == nullptr || json::type(*storage) != json::Type::array) return;
  json::each_element(*storage, at, [&](const Json& entry, const JsonPath& here) {
    const Json* type = json::member(entry, "nativeType");
    if (type != nullptr && json::type(*type) == json::Type::string) out.push_back(json::read_string(*type, here));
  });
}

[[noreturn]] void refuse_mixture(const std::string& problem, const std::string& path, const std::string& file) {
  Error e(Code::contract_mixed_eras, path + ": " + problem);
  e.with("path", path);
  if (!file.empty()) e.at(file);
  throw e;
}

void read_era(const Json& document, Contract& out) {
  if (json::member(document, "extensions") == nullptr) return;
  out.era = ContractEra::prisma_8;
  if (json::member(document, "extensionPacks") != nullptr) {
    refuse_mixture("a contract has extensions or extensionPacks", "extensionPacks", out.file);
  }
}

// Indexes and checks are all in the form of one era, and in that of the document. O(indexes, checks and policies).
void check_forms(const Contract& contract) {
  bool early = contract.era == ContractEra::prisma_next, late = false;
  const auto note = [&](bool is_late, const ContractNamespace& n, const ContractTable& t, std::string_view list) {
    (is_late ? late : early) = true;
    if (!early || !late) return;
    const std::string path = "storage.namespaces." + n.id + ".entries.table." + t.name + "." + std::string(list);
    refuse_mixture(contract.era == ContractEra::prisma_next
                       ? "an entry in the form of Prisma 8 in a contract of Prisma Next"
                       : "some entries are in the form of Prisma 8, others in that of Prisma Next",
                   path, contract.file);
  };
  for (const auto& n : contract.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& i : t.indexes) note(i.states_unique, n, t, "indexes");
      for (const auto& c : t.checks) note(c.expression.has_value(), n, t, "checks");
    }
    // Prisma Next 0.16 does not compare the names of policies with their content.
    if (contract.era == ContractEra::prisma_next) continue;
    for (const auto& p : n.policies) {
      const std::string path = "storage.namespaces." + n.id + ".entries.policy." + p.prefix;
      check_wire_name(p.name, p.prefix, content_hash(p),
                      JsonPath::root(Code::contract_validation_failed, path, contract.file));
    }
  }
}

void read_packs(const Json& document, const JsonPath& root, Contract& out) {
  for (const std::string_view key : {"extensions", "extensionPacks"}) {
    const Json* packs = json::member(document, key);
    if (packs == nullptr) continue;
    json::each_member(*packs, root.member(key), [&](std::string_view id, const Json& pack, const JsonPath& at) {
      out.extension_packs.emplace_back(id);
      read_pack_types(pack, at, out.pack_types);
    });
  }
  std::sort(out.extension_packs.begin(), out.extension_packs.end());
}

// Earlier eras do not say which namespace a model's table is in.
std::string namespace_of(const Contract& contract, const std::string& table) {
  for (const auto& n : contract.namespaces) {
    const auto it = std::lower_bound(n.tables.begin(), n.tables.end(), table,
                                     [](const ContractTable& t, const std::string& name) { return t.name < name; });
    if (it != n.tables.end() && it->name == table) return n.id;
  }
  return {};
}

void read_models(const Json* models, const std::string& space, Contract& out) {
  each_object_in(models, [&](const std::string& name, const Json& model) {
    const Json* storage = object_in(model, "storage");
    if (storage == nullptr) return;
    ContractModel m{space, name, string_in(*storage, "namespaceId"), string_in(*storage, "table"), {}};
    if (m.table.empty()) return;
    if (m.namespace_id.empty()) m.namespace_id = namespace_of(out, m.table);
    each_object_in(object_in(*storage, "fields"), [&](const std::string& field, const Json& stored) {
      if (std::string column = string_in(stored, "column"); !column.empty()) m.fields.emplace(field, column);
    });
    out.models.push_back(std::move(m));
  });
}

// The domain is the application's affair: what is not as expected is passed over, and the hashes do not cover it.
void read_domain(const Json& document, Contract& out) {
  read_models(object_in(document, "models"), {}, out);
  const Json* domain = object_in(document, "domain");
  each_object_in(domain != nullptr ? object_in(*domain, "namespaces") : nullptr,
                 [&](const std::string& space, const Json& n) { read_models(object_in(n, "models"), space, out); });
  std::sort(out.models.begin(), out.models.end(), [](const ContractModel& a, const ContractModel& b) {
    return std::tie(a.space, a.name) < std::tie(b.space, b.name);
  });
}

}  // namespace

Contract read_contract_document(const Json& document, std::string file, Hashes hashes) {
  Contract out;
  out.file = std::move(file);
  const JsonPath root = JsonPath::root(Code::contract_validation_failed, {}, out.file);
  if (json::type(document) != json::Type::object) {
    root.member("contract").fail("expected object, got " + std::string(json::type_name(document)));
  }
  check_target(document, root);
  check_version(document, root);
  if (const Json* control = json::member(document, "defaultControlPolicy")) {
    decode(out.default_control.emplace(), *control, root.member("defaultControlPolicy"));
  }
  read_era(document, out);
  read_packs(document, root, out);
  const Json* storage = json::member(document, "storage");
  if (storage == nullptr) root.member("storage").fail("missing");
  read_storage(*storage, root.member("storage"), hashes, out);
  check_forms(out);
  read_domain(document, out);
  const HashedContract found = hash_document(document, out.file);
  out.stored = hashes == Hashes::required ? check_hashes(found, out.file) : found.computed;
  return out;
}

Contract parse_contract(std::string text, std::string file, Hashes hashes) {
  const json::Owned document = json::parse(text, Code::contract_invalid_json, file);
  Contract out = read_contract_document(*document, std::move(file), hashes);
  out.text = std::move(text);
  return out;
}

bool is_of_prisma_next_0_16(const Json& document) {
  if (object_in(document, "extensionPacks") == nullptr || object_in(document, "domain") == nullptr) return false;
  const Json* storage = object_in(document, "storage");
  const Json* namespaces = storage != nullptr ? object_in(*storage, "namespaces") : nullptr;
  bool out = namespaces != nullptr;
  each_object_in(namespaces,
                 [&](const std::string&, const Json& n) { out = out && object_in(n, "entries") != nullptr; });
  return out;
}

std::string schema_of_namespace(const std::string& namespace_id) {
  return namespace_id == unbound_namespace ? "public" : namespace_id;
}

}  // namespace plinth
