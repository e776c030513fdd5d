#pragma once
// Copies of JSON objects in which some members are written anew; what both parts of an upgrade need.
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/contract/contract.h"
#include "engine/json/members.h"
#include "engine/schema/schema.h"

namespace plinth {

/// What becomes of a member of an object: a function writes its new value, an empty one leaves it out.
using Rewrite = std::function<void(Json& out, const Json& value)>;
using Rewrites = std::map<std::string_view, Rewrite>;

/// Copies an object; members without a rewrite stay as they are. O(object).
void copy_object(Json& out, const Json& object, const Rewrites& rewrites);

/// Copies an object whose members are all rewritten: `f(key, out, value)`.
template <class F>
void copy_members(Json& out, const Json& object, F f) {
  json::make_object(out);
  json::each_member(object, {}, [&](std::string_view key, const Json& value, const JsonPath&) {
    f(key, json::put(out, key), value);
  });
}

void put_text(Json& object, std::string_view key, std::string_view text);
void put_texts(Json& object, std::string_view key, const std::vector<std::string>& texts);

/// The codec of Prisma 8 that takes the place of one that it no longer has; the others stay. The type of the column
/// decides, where there is one: dates had the codec of timestamps.
std::string later_codec(const std::string& codec, std::string_view native_type);

/// Copies typeParams. A numeric without a scale has the scale 0; Prisma 8 compares it with what the server says.
void upgrade_type_params(Json& out, const Json& params, std::string_view codec);
/// The table of a contract, or nullptr. O(log tables).
const ContractTable* table_of(const Contract& contract, std::string_view namespace_id, std::string_view name);

/// Writes the section `domain` of a contract of Prisma Next 0.16 in the form of Prisma 8. O(section), times log tables.
void upgrade_domain(Json& out, const Json& domain, const Contract& contract);
/// The same of the section `storage`, without its hash; `schema` as in `upgraded_contract`. Error:
/// MIGRATION.NOT_UPGRADABLE.
void upgrade_storage(Json& out, const Json& storage, const Contract& contract, const Schema& schema);

}  // namespace plinth
