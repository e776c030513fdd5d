#include <algorithm>
#include <set>

#include "engine/contract/decode.h"

namespace plinth {
namespace {

using Entity = std::function<void(std::string_view, const Json&, const JsonPath&)>;

void each_entity(const Members& entries, const JsonPath& at, std::string_view kind, const Entity& f) {
  if (const Json* list = entries.find(kind)) json::each_member(*list, at.member(kind), f);
}

template <class Tables>
auto table_named(Tables& tables, std::string_view name) {
  const auto it = std::lower_bound(tables.begin(), tables.end(), name,
                                   [](const ContractTable& t, std::string_view n) { return t.name.compare(n) < 0; });
  return it != tables.end() && it->name == name ? &*it : nullptr;
}

void read_tables(const Json& j, const JsonPath& at, const ContractTypes& types, ContractNamespace& out) {
  json::each_member(j, at, [&](std::string_view name, const Json& table, const JsonPath& here) {
    out.tables.push_back(read_table(name, table, here, out.id, types));
  });
  std::sort(out.tables.begin(), out.tables.end(),
            [](const ContractTable& a, const ContractTable& b) { return a.name < b.name; });
}

std::vector<JsonText> read_value_set(const Json& j, const JsonPath& at) {
  const Members m(j, at, {"kind", "values"});
  m.expect("kind", "valueSet");
  std::vector<JsonText> out;
  if (const Json* values = m.find("values")) {
    json::each_element(*values, at.member("values"),
                       [&](const Json& value, const JsonPath& here) { out.push_back(read_literal(value, here)); });
  }
  return out;
}

ContractEnum read_enum(std::string_view name, const Json& j, const JsonPath& at) {
  const Members m(j, at, {"kind", "typeName", "members", "control"});
  m.expect("kind", "postgres-enum");
  ContractEnum out;
  m.expect("typeName", name);
  m.read_identifier("typeName", out.type_name);
  m.read_optional("control", out.control);
  std::set<std::string> seen;
  json::each_element(m.required("members"), at.member("members"), [&](const Json& e, const JsonPath& here) {
    const std::string& value = out.members.emplace_back(json::read_string(e, here));
    check_identifier(value, here);
    if (!seen.insert(value).second) here.fail("the value " + json::quote(value) + " stands twice");
  });
  return out;
}

ContractTable& marked_table(const Members& m, const JsonPath& at, ContractNamespace& space) {
  m.expect("namespaceId", space.id);
  std::string name;
  m.read("tableName", name);
  ContractTable* table = table_named(space.tables, name);
  if (table == nullptr) {
    at.member("tableName").fail("namespace " + json::quote(space.id) + " has no table " + json::quote(name));
  }
  return *table;
}

// A policy without `permissive` is restrictive, one without `roles` names none: the canonical form drops false and [].
ContractPolicy read_policy(const Json& j, const JsonPath& at, ContractNamespace& space) {
  const Members m(
      j, at,
      {"kind", "name", "prefix", "tableName", "namespaceId", "operation", "roles", "using", "withCheck", "permissive"});
  m.expect("kind", "policy");
  ContractPolicy out;
  out.table = marked_table(m, at, space).name;
  m.read_identifier("name", out.name);
  m.read("prefix", out.prefix);
  m.read("operation", out.command);
  out.permissive = false;
  if (const Json* permissive = m.find("permissive")) decode(out.permissive, *permissive, at.member("permissive"));
  m.read_optional("using", out.using_expression);
  m.read_optional("withCheck", out.check_expression);
  if (out.using_expression) check_expression(*out.using_expression, at.member("using"));
  if (out.check_expression) check_expression(*out.check_expression, at.member("withCheck"));
  if (const Json* roles = m.find("roles")) decode(out.roles, *roles, at.member("roles"));
  const JsonPath at_roles = at.member("roles");
  int i = 0;
  for (const auto& role : out.roles) check_identifier(role, at_roles.element(i++));
  return out;
}

// Roles belong to the server, not to a database: they are not looked at.
void read_entries(const Json& j, const JsonPath& at, const ContractTypes& types, ContractNamespace& out) {
  const Members entries(j, at, {"table", "valueSet", "native_enum", "role", "rls", "policy"});
  if (const Json* tables = entries.find("table")) read_tables(*tables, at.member("table"), types, out);
  each_entity(entries, at, "valueSet", [&](std::string_view name, const Json& e, const JsonPath& here) {
    out.value_sets.emplace(name, read_value_set(e, here));
  });
  each_entity(entries, at, "native_enum", [&](std::string_view name, const Json& e, const JsonPath& here) {
    out.enums.push_back(read_enum(name, e, here));
  });
  each_entity(entries, at, "rls", [&](std::string_view, const Json& e, const JsonPath& here) {
    const Members m(e, here, {"kind", "tableName", "namespaceId"});
    m.expect("kind", "rls");
    marked_table(m, here, out).row_security = true;
  });
  each_entity(entries, at, "policy", [&](std::string_view, const Json& e, const JsonPath& here) {
    out.policies.push_back(read_policy(e, here, out));
  });
}

// Looks up what tables say about other tables and about value sets.
class References {
 public:
  explicit References(const Contract& contract) : contract_(contract) {}

