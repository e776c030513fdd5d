#include "planner/recognize.h"

#include "engine/scan.h"
#include "engine/sql_tokens.h"

namespace plinth {
namespace {

// What a stored operation says of itself.
struct Claim {
  std::string prefix;  // the id up to its first dot
  const RawSql& stored;
  Target target;
  const Schema& destination;
  std::string table() const { return target.table.value_or(target.name); }
  const Table* found() const { return destination.find_table({target.schema, table()}); }
  /// The tokens of the first statement.
  std::vector<SqlToken> tokens() const {
    return stored.execute.empty() ? std::vector<SqlToken>{} : sql_tokens(stored.execute.front().sql);
  }
  const Column* column() const { return found() != nullptr ? find_named(found()->columns, target.name) : nullptr; }
};

using Candidates = std::vector<Operation>;

// A new column as the destination has it, and without what the plan adds to it afterwards.
Candidates of_new_column(const Claim& c, const std::string& table, const Column& column) {
  AddColumn as_it_is{c.target.schema, table, column, false}, for_now = as_it_is;
  for_now.definition.nullable = for_now.relaxed = true;
  return {as_it_is, for_now};
}

Candidates of_schema(const Claim& c) { return {CreateSchema{c.target.name}}; }

// A column that is added with a default for the rows of the moment names its table as the target.
Candidates of_column_of_table(const Claim& c) {
  const std::string head = c.prefix + "." + c.target.name + ".";
  const Table* table = c.destination.find_table({c.target.schema, c.target.name});
  if (table == nullptr || !c.stored.raw_id.starts_with(head)) return {};
  const Column* column = find_named(table->columns, c.stored.raw_id.substr(head.size()));
  return column != nullptr ? of_new_column(c, c.target.name, *column) : Candidates{};
}

Candidates of_table(const Claim& c) {
  if (c.prefix == "column") return of_column_of_table(c);
  if (c.prefix == "dropTable") return {DropTable{c.target.schema, c.target.name}};
  return c.found() != nullptr ? Candidates{CreateTable::of(c.target.schema, *c.found())} : Candidates{};
}

// What stands behind USING in a change of type.
std::optional<std::string> using_clause(const RawSql& stored) {
  constexpr std::string_view word = " USING ";
  const std::string sql = stored.execute.empty() ? std::string() : stored.execute.front().sql;
  const std::size_t at = sql.find(word);
  if (at == std::string::npos) return {};
  std::string out = sql.substr(at + word.size());
  return is_one_expression(out) ? std::optional(std::move(out)) : std::nullopt;
}

Candidates of_column(const Claim& c) {
  const std::string &schema = c.target.schema, &name = c.target.name;
  const std::string table = c.table();
  if (c.prefix == "dropColumn") return {DropColumn{schema, table, name}};
  if (c.prefix == "alterNullability") return {SetNotNull{schema, table, name}, DropNotNull{schema, table, name}};
  if (c.prefix == "dropDefault") return {DropDefault{schema, table, name}};
  const Column* column = c.column();
  if (column == nullptr) return {};
  if (c.prefix == "alterType") {
    AlterColumnType op;
    op.schema = schema;
    op.table = table;
    op.column = name;
    op.type = column->type;
    op.generated = column->generated.has_value();
    AlterColumnType converted = op;
    converted.using_expression = using_clause(c.stored);
    return converted.using_expression ? Candidates{op, converted} : Candidates{op};
  }
  if (c.prefix == "setDefault") {
    return column->fallback ? Candidates{SetDefault{schema, table, name, *column->fallback, column->type, false}}
                            : Candidates{};
  }
  return of_new_column(c, table, *column);
}

template <class Op, class Node>
Candidates named(const Claim& c, std::vector<Node> Table::*list) {
  const Node* node = c.found() != nullptr ? find_named(c.found()->*list, c.target.name) : nullptr;
  return node != nullptr ? Candidates{Op{c.target.schema, c.table(), *node}} : Candidates{};
}

Candidates of_constraint(const Claim& c) {
  const std::string &schema = c.target.schema, &name = c.target.name;
  if (c.prefix == "dropConstraint") return {DropConstraint{schema, c.table(), name, c.target.object_type}};
  if (c.prefix == "dropCheckConstraint") return {DropCheckConstraint{schema, c.table(), name}};
  if (c.prefix == "unique") return named<AddUnique>(c, &Table::uniques);
  if (c.prefix == "foreignKey") return named<AddForeignKey>(c, &Table::foreign_keys);
  if (c.prefix == "checkConstraint") return named<AddCheckConstraint>(c, &Table::checks);
  if (c.prefix != "primaryKey" || c.found() == nullptr || !c.found()->primary_key) return {};
  return {AddPrimaryKey{schema, c.table(), *c.found()->primary_key}};
}

Candidates of_index(const Claim& c) {
  if (c.prefix == "dropIndex") return {DropIndex{c.target.schema, c.table(), c.target.name}};
  return named<CreateIndex>(c, &Table::indexes);
}

Candidates of_type(const Claim& c) {
  const std::string &schema = c.target.schema, &name = c.target.name;
  if (c.prefix == "dropNativeEnumType") return {DropEnumType{schema, name}};
  const Enum* found = c.destination.find_enum({schema, name});
  if (found == nullptr) return {};
  Candidates out;
  CreateEnumType create;
  create.schema = schema;
  create.type_name = name;
  create.values = found->values;
  out.emplace_back(create);
  for (const auto& v : found->values) out.emplace_back(AddEnumValues{schema, name, {v}, {}});
  return out;
}

Candidates of_row_security(const Claim& c) {
  const std::string &schema = c.target.schema, &name = c.target.name;
  const std::string table = c.table();
  if (c.target.object_type == "rowLevelSecurity") {
    return {EnableRowLevelSecurity{schema, table}, DisableRowLevelSecurity{schema, table}};
  }
  Candidates out = {DropRlsPolicy{schema, table, name}};
  const auto tokens = c.tokens();
  constexpr std::size_t old_name = 2;
  if (tokens.size() > old_name && tokens.front().text == "alter") {
    out.emplace_back(RenameRlsPolicy{schema, table, tokens.at(old_name).text, tokens.back().text});
  }
  for (auto& op : named<CreateRlsPolicy>(c, &Table::policies)) out.push_back(std::move(op));
  return out;
}

// CREATE EXTENSION IF NOT EXISTS name
Candidates of_dependency(const Claim& c) {
  const auto tokens = c.tokens();
  return tokens.empty() ? Candidates{} : Candidates{CreateExtension{tokens.back().text}};
}

struct Reader {
  std::string_view object_type;
  Candidates (*read)(const Claim&);
};
constexpr Reader readers[] = {{"table", of_table},
                              {"column", of_column},
                              {"primaryKey", of_constraint},
                              {"unique", of_constraint},
                              {"foreignKey", of_constraint},
                              {"checkConstraint", of_constraint},
                              {"index", of_index},
                              {"type", of_type},
                              {"rlsPolicy", of_row_security},
                              {"rowLevelSecurity", of_row_security},
                              {"dependency", of_dependency}};

Candidates candidates(const RawSql& stored, const Schema& destination) {
  const std::size_t dot = std::min(stored.raw_id.find('.'), stored.raw_id.size());
  Claim claim{stored.raw_id.substr(0, dot), stored, {}, destination};
  const auto document = json::parse(stored.raw_target.text, Code::migration_invalid_operation_entry);
  const Json* details = json::member(*document, "details");
  if (details == nullptr) {
    claim.target.name = stored.raw_id.substr(std::min(dot + 1, stored.raw_id.size()));
    if (claim.prefix == "schema") return of_schema(claim);
    if (claim.prefix == "extension") return {CreateExtension{claim.target.name}};
    // A transform changes rows alone.
    if (claim.prefix == "data_migration") return {DataTransform{claim.target.name, {}, {}, {}, {}}};
    return {};
  }
  decode(claim.target, *details, JsonPath::root(Code::migration_invalid_operation_entry, "target.details"));
  claim.target.name = truncate_identifier(claim.target.name);
  for (const auto& r : readers) {
    if (claim.target.object_type == r.object_type) return r.read(claim);
  }
  return {};
}

bool same_statements(const std::vector<Step>& a, const std::vector<Step>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Step& x, const Step& y) { return same_statement(y.sql, x.sql); });
}

