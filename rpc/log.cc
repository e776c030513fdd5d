#include "rpc/log.h"

#include <unistd.h>

#include <array>
#include <ctime>

#include "engine/json/json.h"

namespace plinth {
namespace {

LogLevel log_level = LogLevel::warn;

std::string now() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  tm utc{};
  gmtime_r(&t.tv_sec, &utc);
  std::array<char, 32> text{};
  const std::size_t length = strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  const std::string millis = std::to_string(1000 + t.tv_nsec / 1'000'000).substr(1);
  return std::string(text.data(), length) + "." + millis + "Z";
}

}  // namespace

void set_log_level(LogLevel level) { log_level = level; }

void log_line(LogLevel level, std::string_view message,
              std::initializer_list<std::pair<std::string_view, std::string>> values) {
  if (level > log_level) return;
  std::string line = R"({"time":")" + now() + R"(","level":")" + std::string(name_of(level)) + R"(","message":)" +
                     json::quote(message);
  for (const auto& [key, value] : values) line.append(",").append(json::quote(key)).append(":") += json::quote(value);
  line += "}\n";
  // A log that cannot be written is nobody's failure: there is no place left to say so.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace plinth
