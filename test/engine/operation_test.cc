#include "engine/operation.h"

#include <doctest/doctest.h>

#include <set>

#include "engine/json/canonical.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/alter_identity.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/drop_not_null.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/constraints/add_foreign_key.h"
#include "engine/ops/constraints/add_primary_key.h"
#include "engine/ops/constraints/add_unique.h"
#include "engine/ops/constraints/drop_check_constraint.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/database/create_schema.h"
#include "engine/ops/database/drop_extension.h"
#include "engine/ops/database/drop_schema.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/kinds.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/row_security/disable_row_level_security.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/row_security/enable_row_level_security.h"
#include "engine/ops/row_security/force_row_level_security.h"
#include "engine/ops/row_security/rename_rls_policy.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/drop_enum_type.h"
#include "engine/ops/types/rename_type.h"
#include "test/engine/operation_samples.h"

namespace plinth {
namespace {

using namespace test;

const auto at = JsonPath::root(Code::migration_invalid_operation_entry, "op");

std::string stored_text(const Operation& op, bool with_source = true) {
  const auto doc = json::null();
  write_stored(*doc, stored_form(op, with_source));
  return stringify(*doc, 0);
}

Code refusal(const Operation& op, Schema schema) {
  try {
    apply(op, schema);
  } catch (const Error& e) {
    CHECK(std::string(e.what()).starts_with(label(op) + ": "));
    return e.code();
  }
  return Code::rpc_cancelled;  // accepted
}

TEST_CASE("operations: there is a sample of every kind") {
  std::set<std::string> seen;
  for (const auto& s : samples()) seen.insert(std::string(kind(s.op)));
  std::set<std::string> all;
  for (const OperationTraits* k : operation_kinds()) all.insert(std::string(k->kind));
  CHECK(all.size() == operation_kinds().size());
  CHECK(seen == all);
}

TEST_CASE("operations: each survives being written and read") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    const std::string text = to_json(s.op);
    CHECK(to_json(from_json<Operation>(text, Code::engine_internal, "op")) == text);
    CHECK(kind(from_json<Operation>(text, Code::engine_internal, "op")) == kind(s.op));
  }
}

TEST_CASE("operations: each survives being thinned and joined with its destination") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    Schema destination = house();
    apply(s.op, destination);
    if (const auto* add = get_if<AddColumn>(&s.op); add != nullptr && add->relaxed) {
      find_named(destination.find_table(add->on())->columns, add->definition.name)->nullable = false;
    }
    const auto thin = json::null();
    write_thin(*thin, s.op);
    CHECK(to_json(read_any(*thin, at, destination)) == to_json(s.op));
  }
}

TEST_CASE("operations: each survives being stored") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    const auto doc = json::parse(stored_text(s.op), Code::engine_internal);
    CHECK(to_json(from_stored(read_stored(*doc, at), at)) == to_json(s.op));
    CHECK(to_json(read_any(*doc, at, {})) == to_json(s.op));
  }
}

TEST_CASE("operations: without its source a stored one is raw, and says the same") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    const auto doc = json::parse(stored_text(s.op, false), Code::engine_internal);
    const Operation back = from_stored(read_stored(*doc, at), at);
    REQUIRE(holds_alternative<RawSql>(back));
    CHECK(id(back) == id(s.op));
    CHECK(label(back) == label(s.op));
    CHECK(operation_class(back) == operation_class(s.op));
    CHECK(invariant_id(back) == invariant_id(s.op));
    CHECK(steps(back) == steps(s.op));
    CHECK(stored_text(back) == stored_text(s.op, false));
  }
}

TEST_CASE("operations: each has statements, an id and a label, and changes what it is applied to") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    CHECK_FALSE(id(s.op).empty());
    CHECK_FALSE(path(s.op).empty());
    CHECK_FALSE(steps(s.op).execute.empty());
    Schema after = house();
    apply(s.op, after);
    const bool changes_rows = holds_alternative<DataTransform>(s.op) || holds_alternative<RawSql>(s.op) ||
                              holds_alternative<CreateSyncTrigger>(s.op) || holds_alternative<DropSyncTrigger>(s.op);
    const auto* force = get_if<ForceRowLevelSecurity>(&s.op);
    CHECK((after == house()) == (changes_rows || (force != nullptr && !force->force)));
  }
}

