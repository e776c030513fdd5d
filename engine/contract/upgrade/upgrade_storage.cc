#include <algorithm>

#include "engine/contract/decode.h"
#include "engine/contract/upgrade/rewrite.h"
#include "engine/sql/ddl.h"
#include "engine/sql/normalize.h"
#include "engine/sql/printed_check.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

class StorageUpgrade {
 public:
  StorageUpgrade(const Contract& contract, const Schema& schema) : contract_(contract), schema_(schema) {}

  void write(Json& out, const Json& before) const {
    const auto types = [](Json& place, const Json& all) {
      copy_members(place, all, [](std::string_view, Json& type, const Json& value) {
        copy_object(
            type, value,
            {{"codecId",
              [&](Json& id, const Json&) {
                json::set(id,
                          std::string_view(later_codec(string_in(value, "codecId"), string_in(value, "nativeType"))));
              }},
             {"typeParams", [&](Json& p, const Json& v) { upgrade_type_params(p, v, string_in(value, "codecId")); }}});
      });
    };
    const auto namespaces = [this](Json& place, const Json& all) {
      copy_members(place, all, [&](std::string_view id, Json& n, const Json& value) {
        const auto tables = [&](Json& list, const Json& v) {
          copy_members(list, v, [&](std::string_view name, Json& table, const Json& t) {
            rewrite_table(table, t, *table_of(contract_, id, name), schema_of_namespace(std::string(id)));
          });
        };
        const auto entries = [&](Json& e, const Json& v) { copy_object(e, v, {{"table", tables}}); };
        copy_object(n, value, {{"entries", entries}});
      });
    };
    copy_object(out, before, {{"storageHash", {}}, {"types", types}, {"namespaces", namespaces}});
  }

 private:
  void rewrite_table(Json& out, const Json& before, const ContractTable& table, const std::string& schema) const {
    const Table* found = schema_.find_table({schema, table.name});
    if (found == nullptr) throw Error(Code::engine_internal, "the schema lacks table " + json::quote(table.name));
    const Rewrites rewrites = {
        {"columns", [&](Json& o, const Json& v) { rewrite_columns(o, v, table, *found); }},
        {"indexes", [&](Json& o, const Json&) { write_indexes(o, table, *found); }},
        {"foreignKeys", [](Json& o, const Json& v) { rewrite_foreign_keys(o, v); }},
        {"checks", {}},
    };
    copy_object(out, before, rewrites);
    write_checks(out, table, *found);
  }

  void rewrite_columns(Json& out, const Json& before, const ContractTable& table, const Table& found) const {
    copy_members(out, before, [&](std::string_view name, Json& place, const Json& value) {
      const ContractColumn& column = *find_column(table, name);
      const Column* live = find_named(found.columns, name);
      if (live == nullptr) throw Error(Code::engine_internal, "the schema lacks column " + json::quote(column.name));
      copy_object(place, value,
                  {{"codecId",
                    [&](Json& o, const Json&) {
                      json::set(o, std::string_view(later_codec(column.codec_id, column.native_type)));
                    }},
                   {"typeParams", [&](Json& o, const Json& v) { upgrade_type_params(o, v, column.codec_id); }},
                   {"default", [&](Json& o, const Json& v) { rewrite_default(o, v, *live); }}});
      const bool is_checked = !column.many || element_check_of(found, column.name) != nullptr;
      if (!is_checked) put_texts(place, "noCheck", {"elementNotNull"});
    });
  }

  static const Check* element_check_of(const Table& table, const std::string& column) {
    const auto found = std::find_if(table.checks.begin(), table.checks.end(), [&](const Check& c) {
      return element_checked_column(c.expression.text) == std::optional(column);
    });
    return found != table.checks.end() ? &*found : nullptr;
  }

  // The indexes that the schema has. One that it lacks does the work of a unique constraint on the same columns.
  static void write_indexes(Json& out, const ContractTable& table, const Table& found) {
    std::vector<const Index*> free;
    std::vector<const ContractIndex*> open;
    for (const auto& i : found.indexes) free.push_back(&i);
    std::map<std::string, const ContractIndex*> by_name;
    const auto take = [&](const ContractIndex& wanted, bool by_its_name) {
      const auto it = std::find_if(free.begin(), free.end(), [&](const Index* i) {
        if (by_its_name) return wanted.name && i->name == truncate_identifier(*wanted.name);
        return has_columns(*i, wanted.columns);
      });
      if (it == free.end()) {
        if (by_its_name) open.push_back(&wanted);
        return;
      }
      by_name.emplace((*it)->name, &wanted);
      free.erase(it);
    };
    for (const auto& i : table.indexes) take(i, true);
    for (const ContractIndex* i : open) take(*i, false);
    json::make_array(out);
    for (const auto& [name, index] : by_name) write_index(json::push(out), name, *index);
  }

  static bool has_columns(const Index& index, const std::vector<std::string>& columns) {
    return std::equal(index.keys.begin(), index.keys.end(), columns.begin(), columns.end(),
                      [](const IndexKey& k, const std::string& c) { return k.column == c; });
  }

