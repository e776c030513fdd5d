#pragma once
// SQL text that cannot be built from a plain string: the template is a literal of the program, and whatever fills its
// holes says what it is.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/fields.h"

namespace plinth {

/// A literal of the program with one `{}` for each argument; counted when the program is compiled.
template <std::size_t Holes>
struct SqlTemplate {
  std::string_view text;
  consteval SqlTemplate(const char* s) : text(s) {  // NOLINT(google-explicit-constructor): the literal is the template
    std::size_t n = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == '{' && text[i + 1] == '}') ++n;
    }
    if (n != Holes) throw "the number of {} differs from the number of arguments";
  }
};

/// An identifier, always rendered between double quotes.
struct Ident {
  std::string_view name;
};
/// A text literal, rendered as `'…'`, or as `E'…'` when it holds a backslash.
struct Literal {
  std::string_view value;
};
/// A schema-qualified name. An empty schema renders the bare name.
struct Name {
  std::string schema, name;
  bool operator==(const Name&) const = default;
  // clang-tidy 14 takes the zero that the compiler compares with for a pointer.
  auto operator<=>(const Name&) const = default;  // NOLINT(modernize-use-nullptr)
  static constexpr auto fields = std::tuple{field("schema", &Name::schema), field("name", &Name::name)};
};

class Sql {
 public:
  Sql() = default;
  template <std::size_t N>
  Sql(const char (&literal)[N]) : text_(literal) {}  // NOLINT(google-explicit-constructor): a literal of the program
  template <std::size_t N>
  Sql(char (&buffer)[N]) = delete;
  template <class... A>
  Sql(SqlTemplate<sizeof...(A)> t, const A&... args) {  // NOLINT(google-explicit-constructor)
    std::size_t at = 0;
    [[maybe_unused]] auto put = [&](const std::string& arg) {
      const std::size_t hole = t.text.find("{}", at);
      text_.append(t.text, at, hole - at).append(arg);
      at = hole + 2;
    };
    (put(render(args)), ...);
    text_.append(t.text.substr(at));
  }
  /// SQL text from a contract, from the server, or from the user. No other function takes SQL that is not a literal of
  /// the program.
  static Sql trusted(std::string text) {
    Sql out;
    out.text_ = std::move(text);
    return out;
  }
  template <class T>
  static Sql list(const std::vector<T>& parts, std::string_view by = ", ") {
    Sql out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) out.text_ += by;
      out.text_ += render(parts[i]);
    }
    return out;
  }
  Sql& operator+=(const Sql& more) {
    text_ += more.text_;
    return *this;
  }
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  bool operator==(const Sql&) const = default;

 private:
  static std::string render(Ident i);
  static std::string render(Literal l);
  static std::string render(const Name& n);
  static std::string render(std::int64_t n) { return std::to_string(n); }
  static std::string render(const Sql& s) { return s.text_; }
  std::string text_;
};

/// `"a", "b"`
Sql ident_list(const std::vector<std::string>& names);
/// `'a', 'b'`
Sql literal_list(const std::vector<std::string>& values);
/// The identifier as Postgres prints it: quoted only where it must be.
std::string quote_if_needed(std::string_view identifier);
inline constexpr std::size_t max_identifier_bytes = 63;
/// The longest prefix of so many bytes that does not cut a UTF-8 character, as the server truncates names.
std::string truncate_identifier(std::string name, std::size_t bytes = max_identifier_bytes);

}  // namespace plinth
