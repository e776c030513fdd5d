#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/json/fields.h"
#include "engine/json/place.h"
#include "engine/sql/reading/row_statement.h"

namespace plinth {

/// How a transform goes through a large table: in batches by a key, each in a transaction of its own, so that nobody
/// waits for all of it. Times are in milliseconds.
struct Batch {
  static constexpr std::int64_t usual_size = 10'000, usual_max_lock_ms = 1'000;
  std::vector<std::string> by;                   // the columns of a unique key; empty: the primary key
  std::int64_t size = usual_size;                // rows of the table in one batch, at most
  std::int64_t pause_ms = 0;                     // after each batch
  std::int64_t max_lock_ms = usual_max_lock_ms;  // as long as one batch may hold its locks: slower ones get smaller
  std::optional<std::int64_t> max_lag_ms;        // waits while a replica is further behind
  bool operator==(const Batch&) const = default;
  static constexpr auto fields =
      std::tuple{field("by", &Batch::by), defaulted("size", &Batch::size), defaulted("pauseMs", &Batch::pause_ms),
                 defaulted("maxLockMs", &Batch::max_lock_ms), field("maxLagMs", &Batch::max_lag_ms)};
  /// Refuses sizes and times that mean nothing.
  void validate(const JsonPath& at) const;
};

/// A statement of a transform that goes through its table in batches. Error: MIGRATION.NOT_BATCHABLE.
RowStatement row_statement(const std::string& sql, const std::string& operation_id);

}  // namespace plinth
