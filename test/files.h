#pragma once
// Files that tests read.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

namespace plinth::test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A directory of recorded test data, such as `prisma-next`: below $PLINTH_VECTORS, else beside the source tree.
/// Nothing when it is absent; the test then says that it was skipped.
inline std::optional<std::filesystem::path> vectors(const std::filesystem::path& source_tree, const std::string& name) {
  const char* set = std::getenv("PLINTH_VECTORS");
  const std::filesystem::path root = set != nullptr ? set : source_tree / "../shared/vectors";
  if (!std::filesystem::is_directory(root / name)) return {};
  return root / name;
}

}  // namespace plinth::test
