#pragma once
// What two schemas differ in.
#include "engine/names.h"
#include "engine/schema/schema.h"

namespace plinth {

/// The two sides of one node; a side that is missing is the outcome. They point into the schemas compared.
template <class Node>
struct Pair {
  const Node* expected = nullptr;
  const Node* actual = nullptr;
};

/// One difference, at a path: the schema, the table, the node, as far as each applies.
struct Issue {
  std::vector<std::string> path;
  std::variant<Pair<Extension>, Pair<Namespace>, Pair<Enum>, Pair<Table>, Pair<Column>, Pair<PrimaryKey>, Pair<Unique>,
               Pair<Check>, Pair<ForeignKey>, Pair<Index>, Pair<Policy>, Pair<Sequence>, Pair<View>>
      node;
};

enum class Outcome { missing, extra, different };
inline constexpr Named<Outcome> outcomes[] = {
    {"missing", Outcome::missing}, {"extra", Outcome::extra}, {"different", Outcome::different}};
constexpr const auto& names(Outcome) { return outcomes; }
Outcome outcome(const Issue& issue);

/// All differences, in the order of the paths. What a missing or extra schema or table holds is part of that one issue.
/// Nodes are paired by name (`reconcile` settles names first). Both schemas must outlive the result.
/// O((expected + actual) log).
std::vector<Issue> diff(const Schema& expected, const Schema& actual);

/// An issue as it is reported. `expected` and `actual` are the nodes as JSON; `differing` names the fields that differ.
struct IssueReport {
  std::vector<std::string> path;
  std::string kind;
  Outcome outcome = Outcome::missing;
  std::vector<std::string> differing;
  std::optional<JsonText> expected, actual;
  std::string message;
  static constexpr auto fields =
      std::tuple{field("path", &IssueReport::path),         field("kind", &IssueReport::kind),
                 field("outcome", &IssueReport::outcome),   field("fields", &IssueReport::differing),
                 field("expected", &IssueReport::expected), field("actual", &IssueReport::actual),
                 field("message", &IssueReport::message)};
};

std::vector<IssueReport> report(const std::vector<Issue>& issues);

}  // namespace plinth
