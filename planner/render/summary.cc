#include "planner/render/summary.h"

#include <map>

namespace plinth {
namespace {

constexpr std::string_view indent = "  ";

char sign(Outcome o) {
  switch (o) {
    case Outcome::missing: return '+';
    case Outcome::extra: return '-';
    case Outcome::different: return '~';
  }
  return ' ';
}

std::string line(Outcome o, const std::string& what) { return std::string(1, sign(o)) + " " + what; }

// On one line.
std::string unbroken(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || (!out.empty() && out.back() != ' ')) out.push_back(blank ? ' ' : c);
  }
  return out;
}

// The value of a field, for a sentence: strings without quotes, absent ones as `nothing`.
std::string field_text(const std::optional<JsonText>& node, const std::string& name) {
  const auto doc = json::parse(node ? node->text : "null", Code::engine_internal);
  const Json* value = json::member(*doc, name);
  if (value == nullptr) return "nothing";
  if (json::type(*value) == json::Type::string)
    return unbroken(json::read_string(*value, JsonPath::root(Code::engine_internal, name)));
  return json::dump(*value);
}

// What is compared as a flag is left out of JSON while it is false.
std::string flag_text(const std::optional<JsonText>& node, const std::string& name, const std::string& other) {
  const std::string text = field_text(node, name);
  return text == "nothing" && other == "true" ? "false" : text;
}

std::vector<std::string> lines_of(const IssueReport& issue) {
  const std::string subject = issue.kind + " " + issue.path.back();
  if (issue.outcome != Outcome::different) {
    const auto& node = issue.outcome == Outcome::missing ? issue.expected : issue.actual;
    const bool typed = issue.kind == Column::node;
    return {line(issue.outcome, subject + (typed ? " " + field_text(node, "type") : ""))};
  }
  std::vector<std::string> out;
  for (const auto& name : issue.differing) {
    const std::string expected = field_text(issue.expected, name), actual = field_text(issue.actual, name);
    std::string change = subject;
    change.append(": ").append(name).append(" ").append(flag_text(issue.actual, name, expected));
    change.append(" -> ").append(flag_text(issue.expected, name, actual));
    out.push_back(line(issue.outcome, change));
  }
  return out;
}

// What stands under one heading: its own line, if it is an issue itself, and the lines below it.
struct Section {
  std::vector<std::string> own;
  std::multimap<std::string, std::vector<std::string>> below;  // by kind and name
};
struct SchemaSection : Section {
  std::map<std::string, Section> tables;
};

std::string heading(const Section& section, const std::string& plain) {
  if (section.own.empty()) return plain + "\n";
  std::string out;
  for (const auto& l : section.own) out += l + "\n";
  return out;
}

std::string indented(const std::string& text, int depth) {
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    for (int i = 0; i < depth; ++i) out += indent;
    out += text.substr(start, end + 1 - start);
    start = end + 1;
  }
  return out;
}

std::string below(const Section& section) {
  std::string out;
  for (const auto& [key, lines] : section.below) {
    for (const auto& l : lines) out += l + "\n";
  }
  return out;
}

std::string conflict_lines(const Plan& plan) {
  std::string out = counted(plan.conflicts.size(), "conflict") + "\n";
  for (const auto& c : plan.conflicts) {
    out.append(indent).append("x ").append(c.summary).append("\n");
    out.append(indent).append(indent).append(c.why).append(" ").append(c.fix).append("\n");
  }
  return out;
}

std::string warning_lines(const Plan& plan) {
  if (plan.warnings.empty()) return {};
  std::string out = counted(plan.warnings.size(), "warning") + "\n";
  for (const auto& w : plan.warnings) {
    out.append(indent).append("~ ").append(name_of(w.code));
    if (w.score) out.append(" ").append(to_json(*w.score));
    out.append(": ").append(w.message).append("\n");
  }
  return out;
}

}  // namespace

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string summary(const std::vector<Issue>& issues) {
  std::vector<std::string> extensions;
  std::map<std::string, SchemaSection> schemas;
  for (const auto& issue : report(issues)) {
    std::vector<std::string> lines = lines_of(issue);
    if (issue.kind == Extension::node) {
      extensions.push_back(lines.front());
      continue;
    }
    SchemaSection& schema = schemas[issue.path.front()];
    if (issue.kind == Namespace::node) {
      schema.own = std::move(lines);
    } else if (issue.kind == Table::node) {
      schema.tables[issue.path.back()].own = std::move(lines);
    } else {
      constexpr std::size_t object_of_schema = 2;
      const bool in_table = issue.path.size() > object_of_schema;
      Section& section = in_table ? schema.tables[issue.path[1]] : schema;
      section.below.emplace(issue.kind + " " + issue.path.back(), std::move(lines));
    }
  }
  std::sort(extensions.begin(), extensions.end());
  std::string out;
  for (const auto& l : extensions) out += l + "\n";
  for (const auto& [name, schema] : schemas) {
    out += heading(schema, "schema " + name) + indented(below(schema), 1);
    for (const auto& [table, section] : schema.tables) {
      out += indented(heading(section, "table " + table), 1) + indented(below(section), 2);
    }
  }
  return out;
}

std::string summary(const Plan& plan) {
  if (!plan.conflicts.empty()) return conflict_lines(plan) + warning_lines(plan);
  if (plan.operations.empty()) return "no operations\n" + warning_lines(plan);
  std::string out = counted(plan.operations.size(), "operation");
  if (!plan.placeholders.empty()) out += ", " + counted(plan.placeholders.size(), "slot") + " to fill";
  out += "\n";
  auto hazard = plan.hazards.begin();
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const Operation& op = plan.operations[i];
    constexpr std::size_t class_width = 12;
    std::string kind_of(name_of(operation_class(op)));
    kind_of.resize(class_width, ' ');
    out.append(indent).append(kind_of).append(label(op)).append("\n");
    for (; hazard != plan.hazards.end() && hazard->position == i; ++hazard) {
      out.append(indent)
          .append(indent)
          .append("! ")
          .append(name_of(hazard->kind))
          .append(": ")
          .append(hazard->message) += "\n";
    }
    for (const auto& slot : open_slots(op)) out.append(indent).append(indent).append("? ").append(slot) += "\n";
  }
  return out + warning_lines(plan);
}

}  // namespace plinth
