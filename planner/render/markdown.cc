#include "planner/render/markdown.h"

#include "engine/contract/contract.h"
#include "engine/ops/by_hand/data_transform.h"
#include "planner/render/script.h"
#include "planner/render/summary.h"

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

// A cell for each operation, of things that are told of it one by one.
class Cells {
 public:
  explicit Cells(std::size_t operations) : cells_(operations) {}
  void add(std::size_t operation, const std::string& text) {
    if (cells_[operation] == text || cells_[operation].ends_with("<br>" + text)) return;
    cells_[operation].append(cells_[operation].empty() ? "" : "<br>").append(text);
  }
  const std::string& operator[](std::size_t operation) const { return cells_[operation]; }

 private:
  std::vector<std::string> cells_;
};

Cells hazard_cells(const Plan& plan) {
  Cells out(plan.operations.size());
  for (const auto& h : plan.hazards) {
    out.add(h.position, std::string(name_of(h.kind)));
  }
  return out;
}

Cells lock_cells(const Plan& plan) {
  Cells out(plan.operations.size());
  for (const auto& i : plan.impacts) {
    for (const auto& lock : i.impact.locks) {
      out.add(i.position, plain(lock.relation.name) + " " + std::string(name_of(lock.level)));
    }
  }
  return out;
}

std::string table(const Plan& plan) {
  const Cells hazards = hazard_cells(plan), locks = lock_cells(plan);
  std::string out = "\n### Operations\n| # | Operation | Class | Locks | Hazards |\n| --: | --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    const Operation& op = plan.operations[i];
    out.append("| ").append(std::to_string(i + 1)).append(" | ").append(plain(label(op))).append(" | ");
    out.append(name_of(operation_class(op))).append(" | ").append(locks[i]).append(" | ").append(hazards[i]);
    out.append(" |\n");
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

// What each hazard is, once, with the numbers of the operations that have it. Lost data stands by itself.
std::string hazards(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> told;  // sentence, numbers
  for (const auto& h : plan.hazards) {
    if (h.kind == HazardKind::data_loss) continue;
    const std::string sentence = "**" + std::string(name_of(h.kind)) + "** " + plain(h.message);
    const std::string number = std::to_string(h.position + 1);
    const auto same = std::find_if(told.begin(), told.end(), [&](const auto& t) { return t.first == sentence; });
    if (same == told.end()) {
      told.emplace_back(sentence, number);
    } else {
      same->second += ", " + number;
    }
  }
  std::string out;
  for (const auto& [sentence, numbers] : told) {
    out.append("- ").append(numbers).append(": ").append(sentence).append("\n");
  }
  return out.empty() ? out : "\n### Hazards\n" + out;
}

std::string warnings(const Plan& plan) {
  std::string out;
  for (const auto& w : plan.warnings) {
    out.append("- ").append(plain(w.message));
    if (w.hint) out.append(" As a hint: ").append(code(to_json(*w.hint)));
    out += "\n";
  }
  return out.empty() ? out : "\n### Warnings\n" + out;
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
    const auto& check = get<DataTransform>(op).check;
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
  return "\n<details>\n<summary>SQL</summary>\n\n" + code_block(sql_text(plan.operations)) + "\n</details>\n";
}

}  // namespace

std::string markdown(const Plan& plan, const Heading& heading) {
  if (!plan.conflicts.empty()) return lead(plan, heading) + conflicts(plan) + warnings(plan);
  if (plan.operations.empty()) return lead(plan, heading) + "\nNothing to do.\n" + warnings(plan);
  return lead(plan, heading) + table(plan) + hazards(plan) + lost(plan) + gone(heading) + warnings(plan) + tasks(plan) +
         statements(plan);
}

}  // namespace plinth
