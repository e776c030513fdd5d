#include "planner/compare/contract_schema.h"

#include <array>
#include <set>

#include "engine/ops/renaming.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/printed_check.h"
#include "engine/sql/reading/scan.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

// Codec families whose parameters become part of the type. Source: Prisma Next 0.16.0, type expansion.
constexpr auto codecs_with_length = std::to_array<std::string_view>(
    {"sql/char", "sql/varchar", "pg/char", "pg/varchar", "pg/bit", "pg/varbit", "pg/vector"});
constexpr auto codecs_with_precision = std::to_array<std::string_view>(
    {"pg/timestamp", "pg/timestamptz", "pg/time", "pg/timetz", "pg/interval", "sql/timestamp",
     // Source: Prisma 8.0.0-rc.13.
     "pg/timestamp-temporal", "pg/timestamp-string", "pg/timestamptz-temporal", "pg/timestamptz-string",
     "pg/timestamptz-date", "pg/time-temporal", "pg/time-string"});

// Extension packs, the extension that each installs, and the types that it brings.
struct PackExtension {
  std::string_view pack, extension;
  std::array<std::string_view, 4> types;
};
constexpr auto pack_extensions =
    std::to_array<PackExtension>({{"pgvector", "vector", {"vector", "halfvec", "sparsevec"}},
                                  {"postgis", "postgis", {"geometry", "geography", "box2d", "box3d"}},
                                  {"paradedb", "pg_search", {}}});

template <std::size_t N>
bool among(std::string_view codec_id, const std::array<std::string_view, N>& codecs) {
  const std::string_view family = codec_id.substr(0, codec_id.find('@'));
  return std::find(codecs.begin(), codecs.end(), family) != codecs.end();
}

[[noreturn]] void refuse(const Contract& contract, const std::string& problem) {
  Error e(Code::contract_validation_failed, problem);
  if (!contract.file.empty()) e.at(contract.file);
  throw e;
}

std::optional<std::int64_t> parameter(const JsonText& all, std::string_view name) {
  const auto doc = json::parse(all.text, Code::contract_validation_failed);
  const Json* value = json::member(*doc, name);
  if (value == nullptr || json::type(*value) != json::Type::number) return {};
  return json::read_int(*value, JsonPath::root(Code::contract_validation_failed, name));
}

std::string with_modifier(const std::string& base, const std::string& modifier) {
  TypeName t = parse_type(base);
  t.modifier = modifier;
  return normalize_type(t.text());
}

// How the parameters of a type become part of it; nothing where the codec says nothing of them.
std::optional<std::string> expand_type(const std::string& native, std::string_view codec,
                                       const Boxed<TypeParameters>& p) {
  std::string base = normalize_type(native);
  if (!p) return base;
  if (p->length && among(codec, codecs_with_length)) return with_modifier(base, std::to_string(*p->length));
  if (p->precision && among(codec, codecs_with_precision)) return with_modifier(base, std::to_string(*p->precision));
  if (p->precision && codec.starts_with("pg/numeric")) {
    return with_modifier(base, std::to_string(*p->precision) + "," + std::to_string(p->scale.value_or(0)));
  }
  if (codec.starts_with("pg/geometry")) {
    if (const auto srid = parameter(p->text, "srid")) return with_modifier(base, "Geometry," + std::to_string(*srid));
  }
  const bool limits = p->length || p->precision || (p->scale && !codec.starts_with("pg/numeric"));
  return limits ? std::nullopt : std::optional(base);
}

bool is_plain_type(std::string_view type) {
  const TypeName t = parse_type(type);
  const auto plain = [](char c) { return is_word_char(c) || c == ' ' || c == '.'; };
  const auto in_modifier = [&](char c) { return plain(c) || c == ',' || c == '-'; };
  return !t.base.empty() && !(t.base.front() >= '0' && t.base.front() <= '9') &&
         std::all_of(t.base.begin(), t.base.end(), plain) &&
         std::all_of(t.modifier.begin(), t.modifier.end(), in_modifier);
}

class Builder {
 public:
  explicit Builder(const Contract& contract) : contract_(contract) {}

