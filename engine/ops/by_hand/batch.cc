#include "engine/ops/by_hand/batch.h"

#include <algorithm>

#include "engine/excerpt.h"
#include "engine/names.h"

namespace plinth {

void Batch::validate(const JsonPath& at) const {
  constexpr std::int64_t longest = 2147483647;
  const auto check = [&](const char* member, std::int64_t value, std::int64_t least) {
    if (value >= least && value <= longest) return;
    at.member(member).fail("expected " + std::to_string(least) + " to " + std::to_string(longest));
  };
  check("size", size, 1);
  check("pauseMs", pause_ms, 0);
  check("maxLockMs", max_lock_ms, 1);
  check("maxLagMs", max_lag_ms.value_or(1), 1);
}

RowStatement row_statement(const std::string& sql, const std::string& operation_id) {
  auto out = RowStatement::read(sql);
  if (out) return *std::move(out);
  constexpr std::size_t enough = 120;
  throw Error(Code::migration_not_batchable, "this statement cannot be run in batches: " + excerpt(sql, enough))
      .with("operationId", operation_id)
      .with("sql", sql);
}

}  // namespace plinth
