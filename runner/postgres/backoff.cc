#include "runner/postgres/backoff.h"

#include <algorithm>
#include <random>

namespace plinth {

std::chrono::milliseconds backoff(int attempt, std::chrono::milliseconds first, std::chrono::milliseconds longest) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  constexpr int most_doublings = 10;
  const auto wait = std::min(longest.count(), first.count() << std::min(attempt, most_doublings));
  return std::chrono::milliseconds(std::uniform_int_distribution(wait / 2, wait)(random));
}

}  // namespace plinth
