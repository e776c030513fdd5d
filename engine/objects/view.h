#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/objects/object_id.h"
#include "engine/sql/expression.h"

namespace plinth {

/// A column of a view, with the type and the collation that its query gives it.
struct ViewColumn {
  std::string name, type;
  bool operator==(const ViewColumn&) const = default;
  static constexpr auto fields = std::tuple{field("name", &ViewColumn::name), field("type", &ViewColumn::type)};
};

/// A view. Its columns follow from its query.
struct View {
  static constexpr std::string_view node = "view";
  static constexpr ObjectKind kind = ObjectKind::view;
  std::string name;
  Expression query;                  // as the server prints it, without the semicolon
  std::vector<std::string> options;  // `security_barrier=true`, `check_option=local`, sorted
  std::vector<ViewColumn> columns = {};
  std::vector<ObjectId> needs = {};  // what the query reads and calls: the server refuses to drop it
  bool detached = false;             // dropped for a while: it comes back before the plan ends
  bool operator==(const View& o) const {
    return name == o.name && query == o.query && options == o.options && detached == o.detached;
  }
  /// Refuses needs that no query has.
  void validate(const JsonPath& at) const;
  static constexpr auto fields = std::tuple{field("name", &View::name),        field("query", &View::query),
                                            field("options", &View::options),  uncompared("columns", &View::columns),
                                            uncompared("needs", &View::needs), field("detached", &View::detached)};
};

}  // namespace plinth
