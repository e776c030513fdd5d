#pragma once
#include "planner/render/types/codec_types.h"
#include "planner/render/types/document.h"

namespace plinth {

/// The argument of `ContractType`: namespaces with their tables and value sets, named types, the hash.
ts::Doc storage_type(const Json& document);
/// The type of each column, by namespace and table.
ts::Doc column_types(const Json& document, TypeSide side);
/// `'public' & NamespaceId`
ts::Doc namespace_id_type(const std::string& id);
/// `CodecTypes['pg/text@1']['output']`, or what its parameters make of it.
ts::Union codec_type(const std::string& codec_id, const Json* parameters, TypeSide side);
/// What a value is when it may be one of many, a dictionary, or null.
ts::Union with_modifiers(ts::Union type, bool many, bool dictionary, bool nullable);

}  // namespace plinth
