#pragma once
// What a codec makes of a column in TypeScript.
#include <optional>

#include "planner/render/ts.h"

namespace plinth {

enum class TypeSide { output, input };

/// The name that stands for a codec with these parameters in results: `Varchar<35>`. Nothing for codecs, or parameters,
/// that have none. Source: Prisma Next 0.16.0, the emit-time renderers of its codecs and of pgvector and postgis.
std::optional<std::string> refined_type(std::string_view codec_id, const Json* parameters);

/// The union of the permitted values of a column. Nothing where its codec cannot state its values as literals.
std::optional<ts::Union> value_union(std::string_view codec_id, const Json& values);

}  // namespace plinth
