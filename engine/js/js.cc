#include "engine/js/js.h"

#include <algorithm>

#include "engine/json/canonical.h"

namespace plinth::js {
namespace {

Doc of(Doc::Kind kind, std::vector<Doc> parts) {
  Doc out;
  out.kind = kind;
  out.breaks =
      kind == Doc::Kind::hard_line || std::any_of(parts.begin(), parts.end(), [](const Doc& d) { return d.breaks; });
  out.parts = std::move(parts);
  return out;
}
Doc separated(std::vector<Doc> items) {
  std::vector<Doc> out;
  for (auto& item : items) {
    if (!out.empty()) {
      out.push_back(text(","));
      out.push_back(line());
    }
    out.push_back(std::move(item));
  }
  return concat(std::move(out));
}

// `open`, the items indented where it breaks, `close`; `edge` is what stands inside of both.
Doc bracketed(std::string_view open, const Doc& edge, Doc items, std::string_view close) {
  return group(list(text(open), indent(list(edge, std::move(items))), if_broken(","), edge, text(close)));
}

std::string quoted(std::string_view value) {
  const auto singles = std::count(value.begin(), value.end(), '\'');
  const auto doubles = std::count(value.begin(), value.end(), '"');
  const char quote = singles > doubles ? '"' : '\'';
  const std::string escaped = plinth::json::quote(value);  // with every double quote escaped
  std::string out(1, quote);
  for (std::size_t i = 1; i + 1 < escaped.size(); ++i) {
    const char c = escaped[i];
    if (c == '\\' && escaped[i + 1] == '"') {
      out += quote == '"' ? "\\\"" : "\"";
      ++i;
    } else if (c == '\\') {
      out.append({c, escaped[++i]});
    } else {
      out += c == quote ? std::string{'\\', c} : std::string(1, c);
    }
  }
  return out + quote;
}

// A long string moves to a line of its own, except behind a key so short that nothing would be gained.
Doc assignment(const std::string& key, Doc value) {
  constexpr std::size_t longest_short_key = 4;
  Doc name = text(is_identifier(key) ? key : quoted(key));
  if (value.shape != Doc::Shape::string || name.content.size() <= longest_short_key) {
    return concat(list(std::move(name), text(": "), std::move(value)));
  }
  return group(list(std::move(name), text(":"), indent(list(line(), std::move(value)))));
}

// Lists of several objects, or of several lists, take a line an element.
bool is_table(const std::vector<Doc>& elements) {
  return elements.size() > 1 && elements.front().shape != Doc::Shape::other &&
         elements.front().shape != Doc::Shape::string &&
         std::all_of(elements.begin(), elements.end(),
                     [&](const Doc& d) { return d.shape == elements.front().shape && d.members > 1; });
}

bool can_hug(const Doc& argument) {
  return (argument.shape == Doc::Shape::object || argument.shape == Doc::Shape::array) && argument.members > 0;
}

}  // namespace

Doc concat(std::vector<Doc> parts) { return of(Doc::Kind::concat, std::move(parts)); }
Doc indent(std::vector<Doc> parts) { return of(Doc::Kind::indent, std::move(parts)); }
Doc group(std::vector<Doc> parts) { return of(Doc::Kind::group, std::move(parts)); }
Doc line() { return of(Doc::Kind::line, {}); }
Doc soft_line() { return of(Doc::Kind::soft_line, {}); }
Doc hard_line() { return of(Doc::Kind::hard_line, {}); }
Doc if_broken(std::string_view source) {
  Doc out = of(Doc::Kind::if_broken, {});
  out.content = source;
  return out;
}

bool is_identifier(std::string_view name) {
  const auto start = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; };
  return !name.empty() && start(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return start(c) || (c >= '0' && c <= '9'); });
}

Doc text(std::string_view source) {
  Doc out;
  out.content = source;
  out.flat = source.size();
  return out;
}

Doc string(std::string_view value) {
  Doc out = text(quoted(value));
  out.flat = plinth::json::quote(value).size();
  out.shape = Doc::Shape::string;
  return out;
}

