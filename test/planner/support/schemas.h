#pragma once
// Schemas and plans for tests, in a few words.
#include <ostream>
#include <string>
#include <vector>

#include "planner/plan/pipeline.h"

namespace plinth::test {

inline Column column(std::string name, std::string type = "text", bool nullable = false) {
  Column out;
  out.name = std::move(name);
  out.type = std::move(type);
  out.nullable = nullable;
  return out;
}
inline Column with_default(Column c, Default::Kind kind, std::string value) {
  c.fallback = Default{kind, std::move(value)};
  return c;
}

inline Table table(std::string name, std::vector<Column> columns) {
  Table out;
  out.name = std::move(name);
  out.columns = std::move(columns);
  return out;
}
inline PrimaryKey primary_key(const std::string& table, std::vector<std::string> columns) {
  return {default_name(table, {}, "pkey"), std::move(columns), {}, {}, true};
}
inline Unique unique_key(std::string name, std::vector<std::string> columns) {
  return {std::move(name), std::move(columns), {}, false, {}, true};
}
inline Check one_of(std::string name, std::string column, std::vector<std::string> values) {
  Check out;
  out.name = std::move(name);
  out.membership = Membership{std::move(column), std::move(values)};
  return out;
}
inline Check check(std::string name, const std::string& expression) {
  Check out;
  out.name = std::move(name);
  out.expression = expression;
  return out;
}
inline Index index(std::string name, const std::vector<std::string>& columns) {
  Index out;
  out.name = std::move(name);
  for (const auto& c : columns) out.keys.push_back({c, {}, {}, {}, false, {}, false});
  return out;
}
inline ForeignKey foreign_key(std::string name, std::vector<std::string> columns, std::string to,
                              std::vector<std::string> to_columns) {
  ForeignKey out;
  out.name = std::move(name);
  out.columns = std::move(columns);
  out.referenced_schema = "public";
  out.referenced_table = std::move(to);
  out.referenced_columns = std::move(to_columns);
  return out;
}
inline Policy policy(std::string name, const std::string& using_expression) {
  Policy out;
  out.name = std::move(name);
  out.using_expression = using_expression;
  return out;
}

/// Tables and enums of the schema `public`.
inline Schema schema(std::vector<Table> tables, std::vector<Enum> enums = {}) {
  Schema out;
  out.namespaces.push_back({"public", std::move(enums), std::move(tables)});
  sort_by_name(out.namespaces.front().tables);
  sort_by_name(out.namespaces.front().enums);
  return out;
}
inline Table& in(Schema& s, const std::string& table) { return *s.find_table({"public", table}); }
inline Column& in(Schema& s, const std::string& table, const std::string& column) {
  return *find_named(in(s, table).columns, column);
}

/// `kind path.of.it` of each operation.
inline std::vector<std::string> brief(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& op : operations) {
    std::string line(kind(op));
    const std::optional<Target> of = target(op);
    if (of) {
      line += " " + (of->table && *of->table != of->name ? *of->table + "." : "") + of->name;
    } else {
      line += " " + path(op).back();
    }
    out.push_back(std::move(line));
  }
  return out;
}

/// The plan from `from` to `to`; it proves itself.
inline std::vector<std::string> way(const Schema& from, const Schema& to) {
  const Plan p = plan(to, from);
  for (const auto& c : p.conflicts) return {"conflict: " + c.summary};
  return brief(p.operations);
}

using Lines = std::vector<std::string>;

/// Lines that a failure shows.
struct Said : std::vector<std::string> {
  using std::vector<std::string>::vector;
  Said(std::vector<std::string> lines) : std::vector<std::string>(std::move(lines)) {}
  friend std::ostream& operator<<(std::ostream& out, const Said& said) {
    for (const auto& line : said) out << "\n  " << line;
    return out;
  }
};

/// The schema that operations leave behind.
inline Schema after(Schema s, const std::vector<Operation>& operations) {
  for (const auto& op : operations) apply(op, s);
  return s;
}

/// One of everything.
inline Schema sample() {
  Table users = table("users", {column("id", "int4"), column("email"), column("age", "int4", true), column("role"),
                                column("tags", "text[]", true)});
  users.primary_key = primary_key("users", {"id"});
  users.uniques = {unique_key("users_email_key", {"email"})};
  users.checks = {check("users_age_check", "age > 0"), one_of("users_role_check", "role", {"USER", "ADMIN"})};
  users.indexes = {index("users_age_idx", {"age"})};
  users.policies = {policy("own", "id = 1")};
  users.row_security = true;
  Table posts = table("posts", {column("id", "int4"), column("author", "int4")});
  posts.primary_key = primary_key("posts", {"id"});
  posts.foreign_keys = {foreign_key("posts_author_fkey", {"author"}, "users", {"id"})};
  Schema out = schema({users, posts}, {{"mood", {"sad", "happy"}}});
  out.extensions = {{"citext"}};
  out.namespaces.insert(out.namespaces.begin(),
                        Namespace{"audit", {{"level", {"low"}}}, {table("log", {column("at")})}});
  return out;
}

}  // namespace plinth::test
