#include "runner/files/store.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "runner/files/files.h"

namespace plinth {
namespace {

std::optional<std::string> read_if_there(const std::string& path) {
  try {
    return read_file(path);
  } catch (const Error& e) {
    if (e.code() != Code::file_not_found) throw;
    return {};
  }
}

// Since the store replaced the copies inside packages: migrations/snapshots/<hex>/contract.json.
std::string store_of(const std::string& space_directory) {
  return std::filesystem::path(space_directory + "/../snapshots").lexically_normal().string();
}
std::string snapshot_file(const std::string& space_directory, std::string_view hash) {
  return snapshot_directory(space_directory, hash) + "/contract.json";
}
std::optional<std::string> read_snapshot(const std::string& space_directory, std::string_view hash) {
  return read_if_there(snapshot_file(space_directory, hash));
}

// The copy in a package, or in the store. One that is missing belongs into the store where there is one.
std::optional<std::string> read_copy(const std::string& directory, const char* name, std::string_view hash,
                                     std::string& file) {
  file = directory + name;
  const std::string space = directory + "/..", snapshot = snapshot_file(space, hash);
  auto text = read_if_there(file);
  if (text || !directory_exists(store_of(space))) return text;
  file = snapshot;
  return read_if_there(snapshot);
}

// The contract of an extension stands once, beside its packages. That of another state of it is none of these.
std::optional<std::string> contract_of_extension(const std::string& package, std::string_view hash) {
  auto text = read_if_there(package + "/../contract.json");
  if (!text) return {};
  const std::string quoted = "\"" + std::string(hash) + "\"";
  return text->find(quoted) != std::string::npos ? text : std::nullopt;
}

// One file of a package is enough: a package that lost another one is not passed over in silence.
bool looks_like_package(const std::string& directory) {
  constexpr const char* names[] = {"/migration.json", "/ops.json", "/end-contract.json", "/start-contract.json"};
  return std::any_of(std::begin(names), std::end(names),
                     [&](const char* name) { return file_exists(directory + name); });
}

// The path of a directory, so that its last part is its name: without a slash at the end, and not `.` or `..`.
std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  const std::string last = path.substr(path.find_last_of('/') + 1);
  if (last != "." && last != "..") return path;
  path = std::filesystem::absolute(path).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

std::string snapshot_directory(const std::string& space_directory, std::string_view hash) {
  return store_of(space_directory) + "/" + std::string(bare_hash(hash));
}

namespace {

// Whether it holds contracts: a project may have a directory of that name for something else.
bool is_store(const std::string& directory) {
  if (!directory_exists(directory)) return false;
  constexpr std::size_t digits = 64;
  const auto names = subdirectories(directory);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.size() == digits && file_exists(directory + "/" + name + "/contract.json");
  });
}

}  // namespace

std::optional<ContractEra> era_of_space(const std::string& given) {
  const std::string directory = without_trailing_slash(given);
  const bool exists = directory_exists(directory);
  for (const auto& name : exists ? subdirectories(directory) : std::vector<std::string>()) {
    const std::string package = directory + "/" + name;
    if (name.starts_with('.') || !file_exists(package + "/migration.json")) continue;
    if (file_exists(package + "/end-contract.json")) return ContractEra::prisma_next;
    return era_of_hash(load_package(package).manifest.to);
  }
  const std::vector<Ref> refs = exists ? load_refs(directory) : std::vector<Ref>();
  if (!refs.empty()) return era_of_hash(refs.front().hash);
  return is_store(store_of(directory)) ? std::optional(ContractEra::prisma_8) : std::nullopt;
}

Contract load_contract(const std::string& path) { return parse_contract(read_file(path), path); }

namespace {

void require_files(const std::string& directory) {
  for (const char* name : {"/migration.json", "/ops.json"}) {
    if (path_kind(directory + name) == PathKind::missing) {
      throw Error(Code::migration_file_missing, directory + " has no " + std::string(name + 1),
                  "A package holds migration.json and ops.json.")
          .at(directory + name);
    }
  }
}

}  // namespace

PackageHash load_package_hash(const std::string& given) {
  const std::string directory = without_trailing_slash(given);
  require_files(directory);
  return hash_package(directory, read_file(directory + "/migration.json"), read_file(directory + "/ops.json"));
}

Package load_package(const std::string& given) {
  const std::string directory = without_trailing_slash(given);
  require_files(directory);
  Package out = parse_package(directory, read_file(directory + "/migration.json"), read_file(directory + "/ops.json"));
  out.end_contract = read_copy(directory, "/end-contract.json", out.manifest.to, out.end_contract_file);
  if (!out.end_contract) out.end_contract = contract_of_extension(directory, out.manifest.to);
  if (out.manifest.from) {
    out.start_contract = read_copy(directory, "/start-contract.json", *out.manifest.from, out.start_contract_file);
  }
  return out;
}

PackageEntry load_package_entry(const std::string& given) {
  PackageEntry out{without_trailing_slash(given), {}, {}};
  out.name = out.directory.substr(out.directory.find_last_of('/') + 1);
  const std::string file = out.directory + "/migration.json";
  const auto manifest = read_if_there(file);
  if (!manifest || !file_exists(out.directory + "/ops.json")) require_files(out.directory);
  out.manifest = parse_manifest(manifest ? *manifest : read_file(file), file);
  return out;
}

