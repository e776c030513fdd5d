#include "planner/plan/typed_operation.h"

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/drop_default.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/kinds.h"
#include "engine/ops/questions.h"
#include "engine/ops/tables/create_table.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/reading/sql_tokens.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

// What the operation may be, by its id and its target.
std::vector<Operation> candidates(const RawSql& stored, const Schema& destination) {
  const std::size_t dot = std::min(stored.raw_id.find('.'), stored.raw_id.size());
  Claim claim{stored.raw_id.substr(0, dot), stored, {}, {}, destination};
  const auto document = json::parse(stored.raw_target.text, Code::migration_invalid_operation_entry);
  const bool is_object = json::type(*document) == json::Type::object;
  if (is_object && json::member(*document, "details") != nullptr) {
    claim.target = stored.target();
    if (!claim.target) return {};  // of an author's own form
    claim.target->name = truncate_identifier(claim.target->name);
    claim.name = claim.target->name;
  } else {
    claim.name = stored.raw_id.substr(std::min(dot + 1, stored.raw_id.size()));
  }
  std::vector<Operation> out;
  for (const OperationTraits* kind : operation_kinds()) {
    if (kind->recognised == nullptr) continue;
    for (auto& op : kind->recognised(claim)) out.push_back(std::move(op));
  }
  return out;
}

// A number that stands as text behind DEFAULT, as it is without quotes and cast; and how far it reaches.
struct NumberText {
  std::string number;
  std::size_t size;
};

// Prisma 8 writes `5'::int8`, `1.50'::numeric(10,2)`, and a changed default as `5'`. `rest` begins behind the quote.
std::optional<NumberText> number_text(std::string_view rest) {
  const std::size_t close = rest.find('\'');
  const std::string_view text = rest.substr(0, close);
  if (close == std::string_view::npos || !is_number(text)) return {};
  const std::string_view behind = rest.substr(close + 1);
  if (behind.empty()) return NumberText{scaled_number(text), rest.size()};
  for (const std::string_view type : {"::int2", "::int4", "::int8"}) {
    if (behind.starts_with(type)) return NumberText{canonical_number(text), close + 1 + type.size()};
  }
  constexpr std::string_view numeric = "::numeric";
  if (!behind.starts_with(numeric)) return {};
  if (!behind.starts_with("::numeric(")) return NumberText{scaled_number(text), close + 1 + numeric.size()};
  return NumberText{canonical_number(text), close + 1 + behind.find(')') + 1};
}

std::string with_plain_numbers(std::string_view sql) {
  constexpr std::string_view word = " DEFAULT '", plain = " DEFAULT ";
  std::string out;
  for (std::size_t at = sql.find(word); at != std::string_view::npos; at = sql.find(word)) {
    const auto found = number_text(sql.substr(at + word.size()));
    out.append(sql.substr(0, at)).append(found ? plain : word);
    if (found) out += found->number;
    sql.remove_prefix(at + word.size() + (found ? found->size : 0));
  }
  return out.append(sql);
}

bool same_statements(const std::vector<Step>& a, const std::vector<Step>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Step& x, const Step& y) {
    return same_statement(y.sql, x.sql) || same_statement(y.sql, with_plain_numbers(x.sql));
  });
}

// The checks that no element of an array is NULL, as the other tool spells them.
bool creates_with_other_checks(const RawSql& stored, const Operation& op) {
  const auto* create = get_if<CreateTable>(&op);
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
  const auto* set = get_if<SetDefault>(&op);
  if (set == nullptr || !is_json_type(set->type) || set->definition.kind != Default::Kind::literal) return false;
  const auto value = json::parse(set->definition.value, Code::engine_internal);
  if (json::type(*value) != json::Type::string) return false;
  const std::string text = json::read_string(*value, JsonPath::root(Code::engine_internal, "default"));
  return same_statements(stored.execute, {set->setting(Sql("{}", Literal{text}))});
}

// Whether the statements add a column with a default and take the default away again.
bool adds_with_temporary_default(const RawSql& stored, const Operation& op) {
  const auto* add = get_if<AddColumn>(&op);
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

std::optional<Operation> typed_operation(const RawSql& stored, const Schema& destination) {
  for (auto& op : candidates(stored, destination)) {
    const bool is_it = holds_alternative<DataTransform>(op)
                           ? stored.raw_class == OperationClass::data
                           : same_statements(stored.execute, steps(op).execute) ||
                                 adds_with_temporary_default(stored, op) || creates_with_other_checks(stored, op) ||
                                 sets_document(stored, op);
    if (is_it) return std::move(op);
  }
  return {};
}

Operation as_typed(const Operation& op, const Schema& destination) {
  const auto* raw = get_if<RawSql>(&op);
  auto typed = raw != nullptr ? typed_operation(*raw, destination) : std::nullopt;
  return typed ? *typed : op;
}

std::optional<SetDefault> skippable_default(const RawSql& stored, const Operation& typed) {
  const auto* found = get_if<SetDefault>(&typed);
  if (found == nullptr || stored.postcheck.empty()) return {};
  SetDefault out = *found;
  out.replaces = stored.raw_class == OperationClass::widening;
  return out;
}

}  // namespace plinth
