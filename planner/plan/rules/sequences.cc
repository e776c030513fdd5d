#include "planner/plan/rules/sequences.h"

#include "engine/ops/sequences/alter_owned_sequence.h"
#include "engine/ops/sequences/alter_sequence.h"
#include "engine/ops/sequences/create_sequence.h"
#include "engine/ops/sequences/drop_sequence.h"

namespace plinth {
namespace {

const Column* find_column(const Schema& schema, const SequenceOwner& owner) {
  const Table* t = schema.find_table(owner.on());
  return t != nullptr ? find_named(t->columns, owner.column) : nullptr;
}

// The autoincrement columns of a schema, by the names of their sequences, as far as those are known.
std::map<Name, SequenceOwner> numbered_columns(const Schema& schema) {
  std::map<Name, SequenceOwner> out;
  for (const auto& n : schema.namespaces) {
    for (const auto& t : n.tables) {
      for (const auto& c : t.columns) {
        if (!is_autoincrement(c.fallback)) continue;
        out.emplace(c.sequence.value.value_or(default_sequence({n.name, t.name}, c.name)),
                    SequenceOwner{n.name, t.name, c.name});
      }
    }
  }
  return out;
}

std::optional<SequenceOwner> numbered_column(Numbered& numbered, const Schema& schema, const Name& sequence) {
  if (!numbered) numbered = numbered_columns(schema);
  const auto found = numbered->find(sequence);
  return found != numbered->end() ? std::optional(found->second) : std::nullopt;
}

void create_sequence(Draft& d, const std::string& schema, const Sequence& s) {
  if (const auto owner = numbered_column(d.numbered_before, d.actual, {schema, s.name})) {
    d.conflicts.push_back({ConflictKind::unsupported_operation,
                           "Sequence " + q(s.name) + " becomes one of its own",
                           "It is a part of the autoincrement column " + q(owner->table) + "." + q(owner->column) + ".",
                           "Run ALTER SEQUENCE … OWNED BY NONE by hand, and plan again.",
                           {schema, s.name}});
    return;
  }
  d.add(CreateSequence{schema, {s.name, s.options}});
  if (s.owner) d.add(AlterSequence{schema, s.name, s.options, s.options, {}, s.owner});
}

void drop_sequence(Draft& d, const std::string& schema, const Sequence& s) {
  // It goes with the column that owns it, also where that is made anew.
  if (s.owner && find_column(d.expected, *s.owner) == nullptr) return;
  if (s.owner && d.suspended.contains({Column::kind, {s.owner->schema, s.owner->table, s.owner->column}})) return;
  const auto owner = numbered_column(d.numbered_after, d.expected, {schema, s.name});
  if (!owner) return d.add(DropSequence{schema, s.name});
  // Where the column owns it already, the column draws from it from now on.
  const bool is_its_own = owner == s.owner && Name{schema, s.name} == default_sequence(owner->on(), owner->column);
  if (is_its_own) return;
  const std::string column = Sql("{}.{}", owner->on(), Ident{owner->column}).text();
  d.conflicts.push_back(
      {ConflictKind::unsupported_operation,
       "Sequence " + q(s.name) + " becomes a part of column " + q(owner->table) + "." + q(owner->column),
       "The column would start to number anew, and others may draw from the sequence.",
       "Run by hand: ALTER SEQUENCE " + Sql("{}", Name{schema, s.name}).text() + " OWNED BY " + column +
           "; let the column draw from it, and plan again.",
       {schema, s.name}});
}

}  // namespace

void plan_sequence(Draft& d, const std::string& schema, const Pair<Sequence>& p) {
  if (p.actual == nullptr) return create_sequence(d, schema, *p.expected);
  if (p.expected == nullptr) return drop_sequence(d, schema, *p.actual);
  d.add(AlterSequence{schema, p.actual->name, p.actual->options, p.expected->options, p.actual->owner,
                      p.expected->owner});
}

void plan_owned_sequence(Draft& d, const Name& table, const Column& expected, const Column* actual) {
  const bool numbers = is_autoincrement(expected.fallback);
  const bool numbered = actual != nullptr && is_autoincrement(actual->fallback);
  constexpr int after_defaults = 2, after_identity = 4;
  if (!numbers) {
    if (numbered && d.options.exact && actual->sequence.value) {
      const Name& left = *actual->sequence.value;
      d.add(DropSequence{left.schema, left.name, true}, after_identity);
    }
    return;
  }
  Column fresh;
  fresh.type = expected.type;
  SequenceOptions before = owned_sequence(numbered ? *actual : fresh);
  const Sequence* taken = d.actual.find_sequence(default_sequence(table, expected.name));
  if (!numbered && taken != nullptr) {
    before = taken->options;
    before.type = before.type.value_or("int8");
  }
  const SequenceOptions after = owned_sequence(expected);
  if (before == after) return;
  d.add(AlterOwnedSequence{table.schema, table.name, expected.name, before, after}, after_defaults);
}

}  // namespace plinth
