#pragma once
// Opening a libpq connection. Internal to Connection.
#include <string>

struct pg_conn;

namespace plinth {

class Cancel;

/// A connection that stands, or the error of Connection's constructor. The caller finishes it.
pg_conn* connect(const std::string& url, const Cancel& cancel);

/// libpq's message without the line end.
inline std::string trimmed(const char* text) {
  std::string out = text == nullptr ? "" : text;
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

}  // namespace plinth
