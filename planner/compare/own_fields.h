#pragma once
#include "engine/json/fields.h"

namespace plinth {

/// Calls `f(field)` for each field of a node that is compared; its children are nodes of their own.
template <class Node, class F>
void each_own_field(F f) {
  const auto visit = [&]<class V>(const Field<Node, V>& own) {
    if (own.compared) f(own);
  };
  const auto skip = []<class V>(const Children<Node, V>&) {};
  struct Pick : decltype(visit), decltype(skip) {
    using decltype(visit)::operator();
    using decltype(skip)::operator();
  };
  const Pick pick{visit, skip};
  std::apply([&](const auto&... own) { (pick(own), ...); }, Node::fields);
}

}  // namespace plinth
