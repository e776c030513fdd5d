#include "engine/operation.h"

#include "engine/excerpt.h"
#include "engine/json/type_spelling.h"
#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/kinds.h"

namespace plinth {
namespace {

std::string read_kind(const Json& j, const JsonPath& at) {
  if (json::type(j) != json::Type::object) at.fail("expected object, got " + std::string(json::type_name(j)));
  const Json* tag = json::member(j, "kind");
  if (tag == nullptr) at.member("kind").fail("missing");
  return json::read_string(*tag, at.member("kind"));
}

const OperationTraits& require_kind(const std::string& kind, const JsonPath& at) {
  if (const OperationTraits* found = find_kind(kind)) return *found;
  std::string known;
  for (const OperationTraits* k : operation_kinds()) known.append(known.empty() ? "" : ", ").append(k->kind);
  // The list is longer than what a message repeats of a document.
  throw Error(at.code, at.member("kind").text() + ": unknown kind " + json::quote(excerpt(kind)))
      .fix("Name one of " + known + ".")
      .with("path", at.member("kind").text());
}

std::string stored_target(const std::optional<Target>& target) {
  return target ? R"({"id":"postgres","details":)" + to_json(*target) + "}" : R"({"id":"postgres"})";
}

std::string stored_meta(const Operation& op, bool with_source) {
  std::string out;
  if (op.traits().meta != nullptr) {
    if (const auto meta = op.traits().meta(op.value())) out = meta->text.substr(1, meta->text.size() - 2);
  }
  if (const TransactionMode mode = transaction_mode(op); mode != TransactionMode::in_tx) {
    out.append(out.empty() ? "" : ",").append("\"transaction\":").append(json::quote(name_of(mode)));
  }
  if (with_source) {
    if (!out.empty()) out += ",";
    out += "\"operation\":" + to_json(op);
  }
  return out.empty() ? out : "{" + out + "}";
}

}  // namespace

void wrong_kind(const Operation& op, std::string_view wanted) {
  throw Error(Code::engine_internal, "an operation is " + std::string(kind(op)) + ", not " + std::string(wanted));
}

std::string_view kind(const Operation& op) { return op.traits().kind; }
OperationClass operation_class(const Operation& op) { return op.traits().operation_class(op.value()); }
Phase phase(const Operation& op) { return op.traits().phase(op.value()); }
std::string id(const Operation& op) { return op.traits().id(op.value()); }
std::string label(const Operation& op) { return op.traits().label(op.value()); }
std::optional<Target> target(const Operation& op) { return op.traits().target(op.value()); }
std::vector<std::string> path(const Operation& op) { return op.traits().path(op.value()); }
Steps steps(const Operation& op) { return op.traits().steps(op.value()); }
Impact impact(const Operation& op, const Schema& before, int server_version) {
  return op.traits().impact(op.value(), before, server_version);
}
TransactionMode transaction_mode(const Operation& op) {
  return op.traits().transaction != nullptr ? op.traits().transaction(op.value()) : TransactionMode::in_tx;
}
void apply(const Operation& op, Schema& schema) {
  try {
    op.traits().apply(op.value(), schema);
  } catch (Error& e) {
    throw Error(e.code(), label(op) + ": " + e.what()).with("operation", id(op));
  }
}
std::vector<std::string> open_slots(const Operation& op) {
  const auto* transform = get_if<DataTransform>(&op);
  return transform != nullptr ? transform->open_slots() : std::vector<std::string>{};
}
std::optional<std::string> invariant_id(const Operation& op) {
  if (const auto* transform = get_if<DataTransform>(&op)) return transform->invariant_id;
  if (const auto* raw = get_if<RawSql>(&op)) return raw->invariant_id;
  return {};
}

void Shape<Operation>::read(Operation& out, const Json& j, const JsonPath& at) {
  require_kind(read_kind(j, at), at).read(out, j, at);
}
void Shape<Operation>::write(Json& out, const Operation& op) { op.traits().write(out, op.value()); }
std::vector<const TypeDescription& (*)()> operation_types(const TypeDescription& (*OperationTraits::*form)()) {
  std::vector<const TypeDescription& (*)()> out;
  for (const OperationTraits* k : operation_kinds()) out.push_back(k->*form);
  return out;
}
std::vector<const TypeDescription& (*)()> Shape<Operation>::mentions() {
  return operation_types(&OperationTraits::type);
}
std::string Shape<Operation>::ts() { return typescript_union(mentions()); }
std::string Shape<Operation>::schema() { return json_schema_choice(mentions()); }

RawSql stored_form(const Operation& op, bool with_source) {
  if (const auto* raw = get_if<RawSql>(&op)) return *raw;
  RawSql out;
  out.raw_id = id(op);
  out.raw_label = label(op);
  if (op.traits().summary != nullptr) out.raw_summary = op.traits().summary(op.value());
  out.raw_class = operation_class(op);
  out.invariant_id = invariant_id(op);
  out.raw_target.text = stored_target(target(op));
  Steps s = steps(op);
  out.precheck = std::move(s.precheck);
  out.execute = std::move(s.execute);
  out.postcheck = std::move(s.postcheck);
  if (std::string meta = stored_meta(op, with_source); !meta.empty()) out.raw_meta = JsonText{std::move(meta)};
  return out;
}

void write_stored(Json& out, const RawSql& stored) {
  json::make_object(out);
  json::set(json::put(out, "id"), std::string_view(stored.raw_id));
  json::set(json::put(out, "label"), std::string_view(stored.raw_label));
  if (stored.raw_summary) json::set(json::put(out, "summary"), std::string_view(*stored.raw_summary));
  encode(json::put(out, "operationClass"), stored.raw_class);
  if (stored.invariant_id) json::set(json::put(out, "invariantId"), std::string_view(*stored.invariant_id));
  encode(json::put(out, "target"), stored.raw_target);
  encode(json::put(out, "precheck"), stored.precheck);
  encode(json::put(out, "execute"), stored.execute);
  encode(json::put(out, "postcheck"), stored.postcheck);
  if (stored.raw_meta) encode(json::put(out, "meta"), *stored.raw_meta);
}

RawSql read_stored(const Json& j, const JsonPath& at) {
  RawSql out;
  decode(out, j, at);
  if (out.raw_id.empty()) at.member("id").fail("must not be empty");
  return out;
}

namespace {

/// The first step of the stored operation that is not the derived one: `execute[0] is …, not …`.
std::string differing_step(const Steps& derived, const Steps& found) {
  const auto compare = [](std::string_view name, const std::vector<Step>& want, const std::vector<Step>& have) {
    std::size_t i = 0;
    while (i < want.size() && i < have.size() && want[i] == have[i]) ++i;
    if (i == want.size() && i == have.size()) return std::string();
    const auto text = [&](const std::vector<Step>& steps) {
      return i < steps.size() ? json::quote(excerpt(steps[i].sql)) : std::string("nothing");
    };
    return std::string(name) + "[" + std::to_string(i) + "] is " + text(have) + ", derived is " + text(want);
  };
  std::string out = compare("precheck", derived.precheck, found.precheck);
  if (out.empty()) out = compare("execute", derived.execute, found.execute);
  return out.empty() ? compare("postcheck", derived.postcheck, found.postcheck) : out;
}

}  // namespace

Operation from_stored(const RawSql& stored, const JsonPath& at) {
  if (!stored.raw_meta) return stored;
  const auto meta = json::parse(stored.raw_meta->text, at.code);
  const Json* source = json::member(*meta, "operation");
  if (source == nullptr) return stored;
  Operation op;
  decode(op, *source, at.member("meta").member("operation"));
  const Steps derived = steps(op);
  const Steps found{stored.precheck, stored.execute, stored.postcheck};
  if (derived == found) return op;
  auto* transform = get_if<DataTransform>(&op);
  if (transform != nullptr && !transform->run && !found.execute.empty()) {
    auto& run = transform->run.emplace();
    for (const auto& s : found.execute) run.push_back({s.sql, s.params.value_or(std::vector<JsonText>{})});
    return op;
  }
  // A transform that was filled or corrected in meta.operation: the statements are derived from it again.
  if (transform != nullptr && transform->run && found.execute.empty()) return op;
  throw Error(Code::migration_steps_differ, label(op) + ": its statements are not those of its meta.operation",
              differing_step(derived, found) + "; one of the two was edited since they were stored.")
      .at(std::string(at.file))
      .with("operation", stored.raw_id)
      .with("path", at.text());
}

void write_thin(Json& out, const Operation& op) { op.traits().write_thin(out, op.value()); }

Operation read_any(const Json& j, const JsonPath& at, const Schema& destination) {
  if (json::member(j, "operationClass") != nullptr && json::member(j, "kind") == nullptr) {
    return from_stored(read_stored(j, at), at);
  }
  const OperationTraits& kind = require_kind(read_kind(j, at), at);
  const bool thin = !kind.full_key.empty() && json::member(j, kind.full_key) == nullptr;
  Operation out;
  if (thin) {
    kind.read_thin(out, j, at, destination);
  } else {
    kind.read(out, j, at);
  }
  return out;
}

}  // namespace plinth