  Schema build() {
    for (const auto& pack : contract_.extension_packs) {
      for (const auto& p : pack_extensions) {
        if (pack != p.pack) continue;
        Extension& e = insert_sorted(out_.extensions, Extension{std::string(p.extension)});
        for (const auto type : p.types) {
          if (!type.empty()) e.types.emplace_back(type);
        }
      }
    }
    for (const auto& n : contract_.namespaces) add_namespace(n);
    for (auto& n : out_.namespaces) check_relation_names(n);
    return std::move(out_);
  }

 private:
  void add_namespace(const ContractNamespace& n) {
    const bool empty = n.tables.empty() && n.enums.empty() && n.policies.empty();
    if (n.id == unbound_namespace && empty) return;
    const std::string schema = schema_of_namespace(n.id);
    if (out_.find_namespace(schema) == nullptr) insert_sorted(out_.namespaces, Namespace{schema});
    for (const auto& e : n.enums) {
      insert_sorted(out_.find_namespace(schema)->enums, Enum{e.type_name, e.members, effective(e.control)});
    }
    std::vector<Table>& tables = out_.find_namespace(schema)->tables;
    tables.reserve(tables.size() + n.tables.size());
    for (const auto& t : n.tables) insert_sorted(tables, build_table(n, t));
    for (const auto& p : n.policies) {
      Table* table = find_sorted(tables, p.table);
      if (table == nullptr)
        refuse(contract_, "policy " + q(p.name) + " is for a table that is not there: " + q(p.table));
      insert_sorted(table->policies, policy(p));
    }
  }

  Control effective(const std::optional<Control>& own) const {
    if (contract_.default_control == Control::external) return Control::external;
    return own.value_or(contract_.default_control.value_or(Control::managed));
  }

  Table build_table(const ContractNamespace& n, const ContractTable& t) const {
    Table out;
    out.name = t.name;
    out.row_security = t.row_security;
    out.control = effective(t.control);
    out.columns.reserve(t.columns.size());
    for (const auto& c : t.columns) {
      out.columns.push_back(column(n, t, c));
      if (c.many && contract_.era == ContractEra::prisma_next) {
        out.checks.push_back(element_check(t, out.columns.back()));
      }
    }
    if (const auto& pk = t.primary_key) {
      out.primary_key =
          PrimaryKey{pk->name.value_or(default_name(t.name, {}, "pkey")), pk->columns, {}, {}, pk->name.has_value()};
    }
    for (const auto& u : t.uniques) {
      out.uniques.push_back(
          {u.name.value_or(default_name(t.name, u.columns, "key")), u.columns, {}, false, {}, u.name.has_value()});
    }
    for (const auto& i : t.indexes) out.indexes.push_back(index(t, i));
    for (const auto& fk : t.foreign_keys) {
      if (fk.constraint) out.foreign_keys.push_back(foreign_key(t, fk));
    }
    for (const auto& c : t.checks) out.checks.push_back(c.expression ? written_check(out, c) : membership_check(t, c));
    sort_by_name(out.uniques);
    sort_by_name(out.indexes);
    sort_by_name(out.foreign_keys);
    sort_by_name(out.checks);
    return out;
  }

  Column column(const ContractNamespace& n, const ContractTable& t, const ContractColumn& c) const {
    Column out;
    out.name = c.name;
    out.nullable = c.nullable;
    out.type = column_type(n, t, c) + (c.many ? "[]" : "");
    if (!c.fallback) return out;
    if (!c.fallback->is_function) {
      out.fallback = normalize_literal(stated_value(t, c), out.type);
    } else if (normalize_expression(c.fallback->expression) == autoincrement) {
      if (serial_type(out.type).empty()) {
        refuse(contract_, "column " + q(t.name) + "." + q(c.name) + " of type " + out.type + " cannot autoincrement");
      }
      out.fallback = Default{Default::Kind::expression, std::string(autoincrement)};
    } else {
      out.fallback = normalize_default(c.fallback->expression, out.type);
    }
    return out;
  }

