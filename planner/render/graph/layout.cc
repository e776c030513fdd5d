#include "planner/render/graph/layout.h"

#include <algorithm>
#include <limits>
#include <map>
#include <queue>

namespace plinth {
namespace {

constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

std::vector<bool> closing_edges(const Graph& graph) {
  std::map<std::string, std::size_t> closing;  // by name: those of packages differ
  for (const auto& e : detect_cycles(graph)) ++closing[e.name];
  std::vector<bool> out;
  out.reserve(graph.edges.size());
  for (const auto& e : graph.edges) out.push_back(closing.count(e.name) > 0);
  return out;
}

// The nodes from the oldest to the newest: one comes when all edges that lead to it have come.
std::vector<std::size_t> oldest_first(const Graph& graph, const std::vector<bool>& closes) {
  std::vector<std::size_t> waits(graph.nodes.size(), 0), out;
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    if (!closes[e]) ++waits[graph.ends[e].to];
  }
  using Next = std::pair<std::string, std::size_t>;  // when its last package was made, the node
  std::priority_queue<Next, std::vector<Next>, std::greater<>> ready;
  for (std::size_t n = 0; n < waits.size(); ++n) {
    if (waits[n] == 0) ready.emplace("", n);
  }
  while (!ready.empty()) {
    const std::size_t node = ready.top().second;
    ready.pop();
    out.push_back(node);
    for (const std::size_t e : graph.outgoing[node]) {
      if (!closes[e] && --waits[graph.ends[e].to] == 0) ready.emplace(graph.edges[e].created_at, graph.ends[e].to);
    }
  }
  return out;
}

}  // namespace

GraphLayout graph_layout(const Graph& graph) {
  GraphLayout out;
  out.closes_cycle = closing_edges(graph);
  out.rows = oldest_first(graph, out.closes_cycle);
  std::reverse(out.rows.begin(), out.rows.end());
  out.lane.assign(graph.nodes.size(), 0);
  out.row.assign(graph.nodes.size(), 0);
  std::vector<std::size_t> expected;  // by lane: the node that the line leads down to
  for (std::size_t r = 0; r < out.rows.size(); ++r) {
    const std::size_t node = out.rows[r];
    out.row[node] = r;
    auto mine = std::find(expected.begin(), expected.end(), node);
    if (mine == expected.end()) mine = std::find(expected.begin(), expected.end(), nobody);
    if (mine == expected.end()) mine = expected.insert(mine, nobody);
    out.lane[node] = static_cast<std::size_t>(mine - expected.begin());
    std::replace(expected.begin(), expected.end(), node, nobody);
    bool first = true;
    for (const std::size_t e : graph.incoming[node]) {
      if (out.closes_cycle[e]) continue;
      const std::size_t below = graph.ends[e].from;
      if (std::find(expected.begin(), expected.end(), below) != expected.end()) continue;
      auto free = first ? expected.begin() + static_cast<std::ptrdiff_t>(out.lane[node])
                        : std::find(expected.begin(), expected.end(), nobody);
      if (free == expected.end()) free = expected.insert(free, nobody);
      *free = below;
      first = false;
    }
    out.lanes = std::max(out.lanes, expected.size());
  }
  return out;
}

std::string printable(const std::string& name) {
  std::string out = name;
  for (char& c : out) {
    const auto u = static_cast<unsigned char>(c);
    if (u < 0x20U || u == 0x7FU) c = '?';
  }
  return out;
}

std::string short_name(const std::string& node) {
  constexpr std::size_t digits = 7;
  return node == empty_node ? "-" : node.substr(0, digits);
}

}  // namespace plinth