std::size_t operation_count(const std::string& directory) {
  const std::string file = directory + "/ops.json";
  const auto operations = json::parse(read_file(file), Code::migration_invalid_json, file);
  std::size_t out = 0;
  json::each_element(*operations, JsonPath::root(Code::migration_invalid_operation_entry, "ops", file),
                     [&](const Json&, const JsonPath&) { ++out; });
  return out;
}

std::vector<std::string> package_directories(const std::string& given) {
  const std::string space_directory = without_trailing_slash(given);
  std::vector<std::string> out;
  for (const auto& name : subdirectories(space_directory)) {
    std::string directory = space_directory + "/" + name;
    if (name.front() != '.' && looks_like_package(directory)) out.push_back(std::move(directory));
  }
  return out;
}

std::vector<Package> load_packages(const std::string& space_directory) {
  std::vector<Package> out;
  for (const auto& directory : package_directories(space_directory)) out.push_back(load_package(directory));
  return out;
}

namespace {

bool holds_packages(const std::string& directory) {
  const auto names = subdirectories(directory);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name.front() != '.' && looks_like_package(directory + "/" + name);
  });
}

bool has_head(const std::string& directory) { return file_exists(directory + "/refs/head.json"); }

bool is_space(const std::string& directory) {
  return !looks_like_package(directory) && (holds_packages(directory) || directory_exists(directory + "/refs"));
}

std::string parent_of(const std::string& directory) {
  return std::filesystem::absolute(directory).lexically_normal().parent_path().string();
}

// Beside the space of the application, and with a ref `head`, a space is that of an extension.
Space space_at(const std::string& directory) {
  const std::string name = directory.substr(directory.find_last_of('/') + 1);
  const bool extends = has_head(directory) || (name != app_space && is_space(parent_of(directory) + "/app"));
  return {extends ? name : std::string(app_space), directory};
}

std::vector<std::string> spaces_below(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& name : subdirectories(directory)) {
    const std::string space = directory + "/" + name;
    const auto is_same = [&](const std::string& other) { return same_directory(directory + "/" + other, space); };
    const bool is_link_to_another = std::any_of(out.begin(), out.end(), is_same);
    if (!name.starts_with('.') && is_space(space) && !is_link_to_another) out.push_back(name);
  }
  return out;
}

}  // namespace

bool is_extension(const Space& space) { return space.id != app_space; }

Space space_of_package(const std::string& package_directory) {
  return space_at(parent_of(without_trailing_slash(package_directory)));
}

std::vector<Space> spaces_at(const std::string& given) {
  const std::string directory = without_trailing_slash(given);
  const std::vector<std::string> names = spaces_below(directory);
  if (is_space(directory) && !names.empty()) {
    throw Error(Code::rpc_invalid_params, directory + " holds packages or refs, and spaces (" + names.front() + ")",
                "Packages lie in the directory of a space, and spaces beside each other.")
        .fix("Move the packages and the directory refs into a space, such as " + directory + "/app.")
        .at(directory)
        .with("spaces", names);
  }
  if (names.empty()) return {space_at(directory)};
  std::vector<Space> out;
  out.reserve(names.size());
  for (const auto& name : names) out.push_back(space_at(directory + "/" + name));
  std::stable_partition(out.begin(), out.end(), is_extension);
  return out;
}

std::vector<std::string> spaces_in(const std::string& given) {
  const std::string directory = without_trailing_slash(given);
  return is_space(directory) ? std::vector<std::string>() : spaces_below(directory);
}

std::vector<std::string> ref_files(const std::string& space_directory) {
  std::vector<std::string> out;
  for (auto& file : files_below(space_directory + "/refs")) {
    if (file.ends_with(".json") && !file.ends_with(".contract.json")) out.push_back(std::move(file));
  }
  return out;
}

Ref load_ref(const std::string& space_directory, const std::string& file) {
  constexpr std::string_view suffix = ".json";
  const std::string path = space_directory + "/refs/" + file;
  return parse_ref(file.substr(0, file.size() - suffix.size()), read_file(path), path);
}

std::vector<Ref> load_refs(const std::string& space_directory) {
  std::vector<Ref> out;
  for (const auto& file : ref_files(space_directory)) out.push_back(load_ref(space_directory, file));
  return out;
}

std::optional<std::string> load_types_beside(const std::string& contract_file) {
  constexpr std::string_view suffix = ".json";
  if (!contract_file.ends_with(suffix)) return {};
  const std::string path = contract_file.substr(0, contract_file.size() - suffix.size()) + ".d.ts";
  return file_exists(path) ? std::optional(read_file(path)) : std::nullopt;
}

std::string load_ref_contract(const std::string& space_directory, const Ref& ref) {
  if (auto text = read_if_there(space_directory + "/refs/" + ref.name + ".contract.json")) return *text;
  if (auto text = read_snapshot(space_directory, ref.hash)) return *text;
  for (const auto& directory : package_directories(space_directory)) {
    const PackageEntry entry = load_package_entry(directory);
    if (bare_hash(entry.manifest.to) != bare_hash(ref.hash)) continue;
    if (auto text = load_package(directory).end_contract) return *text;
  }
  throw Error(Code::migration_snapshot_missing, "ref \"" + ref.name + "\" has no copy of its contract",
              "Neither the ref, nor the snapshot store, nor a package that ends there holds one.")
      .with("hash", ref.hash);
}

}  // namespace plinth
