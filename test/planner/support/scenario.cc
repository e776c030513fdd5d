#include "test/planner/support/scenario.h"

#include <map>
#include <set>

#include "engine/ops/renaming.h"
#include "engine/sql/normalize.h"
#include "engine/sql/type_name.h"
#include "test/files.h"
#include "test/planner/support/schemas.h"

namespace plinth::test {
namespace {

using Names = std::vector<std::string>;

struct NeutralColumn {
  std::string name, type, codec;
  bool nullable = false;
  std::optional<JsonText> fallback, parameters;
  std::optional<std::string> enumeration;
  static constexpr auto fields =
      std::tuple{field("name", &NeutralColumn::name),        field("type", &NeutralColumn::type),
                 field("codec", &NeutralColumn::codec),      field("nullable", &NeutralColumn::nullable),
                 field("default", &NeutralColumn::fallback), field("typeParams", &NeutralColumn::parameters),
                 field("enum", &NeutralColumn::enumeration)};
};
struct NeutralKey {
  Names columns;
  std::optional<std::string> name;
  static constexpr auto fields = std::tuple{field("columns", &NeutralKey::columns), field("name", &NeutralKey::name)};
};
struct NeutralReference {
  Names columns, referenced;
  std::string table;
  bool constraint = true, index = true;
  std::optional<std::string> name;
  std::optional<ReferentialAction> on_delete, on_update;
  static constexpr auto fields =
      std::tuple{field("columns", &NeutralReference::columns),    field("refColumns", &NeutralReference::referenced),
                 field("refTable", &NeutralReference::table),     field("constraint", &NeutralReference::constraint),
                 field("index", &NeutralReference::index),        field("name", &NeutralReference::name),
                 field("onDelete", &NeutralReference::on_delete), field("onUpdate", &NeutralReference::on_update)};
};
struct NeutralTable {
  std::vector<NeutralColumn> columns;
  std::optional<Names> key;
  std::optional<std::string> key_name;
  std::vector<NeutralKey> uniques, indexes;
  std::vector<NeutralReference> references;
  static constexpr auto fields =
      std::tuple{field("columns", &NeutralTable::columns), field("pk", &NeutralTable::key),
                 field("pkName", &NeutralTable::key_name), field("uniques", &NeutralTable::uniques),
                 field("indexes", &NeutralTable::indexes), field("fks", &NeutralTable::references)};
};
struct NeutralEnum {
  std::string native;
  Names values;
  static constexpr auto fields =
      std::tuple{field("nativeType", &NeutralEnum::native), field("values", &NeutralEnum::values)};
};

const auto root = JsonPath::root(Code::engine_internal, "scenario");

std::string text_at(const Json& object, std::string_view key) {
  const Json* value = json::member(object, key);
  return value == nullptr ? std::string() : json::read_string(*value, root);
}

template <class T>
T decoded(const Json& j) {
  T out;
  decode(out, j, root);
  return out;
}

// The natives of the enums by their names in the contract.
using EnumNames = std::map<std::string, std::string>;

class Reader {
 public:
  explicit Reader(const Json& contract) {
    Namespace& space = out_.namespaces.emplace_back();
    space.name = "public";
    json::each_member(*json::member(contract, "enums"), root,
                      [&](std::string_view key, const Json& j, const JsonPath&) {
                        const auto e = decoded<NeutralEnum>(j);
                        natives_.insert(e.native);
                        names_.emplace(key, e.native);
                        insert_sorted(space.enums, Enum{e.native, e.values});
                      });
    json::each_member(*json::member(contract, "tables"), root,
                      [&](std::string_view key, const Json& j, const JsonPath&) {
                        insert_sorted(space.tables, read(std::string(key), decoded<NeutralTable>(j)));
                      });
    json::each_element(*json::member(contract, "dependencies"), root, [&](const Json& j, const JsonPath&) {
      const std::string id = json::read_string(j, root);
      insert_sorted(out_.extensions, Extension{id.substr(id.rfind('.') + 1)});
    });
  }
  Schema schema() { return std::move(out_); }
  const EnumNames& names() const { return names_; }

