#include <libpq-fe.h>

#include <charconv>
#include <cstdlib>
#include <utility>

#include "runner/postgres/connection.h"

namespace plinth {
namespace {

PGresult* as_result(void* p) { return static_cast<PGresult*>(p); }

}  // namespace

Result& Result::operator=(Result&& o) noexcept {
  std::swap(result_, o.result_);
  return *this;
}
Result::~Result() { PQclear(as_result(result_)); }
int Result::rows() const { return PQntuples(as_result(result_)); }
int Result::columns() const { return PQnfields(as_result(result_)); }
std::string Result::column_name(int column) const { return PQfname(as_result(result_), column); }
bool Result::is_null(int row, int column) const { return PQgetisnull(as_result(result_), row, column) != 0; }
std::string_view Result::at(int row, int column) const {
  return {PQgetvalue(as_result(result_), row, column),
          static_cast<std::size_t>(PQgetlength(as_result(result_), row, column))};
}
std::int64_t Result::affected() const {
  const std::string_view text = PQcmdTuples(as_result(result_));
  std::int64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}
std::string_view Result::command() const {
  const std::string_view tag = PQcmdStatus(as_result(result_));
  return tag.substr(0, tag.find(' '));
}
bool Result::truthy() const {
  if (rows() == 0 || columns() == 0 || is_null(0, 0)) return false;
  const std::string value(at(0, 0));
  if (value.empty() || value == "f" || value == "false") return false;
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  return *end != '\0' || number != 0;
}

}  // namespace plinth
