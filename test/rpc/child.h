#pragma once
// A child process with its standard streams in our hands. Every wait has a deadline: a hang is a failure, not a hang.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace plinth::test {

constexpr int patience_ms = 20'000;
constexpr std::size_t chunk = 65536;

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    read = ends[0];
    write = ends[1];
  }
};

class Child {
 public:
  /// Starts a program on three descriptors, and closes our copies of them.
  Child(const std::string& program, const std::vector<std::string>& arguments, int in, int out, int err) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    std::vector<char*> argv = {const_cast<char*>(program.c_str())};
    for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
    argv.push_back(nullptr);
    if (posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ) != 0) {
      throw std::runtime_error("posix_spawn " + program);
    }
    posix_spawn_file_actions_destroy(&actions);
    for (const int fd : {in, out, err}) ::close(fd);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (waited_) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }

  /// The exit code; 128 + n after signal n; -1 when the child does not end.
  int wait() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (std::chrono::steady_clock::now() < end) {
      int status = 0;
      if (waitpid(pid, &status, WNOHANG) == pid) {
        waited_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return -1;
  }

  pid_t pid = -1;

 private:
  bool waited_ = false;
};

/// Lines out of a descriptor.
class Reader {
 public:
  explicit Reader(int fd) : fd_(fd) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { close(); }

  /// The next line without its \n; nothing at the end of input, or when nothing comes.
  std::optional<std::string> line() {
    std::size_t searched = 0;
    while (true) {
      const std::size_t end = buffer_.find('\n', searched);
      if (end != std::string::npos) {
        std::string out = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        return out;
      }
      searched = buffer_.size();
      if (!more(chunk)) return std::nullopt;
    }
  }
  /// Everything up to the end of input.
  std::string rest() {
    while (more(chunk)) {}
    return std::move(buffer_);
  }
  /// Reads once, at most `bytes`; false at the end of input, or when nothing comes.
  bool more(std::size_t bytes) {
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, patience_ms) != 1) return false;
    const std::size_t had = buffer_.size();
    buffer_.resize(had + bytes);
    const ssize_t n = ::read(fd_, buffer_.data() + had, bytes);
    buffer_.resize(had + (n > 0 ? static_cast<std::size_t>(n) : 0));
    return n > 0;
  }
  const std::string& buffer() const { return buffer_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
  std::string buffer_;
};

/// Writes everything, or throws.
inline void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n <= 0) throw std::runtime_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace plinth::test
