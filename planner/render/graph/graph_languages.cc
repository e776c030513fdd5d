#include "engine/json/json.h"
#include "planner/render/graph/graph.h"

namespace plinth {
namespace {

std::string label_of(const GraphPicture& picture, std::size_t node, const char* line_break) {
  std::string out = picture.graph.nodes[node] == empty_node ? "empty" : short_name(picture.graph.nodes[node]);
  for (const auto& label : picture.labels[node]) out += line_break + label;
  return out;
}

std::string label_of_edge(const GraphPicture& picture, std::size_t edge, const char* line_break) {
  std::string out = picture.graph.edges[edge].name;
  if (!picture.notes[edge].empty()) out += line_break + picture.notes[edge];
  return out;
}

// A text of DOT: its escapes are those of the line breaks, which stand in it already.
std::string dot_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out + "\"";
}

// A text of Mermaid: quotes and angle brackets are entities.
std::string mermaid_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') {
      out += "#quot;";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace

std::string graph_dot(const GraphPicture& picture) {
  const Graph& graph = picture.graph;
  std::string out = "digraph migrations {\n  rankdir=BT;\n  node [shape=box];\n";
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    out += "  " + dot_text(graph.nodes[n]) + " [label=" + dot_text(label_of(picture, n, "\\n")) + "];\n";
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    out += "  " + dot_text(graph.edges[e].from) + " -> " + dot_text(graph.edges[e].to) +
           " [label=" + dot_text(label_of_edge(picture, e, "\\n")) + "];\n";
  }
  return out + "}\n";
}

std::string graph_mermaid(const GraphPicture& picture) {
  const Graph& graph = picture.graph;
  std::string out = "flowchart BT\n";
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    out += "  n" + std::to_string(n) + "[" + mermaid_text(label_of(picture, n, "<br>")) + "]\n";
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    out += "  n" + std::to_string(graph.ends[e].from) + " -->|" + mermaid_text(label_of_edge(picture, e, "<br>")) +
           "| n" + std::to_string(graph.ends[e].to) + "\n";
  }
  return out;
}

}  // namespace plinth
