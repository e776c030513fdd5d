#include "engine/json/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_set>

#include "engine/excerpt.h"

namespace plinth {

std::string JsonPath::text() const {
  const std::string head = up != nullptr ? up->text() : std::string();
  if (index >= 0) return head + "[" + std::to_string(index) + "]";
  const bool plain = std::none_of(key.begin(), key.end(), [](char c) { return c >= 0 && c < ' '; });
  const std::string name = plain ? std::string(key) : json::quote(key);
  return head.empty() ? name : head + "." + name;
}

void JsonPath::fail(const std::string& problem) const {
  constexpr std::size_t most_repeated = 300;  // of a document, whose strings may be long
  const std::string where = excerpt(text(), most_repeated);
  Error e(code, where + ": " + excerpt(problem, most_repeated));
  e.with("path", where);
  if (!file.empty()) e.at(std::string(file));
  throw e;
}

namespace json {
namespace {

constexpr std::size_t max_depth = 256;
constexpr std::int64_t max_safe_integer = 9007199254740991;

struct Position {
  int line = 1, column = 1;
};

Position position_of(std::string_view text, std::size_t offset) {
  Position p;
  for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
    if (text[i] == '\n') {
      ++p.line;
      p.column = 1;
    } else {
      ++p.column;
    }
  }
  return p;
}

// Builds the tree itself, so that a key seen twice is refused. The members of the containers that are still open wait
// in one list: each container is made once, in its final size.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(Json& root) : root_(root) {}

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool string(string_t& v) override { return value(std::move(v)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool key(string_t& k) override {
    if (!is_new(k)) return refuse("the key " + quote(k) + " stands twice in one object");
    waiting_.emplace_back(std::move(k), nullptr);
    return true;
  }
  bool end_object() override {
    Json object = Json::object();
    auto& out = object.get_ref<Json::object_t&>();
    out.reserve(members().size());
    for (auto& [name, v] : members()) out.Container::emplace_back(std::move(name), std::move(v));
    return finish(std::move(object));
  }
  bool start_array(std::size_t) override { return open(true); }
  bool end_array() override {
    Json array = Json::array();
    auto& out = array.get_ref<Json::array_t&>();
    out.reserve(members().size());
    for (auto& [unused, v] : members()) out.push_back(std::move(v));
    return finish(std::move(array));
  }
  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception& e) override {
    offset = at;
    const std::string text = e.what();
    const std::size_t cut = text.find("; last read");
    // `[json.exception.…] parse error at line 1, column 5: …`, or without a place.
    const std::size_t place = text.find(": ");
    const std::size_t from = (place == std::string::npos ? text.find("] ") : place) + 2;
    problem = text.substr(from, cut == std::string::npos ? cut : cut - from);
    return false;
  }

  std::string problem;
  std::size_t offset = 0;

 private:
  using Member = std::pair<std::string, Json>;  // elements of arrays have no name
  struct Level {
    bool is_array;
    std::size_t first;                     // where its members start in the list
    std::unordered_set<std::string> seen;  // filled once an object is large
  };
  std::span<Member> members() { return std::span(waiting_).subspan(levels_.back().first); }
  bool is_new(const std::string& k) {
    constexpr std::size_t small = 24;
    const std::span<Member> so_far = members();
    if (so_far.size() < small) {
      return std::none_of(so_far.begin(), so_far.end(), [&](const Member& m) { return m.first == k; });
    }
    auto& seen = levels_.back().seen;
    if (seen.empty()) {
      for (const auto& [name, unused] : so_far) seen.insert(name);
    }
    return seen.insert(k).second;
  }
  template <class V>
  bool value(V&& v) {
    if (levels_.empty()) {
      root_ = std::forward<V>(v);
    } else if (levels_.back().is_array) {
      waiting_.emplace_back(std::piecewise_construct, std::tuple(), std::forward_as_tuple(std::forward<V>(v)));
    } else {
      waiting_.back().second = std::forward<V>(v);
    }
    return true;
  }
  bool open(bool is_array) {
    if (levels_.size() >= max_depth) return refuse("nested deeper than " + std::to_string(max_depth) + " levels");
    levels_.push_back({is_array, waiting_.size(), {}});
    return true;
  }
  bool finish(Json&& container) {
    waiting_.resize(levels_.back().first);
    levels_.pop_back();
    return value(std::move(container));
  }
  bool refuse(std::string why) {
    problem = std::move(why);
    return false;
  }
  Json& root_;
  std::vector<Level> levels_;
  std::vector<Member> waiting_;
};

}  // namespace

void Delete::operator()(Json* j) const { delete j; }

Owned null() { return Owned(new Json()); }

Owned parse(std::string_view text, Code code, std::string_view file) {
  Owned out = null();
  Builder builder(*out);
  // The library takes a zero byte for the end of the text.
  builder.offset = text.find('\0') + 1;
  if (builder.offset > 0) builder.problem = "a zero byte";
  if (builder.offset == 0 && Json::sax_parse(text.begin(), text.end(), &builder)) return out;
  Error e(code, "not valid JSON: " + builder.problem);
  int line = 0;
  if (builder.offset > 0) {
    const Position p = position_of(text, builder.offset - 1);
    line = p.line;
    e.with("line", p.line).with("column", p.column);
  }
  if (!file.empty()) e.at(std::string(file), line);
  throw e;
}

Type type(const Json& j) {
  switch (j.type()) {
    case Json::value_t::boolean: return Type::boolean;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float: return Type::number;
    case Json::value_t::string: return Type::string;
    case Json::value_t::array: return Type::array;
    case Json::value_t::object: return Type::object;
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded: return Type::null;
  }
  return Type::null;
}

std::string_view type_name(const Json& j) {
  switch (type(j)) {
    case Type::null: return "null";
    case Type::boolean: return "boolean";
    case Type::number: return "number";
    case Type::string: return "string";
    case Type::array: return "array";
    case Type::object: return "object";
  }
  return "null";
}

bool is_empty(const Json& j) { return j.is_structured() && j.empty(); }

const Json* member(const Json& j, std::string_view key) {
  if (!j.is_object()) return nullptr;
  for (const auto& [name, value] : j.get_ref<const Json::object_t&>()) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string read_string(const Json& j, const JsonPath& at) {
  if (!j.is_string()) at.fail("expected string, got " + std::string(type_name(j)));
  return j.get<std::string>();
}

bool read_bool(const Json& j, const JsonPath& at) {
  if (!j.is_boolean()) at.fail("expected boolean, got " + std::string(type_name(j)));
  return j.get<bool>();
}

double read_number(const Json& j, const JsonPath& at) {
  if (!j.is_number()) at.fail("expected number, got " + std::string(type_name(j)));
  return j.get<double>();
}

std::int64_t read_int(const Json& j, const JsonPath& at) {
  if (!j.is_number()) at.fail("expected integer, got " + std::string(type_name(j)));
  if (j.is_number_float()) {
    const double d = j.get<double>();
    if (d != std::floor(d)) at.fail("expected integer, got a fraction");
    if (std::abs(d) > static_cast<double>(max_safe_integer)) at.fail("integer beyond 2^53");
    return static_cast<std::int64_t>(d);
  }
  if (j.is_number_unsigned() && j.get<std::uint64_t>() > static_cast<std::uint64_t>(max_safe_integer)) {
    at.fail("integer beyond 2^53");
  }
  const auto v = j.get<std::int64_t>();
  if (v > max_safe_integer || v < -max_safe_integer) at.fail("integer beyond 2^53");
  return v;
}

void each_element(const Json& j, const JsonPath& at, const std::function<void(const Json&, const JsonPath&)>& f) {
  if (!j.is_array()) at.fail("expected array, got " + std::string(type_name(j)));
  int i = 0;
  for (const auto& e : j) f(e, at.element(i++));
}

void each_member(const Json& j, const JsonPath& at,
                 const std::function<void(std::string_view, const Json&, const JsonPath&)>& f) {
  if (!j.is_object()) at.fail("expected object, got " + std::string(type_name(j)));
  for (const auto& [name, value] : j.get_ref<const Json::object_t&>()) f(name, value, at.member(name));
}

void set(Json& out, std::string_view v) { out = std::string(v); }
void set(Json& out, bool v) { out = v; }
void set(Json& out, std::int64_t v) { out = v; }
void set(Json& out, const Json& value) { out = value; }
void set_null(Json& out) { out = nullptr; }
void set_text(Json& out, const std::string& json_text) { out = *parse(json_text, Code::engine_internal); }
void make_object(Json& out) { out = Json::object(); }
void make_array(Json& out) { out = Json::array(); }
Json& push(Json& array) { return array.get_ref<Json::array_t&>().emplace_back(); }
Json& put(Json& object, std::string_view key) {
  auto& members = object.get_ref<Json::object_t&>();
  members.Container::emplace_back(std::string(key), nullptr);
  return members.back().second;
}

Json& at_or_put(Json& object, std::string_view key) {
  for (auto& [name, value] : object.get_ref<Json::object_t&>()) {
    if (name == key) return value;
  }
  return put(object, key);
}

std::string dump(const Json& j) { return j.dump(-1, ' ', false, Json::error_handler_t::replace); }
std::string quote(std::string_view s) { return dump(Json(std::string(s))); }

}  // namespace json
}  // namespace plinth
