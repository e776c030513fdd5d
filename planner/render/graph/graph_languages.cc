#include "engine/json/json.h"
#include "planner/render/graph/graph.h"

namespace plinth {
namespace {

// A contract and its labels, a line each.
std::string label_of(const GraphPicture& picture, std::size_t node) {
  std::string out = picture.graph.nodes[node] == empty_node ? "empty" : short_name(picture.graph.nodes[node]);
  for (const auto& label : picture.labels[node]) out += "\n" + printable(label);
  return out;
}

std::string label_of_edge(const GraphPicture& picture, std::size_t edge) {
  std::string out = printable(picture.graph.edges[edge].name);
  if (!picture.notes[edge].empty()) out += "\n" + picture.notes[edge];
  return out;
}

// A text of DOT, in which a line break is an escape of the language.
std::string dot_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// A text of Mermaid, in which the characters that mean something there are entities by their code.
std::string mermaid_text(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "<br>";
    } else if (std::string_view("\"#<>&;").find(c) != std::string_view::npos) {
      out += "#" + std::to_string(static_cast<int>(c)) + ";";
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
    out += "  " + dot_text(graph.nodes[n]) + " [label=" + dot_text(label_of(picture, n)) + "];\n";
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    out += "  " + dot_text(graph.edges[e].from) + " -> " + dot_text(graph.edges[e].to) +
           " [label=" + dot_text(label_of_edge(picture, e)) + "];\n";
  }
  return out + "}\n";
}

std::string graph_mermaid(const GraphPicture& picture) {
  const Graph& graph = picture.graph;
  std::string out = "flowchart BT\n";
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    out += "  n" + std::to_string(n) + "[" + mermaid_text(label_of(picture, n)) + "]\n";
  }
  for (std::size_t e = 0; e < graph.edges.size(); ++e) {
    out += "  n" + std::to_string(graph.ends[e].from) + " -->|" + mermaid_text(label_of_edge(picture, e)) + "| n" +
           std::to_string(graph.ends[e].to) + "\n";
  }
  return out;
}

}  // namespace plinth
