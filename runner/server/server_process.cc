#include "runner/server/server_process.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "engine/error.h"

namespace plinth {
namespace {

namespace fs = std::filesystem;

constexpr int exit_not_started = 127;
constexpr time_t keeper_interval_seconds = 1;

[[noreturn]] void fail_fork() {
  throw Error(Code::embedded_start_failed, "A process cannot be started.", std::generic_category().message(errno));
}

/// A program's strings as the exec family wants them, made before the fork: between fork and exec of a program with
/// threads, only calls that need no memory are safe.
struct Prepared {
  std::vector<std::string> environment;
  std::vector<char*> argv, envp;
  const char* log;

  explicit Prepared(const Program& p) : log(p.log.c_str()) {
    for (const char* name : {"PATH", "TZ"}) {
      const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
      if (value != nullptr) environment.push_back(std::string(name) + "=" + value);
    }
    environment.push_back("HOME=" + p.home);
    environment.emplace_back("LC_ALL=C");
    if (!p.library_path.empty()) environment.push_back("LD_LIBRARY_PATH=" + p.library_path);
    for (const auto& a : p.arguments) argv.push_back(const_cast<char*>(a.c_str()));
    for (auto& e : environment) envp.push_back(e.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
  }
};

// From here to start_kept: code that runs in a forked child.

void detach(const Prepared& p, const ServerUser& user) {
  setsid();
  for (int s = 1; s < NSIG; ++s) std::signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (geteuid() == 0 && user.uid != 0 &&
      (setgroups(0, nullptr) != 0 || setgid(user.gid) != 0 || setuid(user.uid) != 0)) {
    _exit(exit_not_started);
  }
  umask(S_IRWXG | S_IRWXO);
  const int null = open("/dev/null", O_RDONLY);
  const int log = open(p.log, O_WRONLY | O_CREAT | O_APPEND, S_IRUSR | S_IWUSR);
  if (null < 0 || log < 0 || chdir("/") != 0) _exit(exit_not_started);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);
}

[[noreturn]] void become(const Prepared& p) {
  execve(p.argv.front(), p.argv.data(), p.envp.data());
  constexpr std::string_view text = "the program cannot be run\n";
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) _exit(exit_not_started);
  _exit(exit_not_started);
}

bool try_lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB) == 0; }

[[noreturn]] void keep(pid_t server, const Kept& kept) {
  const int start_lock = open(kept.start_lock.c_str(), O_RDONLY | O_CLOEXEC);
  const int users = open(kept.users.c_str(), O_RDONLY | O_CLOEXEC);
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const timespec interval{keeper_interval_seconds, 0};
  while (waitpid(server, nullptr, WNOHANG) == 0) {
    sigtimedwait(&child_ended, nullptr, &interval);
    // First the lock of those who come and go: who holds it knows that the keeper holds neither.
    if (!try_lock(start_lock)) continue;
    if (try_lock(users)) {
      kill(server, SIGINT);  // a fast shutdown
      while (waitpid(server, nullptr, 0) < 0 && errno == EINTR) {}
      break;
    }
    flock(start_lock, LOCK_UN);
  }
  if (!kept.socket_directory.empty()) rmdir(kept.socket_directory.c_str());
  _exit(0);
}

[[noreturn]] void run_keeper(const Prepared& p, const ServerUser& user, const Kept& kept) {
  detach(p, user);
  prctl(PR_SET_NAME, "plinth-keeper");
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  const pid_t server = fork();
  if (server < 0) _exit(exit_not_started);
  if (server == 0) become(p);
  sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  keep(server, kept);
}

}  // namespace

ServerUser server_user() {
  std::vector<char> buffer(1U << 14U);
  passwd entry{};
  passwd* found = nullptr;
  if (geteuid() != 0) return {geteuid(), getegid(), "the engine's user"};
  for (const char* name : {"postgres", "nobody"}) {
    if (getpwnam_r(name, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
      return {entry.pw_uid, entry.pw_gid, name};
    }
  }
  throw Error(Code::embedded_start_failed, "There is no user to run the server as.",
              "Postgres refuses to run as root, and neither postgres nor nobody exists.");
}

bool may_enter(const ServerUser& user, const std::string& directory) {
  for (fs::path p = fs::absolute(directory); !p.empty(); p = p.parent_path()) {
    struct stat s {};
    if (stat(p.c_str(), &s) == 0) {
      const mode_t needed = s.st_uid == user.uid ? S_IXUSR : s.st_gid == user.gid ? S_IXGRP : S_IXOTH;
      if ((s.st_mode & needed) == 0) return false;
    }
    if (p == p.root_path()) return true;
  }
  return true;
}

int run_program(const Program& program, const ServerUser& user) {
  const Prepared prepared(program);
  const pid_t child = fork();
  if (child < 0) fail_fork();
  if (child == 0) {
    detach(prepared, user);
    become(prepared);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

pid_t start_kept(const Program& server, const ServerUser& user, const Kept& kept) {
  const Prepared prepared(server);
  const pid_t keeper = fork();
  if (keeper < 0) fail_fork();
  if (keeper == 0) run_keeper(prepared, user, kept);
  return keeper;
}

bool works_in(pid_t process, const std::string& directory) {
  std::error_code ignored;
  const fs::path cwd = fs::read_symlink("/proc/" + std::to_string(process) + "/cwd", ignored);
  return !cwd.empty() && cwd == directory;
}

bool anyone_works_in(const std::string& directory) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), process);
    if (parsed.ptr == name.data() + name.size() && works_in(process, directory)) return true;
  }
  return false;
}

}  // namespace plinth
