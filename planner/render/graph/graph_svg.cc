#include "planner/render/graph/graph.h"

namespace plinth {
namespace {

// In pixels. A row has the contract, and room for the packages that lead to it.
constexpr std::size_t lane_width = 28, line_height = 20, margin = 20, text_width = 8;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string attribute(const char* name, std::size_t value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

struct Drawing {
  std::string lines, dots, texts;
  std::size_t width = 0;

  void text(std::size_t x, std::size_t y, const char* kind, const std::string& content) {
    texts += "<text class=\"" + std::string(kind) + "\"" + attribute("x", x) + attribute("y", y) + ">" +
             escaped(content) + "</text>\n";
    width = std::max(width, x + content.size() * text_width);
  }
};

}  // namespace

std::string graph_svg(const GraphPicture& picture) {
  const Graph& graph = picture.graph;
  const GraphLayout layout = graph_layout(graph);
  std::vector<std::size_t> y(graph.nodes.size(), 0);
  std::size_t height = margin;
  for (const std::size_t node : layout.rows) {
    y[node] = height;
    height += line_height * (graph.incoming[node].size() + 1);
  }
  const auto x = [&](std::size_t node) { return margin + layout.lane[node] * lane_width; };
  const std::size_t column = margin + layout.lanes * lane_width;
  Drawing drawing;
  for (const std::size_t node : layout.rows) {
    drawing.dots += "<circle" + attribute("cx", x(node)) + attribute("cy", y[node]) + " r=\"5\"/>\n";
    std::string name = graph.nodes[node] == empty_node ? "empty" : short_name(graph.nodes[node]);
    for (const auto& label : picture.labels[node]) name += "  " + label;
    constexpr std::size_t baseline = 5;
    drawing.text(column, y[node] + baseline, "contract", name);
    std::size_t line = 0;
    for (const std::size_t e : graph.incoming[node]) {
      const std::size_t from = graph.ends[e].from;
      const char* kind = layout.closes_cycle[e] ? "<path class=\"back\"" : "<path";
      // Down in the lane of the older contract, so that lines of branches lie beside each other.
      drawing.lines += kind + std::string(" d=\"M") + std::to_string(x(node)) + " " + std::to_string(y[node]) + " L" +
                       std::to_string(x(from)) + " " + std::to_string(y[node] + line_height) + " L" +
                       std::to_string(x(from)) + " " + std::to_string(y[from]) + "\"/>\n";
      std::string text = printable(graph.edges[e].name);
      if (!picture.notes[e].empty()) text += "  " + picture.notes[e];
      drawing.text(column + lane_width, y[node] + baseline + line_height * ++line, "migration", text);
    }
  }
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", drawing.width + margin) +
                    attribute("height", height + margin) + ">\n";
  out +=
      "<style>text{font:13px monospace}.contract{font-weight:bold}path{fill:none;stroke:#888;stroke-width:2}"
      ".back{stroke-dasharray:4}circle{fill:#2b6cb0}</style>\n";
  return out + drawing.lines + drawing.dots + drawing.texts + "</svg>\n";
}

}  // namespace plinth