TEST_CASE("operations: a second time is refused where it would find its own work") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    Schema once = house();
    apply(s.op, once);
    const Schema after = once;
    if (s.repeatable) {
      apply(s.op, once);
      CHECK(once == after);
    } else {
      CHECK(refusal(s.op, once) == Code::migration_not_applicable);
    }
  }
}

TEST_CASE("operations: nothing to work on is refused") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    Schema empty;
    if (s.unconditional) {
      apply(s.op, empty);
    } else {
      CHECK(refusal(s.op, empty) == Code::migration_not_applicable);
    }
  }
}

// ---- there and back ---------------------------------------------------------------------------------------------

TEST_CASE("operations: what one kind makes another takes away") {
  const Schema before = house();
  const Table& users = *before.find_table({"public", "users"});
  const std::vector<std::pair<Operation, Operation>> pairs = {
      {CreateExtension{"hstore"}, DropExtension{"hstore"}},
      {CreateSchema{"shop"}, DropSchema{"shop"}},
      {CreateEnumType{"public", "color", {"red"}, false}, DropEnumType{"public", "color"}},
      {RenameType{"public", "mood", "temper"}, RenameType{"public", "temper", "mood"}},
      {CreateTable::of("public", notes()), DropTable{"public", "notes"}},
      {RenameTable{"public", "users", "people"}, RenameTable{"public", "people", "users"}},
      {AddColumn{"public", "users", column("bio"), false}, DropColumn{"public", "users", "bio"}},
      {RenameColumn{"public", "users", "id", "key"}, RenameColumn{"public", "users", "key", "id"}},
      {SetNotNull{"public", "users", "age"}, DropNotNull{"public", "users", "age"}},
      {DropDefault{"public", "users", "email"},
       SetDefault{"public", "users", "email", *users.columns[1].fallback, "text", false}},
      {AlterIdentity{"public", "users", "id", {}, Identity::always},
       AlterIdentity{"public", "users", "id", Identity::always, {}}},
      {DropConstraint{"public", "users", "users_pkey", "primaryKey"},
       AddPrimaryKey{"public", "users", *users.primary_key}},
      {DropConstraint{"public", "users", "users_email_key", "unique"}, AddUnique{"public", "users", users.uniques[0]}},
      {DropConstraint{"public", "posts", "posts_author_fkey", "foreignKey"},
       AddForeignKey{"public", "posts", foreign_key("posts_author_fkey")}},
      {DropCheckConstraint{"public", "users", "users_age_check"},
       AddCheckConstraint{"public", "users", users.checks[0]}},
      {RenameConstraint{"public", "users", "users_age_check", "z"},
       RenameConstraint{"public", "users", "z", "users_age_check"}},
      {DropIndex{"public", "users", "users_age_idx"}, CreateIndex{"public", "users", users.indexes[0]}},
      {RenameIndex{"public", "users", "users_age_idx", "z"}, RenameIndex{"public", "users", "z", "users_age_idx"}},
      {DisableRowLevelSecurity{"public", "users"}, EnableRowLevelSecurity{"public", "users"}},
      {ForceRowLevelSecurity{"public", "users", true}, ForceRowLevelSecurity{"public", "users", false}},
      {DropRlsPolicy{"public", "users", "own"}, CreateRlsPolicy{"public", "users", users.policies[0]}},
      {RenameRlsPolicy{"public", "users", "own", "z"}, RenameRlsPolicy{"public", "users", "z", "own"}},
  };
  for (const auto& p : pairs) {
    CAPTURE(label(p.first));
    Schema s = before;
    apply(p.first, s);
    CHECK_FALSE(s == before);
    apply(p.second, s);
    CHECK(s == before);
  }
}

