#pragma once
#include <chrono>

namespace plinth {

/// The time until something is tried again, after so many attempts: longer and longer, and not the same for two that
/// wait.
std::chrono::milliseconds backoff(int attempt, std::chrono::milliseconds first, std::chrono::milliseconds longest);

}  // namespace plinth