  void check(const ContractTable& table, const JsonPath& at) const {
    const JsonPath at_columns = at.member("columns"), at_keys = at.member("foreignKeys"),
                   at_checks = at.member("checks");
    for (const auto& c : table.columns) {
      const JsonPath at_column = at_columns.member(c.name);
      if (c.value_set && !c.value_set->space_id) check(*c.value_set, at_column.member("valueSet"));
    }
    int i = 0;
    for (const auto& key : table.foreign_keys) {
      const JsonPath at_key = at_keys.element(i++);
      if (!key.target_space) check(key, at_key.member("target"));
    }
    i = 0;
    for (const auto& c : table.checks) {
      const JsonPath at_check = at_checks.element(i++);
      if (c.value_set) check(*c.value_set, at_check.member("valueSet"));
    }
  }

 private:
  const ContractNamespace& namespace_named(const std::string& id, const JsonPath& at) const {
    const auto it = std::lower_bound(contract_.namespaces.begin(), contract_.namespaces.end(), id,
                                     [](const ContractNamespace& n, const std::string& x) { return n.id < x; });
    if (it == contract_.namespaces.end() || it->id != id) at.fail("there is no namespace " + json::quote(id));
    return *it;
  }

  void check(const ValueSetReference& reference, const JsonPath& at) const {
    const auto& space = namespace_named(reference.namespace_id, at.member("namespaceId"));
    if (space.value_sets.count(reference.entity_name) == 0) {
      at.member("entityName")
          .fail("namespace " + json::quote(space.id) + " has no value set " + json::quote(reference.entity_name));
    }
  }

  void check(const ContractForeignKey& key, const JsonPath& at) const {
    const auto& space = namespace_named(key.target_namespace, at.member("namespaceId"));
    const ContractTable* table = table_named(space.tables, key.target_table);
    if (table == nullptr) {
      at.member("tableName")
          .fail("namespace " + json::quote(space.id) + " has no table " + json::quote(key.target_table));
    }
    const JsonPath at_columns = at.member("columns");
    int i = 0;
    for (const auto& name : key.target_columns) {
      const JsonPath at_column = at_columns.element(i++);
      if (find_column(*table, name) == nullptr) {
        at_column.fail("table " + json::quote(table->name) + " has no column " + json::quote(name));
      }
    }
    if (key.constraint && is_ours(*table) && !has_key(*table, key.target_columns)) {
      at_columns.fail("no primary key and no unique constraint of table " + json::quote(table->name) +
                      " has just these columns");
    }
  }

  // Of tables that somebody else looks after a contract need not tell the keys.
  bool is_ours(const ContractTable& table) const {
    const Control usual = contract_.default_control.value_or(Control::managed);
    return usual != Control::external && table.control.value_or(usual) == Control::managed;
  }

  static bool has_key(const ContractTable& table, const std::vector<std::string>& columns) {
    const auto is_it = [&](const ContractKey& k) {
      return std::is_permutation(k.columns.begin(), k.columns.end(), columns.begin(), columns.end());
    };
    return (table.primary_key && is_it(*table.primary_key)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(), is_it);
  }

  const Contract& contract_;
};

}  // namespace

ContractNamespace read_namespace(std::string_view id, const Json& j, const JsonPath& at, const ContractTypes& types) {
  check_identifier(id, at);
  const Members m(j, at, {"id", "kind", "entries", "tables"});
  m.expect("id", id);
  ContractNamespace out;
  out.id = id;
  const Json* entries = m.find("entries");
  const Json* tables = m.find("tables");  // where the earliest eras keep them
  if (entries != nullptr && tables != nullptr) at.member("tables").fail("unknown field");
  if (tables != nullptr) {
    read_tables(*tables, at.member("tables"), types, out);
  } else {
    read_entries(m.required("entries"), at.member("entries"), types, out);
  }
  return out;
}

void check_references(const Contract& contract, const Json& storage, const JsonPath& at) {
  const References references(contract);
  const JsonPath at_namespaces = at.member("namespaces");
  const Json* namespaces = json::member(storage, "namespaces");
  for (const auto& space : contract.namespaces) {
    const JsonPath at_space = at_namespaces.member(space.id), at_entries = at_space.member("entries");
    const bool early = json::member(*json::member(*namespaces, space.id), "tables") != nullptr;
    const JsonPath at_tables = early ? at_space.member("tables") : at_entries.member("table");
    for (const auto& table : space.tables) references.check(table, at_tables.member(table.name));
  }
}

}  // namespace plinth
