#include <algorithm>

#include "engine/contract/decode.h"
#include "engine/contract/wire_names.h"
#include "engine/json/canonical.h"
#include "engine/schema/schema.h"
#include "engine/sql/timestamp.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

void check_modifier(const std::string& type, const JsonPath& at) {
  if (const auto problem = modifier_problem(normalize_type(type))) at.fail(*problem);
}

// Reads what the typeParams of columns and of named types have in common.
TypeParameters read_type_params(const Json& j, const JsonPath& at, const std::string& native_type) {
  TypeParameters out;
  if (json::type(j) != json::Type::object) at.fail("expected object, got " + std::string(json::type_name(j)));
  const auto read = [&](std::string_view key, std::optional<std::int64_t>& value, std::int64_t least) {
    const Json* member = json::member(j, key);
    if (member == nullptr) return;
    decode(value.emplace(), *member, at.member(key));
    if (*value < least) at.member(key).fail("must be at least " + std::to_string(least));
    check_modifier(parse_type(native_type).base + "(" + std::to_string(*value) + ")", at.member(key));
  };
  read("length", out.length, 1);
  read("precision", out.precision, 0);
  if (const Json* scale = json::member(j, "scale")) {
    decode(out.scale.emplace(), *scale, at.member("scale"));
    check_modifier("numeric(1," + std::to_string(*out.scale) + ")", at.member("scale"));
  }
  out.text.text = stringify(j, 0);
  return out;
}

void read_type_name(const Members& m, const JsonPath& at, std::string_view key, std::string& out) {
  m.read(key, out);
  if (out.empty()) at.member(key).fail("cannot be empty");
  check_modifier(out, at.member(key));
}

ContractDefault read_default(const Json& j, const JsonPath& at) {
  const Members m(j, at, {"kind", "value", "expression"});
  ContractDefault out;
  std::string kind;
  m.read("kind", kind);
  if (kind != "literal" && kind != "function") {
    at.member("kind").fail("expected \"literal\" | \"function\", got " + json::quote(kind));
  }
  out.is_function = kind == "function";
  const std::string_view other = out.is_function ? "value" : "expression";
  if (m.find(other) != nullptr) at.member(other).fail("unknown field of a default of kind " + json::quote(kind));
  if (out.is_function) {
    m.read("expression", out.expression);
    check_expression(out.expression, at.member("expression"));
  } else {
    out.value = read_literal(m.required("value"), at.member("value"));
  }
  return out;
}

// Refuses a default that the type of the column, or its NULLs, cannot go with.
void check_default(const ContractColumn& c, const JsonPath& at) {
  const ContractDefault& d = *c.fallback;
  if (d.is_function && c.nullable && normalize_expression(d.expression) == autoincrement) {
    at.member("nullable").fail("a column that autoincrements holds no NULL");
  }
  const bool is_number = !d.is_function && d.value.text.find_first_of("-0123456789") == 0;
  if (is_number && !c.many && normalize_type(c.native_type) == "bool") {
    at.member("default").member("value").fail("a bool is true or false, not " + d.value.text);
  }
  if (d.is_function || c.many || !d.value.text.starts_with('"')) return;
  const JsonPath at_default = at.member("default"), here = at_default.member("value");
  const std::string text = json::read_string(*json::parse(d.value.text, at.code), here);
  if (const auto problem = timestamp_problem(text, parse_type(normalize_type(c.native_type)).base)) here.fail(*problem);
}

// Refuses a list of lists where the elements are no JSON: a check that no element is NULL could not be evaluated.
void check_dimensions(const ContractColumn& c, const JsonPath& at) {
  if (!c.many || c.fallback->is_function || is_json_type(normalize_type(c.native_type))) return;
  const auto value = json::parse(c.fallback->value.text, at.code);
  if (json::type(*value) != json::Type::array) return;
  const JsonPath at_default = at.member("default"), here = at_default.member("value");
  json::each_element(*value, here, [](const Json& e, const JsonPath& element) {
    if (json::type(e) == json::Type::array) element.fail("a list column holds elements, not lists");
  });
}