  // Bytes are base64 text in the later form, \x and hex in the earlier one.
  JsonText stated_value(const ContractTable& t, const ContractColumn& c) const {
    const JsonText& value = c.fallback->value;
    if (contract_.era != ContractEra::prisma_8 || normalize_type(c.native_type) != "bytea") return value;
    const auto document = json::parse(value.text, Code::contract_validation_failed);
    const auto decoded = [&](const Json& v, const JsonPath& at) {
      const auto bytes = bytea_of_base64(json::read_string(v, at));
      if (!bytes) refuse(contract_, "column " + q(t.name) + "." + q(c.name) + ": the default is not base64");
      return json::quote(*bytes);
    };
    const auto root = JsonPath::root(Code::contract_validation_failed, "default");
    if (json::type(*document) == json::Type::string) return {decoded(*document, root)};
    if (json::type(*document) != json::Type::array) return value;
    std::string out;
    json::each_element(*document, root, [&](const Json& e, const JsonPath& at) {
      out.append(out.empty() ? "" : ",").append(json::type(e) == json::Type::string ? decoded(e, at) : json::dump(e));
    });
    return {"[" + out + "]"};
  }

  static const std::string& enum_name(const ContractColumn& c) {
    return c.parameters && c.parameters->type_name ? *c.parameters->type_name : c.native_type;
  }

  std::string column_type(const ContractNamespace& n, const ContractTable& t, const ContractColumn& c) const {
    if (c.codec_id.starts_with("pg/enum")) return enum_type(n, enum_name(c));
    const auto named = c.type_ref ? contract_.types.find(*c.type_ref) : contract_.types.end();
    const bool is_named = named != contract_.types.end();
    const std::string& codec = is_named ? named->second.codec_id : c.codec_id;
    const auto type = is_named ? expand_type(named->second.native_type, codec, named->second.parameters)
                               : expand_type(c.native_type, codec, c.parameters);
    const std::string column = "column " + q(t.name) + "." + q(c.name);
    if (!type) {
      Error e(Code::contract_unknown_codec, column + ": codec " + q(codec) + " has parameters of a type");
      e.with("codecId", codec).with("table", t.name).with("column", c.name);
      if (!contract_.file.empty()) e.at(contract_.file);
      throw e;
    }
    if (!is_plain_type(*type)) refuse(contract_, column + ": " + q(*type) + " is not the name of a type");
    return *type;
  }

  // A native enum by its name: qualified as written, else the enum of the column's own namespace, else of any other.
  std::string enum_type(const ContractNamespace& n, const std::string& name) const {
    if (const std::size_t dot = name.find('.'); dot != std::string::npos) {
      return user_type_text({name.substr(0, dot), name.substr(dot + 1)});
    }
    const auto has = [&](const ContractNamespace& candidate) {
      return std::any_of(candidate.enums.begin(), candidate.enums.end(),
                         [&](const ContractEnum& e) { return e.type_name == name; });
    };
    if (!has(n)) {
      for (const auto& other : contract_.namespaces) {
        if (has(other)) return user_type_text({schema_of_namespace(other.id), name});
      }
    }
    return user_type_text({schema_of_namespace(n.id), name});
  }

  // The server's own spelling of the check that no element of an array is NULL.
  static Check element_check(const ContractTable& t, const Column& c) {
    TypeName element = parse_type(c.type);
    element.array = false;
    Check out;
    out.name = element_check_name(t.name, c.name);
    out.expression =
        "array_position(" + quote_if_needed(c.name) + ", NULL::" + format_type_text(element.text()) + ") IS NULL";
    out.implied = true;
    return out;
  }

  static Index index(const ContractTable& t, const ContractIndex& i) {
    Index out;
    out.name = i.name ? truncate_identifier(*i.name) : default_name(t.name, i.columns, "idx");
    out.unique = i.unique;
    if (i.where) out.predicate = *i.where;
    if (i.expression) out.keys.push_back({{}, *i.expression, {}, {}, false, {}, true});
    out.named = i.name.has_value();
    for (const auto& c : i.columns) out.keys.push_back(IndexKey::of(c));
    if (i.type) out.method = *i.type;
    for (const auto& [key, value] : i.options) {
      const auto doc = json::parse(value.text, Code::contract_validation_failed);
      out.options.push_back(key + "=" +
                            (json::type(*doc) == json::Type::string
                                 ? json::read_string(*doc, JsonPath::root(Code::contract_validation_failed, key))
                                 : value.text));
    }
    std::sort(out.options.begin(), out.options.end());
    return out;
  }

  static ForeignKey foreign_key(const ContractTable& t, const ContractForeignKey& fk) {
    ForeignKey out;
    out.name = fk.name.value_or(default_name(t.name, fk.columns, "fkey"));
    out.named = fk.name.has_value();
    out.columns = fk.columns;
    out.referenced_schema = schema_of_namespace(fk.target_namespace);
    out.referenced_table = fk.target_table;
    out.referenced_columns = fk.target_columns;
    out.on_delete = fk.on_delete;
    out.on_update = fk.on_update;
    return out;
  }

