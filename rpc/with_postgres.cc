#include "rpc/with_postgres.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "engine/error.h"
#include "rpc/log.h"
#include "runner/server/embedded.h"

namespace plinth {
namespace {

constexpr int exit_not_started = 127, exit_signalled = 128;

class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "plinth-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      throw Error(Code::file_write_failed, "cannot create " + path_, std::generic_category().message(errno));
    }
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// From here on the signals wait for sigwaitinfo: none ends us and leaves the server behind. `before` is for the child.
sigset_t hold_signals(sigset_t& before) {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  return held;
}

// The process id, or 0 when the command cannot be run.
pid_t spawn(const std::vector<std::string>& command, const sigset_t& mask) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &mask);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int problem = posix_spawnp(&child, argv.front(), nullptr, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (problem == 0) return child;
  log_line(LogLevel::error, "the command cannot be run",
           {{"command", command.front()}, {"reason", std::generic_category().message(problem)}});
  return 0;
}

int wait_and_forward(pid_t child, const sigset_t& held) {
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&held, &info);
    // What the terminal sends (SI_KERNEL), it sends to the child as well.
    if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) kill(child, signal);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : exit_signalled + WTERMSIG(status);
}

int run_with(const EmbeddedServer& server, const std::vector<std::string>& command, const sigset_t& held,
             const sigset_t& before) {
  setenv("PLINTH_DATABASE_URL", server.url().c_str(), 1);
  for (const auto& [name, value] : server.environment()) setenv(name.c_str(), value.c_str(), 1);
  const pid_t child = spawn(command, before);
  return child == 0 ? exit_not_started : wait_and_forward(child, held);
}

}  // namespace

int run_with_postgres(const std::string& directory, const std::vector<std::string>& command) {
  sigset_t before;
  const sigset_t held = hold_signals(before);
  if (!directory.empty()) return run_with(EmbeddedServer("embedded:" + directory), command, held, before);
  const TemporaryDirectory temporary;  // outlives the server
  return run_with(EmbeddedServer("embedded:" + temporary.path() + "?durable=off"), command, held, before);
}

}  // namespace plinth
