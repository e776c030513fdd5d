#include "planner/render/markdown.h"

#include "engine/contract/contract.h"
#include "planner/render/script.h"

namespace plinth {
namespace {

// Text that Markdown shows as it is, on one line: also in a cell of a table.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\n': out += "<br>"; break;
      case '\r': break;
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '~':
      case '|':
      case '#':
      case '[':
      case ']':
      case '!': out.append("\\").append(1, c); break;
      default: out += c;
    }
  }
  return out;
}

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// Text in a code span. A list item and a heading are one line.
std::string code(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  const std::string fence(longest_run_of_backticks(text) + 1, '`');
  const bool touches = text.empty() || text.front() == '`' || text.back() == '`';
  const std::string space = touches ? " " : "";
  return fence + space + text + space + fence;
}

std::string code_block(const std::string& text, std::string_view indent = {}) {
  constexpr std::size_t least = 3;
  const std::string fence(std::max(least, longest_run_of_backticks(text) + 1), '`');
  std::string out;
  const auto line = [&](std::string_view l) { out.append(l.empty() ? "" : indent).append(l).append("\n"); };
  line(fence + "sql");
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    line(std::string_view(text).substr(start, end - start));
    start = end + 1;
  }
  line(fence);
  return out;
}

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string place(const std::optional<std::string>& hash) {
  constexpr std::size_t digits = 12;
  return hash ? code(std::string(bare_hash(*hash).substr(0, digits))) : "no contract";
}

std::string lead(const Plan& plan, const Heading& heading) {
  std::string out = "## " + plain(heading.title) + "\n\n";
  out += place(heading.from) + " → " + place(heading.to);
  if (!plan.conflicts.empty()) return out + " · **" + counted(plan.conflicts.size(), "conflict") + "**\n";
  out += " · " + counted(plan.operations.size(), "operation");
  if (!plan.placeholders.empty()) out += " · **" + counted(plan.placeholders.size(), "slot") + " to fill**";
  return out + "\n";
}

std::string conflicts(const Plan& plan) {
  std::string out = "\n### Conflicts\n";
  for (const auto& c : plan.conflicts) {
    out.append("- **").append(plain(c.summary)).append("** ");
    out.append(plain(c.why)).append(" ").append(plain(c.fix)).append("\n");
  }
  return out;
}

// ---- the table of operations ------------------------------------------------------------------------------------

std::string hazard_cell(const Operation& op) {
  std::string out;
  for (const auto& h : hazards(op)) {
    out.append(out.empty() ? "" : "<br>").append("**").append(name_of(h.kind)).append("** ").append(plain(h.message));
  }
  return out;
}

struct ColumnOfTable {
  std::string_view title;
  std::string (*cell)(const Operation&);
};
constexpr ColumnOfTable columns_of_table[] = {
    {"Operation", [](const Operation& op) { return plain(label(op)); }},
    {"Class", [](const Operation& op) { return std::string(name_of(operation_class(op))); }},
    {"Hazards", hazard_cell},
};

std::string table(const Plan& plan) {
  std::string out = "\n### Operations\n| # |", rule = "| --: |";
  for (const auto& c : columns_of_table) {
    out.append(" ").append(c.title).append(" |");
    rule += " --- |";
  }
  out.append("\n").append(rule).append("\n");
  int number = 0;
  for (const auto& op : plan.operations) {
    out.append("| ").append(std::to_string(++number)).append(" |");
    for (const auto& c : columns_of_table) out.append(" ").append(c.cell(op)).append(" |");
    out += "\n";
  }
  return out;
}

// ---- what follows it --------------------------------------------------------------------------------------------

std::string lost(const Plan& plan) {
  std::string out;
  for (const auto& h : plan.hazards) {
    if (h.kind != HazardKind::data_loss) continue;
    out.append("- **").append(plain(h.label)).append("**: ").append(plain(h.message)).append("\n");
  }
  return out.empty() ? out : "\n### Data that is lost\n" + out;
}

std::string gone(const Heading& heading) {
  std::string out;
  for (const auto& what : heading.gone) out.append("- ").append(plain(what)).append("\n");
  return out.empty() ? out : "\n### What does not come back\n" + out;
}

std::string tasks(const Plan& plan) {
  std::string out;
  for (const auto& op : plan.operations) {
    const auto slots = open_slots(op);
    if (slots.empty()) continue;
    const auto& check = std::get<DataTransform>(op).check;
    for (const auto& slot : slots) {
      out.append("- [ ] ").append(code(slot));
      const bool shows_check = check && check->query && slot == slots.back();
      if (!shows_check) {
        out += "\n";
        continue;
      }
      out += " – done when this returns no row:\n";
      out += code_block(with_literals({{}, check->query->sql, check->query->params, {}}), "  ");
    }
  }
  return out.empty() ? out : "\n### To fill in before it can be applied\n" + out;
}

std::string statements(const Plan& plan) {
  return "\n<details>\n<summary>SQL</summary>\n\n" + code_block(script(plan.operations)) + "\n</details>\n";
}

}  // namespace

std::string markdown(const Plan& plan, const Heading& heading) {
  if (!plan.conflicts.empty()) return lead(plan, heading) + conflicts(plan);
  if (plan.operations.empty()) return lead(plan, heading) + "\nNothing to do.\n";
  return lead(plan, heading) + table(plan) + lost(plan) + gone(heading) + tasks(plan) + statements(plan);
}

}  // namespace plinth