// The checks that no element of an array is NULL, as the other tool spells them.
bool creates_with_other_checks(const RawSql& stored, const Operation& op) {
  const auto* create = std::get_if<CreateTable>(&op);
  if (create == nullptr) return false;
  CreateTable other = *create;
  for (const auto& c : other.definition.columns) {
    Check* check = find_named(other.definition.checks, element_check_name(other.definition.name, c.name));
    if (check != nullptr) check->expression = Sql("array_position({}, NULL) IS NULL", Ident{c.name}).text();
  }
  return same_statements(stored.execute, other.steps().execute);
}

// Whether a json column gets the document that its default holds as a string, as the other tool changes such defaults.
bool sets_document(const RawSql& stored, const Operation& op) {
  const auto* set = std::get_if<SetDefault>(&op);
  if (set == nullptr || !is_json_type(set->type) || set->definition.kind != Default::Kind::literal) return false;
  const auto value = json::parse(set->definition.value, Code::engine_internal);
  if (json::type(*value) != json::Type::string) return false;
  const std::string text = json::read_string(*value, JsonPath::root(Code::engine_internal, "default"));
  return same_statements(stored.execute, {set->setting(Sql("{}", Literal{text}))});
}

// Whether the statements add a column with a default and take the default away again.
bool adds_with_passing_default(const RawSql& stored, const Operation& op) {
  const auto* add = std::get_if<AddColumn>(&op);
  if (add == nullptr || add->definition.nullable || stored.execute.size() != 2) return false;
  const DropDefault drop{add->schema, add->table, add->definition.name};
  if (!same_statement(drop.steps().execute.front().sql, stored.execute.back().sql)) return false;
  constexpr std::string_view end = " NOT NULL";
  std::string wanted = add->steps().execute.front().sql;
  const std::string& found = stored.execute.front().sql;
  const std::size_t at = found.find(" DEFAULT (");
  if (!wanted.ends_with(end) || at == std::string::npos) return false;
  const std::size_t open = found.find('(', at), close = skip_parenthesis(found, open);
  if (close == std::string::npos || found.substr(close) != end) return false;
  if (!is_one_expression(found.substr(open + 1, close - open - 2))) return false;
  return same_statement(wanted, found.substr(0, at) + std::string(end));
}

}  // namespace

std::optional<Operation> recognize(const RawSql& stored, const Schema& destination) {
  for (auto& op : candidates(stored, destination)) {
    const bool is_it = std::holds_alternative<DataTransform>(op)
                           ? stored.raw_class == OperationClass::data
                           : same_statements(stored.execute, steps(op).execute) ||
                                 adds_with_passing_default(stored, op) || creates_with_other_checks(stored, op) ||
                                 sets_document(stored, op);
    if (is_it) return std::move(op);
  }
  return {};
}

std::optional<SetDefault> skippable_default(const RawSql& stored, const Schema& destination) {
  if (stored.postcheck.empty() || !stored.raw_id.starts_with("setDefault.")) return {};
  const auto typed = recognize(stored, destination);
  const auto* found = typed ? std::get_if<SetDefault>(&*typed) : nullptr;
  if (found == nullptr) return {};
  SetDefault out = *found;
  out.replaces = stored.raw_class == OperationClass::widening;
  return out;
}

}  // namespace plinth
