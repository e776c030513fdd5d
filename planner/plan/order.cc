#include "planner/plan/order.h"

#include <map>
#include <queue>
#include <set>
#include <unordered_map>

#include "engine/ops/questions.h"

namespace plinth {
namespace {

LinkContext context_of(const Schema& actual, const std::vector<Planned>& operations) {
  LinkContext out{actual};
  for (const auto& p : operations) announce(p.operation, out);
  return out;
}

using Positions = std::unordered_map<ObjectId, std::vector<std::size_t>, ObjectIdHash>;

// Which operation has to wait for which, by position.
class Waiting {
 public:
  Waiting(const std::vector<Planned>& operations, const LinkContext& context)
      : next_(operations.size()), blockers_(operations.size(), 0) {
    Positions makes, needs, ends, releases;
    const auto note = [](Positions& at, const std::vector<ObjectId>& objects, std::size_t position) {
      for (const auto& o : objects) at[o].push_back(position);
    };
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const Links l = links_of(operations[i].operation, context);
      note(makes, l.makes, i);
      note(needs, l.needs, i);
      note(ends, l.ends, i);
      note(releases, l.releases, i);
    }
    connect(makes, needs);
    connect(releases, ends);
    connect(ends, makes);
  }

  // Positions, the smallest first wherever there is a choice.
  std::vector<std::size_t> sorted() {
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    for (std::size_t i = 0; i < next_.size(); ++i) {
      if (blockers_[i] == 0) ready.push(i);
    }
    std::vector<std::size_t> out;
    out.reserve(next_.size());
    while (!ready.empty()) {
      const std::size_t at = ready.top();
      ready.pop();
      out.push_back(at);
      for (const std::size_t n : next_[at]) {
        if (--blockers_[n] == 0) ready.push(n);
      }
    }
    return out;
  }

 private:
  void connect(const Positions& before, const Positions& after) {
    for (const auto& entry : before) {
      const auto found = after.find(entry.first);
      if (found == after.end()) continue;
      for (const std::size_t a : entry.second) {
        for (const std::size_t b : found->second) {
          if (a == b) continue;
          next_[a].push_back(b);
          ++blockers_[b];
        }
      }
    }
  }
  std::vector<std::vector<std::size_t>> next_;
  std::vector<std::size_t> blockers_;
};

std::vector<Planned> by_phase(std::vector<Planned> operations) {
  struct Key {
    Phase phase;
    int rank;
    std::vector<std::string> path;
    std::string id;
    std::size_t at;
  };
  std::vector<Key> keys;
  keys.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Planned& p = operations[i];
    keys.push_back({p.phase, p.rank, path(p.operation), id(p.operation), i});
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return std::tie(a.phase, a.rank, a.path, a.id, a.at) < std::tie(b.phase, b.rank, b.path, b.id, b.at);
  });
  std::vector<Planned> out;
  out.reserve(keys.size());
  for (const auto& k : keys) out.push_back(std::move(operations[k.at]));
  return out;
}

}  // namespace

Order ordered(std::vector<Planned> operations, const Schema& actual) {
  std::vector<Planned> sorted = by_phase(std::move(operations));
  const std::vector<std::size_t> positions = Waiting(sorted, context_of(actual, sorted)).sorted();
  Order out;
  out.operations.reserve(sorted.size());
  std::vector<bool> placed(sorted.size(), false);
  for (const std::size_t at : positions) {
    placed[at] = true;
    out.operations.push_back(std::move(sorted[at].operation));
  }
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (!placed[i]) out.stuck.push_back(std::move(sorted[i].operation));
  }
  return out;
}

}  // namespace plinth
