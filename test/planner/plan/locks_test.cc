// What operations are said to lock, rewrite and read, against what was measured on Postgres 12 to 18.
#include <doctest/doctest.h>

#include <map>
#include <set>

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
#include "engine/ops/constraints/validate_constraint.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/row_security/drop_rls_policy.h"
#include "engine/ops/row_security/enable_row_level_security.h"
#include "engine/ops/row_security/force_row_level_security.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/tables/drop_table.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/rename_type.h"
#include "planner/types/type_change.h"
#include "test/files.h"
#include "test/planner/plan/locks_unsaid.h"
#include "test/planner/support/schemas.h"

namespace plinth::test {
namespace {

constexpr int oldest = 12, newest = 18;
const auto at = JsonPath::root(Code::engine_internal, "locks");

// The tables of the measurement.
Schema measured_schema() {
  Table p = table("p", {column("id", "int4"), column("code", "text", true)});
  p.primary_key = primary_key("p", {"id"});
  p.uniques = {unique_key("p_code_key", {"code"})};
  Table t = table("t", {column("id", "int4"),
                        column("a", "int4", true),
                        column("b", "character varying(10)", true),
                        column("c", "text", true),
                        column("d", "timestamp", true),
                        column("e", "timestamptz", true),
                        column("f", "numeric(10,2)", true),
                        column("fc", "float4", true),
                        column("g", "int4", true),
                        column("n", "int4"),
                        column("nn", "text"),
                        column("i2", "int2", true),
                        column("big", "int8", true),
                        column("bc", "character(5)", true),
                        column("m", "public.mood", true),
                        column("j", "json", true),
                        column("iv", "interval(3)", true),
                        column("ip", "cidr", true),
                        column("bt", "bit varying(8)", true),
                        column("pid", "int4", true)});
  t.columns[8].fallback = Default{Default::Kind::literal, "1"};
  t.primary_key = primary_key("t", {"id"});
  for (const char* c : {"a", "b", "c", "d", "e"}) t.indexes.push_back(index("t_" + std::string(c) + "_idx", {c}));
  t.indexes.push_back(index("t_n_uidx", {"n"}));
  t.indexes.back().unique = true;
  t.checks = {check("t_a_nn", "a IS NOT NULL"), check("t_ck", "id > 0"), check("t_cknv", "id < 1000000")};
  t.checks[2].not_valid = true;
  t.foreign_keys = {foreign_key("t_fknv", {"pid"}, "p", {"id"})};
  t.foreign_keys[0].not_valid = true;
  Policy pol;
  pol.name = "pol";
  t.policies = {pol};
  Table t2 = table("t2", {column("id", "int4"), column("pid", "int4", true), column("u", "int4", true)});
  t2.primary_key = primary_key("t2", {"id"});
  t2.foreign_keys = {foreign_key("t2_pid_fkey", {"pid"}, "p", {"id"})};
  Table pkn = table("pkn", {column("id", "int4")});
  pkn.primary_key = primary_key("pkn", {"id"});
  Table fkn = table("fkn", {column("pk", "int4", true)});
  fkn.indexes = {index("fkn_i", {"pk"})};
  fkn.foreign_keys = {foreign_key("fkn_pk_fkey", {"pk"}, "pkn", {"id"})};
  Table tid = table("tid", {column("id", "int4")});
  tid.columns[0].identity = Identity::by_default;
  Table vc = table("vc", {column("x", "character varying(10)", true)});
  vc.checks = {check("vc_x_check", "(x)::text <> ''::text")};
  Schema out;
  out.namespaces = {
      {"public", {{"mood", {"sad", "ok"}}}, {fkn, table("np", {column("a", "int4", true)}), p, pkn, t, t2, tid, vc}}};
  return out;
}

Operation add_column(const std::string& name, const std::string& type, const std::string& expression = {}) {
  AddColumn op{"public", name == "np.id" ? "np" : "t", column(name == "np.id" ? "id" : name, type, true)};
  if (!expression.empty()) op.definition.fallback = Default{Default::Kind::expression, expression};
  return op;
}

Operation retype(const std::string& table, const std::string& name, const std::string& to) {
  const Schema s = measured_schema();
  const std::string& from = find_named(s.find_table({"public", table})->columns, name)->type;
  AlterColumnType op{"public", table, name, to, {}, {}};
  op.rewrites = type_change(from, to) != TypeChange::free;
  return op;
}

using Cases = std::map<std::string, std::vector<Operation>, std::less<>>;

void add_table_cases(Cases& out) {
  ForeignKey to_p = foreign_key("nt_pid_fkey", {"pid"}, "p", {"id"});
  const Table nt = table("nt", {column("id", "int4"), column("pid", "int4", true)});
  out["CREATE TABLE (plain)"] = {CreateTable::of("public", nt)};
  out["CREATE TABLE with inline FK to p"] = {CreateTable::of("public", nt), AddForeignKey{"public", "nt", to_p}};
  out["DROP TABLE t2 (has FK to p)"] = {DropTable{"public", "t2"}};
  out["ALTER TABLE RENAME COLUMN"] = {RenameColumn{"public", "t", "c", "cc"}};
  out["ALTER TABLE RENAME CONSTRAINT"] = {RenameConstraint{"public", "t", "t_ck", "t_ck2"}};
  out["ALTER TABLE ENABLE ROW LEVEL SECURITY"] = {EnableRowLevelSecurity{"public", "t"}};
  out["ALTER TABLE FORCE ROW LEVEL SECURITY"] = {ForceRowLevelSecurity{"public", "t", true}};
  Policy x;
  x.name = "x";
  out["CREATE POLICY"] = {CreateRlsPolicy{"public", "t", x}};
  out["DROP POLICY"] = {DropRlsPolicy{"public", "t", "pol"}};
  out["ALTER TYPE ADD VALUE (in tx)"] = {AddEnumValues{"public", "mood", {"great"}, {}}};
  out["ALTER TYPE RENAME"] = {RenameType{"public", "mood", "mood3"}};
}

void add_column_cases(Cases& out) {
  const auto with = [](const Operation& base, auto change) {
    AddColumn op = get<AddColumn>(base);
    change(op.definition);
    return Operation(op);
  };
  const Operation plain = add_column("z", "int4");
  const auto five = [](Column& c) { c.fallback = Default{Default::Kind::literal, "5"}; };
  out["ADD COLUMN (nullable, no default)"] = {plain};
  out["ADD COLUMN constant DEFAULT"] = {with(plain, five)};
  out["ADD COLUMN NOT NULL constant DEFAULT"] = {with(with(plain, five), [](Column& c) { c.nullable = false; })};
  out["ADD COLUMN stable DEFAULT now()"] = {add_column("z", "timestamptz", "now()")};
  out["ADD COLUMN volatile DEFAULT (gen_random_uuid()/random())"] = {add_column("z", "float8", "random()")};
  out["ADD COLUMN volatile DEFAULT clock_timestamp()"] = {add_column("z", "timestamptz", "clock_timestamp()")};
  out["ADD COLUMN serial"] = {add_column("z", "int4", "autoincrement()")};
  out["ADD COLUMN GENERATED AS IDENTITY"] = {with(plain, [](Column& c) { c.identity = Identity::always; })};
  out["ADD COLUMN GENERATED ALWAYS AS (..) STORED"] = {with(plain, [](Column& c) { c.generated = "a * 2"; })};
  const Operation positive = AddCheckConstraint{"public", "t", check("t_z_check", "z > 0")};
  out["ADD COLUMN with inline CHECK (nullable, no default)"] = {plain, positive};
  out["ADD COLUMN with inline CHECK + constant default"] = {with(plain, five), positive};
  out["ADD COLUMN with inline UNIQUE"] = {plain, AddUnique{"public", "t", unique_key("t_z_key", {"z"})}};
  out["ADD COLUMN PRIMARY KEY via serial"] = {add_column("np.id", "int4", "autoincrement()"),
                                              AddPrimaryKey{"public", "np", primary_key("np", {"id"})}};
  out["DROP COLUMN"] = {DropColumn{"public", "t", "c"}};
  out["DROP COLUMN (FK column)"] = {DropColumn{"public", "t2", "pid"}};
  out["SET DEFAULT"] = {SetDefault{"public", "t", "a", {Default::Kind::literal, "1"}, "int4", false}};
  out["DROP DEFAULT"] = {DropDefault{"public", "t", "g"}};
  out["SET NOT NULL (no proof)"] = {SetNotNull{"public", "t", "c"}};
  out["SET NOT NULL (validated CHECK (a IS NOT NULL) present)"] = {SetNotNull{"public", "t", "a"}};
  out["DROP NOT NULL"] = {DropNotNull{"public", "t", "nn"}};
  out["ADD GENERATED AS IDENTITY (existing NOT NULL col)"] = {
      AlterIdentity{"public", "t", "n", {}, Identity::by_default}};
  out["DROP IDENTITY"] = {AlterIdentity{"public", "tid", "id", Identity::by_default, {}}};
  out["SET GENERATED ALWAYS"] = {AlterIdentity{"public", "tid", "id", Identity::by_default, Identity::always}};
}

void add_type_cases(Cases& out) {
  out["TYPE varchar(10)->varchar(20)"] = {retype("t", "b", "character varying(20)")};
  out["TYPE varchar(10)->varchar(5)"] = {retype("t", "b", "character varying(5)")};
  out["TYPE varchar(10)->text"] = {retype("t", "b", "text")};
  out["TYPE text->varchar (unbounded)"] = {retype("t", "c", "character varying")};
  out["TYPE text->varchar(100)"] = {retype("t", "c", "character varying(100)")};
  out["TYPE char(5)->text"] = {retype("t", "bc", "text")};
  out["TYPE char(5)->char(10)"] = {retype("t", "bc", "character(10)")};
  out["TYPE int->bigint"] = {retype("t", "n", "int8")};
  out["TYPE int->bigint on a PK referenced by a FK (type of referenced side)"] = {retype("pkn", "id", "int8")};
  out["TYPE int->bigint on the referencing FK column"] = {retype("fkn", "pk", "int8")};
  out["TYPE varchar(10)->varchar(20) where column has a CHECK using it"] = {retype("vc", "x", "character varying(20)")};
  out["TYPE bigint->int"] = {retype("t", "big", "int4")};
  out["TYPE smallint->int"] = {retype("t", "i2", "int4")};
  out["TYPE numeric(10,2)->numeric(12,2)"] = {retype("t", "f", "numeric(12,2)")};
  out["TYPE numeric(10,2)->numeric"] = {retype("t", "f", "numeric")};
  out["TYPE numeric(10,2)->numeric(12,3)"] = {retype("t", "f", "numeric(12,3)")};
  out["TYPE numeric(10,2)->numeric(8,2)"] = {retype("t", "f", "numeric(8,2)")};
  out["TYPE timestamp->timestamptz (TimeZone=Europe/Paris)"] = {retype("t", "d", "timestamptz")};
  out["TYPE timestamptz->timestamptz(3)"] = {retype("t", "e", "timestamptz(3)")};
  out["TYPE interval(3)->interval(6)"] = {retype("t", "iv", "interval(6)")};
  out["TYPE cidr->inet"] = {retype("t", "ip", "inet")};
  out["TYPE varbit(8)->varbit(16)"] = {retype("t", "bt", "bit varying(16)")};
  out["TYPE json->jsonb"] = {retype("t", "j", "jsonb")};
  out["TYPE text->uuid/int USING"] = {retype("t", "c", "int4")};
  out["TYPE enum->text"] = {retype("t", "m", "text")};
  out["TYPE float4->float8"] = {retype("t", "fc", "float8")};
  AlterColumnType collate{"public", "t", "c", "text", {}, "pg_catalog.\"C\""};
  collate.recollates = true;
  out["TYPE same type, new COLLATE"] = {collate};
}

void add_constraint_cases(Cases& out) {
  Check valid = check("x", "a > 0"), not_valid = valid;
  not_valid.not_valid = true;
  out["ADD CHECK"] = {AddCheckConstraint{"public", "t", valid}};
  out["ADD CHECK NOT VALID"] = {AddCheckConstraint{"public", "t", not_valid}};
  out["VALIDATE CHECK"] = {ValidateConstraint{"public", "t", "t_cknv"}};
  ForeignKey key = foreign_key("x", {"pid"}, "p", {"id"}), later = key;
  later.not_valid = true;
  out["ADD FOREIGN KEY (t -> p)"] = {AddForeignKey{"public", "t", key}};
  out["ADD FOREIGN KEY NOT VALID"] = {AddForeignKey{"public", "t", later}};
  out["VALIDATE FOREIGN KEY"] = {ValidateConstraint{"public", "t", "t_fknv"}};
  out["ADD UNIQUE (builds index)"] = {AddUnique{"public", "t", unique_key("x", {"a"})}};
  out["ADD UNIQUE USING INDEX"] = {AddUnique{"public", "t", unique_key("t_n_uidx", {"n"}), true}};
  PrimaryKey by_index = primary_key("t", {"n"});
  by_index.name = "t_n_uidx";
  out["ADD PRIMARY KEY USING INDEX (col already NOT NULL)"] = {DropConstraint{"public", "t", "t_pkey", "primaryKey"},
                                                               AddPrimaryKey{"public", "t", by_index, true}};
  out["ADD PRIMARY KEY (nullable cols; builds index + SET NOT NULL)"] = {
      AddPrimaryKey{"public", "np", primary_key("np", {"a"})}};
  out["DROP CONSTRAINT (check)"] = {DropCheckConstraint{"public", "t", "t_ck"}};
  out["DROP CONSTRAINT (FK)"] = {DropConstraint{"public", "t", "t_fknv", "foreignKey"}};
  Index unique = index("x", {"n"});
  unique.unique = true;
  CreateIndex concurrently{"public", "t", index("x", {"a"}), true}, uniquely{"public", "t", unique, true};
  out["CREATE INDEX"] = {CreateIndex{"public", "t", index("x", {"a"})}};
  out["CREATE UNIQUE INDEX"] = {CreateIndex{"public", "t", unique}};
  out["CREATE INDEX CONCURRENTLY"] = {concurrently};
  out["CREATE UNIQUE INDEX CONCURRENTLY"] = {uniquely};
  out["DROP INDEX"] = {DropIndex{"public", "t", "t_a_idx"}};
  out["DROP INDEX CONCURRENTLY"] = {DropIndex{"public", "t", "t_a_idx", true}};
  out["ALTER INDEX RENAME"] = {RenameIndex{"public", "t", "t_a_idx", "y"}};
}

Cases cases() {
  Cases out;
  add_table_cases(out);
  add_column_cases(out);
  add_type_cases(out);
  add_constraint_cases(out);
  return out;
}

// One answer of the measurement, and ours, as text: relations that were there before and are there after.
struct Told {
  std::map<std::string, std::string> locks;
  std::set<std::string> rewrites, rebuilds, scans;
  bool operator==(const Told&) const = default;
  std::string text() const {
    std::string out = "locks";
    for (const auto& [name, level] : locks) out.append(" ").append(name).append(":").append(level);
    const auto list = [&](const char* what, const std::set<std::string>& names) {
      out.append("; ").append(what);
      for (const auto& n : names) out.append(" ").append(n);
    };
    list("rewrites", rewrites);
    list("rebuilds", rebuilds);
    list("scans", scans);
    return out;
  }
};

std::string letters(LockLevel level) {
  std::string out, sql = lock_sql(level);
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (i == 0 || sql[i - 1] == ' ') out += sql[i];
  }
  return out;
}

Told ours(const std::vector<Operation>& operations, int version) {
  Told out;
  std::map<std::string, LockLevel> strongest;
  const Costs found = costs(measured_schema(), operations, version);
  for (const auto& i : found.impacts) {
    for (const auto& l : i.impact.locks) {
      auto& level = strongest.try_emplace(l.relation.name, l.level).first->second;
      level = std::max(level, l.level);
    }
    for (const auto& n : i.impact.rewrites) out.rewrites.insert(n.name);
    for (const auto& n : i.impact.rebuilds) out.rebuilds.insert(n);
    for (const auto& n : i.impact.scans) out.scans.insert(n.name);
  }
  for (const auto& [name, level] : strongest) {
    const bool dropped = std::any_of(operations.begin(), operations.end(), [&table = name](const Operation& op) {
      const auto* drop = get_if<DropTable>(&op);
      return drop != nullptr && drop->table == table;
    });
    if (!dropped) out.locks[name] = letters(level);
  }
  return out;
}

std::set<std::string> strings(const Json& object, std::string_view key) {
  std::set<std::string> out;
  json::each_element(*json::member(object, key), at,
                     [&](const Json& e, const JsonPath& here) { out.insert(json::read_string(e, here)); });
  return out;
}

// Indexes follow their tables, so their locks are left out, unless they are all there is.
Told theirs(const Json& line) {
  const Schema before = measured_schema();
  Told out;
  json::each_member(*json::member(line, "locks"), at,
                    [&](std::string_view name, const Json& level, const JsonPath& here) {
                      const bool renamed_index = name == "y";
                      if (before.find_table({"public", std::string(name)}) == nullptr && !renamed_index) return;
                      out.locks[renamed_index ? "t_a_idx" : std::string(name)] = json::read_string(level, here);
                    });
  out.rewrites = strings(line, "heap_rewritten");
  out.rebuilds = strings(line, "indexes_rebuilt");
  out.scans = strings(line, "full_scan");
  return out;
}

// Forms that wait for others tell which locks they hold meanwhile.
Told theirs_concurrently(const Json& line, const Told& claimed) {
  Told out = claimed;
  out.locks.clear();
  json::each_element(*json::member(line, "locks"), at, [&](const Json& lock, const JsonPath& here) {
    std::vector<std::string> words;
    json::each_element(lock, here, [&](const Json& w, const JsonPath& deeper) {
      if (json::type(w) == json::Type::string) words.push_back(json::read_string(w, deeper));
    });
    if (words.at(0) != "t") return;
    std::string level;
    std::copy_if(words.at(1).begin(), words.at(1).end() - 4, std::back_inserter(level),
                 [](char c) { return c >= 'A' && c <= 'Z'; });
    out.locks["t"] = level;
  });
  return out;
}

std::vector<json::Owned> measured_lines() {
  std::vector<json::Owned> out;
  const auto directory = vectors(PLINTH_SOURCE_DIR, "locks");
  if (!directory) return out;
  const std::string text = read_file(*directory / "locks.jsonl");
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    if (end > start) out.push_back(json::parse(text.substr(start, end - start), Code::engine_internal));
    start = end + 1;
  }
  return out;
}

