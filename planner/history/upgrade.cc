#include "planner/history/upgrade.h"

#include <set>

#include "engine/contract/upgrade/upgrade_contract.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "planner/compare/contract_schema.h"
#include "planner/history/route.h"
#include "planner/plan/proof.h"
#include "planner/plan/slots.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

std::string node(const std::optional<std::string>& hash) {
  return hash ? std::string(bare_hash(*hash)) : std::string(empty_node);
}

const Contract& contract_of(const Contracts& contracts, const std::string& hash) {
  const auto found = contracts.find(std::string(bare_hash(hash)));
  if (found == contracts.end()) throw Error(Code::engine_internal, "a contract of the history is missing: " + hash);
  return found->second;
}

Schema schema_at(const Contracts& contracts, const std::optional<std::string>& hash) {
  return hash ? contract_schema(contract_of(contracts, *hash)) : Schema();
}

// What a package makes of a state. An operation that does not fit it was skipped, as one whose work is done.
Schema state_after(Schema state, const Package& package, const Contracts& contracts) {
  const Schema to = schema_at(contracts, package.manifest.to);
  for (const auto& op : typed_operations(package)) {
    try {
      apply(as_typed(op, to), state);
    } catch (const Error& e) {
      if (e.code() != Code::migration_not_applicable) throw;
    }
  }
  return state;
}

// Walks the packages and hands over the schema of each contract that they lead to, or begin at: `f(hash, schema)`. A
// history that begins at a contract begins with what that contract asks for. A schema is kept as long as packages that
// start there are still to come.
template <class F>
void each_state(const std::vector<Package>& packages, const Contracts& contracts, F f) {
  std::map<std::string, int> leaving;
  std::vector<const Package*> open;
  for (const auto& p : packages) {
    ++leaving[node(p.manifest.from)];
    open.push_back(&p);
  }
  std::set<std::string> seen;
  std::map<std::string, Schema> states;
  const auto reach = [&](const std::string& hash, Schema state) {
    if (!seen.insert(hash).second) return;
    if (hash != empty_node) f(hash, state);
    if (leaving.count(hash) > 0) states.emplace(hash, std::move(state));
  };
  reach(std::string(empty_node), {});
  while (!open.empty()) {
    const std::size_t before = open.size();
    std::erase_if(open, [&](const Package* p) {
      const std::string from = node(p->manifest.from), to = node(p->manifest.to);
      const auto start = states.find(from);
      if (start == states.end()) return false;
      if (seen.count(to) == 0) {
        reach(to, state_after(start->second, *p, contracts));
      }
      if (--leaving[from] == 0) states.erase(from);
      return true;
    });
    if (open.size() < before) continue;
    reach(node(open.front()->manifest.from), schema_at(contracts, open.front()->manifest.from));
  }
}

[[noreturn]] void refuse(const std::string& problem, const std::string& where, const std::vector<IssueReport>& issues) {
  Error e(Code::migration_not_upgradable, problem);
  if (!where.empty()) e.at(where);
  if (!issues.empty()) e.with_json("issues", to_json(issues));
  throw e;
}

std::vector<std::string> told(const Proof& proof) {
  std::vector<std::string> out = {proof.broken.value_or("")};
  for (const auto& i : proof.issues)
    out.push_back(dotted(i.path) + " " + i.kind + " " + std::string(name_of(i.outcome)));
  return out;
}

// A package that has nothing in it yet, though it should: its migration.ts was never finished.
bool is_unfinished(const Package& p, const Proof& proof) { return p.operations.empty() && !proof.ok; }

// Without operations that drop a check which the start does not have: they find their work done. So it is with the
// element checks of lists that the database never had.
std::vector<Operation> with_work_to_do(std::vector<Operation> operations, const Schema& from, const Schema& to) {
  std::erase_if(operations, [&](const Operation& op) {
    const Operation known = as_typed(op, to);
    const auto* drop = get_if<DropCheckConstraint>(&known);
    const Table* table = drop != nullptr ? from.find_table(drop->on()) : nullptr;
    return table != nullptr && find_named(table->checks, drop->constraint_name) == nullptr;
  });
  return operations;
}

// The package leads between the later contracts as it led between the earlier ones.
void require_same_way(const Package& p, const Contracts& before, const Contracts& after) {
  const std::vector<Operation> operations = typed_operations(p);
  const auto between = [&](const Contracts& contracts) {
    const Schema from = schema_at(contracts, p.manifest.from), to = schema_at(contracts, p.manifest.to);
    return prove(from, with_work_to_do(operations, from, to), to, Leftovers::extensions);
  };
  const Proof earlier = between(before), later = between(after);
  const std::string file = p.directory + "/ops.json";
  if (is_unfinished(p, earlier)) {
    refuse("package " + q(p.name) + " has no operations, but leads from one contract to another: it is not finished",
           file, earlier.issues);
  }
  if (later.ok || told(earlier) == told(later)) return;
  refuse("package " + q(p.name) + " would not lead where it leads: " + failure(later), file, later.issues);
}

// Two contracts that become one would make a package between them a way from a contract to itself.
void require_distinct(const Contracts& contracts) {
  std::map<std::string, std::string> seen;
  for (const auto& [hash, after] : contracts) {
    const auto [other, is_new] = seen.emplace(after.stored.storage_hash, hash);
    if (is_new) continue;
    refuse(
        "the contracts sha256:" + other->second + " and sha256:" + hash + " are the same one in the form of Prisma 8",
        {}, {});
  }
}

UpgradedPackage upgraded_package(const Package& p, const Contracts& contracts) {
  const auto later = [&](const std::string& hash) { return contract_of(contracts, hash).stored.storage_hash; };
  UpgradedPackage out;
  out.name = p.name;
  out.hash_before = p.manifest.migration_hash;
  out.manifest = p.manifest;
  if (p.manifest.from) out.manifest.from = later(*p.manifest.from);
  out.manifest.to = later(p.manifest.to);
  out.texts = package_texts(out.manifest, p.operations);
  out.manifest.migration_hash = out.texts.migration_hash;
  out.operations = p.operations;
  return out;
}

}  // namespace

Contract upgraded(const Contract& contract, const Schema& state) {
  Schema before = contract_schema(contract);
  reconcile(before, state);
  Contract out = parse_contract(upgraded_contract(contract, before), contract.file);
  Schema after = contract_schema(out);
  reconcile(after, before);
  const auto issues = report(diff(after, before));
  if (issues.empty()) return out;
  refuse("the contract " + contract.stored.storage_hash +
             " asks for something else in the form of Prisma 8: " + issues.front().message,
         contract.file, issues);
}

UpgradedHistory upgrade_history(const std::vector<Package>& packages, const Contracts& contracts) {
  for (const auto& p : packages) {
    check_integrity(p);
    require_filled(typed_operations(p), p.directory + "/ops.json");
  }
  UpgradedHistory out;
  each_state(packages, contracts, [&](const std::string& hash, const Schema& state) {
    out.contracts.emplace(hash, upgraded(contract_of(contracts, hash), state));
  });
  for (const auto& [hash, contract] : contracts) {
    if (out.contracts.count(hash) == 0) out.contracts.emplace(hash, upgraded(contract, contract_schema(contract)));
  }
  require_distinct(out.contracts);
  for (const auto& p : packages) {
    require_same_way(p, contracts, out.contracts);
    out.packages.push_back(upgraded_package(p, out.contracts));
  }
  return out;
}

}  // namespace plinth
