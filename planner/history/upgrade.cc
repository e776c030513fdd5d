#include "planner/history/upgrade.h"

#include "engine/contract/upgrade/upgrade_contract.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/sql/normalize.h"
#include "planner/compare/contract_schema.h"
#include "planner/compare/control.h"
#include "planner/compare/diff.h"
#include "planner/compare/reconcile.h"
#include "planner/history/route.h"
#include "planner/plan/slots.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

const Contract& contract_of(const Contracts& contracts, const std::string& hash) {
  const auto found = contracts.find(std::string(bare_hash(hash)));
  if (found == contracts.end()) throw Error(Code::engine_internal, "a contract of the history is missing: " + hash);
  return found->second;
}

Schema schema_at(const Contracts& contracts, const std::optional<std::string>& hash) {
  return hash ? contract_schema(contract_of(contracts, *hash)) : Schema();
}

[[noreturn]] void refuse(const std::string& problem, const std::string& where, const std::vector<IssueReport>& issues) {
  Error e(Code::migration_not_upgradable, problem);
  if (!where.empty()) e.at(where);
  if (!issues.empty()) e.with_json("issues", to_json(issues));
  throw e;
}

// Takes away element checks that are not asked for. Some databases of a contract have them, others do not.
void forget_element_checks(Schema& state, const Schema& to) {
  each_table(state, [&](const Name& name, Table& t) {
    const Table* wanted = to.find_table(name);
    if (wanted == nullptr) return;
    std::erase_if(t.checks, [&](const Check& c) {
      return element_checked_column(c.expression.text) && find_named(wanted->checks, c.name) == nullptr;
    });
  });
}

// What still differs from the end contract of a package when it ran on a database of its start contract.
std::vector<IssueReport> remaining(const Package& p, const Contracts& contracts) {
  Schema to = schema_at(contracts, p.manifest.to), state = schema_at(contracts, p.manifest.from);
  // Raw SQL may rename an index: what the simulation calls it is no difference.
  if (simulate_run(typed_operations(p), to, state)) forget_index_names(to);
  forget_leftovers(Leftovers::extensions, to, state);
  reconcile(to, state);
  forget_element_checks(state, to);
  respect_control(to, state);
  return report(diff(to, state));
}

// Which differences, without how the two contracts spell them.
std::vector<std::string> told(const std::vector<IssueReport>& issues) {
  std::vector<std::string> out;
  out.reserve(issues.size());
  for (const auto& i : issues) {
    std::string& text = out.emplace_back(dotted(i.path) + " " + i.kind + " " + std::string(name_of(i.outcome)));
    for (const auto& field : i.differing) text += " " + field;
  }
  return out;
}

// The package leads between the later contracts as it led between the earlier ones.
void require_same_way(const Package& p, const Contracts& before, const Contracts& after) {
  const auto earlier = remaining(p, before), later = remaining(p, after);
  const std::string file = p.directory + "/ops.json";
  if (p.operations.empty() && !earlier.empty()) {
    refuse("package " + q(p.name) + " has no operations, but leads from one contract to another: it is not finished",
           file, earlier);
  }
  if (later.empty() || told(earlier) == told(later)) return;
  refuse("package " + q(p.name) + " would not lead where it leads: " + later.front().message, file, later);
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

bool have_same_columns(const ContractTable& a, const ContractTable& b) {
  return a.name == b.name && std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                                        [](const auto& x, const auto& y) { return x.name == y.name; });
}

bool have_same_tables(const Contract& a, const Contract& b) {
  return std::equal(a.namespaces.begin(), a.namespaces.end(), b.namespaces.begin(), b.namespaces.end(),
                    [](const ContractNamespace& x, const ContractNamespace& y) {
                      return x.id == y.id && std::equal(x.tables.begin(), x.tables.end(), y.tables.begin(),
                                                        y.tables.end(), have_same_columns);
                    });
}

UpgradedPackage upgraded_package(const Package& p, const UpgradedHistory& history) {
  UpgradedPackage out;
  out.name = p.name;
  out.hash_before = p.manifest.migration_hash;
  out.manifest = p.manifest;
  if (p.manifest.from) out.manifest.from = history.later(*p.manifest.from);
  out.manifest.to = history.later(p.manifest.to);
  PackageTexts texts = package_texts(out.manifest, p.operations);
  out.manifest.migration_hash = texts.migration_hash;
  out.manifest_text = std::move(texts.manifest);
  out.operations = p.operations;
  return out;
}

}  // namespace

std::string UpgradedHistory::later(const std::string& hash) const {
  return bare_hash(hash) == empty_node ? std::string(empty_node) : contract_of(contracts, hash).stored.storage_hash;
}

Contract upgraded(const Contract& contract, const Schema& state) {
  const Schema before = settled(contract, state);
  Contract out = parse_contract(upgraded_contract(contract, before), contract.file);
  Schema after = contract_schema(out);
  reconcile(after, before);
  const auto issues = report(diff(after, before));
  if (issues.empty()) return out;
  refuse("the contract " + contract.stored.storage_hash +
             " asks for something else in the form of Prisma 8: " + issues.front().message,
         contract.file, issues);
}

bool becomes(const Contract& earlier, const Contract& later) {
  if (!have_same_tables(earlier, later)) return false;
  try {
    return upgraded(earlier, contract_schema(later)).stored.storage_hash == later.stored.storage_hash;
  } catch (const Error& e) {
    if (e.code() != Code::migration_not_upgradable) throw;
    return false;
  }
}

UpgradedHistory upgrade_history(const std::vector<Package>& packages, const Contracts& contracts,
                                const LiveSchemas& live) {
  for (const auto& p : packages) {
    check_integrity(p);
    require_filled(typed_operations(p), p.directory + "/ops.json");
  }
  const Schemas states = states_of(packages, contracts, live);
  UpgradedHistory out;
  for (const auto& [hash, contract] : contracts) {
    const auto state = states.find(hash);
    out.contracts.emplace(hash, upgraded(contract, state != states.end() ? state->second : contract_schema(contract)));
  }
  require_distinct(out.contracts);
  for (const auto& p : packages) {
    require_same_way(p, contracts, out.contracts);
    out.packages.push_back(upgraded_package(p, out));
  }
  return out;
}

std::map<std::string, std::vector<std::string>> opaque_operations(const std::vector<Package>& packages,
                                                                  const Contracts& contracts) {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& p : packages) {
    const Schema to = schema_at(contracts, p.manifest.to);
    for (const auto& op : typed_operations(p)) {
      if (holds_alternative<RawSql>(as_typed(op, to))) out[p.name].push_back(label(op));
    }
  }
  return out;
}

}  // namespace plinth