void compare(const Json& line, const std::vector<Operation>& operations) {
  for (int version = oldest; version <= newest; ++version) {
    INFO("Postgres ", version);
    const Json* measured = json::member(*json::member(line, "by_version"), std::to_string(version));
    REQUIRE(measured != nullptr);
    const Told claimed = ours(operations, version);
    const bool concurrent = json::member(*measured, "waiting") != nullptr;
    CHECK(claimed.text() == (concurrent ? theirs_concurrently(*measured, claimed) : theirs(*measured)).text());
  }
}

}  // namespace

TEST_CASE("locks: what operations are said to cost is what was measured") {
  const std::vector<json::Owned> lines = measured_lines();
  if (lines.empty()) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  std::set<std::string, std::less<>> left_out;
  for (const auto& u : unsaid()) left_out.insert(u.labels.begin(), u.labels.end());
  Cases known = cases();
  for (const auto& line : lines) {
    const std::string label = json::read_string(*json::member(*line, "label"), at);
    INFO(label);
    const auto found = known.find(label);
    const bool expressed = found != known.end();
    CHECK_MESSAGE(expressed != (left_out.count(label) > 0),
                  "neither said by an operation nor listed as unsaid, or both");
    if (expressed) {
      compare(*line, found->second);
      known.erase(found);
    }
    left_out.erase(label);
  }
  for (const auto& [label, unused] : known) FAIL_CHECK("no such line: ", label);
  for (const auto& label : left_out) FAIL_CHECK("no such line: ", label);
}

}  // namespace plinth::test