  static void write_index(Json& out, const std::string& name, const ContractIndex& index) {
    json::make_object(out);
    put_text(out, "name", name);
    json::set(json::put(out, "unique"), false);
    put_texts(out, "columns", index.columns);
    if (index.type) put_text(out, "type", *index.type);
    if (index.options.empty()) return;
    Json& options = json::put(out, "options");
    json::make_object(options);
    for (const auto& [key, value] : index.options) json::set_text(json::put(options, key), value.text);
  }

  // Prisma 8 compares a check of an exact name by the text that the server prints.
  static std::string printed(const Check& check, const Table& table) {
    const Column* column = check.membership ? find_named(table.columns, check.membership->column) : nullptr;
    const auto out = column != nullptr ? printed_membership(*check.membership, column->type) : std::nullopt;
    return out ? *out : check_condition(check).text();
  }

  static void write_checks(Json& out, const ContractTable& table, const Table& found) {
    std::map<std::string, std::string> expressions;
    for (const auto& c : table.checks) {
      const Check* check = find_named(found.checks, c.name);
      if (check == nullptr) throw Error(Code::engine_internal, "the schema lacks check " + json::quote(c.name));
      expressions.emplace(c.name, printed(*check, found));
    }
    for (const auto& c : table.columns) {
      const Check* check = c.many ? element_check_of(found, c.name) : nullptr;
      if (check == nullptr) continue;
      expressions.emplace(check->name, printed_element_check(c.name, find_named(found.columns, c.name)->type));
    }
    if (expressions.empty()) return;
    Json& list = json::put(out, "checks");
    json::make_array(list);
    for (const auto& [name, expression] : expressions) {
      Json& check = json::push(list);
      json::make_object(check);
      put_text(check, "name", name);
      put_text(check, "expression", expression);
    }
  }

  // Earlier forms keep entries that only ask for an index; the indexes are written by themselves.
  static void rewrite_foreign_keys(Json& out, const Json& before) {
    json::make_array(out);
    json::each_element(before, {}, [&](const Json& key, const JsonPath& at) {
      const Json* constraint = json::member(key, "constraint");
      if (constraint != nullptr && !json::read_bool(*constraint, at)) return;
      copy_object(json::push(out), key, {{"constraint", {}}, {"index", {}}});
    });
  }

  // ---- defaults -------------------------------------------------------------------------------------------------

  void rewrite_default(Json& out, const Json& before, const Column& column) const {
    const Json* value = json::member(before, "value");
    if (string_in(before, "kind") != "literal" || value == nullptr) return json::set(out, before);
    const TypeName type = parse_type(column.type);
    if (type.base == "interval") return write_as_expression(out, *value, column);
    copy_object(out, before, {{"value", [&](Json& o, const Json& v) { rewrite_literal(o, v, type.base, column); }}});
  }

  // Prisma 8 states intervals by another notation; as an expression it stays what it is.
  void write_as_expression(Json& out, const Json& value, const Column& column) const {
    if (json::type(value) != json::Type::string) {
      refuse(column, json::dump(value), "no interval", "State the default as an expression");
    }
    const std::string text = json::read_string(value, JsonPath::root(Code::contract_validation_failed, "default"));
    json::make_object(out);
    put_text(out, "kind", "function");
    put_text(out, "expression", Sql("{}::{}", Literal{text}, Sql::trusted(column.type)).text());
  }

  // Numbers in lists may stay numbers.
  void rewrite_literal(Json& out, const Json& value, const std::string& base, const Column& column) const {
    if (json::type(value) == json::Type::array && base == "bytea") {
      json::make_array(out);
      json::each_element(value, {},
                         [&](const Json& e, const JsonPath&) { rewrite_literal(json::push(out), e, base, column); });
      return;
    }
    const bool is_number = json::type(value) == json::Type::number;
    if (is_number && (base == "int8" || base == "numeric")) {
      const auto decimal = normalize_literal({json::dump(value)}, base);
      return json::set(out, std::string_view(decimal->value));
    }
    if (base == "bytea" && json::type(value) == json::Type::string) {
      return json::set(out, std::string_view(base64_of(value, column)));
    }
    json::set(out, value);
  }

  std::string base64_of(const Json& value, const Column& column) const {
    const auto text = json::read_string(value, JsonPath::root(Code::contract_validation_failed, "default"));
    if (const auto out = base64_of_bytea(text)) return *out;
    refuse(column, json::quote(text), "no hexadecimal bytea", "State the default as \\x and hexadecimal digits");
  }

  [[noreturn]] void refuse(const Column& column, const std::string& value, const std::string& problem,
                           const std::string& fix) const {
    Error e(Code::migration_not_upgradable,
            "the default of column " + json::quote(column.name) + " is " + value + ", which is " + problem,
            "Prisma 8 states defaults of the type otherwise.");
    e.fix(fix + ", in a migration of Prisma Next.").with("column", column.name);
    if (!contract_.file.empty()) e.at(contract_.file);
    throw e;
  }

  const Contract& contract_;
  const Schema& schema_;
};

}  // namespace

void upgrade_storage(Json& out, const Json& storage, const Contract& contract, const Schema& schema) {
  StorageUpgrade(contract, schema).write(out, storage);
}

}  // namespace plinth
