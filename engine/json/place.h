#pragma once
// Parameters that lead somewhere outside: a text that the system would take up to a NUL character is refused.
#include <string>

#include "engine/json/json_document.h"
#include "engine/json/type_description.h"

namespace plinth {

/// The path of a file or a directory.
struct FilePath : std::string {
  FilePath() = default;
  FilePath(std::string text) : std::string(std::move(text)) {}  // NOLINT(google-explicit-constructor)
};
/// The address of a database: a libpq URL, or `embedded:`.
struct DatabaseUrl : std::string {
  DatabaseUrl() = default;
  DatabaseUrl(std::string text) : std::string(std::move(text)) {}  // NOLINT(google-explicit-constructor)
};

/// Reads either. Error: the code of `at` for a text that holds a NUL character.
std::string read_place(const Json& j, const JsonPath& at);

template <>
struct Shape<FilePath> {
  static void read(FilePath& out, const Json& j, const JsonPath& at) { out.assign(read_place(j, at)); }
  static void write(Json& out, const FilePath& v) { json::set(out, std::string_view(v)); }
  static std::string ts() { return "string"; }
  static std::string schema() { return R"({"type":"string"})"; }
};
template <>
struct Shape<DatabaseUrl> {
  static void read(DatabaseUrl& out, const Json& j, const JsonPath& at) { out.assign(read_place(j, at)); }
  static void write(Json& out, const DatabaseUrl& v) { json::set(out, std::string_view(v)); }
  static std::string ts() { return "string"; }
  static std::string schema() { return R"({"type":"string"})"; }
};

}  // namespace plinth
