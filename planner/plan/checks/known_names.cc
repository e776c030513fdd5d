#include "planner/plan/checks/known_names.h"

#include <map>

#include "engine/ops/columns/add_column.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/constraints/add_check_constraint.h"
#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_dependency.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/indexes/create_index.h"
#include "engine/ops/renaming.h"
#include "engine/ops/row_security/create_rls_policy.h"
#include "engine/ops/tables/create_table.h"
#include "engine/ops/views/create_view.h"
#include "engine/ops/views/restore_view.h"

namespace plinth {
namespace {

/// Names, and the operation that each is first mentioned by.
using Mentions = std::map<MentionedName, const Operation*>;

// The sequences of a schema, and those that its columns bring, as an expression may name them.
std::set<std::string> sequence_names(const Schema& schema) {
  std::set<std::string> out;
  for (const auto& n : schema.namespaces) {
    const auto add = [&](const std::string& name) {
      out.insert({name, n.name + "." + name, user_type_text({n.name, name}), Sql("{}", Ident{name}).text(),
                  Sql("{}", Name{n.name, name}).text()});
    };
    for (const auto& s : n.sequences) add(s.name);
    for (const auto& t : n.tables) {
      for (const auto& c : t.columns) {
        if (is_autoincrement(c.fallback) || c.identity) add(default_sequence({n.name, t.name}, c.name).name);
        if (c.sequence.value) add(c.sequence.value->name);
      }
    }
  }
  return out;
}

class Collector {
 public:
  explicit Collector(const Draft& draft) : draft_(draft), sequences_(sequence_names(draft.expected)) {}
  Mentions found;

  void add(const Operation& op) {
    op_ = &op;
    if (const auto* create = get_if<CreateTable>(&op)) {
      for (const auto& c : create->definition.columns) column(c);
    } else if (const auto* add_one = get_if<AddColumn>(&op)) {
      column(add_one->definition);
    } else if (const auto* set = get_if<SetDefault>(&op)) {
      fallback(set->definition);
    } else if (const auto* alter = get_if<AlterColumnType>(&op)) {
      if (alter->collation) note(NamedKind::collation, *alter->collation);
    } else if (const auto* check = get_if<AddCheckConstraint>(&op)) {
      expression(check->definition.expression.text);
    } else if (const auto* index = get_if<CreateIndex>(&op)) {
      keys(index->definition);
    } else if (const auto* policy = get_if<CreateRlsPolicy>(&op)) {
      rules(policy->definition);
    } else if (const auto* view = get_if<CreateView>(&op)) {
      needs(view->definition);
    } else if (const auto* again = get_if<RestoreView>(&op)) {
      if (again->redefined) needs(again->definition);
    }
  }

 private:
  void note(NamedKind kind, const std::string& text) { found.emplace(MentionedName{kind, text}, op_); }

  void expression(const std::string& text) {
    for (const auto& name : mentioned_names(text)) {
      if (name.kind != NamedKind::relation || !sequences_.contains(name.text)) found.emplace(name, op_);
    }
  }
  void fallback(const Default& value) {
    if (value.kind == Default::Kind::expression && value.value != autoincrement) expression(value.value);
  }
  void column(const Column& c) {
    if (c.fallback) fallback(*c.fallback);
    if (c.generated) expression(c.generated->text);
    if (c.collation) note(NamedKind::collation, *c.collation);
  }
  void keys(const Index& index) {
    for (const auto& k : index.keys) {
      expression(k.expression.text);
      if (k.collation) note(NamedKind::collation, *k.collation);
      if (k.opclass) note(NamedKind::operator_class, *k.opclass);
    }
    if (index.predicate) expression(index.predicate->text);
    note(NamedKind::access_method, Sql("{}", Ident{index.method}).text());
  }
  void rules(const Policy& policy) {
    if (policy.using_expression) expression(policy.using_expression->text);
    if (policy.check_expression) expression(policy.check_expression->text);
    for (const auto& role : policy.roles) note(NamedKind::role, role);
  }
  void needs(const View& view) {
    for (const auto& need : view.needs) {
      const Name name{need.path[0], need.path[1]};
      const std::string quoted = Sql("{}", name).text();
      if (need.kind == ObjectKind::function) {
        note(NamedKind::signature, quoted + need.path.at(2));
      } else if (need.kind == ObjectKind::type && draft_.expected.find_enum(name) == nullptr) {
        note(NamedKind::type, quoted);
      } else if (need.kind == ObjectKind::collation) {
        note(NamedKind::collation, quoted);
      } else if ((need.kind == ObjectKind::table || need.kind == ObjectKind::column) &&
                 draft_.expected.find_table(name) == nullptr) {
        note(NamedKind::relation, quoted);
      }
    }
  }

  const Draft& draft_;
  std::set<std::string> sequences_;  // as an expression may name them
  const Operation* op_ = nullptr;
};

bool makes_extension(const Draft& d) {
  return std::any_of(d.operations.begin(), d.operations.end(), [](const Planned& p) {
    return holds_alternative<CreateExtension>(p.operation) || holds_alternative<AlterExtension>(p.operation) ||
           holds_alternative<CreateDependency>(p.operation);
  });
}

Conflict unknown(const MentionedName& name, const Operation& op) {
  return {ConflictKind::unsupported_operation,
          label(op) + " needs " + std::string(name_of(name.kind)) + " " + name.text + ", which the database lacks",
          "The plan does not make it either.",
          "Make it by hand before, install the extension that brings it, or correct the name.", path(op)};
}

}  // namespace

void check_names(Draft& d) {
  if (!d.options.absent || makes_extension(d)) return;
  Collector collector(d);
  for (const auto& p : d.operations) collector.add(p.operation);
  if (collector.found.empty()) return;
  std::vector<MentionedName> all;
  all.reserve(collector.found.size());
  for (const auto& [name, op] : collector.found) all.push_back(name);
  for (const auto& name : d.options.absent(all)) d.conflicts.push_back(unknown(name, *collector.found.at(name)));
}

}  // namespace plinth
