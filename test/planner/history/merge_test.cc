#include <doctest/doctest.h>

#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_column.h"
#include "engine/ops/columns/rename_column.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/tables/rename_table.h"
#include "planner/history/merge/merge.h"
#include "test/planner/support/random_schema.h"

namespace plinth {
namespace {

using namespace test;

Schema base() {
  Table t = table("users", {column("id", "int4"), column("email"), column("age", "int4", true)});
  t.primary_key = primary_key("users", {"id"});
  Table posts = table("posts", {column("id", "int4"), column("author", "int4")});
  return schema({t, posts}, {{"mood", {"calm", "cross"}}});
}

template <class Change>
Schema changed(Change change) {
  Schema out = base();
  change(out);
  return out;
}

// `path: ours | theirs` of each conflict.
Lines conflicts(const Merge& merge) {
  Lines out;
  for (const auto& c : merge.conflicts) {
    std::string path;
    for (const auto& p : c.path) path.append(path.empty() ? "" : ".").append(p);
    out.push_back(path.append(": ").append(c.ours).append(" | ").append(c.theirs));
    CHECK_FALSE(c.why.empty());
    CHECK_FALSE(c.fix.empty());
  }
  return out;
}

Merge merged(const Schema& ours, const Schema& theirs) { return merge(base(), {ours, {}}, {theirs, {}}); }

const auto add_name = [](Schema& s) { in(s, "users").columns.push_back(column("name", "text", true)); };
const auto drop_age = [](Schema& s) { in(s, "users").columns.pop_back(); };
const auto drop_email = [](Schema& s) {
  auto& columns = in(s, "users").columns;
  columns.erase(columns.begin() + 1);
};
const auto drop_users = [](Schema& s) {
  auto& tables = s.namespaces[0].tables;
  tables.erase(tables.begin() + 1);
};
const auto reference_users = [](Schema& s) {
  in(s, "posts").foreign_keys = {foreign_key("posts_author_fkey", {"author"}, "users", {"id"})};
};

TEST_CASE("merge: changes of different things go together, either way") {
  const Schema ours = changed(add_name), theirs = changed(drop_age);
  const Merge m = merged(ours, theirs);
  CHECK(conflicts(m).empty());
  CHECK(brief(m.from_ours.operations) == Lines{"dropColumn users.age"});
  CHECK(brief(m.from_theirs.operations) == Lines{"addColumn users.name"});
  CHECK(prove(ours, m.from_ours.operations, m.merged).ok);
  CHECK(prove(theirs, m.from_theirs.operations, m.merged).ok);
}

// Schema and operations of a branch that starts with these.
BranchEnd branch(const std::vector<Operation>& operations) {
  BranchEnd out{base(), operations};
  for (const auto& op : operations) apply(op, out.schema);
  return out;
}

TEST_CASE("merge: what one branch renames, the other may not drop or rename to something else") {
  const RenameColumn to_mail{"public", "users", "email", "mail"}, to_contact{"public", "users", "email", "contact"};
  const DropColumn gone{"public", "users", "email"};
  const RenameTable to_people{"public", "users", "people"}, to_members{"public", "users", "members"};
  const DropTable no_users{"public", "users"};
  const Operation again = AddColumn{"public", "users", column("mail", "text", true), false};
  const auto paths = [](const std::vector<Operation>& ours, const std::vector<Operation>& theirs) {
    Lines out;
    for (const auto& [a, b] : {std::pair{ours, theirs}, std::pair{theirs, ours}}) {
      const Merge m = merge(base(), branch(a), branch(b));
      for (const auto& c : m.conflicts) out.push_back(dotted(c.path));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  };
  CHECK(paths({to_mail}, {to_contact}) == Lines{"public.users.email"});
  CHECK(paths({to_mail}, {gone}) == Lines{"public.users.email"});
  CHECK(holds(paths({to_mail}, {gone, again}), "public.users.email"));
  CHECK(holds(paths({to_people}, {to_members}), "public.users"));
  CHECK(holds(paths({to_people}, {no_users}), "public.users"));
  CHECK(holds(paths({to_people}, {gone}), "public.users.email"));
  CHECK(paths({to_mail}, {to_mail}).empty());
}

TEST_CASE("merge: a transform does not read what the other branch takes away") {
  const DataTransform reads{"fill",
                            {},
                            "migration.ts",
                            TransformCheck{},
                            std::vector<TransformQuery>{{"UPDATE users SET email = age::text", {}}}};
  CHECK(conflicts(merge(base(), branch({reads}), branch({DropColumn{"public", "users", "age"}}))) ==
        Lines{"public.users.age: runs the transform \"Data transform: fill\" | drops column public.users.age"});
  CHECK(conflicts(merge(base(), branch({reads}), branch({DropColumn{"public", "posts", "author"}}))).empty());
  RawSql counts;
  counts.raw_id = counts.raw_label = "count";
  counts.raw_class = OperationClass::data;
  counts.execute = {{"run", "UPDATE users SET age = (SELECT count(*) FROM posts)", {}, {}}};
  CHECK(conflicts(merge(base(), branch({counts}), branch({DropTable{"public", "posts"}}))) ==
        Lines{"public.posts: runs the transform \"count\" | drops table public.posts"});
}

TEST_CASE("merge: values of an enum do not leave while the other branch sets a default of it") {
  const auto with_mood = [](Schema& s) { in(s, "users").columns.push_back(column("mood", "public.mood", true)); };
  const auto fewer = [](Schema& s) { s.namespaces[0].enums[0].values = {"calm"}; };
  const auto with_default_mood = [](Schema& s) {
    in(s, "users")
        .columns.push_back(with_default(column("mood", "public.mood", true), Default::Kind::literal, "\"calm\""));
  };
  CHECK(conflicts(merged(changed(fewer), changed(with_mood))) == Lines{});
  CHECK(conflicts(merged(changed(fewer), changed(with_default_mood))).size() == 1);
}

TEST_CASE("merge: different properties of one column go together, and what both do alike") {
  const Merge m = merged(changed([](Schema& s) {
                           in(s, "users", "age").nullable = false;
                           add_name(s);
                         }),
                         changed([](Schema& s) {
                           in(s, "users", "age").fallback = Default{Default::Kind::literal, "7"};
                           add_name(s);
                         }));
  CHECK(conflicts(m).empty());
  const Column& age = *find_named(m.merged.find_table({"public", "users"})->columns, "age");
  CHECK(age.fallback);
  CHECK_FALSE(age.nullable);
  CHECK(brief(m.from_ours.operations) == Lines{"setDefault users.age"});
}

TEST_CASE("merge: one property with two values, and one name for two things") {
  CHECK(conflicts(merged(changed([](Schema& s) { in(s, "users", "age").type = "int8"; }),
                         changed([](Schema& s) { in(s, "users", "age").type = "text"; }))) ==
        Lines{"public.users.age: changes column public.users.age: type should be int8, is int4 | changes column "
              "public.users.age: type should be text, is int4"});
  CHECK(conflicts(merged(changed(add_name),
                         changed([](Schema& s) { in(s, "users").columns.push_back(column("name", "int4")); }))) ==
        Lines{"public.users.name: creates column public.users.name | creates column public.users.name"});
  CHECK(merged(changed([](Schema& s) { in(s, "users", "age").type = "int8"; }), changed([](Schema& s) {
                 in(s, "users", "age").fallback = Default{Default::Kind::literal, "7"};
               }))
            .conflicts.size() == 1);
  CHECK(merged(changed([](Schema& s) {
                 s.find_enum({"public", "mood"})->values = {"calm", "cross", "a"};
               }),
               changed([](Schema& s) {
                 s.find_enum({"public", "mood"})->values = {"calm", "cross", "b"};
               }))
            .conflicts.size() == 1);
  CHECK(merged(changed([](Schema& s) { in(s, "posts").primary_key = primary_key("posts", {"id"}); }),
               changed([](Schema& s) {
                 in(s, "posts").primary_key = {"other", {"author"}, {}, {}, true};
               }))
            .conflicts.size() == 1);
}

TEST_CASE("merge: what one takes away and the other changes or needs") {
  CHECK(conflicts(merged(changed(drop_age), changed([](Schema& s) { in(s, "users", "age").nullable = false; }))) ==
        Lines{"public.users.age: drops column public.users.age | changes column public.users.age: nullable should be "
              "false, is true"});
  CHECK(conflicts(merged(changed(drop_users), changed(add_name))) ==
        Lines{"public.users.name: drops table public.users | creates column public.users.name"});
  CHECK(conflicts(merged(changed(drop_users), changed(reference_users))) ==
        Lines{"public.users: drops table public.users | creates foreignKey public.posts.posts_author_fkey"});
  CHECK(conflicts(merged(changed([](Schema& s) { in(s, "users").indexes = {index("email_idx", {"email"})}; }),
                         changed(drop_email))) ==
        Lines{"public.users.email: creates index public.users.email_idx | drops column public.users.email"});
  CHECK(conflicts(merged(changed(reference_users), changed([](Schema& s) { in(s, "users").primary_key.reset(); })))
            .size() == 1);
  CHECK(conflicts(merged(changed(reference_users), changed([](Schema& s) { in(s, "users", "id").type = "uuid"; })))
            .size() == 1);
  CHECK(conflicts(merged(changed([](Schema& s) { s.namespaces[0].enums.clear(); }), changed([](Schema& s) {
                           in(s, "users").columns.push_back(column("mood", "public.mood", true));
                         }))) == Lines{"public.mood: drops enum public.mood | creates column public.users.mood"});
  CHECK(conflicts(merged(changed([](Schema& s) { in(s, "users").indexes = {index("i", {"email"})}; }),
                         changed([](Schema& s) { in(s, "posts").indexes = {index("i", {"id"})}; })))
            .size() == 1);
  const Schema checked = changed([](Schema& s) { in(s, "users").checks = {check("adult", "age > 17")}; });
  CHECK(conflicts(merged(checked, changed(drop_age))) ==
        Lines{"public.users.age: creates check public.users.adult | drops column public.users.age"});
  CHECK(conflicts(merged(changed([](Schema& s) { in(s, "users", "age").type = "text"; }), checked)).size() == 1);
  CHECK(conflicts(merged(changed(drop_email), checked)).empty());
  // Both take it away.
  CHECK(conflicts(merged(changed(drop_users), changed(drop_users))).empty());
  CHECK(conflicts(merged(changed(drop_users), changed(drop_age))).empty());
}

TEST_CASE("merge: types and relations share no names, but for tables") {
  const auto type = [](Schema& s) { insert_sorted(s.namespaces[0].enums, Enum{"status", {"open"}}); };
  const auto indexed = [](Schema& s) { in(s, "users").indexes = {index("status", {"email"})}; };
  const auto made = [](Schema& s) { insert_sorted(s.namespaces[0].tables, table("status", {column("id")})); };
  CHECK(conflicts(merged(changed(type), changed(indexed))).empty());
  CHECK(conflicts(merged(changed(type), changed(made))).size() == 1);
  CHECK(conflicts(merged(changed(indexed), changed(made))).size() == 1);
}

TEST_CASE("merge: a column of a type that goes, whatever its name needs in quotes") {
  Schema from = base();
  insert_sorted(from.namespaces[0].enums, Enum{"Mood", {"calm"}});
  Schema ours = from;
  in(ours, "users").columns.push_back(column("mood", "public.\"Mood\"[]", true));
  CHECK(conflicts(merge(from, {ours, {}}, {base(), {}})) ==
        Lines{"public.Mood: creates column public.users.mood | drops enum public.Mood"});
}

TEST_CASE("merge: where no way can be planned, both sides are told") {
  const Schema mailed =
      changed([](Schema& s) { in(s, "users").columns.push_back(column("mail", "public.mail", true)); });
  CHECK(conflicts(merged(changed(drop_age), mailed)) ==
        Lines{"public.users.mail: leaves public.users.mail as it is | creates column public.users.mail"});
}

TEST_CASE("merge: a foreign key of one branch may lead to the type that the other gives to its key") {
  const Schema numbered = changed([](Schema& s) { in(s, "users", "id").type = "numeric"; });
  const Merge m = merged(changed(reference_users), numbered);
  CHECK(conflicts(m).empty());
  CHECK(prove(numbered, m.from_theirs.operations, m.merged).ok);
}

TEST_CASE("merge: what both create is the same, whether they name it or leave the name open") {
  const auto unique = [](bool named) {
    return [=](Schema& s) {
      in(s, "users").uniques = {unique_key("users_email_key", {"email"})};
      in(s, "users").uniques.front().named = named;
    };
  };
  CHECK(conflicts(merged(changed(unique(true)), changed(unique(false)))).empty());
  const auto made = [](bool named) {
    return [=](Schema& s) {
      Table t = table("tags", {column("id")});
      t.primary_key = primary_key("tags", {"id"});
      t.primary_key->named = named;
      insert_sorted(s.namespaces[0].tables, t);
    };
  };
  CHECK(conflicts(merged(changed(made(true)), changed(made(false)))).empty());
}

TEST_CASE("merge: all conflicts at once") {
  const Merge m = merged(changed([](Schema& s) {
                           in(s, "users", "age").type = "int8";
                           in(s, "users", "email").type = "uuid";
                         }),
                         changed([](Schema& s) {
                           in(s, "users", "age").type = "text";
                           in(s, "users", "email").type = "bytea";
                         }));
  CHECK(m.conflicts.size() == 2);
}

TEST_CASE("merge: migrations bring their renames and transforms along") {
  const RenameColumn rename{"public", "users", "email", "mail"};
  Schema ours = base(), theirs = changed(add_name);
  rename.apply(ours);
  const DataTransform fill{"fill", {}, "migration.ts", TransformCheck{}, std::vector<TransformQuery>{{"UPDATE", {}}}};
  const std::vector<Operation> adding = {AddColumn{"public", "users", column("name", "text", true), false}, fill};
  const Merge m = merge(base(), {ours, {rename}}, {theirs, adding});
  CHECK(conflicts(m).empty());
  CHECK(brief(m.from_ours.operations) == Lines{"addColumn users.name", "dataTransform fill"});
  CHECK(brief(m.from_theirs.operations) == Lines{"renameColumn users.mail"});

  const Schema indexed = changed([](Schema& s) { in(s, "users").indexes = {index("i", {"email"})}; });
  CHECK(conflicts(merge(base(), {ours, {rename}}, {indexed, {}})) ==
        Lines{"public.users.email: renames column public.users.email to mail | creates index public.users.i"});

  DataTransform other = fill;
  other.run = std::vector<TransformQuery>{{"DELETE", {}}};
  CHECK(conflicts(merge(base(), {theirs, adding}, {theirs, {adding.front(), other}})) ==
        Lines{"fill: runs the transform fill | runs another transform fill"});
}

TEST_CASE("merge: a branch with itself, and with the base") {
  const Schema ours = changed(add_name);
  const Merge same = merged(ours, ours);
  CHECK(same.conflicts.empty());
  CHECK(same.from_ours.operations.empty());
  const Merge ahead = merged(ours, base());
  CHECK(ahead.from_ours.operations.empty());
  CHECK(brief(ahead.from_theirs.operations) == Lines{"addColumn users.name"});
}

TEST_CASE("merge: random branches go together or say why; turned around the answer is the same") {
  std::size_t together = 0;
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    RandomSchema random(seed);
    const Schema from = random.next(), ours = random.next();
    // One branch changes a table, the other one another, or the same.
    Schema theirs = from;
    const Schema other = random.next();
    for (const auto& t : other.namespaces[0].tables) {
      if (from.find_table({"public", t.name}) == nullptr) insert_sorted(theirs.namespaces[0].tables, t);
    }
    const Merge m = merge(from, {ours, {}}, {theirs, {}}), turned = merge(from, {theirs, {}}, {ours, {}});
    CHECK(m.conflicts.empty() == turned.conflicts.empty());
    if (!m.conflicts.empty()) continue;
    ++together;
    CHECK(diff(m.merged, turned.merged).empty());
    CHECK(prove(ours, m.from_ours.operations, m.merged).ok);
    CHECK(prove(theirs, m.from_theirs.operations, m.merged).ok);
  }
  CHECK(together > 20);
}

}  // namespace
}  // namespace plinth
