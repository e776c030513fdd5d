#include "engine/json/place.h"
#include "engine/package/package.h"
#include "rpc/define_method.h"
#include "runner/files/store.h"

namespace plinth {
namespace {

struct Params {
  FilePath dir;
  static constexpr auto fields = std::tuple{field("dir", &Params::dir)};
};
struct Answer {
  std::string migration_hash, stored;
  static constexpr auto fields =
      std::tuple{field("migrationHash", &Answer::migration_hash), field("stored", &Answer::stored)};
};

Answer run(JobContext&, const Params& p) {
  const PackageHash hash = load_package_hash(p.dir);
  return {hash.computed, hash.stored};
}

}  // namespace

constinit const Method hash_package_method =
    method<&run>("hashPackage", "The hash of a migration package, computed and as stored.");

}  // namespace plinth
