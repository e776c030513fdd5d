#pragma once
// A history in the languages that draw graphs, as text and as a picture.
#include <string>

#include "planner/render/graph/layout.h"

namespace plinth {

/// Lines for a terminal: newest contract first, under each the packages that lead to it, beside them the lines of other
/// branches. O(rows · lanes).
std::string graph_text(const GraphPicture& picture);

/// The DOT language of Graphviz. O(V + E).
std::string graph_dot(const GraphPicture& picture);

/// A flowchart of Mermaid, as Markdown pages show it. O(V + E).
std::string graph_mermaid(const GraphPicture& picture);

/// A picture by itself, SVG 1.1: no scripts, no fonts of its own. O(V + E).
std::string graph_svg(const GraphPicture& picture);

}  // namespace plinth
