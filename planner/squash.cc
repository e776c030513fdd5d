#include "planner/squash.h"

#include <set>

#include "planner/lineage.h"
#include "planner/recognize.h"
#include "planner/reconcile.h"
#include "planner/strategies/strategies.h"

namespace plinth {
namespace {

// Raw SQL of another tool that is understood is as good as the operation; a transform of it keeps its statements.
std::vector<Operation> understood(const Link& link) {
  std::vector<Operation> out;
  out.reserve(link.operations.size());
  for (const auto& op : link.operations) {
    const auto* raw = std::get_if<RawSql>(&op);
    const auto typed = raw != nullptr ? recognize(*raw, link.to) : std::nullopt;
    const bool replaced = typed && !std::holds_alternative<DataTransform>(*typed);
    out.push_back(replaced ? *typed : op);
  }
  return out;
}

// Whether the statements themselves count, not only the schema that they lead to.
bool is_pinned(const Operation& op, const Schema& before) {
  if (std::holds_alternative<DataTransform>(op) || std::holds_alternative<RawSql>(op)) return true;
  const auto* change = std::get_if<AlterColumnType>(&op);
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
    const auto* transform = std::get_if<DataTransform>(&op);
    return transform != nullptr && std::any_of(operations.begin(), operations.end(), [&](const Operation& other) {
             const auto* tight = std::get_if<SetNotNull>(&other);
             return tight != nullptr && transform->check == nulls_check(tight->on(), tight->column);
           });
  };
  planned.erase(std::remove_if(planned.begin(), planned.end(), is_settled), planned.end());
}

// A state in the middle of a type that is made anew holds names that the planner needs for itself.
std::optional<Plan> plan_if_possible(const Schema& to, const Schema& from) {
  try {
    return plan(to, from);
  } catch (const Error&) {
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
    const std::vector<Operation> operations = understood(link);
    const Proof proof = prove(state_, operations, link.to);
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
      std::string what = proof.broken.value_or("");
      for (const auto& i : proof.issues) what.append(what.empty() ? "" : "; ").append(i.message);
      throw Error(Code::migration_not_proven, "package " + q(link.name) + " does not lead where it says: " + what)
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
    if (auto* transform = std::get_if<DataTransform>(&op)) {
      rename(transform->name, names);
      provide_once(transform->invariant_id);
    } else if (auto* raw = std::get_if<RawSql>(&op)) {
      rename(raw->raw_id, ids);
      provide_once(raw->invariant_id);
    }
  }
}

bool mentions_value(const Operation& op, const std::string& literal) {
  const Steps all = steps(op);
  return std::any_of(all.execute.begin(), all.execute.end(),
                     [&](const Step& s) { return s.sql.find(literal) != std::string::npos; });
}

// The server refuses to use a value of an enum in the transaction that adds it, unless the type is as young.
void warn_of_new_values(const Schema& from, Squash& out) {
  Lineage lineage(from);
  for (std::size_t i = 0; i < out.operations.size(); ++i) {
    lineage.follow(out.operations[i]);
    const auto* add = std::get_if<AddEnumValues>(&out.operations[i]);
    if (add == nullptr || !lineage.origin({add->schema, add->type_name})) continue;
    for (const auto& v : add->values) {
      const std::string literal = Sql("{}", Literal{v}).text();
      for (std::size_t later = i + 1; later < out.operations.size(); ++later) {
        if (!mentions_value(out.operations[later], literal)) continue;
        out.warnings.push_back(q(label(out.operations[later])) + " may use the value " + q(v) + " of enum type " +
                               q(add->type_name) + ", which cannot be used before the package that adds it commits");
        break;
      }
    }
  }
}

}  // namespace

Squash squash(const Schema& from, const std::vector<Link>& links) {
  Joining joining(from);
  for (const auto& link : links) joining.take(link);
  Squash out;
  out.operations = joining.finish();
  name_once(out);
  warn_of_new_values(from, out);
  out.proof = prove(from, out.operations, links.back().to);
  return out;
}

Squash baseline(const std::vector<Link>& links) {
  Squash out;
  const Schema& to = links.back().to;
  out.operations = plan(to, {}).operations;
  for (const auto& link : links) {
    for (const auto& op : understood(link)) {
      const bool changes_rows = operation_class(op) == OperationClass::data;
      if (!changes_rows && !std::holds_alternative<RawSql>(op)) continue;
      out.omitted.push_back({link.name, id(op), label(op), invariant_id(op),
                             changes_rows ? "A database that starts here has no rows to change; rows that it inserts "
                                            "have to be inserted by other means."
                                          : "What it makes beyond the contract is not known; add it to the package "
                                            "where a database needs it."});
    }
  }
  out.proof = prove({}, out.operations, to);
  return out;
}

}  // namespace plinth
