#pragma once
// A query of the catalogue whose columns are bound to the members of a row, so that what is asked and what is read are
// one list. Internal to introspection.
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/sql/sql.h"
#include "runner/introspect/catalog_text.h"
#include "runner/postgres/connection.h"

namespace plinth::catalog {

using Oid = std::uint32_t;

/// What a query selects, and the member that holds it. A text that is no optional is empty for NULL, a number 0, a
/// condition false.
template <class Row>
struct BoundColumn {
  Sql expression;
  std::variant<Oid Row::*, bool Row::*, std::string_view Row::*, std::optional<std::string_view> Row::*> member;
};

template <class Row>
class CatalogQuery {
 public:
  /// `source`: the query from FROM on.
  CatalogQuery(std::vector<BoundColumn<Row>> columns, Sql source)
      : columns_(std::move(columns)), source_(std::move(source)) {}

  Sql text() const {
    std::vector<Sql> expressions;
    expressions.reserve(columns_.size());
    for (const auto& c : columns_) expressions.push_back(c.expression);
    return {"SELECT {} {}", Sql::list(expressions, ", "), source_};
  }

  /// A row of the answer; its texts live as long as the answer. O(columns).
  Row read(const Result& answer, int row) const {
    Row out{};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const int column = static_cast<int>(i);
      if (answer.is_null(row, column)) continue;
      const std::string_view text = answer.at(row, column);
      switch (columns_[i].member.index()) {
        case 0: out.*std::get<0>(columns_[i].member) = number(text); break;
        case 1: out.*std::get<1>(columns_[i].member) = boolean(text); break;
        case 2: out.*std::get<2>(columns_[i].member) = text; break;
        case 3: out.*std::get<3>(columns_[i].member) = text; break;
      }
    }
    return out;
  }

  std::size_t position = 0;  // of its answer

 private:
  std::vector<BoundColumn<Row>> columns_;
  Sql source_;
};

}  // namespace plinth::catalog
