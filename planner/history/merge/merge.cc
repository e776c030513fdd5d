#include "planner/history/merge/merge.h"

#include <map>
#include <set>

#include "engine/names.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/questions.h"
#include "engine/ops/renaming.h"
#include "engine/sql/type_name.h"
#include "planner/compare/reconcile.h"
#include "planner/history/detached_views.h"
#include "planner/history/lineage.h"
#include "planner/history/merge/broken_references.h"
#include "planner/history/merge/patch.h"
#include "planner/plan/pipeline.h"

namespace plinth {
namespace {

using Path = std::vector<std::string>;

bool is_at_or_below(const Path& path, const Path& ancestor) {
  return path.size() >= ancestor.size() && std::equal(ancestor.begin(), ancestor.end(), path.begin());
}

// A table has one primary key, whatever its name is.
std::pair<Path, std::size_t> place(const Issue& issue) {
  Path path = issue.path;
  if (holds_alternative<Pair<PrimaryKey>>(issue.node)) path.back().clear();
  return {path, issue.node.index()};
}

// Whether what an issue creates or changes says something about a column within an expression.
bool speaks_of(const Issue& issue, const std::string& column) {
  const auto in = [&](const std::optional<Expression>& e) { return e && mentions(*e, column); };
  if (const auto* check = get_if<Pair<Check>>(&issue.node)) return in(check->expected->expression);
  if (const auto* c = get_if<Pair<Column>>(&issue.node)) return in(c->expected->generated);
  if (const auto* p = get_if<Pair<Policy>>(&issue.node)) {
    return in(p->expected->using_expression) || in(p->expected->check_expression);
  }
  const auto* index = get_if<Pair<Index>>(&issue.node);
  if (index == nullptr) return false;
  const auto& keys = index->expected->keys;
  return in(index->expected->predicate) ||
         std::any_of(keys.begin(), keys.end(), [&](const IndexKey& k) { return in(k.expression); });
}

// A column that goes, or becomes of another type.
bool unsettles_column(const Issue& issue) {
  const auto* c = get_if<Pair<Column>>(&issue.node);
  return c != nullptr && c->actual != nullptr && (c->expected == nullptr || c->expected->type != c->actual->type);
}

// What one branch does.
struct MergeSide {
  MergeSide(const Schema& base, const BranchEnd& given) : side(given), issues(diff(given.schema, base)) {
    for (const auto& i : issues) {
      by_place.emplace(place(i), &i);
      by_path.emplace(i.path, &i);
    }
    Lineage lineage(base);
    for (const auto& op : given.operations) lineage.follow(op);
    renamed = lineage.renamed();
  }

  std::string says(const Issue& issue) const {
    const IssueReport report = plinth::report({issue}).front();
    std::string what = report.kind + " " + dotted(issue.path);
    switch (report.outcome) {
      case Outcome::missing: return "creates " + what;
      case Outcome::extra: {
        const auto to = renamed.find(issue.path);
        return to == renamed.end() ? "drops " + what : "renames " + what + " to " + to->second.back();
      }
      case Outcome::different: return "changes " + what + changes(report);
    }
    return what;
  }
  // What it does to a thing, or to the outermost of what it is in; nullptr for nothing. O(path log issues).
  const Issue* touching(const Path& path) const {
    for (std::size_t size = 1; size <= path.size(); ++size) {
      const auto found = by_path.find(Path(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)));
      if (found != by_path.end()) return found->second;
    }
    return nullptr;
  }
  // What it does to a thing and all that is in it. O(log issues + those).
  template <class F>
  void each_within(const Path& path, F f) const {
    for (auto it = by_path.lower_bound(path); it != by_path.end() && is_at_or_below(it->first, path); ++it) {
      f(*it->second);
    }
  }
  // How it drops a table, a column or a type; a constraint of the same name is another thing.
  const Issue* dropping(const Path& path) const {
    const auto [first, last] = by_path.equal_range(path);
    for (auto it = first; it != last; ++it) {
      const auto& node = it->second->node;
      const bool holds = holds_alternative<Pair<Table>>(node) || holds_alternative<Pair<Column>>(node) ||
                         holds_alternative<Pair<Enum>>(node);
      if (holds && outcome(*it->second) == Outcome::extra) return it->second;
    }
    return nullptr;
  }
  // What it does to a thing, to what it is in, or to something in it.
  std::string says_of(const Path& path) const {
    if (const Issue* issue = touching(path)) return says(*issue);
    const auto within = by_path.lower_bound(path);
    if (within != by_path.end() && is_at_or_below(within->first, path)) return says(*within->second);
    return "leaves " + dotted(path) + " as it is";
  }

