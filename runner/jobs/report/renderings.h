#pragma once
// A plan as text, in the forms that a caller asks for.
#include "engine/contract/contract.h"
#include "planner/render/markdown.h"

namespace plinth {

enum class Rendering { markdown, sql, typescript };
inline constexpr Named<Rendering> rendering_names[] = {
    {"markdown", Rendering::markdown}, {"sql", Rendering::sql}, {"typescript", Rendering::typescript}};
constexpr const auto& names(Rendering) { return rendering_names; }

struct Renderings {
  std::optional<std::string> markdown, sql, typescript;
  static constexpr auto fields = std::tuple{field("markdown", &Renderings::markdown), field("sql", &Renderings::sql),
                                            field("typescript", &Renderings::typescript)};
};

/// Renders what is asked for; nothing when nothing is. `typescript` is rendered against the contract at the end.
/// Error: RPC.INVALID_PARAMS where there is none.
std::optional<Renderings> render(const std::vector<Rendering>& wanted, const Plan& plan, const Heading& heading,
                                 const Contract* start, const Contract* end);

}  // namespace plinth
