#pragma once
// An operation of any kind, and what can be asked of it. The header is cheap: it names no kind. Each kind answers, or
// declines, every question in its own file (engine/ops/), and `engine/ops/kinds.cc` lists them all.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/json/json.h"
#include "engine/ops/parts.h"

namespace plinth {

class Operation;
struct CallContext;
struct Claim;
struct FreedName;
struct LinkContext;
struct Links;
struct LineageChange;
struct Loss;
struct LossContext;
struct MentionedName;
struct NameContext;
struct RawSql;
struct TakenName;
struct TypeChanged;
struct UnmanagedUses;
namespace js {
struct Doc;
}

/// The answers of one kind. An answer that a kind declines is null. See engine/ops/questions.h for what each means.
struct OperationTraits {
  std::string_view kind;
  // A value of the kind, behind a pointer.
  void* (*copy)(const void*);
  void (*destroy)(void*);
  // How it is read and written. `full_key` is the member that tells the full form from the thin one.
  void (*read)(Operation& out, const Json&, const JsonPath&);
  void (*write)(Json& out, const void*);
  void (*read_thin)(Operation& out, const Json&, const JsonPath&, const Schema& destination);
  void (*write_thin)(Json& out, const void*);
  std::string_view full_key;
  const TypeDescription& (*type)();
  const TypeDescription& (*thin_type)();
  // What every kind answers.
  OperationClass (*operation_class)(const void*);
  Phase (*phase)(const void*);
  std::string (*id)(const void*);
  std::string (*label)(const void*);
  std::optional<Target> (*target)(const void*);
  std::vector<std::string> (*path)(const void*);
  Steps (*steps)(const void*);
  void (*apply)(const void*, Schema&);
  Impact (*impact)(const void*, const Schema& before, int server_version);
  // What a kind may decline.
  TransactionMode (*transaction)(const void*);
  std::optional<JsonText> (*meta)(const void*);
  std::string (*summary)(const void*);
  void (*announce)(const void*, LinkContext&);
  void (*link)(const void*, const LinkContext&, Links&);
  std::vector<TakenName> (*takes)(const void*, const NameContext&);
  FreedName (*frees)(void*);
  void (*disturbs)(const void*, UnmanagedUses&);
  std::vector<MentionedName> (*mentions)(const void*);
  LineageChange (*lineage)(const void*);
  Operation (*turned)(const void*);
  std::optional<Operation> (*step_aside)(const void*, const Schema&);
  std::optional<Loss> (*loss)(const void*, const LossContext&);
  void (*online)(const void*, std::vector<Operation>& out, bool may_transform);
  std::vector<js::Doc> (*calls)(const void*, CallContext&);
  std::optional<TypeChanged> (*changes_type)(const void*);
  std::vector<Operation> (*recognised)(const Claim&);
};

/// The answers of the kind `T`; defined in the file of the kind.
template <class T>
const OperationTraits& traits_of();

/// What a struct must have to be an operation.
template <class T>
concept OperationKind = requires(const T op) {
  { T::kind } -> std::convertible_to<std::string_view>;
  { op.operation_class() } -> std::same_as<OperationClass>;
};

/// A value of one of the kinds. An empty one, which `Operation()` makes, may only be assigned to.
class Operation {
 public:
  Operation() = default;
  template <OperationKind T>
  Operation(T op) : traits_(&traits_of<T>()), value_(new T(std::move(op))) {}
  Operation(const Operation& o)
      : traits_(o.traits_), value_(o.traits_ != nullptr ? o.traits_->copy(o.value_) : nullptr) {}
  Operation(Operation&& o) noexcept
      : traits_(std::exchange(o.traits_, nullptr)), value_(std::exchange(o.value_, nullptr)) {}
  Operation& operator=(Operation o) noexcept {
    std::swap(traits_, o.traits_);
    std::swap(value_, o.value_);
    return *this;
  }
  ~Operation() {
    if (traits_ != nullptr) traits_->destroy(value_);
  }

