#pragma once
// A history as a picture: where its contracts stand, and what is written beside them.
#include <string>
#include <vector>

#include "planner/history/route.h"

namespace plinth {

/// A history to draw. What is not drawn of an edge is empty.
struct GraphPicture {
  const Graph& graph;
  std::vector<std::vector<std::string>> labels;  // of each node: refs, `@db`
  std::vector<std::string> notes;                // of each edge: `3 operations`, `applied`
};

/// The nodes in rows, newest first, each in a lane; an edge leads from a lower row to a higher one, except those that
/// close a cycle.
struct GraphLayout {
  std::vector<std::size_t> rows;   // nodes, from the top
  std::vector<std::size_t> lane;   // of each node
  std::vector<std::size_t> row;    // of each node
  std::vector<bool> closes_cycle;  // of each edge
  std::size_t lanes = 0;
};

/// Every edge but those that close a cycle leads upwards; among nodes that may come next, the one whose package is the
/// oldest stands lowest. O((V + E) log V + V · lanes).
GraphLayout graph_layout(const Graph& graph);

/// A name of a directory or a ref without control characters, which would break a line or a document.
std::string printable(const std::string& name);

/// The first digits of a hash, or `-` for an empty database.
std::string short_name(const std::string& node);

}  // namespace plinth
