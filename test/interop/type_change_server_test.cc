// Changes of types against a server: for every pair of the types in fixtures/types.txt an empty table
// changes, and every value is cast there and back.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "engine/sql/ddl.h"
#include "planner/types/casts.h"
#include "test/files.h"
#include "test/support/database.h"

using namespace plinth;
using namespace plinth::test;

namespace {

struct Sample {
  std::string type, values;
  ValueType value;
};

ValueType known_type(const std::string& type) {
  ValueType out(type);
  if (out.name.base == "public.mood") out.labels = {"sad", "great", "42"};
  if (out.name.base == "public.size") out.labels = {"sad", "a label of more than ten characters "};
  return out;
}

std::string sql_type(const std::string& type) { return type_sql(type).text(); }

// A text array as a parameter.
std::string array_text(const std::vector<std::string>& items) {
  std::string out = "{";
  for (const auto& item : items) {
    out.append(out.size() > 1 ? ",\"" : "\"");
    for (const char c : item) out.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
    out += '"';
  }
  return out.append("}");
}

class Server {
 public:
  Server() : connection(database_.connect()) {
    connection.run("SET TimeZone = 'Europe/Paris'");
    connection.run("SET client_min_messages = error");
    connection.run("CREATE EXTENSION citext");
    connection.run(Sql::trusted(read_file(PLINTH_SOURCE_DIR "/test/interop/type_change.sql")));
  }
  // The types of the file that this server has.
  std::vector<Sample> samples() {
    std::istringstream file(read_file(PLINTH_SOURCE_DIR "/fixtures/types.txt"));
    std::vector<Sample> out;
    for (std::string line; std::getline(file, line);) {
      const std::size_t is = line.find(" = ");
      if (line.starts_with("#") || is == std::string::npos) continue;
      const std::string type = line.substr(0, is);
      const Sample s{type, line.substr(is + 3), known_type(type)};
      const std::string base = s.value.name.base;
      const bool exists = connection.run(Query{"SELECT to_regtype($1) IS NOT NULL", {base}}).truthy();
      if (exists) out.push_back(s);
    }
    return out;
  }

 private:
  Database database_;

 public:
  Connection connection;
};

bool is_number(const ValueType& t) { return is_numeric(t) && t.name.base != "bool" && t.name.base != "money"; }

// The type that reads the most of a text that a type reads; the text survives where both agree.
std::string widest(const ValueType& to) {
  const std::string& base = to.name.base;
  if (is_number(to)) return "numeric";
  if (base == "money") return base;
  if (base == "date") return "timestamp";
  if (base == "bit") return "bit varying";
  for (const char* type : {"timestamp", "timestamptz", "time", "timetz", "interval", "bit varying"}) {
    if (base == type) return base;
  }
  for (const char* type : {"bool", "uuid", "inet", "cidr", "macaddr", "macaddr8", "json", "jsonb"}) {
    if (base == type) return base;
  }
  return to.labels ? base : "";
}

// Conditions on `c`, one of which holds for a value that survives.
class WaysBack {
 public:
  WaysBack(const Sample& from, const Sample& to)
      : from_(from.value), to_(to.value), type_(sql_type(from.type)), target_(to.type) {
    const auto converted = conversion("c", from_, to_);
    there_ = "(" + (converted ? converted->text() : "c::" + sql_type(to.type)) + ")";
  }
  std::string conditions() {
    ValueType a = from_, b = to_;
    const bool arrays = a.name.array && b.name.array;
    if (arrays) a.name.array = b.name.array = false;
    if (a.labels && !a.name.array && b.name.array) {  // the one element of the array
      there_ += "[1]";
      b.name.array = false;
    }
    const bool document = b.name.base == "json" || b.name.base == "jsonb";
    const bool text = is_string(a) || (a.labels && !a.name.array && !document);
    if (text && !is_string(b) && !b.name.array && !widest(b).empty()) {
      read_text(sql_type(widest(b)) + (arrays ? "[]" : ""), arrays ? "::text[]::" : "::text::", is_number(b));
    } else {
      for (const char* way : {"", "::text", "::text[]", "::numeric", "::int4"}) back(there_ + way);
      back("(" + there_ + " #>> '{}')");
      back("to_jsonb" + there_);
      back(there_ + "[1]");
      for (const char* way : {"[1]::text", "[1]::numeric", "[1]::int4"}) back(there_ + way);
      back("(" + there_ + "[1] #>> '{}')");
      back("translate(" + there_ + "::text, '[]', '{}')");
    }
    return out_;
  }

