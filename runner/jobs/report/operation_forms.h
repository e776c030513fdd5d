#pragma once
// The forms in which operations travel.
#include "engine/operation.h"
#include "engine/ops/by_hand/raw_sql.h"

namespace plinth {

/// An operation as packages store it.
struct StoredOperation {
  RawSql value;
};
template <>
struct Shape<StoredOperation> {
  static void read(StoredOperation& out, const Json& j, const JsonPath& at) { out.value = read_stored(j, at); }
  static void write(Json& out, const StoredOperation& v) { write_stored(out, v.value); }
  static std::string ts() { return "StoredOperation"; }
  static std::string schema() {
    return R"({"type":"object","required":["id","label","operationClass","target","precheck","execute","postcheck"]})";
  }
};

/// An operation as a thin descriptor.
struct Descriptor {
  Operation value;
};
template <>
struct Shape<Descriptor> {
  static void read(Descriptor& out, const Json& j, const JsonPath& at) { decode(out.value, j, at); }
  static void write(Json& out, const Descriptor& v) { write_thin(out, v.value); }
  static std::string ts() { return "Descriptor"; }
  static std::string schema() { return R"({"type":"object","required":["kind"]})"; }
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
