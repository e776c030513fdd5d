#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/fields.h"

namespace plinth {

/// What a name in SQL text stands for.
enum class NamedKind { function, signature, relation, type, collation, operator_class, access_method, role };
inline constexpr Named<NamedKind> named_kinds[] = {
    {"function", NamedKind::function},          {"function", NamedKind::signature},
    {"relation", NamedKind::relation},          {"type", NamedKind::type},
    {"collation", NamedKind::collation},        {"operator class", NamedKind::operator_class},
    {"index method", NamedKind::access_method}, {"role", NamedKind::role}};
constexpr const auto& names(NamedKind) { return named_kinds; }

/// A name as it is written: `lower`, `public.f`, `"Odd"`; of a signature with its argument types: `public.f(integer)`.
struct MentionedName {
  NamedKind kind = NamedKind::function;
  std::string text;
  bool operator==(const MentionedName&) const = default;
  // clang-tidy 14 takes the zero that the compiler compares with for a pointer.
  auto operator<=>(const MentionedName&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Asks a database which of the names it lacks.
using AbsentNames = std::function<std::vector<MentionedName>(const std::vector<MentionedName>&)>;

/// The functions that an expression calls, the sequences that it names, and the types that it casts to with `::`. A
/// word in front of a parenthesis is taken for a function. Where the expression holds a query, unqualified ones are
/// passed over: they may be aliases. O(text).
std::vector<MentionedName> mentioned_names(std::string_view expression);

}  // namespace plinth
