#include "engine/json/place.h"
#include "engine/package/package.h"
#include "rpc/define_method.h"
#include "runner/files/store.h"

namespace plinth {
namespace {

struct HashPackageParams {
  FilePath dir;
  static constexpr auto fields = std::tuple{field("dir", &HashPackageParams::dir)};
};
struct HashPackageAnswer {
  std::string migration_hash, stored;
  static constexpr auto fields = std::tuple{field("migrationHash", &HashPackageAnswer::migration_hash),
                                            field("stored", &HashPackageAnswer::stored)};
};

HashPackageAnswer run_hash_package(JobContext&, const HashPackageParams& p) {
  const PackageHash hash = load_package_hash(p.dir);
  return {hash.computed, hash.stored};
}

}  // namespace

constinit const Method hash_package_method =
    method<&run_hash_package>("hashPackage", "The hash of a migration package, computed and as stored.");

}  // namespace plinth
