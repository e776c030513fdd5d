#include "runner/jobs/history/migration_status.h"

#include <set>

#include "planner/render/summary.h"
#include "runner/jobs/sources/routing.h"
#include "runner/postgres/journal.h"

namespace plinth {
namespace {

// A hash in the style of the packages of a history.
std::string spelt_as(const History& history, const std::string& node) {
  if (history.packages.empty()) return node;
  return spelt(node, era_of_hash(history.packages.back().manifest.to));
}

// What is known of where a space is.
struct Position {
  std::optional<Marker> marker;
  std::optional<std::string> current;  // the contract, as it is spelt
  std::set<std::string> applied;       // hashes of packages, bare
  std::optional<InterruptedMigration> interrupted = {};
};

Position position_of(Connection& connection, const History& history) {
  Position out{read_marker(connection, history.space.id), {}, {}};
  if (out.marker) out.current = out.marker->core_hash;
  for (const auto& e : read_journal(connection, history.space.id)) {
    if (!out.interrupted) out.interrupted = {e.migration_name, e.migration_hash, 0, {}};
    if (e.done_at) {
      ++out.interrupted->operations_done;
    } else if (!out.interrupted->running) {
      out.interrupted->running = RunningOperation{e.operation_id, e.started_at};
    }
  }
  if (!has_ledger(connection)) return out;
  for (const auto& e : read_ledger(connection, history.space.id)) out.applied.emplace(bare_hash(e.migration_hash));
  return out;
}

Position position_of(const History& history, const std::string& reference) {
  const Destination start = named(history, reference);
  if (start.node == empty_node) return {};
  return {Marker{start.node, {}, start.required}, spelt_as(history, start.node), {}};
}

std::optional<std::string> reference_of(const MigrationStatusRequest& p, const Space& space) {
  if (is_extension(space)) return {};
  if (p.contract) return std::string(bare_hash(read_contract(*p.contract).stored.storage_hash));
  return p.to;
}

// A contract that no package leads to is a target all the same: it was emitted, and not planned yet.
Destination target_in(const History& history, const std::optional<std::string>& reference,
                      const std::optional<Marker>& marker, bool is_contract) {
  if (is_contract && reference) return {*reference, {}};
  return target_of(history, reference, marker);
}

SpaceStatus status_of(const History& history, const Position& position, const std::optional<std::string>& reference,
                      bool is_contract) {
  SpaceStatus out;
  out.space = history.space.id;
  const std::optional<Marker>& marker = position.marker;
  out.current = position.current;
  out.interrupted = position.interrupted;
  if (marker) out.invariants = marker->invariants;
  std::set<std::string> on_the_way;
  const auto problem = diagnosed([&] {
    if (history.packages.empty() && !reference) return;
    const Destination target = target_in(history, reference, marker, is_contract);
    if (target.node != empty_node) out.target = spelt_as(history, target.node);
    out.missing_invariants = missing_invariants(target, marker);
    out.pending = names_of(route(history, marker, target));
    on_the_way.insert(out.pending.begin(), out.pending.end());
  });
  if (problem) out.diagnostics.push_back(*problem);
  out.state = problem ? SpaceState::blocked : out.pending.empty() ? SpaceState::up_to_date : SpaceState::pending;
  for (auto& entry : migration_entries(history)) {
    MigrationState state = MigrationState::other;
    if (position.applied.count(std::string(bare_hash(entry.hash))) > 0) state = MigrationState::applied;
    if (on_the_way.count(entry.name) > 0) state = MigrationState::pending;
    out.migrations.push_back({std::move(entry), state});
  }
  return out;
}

std::string summary_of(const std::vector<SpaceStatus>& spaces) {
  std::size_t pending = 0;
  for (const auto& s : spaces) {
    if (s.state == SpaceState::blocked) return s.diagnostics.front().message;
    pending += s.pending.size();
  }
  return pending == 0 ? "Up to date" : counted(pending, "migration") + " pending";
}

}  // namespace

MigrationStatusResult migration_status(JobContext& context, const MigrationStatusRequest& p) {
  if (p.url.has_value() == p.from.has_value()) {
    throw Error(Code::rpc_invalid_params, "say what to look at: url, or from",
                "A database tells where it is; without one, `from` names the contract to start at.")
        .fix("Name one of them; \"from\": \"empty\" is a new database.");
  }
  if (p.to && p.contract) {
    throw Error(Code::rpc_invalid_params, "name the target once: to, or contract");
  }
  std::optional<Connection> connection;
  if (p.url) connection.emplace(context.connect(*p.url));
  MigrationStatusResult out;
  for (const auto& space : existing_spaces(p.migrations)) {
    if (!connection && is_extension(space)) continue;  // a contract of the application says nothing of it
    const History history = load_history(space);
    const Position position = connection ? position_of(*connection, history) : position_of(history, *p.from);
    out.spaces.push_back(status_of(history, position, reference_of(p, space), p.contract.has_value()));
    out.state = std::max(out.state, out.spaces.back().state);
  }
  out.summary = summary_of(out.spaces);
  return out;
}

}  // namespace plinth