Doc array(std::vector<Doc> elements) {
  const std::size_t members = elements.size();
  const bool table = is_table(elements);
  std::size_t flat = members == 0 ? 2 : 2 * members;  // brackets and commas
  for (const auto& e : elements) flat += e.flat;
  Doc out = members == 0 ? text("[]") : bracketed("[", soft_line(), separated(std::move(elements)), "]");
  out.breaks = out.breaks || table;
  out.shape = Doc::Shape::array;
  out.members = members;
  out.flat = flat;
  return out;
}

Doc strings(const std::vector<std::string>& values) {
  std::vector<Doc> out;
  out.reserve(values.size());
  for (const auto& v : values) out.push_back(string(v));
  return array(std::move(out));
}

Doc object(std::vector<Property> members, bool broken) {
  std::vector<Doc> items;
  for (auto& m : members) {
    std::vector<Doc> item;
    for (const auto& c : m.comments) {
      item.push_back(text("// " + c));
      item.push_back(hard_line());
    }
    item.push_back(assignment(m.key, std::move(m.value)));
    items.push_back(concat(std::move(item)));
  }
  Doc out = members.empty() ? text("{}") : bracketed("{", line(), separated(std::move(items)), "}");
  out.breaks = out.breaks || broken;
  out.shape = Doc::Shape::object;
  out.members = members.size();
  return out;
}

Doc data(std::vector<Property> members) {
  constexpr std::size_t longest_line = 80;
  std::size_t flat = 2;  // two braces, two blanks, and a comma less than there are members
  for (const auto& m : members) flat += m.key.size() + m.value.flat + 4;
  Doc out = object(std::move(members), flat > longest_line);
  out.flat = flat;
  return out;
}

Doc call(std::string_view callee, std::vector<Doc> arguments) {
  const std::string open = std::string(callee) + "(";
  if (arguments.empty()) return text(open + ")");
  const Doc& last = arguments.back();
  const bool hug = can_hug(last) && (arguments.size() == 1 || arguments[arguments.size() - 2].shape != last.shape) &&
                   std::none_of(arguments.begin(), arguments.end() - 1, [](const Doc& d) { return d.breaks; });
  if (hug) {
    arguments.insert(arguments.begin(), text(open));
    return of(Doc::Kind::hug, std::move(arguments));
  }
  return bracketed(open, soft_line(), separated(std::move(arguments)), ")");
}

Doc closure(Doc body) { return group(list(text("() =>"), group(list(indent(list(line(), std::move(body))))))); }

Doc braces(const std::vector<std::string>& names) {
  std::vector<Doc> out;
  out.reserve(names.size());
  for (const auto& n : names) out.push_back(text(n));
  return bracketed("{", line(), separated(std::move(out)), "}");
}

Doc chain(std::string_view head, const std::vector<std::string>& links) {
  std::vector<Doc> out;
  for (const auto& link : links) {
    out.push_back(hard_line());
    out.push_back(text(link));
  }
  return concat(list(text(head), indent(std::move(out))));
}

Doc json(const Json& value) {
  const auto at = JsonPath::root(Code::engine_internal, "value");
  switch (plinth::json::type(value)) {
    case plinth::json::Type::string: return string(plinth::json::read_string(value, at));
    case plinth::json::Type::array: {
      std::vector<Doc> elements;
      plinth::json::each_element(value, at, [&](const Json& e, const JsonPath&) { elements.push_back(json(e)); });
      return array(std::move(elements));
    }
    case plinth::json::Type::object: {
      std::vector<Property> members;
      plinth::json::each_member(value, at, [&](std::string_view key, const Json& e, const JsonPath&) {
        members.push_back({std::string(key), json(e)});
      });
      return data(std::move(members));
    }
    case plinth::json::Type::null:
    case plinth::json::Type::boolean:
    case plinth::json::Type::number: return text(stringify(value, 0));
  }
  return {};
}

Doc json_text(std::string_view source) { return json(*plinth::json::parse(source, Code::engine_internal)); }

Doc between(std::string_view before, Doc expression, std::string_view after) {
  return concat(list(text(before), std::move(expression), text(after)));
}

std::string member(std::string_view name) {
  return is_identifier(name) ? "." + std::string(name) : "[" + quoted(name) + "]";
}

}  // namespace plinth::js
