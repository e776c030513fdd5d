#include "planner/compare/contract_schema.h"

#include <doctest/doctest.h>

#include "planner/compare/reconcile.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using test::Lines;

ContractColumn typed(std::string codec, std::string native, const std::string& parameters = "null") {
  ContractColumn out;
  out.name = "c";
  out.codec_id = std::move(codec);
  out.native_type = std::move(native);
  if (parameters == "null") return out;
  const auto doc = json::parse(parameters, Code::engine_internal);
  const auto read = [&](const char* key) -> std::optional<std::int64_t> {
    const Json* value = json::member(*doc, key);
    if (value == nullptr) return {};
    return json::read_int(*value, JsonPath::root(Code::engine_internal, key));
  };
  out.parameters = TypeParameters{read("length"), read("precision"), read("scale"), {}, {parameters}};
  return out;
}
ContractColumn plain(const std::string& name, const std::string& native = "text") {
  ContractColumn out = typed("pg/" + native + "@1", native);
  out.name = name;
  return out;
}
ContractTable contract_table(std::string name, std::vector<ContractColumn> columns) {
  ContractTable out;
  out.name = std::move(name);
  out.columns = std::move(columns);
  return out;
}
Contract contract(std::vector<ContractTable> tables, const std::string& namespace_id = "public") {
  Contract out;
  out.namespaces.push_back({namespace_id, std::move(tables), {}, {}, {}});
  return out;
}

const Table& only_table(const Schema& s) {
  REQUIRE(s.namespaces.size() == 1);
  REQUIRE(s.namespaces[0].tables.size() == 1);
  return s.namespaces[0].tables[0];
}
Column built(const ContractColumn& c) {
  return only_table(contract_schema(contract({contract_table("t", {c})}))).columns.at(0);
}

std::string refusal(const Contract& c) {
  try {
    contract_schema(c);
  } catch (const Error& e) {
    CHECK(e.code() == Code::contract_validation_failed);
    return e.what();
  }
  return "accepted";
}

TEST_CASE("expected: types take the parameters of their codec") {
  struct Expansion {
    const char *codec, *native, *parameters, *type;
  };
  const Expansion expansions[] = {
      {"pg/text@1", "text", "null", "text"},
      {"pg/int4@1", "integer", "null", "int4"},
      {"sql/char@1", "character", R"({"length":36})", "character(36)"},
      {"sql/varchar@1", "character varying", R"({"length":20})", "character varying(20)"},
      {"sql/varchar@1", "varchar", "null", "character varying"},
      {"pg/bit@1", "bit", R"({"length":8})", "bit(8)"},
      {"pg/varbit@1", "bit varying", R"({"length":8})", "bit varying(8)"},
      {"pg/vector@1", "vector", R"({"length":3})", "vector(3)"},
      {"pg/geometry@1", "geometry", R"({"srid":4326})", "geometry(Geometry,4326)"},
      {"pg/geometry@1", "geometry", "{}", "geometry"},
      {"pg/timestamptz@1", "timestamptz", R"({"precision":3})", "timestamptz(3)"},
      {"pg/time@1", "time", R"({"precision":3})", "time(3)"},
      {"pg/interval@1", "interval", R"({"precision":6})", "interval(6)"},
      {"pg/numeric@1", "numeric", R"({"precision":10,"scale":2})", "numeric(10,2)"},
      {"pg/numeric@1", "numeric", R"({"precision":10})", "numeric(10,0)"},
      {"pg/numeric@1", "numeric", "null", "numeric"},
      {"pg/timestamp-string@1", "timestamp", R"({"precision":3})", "timestamp(3)"},
      {"pg/timestamptz-temporal@1", "timestamptz", R"({"precision":6})", "timestamptz(6)"},
      {"pg/timestamptz-date@1", "timestamptz", R"({"precision":0})", "timestamptz(0)"},
      {"pg/time-string@1", "time", R"({"precision":0})", "time(0)"},
      {"arktype/json@1", "jsonb", R"({"expression":"x"})", "jsonb"},
  };
  for (const auto& e : expansions) {
    CAPTURE(std::string(e.codec));
    CHECK(built(typed(e.codec, e.native, e.parameters)).type == e.type);
  }
  for (const char* parameters : {R"({"length":3})", R"({"precision":3})", R"({"scale":0})"}) {
    CAPTURE(std::string(parameters));
    CHECK_THROWS_WITH_AS(built(typed("pg/later@1", "timestamp", parameters)),
                         "column \"t\".\"c\": codec \"pg/later@1\" has parameters of a type", Error);
  }
}

