#pragma once
// A rule may need several operations, and a transform in the middle that only a person can write: its check is derived,
// its `run` is the open slot.
#include "planner/plan/draft.h"

namespace plinth {

/// A new column that is NOT NULL and has no default: add it nullable, fill it, tighten it.
void plan_not_null_backfill(Draft& draft, const Name& table, const Column& column);

/// A column that may hold NULLs becomes NOT NULL: handle the NULLs, tighten.
void plan_nullable_tightening(Draft& draft, const Name& table, const Column& column);

/// Another type or collation. Changes that every value survives alter directly; others are given a transform first, for
/// the values that do not: it makes them fit, moves them, or is replaced by an expression that says what they become. A
/// default is detached and put back where the server could not cast it.
void plan_type_change(Draft& draft, const Name& table, const Column& expected, const Column& actual);

/// Whether values may not survive the change of a column's type, or the server has no way to change them.
bool loses_values(const Draft& draft, const Column& expected, const Column& actual);

/// Whether a change of type needs an expression of its own, because a cast alone does not make it.
bool needs_expression(const Draft& draft, const Column& expected, const Column& actual);

/// Whether the change of a column's type drops its default before: the server casts a default along only where an
/// assignment cast exists. The next value of a sequence stays with a column that goes on counting.
bool detaches_default(const Column& expected, const Column& actual);

}  // namespace plinth
