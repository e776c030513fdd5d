#pragma once
// The forms in which operations travel.
#include "engine/json/type_spelling.h"
#include "engine/operation.h"
#include "engine/ops/by_hand/raw_sql.h"

namespace plinth {

/// An operation as packages store it.
struct StoredOperation {
  RawSql value;
};
template <>
struct Shape<StoredOperation> {
  static constexpr std::string_view name = "StoredOperation";
  static void read(StoredOperation& out, const Json& j, const JsonPath& at) { out.value = read_stored(j, at); }
  static void write(Json& out, const StoredOperation& v) { write_stored(out, v.value); }
  static std::string ts() { return "Omit<" + typescript<RawSql>() + ", \"kind\">"; }
  static std::string schema() {
    return R"({"type":"object","required":["id","label","operationClass","target","precheck","execute","postcheck"]})";
  }
  static std::vector<const TypeDescription& (*)()> mentions() { return {&describe<RawSql>}; }
};

/// An operation as a thin descriptor.
struct Descriptor {
  Operation value;
};
template <>
struct Shape<Descriptor> {
  static constexpr std::string_view name = "Descriptor";
  static void read(Descriptor& out, const Json& j, const JsonPath& at) { decode(out.value, j, at); }
  static void write(Json& out, const Descriptor& v) { write_thin(out, v.value); }
  static std::string ts() { return typescript_union(mentions()); }
  static std::string schema() { return json_schema_choice(mentions()); }
  static std::vector<const TypeDescription& (*)()> mentions() { return operation_types(&OperationTraits::thin_type); }
};

inline std::vector<StoredOperation> stored(const std::vector<Operation>& operations) {
  std::vector<StoredOperation> out;
  out.reserve(operations.size());
  for (const auto& op : operations) out.push_back({stored_form(op)});
  return out;
}
inline std::vector<Descriptor> descriptors(const std::vector<Operation>& operations) {
  std::vector<Descriptor> out;
  out.reserve(operations.size());
  for (const auto& op : operations) out.push_back({op});
  return out;
}

}  // namespace plinth