  const BranchEnd& side;
  std::vector<Issue> issues;
  std::multimap<Path, const Issue*> by_path;
  std::map<std::pair<Path, std::size_t>, const Issue*> by_place;
  std::map<ObjectPath, ObjectPath> renamed;

 private:
  static std::string changes(const IssueReport& report) {
    const std::size_t colon = report.message.find(": ");
    return colon == std::string::npos ? "" : report.message.substr(colon);
  }
};

class Merging {
 public:
  Merging(const Schema& base, const BranchEnd& ours, const BranchEnd& theirs)
      : ours_(base, ours), theirs_(base, theirs) {}

  Merge run() {
    for (const auto& issue : ours_.issues) {
      const auto same = theirs_.by_place.find(place(issue));
      if (same != theirs_.by_place.end()) compare(issue, *same->second);
    }
    renames(ours_, theirs_, false);
    renames(theirs_, ours_, true);
    contain(ours_, theirs_, false);
    contain(theirs_, ours_, true);
    expressions(ours_, theirs_, false);
    expressions(theirs_, ours_, true);
    transforms(ours_, theirs_, false);
    transforms(theirs_, ours_, true);
    enum_values(ours_, theirs_, false);
    enum_values(theirs_, ours_, true);
    same_transforms();
    out_.merged = patched(ours_.side.schema, theirs_);
    whole();
    if (out_.conflicts.empty()) either_order();
    if (!out_.conflicts.empty()) return std::move(out_);
    out_.from_ours = way(ours_.side, theirs_.side, "theirs");
    out_.from_theirs = way(theirs_.side, ours_.side, "ours");
    return std::move(out_);
  }

 private:
  void conflict(const Path& path, std::string ours, std::string theirs, std::string why,
                std::string fix = "Bring one of both branches in line with the other, then merge again.") {
    if (!seen_.insert(path).second) return;
    out_.conflicts.push_back({path, std::move(ours), std::move(theirs), std::move(why), std::move(fix)});
  }
  void conflict(const Issue& ours, const Issue& theirs, std::string why) {
    conflict(ours.path, ours_.says(ours), theirs_.says(theirs), std::move(why));
  }

  // Both branches do something to one thing.
  void compare(const Issue& ours, const Issue& theirs) {
    const Outcome a = outcome(ours), b = outcome(theirs);
    if (a == Outcome::extra && b == Outcome::extra) return;
    if (a == Outcome::missing && b == Outcome::missing) {
      if (!creates_same(ours, theirs)) conflict(ours, theirs, "Both create it, each in another form.");
    } else if (a == Outcome::different && b == Outcome::different) {
      const auto fields = contested_fields(ours, theirs);
      std::string list;
      for (const auto& f : fields) list.append(list.empty() ? "" : ", ").append(f);
      if (!fields.empty()) conflict(ours, theirs, "Both change its " + list + ", to different values.");
      if (fields.empty() && type_against_value(ours, theirs)) {
        conflict(ours, theirs, "One changes its type, the other a value that was written for the old type.");
      }
    } else {
      conflict(ours, theirs, "What one branch takes away, the other still changes.");
    }
  }

  // A default or an expression of one branch, a type of the other.
  static bool type_against_value(const Issue& a, const Issue& b) {
    const auto *x = get_if<Pair<Column>>(&a.node), *y = get_if<Pair<Column>>(&b.node);
    if (x == nullptr || y == nullptr) return false;
    const auto retypes = [](const Pair<Column>& p) { return p.expected->type != p.actual->type; };
    const auto revalues = [](const Pair<Column>& p) {
      return p.expected->fallback != p.actual->fallback || p.expected->generated != p.actual->generated ||
             p.expected->identity != p.actual->identity || p.expected->collation != p.actual->collation;
    };
    return (retypes(*x) && revalues(*y)) || (retypes(*y) && revalues(*x));
  }

