#include "engine/sql/timestamp.h"

#include <chrono>
#include <cstdio>

namespace plinth {
namespace {

// Reads exactly `digits` digits; -1 when they are not there.
int read_digits(std::string_view& s, std::size_t digits) {
  if (s.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    value = value * 10 + (s[i] - '0');
  }
  s.remove_prefix(digits);
  return value;
}

bool is_timestamp_type(std::string_view base_type) {
  return base_type == "timestamptz" || base_type == "timestamp" || base_type == "date";
}

bool accept(std::string_view& s, char c) {
  if (s.empty() || s.front() != c) return false;
  s.remove_prefix(1);
  return true;
}

struct Clock {
  int hour = 0, minute = 0, second = 0;
  int microsecond = 0;
  int offset_minutes = 0;
};

bool read_offset(std::string_view& s, Clock& out) {
  if (s.empty() || accept(s, 'Z')) return true;
  const bool negative = s.front() == '-';
  if (!negative && s.front() != '+') return false;
  s.remove_prefix(1);
  const int hours = read_digits(s, 2);
  accept(s, ':');
  const int minutes = s.empty() ? 0 : read_digits(s, 2);
  if (hours < 0 || minutes < 0) return false;
  out.offset_minutes = (negative ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

bool read_clock(std::string_view& s, Clock& out) {
  out.hour = read_digits(s, 2);
  if (!accept(s, ':')) return false;
  out.minute = read_digits(s, 2);
  if (accept(s, ':')) out.second = read_digits(s, 2);
  if (out.hour < 0 || out.minute < 0 || out.second < 0) return false;
  // The server takes 24:00:00 and a 60th second for what follows them.
  if (out.hour > 24 || out.minute > 59 || out.second > 60) return false;
  if (accept(s, '.')) {
    int scale = 100000;
    while (!s.empty() && s.front() >= '0' && s.front() <= '9') {
      out.microsecond += (s.front() - '0') * scale;
      scale /= 10;
      s.remove_prefix(1);
    }
  }
  return read_offset(s, out) && s.empty();
}

}  // namespace

std::optional<std::string> canonical_timestamp(std::string_view text, std::string_view base_type) {
  const bool zoned = base_type == "timestamptz";
  if (!is_timestamp_type(base_type)) return {};
  std::string_view s = text;
  const int year = read_digits(s, 4);
  if (!accept(s, '-')) return {};
  const int month = read_digits(s, 2);
  if (!accept(s, '-')) return {};
  const int day = read_digits(s, 2);
  if (year < 0 || month < 1 || day < 1 || !(std::chrono::year(year) / month / day).ok()) return {};
  Clock clock;
  if (!s.empty() && ((!accept(s, 'T') && !accept(s, ' ')) || !read_clock(s, clock))) return {};
  using namespace std::chrono;
  const sys_days date = std::chrono::year(year) / month / day;
  const auto instant = sys_time<microseconds>(date) + hours(clock.hour) + minutes(clock.minute) +
                       seconds(clock.second) + microseconds(clock.microsecond) -
                       minutes(zoned ? clock.offset_minutes : 0);
  const auto midnight = floor<days>(instant);
  const year_month_day ymd{midnight};
  const hh_mm_ss time{instant - midnight};
  char out[64];
  const int date_length = std::snprintf(out, sizeof out, "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                                        static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  if (base_type == "date") return std::string(out, static_cast<std::size_t>(date_length));
  std::string result(out);
  std::snprintf(out, sizeof out, "T%02d:%02d:%02d", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  result += out;
  if (time.subseconds().count() != 0) {
    std::snprintf(out, sizeof out, ".%06d", static_cast<int>(time.subseconds().count()));
    result += out;
    result.erase(result.find_last_not_of('0') + 1);
  }
  return zoned ? result + "Z" : result;
}

std::optional<std::string> timestamp_problem(std::string_view text, std::string_view base_type) {
  if (!is_timestamp_type(base_type)) return {};
  for (const std::string_view word : {"now", "today", "tomorrow", "yesterday"}) {
    if (text == word)
      return "\"" + std::string(word) + "\" is another time whenever it is read; use a function, such as now()";
  }
  std::string_view s = text;
  const int year = read_digits(s, 4);
  if (year < 1 || !accept(s, '-')) return {};
  const int month = read_digits(s, 2);
  if (month < 0 || !accept(s, '-')) return {};
  const int day = read_digits(s, 2);
  if (day < 0 || (!s.empty() && s.front() >= '0' && s.front() <= '9')) return {};
  if ((std::chrono::year(year) / month / day).ok()) return {};
  return "there is no day " + std::string(text.substr(0, 10));
}

}  // namespace plinth
