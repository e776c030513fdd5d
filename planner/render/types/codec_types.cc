#include "planner/render/types/codec_types.h"

#include <algorithm>
#include <array>

namespace plinth {
namespace {

/// How a codec is written with parameters: the first is the argument, with `second` behind it where that is given.
/// A codec that is `bare` is written by its name alone where the first is missing.
struct Refinement {
  std::string_view codec, name, first, second;
  bool bare;
};
constexpr auto refinements = std::to_array<Refinement>({{"sql/char@1", "Char", "length", "", false},
                                                        {"sql/varchar@1", "Varchar", "length", "", false},
                                                        {"sql/timestamp@1", "Timestamp", "precision", "", true},
                                                        {"pg/char@1", "Char", "length", "", false},
                                                        {"pg/varchar@1", "Varchar", "length", "", false},
                                                        {"pg/numeric@1", "Numeric", "precision", "scale", false},
                                                        {"pg/timestamp@1", "Timestamp", "precision", "", true},
                                                        {"pg/timestamptz@1", "Timestamptz", "precision", "", true},
                                                        {"pg/time@1", "Time", "precision", "", true},
                                                        {"pg/timetz@1", "Timetz", "precision", "", true},
                                                        {"pg/interval@1", "Interval", "precision", "", true},
                                                        {"pg/bit@1", "Bit", "length", "", false},
                                                        {"pg/varbit@1", "VarBit", "length", "", false},
                                                        {"pg/vector@1", "Vector", "length", "", false},
                                                        {"pg/geometry@1", "Geometry", "srid", "", true}});

constexpr auto literal_codecs = std::to_array<std::string_view>(
    {"pg/text@1", "pg/enum@1", "pg/int4@1", "pg/int2@1", "pg/int8@1", "pg/float4@1", "pg/float8@1", "pg/bool@1",
     "pg/char@1", "pg/varchar@1", "pg/int@1", "pg/float@1"});

std::optional<std::string> integer(const Json& parameters, std::string_view key) {
  const Json* value = json::member(parameters, key);
  if (value == nullptr || json::type(*value) != json::Type::number) return {};
  std::string text = json::dump(*value);
  const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
  return whole ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace

std::optional<std::string> refined_type(std::string_view codec_id, const Json* parameters) {
  if (parameters == nullptr || json::type(*parameters) != json::Type::object || json::is_empty(*parameters)) return {};
  const auto* r =
      std::find_if(refinements.begin(), refinements.end(), [&](const Refinement& x) { return x.codec == codec_id; });
  if (r == refinements.end()) return {};
  const auto first = integer(*parameters, r->first);
  if (!first) return r->bare ? std::optional(std::string(r->name)) : std::nullopt;
  const auto second = r->second.empty() ? std::nullopt : integer(*parameters, r->second);
  return std::string(r->name) + "<" + *first + (second ? ", " + *second : "") + ">";
}

std::optional<ts::Union> value_union(std::string_view codec_id, const Json& values) {
  if (std::find(literal_codecs.begin(), literal_codecs.end(), codec_id) == literal_codecs.end()) return {};
  ts::Union out;
  bool literal = true;
  json::each_element(values, JsonPath::root(Code::engine_internal, "values"), [&](const Json& v, const JsonPath&) {
    const json::Type type = json::type(v);
    literal = literal && type != json::Type::null && type != json::Type::array && type != json::Type::object;
    out.alternatives.push_back(ts::value_type(v));
  });
  if (!literal || out.alternatives.empty()) return {};
  return out;
}

}  // namespace plinth