  // A table or a schema goes in one branch, and gets something in the other.
  void contain(const MergeSide& dropping, const MergeSide& using_it, bool turned) {
    for (const auto& gone : dropping.issues) {
      const bool holds = holds_alternative<Pair<Table>>(gone.node) || holds_alternative<Pair<Namespace>>(gone.node);
      if (!holds || outcome(gone) != Outcome::extra) continue;
      using_it.each_within(gone.path, [&](const Issue& used) {
        if (used.path == gone.path || outcome(used) == Outcome::extra) return;
        std::string a = dropping.says(gone), b = using_it.says(used);
        if (turned) std::swap(a, b);
        conflict(used.path, std::move(a), std::move(b), "What one branch takes away, the other still changes.");
      });
    }
  }

  // A column goes or becomes of another type in one branch, and the other writes an expression of it.
  void expressions(const MergeSide& unsettling, const MergeSide& speaking, bool turned) {
    for (const auto& column : unsettling.issues) {
      if (!unsettles_column(column)) continue;
      speaking.each_within({column.path[0], column.path[1]}, [&](const Issue& other) {
        if (outcome(other) == Outcome::extra || other.path == column.path) return;
        if (!speaks_of(other, column.path.back())) return;
        std::string a = unsettling.says(column), b = speaking.says(other);
        if (turned) std::swap(a, b);
        conflict(column.path, std::move(a), std::move(b), "The expression was written for the column as it was.");
      });
    }
  }

  // What one branch renames, the other drops, or gives another name: rows and values would live on in one of them only.
  void renames(const MergeSide& renaming, const MergeSide& other, bool turned) {
    for (const auto& [path, to] : renaming.renamed) {
      other.each_within(path, [&, &from = path](const Issue& within) {
        if (within.path != from && outcome(within) == Outcome::extra) drops_within(renaming, other, within, turned);
      });
      const Issue* found = other.dropping(path);
      if (found == nullptr) continue;
      const auto theirs = other.renamed.find(path);
      if (theirs != other.renamed.end() && theirs->second == to) continue;
      std::string a = renaming.says_of(path), b = other.says(*found);
      if (turned) std::swap(a, b);
      conflict(path, std::move(a), std::move(b),
               theirs != other.renamed.end() ? "Both rename it, each to another name."
                                             : "One renames it and keeps what it holds, the other drops it.");
    }
  }

  void drops_within(const MergeSide& renaming, const MergeSide& other, const Issue& gone, bool turned) {
    std::string a = renaming.says_of(gone.path), b = other.says(gone);
    if (turned) std::swap(a, b);
    conflict(gone.path, std::move(a), std::move(b), "One renames what it is in and keeps it, the other drops it.");
  }

  // A table or a column goes, or a column becomes of another type, in one branch, and a transform of the other reads
  // it.
  void transforms(const MergeSide& unsettling, const MergeSide& reading, bool turned) {
    for (const auto& issue : unsettling.issues) {
      const bool drops_table = holds_alternative<Pair<Table>>(issue.node) && outcome(issue) == Outcome::extra;
      if (!drops_table && !unsettles_column(issue)) continue;
      for (const auto& op : reading.side.operations) {
        if (!reads(op, issue.path)) continue;
        std::string a = unsettling.says(issue), b = "runs the transform " + q(label(op));
        if (turned) std::swap(a, b);
        conflict(issue.path, std::move(a), std::move(b), "The transform was written for what it reads as it was.");
      }
    }
  }

  // Whether the statements of a transform speak of all names of a path but the schema's.
  static bool reads(const Operation& op, const Path& path) {
    if (operation_class(op) != OperationClass::data) return false;
    const Steps all = steps(op);
    for (const auto* list : {&all.precheck, &all.execute, &all.postcheck}) {
      for (const auto& step : *list) {
        const Expression sql(step.sql);
        if (std::all_of(path.begin() + 1, path.end(), [&](const std::string& n) { return mentions(sql, n); }))
          return true;
      }
    }
    return false;
  }

  // An enum type is made anew in one branch, and the other sets a default of it.
  void enum_values(const MergeSide& remaking, const MergeSide& using_it, bool turned) {
    for (const auto& issue : remaking.issues) {
      const auto* type = get_if<Pair<Enum>>(&issue.node);
      if (type == nullptr || outcome(issue) != Outcome::different || !loses_values(*type)) continue;
      const std::string text = user_type_text({issue.path[0], type->actual->name});
      for (const auto& other : using_it.issues) {
        const auto* column = get_if<Pair<Column>>(&other.node);
        if (column == nullptr || column->expected == nullptr || element_type(column->expected->type) != text) continue;
        if (!column->expected->fallback) continue;
        if (column->actual != nullptr && column->actual->fallback == column->expected->fallback) continue;
        std::string a = remaking.says(issue), b = using_it.says(other);
        if (turned) std::swap(a, b);
        conflict(other.path, std::move(a), std::move(b),
                 "One takes values out of the type, the other sets a default of it.");
      }
    }
  }

