#include "planner/render/script.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/sql/reading/scan.h"
#include "planner/plan/commit_groups.h"
#include "planner/plan/kept_attributes.h"

namespace plinth {
namespace {

std::string literal_of(const Step& step, std::size_t index) {
  const std::string& text = (*step.params)[index].text;
  const bool is_bare = text == "true" || text == "false" || (!text.empty() && text.find_first_of("-0123456789") == 0);
  if (is_bare) return text;
  const auto value = parameter_text(step, index);
  return value ? Sql("{}", Literal{*value}).text() : "NULL";
}

std::string_view without_semicolon(std::string_view statement) {
  statement = trim(statement);
  while (statement.ends_with(';')) statement = trim(statement.substr(0, statement.size() - 1));
  return statement;
}

std::string commented(std::string_view text, std::string_view prefix) {
  std::string out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out.append(prefix).append(text.substr(start, end - start)).append("\n");
    start = end + 1;
  }
  return out;
}

// A comment at the end of a statement would swallow the semicolon.
std::string_view terminator(std::string_view statement) {
  const std::size_t last_line = statement.rfind('\n');
  const auto tail = statement.substr(last_line == std::string_view::npos ? 0 : last_line + 1);
  return tail.find("--") == std::string_view::npos ? ";\n" : "\n;\n";
}

std::string lines_apart(std::string_view statement) {
  return std::string(statement) + (terminator(statement) == ";\n" ? "" : "\n");
}

// The query of a check without parameters, as it can stand between parentheses.
std::string check_text(const TransformQuery& query) {
  return lines_apart(without_semicolon(with_literals({{}, query.sql, query.params, {}})));
}

std::string open_slot(const Operation& op) {
  if (open_slots(op).empty()) return {};
  const auto& check = get<DataTransform>(op).check;
  if (!check || !check->query) return "-- To be written by hand: the statements of this transform.\n";
  return "-- To be written by hand, where there are rows that this finds: the statements of this transform.\n" +
         commented(without_semicolon(with_literals({{}, check->query->sql, check->query->params, {}})), "--   ");
}

/// Fails with a message where the query finds rows. Names of the language may be columns.
std::string failing_on_rows(const TransformQuery& query, const std::string& message) {
  const Sql body(
      "#variable_conflict use_column\nBEGIN IF EXISTS ({}) THEN RAISE EXCEPTION USING MESSAGE = {}; END IF; END",
      Sql::trusted(check_text(query)), Literal{message});
  return Sql("DO {}", Literal{body.text()}).text();
}

/// Fails; where the transform has a derived check, only if that finds rows.
std::string failing_statement(const DataTransform& transform, const std::string& slot) {
  const std::string message = "fill the slot \"" + slot + "\"";
  if (transform.check && transform.check->query) return failing_on_rows(*transform.check->query, message);
  const Sql body("BEGIN RAISE EXCEPTION USING MESSAGE = {}; END", Literal{message});
  return Sql("DO {}", Literal{body.text()}).text();
}

/// What fails where a transform left rows that its check finds.
std::string assertion(const DataTransform& transform) {
  return failing_on_rows(*transform.check->query, "\"" + transform.name + "\" left rows that its check finds");
}

using Statements = std::vector<std::string>;

/// What an operation executes; what fails instead where it has open slots.
Statements executed(const Operation& op) {
  Statements out;
  for (const auto& slot : open_slots(op)) out.push_back(failing_statement(get<DataTransform>(op), slot));
  if (!out.empty()) return out;
  for (const auto& step : steps(op).execute) out.emplace_back(without_semicolon(with_literals(step)));
  return out;
}

Statements asserted(const Operation& op) {
  Statements out = executed(op);
  const auto* transform = get_if<DataTransform>(&op);
  const bool filled = transform != nullptr && open_slots(op).empty();
  if (filled && transform->check && transform->check->query) out.push_back(assertion(*transform));
  return out;
}

// The operations with their statements, and BEGIN and COMMIT around the groups that have some.
template <class StatementsOf, class Bracket, class Each>
void each_in_groups(const std::vector<Operation>& operations, StatementsOf statements, bool bracketed, Bracket bracket,
                    Each each) {
  for (const auto& g : commit_groups(operations)) {
    std::vector<Statements> of_group;
    bool empty = true;
    for (std::size_t i = 0; i < g.operations.size(); ++i) {
      of_group.push_back(statements(g.first + i));
      empty = empty && of_group.back().empty();
    }
    const bool transaction = bracketed && g.mode == GroupMode::transaction && !empty;
    if (transaction) bracket("BEGIN");
    for (std::size_t i = 0; i < of_group.size(); ++i) each(operations[g.first + i], of_group[i]);
    if (transaction) bracket("COMMIT");
  }
}

}  // namespace

std::string with_literals(const Step& step) {
  if (!step.params || step.params->empty()) return step.sql;
  const std::string_view sql = step.sql;
  std::string out;
  for (std::size_t i = 0; i < sql.size();) {
    if (const std::size_t quoted = skip_quoted(sql, i); quoted != i) {
      out += sql.substr(i, quoted - i);
      i = quoted;
      continue;
    }
    std::size_t end = i + 1;
    std::size_t number = 0;
    const bool name_goes_on = i > 0 && is_word_char(sql[i - 1]);
    if (sql[i] == '$' && !name_goes_on) {
      for (; end < sql.size() && is_digit(sql[end]) && number <= step.params->size(); ++end) {
        number = number * 10 + static_cast<std::size_t>(sql[end] - '0');
      }
    }
    const bool bound = number > 0 && number <= step.params->size();
    out += bound ? literal_of(step, number - 1) : std::string(sql.substr(i, end - i));
    i = end;
  }
  return out;
}

std::vector<std::string> preview(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  each_in_groups(
      operations, [&](std::size_t i) { return executed(operations[i]); },
      !fits_one_transaction(commit_groups(operations)), [&](const std::string& bracket) { out.push_back(bracket); },
      [&](const Operation&, const Statements& statements) {
        out.insert(out.end(), statements.begin(), statements.end());
      });
  return out;
}

namespace {

template <class StatementsOf>
std::string text_of(const std::vector<Operation>& operations, StatementsOf statements_of) {
  std::string out;
  const auto paragraph = [&](const std::string& text) { out.append(out.empty() ? "" : "\n").append(text); };
  each_in_groups(
      operations, statements_of, true, [&](const std::string& bracket) { paragraph(bracket + ";\n"); },
      [&](const Operation& op, const Statements& statements) {
        paragraph(commented(label(op), "-- ") + open_slot(op));
        for (const auto& statement : statements) out.append(statement).append(terminator(statement));
      });
  return out;
}

}  // namespace

std::string sql_text(const std::vector<Operation>& operations) {
  return text_of(operations, [&](std::size_t i) { return asserted(operations[i]); });
}

std::string script(const std::vector<Operation>& operations) {
  if (operations.empty()) return "";
  const KeptAttributes kept = kept_attributes(operations);
  const auto with_kept = [&](std::size_t i) {
    Statements out = asserted(operations[i]);
    if (const auto* sql = KeptAttributes::at(kept.before, i)) out.insert(out.begin(), *sql);
    if (const auto* sql = KeptAttributes::at(kept.after, i)) out.push_back(*sql);
    return out;
  };
  return "\\set ON_ERROR_STOP on\n\n" + text_of(operations, with_kept);
}

}  // namespace plinth
