#include "runner/server/embedded.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <thread>

#include "engine/error.h"
#include "runner/postgres/connection.h"
#include "runner/postgres/connection_url.h"
#include "runner/server/server_binaries.h"
#include "runner/server/server_process.h"

namespace plinth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr std::string_view scheme = "embedded:";
constexpr std::string_view port = "5432";
constexpr std::string_view superuser = "postgres";
constexpr std::string_view socket_name = "/.s.PGSQL.5432";
constexpr std::size_t longest_socket_path = 107;  // sun_path, without its final NUL
constexpr mode_t private_mode = S_IRWXU;
constexpr auto patience = 60s;  // for a lock, a start or a stop
constexpr auto tick = 5ms;

struct EmbeddedUrl {
  std::string directory, database = "postgres";
  bool durable = true;
};

EmbeddedUrl parse(const std::string& url) {
  EmbeddedUrl out;
  std::string_view rest = std::string_view(url).substr(scheme.size());
  const std::size_t query = rest.find('?');
  out.directory = rest.substr(0, query);
  rest = query == std::string_view::npos ? std::string_view() : rest.substr(query + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    const std::size_t equals = pair.find('=');
    const std::string_view key = pair.substr(0, equals);
    const std::string value = equals == std::string_view::npos ? "" : percent_decode(pair.substr(equals + 1));
    if (key == "dbname" && !value.empty()) {
      out.database = value;
    } else if (key == "durable" && (value == "on" || value == "off")) {
      out.durable = value == "on";
    } else {
      throw Error(Code::database_invalid_url, "The connection URL cannot be read.", "Unclear: " + std::string(pair))
          .fix("Use embedded:DIR?dbname=NAME&durable=on|off; each part but `embedded:` may be left out.");
    }
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return out;
}

[[noreturn]] void fail_write(const std::string& path) {
  throw Error(Code::file_write_failed, "Cannot write " + path + ".", std::generic_category().message(errno)).at(path);
}

/// An open file that can be locked; closing it gives the lock back.
class LockFile {
 public:
  LockFile() = default;
  explicit LockFile(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)) {
    if (fd_ < 0) fail_write(path);
  }
  LockFile(LockFile&& o) noexcept : fd_(o.fd_) { o.fd_ = -1; }
  LockFile& operator=(LockFile&& o) noexcept {
    std::swap(fd_, o.fd_);
    return *this;
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;
  ~LockFile() {
    if (fd_ >= 0) close(fd_);
  }
  bool try_lock(int kind) const { return flock(fd_, kind | LOCK_NB) == 0; }
  bool give_to(const ServerUser& user) const { return fchown(fd_, user.uid, user.gid) == 0; }
  bool held() const { return fd_ >= 0; }
  /// Brings everything in the file's file system to the disk.
  void sync_file_system() const { syncfs(fd_); }

 private:
  int fd_ = -1;
};

/// Asks again and again until the answer is yes or the patience ends; whether it was yes.
template <class F>
bool wait_until(F yes) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!yes()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(tick);
  }
  return true;
}

std::string read_from(const std::string& path, std::uintmax_t offset) {
  std::ifstream in(path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(offset));
  return {std::istreambuf_iterator<char>(in), {}};
}

const char* environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
  return value == nullptr ? "" : value;
}

/// The directory of bare `embedded:`.
std::string default_directory(const ServerUser& user) {
  fs::path cache = environment("XDG_CACHE_HOME");
  if (cache.empty() && *environment("HOME") != '\0') cache = fs::path(environment("HOME")) / ".cache";
  if (cache.is_absolute() && may_enter(user, cache)) return cache / "plinth" / "embedded";
  return "/var/tmp/plinth-embedded-" + std::to_string(geteuid());
}

/// C.UTF-8 where the system has it: fast, the same everywhere, and it knows letters.
std::string_view cluster_locale() {
  const locale_t known = newlocale(LC_ALL_MASK, "C.UTF-8", nullptr);
  if (known == nullptr) return "C";
  freelocale(known);
  return "C.UTF-8";
}

}  // namespace

bool is_embedded_url(const std::string& url) { return url.starts_with(scheme); }

struct EmbeddedServer::Impl {
  EmbeddedUrl asked;
  ServerUser user;
  std::string binaries, directory, socket_directory, url;
  LockFile users;
  pid_t keeper = 0;

  std::string in(std::string_view name) const { return directory + "/" + std::string(name); }

