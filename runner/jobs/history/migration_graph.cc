#include "runner/jobs/history/migration_graph.h"

#include "planner/render/graph/graph.h"
#include "planner/render/summary.h"
#include "runner/jobs/sources/routing.h"

namespace plinth {
namespace {

std::optional<GraphRenderings> rendered(const std::vector<GraphRendering>& wanted, const GraphPicture& picture) {
  if (wanted.empty()) return {};
  GraphRenderings out;
  for (const GraphRendering r : wanted) {
    switch (r) {
      case GraphRendering::text: out.text = graph_text(picture); break;
      case GraphRendering::dot: out.dot = graph_dot(picture); break;
      case GraphRendering::mermaid: out.mermaid = graph_mermaid(picture); break;
      case GraphRendering::svg: out.svg = graph_svg(picture); break;
    }
  }
  return out;
}

GraphPicture picture_of(const History& history, const std::vector<GraphContract>& contracts) {
  GraphPicture out{history.graph, {}, {}};
  for (const auto& c : contracts) {
    out.labels.push_back(c.refs);
    if (c.is_current) out.labels.back().emplace_back("@db");
  }
  for (const auto& p : history.packages) out.notes.push_back(counted(operation_count(p.directory), "operation"));
  return out;
}

SpaceGraph graph_of(const History& history, const std::optional<std::string>& current,
                    const std::vector<GraphRendering>& wanted) {
  const Graph& graph = history.graph;
  SpaceGraph out;
  out.space = history.space.id;
  std::map<std::string, std::string> spelling;
  for (const auto& p : history.packages) {
    out.migrations.push_back({p.name, p.manifest.migration_hash, p.manifest.from, p.manifest.to});
    spelling.emplace(node_of(p.manifest.to), p.manifest.to);
    if (p.manifest.from) spelling.emplace(node_of(p.manifest.from), *p.manifest.from);
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const std::string& node = graph.nodes[n];
    const std::string hash = node == empty_node ? node : spelling.at(node);
    out.contracts.push_back({hash, refs_at(history, node), current == node});
    const auto stays = [&](std::size_t e) { return graph.ends[e].to == n; };
    if (std::all_of(graph.outgoing[n].begin(), graph.outgoing[n].end(), stays)) out.tips.push_back(hash);
  }
  out.orphans = names_of(detect_orphans(graph));
  out.cycles = names_of(detect_cycles(graph));
  if (!wanted.empty()) out.renderings = rendered(wanted, picture_of(history, out.contracts));
  return out;
}

}  // namespace

MigrationGraphResult migration_graph(JobContext& context, const MigrationGraphRequest& p) {
  std::optional<Connection> connection;
  if (p.url) connection.emplace(context.connect(*p.url));
  MigrationGraphResult out;
  std::size_t contracts = 0, migrations = 0;
  for (const auto& space : existing_spaces(p.migrations)) {
    std::optional<std::string> current;
    const auto marker = connection ? read_marker(*connection, space.id) : std::nullopt;
    if (connection) current = node_at(marker);
    out.spaces.push_back(graph_of(load_history(space), current, p.render));
    if (marker) out.spaces.back().current = marker->core_hash;
    contracts += out.spaces.back().contracts.size();
    migrations += out.spaces.back().migrations.size();
  }
  out.summary = counted(contracts, "contract") + ", " + counted(migrations, "migration");
  return out;
}

}  // namespace plinth
