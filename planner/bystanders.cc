#include "planner/bystanders.h"

#include <map>

#include "planner/lattice.h"
#include "planner/names.h"

namespace plinth {
namespace {

using Names = std::vector<std::string>;

// A foreign key of a table that the plan leaves alone.
struct Leaning {
  Name table;
  const Table* definition;
  const ForeignKey* key;
  std::string text() const { return "foreign key " + q(key->name) + " of " + q(table.name); }
};

class Sparing {
 public:
  explicit Sparing(Draft& draft) : draft_(draft) {
    for (const auto& n : draft.options.bystanders->namespaces) {
      for (const auto& t : n.tables) note({n.name, t.name}, t);
      if (!n.tables.empty()) left_.emplace(n.name, "table " + q(n.tables.front().name));
      if (!n.enums.empty()) left_.emplace(n.name, "enum " + q(n.enums.front().name));
    }
    for (const auto& p : draft.operations) {
      const auto* renamed = std::get_if<RenameType>(&p.operation);
      if (renamed == nullptr || draft.actual.find_enum({renamed->schema, renamed->from_name}) == nullptr) continue;
      was_.emplace(Name{renamed->schema, renamed->to_name}, renamed->from_name);
    }
  }

  void look_at(const Operation& op) {
    std::visit([&](const auto& o) { look(o); }, op);
  }

 private:
  template <class Kind>
  void look(const Kind&) {}

  void look(const DropSchema& o) {
    const auto found = left_.find(o.schema);
    if (found != left_.end()) hurts(o, found->second + " is still in it");
  }
  void look(const DropTable& o) {
    each_leaning(o.on(), [&](const Leaning& l) { hurts(o, l.text() + " references it"); });
  }
  void look(const DropColumn& o) {
    each_leaning(o.on(), [&](const Leaning& l) {
      if (holds(l.key->referenced_columns, o.column)) hurts(o, l.text() + " references it");
    });
  }
  void look(const AlterColumnType& o) {
    each_leaning(o.on(), [&](const Leaning& l) {
      for (std::size_t i = 0; i < l.key->columns.size(); ++i) {
        const Column* own = find_named(l.definition->columns, l.key->columns[i]);
        if (l.key->referenced_columns[i] != o.column || own == nullptr) continue;
        if (!can_reference(own->type, o.type)) hurts(o, l.text() + " references it with type " + own->type);
      }
    });
  }
  void look(const DropConstraint& o) {
    const Table* t = draft_.actual.find_table(o.on());
    if (t == nullptr) return;
    const auto* u = find_named(t->uniques, o.constraint_name);
    if (u != nullptr && !is_primary_key(*t, u->columns)) leave_key(o, u->columns);
    if (t->primary_key && t->primary_key->name == o.constraint_name) leave_key(o, t->primary_key->columns);
  }
  void look(const DropIndex& o) {
    const Table* t = draft_.actual.find_table({o.schema, o.table});
    const Index* i = t != nullptr ? find_named(t->indexes, o.index_name) : nullptr;
    if (i == nullptr || !i->unique || i->predicate || i->invalid) return;
    const Names columns = CreateIndex::columns_of(*i);
    if (!columns.empty() && !is_primary_key(*t, columns)) leave_key(o, columns);
  }
  void look(const DropEnumType& o) {
    const auto before = was_.find({o.schema, o.type_name});
    const Name type{o.schema, before != was_.end() ? before->second : o.type_name};
    const auto found = users_.find(user_type_text(type));
    if (found != users_.end()) hurts(o, found->second + " has the type");
  }

  // Foreign keys lean on the primary key where they can.
  static bool is_primary_key(const Table& t, const Names& columns) {
    return t.primary_key && same_names(t.primary_key->columns, columns);
  }
  template <class Op>
  void leave_key(const Op& op, const Names& columns) {
    each_leaning({op.schema, op.table}, [&](const Leaning& l) {
      if (same_names(columns, l.key->referenced_columns)) hurts(op, l.text() + " leans on it");
    });
  }
  template <class Op>
  void hurts(const Op& op, const std::string& what) {
    draft_.conflicts.push_back({ConflictKind::unsupported_operation, op.label() + " is impossible: " + what,
                                "The database holds objects that the contract does not name, and the plan leaves them "
                                "alone.",
                                "Take the object into the contract; or change it by hand, or drop it, before.",
                                op.path()});
  }
  template <class F>
  void each_leaning(const Name& table, F f) const {
    const auto [first, last] = leaning_.equal_range(table);
    for (auto it = first; it != last; ++it) f(it->second);
  }
  void note(const Name& table, const Table& t) {
    for (const auto& fk : t.foreign_keys) leaning_.emplace(fk.references(), Leaning{table, &t, &fk});
    for (const auto& c : t.columns) {
      users_.emplace(element_type(c.type), "column " + q(table.name) + "." + q(c.name));
    }
  }

  Draft& draft_;
  std::multimap<Name, Leaning> leaning_;      // by what they reference
  std::map<std::string, std::string> users_;  // a column of each type
  std::map<std::string, std::string> left_;   // something in each schema
  std::map<Name, std::string> was_;           // types by the names that the plan gives them for the time being
};

}  // namespace

void spare_bystanders(Draft& draft) {
  if (draft.options.bystanders == nullptr) return;
  Sparing sparing(draft);
  for (const auto& p : draft.operations) sparing.look_at(p.operation);
}

}  // namespace plinth
