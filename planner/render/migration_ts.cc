#include "planner/render/migration_ts.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/calls.h"
#include "planner/compare/contract_schema.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

constexpr std::size_t body_column = 4;

// Where a migration.ts finds the contracts that it leads from and to, and the library.
struct Modules {
  std::string start, end;
  std::string_view library;
};

Modules modules(const Contract* start, const Contract& end) {
  if (end.era == ContractEra::prisma_next) return {"./start-contract", "./end-contract", "@prisma-next/postgres"};
  const auto snapshot = [](const Contract& contract) {
    return "../../snapshots/" + std::string(bare_hash(contract.stored.storage_hash)) + "/contract";
  };
  return {start != nullptr ? snapshot(*start) : std::string(), snapshot(end), "@prisma/orm-postgres"};
}

std::string contract_imports(std::string_view type, std::string_view value, std::string_view file) {
  std::string out;
  out.append("import type { Contract as ").append(type).append(" } from '").append(file).append("';\n");
  out.append("import ").append(value).append(" from '").append(file).append(".json' with { type: 'json' };\n");
  return out;
}

std::string imports(const CallContext& context, const Contract* start) {
  const Modules from = modules(start, context.end);
  const std::string end = contract_imports("End", "endContract", from.end);
  const std::string first = start != nullptr ? contract_imports("Start", "startContract", from.start) : std::string();
  std::string out = context.end.era == ContractEra::prisma_next ? end + first : first + end;
  std::vector<std::string> symbols = {"Migration", "MigrationCLI"};
  symbols.insert(symbols.end(), context.symbols.begin(), context.symbols.end());
  out +=
      js::lay_out(js::between("import ", js::braces(symbols), " from '" + std::string(from.library) + "/migration';")) +
      "\n";
  if (context.reads_contract) {
    out.append("import postgresStatic from '").append(from.library).append("/static';\n\n");
    out += "const { sql: db, contract } = postgresStatic<End>({ contractJson: endContract });\n";
  }
  return out;
}

}  // namespace

std::string migration_ts(const std::vector<Operation>& operations, const Contract* start, const Contract& end) {
  const Schema destination = contract_schema(end);
  CallContext context{end, operations};
  context.is_told_by_statements = [&](const Operation& op) {
    const auto typed = typed_operation(stored_form(op, false), destination);
    return holds_alternative<RawSql>(op) ||
           (typed && (holds_alternative<DataTransform>(op) || to_json(*typed) == to_json(op)));
  };
  for (const auto& op : operations) {
    const auto* transform = get_if<DataTransform>(&op);
    context.reads_contract = context.reads_contract || (transform != nullptr && builds_check(*transform, operations));
  }
  std::vector<js::Doc> list;
  for (const auto& op : operations) {
    for (auto& call : calls(op, context)) list.push_back(std::move(call));
  }
  const std::string body = js::lay_out(js::between("return ", js::array(std::move(list)), ";"), body_column);
  const bool has_start = start != nullptr;
  return "#!/usr/bin/env -S node\n" + imports(context, start) + "\nexport default class M extends Migration<" +
         (has_start ? "Start" : "never") + ", End> {\n" +
         (has_start ? "  override readonly startContractJson = startContract;\n" : "") +
         "  override readonly endContractJson = endContract;\n"
         "\n"
         "  override get operations() {\n"
         "    " +
         body + "\n" +
         "  }\n"
         "}\n"
         "\n"
         "MigrationCLI.run(import.meta.url, M);\n";
}

}  // namespace plinth
