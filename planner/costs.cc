#include "planner/costs.h"

#include <set>

namespace plinth {
namespace {

void follow(std::set<Name>& created, const Operation& op) {
  if (const auto* table = std::get_if<CreateTable>(&op)) created.insert(table->on());
  const auto* renamed = std::get_if<RenameTable>(&op);
  if (renamed != nullptr && created.erase({renamed->schema, renamed->from_name}) > 0) {
    created.insert({renamed->schema, renamed->to_name});
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

}  // namespace

Costs costs(const Schema& from, const std::vector<Operation>& operations, int server_version) {
  Costs out;
  Schema state = from;
  std::set<Name> created;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& op = operations[i];
    Impact weighed = impact(op, state, server_version);
    forget_new_tables(weighed, created);
    for (auto& h : hazards(weighed)) out.hazards.push_back({i, id(op), label(op), h.kind, std::move(h.message)});
    if (weighed != Impact{}) out.impacts.push_back({i, id(op), label(op), std::move(weighed)});
    follow(created, op);
    follow(state, op);
  }
  return out;
}

}  // namespace plinth
