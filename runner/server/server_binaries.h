#pragma once
// Where the programs of a Postgres server are, and the libraries they need.
#include <string>

namespace plinth {

/// The library path that the programs of a directory need: the `lib` beside it when that brings a libpq of its own (a
/// bundle, such as @embedded-postgres), else nothing. A bundle whose symbolic links were not made when it was installed
/// gets them in `link_directory`, which then comes first.
std::string server_library_path(const std::string& binaries, const std::string& link_directory);

}  // namespace plinth
