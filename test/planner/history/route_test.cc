#include "planner/history/route.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "engine/json/json.h"
#include "test/files.h"

namespace plinth {
namespace {

using Names = std::vector<std::string>;

Names names_of(const std::vector<Edge>& edges) {
  Names out;
  for (const Edge& e : edges) out.push_back(e.name);
  return out;
}

/// `from>to` with ids after colons, in order of creation: `edge("A>B:X", 1)` is named like its text.
Edge edge(const std::string& text, int order, bool data = false) {
  std::istringstream parts(text);
  std::string ends, id;
  std::getline(parts, ends, ':');
  const std::size_t arrow = ends.find('>');
  Edge e{ends.substr(0, arrow), ends.substr(arrow + 1), text, std::to_string(order), text, {}, data};
  while (std::getline(parts, id, ':')) e.invariants.push_back(id);
  return e;
}

Graph graph_of(const Names& texts) {
  std::vector<Edge> edges;
  int order = 100;
  for (const auto& text : texts) edges.push_back(edge(text, order++));
  return Graph(std::move(edges));
}

template <class T, class V>
T expect(V value) {
  REQUIRE(holds_alternative<T>(value));
  return std::get<T>(std::move(value));
}

// The scenario file.
struct Migration {
  std::string from, to, name, created_at;
  Names invariants;
  static constexpr auto fields =
      std::tuple{field("from", &Migration::from), field("to", &Migration::to), field("name", &Migration::name),
                 field("createdAt", &Migration::created_at), field("invariants", &Migration::invariants)};
};
struct Scenario {
  std::string id, op;
  std::vector<Migration> migrations;
  std::optional<std::string> from, to, note;
  Names required;
  JsonText expected;
  static constexpr auto fields = std::tuple{field("id", &Scenario::id),
                                            field("op", &Scenario::op),
                                            field("migrations", &Scenario::migrations),
                                            field("from", &Scenario::from),
                                            field("to", &Scenario::to),
                                            field("required", &Scenario::required),
                                            field("note", &Scenario::note),
                                            field("expected", &Scenario::expected)};
};
struct ScenarioFile {
  std::string empty_node;
  std::vector<Scenario> vectors;
  static constexpr auto fields =
      std::tuple{field("emptyNode", &ScenarioFile::empty_node), field("vectors", &ScenarioFile::vectors)};
};
struct Expectation {
  std::optional<std::string> kind, leaf, error, divergence_point;
  std::optional<Names> selected_path, tie_break_reasons, satisfied, structural_path, missing, branch_tips;
  std::optional<std::int64_t> alternatives;
  static constexpr auto fields = std::tuple{field("kind", &Expectation::kind),
                                            field("leaf", &Expectation::leaf),
                                            field("error", &Expectation::error),
                                            field("divergencePoint", &Expectation::divergence_point),
                                            field("selectedPath", &Expectation::selected_path),
                                            field("tieBreakReasons", &Expectation::tie_break_reasons),
                                            field("satisfiedInvariants", &Expectation::satisfied),
                                            field("structuralPath", &Expectation::structural_path),
                                            field("missing", &Expectation::missing),
                                            field("branchTips", &Expectation::branch_tips),
                                            field("alternativeCount", &Expectation::alternatives)};
};

std::filesystem::path vectors_directory() {
  const char* set = std::getenv("PLINTH_VECTORS");
  return set != nullptr ? std::filesystem::path(set) : std::filesystem::path(PLINTH_SOURCE_DIR) / "../shared/vectors";
}

Graph scenario_graph(const Scenario& s) {
  std::vector<Edge> edges;
  for (const Migration& m : s.migrations) {
    edges.push_back({m.from, m.to, m.name, m.created_at, m.name, m.invariants, !m.invariants.empty()});
  }
  return Graph(std::move(edges));
}

template <class T>
void check_where_told(const std::optional<T>& told, const T& got) {
  if (told) CHECK(*told == got);
}

void check_route(const Expectation& want, const Decision& got) {
  if (want.kind == "unreachable") {
    CHECK(holds_alternative<Unreachable>(got));
  } else if (want.kind == "unsatisfiable") {
    const auto told = expect<Unsatisfiable>(got);
    CHECK(want.structural_path == names_of(told.structural_path));
    CHECK(want.missing == told.missing);
  } else {
    REQUIRE(want.kind == "ok");
    const auto route = expect<Route>(got);
    CHECK(want.selected_path == names_of(route.path));
    check_where_told(want.alternatives, static_cast<std::int64_t>(route.alternative_count));
    check_where_told(want.tie_break_reasons, route.tie_break_reasons);
    check_where_told(want.satisfied, route.satisfied_invariants);
  }
}

void check_leaf(const Expectation& want, const LeafResult& got) {
  if (!want.error) {
    CHECK(want.leaf == expect<Leaf>(got).hash);
  } else if (want.error == "MIGRATION.NO_INITIAL_MIGRATION") {
    CHECK(holds_alternative<NoInitialMigration>(got));
  } else if (want.error == "MIGRATION.NO_TARGET") {
    CHECK(holds_alternative<NoTarget>(got));
  } else {
    REQUIRE(want.error == "MIGRATION.AMBIGUOUS_TARGET");
    const auto told = expect<AmbiguousTarget>(got);
    Names tips;
    for (const Branch& b : told.branches) tips.push_back(b.tip);
    CHECK(want.divergence_point == told.divergence_point);
    CHECK(want.branch_tips == tips);
  }
}

void check_scenario(const Scenario& s) {
  CAPTURE(s.id);
  const Graph graph = scenario_graph(s);
  const auto expected = [&]<class T>(T) { return from_json<T>(s.expected.text, Code::engine_internal, "expected"); };
  if (s.op == "path") {
    check_route(expected(Expectation{}), find_path_with_decision(graph, s.from.value(), s.to.value(), s.required));
  } else if (s.op == "leaf") {
    check_leaf(expected(Expectation{}), find_leaf(graph));
  } else if (s.op == "orphans") {
    CHECK(expected(Names{}) == names_of(detect_orphans(graph)));
  } else {
    REQUIRE(s.op == "cycles");
    CHECK(expected(std::int64_t{}) == static_cast<std::int64_t>(detect_cycles(graph).size()));
  }
}

Graph chain(std::size_t length, bool with_invariants) {
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < length; ++i) {
    const std::string id = std::to_string(i + 1);
    Edge e{i == 0 ? std::string(empty_node) : std::to_string(i), id, id, id, id, {}};
    if (with_invariants) e.invariants = {"id-" + id};
    edges.push_back(std::move(e));
  }
  return Graph(std::move(edges));
}

/// Two ways from `top` to `bottom`; the second one in order provides `id<top>`.
std::vector<Edge> diamond(const std::string& top, const std::string& bottom) {
  const std::string left = "left" + top, right = "right" + top;
  return {edge(top + ">" + left, 1), edge(top + ">" + right + ":id" + top, 2), edge(left + ">" + bottom, 1),
          edge(right + ">" + bottom, 1)};
}

template <class F>
double seconds(F f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TEST_CASE("every recorded graph scenario") {
  const auto path = vectors_directory() / "planner/graph-scenarios.json";
  if (!std::filesystem::exists(path)) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  const auto file = from_json<ScenarioFile>(test::read_file(path), Code::engine_internal, "scenarios", path.string());
  CHECK(file.empty_node == empty_node);
  CHECK(file.vectors.size() == 47);
  for (const Scenario& s : file.vectors) check_scenario(s);
}

TEST_CASE("a path is the shortest, and the earliest among equals") {
  const Graph g = graph_of({"empty>A", "A>C", "A>B", "C>D", "B>D", "D>E", "A>E"});
  CHECK(names_of(find_path(g, "empty", "D").value()) == Names{"empty>A", "A>C", "C>D"});
  CHECK(names_of(find_path(g, "A", "E").value()) == Names{"A>E"});
  CHECK_FALSE(find_path(g, "D", "A").has_value());
  CHECK_FALSE(find_path(g, "unknown", "A").has_value());
  CHECK(find_path(g, "unknown", "unknown").value().empty());
}

TEST_CASE("equal times are decided by the target, then by the package's hash") {
  const auto at = [](const char* to, const char* hash, const char* name) {
    return Edge{"A", to, hash, "2026-01-01T00:00:00.000Z", name, {}};
  };
  const Graph by_hash({at("B", "ff", "late"), at("B", "0a", "early")});
  CHECK(names_of(find_path(by_hash, "A", "B").value()) == Names{"early"});
  const Graph by_target({at("C", "00", "to C"), at("B", "ff", "to B"), edge("B>D", 1), edge("C>D", 2)});
  CHECK(names_of(find_path(by_target, "A", "D").value()) == Names{"to B", "B>D"});
}

TEST_CASE("a required invariant leads through a detour, a cycle or a self-edge") {
  const Graph g = graph_of({"empty>A", "A>B", "B>C", "B>D", "D>B:X", "C>C:Y"});
  CHECK(names_of(find_path_with_invariants(g, "A", "C", {"X"}).value()) == Names{"A>B", "B>D", "D>B:X", "B>C"});
  CHECK(names_of(find_path_with_invariants(g, "C", "C", {"Y"}).value()) == Names{"C>C:Y"});
  CHECK(find_path_with_invariants(g, "C", "C", {}).value().empty());
  CHECK_FALSE(find_path_with_invariants(g, "C", "C", {"X"}).has_value());
}

TEST_CASE("a decision lists each required id once, in order") {
  const Graph g = graph_of({"empty>A:Y:X"});
  const auto route = expect<Route>(find_path_with_decision(g, "empty", "A", {"Y", "X", "Y"}));
  CHECK(route.from == "empty");
  CHECK(route.to == "A");
  CHECK(route.required_invariants == Names{"X", "Y"});
  CHECK(route.satisfied_invariants == Names{"X", "Y"});
}

TEST_CASE("what a marker already has is not required again") {
  CHECK(still_required({"c", "a", "b", "a"}, {"b", "z"}) == Names{"a", "c"});
  const Graph g = graph_of({"empty>A:X"});
  CHECK(unknown_invariants(g, {"typo", "X", "also"}) == Names{"also", "typo"});
}

TEST_CASE("the leaf of a history") {
  CHECK(expect<Leaf>(find_leaf(graph_of(Names{}))).hash == std::nullopt);
  CHECK(expect<Leaf>(find_leaf(graph_of({"empty>A", "A>B", "B>B:X"}))).hash == "B");
  CHECK(expect<NoTarget>(find_leaf(graph_of({"empty>A", "A>B", "B>A"}))).reachable == Names{"empty", "A", "B"});
  const auto told = expect<AmbiguousTarget>(find_leaf(graph_of({"empty>A", "A>B", "B>C", "A>D", "B>E", "E>F"})));
  CHECK(told.divergence_point == "A");
  REQUIRE(told.branches.size() == 3);
  CHECK(told.branches[0].tip == "D");
  CHECK(told.branches[1].tip == "C");
  CHECK(names_of(told.branches[2].edges) == Names{"A>B", "B>E", "E>F"});
}

TEST_CASE("cycles, orphans, idle packages, reachable contracts") {
  const Graph g = graph_of({"empty>A", "A>B", "B>A", "X>Y", "B>B:I"});
  CHECK(names_of(detect_cycles(g)) == Names{"B>A", "B>B:I"});
  CHECK(names_of(detect_orphans(g)) == Names{"X>Y"});
  CHECK(reachable_nodes(g, "A") == Names{"A", "B"});
  CHECK(reachable_nodes(g, "unknown").empty());
  const Graph idle({edge("A>A", 1), edge("A>A:X", 2, true), edge("A>B", 3)});
  CHECK(names_of(detect_idle_self_edges(idle)) == Names{"A>A"});
}

TEST_CASE("twenty thousand packages in a row") {
  constexpr std::size_t length = 20000;
  const Graph g = chain(length, false);
  const std::string tip = std::to_string(length);
  CHECK(seconds([&] {
          CHECK(find_path(g, empty_node, tip).value().size() == length);
          CHECK(expect<Route>(find_path_with_decision(g, empty_node, tip, {})).path.size() == length);
          CHECK(expect<Leaf>(find_leaf(g)).hash == tip);
          CHECK(detect_cycles(g).empty());
          CHECK(detect_orphans(g).empty());
        }) < 5.0);
}

TEST_CASE("two thousand required invariants in a row") {
  constexpr std::size_t length = 2000;
  const Graph g = chain(length, true);
  Names ids;
  for (const Edge& e : g.edges) ids.push_back(e.invariants.front());
  CHECK(find_path_with_invariants(g, empty_node, std::to_string(length), ids).value().size() == length);
}

TEST_CASE("forty diamonds that each provide an id on one side") {
  std::vector<Edge> edges;
  Names ids;
  for (int i = 0; i < 40; ++i) {
    ids.push_back("id" + std::to_string(i));
    for (Edge& e : diamond(std::to_string(i), std::to_string(i + 1))) edges.push_back(std::move(e));
  }
  CHECK(find_path_with_invariants(Graph(edges), "0", "40", ids).value().size() == 80);
}

}  // namespace plinth
