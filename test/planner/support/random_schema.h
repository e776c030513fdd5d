#pragma once
// Schemas at random, small and full of overlap, valid on a server: any two of them can be planned between.
#include <random>
#include <set>

#include "test/planner/support/schemas.h"

namespace plinth::test {

class RandomSchema {
 public:
  explicit RandomSchema(unsigned seed) : random_(seed) {}

  Schema next() {
    Schema out = schema({}, {});
    enums(out);
    const std::size_t tables = 1 + pick(4);
    for (std::size_t i = 0; i < 5 && out.namespaces[0].tables.size() < tables; ++i) {
      if (chance(70)) insert_sorted(out.namespaces[0].tables, random_table("t" + std::to_string(i), out));
    }
    foreign_keys(out);
    return out;
  }

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  template <class T>
  const T& one(const std::vector<T>& of) {
    return of[pick(of.size())];
  }

  void enums(Schema& out) {
    if (chance(60)) {
      std::vector<std::string> values = {"a", "b", "c", "it's"};
      std::shuffle(values.begin(), values.end(), random_);
      values.resize(1 + pick(values.size()));
      insert_sorted(out.namespaces[0].enums, Enum{"mood", values});
    }
    if (chance(30)) insert_sorted(out.namespaces[0].enums, Enum{"size", {"s", "m"}});
  }

  struct Typed {
    std::string type;
    Default fallback;
  };
  Typed random_type(const Schema& s) {
    using Kind = Default::Kind;
    std::vector<Typed> types = {
        {"int4", {Kind::literal, "7"}},           {"int8", {Kind::expression, "autoincrement()"}},
        {"text", {Kind::literal, "\"x y\""}},     {"character varying(20)", {Kind::literal, "\"o'k\""}},
        {"numeric(8,2)", {Kind::literal, "1.5"}}, {"timestamptz", {Kind::expression, "now()"}},
        {"jsonb", {Kind::literal, R"({"a":1})"}}, {"uuid", {Kind::expression, "gen_random_uuid()"}},
        {"text[]", {Kind::literal, R"(["a"])"}}};
    if (s.find_enum({"public", "mood"}) != nullptr) {
      const std::string value = json::quote(s.find_enum({"public", "mood"})->values.front());
      types.push_back({"public.mood", {Kind::literal, value}});
      types.push_back({"public.mood[]", {Kind::literal, "[" + value + "]"}});
    }
    return one(types);
  }

  Table random_table(const std::string& name, const Schema& s) {
    Table t = table(name, {column("id", one(std::vector<std::string>{"int4", "int8", "text"}))});
    for (int i = 0; i < 6; ++i) {
      if (chance(50)) continue;
      const Typed typed = random_type(s);
      Column c = column("c" + std::to_string(i), typed.type, chance(50));
      if (chance(40)) c.fallback = typed.fallback;
      if (is_autoincrement(c.fallback)) c.nullable = false;
      if (!c.fallback && c.type == "int8" && chance(30)) {
        c.identity = chance(50) ? Identity::always : Identity::by_default;
        c.nullable = false;
      }
      t.columns.push_back(c);
    }
    if (chance(80)) t.primary_key = primary_key(name, {"id"});
    constraints(t);
    t.row_security = chance(30);
    if (t.row_security && chance(60)) t.policies.push_back(policy("own", chance(50) ? "id IS NOT NULL" : "true"));
    return t;
  }

  std::string any_column(const Table& t) { return t.columns[pick(t.columns.size())].name; }

  void constraints(Table& t) {
    const std::string indexed = any_column(t);
    const bool json_column = is_of(t, indexed, "jsonb");
    if (chance(40) && !json_column) t.uniques.push_back(unique_key(t.name + "_" + indexed + "_key", {indexed}));
    if (chance(40))
      t.checks.push_back(check(t.name + "_id_check", chance(50) ? "id IS NOT NULL" : "pg_column_size(id) > 0"));
    for (const auto& c : t.columns) {
      if (c.type != "text" || c.fallback || !chance(40)) continue;
      std::vector<std::string> values = {"A", "B", "C"};
      values.resize(1 + pick(3));
      t.checks.push_back(one_of(t.name + "_" + c.name + "_check", c.name, values));
    }
    sort_by_name(t.checks);
    t.checks.erase(std::unique(t.checks.begin(), t.checks.end(), [](auto& a, auto& b) { return a.name == b.name; }),
                   t.checks.end());
    if (chance(50)) {
      Index i = index(t.name + "_idx", {indexed});
      i.unique = chance(20);
      i.method = chance(20) && !json_column ? "hash" : "btree";
      if (i.method == "hash") i.unique = false;
      t.indexes.push_back(i);
    }
  }

  static bool is_of(const Table& t, const std::string& name, const std::string& type) {
    return find_named(t.columns, name)->type == type;
  }

  void foreign_keys(Schema& s) {
    auto& tables = s.namespaces[0].tables;
    for (auto& t : tables) {
      const Table& target = tables[pick(tables.size())];
      if (!target.primary_key || !chance(60)) continue;
      Column c = column("ref", target.columns.front().type, chance(50));
      t.columns.push_back(c);
      ForeignKey fk = foreign_key(t.name + "_ref_fkey", {"ref"}, target.name, {"id"});
      if (chance(40)) fk.on_delete = ReferentialAction::cascade;
      t.foreign_keys.push_back(fk);
    }
  }

  std::mt19937 random_;
};

}  // namespace plinth::test