  // A list of values, where the text says no more: as tools write it, or, under a name of its own, as the server prints
  // it.
  static Check written_check(const Table& t, const ContractCheck& c) {
    Check out;
    out.name = c.name;
    out.membership = parse_membership(*c.expression);
    const Column* column = out.membership ? find_named(t.columns, out.membership->column) : nullptr;
    const bool printed =
        column != nullptr && !c.prefix && printed_membership(*out.membership, column->type) == c.expression;
    if (out.membership && !printed && check_condition(out).text() != *c.expression) out.membership.reset();
    if (!out.membership) out.expression = *c.expression;
    return out;
  }

  Check membership_check(const ContractTable& t, const ContractCheck& c) const {
    Check out;
    out.name = c.name;
    Membership& m = out.membership.emplace();
    m.column = c.column;
    for (const auto& n : contract_.namespaces) {
      const auto set = n.value_sets.find(c.value_set->entity_name);
      if (n.id != c.value_set->namespace_id || set == n.value_sets.end()) continue;
      for (const auto& v : set->second) {
        const auto doc = json::parse(v.text, Code::contract_validation_failed);
        m.values.push_back(json::type(*doc) == json::Type::string
                               ? json::read_string(*doc, JsonPath::root(Code::contract_validation_failed, "values"))
                               : v.text);
      }
    }
    if (m.values.empty()) refuse(contract_, "check " + q(c.name) + " on " + q(t.name) + " permits no value at all");
    return out;
  }

  static Policy policy(const ContractPolicy& p) {
    Policy out;
    out.name = p.name;
    out.command = p.command;
    out.permissive = p.permissive;
    std::set<std::string> roles(p.roles.begin(), p.roles.end());
    if (roles.count("public") == 0 && roles.count("PUBLIC") == 0) out.roles.assign(roles.begin(), roles.end());
    if (p.using_expression) out.using_expression = *p.using_expression;
    if (p.check_expression) out.check_expression = *p.check_expression;
    return out;
  }

  // Names of this schema that are not what the contract says, because the server keeps less of them.
  std::set<std::string> cut_names(const std::string& schema) const {
    std::set<std::string> out;
    for (const auto& n : contract_.namespaces) {
      if (schema_of_namespace(n.id) != schema) continue;
      for (const auto& t : n.tables) {
        for (const auto& i : t.indexes) {
          if (i.name && i.name->size() > max_identifier_bytes) out.insert(truncate_identifier(*i.name));
        }
      }
    }
    return out;
  }

  // Tables, indexes and the indexes behind keys share one set of names within a schema. Whether a name that the server
  // cuts meets another one is the planner's to say.
  void check_relation_names(const Namespace& n) const {
    const std::set<std::string> cut = cut_names(n.name);
    std::set<std::string> seen;
    const auto claim = [&](const std::string& name, const std::string& what) {
      if (!seen.insert(name).second && cut.count(name) == 0) {
        refuse(contract_,
               what + " " + q(name) + " in schema " + q(n.name) +
                   " has the name of another table, key or index (names longer than 63 bytes are cut there)");
      }
    };
    for (const auto& t : n.tables) claim(t.name, "table");
    for (const auto& t : n.tables) {
      // Without a name the server finds a free one.
      if (t.primary_key && t.primary_key->named) claim(t.primary_key->name, "primary key");
      for (const auto& u : t.uniques) claim(u.name, "unique constraint");
      for (const auto& i : t.indexes) claim(i.name, "index");
      check_constraint_names(t);
    }
  }

  void check_constraint_names(const Table& t) const {
    std::set<std::string> seen;
    for (const auto& u : t.uniques) seen.insert(u.name);
    const auto claim = [&](const std::string& name) {
      if (!seen.insert(name).second) refuse(contract_, "table " + q(t.name) + " has two constraints named " + q(name));
    };
    for (const auto& c : t.checks) claim(c.name);
    for (const auto& fk : t.foreign_keys) claim(fk.name);
  }

  const Contract& contract_;
  Schema out_;
};

}  // namespace

Schema contract_schema(const Contract& contract) { return Builder(contract).build(); }

}  // namespace plinth