  const OperationTraits& traits() const { return *traits_; }
  const void* value() const { return value_; }
  void* value() { return value_; }

 private:
  const OperationTraits* traits_ = nullptr;
  void* value_ = nullptr;
};

/// The operation as a value of the kind `T`, or nullptr; as `std::get_if` of a variant.
template <OperationKind T>
const T* get_if(const Operation* op) {
  return &op->traits() == &traits_of<T>() ? static_cast<const T*>(op->value()) : nullptr;
}
template <OperationKind T>
T* get_if(Operation* op) {
  return &op->traits() == &traits_of<T>() ? static_cast<T*>(op->value()) : nullptr;
}
template <OperationKind T>
bool holds_alternative(const Operation& op) {
  return get_if<T>(&op) != nullptr;
}
[[noreturn]] void wrong_kind(const Operation& op, std::string_view wanted);
/// The value of an operation that is known to be of the kind `T`; of another kind it is an internal error.
template <OperationKind T>
const T& get(const Operation& op) {
  const T* found = get_if<T>(&op);
  if (found == nullptr) wrong_kind(op, T::kind);
  return *found;
}
template <OperationKind T>
T& get(Operation& op) {
  T* found = get_if<T>(&op);
  if (found == nullptr) wrong_kind(op, T::kind);
  return *found;
}

std::string_view kind(const Operation& op);
OperationClass operation_class(const Operation& op);
Phase phase(const Operation& op);
std::string id(const Operation& op);
std::string label(const Operation& op);
std::optional<Target> target(const Operation& op);
std::vector<std::string> path(const Operation& op);
Steps steps(const Operation& op);
/// What the operation costs a database in use; `before` is the schema just before it, `server_version` a major version.
/// Never throws: what the schema lacks has no cost.
Impact impact(const Operation& op, const Schema& before, int server_version);
/// How the operation stands to transactions. Of a raw one: what its `meta.transaction` says, else `shared`.
TransactionMode transaction_mode(const Operation& op);
/// What the operation does to a schema. Throws MIGRATION.NOT_APPLICABLE where it cannot be done.
void apply(const Operation& op, Schema& schema);
/// The slots that a person still has to fill.
std::vector<std::string> open_slots(const Operation& op);
std::optional<std::string> invariant_id(const Operation& op);

template <>
struct Shape<Operation> {
  static constexpr std::string_view name = "Operation";
  static void read(Operation& out, const Json& j, const JsonPath& at);
  static void write(Json& out, const Operation& op);
  static std::string ts();
  static std::string schema();
  static std::vector<const TypeDescription& (*)()> mentions();
};

/// The form in which a package stores an operation: statements with everything they need, nothing to compile. The
/// typed operation rides along as `meta.operation`, so that it can be simulated, rendered and filled later.
RawSql stored_form(const Operation& op, bool with_source = true);
void write_stored(Json& out, const RawSql& stored);
RawSql read_stored(const Json& j, const JsonPath& at);
/// The typed operation of a stored one. One that carries no `meta.operation` stays raw. When the statements are not
/// those of `meta.operation`: an open transform takes them as its `run`; otherwise MIGRATION.STEPS_DIFFER.
Operation from_stored(const RawSql& stored, const JsonPath& at);

/// The thin form: the kind and names only; what they mean stands in the destination.
void write_thin(Json& out, const Operation& op);
/// Reads an operation in any of its forms: stored (it has an `operationClass`), full, or thin (joined with the
/// destination). Throws MIGRATION.UNRESOLVED_DESCRIPTOR for names that the destination lacks.
Operation read_any(const Json& j, const JsonPath& at, const Schema& destination);
/// The types of the kinds, full or thin.
std::vector<const TypeDescription& (*)()> operation_types(const TypeDescription& (*OperationTraits::*form)());

}  // namespace plinth
