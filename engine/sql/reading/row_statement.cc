#include "engine/sql/reading/row_statement.h"

#include <algorithm>

#include "engine/sql/reading/scan.h"
#include "engine/sql/reading/sql_tokens.h"

namespace plinth {
namespace {

// A word, a quoted run, what stands in brackets, or a character; outside of comments.
struct Part {
  enum class Kind { word, quoted, brackets, other };
  Kind kind = Kind::other;
  std::string_view text;
  std::size_t at = 0;
};

// Absent where brackets do not match, and for names that are written with escapes.
std::optional<std::vector<Part>> parts_of(std::string_view sql) {
  std::vector<Part> out;
  for (std::size_t i = 0; i < sql.size();) {
    std::size_t end = skip_comment(sql, i);
    if (end != i || is_blank(sql[i])) {
      i = std::max(end, i + 1);
      continue;
    }
    Part::Kind kind = Part::Kind::other;
    if (end = skip_quoted(sql, i); end != i) {
      kind = Part::Kind::quoted;
    } else if (sql[i] == '(' || sql[i] == '[') {
      kind = Part::Kind::brackets;
      end = skip_parenthesis(sql, i);
      if (end == std::string_view::npos) return {};
    } else if (sql[i] == ')' || sql[i] == ']') {
      return {};
    } else {
      while (end < sql.size() && is_word_char(sql[end])) ++end;
      if (end > i) kind = Part::Kind::word;
      end = std::max(end, i + 1);
    }
    const bool escaped = kind == Part::Kind::quoted && sql[i] == '"' && i > 0 && sql[i - 1] == '&';
    if (escaped) return {};
    out.push_back({kind, sql.substr(i, end - i), i});
    i = end;
  }
  return out;
}

// Reads the parts one after the other.
class Reader {
 public:
  explicit Reader(const std::vector<Part>& parts) : parts_(parts) {}
  bool at_end() const { return next_ == parts_.size(); }
  const Part& part() const { return parts_[next_]; }
  std::size_t position() const { return next_; }
  void pass() { ++next_; }
  bool is(std::string_view keyword) const {
    if (at_end() || part().kind != Part::Kind::word || part().text.size() != keyword.size()) return false;
    return std::equal(keyword.begin(), keyword.end(), part().text.begin(), [](char a, char b) {
      return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - 'a' + 'A') : b);
    });
  }
  bool next_is(std::string_view keyword) const {
    Reader next = *this;
    next.pass();
    return next.is(keyword);
  }
  bool is_other(char c) const { return !at_end() && part().kind == Part::Kind::other && part().text.front() == c; }
  bool take(std::string_view keyword) {
    const bool there = is(keyword);
    if (there) pass();
    return there;
  }
  bool take_other(char c) {
    const bool there = is_other(c);
    if (there) pass();
    return there;
  }
  bool is_name() const {
    if (at_end()) return false;
    return part().kind == Part::Kind::word || (part().kind == Part::Kind::quoted && part().text.front() == '"');
  }

 private:
  const std::vector<Part>& parts_;
  std::size_t next_ = 0;
};

std::size_t end_of(const Part& part) { return part.at + part.text.size(); }

// The names before `=`, one or several in brackets.
void read_assigned(std::string_view target, std::vector<std::string>& out) {
  for (const auto& token : sql_tokens(target)) {
    if (token.kind == SqlToken::Kind::name) out.push_back(token.text);
  }
}

}  // namespace

std::optional<RowStatement> RowStatement::read(std::string_view sql) {
  const auto parts = parts_of(sql);
  if (!parts) return {};
  Reader reader(*parts);
  const bool updates = reader.take("UPDATE");
  if (!updates && !(reader.take("DELETE") && reader.take("FROM"))) return {};
  reader.take("ONLY");
  if (!reader.is_name()) return {};
  const std::size_t start = reader.part().at;
  std::size_t end = start;
  while (reader.is_name()) {
    end = end_of(reader.part());
    reader.pass();
    if (!reader.take_other('.')) break;
  }
  RowStatement out;
  out.sql_ = sql;
  out.table_ = sql.substr(start, end - start);
  reader.take_other('*');
  const bool named = reader.take("AS");
  const bool goes_on = reader.is("SET") || reader.is("USING") || reader.is("WHERE") || reader.is("RETURNING");
  if (reader.is_name() && (named || !goes_on)) {
    out.row_ = reader.part().text;
    reader.pass();
  }
  if (out.row_.empty()) out.row_ = out.table_;
  bool assigning = reader.take("SET"), opens = true, distinct = false;
  if (assigning != updates) return {};
  out.condition_ = out.end_ = std::string_view::npos;
  std::size_t last = end;
  for (; !reader.at_end(); reader.pass()) {
    if (reader.is_other(';')) {
      out.end_ = std::min(out.end_, reader.part().at);
      reader.pass();
      if (!reader.at_end()) return {};
      break;
    }
    if (reader.is("RETURNING")) out.end_ = std::min(out.end_, reader.part().at);
    if (reader.is("WHERE") && !out.has_condition_ && out.end_ == std::string_view::npos) {
      out.has_condition_ = true;
      out.condition_ = end_of(reader.part());
      reader.pass();
      if (reader.at_end() || (reader.is("CURRENT") && reader.next_is("OF"))) return {};
    }
    assigning = assigning && !out.has_condition_ && !(reader.is("FROM") && !distinct);
    if (assigning && opens) read_assigned(reader.part().text, out.assigns_);
    opens = reader.is_other(',');
    distinct = reader.is("DISTINCT");
    last = end_of(reader.part());
  }
  if (out.end_ == std::string_view::npos) out.end_ = last;
  if (!out.has_condition_) out.condition_ = out.end_;
  return out;
}

std::string RowStatement::restricted(const Sql& condition) const {
  const std::string before = sql_.substr(0, condition_), own = sql_.substr(condition_, end_ - condition_);
  if (!has_condition_) return before + " WHERE " + condition.text() + " " + sql_.substr(end_);
  // A comment may end the condition.
  return before + " (" + condition.text() + ") AND (" + own + "\n) " + sql_.substr(end_);
}

}  // namespace plinth