TEST_CASE("expected: a named type lends its parameters, a list is an array with a check of its elements") {
  ContractColumn c = typed("pg/text@1", "text");
  c.type_ref = "Money";
  c.many = true;
  Contract of_named = contract({contract_table("t", {c})});
  of_named.types["Money"] = {"pg/numeric@1", "numeric", TypeParameters{{}, 8, 2, {}, {R"({"precision":8,"scale":2})"}}};
  const Schema schema = contract_schema(of_named);
  const Table& t = only_table(schema);
  CHECK(t.columns[0].type == "numeric(8,2)[]");
  REQUIRE(t.checks.size() == 1);
  CHECK(t.checks[0].name == "t_c_elem_not_null");
  CHECK(t.checks[0].expression.text == "array_position(c, NULL::numeric(8,2)) IS NULL");
  CHECK(t.checks[0].implied);
}

TEST_CASE("expected: defaults are in their one form") {
  const auto with = [](bool function, const std::string& text, const std::string& native) {
    ContractColumn c = plain("c", native);
    ContractDefault d;
    d.is_function = function;
    (function ? d.expression : d.value.text) = text;
    c.fallback = d;
    return built(c).fallback;
  };
  CHECK(with(false, "\"USER\"", "text") == Default{Default::Kind::literal, "\"USER\""});
  CHECK(with(false, "null", "text") == std::nullopt);
  CHECK(with(false, "\"{\\\"a\\\": 1}\"", "jsonb") == Default{Default::Kind::literal, R"("{\"a\": 1}")"});
  CHECK(with(true, "CURRENT_TIMESTAMP", "timestamptz") == Default{Default::Kind::expression, "now()"});
  CHECK(with(true, "'x'::text", "text") == Default{Default::Kind::literal, "\"x\""});
  CHECK(with(true, "AUTOINCREMENT()", "int8") == Default{Default::Kind::expression, "autoincrement()"});
  ContractColumn c = plain("c");
  c.fallback = ContractDefault{true, "autoincrement()", {}};
  CHECK(refusal(contract({contract_table("t", {c})})) == R"(column "t"."c" of type text cannot autoincrement)");
}

TEST_CASE("expected: names that are left open are given, and known to be open") {
  ContractTable t = contract_table("users", {plain("a"), plain("b")});
  t.primary_key = ContractKey{{"a"}, {}};
  t.uniques = {{{"a", "b"}, {}}, {{"b"}, "chosen"}};
  t.indexes = {{{"b"}, {}, "hash", {}}};
  t.foreign_keys.resize(1);
  t.foreign_keys[0].columns = {"b"};
  t.foreign_keys[0].target_columns = {"a"};
  t.foreign_keys[0].target_namespace = "public";
  t.foreign_keys[0].target_table = "users";
  const Schema schema = contract_schema(contract({t}));
  const Table& made = only_table(schema);
  CHECK(made.primary_key->name == "users_pkey");
  CHECK_FALSE(made.primary_key->named);
  CHECK(made.uniques[0].name == "chosen");
  CHECK(made.uniques[0].named);
  CHECK(made.uniques[1].name == "users_a_b_key");
  CHECK_FALSE(made.uniques[1].named);
  CHECK(made.indexes[0].name == "users_b_idx");
  CHECK(made.indexes[0].method == "hash");
  CHECK(made.foreign_keys[0].name == "users_b_fkey");
  CHECK(made.foreign_keys[0].references() == Name{"public", "users"});
}

TEST_CASE("expected: a foreign key that is no constraint is none") {
  ContractTable t = contract_table("users", {plain("a")});
  t.foreign_keys.resize(1);
  t.foreign_keys[0].columns = t.foreign_keys[0].target_columns = {"a"};
  t.foreign_keys[0].target_table = "users";
  t.foreign_keys[0].constraint = false;
  CHECK(only_table(contract_schema(contract({t}))).foreign_keys.empty());
}

TEST_CASE("expected: storage parameters are text, strings without their quotes") {
  ContractTable t = contract_table("users", {plain("a")});
  t.indexes = {{{"a"}, "ix", "bm25", {{"key_field", {"\"a\""}}, {"fillfactor", {"70"}}, {"fastupdate", {"false"}}}}};
  CHECK(only_table(contract_schema(contract({t}))).indexes[0].options ==
        Lines{"fastupdate=false", "fillfactor=70", "key_field=a"});
}

TEST_CASE("expected: what the search path resolves lives in public, and nothing needs no schema") {
  CHECK(contract_schema(contract({contract_table("t", {plain("a")})}, "__unbound__")).find_table({"public", "t"}) !=
        nullptr);
  CHECK(contract_schema(contract({}, "__unbound__")).namespaces.empty());
  CHECK(contract_schema(contract({}, "audit")).namespaces.size() == 1);
}

TEST_CASE("expected: native enums are found in the own schema first, then in any other, then where the name says") {
  ContractColumn c = typed("pg/enum@1", "mood");
  c.parameters.emplace().type_name = "mood";
  Contract both = contract({contract_table("t", {c})}, "shop");
  both.namespaces.insert(both.namespaces.begin(), ContractNamespace{"public", {}, {{"mood", {"a"}, {}}}, {}, {}});
  const auto type_in_shop = [](const Contract& of) {
    return contract_schema(of).find_table({"shop", "t"})->columns[0].type;
  };
  CHECK(type_in_shop(both) == "public.mood");
  both.namespaces[1].enums.push_back({"mood", {"a"}, {}});
  CHECK(type_in_shop(both) == "shop.mood");
  both.namespaces[1].tables[0].columns[0].parameters->type_name = "auth.level";
  CHECK(type_in_shop(both) == "auth.level");
  both.namespaces[1].tables[0].columns[0].parameters->type_name = "My Mood";
  CHECK(type_in_shop(both) == "shop.\"My Mood\"");
}

TEST_CASE("expected: a check permits the values of its set") {
  ContractTable t = contract_table("users", {plain("role")});
  t.checks = {{"users_role_check", "role", ValueSetReference{"public", "Role", {}}}};
  Contract with = contract({t});
  with.namespaces[0].value_sets["Role"] = {{"\"USER\""}, {"\"it's\""}, {"3"}};
  CHECK(only_table(contract_schema(with)).checks[0].membership->values == Lines{"USER", "it's", "3"});
  CHECK(refusal(contract({t})) == R"(check "users_role_check" on "users" permits no value at all)");
}

TEST_CASE("expected: packs ask for their extensions") {
  Contract with = contract({});
  with.extension_packs = {"pgvector", "postgis", "somebody-elses"};
  const Schema s = contract_schema(with);
  REQUIRE(s.extensions.size() == 2);
  CHECK(s.extensions[0].name == "postgis");
  CHECK(s.extensions[1].name == "vector");
}

TEST_CASE("expected: control is the object's own, else the contract's; external for all overrides each") {
  const auto control = [](std::optional<Control> of_contract, std::optional<Control> own) {
    ContractTable t = contract_table("t", {plain("a")});
    t.control = own;
    Contract c = contract({t});
    c.default_control = of_contract;
    return only_table(contract_schema(c)).control;
  };
  CHECK(control({}, {}) == Control::managed);
  CHECK(control(Control::tolerated, {}) == Control::tolerated);
  CHECK(control(Control::tolerated, Control::observed) == Control::observed);
  CHECK(control(Control::external, Control::managed) == Control::external);
}

TEST_CASE("expected: the roles of a policy are sorted, and public is everybody") {
  ContractTable t = contract_table("users", {plain("a")});
  t.row_security = true;
  Contract with = contract({t});
  with.namespaces[0].policies = {
      {"users", "own_12345678", "own", PolicyCommand::select, {"b", "a", "b"}, "true", {}, true},
      {"users", "all_12345678", "all", PolicyCommand::all, {"a", "PUBLIC"}, {}, "true", false}};
  const Schema schema = contract_schema(with);
  const Table& made = only_table(schema);
  CHECK(made.row_security);
  REQUIRE(made.policies.size() == 2);
  CHECK(made.policies[0].roles.empty());
  CHECK_FALSE(made.policies[0].permissive);
  CHECK(made.policies[1].roles == Lines{"a", "b"});
  CHECK(made.policies[1].using_expression->text == "true");
}

TEST_CASE("expected: names that would collide are refused") {
  ContractTable t = contract_table("users", {plain("a"), plain("b")});
  t.indexes = {{{"a"}, "same", {}, {}}, {{"b"}, "same", {}, {}}};
  CHECK(refusal(contract({t})).starts_with(R"(index "same" in schema "public" has the name of another)"));
  t.indexes = {{{"a"}, "users", {}, {}}};
  CHECK(refusal(contract({t})).starts_with(R"(index "users" in schema "public" has the name of another)"));
  t.indexes.clear();
  t.uniques = {{{"a"}, "same"}};
  t.foreign_keys.resize(1);
  t.foreign_keys[0].name = "same";
  t.foreign_keys[0].columns = t.foreign_keys[0].target_columns = {"a"};
  t.foreign_keys[0].target_namespace = "public";
  t.foreign_keys[0].target_table = "users";
  CHECK(refusal(contract({t})) == R"(table "users" has two constraints named "same")");
}

TEST_CASE("expected: what is no type is refused before it becomes SQL") {
  for (const char* native : {"int4); DROP TABLE x; --", "", "4ever", "te'xt"}) {
    CAPTURE(std::string(native));
    CHECK(refusal(contract({contract_table("t", {typed("pg/x@1", native)})})).ends_with("is not the name of a type"));
  }
}

TEST_CASE("expected: the same contract asks for nothing new") {
  ContractTable t = contract_table("users", {plain("a"), plain("b")});
  t.uniques = {{{"a"}, {}}};
  Schema once = contract_schema(contract({t})), twice = contract_schema(contract({t}));
  reconcile(twice, once);
  CHECK(diff(twice, once).empty());
}

}  // namespace
}  // namespace plinth
