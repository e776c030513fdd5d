#include "engine/json/canonical.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "engine/json/json_tree.h"

namespace plinth {
namespace {

using Object = std::span<const Json::Member>;
using Members = std::vector<const Json::Member*>;

constexpr std::uint64_t not_an_index = 0xFFFFFFFF;  // 2^32 - 1: array indices are less
constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr double exact_integers = 9007199254740992;  // 2^53

// The array index that a key spells, or not_an_index.
std::uint64_t array_index(std::string_view key) {
  constexpr std::size_t longest = 10;
  if (key.empty() || key.size() > longest || (key.front() == '0' && key.size() > 1)) return not_an_index;
  std::uint64_t n = 0;
  for (const char c : key) {
    if (c < '0' || c > '9') return not_an_index;
    n = n * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return std::min(n, not_an_index);
}

void append_string(std::string& out, std::string_view s) {
  constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
  out += '"';
  std::size_t plain = 0;  // what is not copied yet starts here
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(s, plain, i - plain);
    plain = i + 1;
    out += '\\';
    if (const std::size_t known = special.find(s[i]); known != std::string_view::npos) {
      out += letters[known];
    } else {
      out.append("u00").append({hex_digits[c >> 4U], hex_digits[c & 15U]});
    }
  }
  out.append(s, plain).append("\"");
}

// Number::toString of ECMAScript: the shortest digits that read back, and an exponent outside 1e-7 … 1e21.
void append_double(std::string& out, double value) {
  if (value == 0) {
    out += '0';
    return;
  }
  if (value < 0) out += '-';
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.begin(), buffer.end(), std::abs(value), std::chars_format::scientific).ptr;
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t e = text.find('e');
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
  std::string digits(text.substr(0, 1));
  if (e > 1) digits.append(text.substr(2, e - 2));

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // where the decimal point stands among the digits
  if (count <= point && point <= 21) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out.append(digits.insert(static_cast<std::size_t>(point), "."));
  } else if (-6 < point && point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else {
    if (count > 1) digits.insert(1, ".");
    out.append(digits).append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
  }
}

void append_number(std::string& out, const Json& value) {
  const double number = value.number();
  if (value.kind() != Json::Kind::real && std::abs(number) < exact_integers) {
    out += std::to_string(static_cast<std::int64_t>(number));
  } else {
    append_double(out, number);
  }
}

std::string_view name_of_element(const Json& element) {
  const Json* name = json::member(element, "name");
  return name != nullptr && name->kind() == Json::Kind::text ? name->text() : std::string_view();
}

class Writer {
 public:
  Writer(int indent, bool sorted, const CanonicalRules* rules = nullptr)
      : indent_(static_cast<std::size_t>(indent)), sorted_(sorted), rules_(rules) {}

  // The value at `key`, one level deep, instead of a document's root.
  void enter(std::string_view key) {
    path_.push_back(key);
    level_ = 1;
  }
  std::string write(const Json& value) {
    append(value);
    return std::move(out_);
  }
  // Gives the text to a hash, in pieces, instead of keeping it.
  void hash(const Json& value, Sha256& hash) {
    hash_ = &hash;
    append(value);
    flush();
  }

 private:
  void append(const Json& value) {
    switch (value.kind()) {
      case Json::Kind::object: append_object(value.members()); break;
      case Json::Kind::array: append_array(value.elements()); break;
      case Json::Kind::text: append_string(out_, value.text()); break;
      case Json::Kind::boolean: out_ += value.boolean() ? "true" : "false"; break;
      case Json::Kind::integer:
      case Json::Kind::natural:
      case Json::Kind::real: append_number(out_, value); break;
      case Json::Kind::null: out_ += "null"; break;
    }
  }

  void append_object(Object object) {
    const Members members = select(object);
    open('{');
    for (const auto* member : members) {
      separate(member == members.front());
      append_string(out_, member->name());
      out_ += indent_ > 0 ? ": " : ":";
      path_.push_back(member->name());
      append(member->value);
      path_.pop_back();
    }
    close('}', members.empty());
  }

  void append_array(std::span<const Json> array) {
    open('[');
    const auto each = [&](const Json& element, bool first) {
      separate(first);
      append(element);
    };
    if (rules_ != nullptr && !array.empty() && rules_->sorted_by_name(path_, array.front())) {
      std::vector<const Json*> order;
      for (const Json& element : array) order.push_back(&element);
      std::stable_sort(order.begin(), order.end(), [](const Json* a, const Json* b) {
        return utf16_less(name_of_element(*a), name_of_element(*b));
      });
      for (const Json* element : order) each(*element, element == order.front());
    } else {
      for (const Json& element : array) each(element, &element == array.data());
    }
    close(']', array.empty());
  }

