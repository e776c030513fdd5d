#include "planner/plan/costs.h"

#include <set>

#include "engine/ops/questions.h"
#include "planner/plan/rules/keys.h"
#include "planner/types/type_change.h"

namespace plinth {
namespace {

void follow(std::set<Name>& created, const Operation& op) {
  const LineageChange change = lineage_change(op);
  const auto name = [](const ObjectPath& path) { return Name{path[0], path[1]}; };
  if (change.made && change.added == nullptr) created.insert(name(*change.made));
  if (change.moved && change.moved->first.size() == 2 && created.erase(name(change.moved->first)) > 0) {
    created.insert(name(change.moved->second));
  }
}

// An operation that cannot be applied is the proof's affair.
void follow(Schema& state, const Operation& op) {
  try {
    apply(op, state);
  } catch (const Error& e) {
    if (e.code() != Code::migration_not_applicable) throw;
  }
}

void also_fails(Impact& impact, const std::string& message) {
  impact.fails = impact.fails ? *impact.fails + "; " + message : message;
}

// What a change of type means for the values is planner/types' to say.
void look_at_types(Impact& out, const TypeChanged& op, const Schema& before, std::size_t position,
                   ChangedTypes& changed) {
  const Table* t = before.find_table(op.table);
  const Column* c = t != nullptr ? find_named(t->columns, op.column) : nullptr;
  if (c == nullptr) return;
  changed[{op.table.schema, op.table.name, op.column}] = {position, c->type};
  const TypeChange change = type_change(value_type(before, c->type), value_type(before, op.type));
  if (op.cast && keeps_every_value(change)) out.fails.reset();
}

}  // namespace

Costs costs(const Schema& from, const std::vector<Operation>& operations, int server_version) {
  Costs out;
  Schema state = from;
  std::set<Name> created;
  ChangedTypes changed;
  std::vector<OperationImpact> all;
  all.reserve(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    Impact weighed = impact(op, state, server_version);
    if (const auto change = changed_type(op)) look_at_types(weighed, *change, state, i, changed);
    forget_new_tables(weighed, created);
    all.push_back({i, id(op), label(op), std::move(weighed)});
    follow(created, op);
    follow(state, op);
  }
  for (auto& r : type_remarks(state, changed)) also_fails(all[changed.at(r.path).position].impact, r.message);
  for (auto& i : all) {
    for (auto& h : hazards(i.impact)) out.hazards.push_back({i.position, i.operation, i.label, h.kind, h.message});
    if (i.impact != Impact{}) out.impacts.push_back(std::move(i));
  }
  return out;
}

}  // namespace plinth