TEST_CASE("operations: what the server changes along changes along") {
  Schema s = house();
  apply(RenameType{"public", "mood", "Temper"}, s);
  apply(RenameTable{"public", "users", "people"}, s);
  apply(RenameColumn{"public", "people", "id", "key"}, s);
  apply(RenameColumn{"public", "people", "age", "years"}, s);
  const Table& people = *s.find_table({"public", "people"});
  CHECK(people.columns[3].type == "public.\"Temper\"");
  CHECK(people.primary_key->columns == std::vector<std::string>{"key"});
  CHECK(people.checks[0].expression.text == "years > 0");
  CHECK(people.indexes[0].keys[0].column == "years");
  CHECK(people.policies[0].using_expression->text == "key = 1");
  const ForeignKey& fk = s.find_table({"public", "posts"})->foreign_keys[0];
  CHECK(fk.references() == Name{"public", "people"});
  CHECK(fk.referenced_columns == std::vector<std::string>{"key"});
  apply(DropColumn{"public", "people", "years"}, s);
  CHECK(s.find_table({"public", "people"})->checks.empty());
  CHECK(s.find_table({"public", "people"})->indexes.empty());
}

TEST_CASE("operations: what something left still needs is not dropped, and no name is given twice") {
  Schema s = house();
  CHECK(refusal(DropTable{"public", "users"}, s) == Code::migration_not_applicable);    // posts reference it
  CHECK(refusal(DropEnumType{"public", "mood"}, s) == Code::migration_not_applicable);  // a column has it
  CHECK(refusal(RenameConstraint{"public", "users", "users_age_check", "users_pkey"}, s) ==
        Code::migration_not_applicable);
  CHECK(refusal(RenameConstraint{"public", "users", "users_age_check", "users_email_key"}, s) ==
        Code::migration_not_applicable);
  apply(DropTable{"public", "posts"}, s);
  apply(DropTable{"public", "users"}, s);
  apply(DropEnumType{"public", "mood"}, s);
}

TEST_CASE("operations: a renamed type changes where it is a type, not what strings say") {
  Schema s = house();
  Column& mood = s.find_table({"public", "users"})->columns[3];
  mood.fallback = Default{Default::Kind::expression, "pick('::public.mood', 'a'::public.mood_old, 'b'::public.mood)"};
  apply(RenameType{"public", "mood", "a_much_longer_name"}, s);
  CHECK(s.find_table({"public", "users"})->columns[3].fallback->value ==
        "pick('::public.mood', 'a'::public.mood_old, 'b'::public.a_much_longer_name)");
  apply(RenameType{"public", "a_much_longer_name", "m"}, s);
  CHECK(s.find_table({"public", "users"})->columns[3].fallback->value ==
        "pick('::public.mood', 'a'::public.mood_old, 'b'::public.m)");
}

// ---- stored and thin forms --------------------------------------------------------------------------------------

Code read_refusal(const std::string& text, const Schema& destination = {}) {
  try {
    read_any(*json::parse(text, Code::engine_internal), at, destination);
  } catch (const Error& e) {
    return e.code();
  }
  return Code::rpc_cancelled;  // accepted
}

TEST_CASE("operations: a descriptor names what the destination has, or is refused") {
  for (const auto& s : samples()) {
    CAPTURE(label(s.op));
    const auto thin = json::null();
    write_thin(*thin, s.op);
    const std::string text = json::dump(*thin);
    const auto* alter = get_if<AlterColumnType>(&s.op);
    if (text == to_json(s.op) || (alter != nullptr && alter->temporary)) continue;  // it says all of itself
    CHECK(read_refusal(text) == Code::migration_unresolved_descriptor);
  }
}

