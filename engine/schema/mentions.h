#pragma once
// The names that parts of a schema mention and that the server resolves: functions, sequences, collations, roles …
#include <vector>

#include "engine/schema/schema.h"
#include "engine/sql/reading/mentioned_names.h"

namespace plinth {

using Mentions = std::vector<MentionedName>;

/// Each adds the names that the part mentions, one of them several times where it is mentioned so. O(text).
void add_mentions(Mentions& out, const Default& value);
void add_mentions(Mentions& out, const Column& column);
void add_mentions(Mentions& out, const Expression& expression);
void add_mentions(Mentions& out, const Index& index);
void add_mentions(Mentions& out, const Policy& policy);
void add_mentions(Mentions& out, const View& view);

/// Those of one part.
template <class Part>
Mentions mentions_of(const Part& part) {
  Mentions out;
  add_mentions(out, part);
  return out;
}

}  // namespace plinth
