#include "engine/ops/claims.h"

#include "engine/ops/by_hand/raw_sql.h"
#include "engine/sql/reading/scan.h"

namespace plinth {

bool is_constraint(const Claim& claim) {
  return claim.is("primaryKey") || claim.is("unique") || claim.is("foreignKey") || claim.is("checkConstraint");
}

std::vector<SqlToken> first_tokens(const Claim& claim) {
  const auto& execute = claim.stored.execute;
  return execute.empty() ? std::vector<SqlToken>{} : sql_tokens(execute.front().sql);
}

std::optional<std::string> text_between(const Claim& claim, std::string_view start, std::string_view end) {
  if (claim.stored.execute.empty()) return {};
  const std::string& sql = claim.stored.execute.front().sql;
  const std::size_t at = sql.find(start);
  if (at == std::string::npos) return {};
  const std::size_t from = at + start.size();
  const std::size_t to = end.empty() ? std::string::npos : sql.find(end, from);
  return sql.substr(from, to == std::string::npos ? to : to - from);
}

std::optional<std::string> renamed_in(const Claim& claim) {
  const std::vector<SqlToken> tokens = first_tokens(claim);
  constexpr std::size_t fewest = 6, behind_constraint = 3;  // alter index old rename to new
  if (tokens.size() < fewest || tokens.front().text != "alter") return {};
  const std::size_t to = tokens.size() - 2;
  if (tokens[to].text != "to") return {};
  if (tokens[to - 1].text == "rename") return tokens[to - 2].text;
  const bool is_constraint = tokens[to - behind_constraint].text == "rename" && tokens[to - 2].text == "constraint";
  return is_constraint ? std::optional(tokens[to - 1].text) : std::nullopt;
}

std::optional<std::string> using_clause(const RawSql& stored) {
  constexpr std::string_view word = " USING ";
  const std::string sql = stored.execute.empty() ? std::string() : stored.execute.front().sql;
  const std::size_t at = sql.find(word);
  if (at == std::string::npos) return {};
  std::string out = sql.substr(at + word.size());
  return is_one_expression(out) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace plinth
