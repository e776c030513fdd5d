#include "engine/ops/by_hand/data_transform.h"

#include "engine/ops/columns/alter_column_type.h"
#include "engine/ops/columns/set_not_null.h"
#include "engine/ops/define_operation.h"

namespace plinth {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

}  // namespace

std::vector<std::string> DataTransform::open_slots() const {
  std::vector<std::string> out;
  if (!check) out.push_back(name + ":check");
  if (!run) out.push_back(name + ":run");
  return out;
}

Steps DataTransform::steps() const {
  Steps out;
  const auto step = [](std::string description, const Sql& sql, const std::vector<JsonText>& params) {
    return Step{std::move(description), sql.text(), params, {}};
  };
  if (check && check->query) {
    const Sql query = Sql::trusted(check->query->sql);
    out.precheck.push_back(
        step("Check " + name + " has work to do", Sql("SELECT EXISTS ({}) AS ok", query), check->query->params));
    out.postcheck.push_back(step("Verify " + name + " resolved all violations",
                                 Sql("SELECT NOT EXISTS ({}) AS ok", query), check->query->params));
  } else if (check && check->satisfied) {
    out.postcheck.push_back(step(name + " is never run", "SELECT true AS ok", {}));
  }
  for (const auto& r : run.value_or(std::vector<TransformQuery>{})) {
    out.execute.push_back(step("Run " + name, Sql::trusted(r.sql), r.params));
  }
  return out;
}

std::optional<JsonText> DataTransform::meta() const {
  return batch ? std::optional(JsonText{"{\"batch\":" + to_json(*batch) + "}"}) : std::nullopt;
}

std::optional<Loss> DataTransform::loss(const LossContext&) const {
  // One that never runs, or is filled with nothing, changes nothing.
  const bool idle = (run && run->empty()) || (check && check->satisfied && !check->query);
  if (idle) return {};
  return Loss{LossKind::transformed, {name}, label(), "what the transform " + q(name) + " changed stays changed", {}};
}

void DataTransform::online(std::vector<Operation>& out, bool) const {
  DataTransform op = *this;
  op.own_transaction = !op.batch;
  out.emplace_back(std::move(op));
}

std::vector<js::Doc> DataTransform::calls(CallContext& context) const {
  if (run) return {};
  Members members;
  if (invariant_id) members.push_back(named("invariantId", *invariant_id));
  const SetNotNull* tightening = tightening_of(*this, context.operations);
  if (tightening != nullptr) {
    members.push_back({"check", built_check(*tightening, context.end)});
  } else if (!check || check->query) {
    js::Property member{"check", placeholder(name + ":check", context)};
    if (check) member.comments = lines(check->query->sql);
    members.push_back(std::move(member));
  }
  members.push_back({"run", placeholder(name + ":run", context)});
  return js::list(js::call("this.dataTransform", {js::text(context.reads_contract ? "contract" : "endContract"),
                                                  js::string(name), js::object(std::move(members), true)}));
}

std::vector<Operation> DataTransform::recognised(const Claim& claim) {
  // A transform changes rows alone.
  if (claim.target || claim.prefix != "data_migration") return {};
  DataTransform out;
  out.name = claim.name;
  return {out};
}

std::string TransformAim::name() const {
  std::string out(name_of(purpose));
  out.append("-").append(object.schema == "public" ? object.name : object.schema + "." + object.name);
  for (const auto& p : parts) out.append("-").append(p);
  return out;
}

bool TransformAim::fills(const Name& table, const std::string& column) const {
  return (purpose == Purpose::backfill || purpose == Purpose::handle_nulls) && object == table &&
         parts == std::vector{column};
}

bool TransformAim::prepares_type_change(const Name& table, const std::string& column) const {
  return purpose == Purpose::type_change && object == table && parts == std::vector{column};
}

DataTransform transform(TransformAim aim, const Name& table, const Sql& violation) {
  DataTransform out;
  out.name = aim.name();
  out.aim = std::move(aim);
  out.check.emplace();
  if (!violation.empty()) {
    out.check->query = TransformQuery{Sql("SELECT 1 FROM {} WHERE {} LIMIT 1", table, violation).text(), {}};
  }
  return out;
}

Sql fill_with_default(const Sql& table, const std::string& column) {
  return {"UPDATE {} SET {} = DEFAULT WHERE {} IS NULL", table, Ident{column}, Ident{column}};
}

TransformCheck nulls_check(const Name& table, const std::string& column) {
  return *transform({Purpose::handle_nulls, table, {column}}, table, Sql("{} IS NULL", Ident{column})).check;
}

void state_aims(std::vector<Operation>& operations) {
  std::map<std::string, TransformAim> by_check, by_name;
  for (const auto& op : operations) {
    if (const auto* tightening = get_if<SetNotNull>(&op)) {
      by_check.try_emplace(nulls_check(tightening->on(), tightening->column).query->sql,
                           TransformAim{Purpose::handle_nulls, tightening->on(), {tightening->column}});
    } else if (const auto* change = get_if<AlterColumnType>(&op)) {
      TransformAim aim{Purpose::type_change, change->on(), {change->column}};
      by_name.try_emplace(aim.name(), aim);
    }
  }
  for (auto& op : operations) {
    auto* transform = get_if<DataTransform>(&op);
    if (transform == nullptr || transform->aim.purpose != Purpose::by_hand) continue;
    const auto named = by_name.find(transform->name);
    if (named != by_name.end()) {
      transform->aim = named->second;
      continue;
    }
    if (!transform->check || !transform->check->query || !transform->check->query->params.empty()) continue;
    const auto checked = by_check.find(transform->check->query->sql);
    if (checked != by_check.end()) transform->aim = checked->second;
  }
}

template const OperationTraits& traits_of<DataTransform>();

}  // namespace plinth