  explicit Impl(const std::string& text) : asked(parse(text)), user(server_user()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  [[noreturn]] void fail(const std::string& why) const;
  [[noreturn]] void fail_with_log(const std::string& why, std::uintmax_t log_start) const;
  void give(const std::string& path) const;
  void prepare_directory();
  LockFile lock_start() const;
  void choose_socket();
  Program program(const std::string& name, std::vector<std::string> arguments) const;
  void init();
  pid_t server() const;
  bool ready() const;
  void clear_stale_pid() const;
  void start();
  void join();
  void open();
  void create_database() const;
  void leave();
};

void EmbeddedServer::Impl::fail(const std::string& why) const {
  throw Error(Code::embedded_start_failed, "The private server in " + directory + " cannot be started.", why)
      .with("directory", directory)
      .with("log", in("log"));
}

void EmbeddedServer::Impl::fail_with_log(const std::string& why, std::uintmax_t log_start) const {
  constexpr std::size_t enough = 2000;
  std::string text = read_from(in("log"), log_start);
  if (text.size() > enough) text = text.substr(text.size() - enough);
  fail(why + (text.empty() ? "" : "\n" + text));
}

/// Makes a file or directory the server user's own.
void EmbeddedServer::Impl::give(const std::string& path) const {
  if (geteuid() == user.uid) return;
  if (chown(path.c_str(), user.uid, user.gid) != 0) fail_write(path);
}

void EmbeddedServer::Impl::prepare_directory() {
  std::error_code problem;
  const fs::path path = fs::absolute(asked.directory.empty() ? default_directory(user) : asked.directory);
  directory = path.lexically_normal().string();
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  fs::create_directories(fs::path(directory).parent_path(), problem);
  const bool created = mkdir(directory.c_str(), private_mode) == 0;
  if (!created && errno != EEXIST) fail_write(directory);
  directory = fs::canonical(directory).string();  // as /proc shows it
  struct stat s {};
  if (stat(directory.c_str(), &s) != 0 || !S_ISDIR(s.st_mode)) {
    throw Error(Code::embedded_start_failed, directory + " is not a directory", "A private server lives in one.")
        .fix("Name a directory (embedded:DIR), or none: then it is one of the engine's own.")
        .with("directory", directory);
  }
  const bool ours = s.st_uid == geteuid() || s.st_uid == user.uid;
  if (asked.directory.empty() && (!ours || fs::is_symlink(path, problem)))
    fail("The directory belongs to another user.");
  if (created || fs::is_empty(directory, problem)) {
    give(directory);
    if (chmod(directory.c_str(), private_mode) != 0) fail_write(directory);
  } else if (!fs::exists(in("start.lock"), problem)) {
    fail(problem ? problem.message() : "The directory holds other files; name an empty one.");
  }
  if (!may_enter(user, directory)) fail("The server runs as " + user.name + ", who may not enter the directory.");
}

LockFile EmbeddedServer::Impl::lock_start() const {
  LockFile lock(in("start.lock"));
  if (geteuid() == 0 && !lock.give_to(user)) fail_write(in("start.lock"));
  if (!wait_until([&] { return lock.try_lock(LOCK_EX); })) fail("Another process has been starting it for too long.");
  return lock;
}

/// A socket in the directory or, where its path would be too long, in a short one that is remembered.
void EmbeddedServer::Impl::choose_socket() {
  const std::string record = in("socket.path");
  socket_directory = in("socket");
  if (socket_directory.size() + socket_name.size() > longest_socket_path) {
    socket_directory = read_from(record, 0);
    struct stat s {};
    const bool usable = lstat(socket_directory.c_str(), &s) == 0 && S_ISDIR(s.st_mode) && s.st_uid == user.uid;
    if (!usable) {
      socket_directory = "/tmp/plinth-XXXXXX";
      if (mkdtemp(socket_directory.data()) == nullptr) fail_write("/tmp");
      give(socket_directory);
      if (!(std::ofstream(record) << socket_directory)) fail_write(record);
    }
  } else if (mkdir(socket_directory.c_str(), private_mode) == 0) {
    give(socket_directory);
  } else if (errno != EEXIST) {
    fail_write(socket_directory);
  }
}

Program EmbeddedServer::Impl::program(const std::string& name, std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), binaries + "/" + name);
  return {std::move(arguments), server_library_path(binaries, in("lib")), directory, in("log")};
}

/// Makes the data directory: under another name first, so that a half-made one is never taken for a whole one.
void EmbeddedServer::Impl::init() {
  if (fs::exists(in("data"))) return;
  const std::string fresh = in("data.new");
  const std::uintmax_t log_start = fs::exists(in("log")) ? fs::file_size(in("log")) : 0;
  fs::remove_all(fresh);
  const int status =
      run_program(program("initdb", {"--pgdata=" + fresh, "--username=" + std::string(superuser), "--auth=trust",
                                     "--encoding=UTF8", "--locale=" + std::string(cluster_locale()), "--no-sync"}),
                  user);
  if (status != 0) fail_with_log("initdb failed (" + std::to_string(status) + ").", log_start);
  if (asked.durable) LockFile(in("start.lock")).sync_file_system();
  fs::rename(fresh, in("data"));
}

/// The process id of the running server; 0 when none runs.
pid_t EmbeddedServer::Impl::server() const {
  pid_t pid = 0;
  std::istringstream(read_from(in("data/postmaster.pid"), 0)) >> pid;
  return pid > 0 && works_in(pid, in("data")) ? pid : 0;
}

