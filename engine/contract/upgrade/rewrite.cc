#include "engine/contract/upgrade/rewrite.h"

#include <algorithm>
#include <array>

#include "engine/sql/type_name.h"

namespace plinth {

void copy_object(Json& out, const Json& object, const Rewrites& rewrites) {
  json::make_object(out);
  json::each_member(object, {}, [&](std::string_view key, const Json& value, const JsonPath&) {
    const auto found = rewrites.find(key);
    if (found == rewrites.end()) return json::set(json::put(out, key), value);
    if (found->second) found->second(json::put(out, key), value);
  });
}

void put_text(Json& object, std::string_view key, std::string_view text) { json::set(json::put(object, key), text); }

void put_texts(Json& object, std::string_view key, const std::vector<std::string>& texts) {
  Json& out = json::put(object, key);
  json::make_array(out);
  for (const auto& t : texts) json::set(json::push(out), std::string_view(t));
}

namespace {

// Codecs that Prisma 8 no longer has, and the type that each usually had.
struct RetiredCodec {
  std::string_view id, type;
};
constexpr auto retired_codecs = std::to_array<RetiredCodec>({{"pg/date@1", "date"},
                                                             {"pg/timestamp@1", "timestamp"},
                                                             {"pg/timestamptz@1", "timestamptz"},
                                                             {"pg/time@1", "time"},
                                                             {"sql/timestamp@1", "timestamp"}});

}  // namespace

std::string later_codec(const std::string& codec, std::string_view native_type) {
  const auto retired =
      std::find_if(retired_codecs.begin(), retired_codecs.end(), [&](const RetiredCodec& r) { return r.id == codec; });
  if (retired == retired_codecs.end()) return codec;
  const std::string type = parse_type(normalize_type(native_type)).base;
  const bool known =
      std::any_of(retired_codecs.begin(), retired_codecs.end(), [&](const RetiredCodec& r) { return r.type == type; });
  return "pg/" + (known ? type : std::string(retired->type)) + "-string@1";
}

void upgrade_type_params(Json& out, const Json& params, std::string_view codec) {
  json::set(out, params);
  const bool has_precision = json::member(params, "precision") != nullptr;
  if (!codec.starts_with("pg/numeric") || !has_precision || json::member(params, "scale") != nullptr) return;
  json::set(json::put(out, "scale"), std::int64_t{0});
}

const ContractTable* table_of(const Contract& contract, std::string_view namespace_id, std::string_view name) {
  const auto n = std::lower_bound(contract.namespaces.begin(), contract.namespaces.end(), namespace_id,
                                  [](const ContractNamespace& x, std::string_view id) { return x.id < id; });
  if (n == contract.namespaces.end() || n->id != namespace_id) return nullptr;
  const auto t = std::lower_bound(n->tables.begin(), n->tables.end(), name,
                                  [](const ContractTable& x, std::string_view wanted) { return x.name < wanted; });
  return t != n->tables.end() && t->name == name ? &*t : nullptr;
}

}  // namespace plinth
