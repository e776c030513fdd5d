#include "planner/history/upgrade_states.h"

#include <algorithm>
#include <deque>
#include <set>

#include "engine/ops/by_hand/raw_sql.h"
#include "planner/compare/contract_schema.h"
#include "planner/compare/control.h"
#include "planner/compare/reconcile.h"
#include "planner/history/route.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

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

  Schemas run(const LiveSchemas& live) {
    simulate();
    if (live.empty()) return std::move(states_);
    names_ = named_by(live);
    states_.clear();
    simulate();
    for (const auto& [hash, schema] : live) {
      arrive(hash, schema, guessed_.count(hash) > 0);
      follow();
    }
    return std::move(states_);
  }

 private:
  // `guessed`: nobody can tell from the packages what names there are.
  void arrive(const std::string& hash, const Schema& state, bool guessed) {
    const bool empty = hash == empty_node;
    const auto names = names_.find(hash);
    Schema here = empty ? Schema() : settled(contracts_.at(hash), names != names_.end() ? names->second : state);
    if (names != names_.end()) forget_missing_checks(here, settled(contracts_.at(hash), state));
    if (guessed) guessed_.insert(hash);
    const auto known = states_.find(hash);
    const bool changed = known == states_.end() || forget_missing_checks(known->second, here);
    if (known == states_.end()) states_.emplace(hash, std::move(here));
    if (changed) open_.push_back(hash);
  }

  void follow() {
    for (; !open_.empty(); open_.pop_front()) {
      const std::string from = open_.front();
      const auto leaving = leaving_.find(from);
      if (leaving == leaving_.end()) continue;
      for (const Package* p : leaving->second) {
        Schema state = states_.at(from);
        const std::string to = node_of(p->manifest.to);
        const bool opaque = simulate_run(typed_operations(*p), contract_schema(contracts_.at(to)), state);
        arrive(to, state, opaque || guessed_.count(from) > 0);
      }
    }
  }

  void simulate() {
    arrive(std::string(empty_node), {}, false);
    follow();
    // Histories that begin at a contract; at last, those that lead round in a circle.
    for (const bool begins : {true, false}) {
      for (const auto& [hash, unused] : leaving_) {
        if (states_.count(hash) > 0 || (begins && entered_.count(hash) > 0)) continue;
        arrive(hash, contract_schema(contracts_.at(hash)), true);
        follow();
      }
    }
  }

  // Names that packages give are what every new database has; others are those of the databases.
  Schemas named_by(const LiveSchemas& live) const {
    Schemas out;
    for (const auto& [hash, schema] : live) {
      const auto found = states_.find(hash);
      const bool guessed = found == states_.end() || guessed_.count(hash) > 0;
      if (out.count(hash) > 0) continue;
      Schema& state = out.emplace(hash, guessed ? schema : found->second).first->second;
      const Schema& there = schema;
      each_table(state, [&](const Name& name, Table& t) {
        const Table* table = is_managed(t) ? nullptr : there.find_table(name);
        if (table != nullptr) t = *table;
      });
    }
    return out;
  }

  const Contracts& contracts_;
  std::map<std::string, std::vector<const Package*>> leaving_;
  std::set<std::string> entered_, guessed_;
  Schemas names_;  // where databases tell the names
  Schemas states_;
  std::deque<std::string> open_;
};

}  // namespace

Schema settled(const Contract& contract, const Schema& state) {
  Schema out = contract_schema(contract);
  // Prisma Next does not compare the names of indexes, whoever chose them.
  forget_index_names(out);
  each_table(out, [&](const Name& name, Table& t) {
    if (is_managed(t) || state.find_table(name) != nullptr) return;
    std::erase_if(t.checks, [](const Check& c) { return c.implied; });
  });
  reconcile(out, state);
  return out;
}

void forget_index_names(Schema& schema) {
  each_table(schema, [](const Name&, Table& t) {
    for (auto& i : t.indexes) i.named = false;
  });
}

bool simulate_run(const std::vector<Operation>& operations, const Schema& to, Schema& state) {
  bool opaque = false;
  for (const auto& op : operations) {
    const Operation known = as_typed(op, to);
    opaque = opaque || holds_alternative<RawSql>(known);
    try {
      apply(known, state);
    } catch (const Error& e) {
      if (e.code() != Code::migration_not_applicable) throw;
    }
  }
  return opaque;
}

Schemas states_of(const std::vector<Package>& packages, const Contracts& contracts, const LiveSchemas& live) {
  return Walk(packages, contracts).run(live);
}

}  // namespace plinth
