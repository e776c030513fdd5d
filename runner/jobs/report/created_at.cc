#include "runner/jobs/report/created_at.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "engine/excerpt.h"
#include "engine/json/json.h"

namespace plinth {

namespace {

using Time = std::chrono::sys_time<std::chrono::milliseconds>;

std::string iso(Time at) {
  using namespace std::chrono;
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss time{at - day};
  char out[40];
  std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
  return out;
}

// The time of a text of the form of `now_iso`, if there is such a time.
std::optional<Time> parsed(const std::string& text) {
  using namespace std::chrono;
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  const auto fits = [](char c, char f) { return f == '0' ? c >= '0' && c <= '9' : c == f; };
  if (!std::equal(text.begin(), text.end(), form.begin(), form.end(), fits)) return {};
  const auto number = [&](std::size_t at, std::size_t digits) { return std::stoi(text.substr(at, digits)); };
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour >= 24 || minute >= 60 || second >= 60) return {};
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + milliseconds{number(20, 3)};
}

}  // namespace

std::string now_iso() { return iso(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())); }

std::string a_minute_before(const std::string& time) { return iso(parsed(time).value() - std::chrono::minutes{1}); }

std::string created_at_or_now(const std::optional<std::string>& given) {
  if (!given) return now_iso();
  if (parsed(*given)) return *given;
  throw Error(Code::rpc_invalid_params, "params.createdAt: not a time: " + json::quote(excerpt(*given)),
              "It is a UTC time with milliseconds, such as 2026-01-31T09:30:00.000Z.")
      .with("path", std::string("params.createdAt"));
}

}  // namespace plinth
