#pragma once
#include "planner/render/types/codec_types.h"
#include "planner/render/types/document.h"

namespace plinth {

/// The models of the domain with their fields, relations and storage; enums and value objects beside them.
ts::Doc domain_type(const Json& document);
ts::Doc roots_type(const Json& document);
ts::Doc execution_type(const Json& execution);
/// The type of each field, by namespace and model.
ts::Doc field_types(const Json& document, TypeSide side);

/// The value objects of all namespaces; of two with one name the first.
void each_value_object(const Json& document, const std::function<void(const std::string&, const Json&)>& f);
ts::Doc value_object_type(const Json& object, TypeSide side);
std::vector<ts::Member> value_object_members(const Json& document);

}  // namespace plinth
