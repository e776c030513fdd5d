#include "engine/json/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <span>

#include "engine/excerpt.h"
#include "engine/json/json_tree.h"

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

// Whether two keys may be the same: in a small object all pairs are compared, in a large one their hashes.
bool may_repeat(std::span<const Json::Member> members) {
  constexpr std::size_t few = 16;
  if (members.size() <= few) {
    for (auto one = members.begin(); one != members.end(); ++one) {
      const auto is_same = [&](const Json::Member& m) { return m.name() == one->name(); };
      if (std::any_of(members.begin(), one, is_same)) return true;
    }
    return false;
  }
  std::vector<std::size_t> hashes;
  hashes.reserve(members.size());
  for (const auto& m : members) hashes.push_back(std::hash<std::string_view>()(m.name()));
  std::sort(hashes.begin(), hashes.end());
  return std::adjacent_find(hashes.begin(), hashes.end()) != hashes.end();
}

// The first key that is not new. O(members log members).
std::optional<std::string_view> seen_twice(std::span<const Json::Member> members) {
  if (!may_repeat(members)) return {};
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const int names = members[a].name().compare(members[b].name());
    return names != 0 ? names < 0 : a < b;
  });
  std::size_t first = members.size();
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (members[order[i - 1]].name() == members[order[i]].name()) first = std::min(first, order[i]);
  }
  return first < members.size() ? std::optional(members[first].name()) : std::nullopt;
}

// Builds the tree itself, so that a key seen twice is refused. A container that is open is the last element of the one
// around it, which stays where it is meanwhile.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(Json& root) : root_(root) {}

  bool null() override { return value(Json()); }
  bool boolean(bool v) override { return value(Json(v)); }
  bool number_integer(number_integer_t v) override { return value(Json(v)); }
  bool number_unsigned(number_unsigned_t v) override { return value(Json(v)); }
  bool number_float(number_float_t v, const string_t&) override { return value(Json(v)); }
  bool string(string_t& v) override { return value(Json(std::string_view(v))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::Kind::object); }
  bool key(string_t& k) override {
    key_ = Json(std::string_view(k));
    return true;
  }
  bool end_object() override {
    const std::optional<std::string_view> twice = seen_twice(open_.back()->members());
    return twice ? refuse("the key " + quote(*twice) + " stands twice in one object") : close();
  }
  bool start_array(std::size_t) override { return open(Json::Kind::array); }
  bool end_array() override { return close(); }
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
  bool value(Json&& v) {
    add(std::move(v));
    return true;
  }
  Json& add(Json&& v) {
    if (open_.empty()) return root_ = std::move(v);
    Json& around = *open_.back();
    return around.kind() == Json::Kind::array ? around.push(std::move(v)) : around.put(std::move(key_), std::move(v));
  }
  bool open(Json::Kind kind) {
    if (open_.size() >= max_depth) return refuse("nested deeper than " + std::to_string(max_depth) + " levels");
    open_.push_back(&add(Json::empty(kind)));
    return true;
  }
  bool close() {
    open_.back()->shrink();
    open_.pop_back();
    return true;
  }
  bool refuse(std::string why) {
    problem = std::move(why);
    return false;
  }
  Json& root_;
  Json key_;
  std::vector<Json*> open_;
};

