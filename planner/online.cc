#include "planner/online.h"

#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

using Operations = std::vector<Operation>;

void replace(Operations& out, CreateIndex op) {
  op.concurrently = true;
  out.emplace_back(std::move(op));
}

void replace(Operations& out, DropIndex op) {
  op.concurrently = true;
  out.emplace_back(std::move(op));
}

template <class Key>
CreateIndex index_for(const std::string& schema, const std::string& table, const Key& key) {
  CreateIndex out{schema, table, {}, true, true};
  out.definition.name = key.name;
  out.definition.unique = true;
  out.definition.include = key.include;
  for (const auto& c : key.columns) out.definition.keys.push_back({c, {}, {}, {}, false, {}});
  return out;
}

void replace(Operations& out, AddUnique op) {
  CreateIndex index = index_for(op.schema, op.table, op.definition);
  index.definition.nulls_not_distinct = op.definition.nulls_not_distinct;
  out.emplace_back(std::move(index));
  op.using_index = true;
  out.emplace_back(std::move(op));
}

void replace(Operations& out, AddPrimaryKey op) {
  out.emplace_back(index_for(op.schema, op.table, op.definition));
  op.using_index = true;
  out.emplace_back(std::move(op));
}

// Without the rows first, then the rows.
template <class AddConstraint>
void validate_later(Operations& out, AddConstraint op) {
  const bool to_validate = !op.definition.not_valid;
  ValidateConstraint validate{op.schema, op.table, op.definition.name, true};
  op.definition.not_valid = true;
  out.emplace_back(std::move(op));
  if (to_validate) out.emplace_back(std::move(validate));
}

void replace(Operations& out, AddForeignKey op) { validate_later(out, std::move(op)); }
void replace(Operations& out, AddCheckConstraint op) { validate_later(out, std::move(op)); }

void replace(Operations& out, const ValidateConstraint& op) {
  out.emplace_back(ValidateConstraint{op.schema, op.table, op.constraint_name, true});
}

void replace(Operations& out, const SetNotNull& op) {
  Check proof;
  proof.name = default_name(op.table, {op.column}, "filled");
  proof.expression = quote_if_needed(op.column) + " IS NOT NULL";
  validate_later(out, AddCheckConstraint{op.schema, op.table, proof, true});
  out.emplace_back(op);
  out.emplace_back(DropCheckConstraint{op.schema, op.table, proof.name});
}

void replace(Operations& out, DataTransform op) {
  op.own_transaction = true;
  out.emplace_back(std::move(op));
}

void replace(Operations& out, AddEnumValues op) {
  op.own_transaction = true;
  out.emplace_back(std::move(op));
}

void replace(Operations& out, const AddColumn& op) {
  const Column& c = op.definition;
  if (!is_volatile(c.fallback)) {
    out.emplace_back(op);
    return;
  }
  AddColumn bare = op;
  bare.definition.fallback.reset();
  bare.definition.nullable = true;
  bare.relaxed = !c.nullable;
  bare.undefaulted = true;
  out.emplace_back(std::move(bare));
  out.emplace_back(SetDefault{op.schema, op.table, c.name, *c.fallback, c.type, false});
  DataTransform fill =
      transform(transform_name("backfill", op.on(), {c.name}), op.on(), Sql("{} IS NULL", Ident{c.name}));
  fill.run = {{Sql("UPDATE {} SET {} = DEFAULT WHERE {} IS NULL", op.on(), Ident{c.name}, Ident{c.name}).text(), {}}};
  fill.own_transaction = true;
  out.emplace_back(std::move(fill));
  if (!c.nullable) replace(out, SetNotNull{op.schema, op.table, c.name});
}

template <class Op>
bool is_on_new_table(const Op& op, const std::set<Name>& created) {
  if constexpr (requires { op.on(); }) {
    return created.count(op.on()) > 0;
  } else {
    return false;
  }
}

}  // namespace

std::vector<Operation> online(std::vector<Operation> operations, const PlanOptions& options) {
  std::set<Name> created;
  for (const auto& op : operations) {
    if (const auto* table = std::get_if<CreateTable>(&op)) created.insert(table->on());
  }
  Operations out;
  out.reserve(operations.size());
  for (auto& operation : operations) {
    // Filling a column is a transform, and tightening it destructive: the policy may not allow them.
    const bool keep = std::holds_alternative<AddColumn>(operation) &&
                      (!options.allows(OperationClass::data) || !options.allows(OperationClass::destructive));
    std::visit(
        [&]<class Op>(Op& op) {
          if constexpr (requires { replace(out, std::move(op)); }) {
            if (!keep && !is_on_new_table(op, created)) return replace(out, std::move(op));
          }
          out.emplace_back(std::move(op));
        },
        operation);
  }
  return out;
}

}  // namespace plinth