 private:
  void add(const std::string& condition) { out_.append(out_.empty() ? "" : "\n").append(condition); }
  // What the widest type reads of the text is what there is of the value.
  void read_text(const std::string& wide, const std::string& over, bool number) {
    add("c" + over + wide + "::text = " + there_ + over + wide + "::text");
    if (number) add("c" + over + wide + " = " + there_ + over + wide);
  }
  void back(const std::string& way) {
    const std::string& base = from_.name.base;
    const std::string found = "(" + way + "::" + type_ + ")";
    if (base == "json" && !from_.name.array) {
      add("CASE WHEN " + found + "::text = c::text THEN true ELSE " + found + "::jsonb = c::jsonb END");
    } else if (base == "numeric" || base.starts_with("float") || base == "jsonb") {
      add(found + " = c" + means_the_same());
    } else {
      add(found + "::text = c::text" + means_the_same());
    }
  }
  // A number must stay the number that it is, also where a type could give it back. Floating numbers may print less.
  std::string means_the_same() const {
    if (!is_number(from_) || !is_number(to_) || target_.starts_with("float")) return {};
    return " AND (c::text IN ('NaN', 'Infinity', '-Infinity') OR c::text::numeric = " + there_ + "::text::numeric)";
  }
  ValueType from_, to_;
  std::string type_, target_, there_, out_;
};

// Why type_change says less than a server shows. Patterns of type names; the first that fits counts.
struct Reason {
  std::string_view from, to, why;
};
using Reasons = std::vector<Reason>;
#include "test/interop/type_change_reasons.inc"

bool fits(std::string_view pattern, std::string_view name) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= name.size(); ++i) {
      if (fits(pattern.substr(1), name.substr(i))) return true;
    }
    return false;
  }
  if (pattern[0] == '|') return name.empty();
  return !name.empty() && name[0] == pattern[0] && fits(pattern.substr(1), name.substr(1));
}
bool fits_one(std::string_view patterns, std::string_view name) {
  for (;;) {
    const std::size_t end = patterns.find(' ');
    std::string part(patterns.substr(0, end));
    std::replace(part.begin(), part.end(), '_', ' ');
    if (fits(part, name)) return true;
    if (end == std::string_view::npos) return false;
    patterns.remove_prefix(end + 1);
  }
}
bool excused(const Reasons& table, const std::string& from, const std::string& to) {
  return std::any_of(table.begin(), table.end(),
                     [&](const Reason& r) { return fits_one(r.from, from) && fits_one(r.to, to); });
}

struct Found {
  bool castable = false, rewrites = false, changes = false;
  std::string survives, lossy;
  bool all() const { return survives.find('.') == std::string::npos; }
  bool none() const { return survives.find('y') == std::string::npos; }
  TypeChange change() const {
    if (all()) return castable && !rewrites ? TypeChange::free : TypeChange::rewrite;
    return castable || !none() ? TypeChange::may_fail : TypeChange::not_castable;
  }
};

std::string name(TypeChange c) {
  switch (c) {
    case TypeChange::free: return "free";
    case TypeChange::rewrite: return "rewrite";
    case TypeChange::may_fail: return "may fail";
    case TypeChange::not_castable: return "not castable";
  }
  return {};
}

