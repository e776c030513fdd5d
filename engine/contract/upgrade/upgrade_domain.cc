#include <algorithm>

#include "engine/contract/decode.h"
#include "engine/contract/upgrade/rewrite.h"

namespace plinth {
namespace {

// Writes a value of the domain, in which objects may have a codec at any depth.
void copy_with_codecs(Json& out, const Json& value) {
  if (json::type(value) == json::Type::array) {
    json::make_array(out);
    json::each_element(value, {}, [&](const Json& e, const JsonPath&) { copy_with_codecs(json::push(out), e); });
    return;
  }
  if (json::type(value) != json::Type::object) return json::set(out, value);
  copy_members(out, value, [](std::string_view key, Json& place, const Json& member) {
    if (key != "codecId" || json::type(member) != json::Type::string) return copy_with_codecs(place, member);
    const std::string codec = json::read_string(member, JsonPath::root(Code::contract_validation_failed, key));
    json::set(place, std::string_view(later_codec(codec, {})));
  });
}

class DomainUpgrade {
 public:
  explicit DomainUpgrade(const Contract& contract) : contract_(contract) {}

  void write(Json& out, const Json& before) const {
    const auto rewrite_namespace = [&](std::string_view id, Json& place, const Json& value) {
      const auto models = [&](Json& list, const Json& all) {
        copy_members(list, all, [&](std::string_view name, Json& model, const Json& v) {
          rewrite_model(model, v, table_of_model(id, name));
        });
      };
      copy_members(place, value, [&](std::string_view key, Json& member, const Json& v) {
        if (key == "models") return models(member, v);
        copy_with_codecs(member, v);
      });
    };
    const auto namespaces = [&](Json& place, const Json& value) { copy_members(place, value, rewrite_namespace); };
    copy_object(out, before, {{"namespaces", namespaces}});
  }

 private:
  // A model of the contract, and the table in which it is stored, where it is in one.
  struct Stored {
    const ContractModel* model = nullptr;
    const ContractTable* table = nullptr;

    const ContractColumn* column(std::string_view field) const {
      if (table == nullptr) return nullptr;
      const auto found = model->fields.find(std::string(field));
      return found != model->fields.end() ? find_column(*table, found->second) : nullptr;
    }
  };

  Stored table_of_model(std::string_view space, std::string_view name) const {
    const auto key = std::tuple(space, name);
    const auto model = std::lower_bound(contract_.models.begin(), contract_.models.end(), key,
                                        [](const ContractModel& m, const auto& k) {
                                          return std::tuple<std::string_view, std::string_view>(m.space, m.name) < k;
                                        });
    if (model == contract_.models.end() || model->space != space || model->name != name) return {};
    return {&*model, table_of(contract_, model->namespace_id, model->table)};
  }

  static void rewrite_model(Json& out, const Json& before, const Stored& stored) {
    copy_members(out, before, [&](std::string_view key, Json& place, const Json& value) {
      if (key == "fields") return rewrite_fields(place, value, stored);
      if (key == "relations") return rewrite_relations(place, value, stored);
      copy_with_codecs(place, value);
    });
  }

  static void rewrite_fields(Json& out, const Json& before, const Stored& stored) {
    copy_members(out, before, [&](std::string_view name, Json& place, const Json& field) {
      const ContractColumn* column = stored.column(name);
      const Json* type = object_in(field, "type");
      const std::string codec = type != nullptr ? string_in(*type, "codecId") : std::string();
      if (column == nullptr || codec.empty()) return copy_with_codecs(place, field);
      const auto later = [&](Json& id, const Json&) {
        json::set(id, std::string_view(later_codec(codec, column->native_type)));
      };
      const auto params = [&](Json& p, const Json& v) { upgrade_type_params(p, v, codec); };
      const auto rewrite_type = [&](Json& t, const Json& v) {
        copy_object(t, v, {{"codecId", later}, {"typeParams", params}});
      };
      copy_object(place, field, {{"type", rewrite_type}});
    });
  }

  // A relation to one row says whether there may be none: what owns the foreign key may hold NULL, the other side may
  // find no row. Prisma 8 takes any foreign key of the same columns for that of the relation, and refuses a contract
  // that says otherwise.
  static void rewrite_relations(Json& out, const Json& before, const Stored& stored) {
    copy_members(out, before, [&](std::string_view, Json& place, const Json& relation) {
      json::set(place, relation);
      const std::string cardinality = string_in(relation, "cardinality");
      const Json* on = object_in(relation, "on");
      const bool to_one = cardinality == "N:1" || cardinality == "1:1";
      if (!to_one || on == nullptr || json::member(relation, "nullable") != nullptr) return;
      json::set(json::put(place, "nullable"), may_be_absent(*on, cardinality == "N:1", stored));
    });
  }

  static bool may_be_absent(const Json& on, bool owns_key, const Stored& stored) {
    std::vector<std::string> columns;
    bool nullable = false;
    if (const Json* fields = json::member(on, "localFields")) {
      json::each_element(*fields, {}, [&](const Json& f, const JsonPath& at) {
        const ContractColumn* column = stored.column(json::read_string(f, at));
        nullable = nullable || column == nullptr || column->nullable;
        if (column != nullptr) columns.push_back(column->name);
      });
    }
    const auto is_key = [&](const ContractForeignKey& k) { return k.columns == columns; };
    owns_key = owns_key || (stored.table != nullptr &&
                            std::any_of(stored.table->foreign_keys.begin(), stored.table->foreign_keys.end(), is_key));
    return !owns_key || nullable;
  }

  const Contract& contract_;
};

}  // namespace

void upgrade_domain(Json& out, const Json& domain, const Contract& contract) {
  DomainUpgrade(contract).write(out, domain);
}

}  // namespace plinth