  // The members that stay, in the order in which they are printed.
  Members select(Object object) {
    Members out;
    out.reserve(object.size());
    bool has_indices = false;
    for (const auto& member : object) {
      if (!keeps(member)) continue;
      has_indices = has_indices || array_index(member.name()) != not_an_index;
      out.push_back(&member);
    }
    const auto by_key = [](const auto* a, const auto* b) { return js_key_less(a->name(), b->name()); };
    const auto by_index = [](const auto* a, const auto* b) { return array_index(a->name()) < array_index(b->name()); };
    if (sorted_ && !std::is_sorted(out.begin(), out.end(), by_key)) std::sort(out.begin(), out.end(), by_key);
    if (!sorted_ && has_indices) std::stable_sort(out.begin(), out.end(), by_index);
    return out;
  }

  bool keeps(const Json::Member& member) {
    if (rules_ == nullptr) return true;
    path_.push_back(member.name());
    const bool kept = rules_->keeps(path_, member.value);
    path_.pop_back();
    return kept;
  }

  void open(char bracket) {
    out_ += bracket;
    ++level_;
  }
  void flush() {
    hash_->add(out_);
    out_.clear();
  }
  void separate(bool first) {
    constexpr std::size_t enough = std::size_t{32} * 1024;
    if (hash_ != nullptr && out_.size() >= enough) flush();
    if (!first) out_ += ',';
    new_line();
  }
  void close(char bracket, bool empty) {
    --level_;
    if (!empty) new_line();
    out_ += bracket;
  }
  void new_line() {
    if (indent_ > 0) out_.append("\n").append(indent_ * level_, ' ');
  }

  std::size_t indent_, level_ = 0;
  bool sorted_;
  const CanonicalRules* rules_;
  std::vector<std::string_view> path_;
  std::string out_;
  Sha256* hash_ = nullptr;
};

constexpr CanonicalRules manifest_rules = {
    [](KeyPath path, const Json&) { return path.size() > 1 || path.front() != "migrationHash"; },
    [](KeyPath, const Json&) { return false; },
};

}  // namespace

std::string stringify(const Json& value, int indent) { return Writer(indent, false).write(value); }

std::string stringify_text(std::string_view json_text, int indent) {
  return stringify(*json::parse(json_text, Code::engine_internal), indent);
}

std::string canonical_json(const Json& value) { return Writer(0, true).write(value); }

void add_canonical_section(Sha256& hash, const Json& value, std::string_view key, const CanonicalRules& rules) {
  Writer writer(2, true, &rules);
  writer.enter(key);
  writer.hash(value, hash);
}

std::string fingerprint(std::string_view bytes) {
  constexpr int top_digit = 60;
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  std::string out;
  for (int shift = top_digit; shift >= 0; shift -= 4) out += hex_digits[(hash >> static_cast<unsigned>(shift)) & 15U];
  return out;
}

bool utf16_less(std::string_view a, std::string_view b) {
  const auto [x, y] =
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.begin());
  if (x == a.end() || y == b.end()) return a.size() < b.size();
  const auto left = static_cast<unsigned char>(*x), right = static_cast<unsigned char>(*y);
  // Characters from U+10000 on (0xF0 …) are surrogates, which sort before U+E000 … U+FFFF (0xEE, 0xEF).
  const bool astral_left = left >= 0xF0, astral_right = right >= 0xF0;
  if (left >= 0xEE && right >= 0xEE && astral_left != astral_right) return astral_left;
  return left < right;
}

bool js_key_less(std::string_view a, std::string_view b) {
  const std::uint64_t left = array_index(a), right = array_index(b);
  return left != right ? left < right : left == not_an_index && utf16_less(a, b);
}

std::string migration_hash_hex(const Json& manifest, const Json& operations) {
  Sha256 meta, ops;
  Writer(0, true, &manifest_rules).hash(manifest, meta);
  Writer(0, true).hash(operations, ops);
  return sha256_hex("[\"" + std::move(meta).hex() + "\",\"" + std::move(ops).hex() + "\"]");
}

}  // namespace plinth