TEST_CASE("operations: a descriptor tells nodes apart that have the same columns") {
  Schema destination = house();
  Table& posts = *destination.find_table({"public", "posts"});
  const auto resolved = [&](const std::string& text) {
    return id(read_any(*json::parse(text, Code::engine_internal), at, destination));
  };
  const auto pair = [](auto& nodes, auto first, const std::string& name, const std::string& open) {
    first.name = name;
    nodes = {first, first};
    nodes[1].name = open;
    nodes[1].named = false;
    sort_by_name(nodes);
  };
  pair(posts.indexes, index_of("", "body"), "chosen", "posts_body_idx");
  pair(posts.uniques, Unique{"", {"id"}, {}, false, {}, true}, "chosen_key", "posts_id_key");
  pair(posts.foreign_keys, foreign_key(""), "chosen_fkey", "posts_author_fkey");
  for (const auto& [kind, column] :
       {std::pair{"createIndex", "body"}, {"addUnique", "id"}, {"addForeignKey", "author"}}) {
    const std::string text = std::string(R"({"kind":")") + kind + R"(","table":"posts","columns":[")" + column + "\"]}";
    CHECK(resolved(text).find(".posts_") != std::string::npos);
  }
  const auto survives = [&](const Operation& op) {
    const auto thin = json::null();
    write_thin(*thin, op);
    return to_json(read_any(*thin, at, destination)) == to_json(op);
  };
  for (const auto& i : posts.indexes) CHECK(survives(CreateIndex{"public", "posts", i}));
  for (const auto& u : posts.uniques) CHECK(survives(AddUnique{"public", "posts", u}));
  for (const auto& k : posts.foreign_keys) CHECK(survives(AddForeignKey{"public", "posts", k}));
  CHECK(resolved(R"({"kind":"addUnique","table":"posts","columns":["id"],"constraintName":"live"})") ==
        "unique.posts.posts_id_key");
}

TEST_CASE("operations: an unknown kind and an unknown field are refused") {
  CHECK(read_refusal(R"({"kind":"dropEverything"})") == Code::migration_invalid_operation_entry);
  CHECK(read_refusal(R"({"kind":"dropTable","table":"t","cascade":true})") == Code::migration_invalid_operation_entry);
  CHECK(read_refusal(R"({"table":"t"})") == Code::migration_invalid_operation_entry);
  CHECK(read_refusal("7") == Code::migration_invalid_operation_entry);
  CHECK(read_refusal(R"({"kind":"addEnumValues","typeName":"x"})") == Code::migration_invalid_operation_entry);
  CHECK(read_refusal(R"({"kind":"addEnumValues","typeName":"x","values":[]})") ==
        Code::migration_invalid_operation_entry);
}

TEST_CASE("operations: statements that were edited beside their source are refused") {
  RawSql stored = stored_form(DropTable{"public", "posts"});
  stored.execute[0].sql += " CASCADE";
  try {
    from_stored(stored, at);
    FAIL("not refused");
  } catch (const Error& e) {
    CHECK(e.code() == Code::migration_steps_differ);
  }
}

TEST_CASE("operations: an open transform takes the statements that were written into it") {
  DataTransform open = transform();
  open.run.reset();
  RawSql stored = stored_form(open);
  CHECK(stored.execute.empty());
  CHECK(open_slots(from_stored(stored, at)) == std::vector<std::string>{"fill:run"});
  stored.execute = {{"Run fill", "UPDATE t SET a = $1", std::vector<JsonText>{{"\"x\""}}, {}}};
  CHECK(to_json(from_stored(stored, at)) == to_json(Operation(transform())));
}

TEST_CASE("operations: a stored form has the keys of the format, in its order") {
  CHECK(
      stored_text(CreateSchema{"shop"}, false) ==
      R"({"id":"schema.shop","label":"Create schema \"shop\"","operationClass":"additive","target":{"id":"postgres"},)"
      R"("precheck":[],"execute":[{"description":"Create schema \"shop\"",)"
      R"("sql":"CREATE SCHEMA IF NOT EXISTS \"shop\"","params":[]}],"postcheck":[]})");
  const std::string stored = stored_text(raw());
  CHECK(stored.find(R"("operationClass":"widening","invariantId":"done","target":{"id":"postgres"})") !=
        std::string::npos);
}

}  // namespace
}  // namespace plinth
