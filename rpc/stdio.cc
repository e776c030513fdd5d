#include "rpc/stdio.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <thread>

#include "rpc/answer.h"
#include "rpc/lines.h"
#include "rpc/log.h"
#include "rpc/session.h"

namespace plinth {
namespace {

// What was read and waits for the worker.
class Inbox {
 public:
  explicit Inbox(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void push(Line line) {
    const std::scoped_lock lock(mutex_);
    bytes_ += line.text.size();
    lines_.push_back(std::move(line));
    filled_.notify_one();
  }
  /// The next line; nothing when the input has ended and all lines are taken.
  std::optional<Line> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !lines_.empty(); });
    if (lines_.empty()) return std::nullopt;
    Line line = std::move(lines_.front());
    lines_.pop_front();
    bytes_ -= line.text.size();
    return line;
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    filled_.notify_one();
  }
  bool is_full() {
    constexpr std::size_t max_lines = 64;
    const std::scoped_lock lock(mutex_);
    return lines_.size() >= max_lines || bytes_ >= max_bytes_;
  }

 private:
  std::size_t max_bytes_, bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Line> lines_;
  bool closed_ = false;
};

// Whether epoll waits for a descriptor. Files and /dev/null can always be read at once.
bool can_wait(int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return false;
  return S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode) || isatty(fd) == 1;
}

// Everything but `work` runs on the thread of serve().
class Loop {
 public:
  Loop(MethodTable table, const StdioOptions& options)
      : methods_(table), max_line_bytes_(options.max_line_bytes), inbox_(options.max_line_bytes) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    if (stdin_.is_open()) stdin_.release();
    if (stdout_.is_open()) stdout_.release();
  }

  int run() {
    if (can_wait(STDIN_FILENO)) stdin_.assign(STDIN_FILENO);
    signals_.async_wait([this](const asio::error_code& error, int signal) {
      if (!error) stop(signal);
    });
    watch_output();
    wait_for_input();
    io_.run();
    if (worker_.joinable()) worker_.join();
    return out_.is_lost() || abandoned_ ? 1 : 0;
  }

 private:
  void wait_for_input() {
    if (!stdin_.is_open()) {
      asio::post(io_, [this] { read_some(); });
      return;
    }
    const int flags = fcntl(STDIN_FILENO, F_GETFL);
    stdin_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
      if (!error) read_some();
    });
    // asio makes the descriptor non-blocking, for all that share the terminal or pipe. One read after it became
    // readable does not need that.
    fcntl(STDIN_FILENO, F_SETFL, flags);
  }

  // Whoever closes the other end of stdout no longer wants what runs; a long statement writes nothing that would tell.
  void watch_output() {
    if (!can_wait(STDOUT_FILENO) || isatty(STDOUT_FILENO) == 1) return;
    stdout_.assign(STDOUT_FILENO);
    const int flags = fcntl(STDOUT_FILENO, F_GETFL);
    stdout_.async_wait(asio::posix::stream_descriptor::wait_error, [this](const asio::error_code& error) {
      if (error) return;
      output_closed_ = true;
      if (unanswered_ > 0) abandon();
    });
    fcntl(STDOUT_FILENO, F_SETFL, flags);
  }

  // Something was asked, and nobody hears the answer.
  void abandon() {
    log_line(LogLevel::info, "stopping: nobody reads stdout", {});
    abandoned_ = true;
    session_.cancel_all();
    close();
  }

  void read_some() {
    if (closing_) return;
    const ssize_t n = read(STDIN_FILENO, chunk_.data(), chunk_.size());
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
      wait_for_input();
    } else if (n > 0) {
      splitter_.feed({chunk_.data(), static_cast<std::size_t>(n)});
      paused_ = inbox_.is_full();
      if (!paused_) wait_for_input();
    } else {
      if (n < 0) log_line(LogLevel::error, "cannot read stdin", {{"reason", std::strerror(errno)}});
      splitter_.finish();
      close();
    }
  }

  void hear(Line line) {
    if (const auto id = cancel_in(line.text)) {
      log_line(LogLevel::debug, "cancel heard", {{"id", id->json}});
      session_.cancel(id->json, lines_heard_);
      return;
    }
    if (output_closed_) return abandon();
    ++lines_heard_;
    ++unanswered_;
    inbox_.push(std::move(line));
    if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
  }

  // No more input: the loop ends when the worker is done.
  void close() {
    closing_ = true;
    inbox_.close();
    if (!worker_.joinable()) io_.stop();
  }

  void stop(int signal) {
    log_line(LogLevel::info, "stopping", {{"signal", std::to_string(signal)}});
    signals_.clear();  // a second one has its usual effect
    session_.cancel_all();
    close();
  }

  // On the worker's thread.
  void work() {
    std::int64_t number = 0;
    while (auto line = inbox_.pop()) {
      asio::post(io_, [this] { resume(); });
      session_.next_line(++number);
      std::string reply = line->too_long ? answer_too_long(max_line_bytes_) : answer(line->text, methods_, session_);
      --unanswered_;
      if (!reply.empty()) out_.write(std::move(reply));
      if (out_.is_lost()) break;
    }
    io_.stop();
  }

  void resume() {
    if (!paused_ || closing_ || inbox_.is_full()) return;
    paused_ = false;
    wait_for_input();
  }

  MethodTable methods_;
  std::size_t max_line_bytes_;
  asio::io_context io_{1};
  asio::posix::stream_descriptor stdin_{io_}, stdout_{io_};
  asio::signal_set signals_{io_, SIGTERM, SIGINT};
  Inbox inbox_;
  LineWriter out_{STDOUT_FILENO, [this] { session_.cancel_all(); }};
  Session session_{[this](const std::string& line) { out_.write(line); }};
  LineSplitter splitter_{max_line_bytes_, [this](Line line) { hear(std::move(line)); }};
  std::string chunk_ = std::string(std::size_t{64} << 10, '\0');
  std::int64_t lines_heard_ = 0;
  std::atomic<int> unanswered_ = 0;
  bool paused_ = false, closing_ = false, output_closed_ = false, abandoned_ = false;
  std::thread worker_;
};

}  // namespace

int serve(MethodTable table, const StdioOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of the request that writes it
  return Loop(table, options).run();
}

}  // namespace plinth
