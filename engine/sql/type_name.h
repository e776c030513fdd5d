#pragma once
// The one spelling of a type, and its translations.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plinth {

/// A type taken apart: `numeric(10,2)[]` is {"numeric", "10,2", true}.
struct TypeName {
  std::string base;
  std::string modifier;  // what stands between the parentheses, without spaces; empty when there is none
  bool array = false;
  std::string text() const;
};

TypeName parse_type(std::string_view text);

/// Any usual spelling (`integer`, `varchar(5)`, `timestamp(3) with time zone`, `pg_catalog.text`) in the one the engine
/// uses: short names for numbers, bool, timestamptz …; `character varying`, `character`, `bit varying`. An implicit
/// limit is written out: `character(1)`, `bit(1)`, `numeric(10,0)`.
std::string normalize_type(std::string_view spelling);

/// The type as `format_type` prints it (`int4` → `integer`), for comparison on a server.
std::string format_type_text(std::string_view type);

/// The type as it stands in a CREATE TABLE of an autoincrement column: SMALLSERIAL, SERIAL, BIGSERIAL; empty when the
/// type cannot autoincrement.
std::string_view serial_type(std::string_view type);

/// The greatest value of int2 and int4; of all other types that of int8.
std::int64_t greatest_integer(std::string_view type);

/// Why the server would refuse what stands between the parentheses of a type; nothing where it would not.
std::optional<std::string> modifier_problem(std::string_view type);

bool is_number_type(std::string_view type);   // int2 int4 int8 float4 float8 numeric oid
bool is_text_type(std::string_view type);     // text character varying character bpchar
bool is_builtin_type(std::string_view base);  // any type of pg_catalog that a column may have
bool is_json_type(std::string_view type);     // json jsonb

/// The schema and name of a user-defined type spelt `public.mood` or `"My Schema"."Mood"`; nothing for others.
struct QualifiedType {
  std::string schema, name;
};
std::optional<QualifiedType> user_type(std::string_view type);

}  // namespace plinth
