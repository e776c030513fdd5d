#include "planner/history/squash.h"

#include <map>
#include <set>

#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/set_default.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/constraints/drop_constraint.h"
#include "engine/ops/constraints/rename_constraint.h"
#include "engine/ops/database/alter_extension.h"
#include "engine/ops/database/create_dependency.h"
#include "engine/ops/database/create_extension.h"
#include "engine/ops/database/drop_extension.h"
#include "engine/ops/indexes/drop_index.h"
#include "engine/ops/indexes/rename_index.h"
#include "engine/ops/renaming.h"
#include "engine/ops/types/add_enum_values.h"
#include "engine/ops/types/create_enum_type.h"
#include "engine/ops/types/rename_enum_value.h"
#include "planner/compare/reconcile.h"
#include "planner/history/detached_views.h"
#include "planner/history/lineage.h"
#include "planner/plan/pipeline.h"
#include "planner/plan/typed_operation.h"

namespace plinth {
namespace {

bool holds(const Schema& state, const Name& table, const std::string& constraint) {
  const Table* t = state.find_table(table);
  if (t == nullptr) return false;
  return (t->primary_key && t->primary_key->name == constraint) || find_named(t->uniques, constraint) != nullptr ||
         find_named(t->foreign_keys, constraint) != nullptr || find_named(t->checks, constraint) != nullptr;
}

bool holds_index(const Schema& state, const Name& table, const std::string& index) {
  const Table* t = state.find_table(table);
  return t != nullptr && find_named(t->indexes, index) != nullptr;
}

// Whether a run would skip it. A contract in between may have left open what an earlier one settled: it asks for names
// and for indexes that never came to be, and the next migration leads away from them.
bool has_happened(const Operation& op, const Schema& state) {
  if (const auto* r = get_if<RenameConstraint>(&op)) {
    return !holds(state, r->on(), r->from_name) && holds(state, r->on(), r->to_name);
  }
  if (const auto* r = get_if<RenameIndex>(&op)) {
    return !holds_index(state, r->on(), r->from_name) && holds_index(state, r->on(), r->to_name);
  }
  if (const auto* d = get_if<DropConstraint>(&op)) return !holds(state, d->on(), d->constraint_name);
  if (const auto* d = get_if<DropIndex>(&op)) return !holds_index(state, d->on(), d->index_name);
  return false;
}

bool applies(const Operation& op, Schema& state) {
  try {
    apply(op, state);
    return true;
  } catch (const Error& e) {
    if (e.code() == Code::engine_internal) throw;
    return false;
  }
}

// Without what has happened. Behind raw SQL, and behind what does not apply, nobody knows.
std::vector<Operation> still_due(const std::vector<Operation>& operations, Schema state) {
  std::vector<Operation> out;
  out.reserve(operations.size());
  bool known = true;
  for (const auto& op : operations) {
    if (known && has_happened(op, state)) continue;
    out.push_back(op);
    known = known && !holds_alternative<RawSql>(op) && applies(op, state);
  }
  return out;
}

// Whether the stored operation says more than the typed one: checks of an author's own, or an invariant. The tools set
// a default with a check behind it, which says nothing more.
bool says_more(const RawSql& stored, const Operation& typed) {
  const Steps derived = steps(typed);
  const std::size_t expected_after = derived.postcheck.size() + (holds_alternative<SetDefault>(typed) ? 1 : 0);
  return stored.invariant_id || stored.precheck.size() > derived.precheck.size() ||
         stored.postcheck.size() > expected_after;
}

// Raw SQL of another tool that is understood is as good as the operation; a transform of it keeps its statements.
std::vector<Operation> understood_of(const Link& link) {
  std::vector<Operation> out;
  out.reserve(link.operations.size());
  for (const auto& op : link.operations) {
    const auto* raw = get_if<RawSql>(&op);
    Operation known = as_typed(op, link.to);
    const bool pinned = raw != nullptr && (holds_alternative<DataTransform>(known) || says_more(*raw, known));
    out.push_back(pinned ? op : known);
  }
  return out;
}

// Whether the statements themselves count, not only the schema that they lead to.
bool is_pinned(const Operation& op, const Schema& before) {
  if (holds_alternative<DataTransform>(op) || holds_alternative<RawSql>(op)) return true;
  const auto* change = get_if<AlterColumnType>(&op);
  return change != nullptr && may_lose(*change, before);
}

Lineage lineage_of(const Schema& from, const std::vector<Operation>& operations) {
  Lineage out(from);
  for (const auto& op : operations) out.follow(op);
  return out;
}

bool leads_to(Schema from, const std::vector<Operation>& operations, const Schema& to) {
  for (const auto& op : operations) apply(op, from);
  return diff(to, from).empty();
}

// NULLs that the operations themselves take to be gone need no transform.
void forget_settled_nulls(std::vector<Operation>& planned, const std::vector<Operation>& operations) {
  const auto is_settled = [&](const Operation& op) {
    const auto* transform = get_if<DataTransform>(&op);
    return transform != nullptr && std::any_of(operations.begin(), operations.end(), [&](const Operation& other) {
             const auto* tight = get_if<SetNotNull>(&other);
             return tight != nullptr && transform->aim.fills(tight->on(), tight->column);
           });
  };
  planned.erase(std::remove_if(planned.begin(), planned.end(), is_settled), planned.end());
}

// Whether a type is just being made anew, under a name that the planner needs for itself.
bool remakes_type(const Schema& s) {
  constexpr std::string_view temporary = "__prisma_next_";
  return std::any_of(s.namespaces.begin(), s.namespaces.end(), [&](const Namespace& n) {
    return std::any_of(n.enums.begin(), n.enums.end(),
                       [&](const Enum& e) { return e.name.find(temporary) != std::string::npos; });
  });
}

// Nothing between states in the middle of a type that is made anew, and where the planner refuses.
std::optional<Plan> plan_if_possible(const Schema& to, const Schema& from) {
  if (remakes_type(from) || remakes_type(to)) return {};
  try {
    PlanOptions options;
    options.views_in_the_way = Dependents::recreate;  // as the packages do
    return plan(to, from, options);
  } catch (const Error& e) {
    if (e.code() == Code::engine_internal) throw;
    return {};
  }
}

// The shorter way, if there is one on which the rows fare alike.
std::optional<std::vector<Operation>> shortcut(const Schema& from, const std::vector<Operation>& operations,
                                               const Schema& to) {
  Schema state = from;
  std::vector<Operation> out = apply_renames(lasting_renames(from, operations), state);
  std::optional<Plan> made = plan_if_possible(to, state);
  if (!made || !made->conflicts.empty()) return {};
  forget_settled_nulls(made->operations, operations);
  if (made->needs_data_migration() || out.size() + made->operations.size() >= operations.size()) return {};
  out.insert(out.end(), made->operations.begin(), made->operations.end());
  if (!(lineage_of(from, out) == lineage_of(from, operations)) || !leads_to(from, out, to)) return {};
  return out;
}

// Joins the links; structural operations wait in a segment until something pinned ends it.
class Joining {
 public:
  explicit Joining(const Schema& from) : state_(from), segment_start_(from) {}

