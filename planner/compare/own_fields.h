#pragma once
#include "engine/json/fields.h"

namespace plinth {

/// Calls `f(field)` for each of a node's own fields that counts; its children speak for themselves.
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
