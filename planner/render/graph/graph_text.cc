#include "planner/render/graph/graph.h"

namespace plinth {
namespace {

// The lanes beside a row: which of them hold a line at this height.
class Lanes {
 public:
  explicit Lanes(std::size_t count) : ends_(count, 0) {}

  /// A line runs in the lane down to a row.
  void open(std::size_t lane, std::size_t until) { ends_[lane] = std::max(ends_[lane], until); }

  std::string text(std::size_t row, std::size_t own, char mark) const {
    std::string out;
    for (std::size_t l = 0; l < ends_.size(); ++l) {
      out += l == own ? mark : ends_[l] > row ? '|' : ' ';
      out += ' ';
    }
    return out;
  }

 private:
  std::vector<std::size_t> ends_;
};

std::string joined(const std::vector<std::string>& labels) {
  std::string out;
  for (const auto& label : labels) out += (out.empty() ? "  (" : ", ") + label;
  return out.empty() ? out : out + ")";
}

}  // namespace

std::string graph_text(const GraphPicture& picture) {
  const Graph& graph = picture.graph;
  const GraphLayout layout = graph_layout(graph);
  std::size_t width = 0;
  for (const auto& e : graph.edges) width = std::max(width, e.name.size());
  Lanes lanes(layout.lanes);
  std::string out;
  for (std::size_t r = 0; r < layout.rows.size(); ++r) {
    const std::size_t node = layout.rows[r], own = layout.lane[node];
    out += lanes.text(r, own, '*') + " " + short_name(graph.nodes[node]) + joined(picture.labels[node]) + "\n";
    for (const std::size_t e : graph.incoming[node]) {
      const std::size_t below = graph.ends[e].from;
      if (!layout.closes_cycle[e]) {
        lanes.open(own, r + 1);
        lanes.open(layout.lane[below], layout.row[below]);
      }
      const Edge& edge = graph.edges[e];
      out += lanes.text(r, own, layout.closes_cycle[e] ? '~' : '|') + " " + printable(edge.name) +
             std::string(width - edge.name.size() + 2, ' ') + short_name(edge.from) + " -> " + short_name(edge.to);
      if (!picture.notes[e].empty()) out += "  " + picture.notes[e];
      out += "\n";
    }
  }
  return out;
}

}  // namespace plinth
