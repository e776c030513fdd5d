#include "engine/sql/reading/transaction_control.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

std::string upper(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return out;
}

// One statement, as far as it has been read.
class Statement {
 public:
  void word(std::string_view text) {
    constexpr std::size_t enough = 4;  // CREATE OR REPLACE FUNCTION
    const std::string w = upper(text);
    if (words_.size() < enough) words_.push_back(w);
    rolls_back_to_ = rolls_back_to_ || w == "TO";
    if (!makes_routine() || parentheses_ > 0) return;
    if (w == "BEGIN" || (w == "CASE" && blocks_ > 0)) ++blocks_;
    if (w == "END" && blocks_ > 0) --blocks_;
  }
  void other(char c) {
    if (c == '(') ++parentheses_;
    if (c == ')' && parentheses_ > 0) --parentheses_;
  }
  /// Whether a semicolon here ends it: not in a rule's list of commands, and not in a body `BEGIN ATOMIC … END`.
  bool ends_here() const { return parentheses_ == 0 && blocks_ == 0; }
  std::string transaction_command() const {
    constexpr std::array<std::string_view, 4> alone = {"BEGIN", "COMMIT", "END", "ABORT"};
    std::string first = at(0), both = first + " " + at(1);
    if (std::find(alone.begin(), alone.end(), first) != alone.end()) return first;
    if (first == "ROLLBACK" && !rolls_back_to_) return first;
    constexpr std::array<std::string_view, 3> pairs = {"START TRANSACTION", "PREPARE TRANSACTION", "RESET ALL"};
    return std::find(pairs.begin(), pairs.end(), both) != pairs.end() ? both : std::string();
  }

 private:
  std::string at(std::size_t i) const { return i < words_.size() ? words_[i] : std::string(); }
  bool makes_routine() const {
    if (at(0) != "CREATE") return false;
    const std::string kind = at(1) == "OR" ? at(3) : at(1);
    return kind == "FUNCTION" || kind == "PROCEDURE";
  }
  std::vector<std::string> words_;
  bool rolls_back_to_ = false;
  int parentheses_ = 0, blocks_ = 0;
};

}  // namespace

std::string transaction_command(std::string_view sql) {
  Statement statement;
  for (std::size_t i = 0; i < sql.size();) {
    std::size_t end = skip_comment(sql, i);
    if (end == i) end = skip_quoted(sql, i);
    if (end != i) {
      i = end;
      continue;
    }
    while (end < sql.size() && is_word_char(sql[end])) ++end;
    if (end > i) {
      statement.word(sql.substr(i, end - i));
      // The E of E'…' belongs to the string behind it, which skip_quoted finds by looking back.
      i = end;
      continue;
    }
    if (sql[i] == ';' && statement.ends_here()) {
      if (std::string found = statement.transaction_command(); !found.empty()) return found;
      statement = {};
    } else {
      statement.other(sql[i]);
    }
    ++i;
  }
  return statement.transaction_command();
}

}  // namespace plinth
