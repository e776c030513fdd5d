#include "engine/sql/sql.h"

#include <algorithm>
#include <array>

namespace plinth {
namespace {

// Words that the server quotes in its own renderings: every keyword that is not "unreserved" (PostgreSQL 18, kwlist.h).
constexpr auto quoted_words = std::to_array<std::string_view>({
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
});

std::string quoted(std::string_view s, char q) {
  std::string out(1, q);
  for (const char c : s) {
    if (c == q) out += q;
    out += c;
  }
  return out += q;
}

}  // namespace

std::string Sql::render(Ident i) { return quoted(i.name, '"'); }

std::string Sql::render(Literal l) {
  if (l.value.find('\\') == std::string_view::npos) return quoted(l.value, '\'');
  std::string escaped;
  for (const char c : l.value) {
    if (c == '\\') escaped += '\\';
    escaped += c;
  }
  return "E" + quoted(escaped, '\'');
}

std::string Sql::render(const Name& n) {
  return n.schema.empty() ? quoted(n.name, '"') : quoted(n.schema, '"') + "." + quoted(n.name, '"');
}

Sql ident_list(const std::vector<std::string>& names) {
  std::vector<Ident> out;
  out.reserve(names.size());
  for (const auto& n : names) out.push_back({n});
  return Sql::list(out);
}

Sql literal_list(const std::vector<std::string>& values) {
  std::vector<Literal> out;
  out.reserve(values.size());
  for (const auto& v : values) out.push_back({v});
  return Sql::list(out);
}

std::string quote_if_needed(std::string_view identifier) {
  const auto plain_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto plain = [&](char c) { return plain_start(c) || (c >= '0' && c <= '9'); };
  const bool bare = !identifier.empty() && plain_start(identifier.front()) &&
                    std::all_of(identifier.begin(), identifier.end(), plain) &&
                    !std::binary_search(quoted_words.begin(), quoted_words.end(), identifier);
  return bare ? std::string(identifier) : quoted(identifier, '"');
}

std::string truncate_identifier(std::string name, std::size_t bytes) {
  if (name.size() <= bytes) return name;
  std::size_t end = bytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  name.resize(end);
  return name;
}

}  // namespace plinth
