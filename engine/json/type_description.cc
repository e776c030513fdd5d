// Walks the description of a type to read and write values.
#include "engine/json/json.h"

namespace plinth {

template <>
const TypeDescription& describe<std::string>() {
  static const TypeDescription out{TypeKind::text};
  return out;
}
template <>
const TypeDescription& describe<bool>() {
  static const TypeDescription out{TypeKind::boolean};
  return out;
}
template <>
const TypeDescription& describe<std::int64_t>() {
  static const TypeDescription out{TypeKind::integer};
  return out;
}
template <>
const TypeDescription& describe<JsonText>() {
  static const TypeDescription out{TypeKind::json};
  return out;
}

namespace json {
namespace {

const void* member_of(const void* object, const FieldDescription& f) {
  return static_cast<const char*>(object) + f.offset;
}
void* member_of(void* object, const FieldDescription& f) { return static_cast<char*>(object) + f.offset; }

// `"a" | "b"`
std::string quoted(const std::vector<std::string_view>& spellings, std::string_view by) {
  std::string out;
  for (const auto& s : spellings) {
    if (!out.empty()) out += by;
    out.append("\"").append(s).append("\"");
  }
  return out;
}

void read_enumeration(const TypeDescription& type, void* out, const Json& j, const JsonPath& at) {
  const std::string name = read_string(j, at);
  for (std::size_t i = 0; i < type.spellings.size(); ++i) {
    if (type.spellings[i] == name) {
      type.choose(out, i);
      return;
    }
  }
  at.fail("expected " + quoted(type.spellings, " | ") + ", got " + quote(name));
}

bool is_known(const TypeDescription& type, std::string_view key) {
  if (key == "kind" && !type.tag.empty()) return true;
  for (const auto& f : type.fields) {
    if (f.name == key) return true;
  }
  return false;
}

void read_structure(const TypeDescription& type, void* out, const Json& j, const JsonPath& at) {
  each_member(j, at, [&](std::string_view key, const Json&, const JsonPath& here) {
    if (!is_known(type, key)) here.fail("unknown field");
  });
  for (const auto& f : type.fields) {
    if (const Json* value = member(j, f.name)) {
      read_value(f.type(), member_of(out, f), *value, at.member(f.name));
    } else if (!f.may_be_absent) {
      at.member(f.name).fail("missing");
    }
  }
  if (type.validate != nullptr) type.validate(out, at);
}

void read_choice(const TypeDescription& type, void* out, const Json& j, const JsonPath& at) {
  if (json::type(j) != Type::object) at.fail("expected object, got " + std::string(type_name(j)));
  const Json* tag = member(j, "kind");
  const JsonPath here = at.member("kind");
  if (tag == nullptr) here.fail("missing");
  const std::string kind = read_string(*tag, here);
  for (std::size_t i = 0; i < type.spellings.size(); ++i) {
    if (type.spellings[i] == kind) return read_value(type.alternatives[i](), type.choose(out, i), j, at);
  }
  here.fail("unknown kind " + quote(kind));
}

void write_structure(const TypeDescription& type, Json& out, const void* value) {
  make_object(out);
  if (!type.tag.empty()) set(put(out, "kind"), type.tag);
  for (const auto& f : type.fields) {
    const void* member = member_of(value, f);
    if (f.omitted != nullptr && f.omitted(member, member_of(type.fresh, f))) continue;
    write_value(f.type(), put(out, f.name), member);
  }
}

}  // namespace

void read_value(const TypeDescription& type, void* out, const Json& j, const JsonPath& at) {
  switch (type.kind) {
    case TypeKind::text: *static_cast<std::string*>(out) = read_string(j, at); return;
    case TypeKind::boolean: *static_cast<bool*>(out) = read_bool(j, at); return;
    case TypeKind::integer: *static_cast<std::int64_t*>(out) = read_int(j, at); return;
    case TypeKind::json: static_cast<JsonText*>(out)->text = dump(j); return;
    case TypeKind::optional:
      if (json::type(j) == Type::null) return type.clear(out);
      return read_value(type.element(), type.append(out), j, at);
    case TypeKind::list:
      type.clear(out);
      each_element(j, at,
                   [&](const Json& e, const JsonPath& here) { read_value(type.element(), type.append(out), e, here); });
      return;
    case TypeKind::enumeration: return read_enumeration(type, out, j, at);
    case TypeKind::structure: return read_structure(type, out, j, at);
    case TypeKind::choice: return read_choice(type, out, j, at);
    case TypeKind::custom: return type.read(out, j, at);
  }
}

void write_value(const TypeDescription& type, Json& out, const void* value) {
  switch (type.kind) {
    case TypeKind::text: return set(out, std::string_view(*static_cast<const std::string*>(value)));
    case TypeKind::boolean: return set(out, *static_cast<const bool*>(value));
    case TypeKind::integer: return set(out, *static_cast<const std::int64_t*>(value));
    case TypeKind::json: return set_text(out, static_cast<const JsonText*>(value)->text);
    case TypeKind::optional:
      if (const void* element = type.peek(value)) return write_value(type.element(), out, element);
      return set_null(out);
    case TypeKind::list:
      make_array(out);
      for (std::size_t i = 0; i < type.size(value); ++i) write_value(type.element(), push(out), type.at(value, i));
      return;
    case TypeKind::enumeration: return set(out, type.spelling(value));
    case TypeKind::structure: return write_structure(type, out, value);
    case TypeKind::choice: return write_value(type.alternatives[type.size(value)](), out, type.peek(value));
    case TypeKind::custom: return type.write(out, value);
  }
}

std::string value_text(const TypeDescription& type, const void* value) {
  auto doc = null();
  write_value(type, *doc, value);
  return dump(*doc);
}

}  // namespace json
}  // namespace plinth
