#include "engine/operation.h"

#include "engine/excerpt.h"

namespace plinth {
namespace {

template <class T>
concept HasThin = requires {
  typename T::Thin;
};

template <class... Ts>
void read_variant(std::variant<Ts...>& out, const Json& j, const JsonPath& at, const std::string& kind) {
  const bool found = ((kind == Ts::kind ? (decode(out.template emplace<Ts>(), j, at), true) : false) || ...);
  if (found) return;
  std::string known;
  ((known.append(known.empty() ? "" : ", ").append(Ts::kind)), ...);
  // The list is longer than what a message repeats of a document.
  throw Error(at.code, at.member("kind").text() + ": unknown kind " + json::quote(excerpt(kind)))
      .fix("Name one of " + known + ".")
      .with("path", at.member("kind").text());
}

std::string read_kind(const Json& j, const JsonPath& at) {
  if (json::type(j) != json::Type::object) at.fail("expected object, got " + std::string(json::type_name(j)));
  const Json* tag = json::member(j, "kind");
  if (tag == nullptr) at.member("kind").fail("missing");
  return json::read_string(*tag, at.member("kind"));
}

template <class T>
bool resolve_thin(Operation& out, const Json& j, const JsonPath& at, const std::string& kind,
                  const Schema& destination) {
  if constexpr (HasThin<T>) {
    if (kind != T::kind || json::member(j, T::full_key) != nullptr) return false;
    typename T::Thin thin{};
    decode(thin, j, at);
    try {
      out = T::resolve(thin, destination);
    } catch (Error& e) {
      throw e.with("path", at.text());
    }
    return true;
  } else {
    return false;
  }
}

template <class... Ts>
bool resolve_any_thin(std::variant<Ts...>& out, const Json& j, const JsonPath& at, const std::string& kind,
                      const Schema& destination) {
  return (resolve_thin<Ts>(out, j, at, kind, destination) || ...);
}

template <class T>
std::string thin_type() {
  if constexpr (HasThin<T>) {
    return typescript<typename T::Thin>();
  } else {
    return typescript<T>();
  }
}

template <class... Ts>
std::string thin_types(const std::variant<Ts...>*) {
  std::string s;
  ((s += (s.empty() ? "" : " | ") + thin_type<Ts>()), ...);
  return s;
}

template <class... Ts>
std::string full_types(const std::variant<Ts...>*) {
  std::string s;
  ((s += (s.empty() ? "" : " | ") + typescript<Ts>()), ...);
  return s;
}

template <class... Ts>
std::string full_schemas(const std::variant<Ts...>*) {
  std::string s;
  ((s += (s.empty() ? "" : ",") + json_schema<Ts>()), ...);
  return R"({"oneOf":[)" + s + "]}";
}

const Operation* no_operation() { return nullptr; }

std::string stored_target(const std::optional<Target>& target) {
  return target ? R"({"id":"postgres","details":)" + to_json(*target) + "}" : R"({"id":"postgres"})";
}

std::string stored_meta(const Operation& op, bool with_source) {
  std::string out;
  std::visit(
      [&](const auto& o) {
        if constexpr (requires { o.meta(); }) {
          if (const auto meta = o.meta()) out = meta->text.substr(1, meta->text.size() - 2);
        }
      },
      op);
  if (const TransactionMode mode = transaction_mode(op); mode != TransactionMode::shared) {
    out.append(out.empty() ? "" : ",").append("\"transaction\":").append(json::quote(name_of(mode)));
  }
  if (with_source) {
    if (!out.empty()) out += ",";
    out += "\"operation\":" + to_json(op);
  }
  return out.empty() ? out : "{" + out + "}";
}

}  // namespace

std::string_view kind(const Operation& op) {
  return std::visit([](const auto& o) -> std::string_view { return o.kind; }, op);
}
OperationClass operation_class(const Operation& op) {
  return std::visit([](const auto& o) { return o.operation_class(); }, op);
}
Phase phase(const Operation& op) {
  return std::visit([](const auto& o) { return o.phase(); }, op);
}
std::string id(const Operation& op) {
  return std::visit([](const auto& o) { return o.id(); }, op);
}
std::string label(const Operation& op) {
  return std::visit([](const auto& o) { return o.label(); }, op);
}
std::vector<std::string> path(const Operation& op) {
  return std::visit([](const auto& o) { return o.path(); }, op);
}
Steps steps(const Operation& op) {
  return std::visit([](const auto& o) { return o.steps(); }, op);
}
Impact impact(const Operation& op, const Schema& before, int server_version) {
  return std::visit([&](const auto& o) { return o.impact(before, server_version); }, op);
}
TransactionMode transaction_mode(const Operation& op) {
  return std::visit(
      [](const auto& o) {
        if constexpr (requires { o.transaction(); }) {
          return o.transaction();
        } else {
          return TransactionMode::shared;
        }
      },
      op);
}
void apply(const Operation& op, Schema& schema) {
  try {
    std::visit([&](const auto& o) { o.apply(schema); }, op);
  } catch (Error& e) {
    throw Error(e.code(), label(op) + ": " + e.what()).with("operation", id(op));
  }
}
std::vector<std::string> open_slots(const Operation& op) {
  const auto* transform = std::get_if<DataTransform>(&op);
  return transform != nullptr ? transform->open_slots() : std::vector<std::string>{};
}
std::optional<std::string> invariant_id(const Operation& op) {
  if (const auto* transform = std::get_if<DataTransform>(&op)) return transform->invariant_id;
  if (const auto* raw = std::get_if<RawSql>(&op)) return raw->invariant_id;
  return {};
}

void Shape<Operation>::read(Operation& out, const Json& j, const JsonPath& at) {
  read_variant(out, j, at, read_kind(j, at));
}
void Shape<Operation>::write(Json& out, const Operation& op) {
  std::visit([&](const auto& o) { encode(out, o); }, op);
}
std::string Shape<Operation>::ts() { return full_types(no_operation()); }
std::string Shape<Operation>::schema() { return full_schemas(no_operation()); }

RawSql stored_form(const Operation& op, bool with_source) {
  if (const auto* raw = std::get_if<RawSql>(&op)) return *raw;
  RawSql out;
  out.raw_id = id(op);
  out.raw_label = label(op);
  if (const auto* create = std::get_if<CreateTable>(&op)) out.raw_summary = create->summary();
  out.raw_class = operation_class(op);
  out.invariant_id = invariant_id(op);
  out.raw_target.text = stored_target(std::visit([](const auto& o) { return o.target(); }, op));
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
  auto* transform = std::get_if<DataTransform>(&op);
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

void write_thin(Json& out, const Operation& op) {
  std::visit(
      [&]<class T>(const T& o) {
        if constexpr (HasThin<T>) {
          encode(out, o.thin());
        } else {
          encode(out, o);
        }
      },
      op);
}

Operation read_any(const Json& j, const JsonPath& at, const Schema& destination) {
  if (json::member(j, "operationClass") != nullptr && json::member(j, "kind") == nullptr) {
    return from_stored(read_stored(j, at), at);
  }
  const std::string kind = read_kind(j, at);
  Operation out;
  if (!resolve_any_thin(out, j, at, kind, destination)) read_variant(out, j, at, kind);
  return out;
}

std::string thin_typescript() { return thin_types(no_operation()); }

std::string stored_typescript() {
  // The stored form is a raw operation that does not say that it is one.
  std::string out = typescript<RawSql>();
  const std::string tag = "kind: \"rawSql\"; ";
  return out.erase(out.find(tag), tag.size());
}

}  // namespace plinth
