#include "engine/schema/mentions.h"

#include "engine/sql/sql.h"

namespace plinth {
namespace {

void add_collation(Mentions& out, const std::string& name) { out.push_back({NamedKind::collation, name}); }

}  // namespace

void add_mentions(Mentions& out, const Expression& expression) {
  for (auto& name : mentioned_names(expression.text)) out.push_back(std::move(name));
}

void add_mentions(Mentions& out, const Default& value) {
  if (value.kind == Default::Kind::expression && value.value != autoincrement) {
    add_mentions(out, Expression(value.value));
  }
}

void add_mentions(Mentions& out, const Column& column) {
  if (column.fallback) add_mentions(out, *column.fallback);
  if (column.generated) add_mentions(out, *column.generated);
  if (column.collation) add_collation(out, *column.collation);
}

void add_mentions(Mentions& out, const Index& index) {
  for (const auto& k : index.keys) {
    add_mentions(out, k.expression);
    if (k.collation) add_collation(out, *k.collation);
    if (k.opclass) out.push_back({NamedKind::operator_class, *k.opclass});
  }
  if (index.predicate) add_mentions(out, *index.predicate);
  const bool is_built_in = index.method == "btree";  // of every server, and of nearly every index
  if (!is_built_in) out.push_back({NamedKind::access_method, Sql("{}", Ident{index.method}).text()});
}

void add_mentions(Mentions& out, const Policy& policy) {
  if (policy.using_expression) add_mentions(out, *policy.using_expression);
  if (policy.check_expression) add_mentions(out, *policy.check_expression);
  for (const auto& role : policy.roles) out.push_back({NamedKind::role, role});
}

void add_mentions(Mentions& out, const View& view) {
  for (const auto& need : view.needs) {
    const std::string name = Sql("{}", Name{need.path.at(0), need.path.at(1)}).text();
    switch (need.kind) {
      case ObjectKind::function: out.push_back({NamedKind::signature, name + need.path.at(2)}); break;
      case ObjectKind::type: out.push_back({NamedKind::type, name}); break;
      case ObjectKind::collation: add_collation(out, name); break;
      case ObjectKind::table:
      case ObjectKind::column: out.push_back({NamedKind::relation, name}); break;
      case ObjectKind::extension:
      case ObjectKind::schema:
      case ObjectKind::rows:
      case ObjectKind::key:
      case ObjectKind::constraint:
      case ObjectKind::index:
      case ObjectKind::policy:
      case ObjectKind::sequence:
      case ObjectKind::view:
      case ObjectKind::other: break;
    }
  }
}

}  // namespace plinth
