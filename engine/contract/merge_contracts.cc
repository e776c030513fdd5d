#include "engine/contract/merge_contracts.h"

#include <algorithm>
#include <set>

#include "engine/canonical.h"
#include "engine/contract/contract_hash.h"

namespace plinth {
namespace {

using Path = std::vector<std::string>;

// A member of one of the documents; absent: nullptr.
using Value = const Json*;

std::string text_of(Value v) { return v != nullptr ? canonical_json(*v) : std::string(); }
bool same(Value a, Value b) { return a == b || (a != nullptr && b != nullptr && text_of(a) == text_of(b)); }

std::vector<std::string> keys_of(const Json& object) {
  std::vector<std::string> out;
  json::each_member(object, {}, [&](std::string_view key, const Json&, const JsonPath&) { out.emplace_back(key); });
  return out;
}

std::vector<Value> elements_of(Value array) {
  std::vector<Value> out;
  if (array == nullptr) return out;
  json::each_element(*array, {}, [&](const Json& e, const JsonPath&) { out.push_back(&e); });
  return out;
}

bool is(Value v, json::Type type) { return v != nullptr && json::type(*v) == type; }
bool is_or_absent(Value v, json::Type type) { return v == nullptr || json::type(*v) == type; }

bool holds(const std::vector<Value>& list, Value v) {
  return std::any_of(list.begin(), list.end(), [&](Value e) { return same(e, v); });
}

bool is_hash(const Path& path) {
  return path == Path{"profileHash"} || path == Path{"storage", "storageHash"} ||
         path == Path{"execution", "executionHash"};
}

class Merging {
 public:
  std::vector<DocumentConflict> conflicts;

  // What the three sides make of one place; nullptr for nothing. The tree lives as long as this object.
  Value merge(Value base, Value ours, Value theirs) {
    if (same(ours, theirs) || same(base, theirs) || is_hash(path_)) return ours;
    if (same(base, ours)) return theirs;
    if (is(ours, json::Type::object) && is(theirs, json::Type::object)) return objects(base, *ours, *theirs);
    if (is(ours, json::Type::array) && is(theirs, json::Type::array) && is_or_absent(base, json::Type::array)) {
      if (Value merged = sets(elements_of(base), elements_of(ours), elements_of(theirs))) return merged;
    }
    conflicts.push_back(
        {path_, {ours != nullptr ? text_of(ours) : "null"}, {theirs != nullptr ? text_of(theirs) : "null"}});
    return ours;
  }

 private:
  Value objects(Value base, const Json& ours, const Json& theirs) {
    std::vector<std::string> keys = keys_of(ours);
    const bool sorted = std::is_sorted(keys.begin(), keys.end(), js_key_less);
    for (auto& key : keys_of(theirs)) {
      if (json::member(ours, key) == nullptr) keys.push_back(std::move(key));
    }
    if (sorted) std::sort(keys.begin(), keys.end(), js_key_less);
    Json& out = *made_.emplace_back(json::null());
    json::make_object(out);
    for (const auto& key : keys) {
      path_.push_back(key);
      const Value before = base != nullptr ? json::member(*base, key) : nullptr;
      if (Value v = merge(before, json::member(ours, key), json::member(theirs, key)))
        json::set(json::put(out, key), *v);
      path_.pop_back();
    }
    return &out;
  }

  // nullptr where the order may mean something, or two elements have one name.
  Value sets(const std::vector<Value>& base, const std::vector<Value>& ours, const std::vector<Value>& theirs) {
    std::vector<Value> kept;
    for (Value e : ours) {
      if (holds(theirs, e) || !holds(base, e)) kept.push_back(e);
    }
    for (Value e : theirs) {
      if (!holds(ours, e) && !holds(base, e)) kept.push_back(e);
    }
    Json& out = *made_.emplace_back(json::null());
    json::make_array(out);
    std::set<std::string> names;
    for (Value e : kept) {
      if (!is(e, json::Type::object)) return nullptr;
      Value name = json::member(*e, "name");
      if (name != nullptr && !names.insert(text_of(name)).second) return nullptr;
      json::set(json::push(out), *e);
    }
    return &out;
  }

  Path path_;
  std::vector<json::Owned> made_;
};

void copy_with(Json& out, const Json& object, std::string_view key, const std::string& value) {
  json::make_object(out);
  json::each_member(object, {}, [&](std::string_view k, const Json& v, const JsonPath&) {
    if (k == key) {
      json::set(json::put(out, k), std::string_view(value));
    } else {
      json::set(json::put(out, k), v);
    }
  });
}

std::string with_own_hashes(const Json& document) {
  const ContractHashes own = hash_document(document, {}).computed;
  const auto out = json::null();
  json::make_object(*out);
  json::each_member(document, {}, [&](std::string_view key, const Json& v, const JsonPath&) {
    Json& place = json::put(*out, key);
    if (key == "profileHash") {
      json::set(place, std::string_view(own.profile_hash));
    } else if (key == "storage") {
      copy_with(place, v, "storageHash", own.storage_hash);
    } else if (key == "execution" && own.execution_hash) {
      copy_with(place, v, "executionHash", *own.execution_hash);
    } else {
      json::set(place, v);
    }
  });
  return stringify(*out, 2);
}

}  // namespace

MergedContract merge_contracts(std::string_view base, std::string_view ours, std::string_view theirs) {
  const auto before = base.empty() ? json::Owned{} : json::parse(base, Code::contract_invalid_json);
  const auto a = json::parse(ours, Code::contract_invalid_json), b = json::parse(theirs, Code::contract_invalid_json);
  Merging merging;
  const Json* merged = merging.merge(before.get(), a.get(), b.get());
  MergedContract out;
  out.conflicts = std::move(merging.conflicts);
  if (out.conflicts.empty()) out.text = with_own_hashes(*merged);
  return out;
}

}  // namespace plinth
