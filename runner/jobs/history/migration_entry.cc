#include "runner/jobs/history/migration_entry.h"

#include "engine/excerpt.h"
#include "engine/names.h"
#include "runner/files/files.h"

namespace plinth {

std::vector<std::string> refs_at(const History& history, std::string_view node) {
  std::vector<std::string> out;
  for (const auto& ref : history.refs) {
    if (node_of(ref.hash) == node) out.push_back(ref.name);
  }
  return out;
}

MigrationEntry migration_entry(const History& history, const PackageEntry& p) {
  MigrationEntry out;
  out.name = p.name;
  out.hash = p.manifest.migration_hash;
  out.from = p.manifest.from;
  out.to = p.manifest.to;
  out.operation_count = static_cast<std::int64_t>(operation_count(p.directory));
  out.created_at = p.manifest.created_at;
  out.refs = refs_at(history, node_of(out.to));
  out.provided_invariants = p.manifest.provided_invariants;
  return out;
}

std::vector<MigrationEntry> migration_entries(const History& history) {
  std::vector<MigrationEntry> out;
  out.reserve(history.packages.size());
  for (auto p = history.packages.rbegin(); p != history.packages.rend(); ++p) {
    out.push_back(migration_entry(history, *p));
  }
  return out;
}

const PackageEntry& package_named(const History& history, const std::string& text) {
  constexpr std::size_t least_prefix = 6;
  const std::string_view hash = bare_hash(text);
  const bool may_be_hash = hash.size() >= least_prefix;
  std::vector<const PackageEntry*> found;
  const bool is_path = text.find('/') != std::string::npos;
  for (const auto& p : history.packages) {
    if (p.name == text || (is_path && same_directory(p.directory, text))) return p;
    if (may_be_hash && bare_hash(p.manifest.migration_hash).starts_with(hash)) found.push_back(&p);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) {
    Error e(Code::migration_unknown_migration,
            json::quote(excerpt(text)) + " names no package of " + history.space.directory);
    const bool is_contract =
        history.graph.find(hash).has_value() ||
        std::any_of(history.refs.begin(), history.refs.end(), [&](const Ref& r) { return r.name == text; });
    if (is_contract) e.why("It names a contract; what is asked for is a package, by its directory or its own hash.");
    throw e.with("migration", excerpt(text));
  }
  std::vector<std::string> names;
  for (const auto* p : found) names.push_back(p->name);
  throw Error(Code::migration_ambiguous_target, json::quote(text) + " may be several packages",
              "Their hashes begin alike.")
      .fix("Give more of the hash, or the name of the directory.")
      .with("candidates", names);
}

Diagnostic diagnostic_of(const Error& e) { return {std::string(row(e.code()).name), e.what(), e.reason(), e.remedy()}; }

std::optional<Diagnostic> diagnosed(const std::function<void()>& attempt) {
  try {
    attempt();
    return {};
  } catch (const Error& e) {
    if (e.code() == Code::engine_internal || e.code() == Code::rpc_cancelled) throw;
    return diagnostic_of(e);
  }
}

std::vector<Space> existing_spaces(const std::string& migrations) {
  if (path_kind(migrations) == PathKind::missing) require_space(migrations);
  std::vector<Space> out = spaces_at(migrations);
  const bool has_refs = path_kind(migrations + "/refs") == PathKind::directory;
  if (out.size() == 1 && same_directory(out.front().directory, migrations) && !has_refs) require_packages(migrations);
  return out;
}

Space space_named(const std::string& migrations, const std::optional<std::string>& name) {
  const std::vector<Space> spaces = existing_spaces(migrations);
  const std::string_view wanted = name ? std::string_view(*name) : app_space;
  for (const auto& space : spaces) {
    if (space.id == wanted) return space;
  }
  if (!name && spaces.size() == 1) return spaces.front();
  std::vector<std::string> ids;
  for (const auto& space : spaces) ids.push_back(space.id);
  throw Error(Code::rpc_invalid_params, "params.space: there is no space " + q(wanted) + " in " + migrations,
              "A space is a directory with packages or refs.")
      .fix("Name one that is there: " + ids.front() + ".")
      .with("path", "params.space")
      .with("spaces", ids);
}

}  // namespace plinth