  static bool loses_values(const Pair<Enum>& type) {
    const auto& now = type.expected->values;
    return std::any_of(type.actual->values.begin(), type.actual->values.end(),
                       [&](const std::string& v) { return std::find(now.begin(), now.end(), v) == now.end(); });
  }

  void same_transforms() {
    std::multimap<std::string, const DataTransform*> named;
    for (const auto& op : theirs_.side.operations) {
      if (const auto* y = get_if<DataTransform>(&op)) named.emplace(y->name, y);
    }
    for (const auto& op : ours_.side.operations) {
      const auto* x = get_if<DataTransform>(&op);
      if (x == nullptr) continue;
      const auto [first, last] = named.equal_range(x->name);
      const bool differ = std::any_of(
          first, last, [&](const auto& y) { return x->run != y.second->run || x->check != y.second->check; });
      if (!differ) continue;
      conflict({x->name}, "runs the transform " + x->name, "runs another transform " + x->name,
               "Both fill the same rows, each in another way.");
    }
  }

  static Schema patched(Schema schema, const MergeSide& with) {
    for (const auto& issue : with.issues) patch(schema, issue);
    return schema;
  }

  // Each branch is whole in itself; what is not whole now does not go together.
  void whole() {
    std::set<std::tuple<Path, Path, std::string>> known;
    for (const MergeSide* b : {&ours_, &theirs_}) {
      for (const auto& d : broken_references(b->side.schema)) known.emplace(d.path, d.needs, d.why);
    }
    for (const auto& d : broken_references(out_.merged)) {
      if (known.count({d.path, d.needs, d.why}) > 0) continue;
      const bool ours_needs = ours_.touching(d.path) != nullptr;
      conflict(d.needs, ours_.says_of(ours_needs ? d.path : d.needs), theirs_.says_of(ours_needs ? d.needs : d.path),
               d.why);
    }
  }

  void either_order() {
    const Schema other = patched(theirs_.side.schema, ours_);
    for (const auto& issue : report(diff(out_.merged, other))) {
      conflict(issue.path, ours_.says_of(issue.path), theirs_.says_of(issue.path),
               "The result depends on which of both comes first.");
    }
  }

  // The operations of the other branch, where they apply; else a plan.
  Plan way(const BranchEnd& from, const BranchEnd& other, const std::string& name) {
    Schema to = out_.merged;
    reconcile(to, from.schema);
    if (!other.operations.empty() && prove(from.schema, other.operations, to, Leftovers::extensions).ok) {
      return plan_of(other.operations, from.schema, usual_server_version);
    }
    PlanOptions options;
    options.views_in_the_way = Dependents::recreate;  // as the packages do
    Plan out = plan_reconciled(to, from.schema, options);
    for (const auto& c : out.conflicts) {
      conflict(c.path, ours_.says_of(c.path), theirs_.says_of(c.path), c.summary + ": " + c.why, c.fix);
    }
    const bool has_transforms = std::any_of(other.operations.begin(), other.operations.end(), [](const Operation& op) {
      return operation_class(op) == OperationClass::data;
    });
    if (has_transforms) {
      out_.warnings.push_back("the migrations of " + name +
                              " do not apply here as they are; the way was planned, and " +
                              "their transforms have to be carried over by hand");
    }
    return out;
  }

  MergeSide ours_, theirs_;
  std::set<Path> seen_;
  Merge out_;
};

}  // namespace

Merge merge(const Schema& contract_base, const BranchEnd& our_end, const BranchEnd& their_end) {
  Schema base = contract_base;
  BranchEnd ours = our_end, theirs = their_end;
  std::vector<Operation> all = ours.operations;
  all.insert(all.end(), theirs.operations.begin(), theirs.operations.end());
  const auto views = add_views(base, detached_views(all));
  add_views(ours.schema, views);
  add_views(theirs.schema, views);
  Merge out = Merging(base, ours, theirs).run();
  for (const auto& [name, view] : views) {
    Namespace* n = out.merged.find_namespace(name.schema);
    if (n != nullptr) std::erase_if(n->views, [&view_name = name.name](const View& v) { return v.name == view_name; });
  }
  return out;
}

}  // namespace plinth
