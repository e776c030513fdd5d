#include "runner/introspect/absent_names.h"

#include "engine/sql/sql_literal.h"

namespace plinth {
namespace {

// `parse_ident` says what a name means: quotes are taken off, other letters are lower.
constexpr const char* query =
    "SELECT q.position FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (kind, text, position), LATERAL (SELECT"
    " CASE WHEN q.kind IN ('signature', 'role') THEN NULL ELSE parse_ident(q.text, false) END) i (parts), LATERAL "
    "(SELECT"
    " i.parts[array_length(i.parts, 1)], CASE WHEN array_length(i.parts, 1) > 1 THEN i.parts[array_length(i.parts, 1) -"
    " 1] END) n (name, schema) WHERE NOT CASE q.kind WHEN 'function' THEN EXISTS (SELECT FROM pg_proc p JOIN"
    " pg_namespace s ON s.oid = p.pronamespace WHERE p.proname = n.name AND CASE WHEN n.schema IS NULL THEN"
    " pg_function_is_visible(p.oid) ELSE s.nspname = n.schema END) OR n.schema IS NULL AND (EXISTS (SELECT FROM"
    " pg_get_keywords() k WHERE k.word = n.name) OR to_regtype(quote_ident(n.name)) IS NOT NULL) WHEN 'signature' THEN "
    "to_regprocedure(q.text) IS NOT NULL WHEN"
    " 'relation' THEN to_regclass(q.text) IS NOT NULL WHEN 'type' THEN to_regtype(q.text) IS NOT NULL WHEN 'collation'"
    " THEN EXISTS (SELECT FROM pg_collation c JOIN pg_namespace s ON s.oid = c.collnamespace WHERE c.collname = n.name"
    " AND CASE WHEN n.schema IS NULL THEN pg_collation_is_visible(c.oid) ELSE s.nspname = n.schema END) WHEN"
    " 'operator_class' THEN EXISTS (SELECT FROM pg_opclass o WHERE o.opcname = n.name) WHEN 'access_method' THEN EXISTS"
    " (SELECT FROM pg_am m WHERE m.amname = n.name) WHEN 'role' THEN q.text IN ('public', 'current_user',"
    " 'current_role', 'session_user') OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = q.text) END ORDER BY"
    " q.position";

std::string_view word(NamedKind kind) {
  switch (kind) {
    case NamedKind::function: return "function";
    case NamedKind::signature: return "signature";
    case NamedKind::relation: return "relation";
    case NamedKind::type: return "type";
    case NamedKind::collation: return "collation";
    case NamedKind::operator_class: return "operator_class";
    case NamedKind::access_method: return "access_method";
    case NamedKind::role: return "role";
  }
  return {};
}

}  // namespace

std::vector<MentionedName> absent_names(Connection& connection, const std::vector<MentionedName>& names) {
  if (names.empty()) return {};
  std::vector<std::string> kinds, texts;
  kinds.reserve(names.size());
  texts.reserve(names.size());
  for (const auto& n : names) {
    kinds.emplace_back(word(n.kind));
    texts.push_back(n.text);
  }
  const Result found = connection.run(Query{query, {array_literal(kinds), array_literal(texts)}});
  std::vector<MentionedName> out;
  out.reserve(static_cast<std::size_t>(found.rows()));
  for (int row = 0; row < found.rows(); ++row) {
    out.push_back(names.at(std::stoul(std::string(found.at(row, 0))) - 1));
  }
  return out;
}

}  // namespace plinth
