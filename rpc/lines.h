#pragma once
// Bytes into lines, and lines out whole.
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace plinth {

/// A line of input without its line break, or a flag that a line was longer than the limit.
struct Line {
  std::string text;
  bool too_long = false;
};

/// Cuts a stream of bytes into lines that end with \n or \r\n. Empty and blank lines are passed over. A line longer
/// than the limit is reported once, as soon as that is known, and skipped to its end without being kept. O(bytes).
class LineSplitter {
 public:
  LineSplitter(std::size_t max_bytes, std::function<void(Line)> heard)
      : max_bytes_(max_bytes), heard_(std::move(heard)) {}

  void feed(std::string_view bytes);
  /// The input ended: what stands after the last line break counts as a line.
  void finish();

 private:
  void take(std::string_view part);
  void end_line();

  std::size_t max_bytes_;
  std::function<void(Line)> heard_;
  std::string line_;
  bool skipping_ = false;
};

/// Writes whole lines to a file descriptor, from any thread.
class LineWriter {
 public:
  /// `lost` is called once, by the thread that finds that nobody reads any more or that writing failed.
  LineWriter(int fd, std::function<void()> lost) : fd_(fd), lost_(std::move(lost)) {}

  /// Writes the line and a line break; waits as long as the other end is slow, whether or not the descriptor blocks.
  /// Nothing is written after a failure. O(line).
  void write(std::string line);
  bool is_lost() const { return is_lost_; }

 private:
  bool write_all(std::string_view bytes);

  int fd_;
  std::function<void()> lost_;
  std::mutex mutex_;
  std::atomic<bool> is_lost_ = false;
};

}  // namespace plinth
