#pragma once
// Reading the parts of contract.json strictly: what is not known is refused, with its exact path.
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/contract/contract.h"

namespace plinth {

/// The members of one object. Refuses an object with members that are not `known`.
class Members {
 public:
  Members(const Json& object, const JsonPath& at, std::initializer_list<std::string_view> known);

  /// The member, or nullptr.
  const Json* find(std::string_view key) const { return json::member(object_, key); }
  const Json& required(std::string_view key) const;
  /// Reads a member that must be there. `null` is not a value.
  template <class T>
  void read(std::string_view key, T& out) const {
    decode(out, required(key), at_.member(key));
  }
  /// Reads a member that may be missing. `null` is not a value.
  template <class Optional>
  void read_optional(std::string_view key, Optional& out) const {
    if (const Json* value = find(key)) decode(out.emplace(), *value, at_.member(key));
  }
  /// The member `key` must be the string `expected`.
  void expect(std::string_view key, std::string_view expected) const;
  /// Reads the name of something in the database.
  void read_identifier(std::string_view key, std::string& out) const;
  void read_optional_identifier(std::string_view key, std::optional<std::string>& out) const;

 private:
  const Json& object_;
  const JsonPath& at_;
};

/// Refuses a name that Postgres cannot hold as it is: empty, with a NUL, or longer than 63 bytes.
void check_identifier(std::string_view name, const JsonPath& at);
/// The same, but for its length: the server cuts a longer one.
void check_name(std::string_view name, const JsonPath& at);
/// Refuses SQL that is not one expression.
void check_expression(std::string_view sql, const JsonPath& at);
/// Refuses SQL that is not a list of expressions, as the keys of an index are.
void check_key_list(std::string_view sql, const JsonPath& at);
/// JSON that becomes SQL, as compact text. Refuses numbers that JSON readers round (beyond 2^53) and NUL in strings.
JsonText read_literal(const Json& value, const JsonPath& at);

/// Reads an entry of storage.types.
ContractType read_type(const Json& j, const JsonPath& at);

using ContractTypes = std::map<std::string, ContractType>;

/// Reads a table and checks everything that can be checked within it. Indexes that a foreign key of an earlier era only
/// implied are made explicit. O(members, times log columns for every column that a key names).
ContractTable read_table(std::string_view name, const Json& j, const JsonPath& at, std::string_view namespace_id,
                         const ContractTypes& types);
/// Reads a namespace of any era. What it says about other namespaces is left to `check_references`.
ContractNamespace read_namespace(std::string_view id, const Json& j, const JsonPath& at, const ContractTypes& types);

/// Refuses foreign keys and value-set references that lead nowhere. `storage` is the section that the contract was read
/// from. O(foreign keys and references, times log tables).
void check_references(const Contract& contract, const Json& storage, const JsonPath& at);

/// The column of that name, or nullptr. O(log columns).
const ContractColumn* find_column(const ContractTable& table, std::string_view name);

}  // namespace plinth
