#pragma once
// Where a schema comes from: nothing, a contract, a package, a ref, a database.
#include "engine/sql/reading/mentioned_names.h"
#include "planner/compare/alignment.h"
#include "planner/warning.h"
#include "runner/introspect/introspect.h"
#include "runner/introspect/settle_expressions.h"
#include "runner/jobs/job_context.h"
#include "runner/jobs/sources/contract_param.h"

namespace plinth {

/// No schema at all.
struct EmptyState {
  static constexpr std::string_view kind = "empty";
  static constexpr std::tuple<> fields{};
};
/// A contract.json by its path, or as a value.
struct ContractState {
  static constexpr std::string_view kind = "contract";
  std::optional<FilePath> path;
  std::optional<ContractParam> contract;
  static constexpr auto fields =
      std::tuple{field("path", &ContractState::path), field("contract", &ContractState::contract)};
};
/// What a package leads to.
struct PackageState {
  static constexpr std::string_view kind = "package";
  FilePath dir;
  static constexpr auto fields = std::tuple{field("dir", &PackageState::dir)};
};
/// What a ref of a space (`migrations/app`) names.
struct RefState {
  static constexpr std::string_view kind = "ref";
  FilePath migrations;
  std::string name;
  static constexpr auto fields = std::tuple{field("migrations", &RefState::migrations), field("name", &RefState::name)};
};
/// A live database; these schemas of it, or all.
struct DatabaseState {
  static constexpr std::string_view kind = "database";
  DatabaseUrl url;
  std::vector<std::string> schemas;
  static constexpr auto fields =
      std::tuple{field("url", &DatabaseState::url), field("schemas", &DatabaseState::schemas)};
};
using StateParam = std::variant<EmptyState, ContractState, PackageState, RefState, DatabaseState>;

/// A state that has been read.
struct State : Side {
  std::optional<std::string> hash;       // the contract's; of a database, its marker's
  std::optional<Connection> connection;  // of a database, as long as the state is held
  std::vector<Unmodeled> unmodeled;
  std::vector<Warning> warnings;  // what could not be read
};

/// Reads a pair of states. Two databases are read at the same time; a database opposite a contract is read in the
/// schemas that the contract names.
std::pair<State, State> read_states(JobContext& context, const StateParam& a, const StateParam& b);

/// The major version of a server: 15.
int major_version(const Connection& connection);

/// The major version of the server that operations are weighed for: the one that was asked for, that of a live state,
/// else `usual_server_version`. Errors: RPC.INVALID_PARAMS for one that is no version.
int server_version(std::optional<std::int64_t> asked, const State& origin);

/// How a state is asked which names its database lacks, where it is one.
AbsentNames absent_names_of(State& origin);

/// How a pair of states settles the defaults of a contract, where one of them is a database.
SettleSpellings settling(State& a, State& b, Belief belief = Belief::hashed_names);

/// Adds the names of the schemas that a schema value holds and the list lacks. O(schemas).
void add_schemas(std::vector<std::string>& names, const Schema& schema);

/// The names of the schemas that a schema value holds.
std::vector<std::string> schema_names(const Schema& schema);

}  // namespace plinth
