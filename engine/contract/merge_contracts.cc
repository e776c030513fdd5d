#include "engine/contract/merge_contracts.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/contract/contract_hash.h"
#include "engine/json/canonical.h"
#include "engine/schema/schema.h"

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

// The elements of an array, each with its text.
struct Elements {
  std::vector<std::pair<Value, std::string>> list;
  std::set<std::string> texts;

  explicit Elements(Value array) {
    const std::vector<Value> values = elements_of(array);
    list.reserve(values.size());
    for (Value v : values) texts.insert(list.emplace_back(v, text_of(v)).second);
  }
  bool hold(const std::string& text) const { return texts.count(text) > 0; }
};

// The name of an element, as JSON; of a key, an index or a foreign key that leaves it open, the one that it is given.
std::string name_in(const Path& list, const Json& element) {
  if (Value name = json::member(element, "name")) return text_of(name);
  static const std::map<std::string, std::string_view> suffixes = {
      {"uniques", "key"}, {"indexes", "idx"}, {"foreignKeys", "fkey"}};
  const auto suffix = list.size() < 2 ? suffixes.end() : suffixes.find(list.back());
  if (suffix == suffixes.end()) return {};
  Value source = json::member(element, "source");
  std::vector<std::string> columns;
  for (Value c : elements_of(json::member(source != nullptr ? *source : element, "columns"))) {
    columns.push_back(json::read_string(*c, JsonPath::root(Code::contract_validation_failed, "columns")));
  }
  return json::quote(default_name(list[list.size() - 2], columns, suffix->second));
}

std::string text_without_name(const Json& object) {
  const auto out = json::null();
  json::make_object(*out);
  json::each_member(object, {}, [&](std::string_view key, const Json& v, const JsonPath&) {
    if (key != "name") json::set(json::put(*out, key), v);
  });
  return text_of(out.get());
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
      if (Value merged = sets(Elements(base), Elements(ours), Elements(theirs))) return merged;
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

  // What both kept, then what either added, in an order that does not depend on which side is called ours. nullptr
  // where the order may mean something, or two elements have one name.
  Value sets(const Elements& base, const Elements& ours, const Elements& theirs) {
    std::vector<Value> kept;
    for (const auto& [e, text] : base.list) {
      if (ours.hold(text) && theirs.hold(text)) kept.push_back(e);
    }
    std::map<std::string_view, Value> added;
    for (const auto* side : {&ours, &theirs}) {
      for (const auto& [e, text] : side->list) {
        if (!base.hold(text)) added.emplace(text, e);
      }
    }
    for (const auto& [text, e] : added) kept.push_back(e);
    return one_of_a_name(kept);
  }

  // What one side names as the other leaves it to be named is one thing.
  Value one_of_a_name(const std::vector<Value>& kept) {
    std::vector<Value> chosen;
    std::map<std::string, std::size_t> places;
    for (Value e : kept) {
      if (!is(e, json::Type::object)) return nullptr;
      const std::string name = name_in(path_, *e);
      const auto [place, is_new] = places.try_emplace(name, chosen.size());
      if (name.empty() || is_new) {
        chosen.push_back(e);
        continue;
      }
      Value& other = chosen[place->second];
      if (text_without_name(*e) != text_without_name(*other)) return nullptr;
      if (json::member(*e, "name") != nullptr) other = e;
    }
    Json& out = *made_.emplace_back(json::null());
    json::make_array(out);
    for (Value e : chosen) json::set(json::push(out), *e);
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