ValueSetReference read_value_set_reference(const Json& j, const JsonPath& at) {
  const Members m(j, at, {"plane", "entityKind", "namespaceId", "entityName", "spaceId"});
  m.expect("plane", "storage");
  m.expect("entityKind", "valueSet");
  ValueSetReference out;
  m.read("namespaceId", out.namespace_id);
  m.read("entityName", out.entity_name);
  m.read_optional("spaceId", out.space_id);
  return out;
}

bool is_system_column(std::string_view name) {
  static constexpr std::string_view names[] = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// The checks that a column does without. Those that it has stand in the list of the table.
void check_no_check(const Members& m, const JsonPath& at) {
  const Json* list = m.find("noCheck");
  if (list == nullptr) return;
  json::each_element(*list, at.member("noCheck"), [](const Json& e, const JsonPath& element) {
    const std::string check = json::read_string(e, element);
    if (check == "elementNotNull" || check == "membership") return;
    element.fail("expected \"elementNotNull\" | \"membership\", got " + json::quote(check));
  });
}

ContractColumn read_column(std::string_view name, const Json& j, const JsonPath& at, const ContractTypes& types) {
  check_identifier(name, at);
  if (is_system_column(name)) at.fail("every table of Postgres has a system column of that name");
  const Members m(j, at,
                  {"nativeType", "codecId", "nullable", "typeParams", "typeRef", "many", "default", "valueSet",
                   "control", "noCheck"});
  ContractColumn out;
  out.name = name;
  read_type_name(m, at, "nativeType", out.native_type);
  read_type_name(m, at, "codecId", out.codec_id);
  m.read("nullable", out.nullable);
  if (const Json* many = m.find("many")) decode(out.many, *many, at.member("many"));

  check_no_check(m, at);
  m.read_optional("typeRef", out.type_ref);
  if (out.type_ref && types.count(*out.type_ref) == 0) {
    at.member("typeRef").fail("storage.types has no type " + json::quote(*out.type_ref));
  }
  if (const Json* params = m.find("typeParams")) {
    const JsonPath here = at.member("typeParams");
    if (out.type_ref) here.fail("a column has typeRef or typeParams, not both");
    out.parameters = read_type_params(*params, here, out.native_type);
    if (const Json* type = json::member(*params, "typeName")) {
      decode(out.parameters->type_name.emplace(), *type, here.member("typeName"));
    }
  }
  if (const Json* fallback = m.find("default")) {
    out.fallback = read_default(*fallback, at.member("default"));
    check_default(out, at);
    check_dimensions(out, at);
  }
  if (const Json* set = m.find("valueSet")) out.value_set = read_value_set_reference(*set, at.member("valueSet"));
  std::optional<Control> control;  // the control of a column is that of its table
  m.read_optional("control", control);
  return out;
}

std::vector<ContractColumn> read_columns(const Json& j, const JsonPath& at, const ContractTypes& types) {
  std::vector<ContractColumn> out;
  out.reserve(json::size(j));
  json::each_member(j, at, [&](std::string_view name, const Json& column, const JsonPath& here) {
    out.push_back(read_column(name, column, here, types));
  });
  std::sort(out.begin(), out.end(),
            [](const ContractColumn& a, const ContractColumn& b) { return js_key_less(a.name, b.name); });
  return out;
}

// The parts of a table that name columns.
class Constraints {
 public:
  Constraints(ContractTable& table, std::string_view namespace_id) : table_(table), namespace_id_(namespace_id) {}

  ContractKey key(const Json& j, const JsonPath& at) const {
    const Members m(j, at, {"columns", "name"});
    ContractKey out;
    m.read_optional_identifier("name", out.name);
    out.columns = columns(m, at, "columns");
    std::vector<std::string> sorted = out.columns;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) at.member("columns").fail("names the column " + json::quote(*twice) + " twice");
    return out;
  }

  ContractIndex index(const Json& j, const JsonPath& at) const {
    const Members m(j, at, {"columns", "name", "type", "options", "unique", "prefix", "expression", "where"});
    ContractIndex out;
    m.read_optional("name", out.name);
    if (out.name) check_name(*out.name, at.member("name"));
    m.read_optional_identifier("type", out.type);
    out.states_unique = m.find("unique") != nullptr;
    if (out.states_unique) {
      read_later_form(m, at, out);
    } else {
      for (const std::string_view key : {"prefix", "expression", "where"}) {
        if (m.find(key) != nullptr) at.member("unique").fail("missing; an index with " + std::string(key) + " has it");
      }
    }
    if (!out.expression) out.columns = columns(m, at, "columns");
    if (const Json* options = m.find("options")) {
      json::each_member(*options, at.member("options"), [&](std::string_view key, const Json& v, const JsonPath& here) {
        check_identifier(key, here);
        out.options.emplace_back(key, read_literal(v, here));
      });
    }
    if (out.prefix) check_wire_name(*out.name, *out.prefix, content_hash(out), at);
    return out;
  }

  ContractForeignKey foreign_key(const Json& j, const JsonPath& at) {
    const Members m(j, at, {"source", "target", "name", "onDelete", "onUpdate", "constraint", "index"});
    ContractForeignKey out;
    m.read_optional_identifier("name", out.name);
    read_source(m.required("source"), at.member("source"), out);
    read_target(m.required("target"), at.member("target"), out);
    if (const Json* action = m.find("onDelete")) decode(out.on_delete, *action, at.member("onDelete"));
    if (const Json* action = m.find("onUpdate")) decode(out.on_update, *action, at.member("onUpdate"));
    if (const Json* constraint = m.find("constraint")) decode(out.constraint, *constraint, at.member("constraint"));
    bool backed = false;
    if (const Json* index = m.find("index")) decode(backed, *index, at.member("index"));
    if (backed) back_by_index(out.columns);
    return out;
  }

  ContractCheck check(const Json& j, const JsonPath& at) const {
    const Members m(j, at, {"name", "column", "valueSet", "expression", "prefix"});
    ContractCheck out;
    m.read_identifier("name", out.name);
    m.read_optional("expression", out.expression);
    m.read_optional("prefix", out.prefix);
    if (!out.expression) {
      if (out.prefix) at.member("expression").fail("missing; a check with prefix has it");
      m.read("column", out.column);
      require_column(out.column, at.member("column"));
      out.value_set = read_value_set_reference(m.required("valueSet"), at.member("valueSet"));
      return out;
    }
    for (const std::string_view key : {"column", "valueSet"}) {
      if (m.find(key) != nullptr) at.member(key).fail("a check says what it asks for by its expression, or by a set");
    }
    check_expression(*out.expression, at.member("expression"));
    if (out.prefix) check_wire_name(out.name, *out.prefix, content_hash(out), at);
    return out;
  }

 private:
  // An index as Prisma 8 states it.
  static void read_later_form(const Members& m, const JsonPath& at, ContractIndex& out) {
    m.read("unique", out.unique);
    if (!out.name) at.member("name").fail("missing");
    m.read_optional("prefix", out.prefix);
    m.read_optional("expression", out.expression);
    m.read_optional("where", out.where);
    if (out.expression && m.find("columns") != nullptr) at.member("columns").fail("an index has columns or expression");
    if (out.expression) check_key_list(*out.expression, at.member("expression"));
    if (out.where) check_expression(*out.where, at.member("where"));
  }

  void require_column(const std::string& name, const JsonPath& at) const {
    if (find_column(table_, name) == nullptr) {
      at.fail("table " + json::quote(table_.name) + " has no column " + json::quote(name));
    }
  }

  std::vector<std::string> columns(const Members& m, const JsonPath& at, std::string_view key) const {
    std::vector<std::string> out;
    m.read(key, out);
    const JsonPath list = at.member(key);
    if (out.empty()) list.fail("names no column");
    int i = 0;
    for (const auto& name : out) require_column(name, list.element(i++));
    return out;
  }

  void read_source(const Json& j, const JsonPath& at, ContractForeignKey& out) const {
    const Members m(j, at, {"namespaceId", "tableName", "columns"});
    m.expect("namespaceId", namespace_id_);
    m.expect("tableName", table_.name);
    out.columns = columns(m, at, "columns");
  }

  static void read_target(const Json& j, const JsonPath& at, ContractForeignKey& out) {
    const Members m(j, at, {"namespaceId", "tableName", "columns", "spaceId"});
    m.read_identifier("namespaceId", out.target_namespace);
    m.read_identifier("tableName", out.target_table);
    m.read("columns", out.target_columns);
    m.read_optional("spaceId", out.target_space);
    if (out.target_columns.size() != out.columns.size()) {
      at.member("columns").fail("names " + std::to_string(out.target_columns.size()) + " columns for the " +
                                std::to_string(out.columns.size()) + " of the source");
    }
  }

  void back_by_index(const std::vector<std::string>& wanted) {
    const auto has = [&](const auto& key) { return key.columns == wanted; };
    if (table_.primary_key && has(*table_.primary_key)) return;
    if (std::any_of(table_.uniques.begin(), table_.uniques.end(), has)) return;
    if (std::any_of(table_.indexes.begin(), table_.indexes.end(), has)) return;
    ContractIndex& index = table_.indexes.emplace_back();
    index.columns = wanted;
    index.name = default_name(table_.name, wanted, "idx");
  }

  ContractTable& table_;
  std::string_view namespace_id_;
};