 private:
  Column read(const NeutralColumn& c) const {
    Column out = column(c.name, c.type, c.nullable);
    if (natives_.count(c.type) > 0) {
      out.type = user_type_text({"public", c.type});
    } else {
      std::string spelling = c.type;
      if (c.parameters) {
        const auto doc = json::parse(c.parameters->text, Code::engine_internal);
        if (const Json* n = json::member(*doc, "length")) {
          spelling.append("(").append(std::to_string(json::read_int(*n, root))).append(")");
        }
      }
      out.type = normalize_type(spelling);
    }
    if (c.fallback) out.fallback = read_default(*c.fallback, out.type);
    return out;
  }
  static std::optional<Default> read_default(const JsonText& stated, const std::string& type) {
    const auto doc = json::parse(stated.text, Code::engine_internal);
    if (const Json* expression = json::member(*doc, "function")) {
      return normalize_default(json::read_string(*expression, root), type);
    }
    return normalize_literal(JsonText{to_json(decoded<JsonText>(*json::member(*doc, "literal")))}, type);
  }
  Table read(const std::string& name, const NeutralTable& t) const {
    Table out = table(name, {});
    for (const auto& c : t.columns) out.columns.push_back(read(c));
    std::set<Names> indexed;
    if (t.key) {
      out.primary_key = primary_key(name, *t.key);
      if (t.key_name) out.primary_key->name = *t.key_name;
      out.primary_key->named = t.key_name.has_value();
      indexed.insert(*t.key);
    }
    for (const auto& u : t.uniques) {
      Unique key = unique_key(u.name.value_or(default_name(name, u.columns, "key")), u.columns);
      key.named = u.name.has_value();
      insert_sorted(out.uniques, std::move(key));
      indexed.insert(u.columns);
    }
    const auto add_index = [&](const Names& columns, const std::optional<std::string>& given) {
      Index i = index(given.value_or(default_name(name, columns, "idx")), columns);
      i.named = given.has_value();
      insert_sorted(out.indexes, std::move(i));
      indexed.insert(columns);
    };
    for (const auto& i : t.indexes) add_index(i.columns, i.name);
    for (const auto& r : t.references) {
      if (r.index && indexed.count(r.columns) == 0) add_index(r.columns, {});
      if (r.constraint) insert_sorted(out.foreign_keys, read(name, r));
    }
    return out;
  }
  static ForeignKey read(const std::string& table, const NeutralReference& r) {
    ForeignKey out =
        foreign_key(r.name.value_or(default_name(table, r.columns, "fkey")), r.columns, r.table, r.referenced);
    out.named = r.name.has_value();
    out.on_delete = r.on_delete.value_or(ReferentialAction::no_action);
    out.on_update = r.on_update.value_or(ReferentialAction::no_action);
    return out;
  }

  Schema out_;
  std::set<std::string> natives_;
  EnumNames names_;
};

std::string list(const Names& names) {
  std::string out;
  for (const auto& n : names) out.append(out.empty() ? "" : ",").append(n);
  return "(" + out + ")";
}

// A thin descriptor in a few words. The other planner names enums as its contract does, the database does not.
std::string line_of(const Json& d, const EnumNames& enums) {
  const std::string kind = text_at(d, "kind");
  const auto native = [&](const std::string& name) {
    const auto it = enums.find(name);
    return it == enums.end() ? name : it->second;
  };
  std::string out = kind;
  const auto say = [&](const std::string& word) {
    if (!word.empty()) out.append(" ").append(word);
  };
  if (kind == "createDependency" || kind == "createExtension") {
    const std::string id = text_at(d, kind == "createDependency" ? "dependencyId" : "extension");
    return "createExtension " + id.substr(id.rfind('.') + 1);
  }
  if (kind == "dataTransform") {
    std::string name = text_at(d, "name");
    for (const auto& [key, to] : enums) {
      if (name == "migrate-" + key + "-values") name = "migrate-" + to + "-values";
    }
    return out + " " + name;
  }
  std::string what = text_at(d, "table");
  for (const auto* key : {"column", "constraintName", "indexName", "fromName", "name"}) {
    if (const std::string part = text_at(d, key); !part.empty()) what.append(what.empty() ? "" : ".").append(part);
  }
  what += native(text_at(d, "typeName"));
  if (const Json* columns = json::member(d, "columns")) what += list(decoded<Names>(*columns));
  say(what);
  if (kind == "addEnumValues") say(list(decoded<Names>(*json::member(d, "values"))));
  if (const std::string to = text_at(d, "toName"); !to.empty()) say("to " + to);
  if (const std::string before = text_at(d, "before"); !before.empty()) say("before " + before);
  const Json* overrides = json::member(d, "overrides");
  const bool made_nullable = overrides != nullptr && json::member(*overrides, "nullable") != nullptr;
  if (made_nullable) say("nullable");
  return out;
}

}  // namespace

std::vector<std::string> brief_lines(const std::vector<Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& op : operations) {
    const auto thin = json::null();
    write_thin(*thin, op);
    out.push_back(line_of(*thin, {}));
  }
  return out;
}

std::vector<Scenario> read_scenarios(const std::filesystem::path& file) {
  std::vector<Scenario> out;
  const auto document = json::parse(read_file(file), Code::engine_internal);
  json::each_element(*document, root, [&](const Json& j, const JsonPath&) {
    Scenario& s = out.emplace_back();
    s.id = text_at(j, "id");
    s.ok = json::read_bool(*json::member(j, "ok"), root);
    const Json& origin = *json::member(j, "origin");
    s.origin.namespaces.push_back({"public", {}, {}});
    if (json::type(origin) == json::Type::object) s.origin = Reader(origin).schema();
    Reader destination(*json::member(j, "destination"));
    s.destination = destination.schema();
    if (const Json* expected = json::member(j, "expected"); expected != nullptr && s.ok) {
      json::each_element(*expected, root, [&](const Json& d, const JsonPath&) {
        s.expected.push_back(line_of(d, destination.names()));
      });
    }
  });
  return out;
}

}  // namespace plinth::test
