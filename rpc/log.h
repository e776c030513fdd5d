#pragma once
// What the engine says about itself, as JSON lines on stderr: {"time", "level", "message", …}.
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "engine/json/fields.h"

namespace plinth {

enum class LogLevel { error, warn, info, debug };
constexpr auto names(LogLevel) {
  return std::array{Named<LogLevel>{"error", LogLevel::error}, Named<LogLevel>{"warn", LogLevel::warn},
                    Named<LogLevel>{"info", LogLevel::info}, Named<LogLevel>{"debug", LogLevel::debug}};
}

/// Messages of this level and of more severe ones are written; `warn` until it is set. Set it before threads start.
void set_log_level(LogLevel level);

/// Writes one line with one write(2). Parameters, URLs and SQL have no place in a log line.
void log_line(LogLevel level, std::string_view message,
              std::initializer_list<std::pair<std::string_view, std::string>> values = {});

}  // namespace plinth
