#pragma once
#include "engine/json/fields.h"

namespace plinth {

/// Who manages an object: the contract (managed), or somebody else (the other three).
enum class Control { managed, tolerated, external, observed };
inline constexpr Named<Control> controls[] = {{"managed", Control::managed},
                                              {"tolerated", Control::tolerated},
                                              {"external", Control::external},
                                              {"observed", Control::observed}};
constexpr const auto& names(Control) { return controls; }

}  // namespace plinth