  void take(const Link& link) {
    const std::vector<Operation> operations = still_due(understood_of(link), state_);
    const Proof proof = prove(state_, operations, link.to, Leftovers::extensions);
    if (!proof.ok) return take_as_it_is(link, operations, proof);
    for (const auto& op : operations) {
      if (is_pinned(op, state_)) {
        flush();
        out_.push_back(op);
        apply(op, state_);
        segment_start_ = state_;
      } else {
        apply(op, state_);
        segment_.push_back(op);
      }
    }
  }

  std::vector<Operation> finish() {
    flush();
    return std::move(out_);
  }

 private:
  // Raw SQL may be why it cannot be proved; the contract says where it leads.
  void take_as_it_is(const Link& link, const std::vector<Operation>& operations, const Proof& proof) {
    if (proof.opaque.empty()) {
      throw Error(Code::migration_not_proven,
                  "package " + q(link.name) + " does not lead where it says: " + failure(proof))
          .with("package", link.name)
          .with_json("issues", to_json(proof.issues));
    }
    flush();
    out_.insert(out_.end(), operations.begin(), operations.end());
    Schema end = link.to;
    reconcile(end, state_);
    state_ = std::move(end);
    segment_start_ = state_;
  }

  void flush() {
    auto shorter = segment_.size() > 1 ? shortcut(segment_start_, segment_, state_) : std::nullopt;
    const std::vector<Operation>& chosen = shorter ? *shorter : segment_;
    out_.insert(out_.end(), chosen.begin(), chosen.end());
    segment_.clear();
    segment_start_ = state_;
  }

  Schema state_, segment_start_;
  std::vector<Operation> segment_, out_;
};

std::string unused(const std::string& name, std::set<std::string>& used) {
  std::string out = name;
  for (int n = 2; !used.insert(out).second; ++n) out = name + "-" + std::to_string(n);
  return out;
}

// A package names each transform once and provides each invariant once.
void name_once(Squash& out) {
  std::set<std::string> names, ids, invariants;
  const auto rename = [&](std::string& name, std::set<std::string>& used) {
    const std::string before = name;
    name = unused(name, used);
    if (name != before) out.warnings.push_back(q(before) + " occurs twice; the later one is " + q(name) + " now");
  };
  const auto provide_once = [&](std::optional<std::string>& invariant) {
    if (invariant && !invariants.insert(*invariant).second) invariant.reset();
  };
  for (auto& op : out.operations) {
    if (auto* transform = get_if<DataTransform>(&op)) {
      rename(transform->name, names);
      provide_once(transform->invariant_id);
    } else if (auto* raw = get_if<RawSql>(&op)) {
      rename(raw->raw_id, ids);
      provide_once(raw->invariant_id);
    }
  }
}

// What may use a value of an enum: to make, add or rename one of the same name is no use.
std::string using_text(const Operation& op) {
  if (holds_alternative<CreateEnumType>(op) || holds_alternative<AddEnumValues>(op) ||
      holds_alternative<RenameEnumValue>(op)) {
    return {};
  }
  std::string out;
  for (const auto& s : steps(op).execute) out.append(s.sql).append("\n");
  return out;
}

// Which operations mention a literal: they are found by what stands between its first two quotes.
class LiteralUses {
 public:
  explicit LiteralUses(const std::vector<Operation>& operations) {
    texts_.reserve(operations.size());
    for (const auto& op : operations) note(texts_.emplace_back(using_text(op)));
  }