void compare(const Sample& from, const Sample& to, const Found& found) {
  const ValueType &a = from.value, &b = to.value;
  const TypeChange said = type_change(a, b), shown = found.change();
  INFO(from.type, " -> ", to.type, ": said ", name(said), ", shown ", name(shown), " ", found.survives, " ",
       found.lossy);
  CHECK_MESSAGE(casts_directly(a, b) == found.castable, "casts_directly");
  CHECK_MESSAGE(found.changes, "the server refuses the expression for USING");
  if (said < shown) {
    const bool unproven = said == TypeChange::may_fail && excused(unproven_ways, from.type, to.type);
    CHECK_MESSAGE(unproven, "too hopeful");
  }
  if (said > shown) CHECK_MESSAGE(excused(pessimism, from.type, to.type), "less hopeful than need be");
  if (found.lossy.empty()) return;
  const bool runs = found.lossy.size() == found.survives.size();
  CHECK_MESSAGE(runs, "the condition raises an error");
  if (!runs) return;
  bool missed = false, counted = false;
  for (std::size_t i = 0; i < found.lossy.size(); ++i) {
    const bool survives = found.survives[i] == 'y', lossy = found.lossy[i] == '1';
    missed = missed || (!survives && !lossy);
    counted = counted || (survives && lossy);
  }
  CHECK_FALSE_MESSAGE(missed, "a lost value is not found");
  if (counted && said != TypeChange::not_castable) {
    CHECK_MESSAGE(excused(supersets, from.type, to.type), "a value that survives is counted");
  }
}

}  // namespace

TEST_CASE("every pair of types changes as type_change says") {
  Server server;
  const std::vector<Sample> samples = server.samples();
  CHECK(samples.size() > 80);
  std::size_t told = 0, untold = 0;
  for (const auto& from : samples) {
    std::vector<std::string> targets, expressions, tests, conditions;
    for (const auto& to : samples) {
      const auto condition = lossy_values("c", from.value, to.value);
      targets.push_back(sql_type(to.type));
      const auto expression = conversion("c", from.value, to.value);
      expressions.push_back(expression ? expression->text() : "");
      tests.push_back(WaysBack(from, to).conditions());
      conditions.push_back(condition ? condition->text() : "");
      if (type_change(from.value, to.value) == TypeChange::may_fail) ++(condition ? told : untold);
    }
    const Result r = server.connection.run(Query{"SELECT * FROM measure($1, $2, $3, $4, $5, $6)",
                                                 {sql_type(from.type), from.values, array_text(targets),
                                                  array_text(expressions), array_text(tests), array_text(conditions)}});
    REQUIRE(r.rows() == static_cast<int>(samples.size()));
    for (int i = 0; i < r.rows(); ++i) {
      const Sample& to = samples[static_cast<std::size_t>(i)];
      if (from.type == to.type) continue;
      compare(
          from, to,
          {r.at(i, 0) == "t", r.at(i, 1) == "t", r.at(i, 2) == "t", std::string(r.at(i, 3)), std::string(r.at(i, 4))});
    }
  }
  CHECK(told > 2 * untold);
}

TEST_CASE("foreign keys lead where can_reference says") {
  Server server;
  std::vector<Sample> bare;
  for (const auto& s : server.samples()) {
    if (s.value.name.modifier.empty()) bare.push_back(s);
  }
  std::map<std::string, ValueType> types;
  std::vector<std::string> spelt;
  for (const auto& s : bare) {
    spelt.push_back(sql_type(s.type));
    types.emplace(spelt.back(), s.value);
  }
  const Result r =
      server.connection.run(Query{"SELECT * FROM references_key($1, $2)", {array_text(spelt), array_text(spelt)}});
  CHECK(r.rows() > 1000);
  for (int i = 0; i < r.rows(); ++i) {
    const std::string key(r.at(i, 0)), column(r.at(i, 1));
    INFO(column, " references ", key);
    CHECK(can_reference(types.at(column), types.at(key)) == (r.at(i, 2) == "t"));
  }
}
