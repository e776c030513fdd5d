#pragma once
#include <chrono>

namespace plinth {

/// The time until something is tried again, by how often it has been tried (from 0 on): longer and longer, and not the
/// same for two that wait.
std::chrono::milliseconds backoff(int attempt, std::chrono::milliseconds first, std::chrono::milliseconds longest);

}  // namespace plinth
