#include "planner/history/upgrade_states.h"

#include <algorithm>
#include <deque>
#include <set>

#include "planner/compare/contract_schema.h"
#include "planner/compare/control.h"
#include "planner/compare/reconcile.h"
#include "planner/history/route.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

std::string node_of(const std::optional<std::string>& hash) {
  return hash ? std::string(bare_hash(*hash)) : std::string(empty_node);
}

template <class F>
void each_table(Schema& schema, F f) {
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) f(Name{n.name, t.name}, t);
  }
}

// Takes the element checks away that another database of the same contract lacks. Whether there were any.
bool forget_missing_checks(Schema& schema, const Schema& other) {
  bool changed = false;
  each_table(schema, [&](const Name& name, Table& t) {
    const Table* there = other.find_table(name);
    if (there == nullptr) return;
    const auto removed = std::erase_if(
        t.checks, [&](const Check& c) { return c.implied && find_named(there->checks, c.name) == nullptr; });
    changed = changed || removed > 0;
  });
  return changed;
}

class Walk {
 public:
  Walk(const std::vector<Package>& packages, const Contracts& contracts) : contracts_(contracts) {
    for (const auto& p : packages) {
      leaving_[node_of(p.manifest.from)].push_back(&p);
      entered_.insert(node_of(p.manifest.to));
    }
  }

  Schemas run(const Schemas& live) {
    for (const auto& [hash, schema] : live) arrive(hash, schema);
    arrive(std::string(empty_node), {});
    follow();
    // Histories that begin at a contract; at last, those that lead round in a circle.
    for (const bool begins : {true, false}) {
      for (const auto& [hash, unused] : leaving_) {
        if (states_.count(hash) > 0 || (begins && entered_.count(hash) > 0)) continue;
        arrive(hash, contract_schema(contracts_.at(hash)));
        follow();
      }
    }
    return std::move(states_);
  }

 private:
  void arrive(const std::string& hash, const Schema& state) {
    Schema here = hash == empty_node ? Schema() : settled(contracts_.at(hash), state);
    const auto [known, is_new] = states_.emplace(hash, std::move(here));
    const bool changed =
        is_new || (hash != empty_node && forget_missing_checks(known->second, settled(contracts_.at(hash), state)));
    if (changed) open_.push_back(hash);
  }

  void follow() {
    for (; !open_.empty(); open_.pop_front()) {
      const auto leaving = leaving_.find(open_.front());
      if (leaving == leaving_.end()) continue;
      for (const Package* p : leaving->second) {
        Schema state = states_.at(open_.front());
        const std::string to = node_of(p->manifest.to);
        simulate_run(typed_operations(*p), contract_schema(contracts_.at(to)), state);
        arrive(to, state);
      }
    }
  }

  const Contracts& contracts_;
  std::map<std::string, std::vector<const Package*>> leaving_;
  std::set<std::string> entered_;
  Schemas states_;
  std::deque<std::string> open_;
};

}  // namespace

Schema settled(const Contract& contract, const Schema& state) {
  Schema out = contract_schema(contract);
  each_table(out, [&](const Name& name, Table& t) {
    if (is_managed(t) || state.find_table(name) != nullptr) return;
    std::erase_if(t.checks, [](const Check& c) { return c.implied; });
  });
  reconcile(out, state);
  return out;
}

void simulate_run(const std::vector<Operation>& operations, const Schema& to, Schema& state) {
  for (const auto& op : operations) {
    try {
      apply(as_typed(op, to), state);
    } catch (const Error& e) {
      if (e.code() != Code::migration_not_applicable) throw;
    }
  }
}

Schemas states_of(const std::vector<Package>& packages, const Contracts& contracts, const Schemas& live) {
  return Walk(packages, contracts).run(live);
}

}  // namespace plinth
