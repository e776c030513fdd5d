#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace plinth {

/// A token of SQL text: a string by its value, a name by itself (unquoted ones in lower case), a number, anything else
/// as it is. Characters of an operator stay together.
struct SqlToken {
  enum class Kind { name, string, number, other };
  Kind kind = Kind::other;
  std::string text;
  bool quoted = false;  // a name that would be another one, or a keyword, without its quotes
  bool operator==(const SqlToken&) const = default;
};

/// The tokens of a statement. Names are cut as the server cuts them; spaces and comments are left out.
/// `CURRENT_TIMESTAMP` and other names of one function become that function (see `default_meaning`). O(text).
std::vector<SqlToken> sql_tokens(std::string_view sql);

/// Whether two statements say the same, in whatever spelling: quotes, spaces, arrays of constants as `ARRAY[1, 2]` or
/// as text. A name that the first one qualifies by `public` or `pg_catalog` may stand alone in the second. A `false`
/// may be wrong, a `true` is not. O(text).
bool same_statement(std::string_view qualified, std::string_view other);

}  // namespace plinth