/// Whether the server says that it takes connections: line 8 of its file.
bool EmbeddedServer::Impl::ready() const {
  constexpr int status_line = 8;
  std::istringstream lines(read_from(in("data/postmaster.pid"), 0));
  std::string line;
  for (int i = 0; i < status_line; ++i) std::getline(lines, line);
  return line.starts_with("ready");
}

/// After a crash: children of the dead server may still be leaving, and its process id may be somebody else's by now,
/// which Postgres would take for a living server.
void EmbeddedServer::Impl::clear_stale_pid() const {
  if (!fs::exists(in("data/postmaster.pid"))) return;
  if (!wait_until([&] { return !anyone_works_in(in("data")); })) fail("Processes of an earlier server do not end.");
  fs::remove(in("data/postmaster.pid"));
}

void EmbeddedServer::Impl::start() {
  binaries = find_server_binaries();
  if (!may_enter(user, binaries)) fail("The server runs as " + user.name + ", who may not enter " + binaries + ".");
  init();
  clear_stale_pid();
  std::vector<std::string> arguments = {"-D", in("data"), "-p", std::string(port), "-k", socket_directory};
  std::vector<std::string> settings = {"listen_addresses=", "unix_socket_permissions=0700", "logging_collector=off",
                                       "log_destination=stderr",
                                       // A transaction may make or change thousands of tables.
                                       "max_locks_per_transaction=1024"};
  if (!asked.durable) settings.insert(settings.end(), {"fsync=off", "synchronous_commit=off", "full_page_writes=off"});
  for (auto& s : settings) {
    arguments.emplace_back("-c");
    arguments.push_back(std::move(s));
  }
  const bool own_socket = fs::path(socket_directory).parent_path() == directory;
  const std::uintmax_t log_start = fs::exists(in("log")) ? fs::file_size(in("log")) : 0;
  keeper = start_kept(program("postgres", std::move(arguments)), user,
                      {in("start.lock"), in("users"), own_socket ? "" : socket_directory});
  bool ended = false;
  const bool answered = wait_until([&] {
    ended = waitpid(keeper, nullptr, WNOHANG) == keeper;
    return ended || (server() != 0 && ready());
  });
  if (ended) keeper = 0;
  if (ended || !answered) fail_with_log(ended ? "It ended at once." : "It does not answer.", log_start);
}

/// Becomes a user of the running server, or of one that is started now.
void EmbeddedServer::Impl::join() {
  const LockFile lock = lock_start();
  LockFile mine(in("users"));
  if (geteuid() == 0 && !mine.give_to(user)) fail_write(in("users"));
  if (!mine.try_lock(LOCK_SH)) fail("Another process is stopping it.");
  users = std::move(mine);
  choose_socket();
  if (server() == 0) start();
  if (!wait_until([&] { return server() == 0 || ready(); }) || server() == 0) fail("It does not answer.");
}

void EmbeddedServer::Impl::create_database() const {
  if (asked.database == "postgres") return;
  Connection c(with_database(url, "postgres"));
  const Query find{"SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", {asked.database}};
  if (c.run(find).rows() > 0) return;
  try {
    c.run(Sql("CREATE DATABASE {}", Ident{asked.database}));
  } catch (const Error&) {
    if (c.run(find).rows() == 0) throw;  // otherwise another user was faster
  }
}

/// Gives up being a user; the last one stops the server.
void EmbeddedServer::Impl::leave() {
  if (!users.held()) return;
  const LockFile lock = lock_start();
  users = LockFile();
  const LockFile probe(in("users"));
  if (!probe.try_lock(LOCK_EX)) return;
  const pid_t running = server();
  if (running == 0) return;
  kill(running, SIGINT);
  if (!wait_until([&] { return !works_in(running, in("data")); })) kill(running, SIGQUIT);
  if (keeper > 0) waitpid(keeper, nullptr, 0);
}

void EmbeddedServer::Impl::open() {
  try {
    prepare_directory();
    join();
    url = "postgresql://" + std::string(superuser) + "@/" + percent_encode(asked.database) +
          "?host=" + percent_encode(socket_directory) + "&port=" + std::string(port);
    create_database();
  } catch (const fs::filesystem_error& e) {
    fail(e.what());
  }
}

EmbeddedServer::Impl::~Impl() {
  try {
    leave();
  } catch (const std::exception&) {
    // Whoever removed the directory meanwhile has ended the server with it.
    keeper = 0;
  }
}

EmbeddedServer::EmbeddedServer(const std::string& url) : impl_(std::make_unique<Impl>(url)) { impl_->open(); }
EmbeddedServer::~EmbeddedServer() = default;
const std::string& EmbeddedServer::url() const { return impl_->url; }
std::vector<std::pair<std::string, std::string>> EmbeddedServer::environment() const {
  return {{"PGHOST", impl_->socket_directory},
          {"PGPORT", std::string(port)},
          {"PGUSER", std::string(superuser)},
          {"PGDATABASE", impl_->asked.database}};
}
const std::string& EmbeddedServer::directory() const { return impl_->directory; }
bool EmbeddedServer::running() const { return impl_->server() != 0; }

}  // namespace plinth