const std::string& name_of(const ContractIndex& index) { return *index.name; }
const std::string& name_of(const ContractCheck& check) { return check.name; }

// Two names that carry a hash, of one content: by that hash one could not be told from the other.
template <class Node>
void refuse_same_content(const std::vector<Node>& nodes, const Node& node, const JsonPath& at) {
  const std::string hash = content_hash(node);
  for (const auto& other : nodes) {
    if (!other.prefix || content_hash(other) != hash) continue;
    at.fail("has the same content as " + json::quote(name_of(other)) + "; take one of them away");
  }
}

}  // namespace

const ContractColumn* find_column(const ContractTable& table, std::string_view name) {
  const auto it = std::lower_bound(table.columns.begin(), table.columns.end(), name,
                                   [](const ContractColumn& c, std::string_view n) { return js_key_less(c.name, n); });
  return it != table.columns.end() && it->name == name ? &*it : nullptr;
}

ContractType read_type(const Json& j, const JsonPath& at) {
  const Members m(j, at, {"kind", "codecId", "nativeType", "typeParams"});
  if (m.find("kind") != nullptr) m.expect("kind", "codec-instance");
  ContractType out;
  read_type_name(m, at, "codecId", out.codec_id);
  read_type_name(m, at, "nativeType", out.native_type);
  if (const Json* params = m.find("typeParams")) {
    out.parameters = read_type_params(*params, at.member("typeParams"), out.native_type);
  }
  return out;
}