// What the library prints as it is needs no library.
void append_quoted(std::string& out, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20U && static_cast<unsigned char>(c) < 0x7FU && c != '"' && c != '\\';
  });
  if (plain) {
    out.append("\"").append(text).append("\"");
  } else {
    out.append(nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

void require(const Json& j, Json::Kind kind) {
  if (j.kind() != kind) throw Error(Code::engine_internal, "a " + std::string(type_name(j)) + " has no such parts");
}

template <class List, class Append>
void append_list(std::string& out, char open, char close, const List& list, Append append) {
  out += open;
  for (const auto& one : list) {
    if (&one != &list.front()) out += ',';
    append(one);
  }
  out += close;
}

void append_text(std::string& out, const Json& j) {
  switch (j.kind()) {
    case Json::Kind::null: out += "null"; break;
    case Json::Kind::boolean: out += j.boolean() ? "true" : "false"; break;
    case Json::Kind::integer: out += std::to_string(j.integer()); break;
    case Json::Kind::natural: out += std::to_string(j.natural()); break;
    case Json::Kind::real: out += nlohmann::json(j.number()).dump(); break;
    case Json::Kind::text: append_quoted(out, j.text()); break;
    case Json::Kind::array:
      append_list(out, '[', ']', j.elements(), [&](const Json& element) { append_text(out, element); });
      break;
    case Json::Kind::object:
      append_list(out, '{', '}', j.members(), [&](const Json::Member& m) {
        append_quoted(out, m.name());
        out += ':';
        append_text(out, m.value);
      });
      break;
  }
}

}  // namespace

void Delete::operator()(Json* j) const { delete j; }

Owned null() { return Owned(new Json()); }

Owned parse(std::string_view text, Code code, std::string_view file) {
  Owned out = null();
  Builder builder(*out);
  // The library takes a zero byte for the end of the text.
  builder.offset = text.find('\0') + 1;
  if (builder.offset > 0) builder.problem = "a zero byte";
  if (builder.offset == 0 && nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return out;
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
  switch (j.kind()) {
    case Json::Kind::null: return Type::null;
    case Json::Kind::boolean: return Type::boolean;
    case Json::Kind::integer:
    case Json::Kind::natural:
    case Json::Kind::real: return Type::number;
    case Json::Kind::text: return Type::string;
    case Json::Kind::array: return Type::array;
    case Json::Kind::object: return Type::object;
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

bool is_empty(const Json& j) {
  return (j.kind() == Json::Kind::array && j.elements().empty()) ||
         (j.kind() == Json::Kind::object && j.members().empty());
}

std::size_t size(const Json& j) {
  if (j.kind() == Json::Kind::array) return j.elements().size();
  return j.kind() == Json::Kind::object ? j.members().size() : 0;
}

const Json* member(const Json& j, std::string_view key) {
  if (j.kind() != Json::Kind::object) return nullptr;
  for (const auto& m : j.members()) {
    if (m.name() == key) return &m.value;
  }
  return nullptr;
}

std::string read_string(const Json& j, const JsonPath& at) {
  if (type(j) != Type::string) at.fail("expected string, got " + std::string(type_name(j)));
  return std::string(j.text());
}

bool read_bool(const Json& j, const JsonPath& at) {
  if (type(j) != Type::boolean) at.fail("expected boolean, got " + std::string(type_name(j)));
  return j.boolean();
}

double read_number(const Json& j, const JsonPath& at) {
  if (type(j) != Type::number) at.fail("expected number, got " + std::string(type_name(j)));
  return j.number();
}

std::int64_t read_int(const Json& j, const JsonPath& at) {
  if (type(j) != Type::number) at.fail("expected integer, got " + std::string(type_name(j)));
  const double d = j.number();
  if (d != std::floor(d)) at.fail("expected integer, got a fraction");
  if (std::abs(d) > static_cast<double>(max_safe_integer)) at.fail("integer beyond 2^53");
  return static_cast<std::int64_t>(d);
}

void each_element(const Json& j, const JsonPath& at, const std::function<void(const Json&, const JsonPath&)>& f) {
  if (type(j) != Type::array) at.fail("expected array, got " + std::string(type_name(j)));
  int i = 0;
  for (const auto& e : j.elements()) f(e, at.element(i++));
}

void each_member(const Json& j, const JsonPath& at,
                 const std::function<void(std::string_view, const Json&, const JsonPath&)>& f) {
  if (type(j) != Type::object) at.fail("expected object, got " + std::string(type_name(j)));
  for (const auto& m : j.members()) f(m.name(), m.value, at.member(m.name()));
}

void set(Json& out, std::string_view v) { out = Json(v); }
void set(Json& out, bool v) { out = Json(v); }
void set(Json& out, std::int64_t v) { out = Json(v); }
void set(Json& out, const Json& value) { out = value; }
void set_null(Json& out) { out = Json(); }
void set_text(Json& out, const std::string& json_text) { out = std::move(*parse(json_text, Code::engine_internal)); }
void make_object(Json& out) { out = Json::empty(Json::Kind::object); }
void make_array(Json& out) { out = Json::empty(Json::Kind::array); }
Json& push(Json& array) {
  require(array, Json::Kind::array);
  return array.push(Json());
}
Json& put(Json& object, std::string_view key) {
  require(object, Json::Kind::object);
  return object.put(Json(key), Json());
}

Json& at_or_put(Json& object, std::string_view key) {
  require(object, Json::Kind::object);
  for (auto& m : object.members()) {
    if (m.name() == key) return m.value;
  }
  return put(object, key);
}

std::string dump(const Json& j) {
  std::string out;
  append_text(out, j);
  return out;
}
std::string quote(std::string_view s) {
  std::string out;
  append_quoted(out, s);
  return out;
}

}  // namespace json
}  // namespace plinth
