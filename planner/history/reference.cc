#include "planner/history/reference.h"

#include "engine/contract/contract.h"

namespace plinth {
namespace {

bool is_hex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

}  // namespace

Reference resolve_reference(std::string_view text, const Graph& graph, const std::map<std::string, std::string>& refs) {
  constexpr std::size_t full_length = 64, least_prefix = 6;
  const std::string_view hash = bare_hash(text);
  if (hash == empty_node) return std::string(hash);
  if (is_hex(hash) && hash.size() == full_length) {
    return graph.find(hash) ? Reference(std::string(hash)) : UnknownReference{};
  }
  std::map<std::string, std::string> candidates;  // hash to meaning
  const bool parent = text.ends_with('^');
  const std::string_view package = parent ? text.substr(0, text.size() - 1) : text;
  for (const Edge& e : graph.edges) {
    if (e.name == package) candidates.try_emplace(parent ? e.from : e.to, "package \"" + e.name + "\"");
  }
  if (const auto ref = refs.find(std::string(text)); ref != refs.end()) {
    candidates.try_emplace(ref->second, "ref \"" + ref->first + "\"");
  }
  for (const std::string& node : graph.nodes) {
    if (is_hex(hash) && hash.size() >= least_prefix && node.starts_with(hash)) {
      candidates.try_emplace(node, "hash prefix of " + node);
    }
  }
  if (candidates.empty()) return UnknownReference{};
  if (candidates.size() == 1) return candidates.begin()->first;
  AmbiguousReference ambiguous;
  for (auto& [candidate, meaning] : candidates) ambiguous.candidates.push_back({candidate, meaning});
  return ambiguous;
}

}  // namespace plinth
