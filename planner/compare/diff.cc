#include "planner/compare/diff.h"

#include "planner/compare/own_fields.h"

namespace plinth {
namespace {

template <class T>
struct ChildNode {
  using Node = void;
};
template <class T>
struct ChildNode<std::vector<T>> {
  using Node = T;
};
template <class T>
struct ChildNode<std::optional<T>> {
  using Node = T;
};

template <class Node>
bool same(const Node& a, const Node& b) {
  bool equal = true;
  each_own_field<Node>([&](const auto& f) { equal = equal && a.*f.member == b.*f.member; });
  return equal;
}

template <class Node>
const Node* find(const std::vector<Node>& nodes, const std::string& name) {
  if constexpr (std::is_same_v<Node, Column>) {
    return find_named(nodes, name);
  } else {
    return find_sorted(nodes, name);
  }
}

class Comparison {
 public:
  std::vector<Issue> issues;

  template <class Node>
  void compare(const Node* expected, const Node* actual) {
    path_.push_back((expected != nullptr ? expected : actual)->name);
    if (expected == nullptr || actual == nullptr) {
      issues.push_back({path_, Pair<Node>{expected, actual}});
    } else {
      if (!same(*expected, *actual)) issues.push_back({path_, Pair<Node>{expected, actual}});
      compare_children(*expected, *actual);
    }
    path_.pop_back();
  }

  template <class Node>
  void compare_children(const Node& expected, const Node& actual) {
    std::apply([&](const auto&... f) { (descend(expected, actual, f), ...); }, Node::fields);
  }

 private:
  template <class Node, class V>
  void descend(const Node&, const Node&, const Field<Node, V>&) {}

  template <class Node, class V>
  void descend(const Node& expected, const Node& actual, const Children<Node, V>& f) {
    pair_up(expected.*f.member, actual.*f.member);
  }

  template <class Child>
  void pair_up(const std::vector<Child>& expected, const std::vector<Child>& actual) {
    for (const auto& e : expected) compare(&e, find(actual, e.name));
    for (const auto& a : actual) {
      if (find(expected, a.name) == nullptr) compare<Child>(nullptr, &a);
    }
  }
  template <class Child>
  void pair_up(const std::optional<Child>& expected, const std::optional<Child>& actual) {
    if (expected || actual) compare(expected ? &*expected : nullptr, actual ? &*actual : nullptr);
  }

  std::vector<std::string> path_;
};

// A value for a sentence: strings without quotes, the rest as JSON.
template <class V>
std::string value_text(const V& v) {
  std::string text = to_json(v);
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return text.empty() || text == "null" ? "nothing" : text;
}

template <class Node>
IssueReport report_pair(const std::vector<std::string>& path, const Pair<Node>& pair) {
  IssueReport out;
  out.path = path;
  out.kind = Node::node;
  const std::string subject = std::string(Node::node) + " " + dotted(path);
  if (pair.expected != nullptr) out.expected = JsonText{to_json(*pair.expected)};
  if (pair.actual != nullptr) out.actual = JsonText{to_json(*pair.actual)};
  if (pair.expected == nullptr || pair.actual == nullptr) {
    out.outcome = pair.actual == nullptr ? Outcome::missing : Outcome::extra;
    out.message = subject + (pair.actual == nullptr ? " is missing" : " is not expected");
    return out;
  }
  out.outcome = Outcome::different;
  each_own_field<Node>([&](const auto& f) {
    if (pair.expected->*f.member == pair.actual->*f.member) return;
    out.differing.emplace_back(f.name);
    out.message += (out.message.empty() ? subject + ": " : ", ") + std::string(f.name) + " should be " +
                   value_text(pair.expected->*f.member) + ", is " + value_text(pair.actual->*f.member);
  });
  return out;
}

}  // namespace

Outcome outcome(const Issue& issue) {
  return std::visit(
      [](const auto& p) {
        if (p.actual == nullptr) return Outcome::missing;
        return p.expected == nullptr ? Outcome::extra : Outcome::different;
      },
      issue.node);
}

std::vector<Issue> diff(const Schema& expected, const Schema& actual) {
  Comparison c;
  c.compare_children(expected, actual);
  return std::move(c.issues);
}

std::vector<IssueReport> report(const std::vector<Issue>& issues) {
  std::vector<IssueReport> out;
  out.reserve(issues.size());
  for (const auto& i : issues) {
    out.push_back(std::visit([&](const auto& pair) { return report_pair(i.path, pair); }, i.node));
  }
  return out;
}

}  // namespace plinth
