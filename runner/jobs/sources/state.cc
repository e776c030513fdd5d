#include "runner/jobs/sources/state.h"

#include "planner/compare/contract_schema.h"
#include "planner/plan/plan.h"
#include "runner/files/store.h"
#include "runner/introspect/absent_names.h"
#include "runner/introspect/settle_spellings.h"
#include "runner/jobs/sources/history.h"
#include "runner/jobs/sources/package_contracts.h"
#include "runner/postgres/bookkeeping.h"

namespace plinth {
namespace {

State of_contract(Contract contract) {
  State out;
  out.schema = contract_schema(contract);
  out.hash = contract.stored.storage_hash;
  out.contract = std::move(contract);
  return out;
}

State of_package(const PackageState& p) {
  const Package package = load_package(p.dir);
  check_integrity(package);
  return of_contract(end_contract_of(package));
}

State of_ref(const RefState& p) {
  require_space(p.migrations);
  for (const auto& ref : load_refs(p.migrations)) {
    if (ref.name == p.name) return of_contract(ref_contract_of(p.migrations, ref));
  }
  throw Error(Code::migration_unknown_ref, "there is no ref \"" + p.name + "\" in " + p.migrations).with("ref", p.name);
}

// A state on its way: a database that has been asked, or a finished one.
struct Reading {
  std::optional<State> done;
  std::optional<Connection> asked;
};

Reading start(JobContext& context, const StateParam& param, const std::vector<std::string>& schemas) {
  Reading out;
  const auto finished = [&](State s) { out.done = std::move(s); };
  std::visit(
      [&]<class T>(const T& p) {
        if constexpr (std::is_same_v<T, EmptyState>) {
          State nothing;
          nothing.empty = true;
          finished(std::move(nothing));
        } else if constexpr (std::is_same_v<T, ContractState>) {
          finished(of_contract(read_contract(one_contract(p.path, p.contract))));
        } else if constexpr (std::is_same_v<T, PackageState>) {
          finished(of_package(p));
        } else if constexpr (std::is_same_v<T, RefState>) {
          finished(of_ref(p));
        } else {
          out.asked.emplace(context.connect(p.url));
          send_introspection(*out.asked, {p.schemas.empty() ? schemas : p.schemas});
        }
      },
      param);
  return out;
}

Warning unreadable_marker() {
  Warning out;
  out.code = WarningCode::marker_unreadable;
  out.message =
      "the role may not read the schema prisma_contract: which contract the database follows is not known here";
  return out;
}

State finish(Reading reading) {
  if (reading.done) return std::move(*reading.done);
  State out;
  out.live = true;
  Introspection found = receive_introspection(*reading.asked);
  out.schema = std::move(found.schema);
  out.dependents = std::move(found.dependents);
  out.unmodeled = std::move(found.unmodeled);
  if (!may_read_bookkeeping(*reading.asked)) {
    out.warnings.push_back(unreadable_marker());
  } else if (const auto marker = read_marker(*reading.asked, app_space)) {
    out.hash = marker->core_hash;
  }
  out.connection = std::move(reading.asked);
  return out;
}

}  // namespace

int major_version(const Connection& connection) {
  constexpr int in_number = 10'000;
  return connection.server_version() / in_number;
}

int server_version(std::optional<std::int64_t> asked, const State& origin) {
  constexpr std::int64_t oldest = 12, beyond = 100;
  if (!asked) return origin.connection ? major_version(*origin.connection) : usual_server_version;
  if (*asked < oldest || *asked >= beyond) {
    throw Error(Code::rpc_invalid_params,
                "params.serverVersion: expected a major version from 12 on, got " + std::to_string(*asked));
  }
  return static_cast<int>(*asked);
}

AbsentNames absent_names_of(State& origin) {
  if (!origin.connection) return {};
  return [&origin](const std::vector<MentionedName>& names) { return absent_names(*origin.connection, names); };
}

SettleSpellings settling(State& a, State& b, Belief belief) {
  Connection* connection = a.connection ? &*a.connection : b.connection ? &*b.connection : nullptr;
  if (connection == nullptr) return {};
  return
      [connection, belief](Schema& stated, const Schema& live) { settle_spellings(*connection, stated, live, belief); };
}

void add_schemas(std::vector<std::string>& names, const Schema& schema) {
  for (const auto& n : schema.namespaces) {
    if (std::find(names.begin(), names.end(), n.name) == names.end()) names.push_back(n.name);
  }
}

std::vector<std::string> schema_names(const Schema& schema) {
  std::vector<std::string> out;
  for (const auto& n : schema.namespaces) out.push_back(n.name);
  return out;
}

std::pair<State, State> read_states(JobContext& context, const StateParam& a, const StateParam& b) {
  const bool a_live = holds_alternative<DatabaseState>(a), b_live = holds_alternative<DatabaseState>(b);
  if (a_live && !b_live) {
    State second = finish(start(context, b, {}));
    return {finish(start(context, a, schema_names(second.schema))), std::move(second)};
  }
  Reading first = start(context, a, {});
  Reading second = start(context, b, first.done ? schema_names(first.done->schema) : std::vector<std::string>{});
  State x = finish(std::move(first));
  return {std::move(x), finish(std::move(second))};
}

}  // namespace plinth
