#include "rpc/written_package.h"

#include "engine/package/package.h"
#include "planner/render/migration_ts.h"
#include "runner/files.h"

namespace plinth {

WrittenPackage write_package(const WriteRequest& request, const std::vector<Operation>& operations,
                             const std::optional<std::string>& origin, const Contract* start, const Contract& end,
                             const std::string& created_at) {
  if (request.migrations.empty()) {
    throw Error(Code::rpc_invalid_params, "params.write.migrations: is empty",
                "It names the directory of a space (migrations/app), in which the package gets one of its own.")
        .fix("Name the directory; . is the present one.")
        .with("path", "params.write.migrations");
  }
  const Manifest manifest{origin, end.stored.storage_hash, {}, created_at, {}};
  const PackageTexts texts = package_texts(manifest, stored_forms(operations));
  std::map<std::string, std::string> files = {{"migration.json", texts.manifest},
                                              {"ops.json", texts.operations},
                                              {"migration.ts", migration_ts(operations, start, end)},
                                              {"end-contract.json", end.text}};
  if (start != nullptr) files["start-contract.json"] = start->text;
  WrittenPackage out;
  out.name = package_directory_name(created_at, request.name);
  out.dir = request.migrations + "/" + out.name;
  out.migration_hash = texts.migration_hash;
  create_directory_with(out.dir, files);
  for (const auto& [name, unused] : files) out.files.push_back(name);
  return out;
}

}  // namespace plinth
