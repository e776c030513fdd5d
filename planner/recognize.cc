#include "planner/recognize.h"

namespace plinth {
namespace {

// What a stored operation says of itself.
struct Claim {
  std::string prefix;  // the id up to its first dot
  Target target;
  const Schema& destination;
  std::string table() const { return target.table.value_or(target.name); }
  const Table* found() const { return destination.find_table({target.schema, table()}); }
  const Column* column() const { return found() != nullptr ? find_named(found()->columns, target.name) : nullptr; }
};

using Candidates = std::vector<Operation>;

Candidates of_schema(const Claim& c) { return {CreateSchema{c.target.name}}; }

Candidates of_table(const Claim& c) {
  if (c.prefix == "dropTable") return {DropTable{c.target.schema, c.target.name}};
  return c.found() != nullptr ? Candidates{CreateTable::of(c.target.schema, *c.found())} : Candidates{};
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
    return {op};
  }
  if (c.prefix == "setDefault") {
    return column->fallback ? Candidates{SetDefault{schema, table, name, *column->fallback, column->type, false}}
                            : Candidates{};
  }
  AddColumn as_it_is{schema, table, *column, false}, for_now = as_it_is;
  for_now.definition.nullable = for_now.relaxed = true;
  return {as_it_is, for_now};
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
  for (auto& op : named<CreateRlsPolicy>(c, &Table::policies)) out.push_back(std::move(op));
  return out;
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
                              {"rowLevelSecurity", of_row_security}};

Candidates candidates(const RawSql& stored, const Schema& destination) {
  const std::size_t dot = std::min(stored.raw_id.find('.'), stored.raw_id.size());
  Claim claim{stored.raw_id.substr(0, dot), {}, destination};
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
  for (const auto& r : readers) {
    if (claim.target.object_type == r.object_type) return r.read(claim);
  }
  return {};
}

bool same_statements(const std::vector<Step>& a, const std::vector<Step>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Step& x, const Step& y) { return x.sql == y.sql; });
}

}  // namespace

std::optional<Operation> recognize(const RawSql& stored, const Schema& destination) {
  for (auto& op : candidates(stored, destination)) {
    if (std::holds_alternative<DataTransform>(op) ? stored.raw_class == OperationClass::data
                                                  : same_statements(stored.execute, steps(op).execute)) {
      return std::move(op);
    }
  }
  return {};
}

}  // namespace plinth