  std::optional<std::size_t> first_behind(std::size_t at, const std::string& literal) const {
    const std::size_t open = literal.find('\'');
    const auto found = by_quoted_.find(literal.substr(open + 1, literal.find('\'', open + 1) - open - 1));
    if (found == by_quoted_.end()) return {};
    for (auto it = found->second.upper_bound(at); it != found->second.end(); ++it) {
      if (texts_[*it].find(literal) != std::string::npos) return *it;
    }
    return {};
  }

 private:
  void note(const std::string& text) {
    std::size_t open = text.find('\'');
    while (open != std::string::npos) {
      const std::size_t close = text.find('\'', open + 1);
      if (close == std::string::npos) return;
      by_quoted_[text.substr(open + 1, close - open - 1)].insert(texts_.size() - 1);
      open = close;
    }
  }

  std::vector<std::string> texts_;
  std::map<std::string, std::set<std::size_t>> by_quoted_;
};

// A contract cannot name an extension without a pack; the packages that make and drop it do.
void keep_extensions(const Operation& op, Schema& to) {
  const bool makes = holds_alternative<CreateDependency>(op) || holds_alternative<CreateExtension>(op);
  const bool changes = holds_alternative<DropExtension>(op) || holds_alternative<AlterExtension>(op);
  if (makes || (changes && find_named(to.extensions, path(op).front()) != nullptr)) apply(op, to);
}

// The server refuses to use a value of an enum in the transaction that adds it, unless the type is as young.
void warn_of_new_values(const Schema& from, Squash& out) {
  const auto adds_values = [](const Operation& op) { return holds_alternative<AddEnumValues>(op); };
  if (std::none_of(out.operations.begin(), out.operations.end(), adds_values)) return;
  Lineage lineage(from);
  const LiteralUses mentions(out.operations);
  for (std::size_t i = 0; i < out.operations.size(); ++i) {
    lineage.follow(out.operations[i]);
    const auto* add = get_if<AddEnumValues>(&out.operations[i]);
    if (add == nullptr || !lineage.origin({add->schema, add->type_name})) continue;
    for (const auto& v : add->values) {
      const auto use = mentions.first_behind(i, Sql("{}", Literal{v}).text());
      if (!use) continue;
      out.warnings.push_back(q(label(out.operations[*use])) + " may use the value " + q(v) + " of enum type " +
                             q(add->type_name) + ", which cannot be used before the package that adds it commits");
    }
  }
}

}  // namespace

Squash squash(const Schema& contract_from, const std::vector<Link>& contract_links) {
  Schema from = contract_from;
  std::vector<Link> links = contract_links;
  std::vector<Operation> all;
  for (const auto& link : links) all.insert(all.end(), link.operations.begin(), link.operations.end());
  const auto views = add_views(from, detached_views(all));
  for (auto& link : links) add_views(link.to, views);
  Joining joining(from);
  for (const auto& link : links) joining.take(link);
  Squash out;
  out.operations = joining.finish();
  state_aims(out.operations);
  name_once(out);
  warn_of_new_values(from, out);
  out.proof = prove(from, out.operations, links.back().to, Leftovers::extensions);
  return out;
}

Squash baseline(const std::vector<Link>& links) {
  Squash out;
  Schema to = links.back().to;
  for (const auto& link : links) {
    for (const auto& op : understood_of(link)) {
      keep_extensions(op, to);
      const bool changes_rows = operation_class(op) == OperationClass::data;
      if (!changes_rows && !holds_alternative<RawSql>(op)) continue;
      out.omitted.push_back({link.name, id(op), label(op), invariant_id(op),
                             changes_rows ? "A database that starts here has no rows to change; rows that it inserts "
                                            "have to be inserted by other means."
                                          : "What it makes beyond the contract is not known; add it to the package "
                                            "where a database needs it."});
    }
  }
  Side from, end;
  from.empty = true;
  end.schema = to;
  Plan made = plan(from, end, {});
  out.conflicts = std::move(made.conflicts);
  for (auto& c : out.conflicts) c.fix += " Or squash with transforms: \"keep\", if raw SQL of the range brings it.";
  if (!out.conflicts.empty()) return out;
  out.operations = std::move(made.operations);
  out.proof = prove({}, out.operations, to, Leftovers::extensions);
  return out;
}

}  // namespace plinth