ContractTable read_table(std::string_view name, const Json& j, const JsonPath& at, std::string_view namespace_id,
                         const ContractTypes& types) {
  check_identifier(name, at);
  const Members m(j, at, {"columns", "primaryKey", "uniques", "indexes", "foreignKeys", "checks", "control"});
  ContractTable out;
  out.name = name;
  out.columns = read_columns(m.required("columns"), at.member("columns"), types);
  m.read_optional("control", out.control);

  Constraints read(out, namespace_id);
  if (const Json* key = m.find("primaryKey")) {
    out.primary_key = read.key(*key, at.member("primaryKey"));
    for (const auto& column : out.primary_key->columns) {
      if (find_column(out, column)->nullable) {
        at.member("columns").member(column).member("nullable").fail("a column of the primary key holds no NULL");
      }
    }
  }
  json::each_element(m.required("uniques"), at.member("uniques"),
                     [&](const Json& e, const JsonPath& here) { out.uniques.push_back(read.key(e, here)); });
  json::each_element(m.required("indexes"), at.member("indexes"), [&](const Json& e, const JsonPath& here) {
    ContractIndex index = read.index(e, here);
    if (index.prefix) refuse_same_content(out.indexes, index, here);
    out.indexes.push_back(std::move(index));
  });
  json::each_element(m.required("foreignKeys"), at.member("foreignKeys"), [&](const Json& e, const JsonPath& here) {
    out.foreign_keys.push_back(read.foreign_key(e, here));
  });
  if (const Json* checks = m.find("checks")) {
    json::each_element(*checks, at.member("checks"), [&](const Json& e, const JsonPath& here) {
      ContractCheck check = read.check(e, here);
      if (check.prefix) refuse_same_content(out.checks, check, here);
      out.checks.push_back(std::move(check));
    });
  }
  return out;
}

}  // namespace plinth
