#include "rpc/lines.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "rpc/log.h"

namespace plinth {

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    take(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::finish() { end_line(); }

void LineSplitter::take(std::string_view part) {
  if (skipping_) return;
  if (line_.size() + part.size() <= max_bytes_) {
    line_.append(part);
    return;
  }
  skipping_ = true;
  line_ = std::string();
  heard_({{}, true});
}

void LineSplitter::end_line() {
  if (!skipping_) {
    if (line_.ends_with('\r')) line_.pop_back();
    if (line_.find_first_not_of(" \t") != std::string::npos) heard_({std::move(line_), false});
  }
  line_.clear();
  skipping_ = false;
}

void LineWriter::write(std::string line) {
  line += '\n';
  {
    const std::scoped_lock lock(mutex_);
    if (is_lost_ || write_all(line)) return;
    is_lost_ = true;
  }
  lost_();
}

bool LineWriter::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      pollfd wait{fd_, POLLOUT, 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      if (errno != EPIPE && errno != ECONNRESET) {
        log_line(LogLevel::error, "cannot write to stdout", {{"reason", std::strerror(errno)}});
      }
      return false;
    }
  }
  return true;
}

}  // namespace plinth
