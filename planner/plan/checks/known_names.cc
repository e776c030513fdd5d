#include "planner/plan/checks/known_names.h"

#include <map>
#include <set>

#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_dependency.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"

namespace plinth {
namespace {

// The spellings by which SQL may name an object.
void add_spellings(std::set<std::string>& out, const Name& name) {
  out.insert({name.name, name.schema + "." + name.name, user_type_text(name), Sql("{}", Ident{name.name}).text(),
              Sql("{}", name).text()});
}

// What the destination has itself: the plan makes what is not there yet.
class Destination {
 public:
  explicit Destination(const Schema& schema) {
    for (const auto& n : schema.namespaces) {
      for (const auto& e : n.enums) add_spellings(types_, {n.name, e.name});
      for (const auto& s : n.sequences) add_spellings(relations_, {n.name, s.name});
      for (const auto& t : n.tables) add_table({n.name, t.name}, t);
    }
  }
  bool has(const MentionedName& name) const {
    return (name.kind == NamedKind::relation && relations_.contains(name.text)) ||
           (name.kind == NamedKind::type && types_.contains(name.text));
  }

 private:
  void add_table(const Name& name, const Table& t) {
    add_spellings(relations_, name);
    for (const auto& c : t.columns) {
      if (is_autoincrement(c.fallback) || c.identity) add_spellings(relations_, default_sequence(name, c.name));
      if (c.sequence.value) add_spellings(relations_, *c.sequence.value);
    }
  }
  std::set<std::string> relations_, types_;
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
  std::map<MentionedName, const Operation*> first;  // the operation that mentions each name first
  for (const auto& p : d.operations) {
    for (auto& name : mentioned_by(p.operation)) first.emplace(std::move(name), &p.operation);
  }
  if (first.empty()) return;
  const auto is_object = [](const auto& mentioned) {
    return mentioned.first.kind == NamedKind::relation || mentioned.first.kind == NamedKind::type;
  };
  if (std::any_of(first.begin(), first.end(), is_object)) {
    const Destination destination(d.expected);
    std::erase_if(first, [&](const auto& mentioned) { return destination.has(mentioned.first); });
    if (first.empty()) return;
  }
  std::vector<MentionedName> all;
  all.reserve(first.size());
  for (const auto& [name, op] : first) all.push_back(name);
  for (const auto& name : d.options.absent(all)) d.conflicts.push_back(unknown(name, *first.at(name)));
}

}  // namespace plinth
