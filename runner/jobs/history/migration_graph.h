#pragma once
#include "engine/json/place.h"
#include "runner/jobs/history/migration_entry.h"
#include "runner/jobs/job_context.h"

namespace plinth {

enum class GraphRendering { text, dot, mermaid, svg };
inline constexpr Named<GraphRendering> graph_rendering_names[] = {{"text", GraphRendering::text},
                                                                  {"dot", GraphRendering::dot},
                                                                  {"mermaid", GraphRendering::mermaid},
                                                                  {"svg", GraphRendering::svg}};
constexpr const auto& names(GraphRendering) { return graph_rendering_names; }

struct MigrationGraphRequest {
  FilePath migrations;             // all spaces, or one of them
  std::optional<DatabaseUrl> url;  // a database whose place is shown
  std::vector<GraphRendering> render;
  static constexpr auto fields =
      std::tuple{field("migrations", &MigrationGraphRequest::migrations), field("url", &MigrationGraphRequest::url),
                 field("render", &MigrationGraphRequest::render)};
};

struct GraphContract {
  std::string hash;  // `empty` for a database without one
  std::vector<std::string> refs;
  bool is_current = false;  // where the database is
  static constexpr auto fields = std::tuple{field("hash", &GraphContract::hash), field("refs", &GraphContract::refs),
                                            field("current", &GraphContract::is_current)};
};
struct GraphMigration {
  std::string name, hash;
  std::optional<std::string> from;
  std::string to;
  static constexpr auto fields =
      std::tuple{field("name", &GraphMigration::name), field("hash", &GraphMigration::hash),
                 field("fromContract", &GraphMigration::from), field("toContract", &GraphMigration::to)};
};
struct GraphRenderings {
  std::optional<std::string> text, dot, mermaid, svg;
  static constexpr auto fields =
      std::tuple{field("text", &GraphRenderings::text), field("dot", &GraphRenderings::dot),
                 field("mermaid", &GraphRenderings::mermaid), field("svg", &GraphRenderings::svg)};
};
struct SpaceGraph {
  std::string space;
  std::optional<std::string> current;      // where the database is, whether the history knows it or not
  std::vector<GraphContract> contracts;    // in the order in which packages name them first
  std::vector<GraphMigration> migrations;  // by name
  std::vector<std::string> tips;           // contracts from which no package leads on
  std::vector<std::string> orphans;        // packages that start where nothing leads
  std::vector<std::string> cycles;         // packages that lead back
  std::optional<GraphRenderings> renderings;
  static constexpr auto fields =
      std::tuple{field("space", &SpaceGraph::space),         field("currentContract", &SpaceGraph::current),
                 field("contracts", &SpaceGraph::contracts), field("migrations", &SpaceGraph::migrations),
                 field("tips", &SpaceGraph::tips),           field("orphans", &SpaceGraph::orphans),
                 field("cycles", &SpaceGraph::cycles),       field("renderings", &SpaceGraph::renderings)};
};
struct MigrationGraphResult {
  std::vector<SpaceGraph> spaces;
  std::string summary;
  static constexpr auto fields =
      std::tuple{field("spaces", &MigrationGraphResult::spaces), field("summary", &MigrationGraphResult::summary)};
};

/// The contracts and the packages between them, as data and as pictures. O(packages log packages).
MigrationGraphResult migration_graph(JobContext& context, const MigrationGraphRequest& request);

}  // namespace plinth
