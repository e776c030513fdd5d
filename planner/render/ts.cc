#include "planner/render/ts.h"

#include <algorithm>

#include "engine/json/canonical.h"

namespace plinth::ts {
namespace {

using js::concat, js::group, js::if_broken, js::indent, js::line, js::list, js::soft_line, js::text;

// Line ends may not stand in a literal; everything else stays as it is.
std::string quoted(std::string_view value) {
  const bool singles = std::count(value.begin(), value.end(), '\'') > std::count(value.begin(), value.end(), '"');
  const char quote = singles ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (value.substr(i).starts_with("\xE2\x80\xA8") || value.substr(i).starts_with("\xE2\x80\xA9")) {
      out += value[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      if (c == quote || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + quote;
}

Doc joined(std::vector<Doc> items, std::string_view separator) {
  std::vector<Doc> out;
  for (auto& item : items) {
    if (!out.empty()) {
      out.push_back(text(separator));
      out.push_back(line());
    }
    out.push_back(std::move(item));
  }
  return concat(std::move(out));
}

// `A | B` with a bar before each alternative on lines of their own.
Doc alternatives(std::vector<Doc> types, bool in_member) {
  std::vector<Doc> out;
  const bool single = types.size() == 1;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i > 0) out.push_back(line());
    if (i == 0 && in_member && !single) out.push_back(soft_line());
    if (!single) out.push_back(i == 0 ? if_broken("| ") : text("| "));
    out.push_back(std::move(types[i]));
  }
  return concat(std::move(out));
}

bool is_hugged(const Union& type) {
  return type.reference && (type.alternatives.size() == 1 ||
                            (type.alternatives.size() == 2 && type.alternatives.back().content == "null"));
}

Doc hugged(Union type) {
  Doc first = std::move(type.alternatives.front());
  return type.alternatives.size() == 1 ? first : concat(list(std::move(first), text(" | null")));
}

// Prettier writes exponents without a plus.
std::string number(const Json& value) {
  std::string out = stringify(value, 0);
  std::erase(out, '+');
  return out;
}

}  // namespace

Doc string_type(std::string_view value) { return text(quoted(value)); }

Doc object_type(std::vector<Member> members, bool broken) {
  if (members.empty()) return text("{}");
  std::vector<Doc> items;
  for (auto& m : members) {
    if (!items.empty()) items.push_back(text(";"));
    if (m.after_blank_line) items.push_back(text("\n"));
    items.push_back(line());
    const std::string key = (m.readonly ? "readonly " : "") + (js::is_identifier(m.key) ? m.key : quoted(m.key));
    items.push_back(concat(list(text(key + ": "), std::move(m.type))));
  }
  Doc out = group(list(text("{"), indent(std::move(items)), if_broken(";"), line(), text("}")));
  out.breaks = out.breaks || broken;
  out.shape = Doc::Shape::object;
  return out;
}

Doc record_type(std::vector<Member> members) {
  return members.empty() ? text("Record<string, never>") : object_type(std::move(members));
}

Doc tuple_type(std::vector<Doc> elements) {
  if (elements.empty()) return text("readonly []");
  return group(list(text("readonly ["), indent(list(soft_line(), joined(std::move(elements), ","))), if_broken(","),
                    soft_line(), text("]")));
}

Doc strings_type(const std::vector<std::string>& values) {
  std::vector<Doc> out;
  out.reserve(values.size());
  for (const auto& v : values) out.push_back(string_type(v));
  return tuple_type(std::move(out));
}

Doc generic(std::string_view name, std::vector<Doc> arguments) {
  const std::string open = std::string(name) + "<";
  if (arguments.size() == 1 && arguments.front().shape == Doc::Shape::object) {
    return concat(list(text(open), std::move(arguments.front()), text(">")));
  }
  return group(list(text(open), indent(list(soft_line(), joined(std::move(arguments), ","))), soft_line(), text(">")));
}

Doc generic_of_union(std::string_view name, Union argument) {
  const std::string open = std::string(name) + "<";
  if (is_hugged(argument)) return concat(list(text(open), hugged(std::move(argument)), text(">")));
  Doc types = group(list(alternatives(std::move(argument.alternatives), false)));
  return group(list(text(open), indent(list(soft_line(), std::move(types))), soft_line(), text(">")));
}

Doc union_type(Union type) {
  if (is_hugged(type)) return hugged(std::move(type));
  if (type.alternatives.size() == 1) return std::move(type.alternatives.front());
  return group(list(indent(list(alternatives(std::move(type.alternatives), true)))));
}

Doc intersection(std::vector<Doc> types) {
  std::vector<Doc> out;
  for (auto& type : types) {
    if (!out.empty()) {
      out.push_back(text(" &"));
      out.push_back(line());
    }
    out.push_back(std::move(type));
  }
  return group(list(indent(std::move(out))));
}

Doc value_type(const Json& value) {
  const auto at = JsonPath::root(Code::engine_internal, "value");
  switch (json::type(value)) {
    case json::Type::string: return string_type(json::read_string(value, at));
    case json::Type::array: {
      std::vector<Doc> elements;
      json::each_element(value, at, [&](const Json& e, const JsonPath&) { elements.push_back(value_type(e)); });
      return tuple_type(std::move(elements));
    }
    case json::Type::object: {
      std::vector<Member> members;
      json::each_member(value, at, [&](std::string_view key, const Json& e, const JsonPath&) {
        members.push_back({std::string(key), value_type(e)});
      });
      return object_type(std::move(members));
    }
    case json::Type::number: return text(number(value));
    case json::Type::null:
    case json::Type::boolean: return text(stringify(value, 0));
  }
  return {};
}

}  // namespace plinth::ts
