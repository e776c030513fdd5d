#include "engine/contract/wire_names.h"

#include <algorithm>
#include <array>

#include "engine/json/canonical.h"

namespace plinth {
namespace {

constexpr std::size_t hash_digits = 8;

// The characters that JavaScript's `\s` matches, as UTF-8.
constexpr auto blanks = std::to_array<std::string_view>(
    {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u00a0", "\u1680", "\u2000",
     "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",
     "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"});

std::size_t blank_at(std::string_view text) {
  for (const auto blank : blanks) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

// Runs of white space as one space, none at either end.
std::string spaced_once(std::string_view text) {
  std::string out;
  bool apart = false;
  while (!text.empty()) {
    if (const std::size_t blank = blank_at(text); blank > 0) {
      apart = !out.empty();
      text.remove_prefix(blank);
      continue;
    }
    if (apart) out += ' ';
    apart = false;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

std::string quoted_sql(const std::optional<std::string>& sql) { return json::quote(spaced_once(sql.value_or(""))); }

template <class Values>
std::string array_text(const Values& values) {
  std::string out = "[";
  for (const auto& v : values) out.append(out.size() > 1 ? "," : "").append(json::quote(v));
  return out + "]";
}

// An option as the server would store it.
std::string option_value(const JsonText& value) {
  const auto document = json::parse(value.text, Code::contract_validation_failed);
  std::string text = json::type(*document) == json::Type::string
                         ? json::read_string(*document, JsonPath::root(Code::contract_validation_failed, "options"))
                         : value.text;
  if (text == "true" || text == "on") return "on";
  if (text == "false" || text == "off") return "off";
  return text;
}

std::string options_text(const ContractIndex& index) {
  std::vector<std::pair<std::string, std::string>> options;
  for (const auto& [key, value] : index.options) options.emplace_back(key, option_value(value));
  std::sort(options.begin(), options.end(), [](const auto& a, const auto& b) { return utf16_less(a.first, b.first); });
  std::string out = "[";
  for (const auto& [key, value] : options) {
    out.append(out.size() > 1 ? "," : "").append(array_text(std::array<std::string, 2>{key, value}));
  }
  return out + "]";
}

std::string hash_of(const std::string& tuple) { return sha256_hex(tuple).substr(0, hash_digits); }

}  // namespace

std::string content_hash(const ContractIndex& index) {
  return hash_of("[" + quoted_sql(index.expression) + "," + quoted_sql(index.where) + "," + array_text(index.columns) +
                 "," + (index.unique ? "true" : "false") + "," + json::quote(index.type.value_or("")) + "," +
                 options_text(index) + "]");
}

std::string content_hash(const ContractCheck& check) { return hash_of("[" + quoted_sql(check.expression) + "]"); }

std::string content_hash(const ContractPolicy& policy) {
  std::vector<std::string> roles = policy.roles;
  std::sort(roles.begin(), roles.end(), utf16_less);
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return hash_of("[" + quoted_sql(policy.using_expression) + "," + quoted_sql(policy.check_expression) + "," +
                 array_text(roles) + "," + json::quote(name_of(policy.command)) + "," +
                 (policy.permissive ? "\"permissive\"" : "\"restrictive\"") + "]");
}

void check_wire_name(const std::string& name, const std::string& prefix, const std::string& hash, const JsonPath& at) {
  if (prefix.size() > max_prefix_bytes) {
    at.member("prefix").fail("the prefix has " + std::to_string(prefix.size()) + " bytes; with its hash a name keeps " +
                             std::to_string(max_prefix_bytes));
  }
  const std::string expected = prefix + "_" + hash;
  if (name == expected) return;
  Error e(Code::contract_wire_name_mismatch, at.member("name").text() + ": the name is " + json::quote(name) +
                                                 ", its content gives " + json::quote(expected));
  e.with("path", at.member("name").text()).with("name", name).with("computed", expected);
  if (!at.file.empty()) e.at(std::string(at.file));
  throw e;
}

}  // namespace plinth
