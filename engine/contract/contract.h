#pragma once
// contract.json as it arrives: decoded strictly, every era of the format in one shape.
// planner/compare/contract_schema.h makes a schema of it.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/boxed.h"
#include "engine/json/json.h"
#include "engine/schema/table.h"

namespace plinth {

struct ContractDefault {
  bool is_function = false;
  std::string expression;  // when it is a function
  JsonText value;          // when it is a literal
};
struct ValueSetReference {
  std::string namespace_id, entity_name;
  std::optional<std::string> space_id;  // when the set is in the contract of another space
};
/// typeParams. Members that have no field here are the codec's own affair.
struct TypeParameters {
  std::optional<std::int64_t> length, precision, scale;
  std::optional<std::string> type_name;  // of columns alone
  JsonText text;                         // the whole object, for renderers
};
struct ContractColumn {
  std::string name, native_type, codec_id;
  bool nullable = false, many = false;
  Boxed<std::string> type_ref;  // a name of `Contract::types`
  Boxed<TypeParameters> parameters;
  Boxed<ContractDefault> fallback;
  Boxed<ValueSetReference> value_set;
};
struct ContractKey {  // primary key, unique
  std::vector<std::string> columns;
  std::optional<std::string> name;
};
struct ContractIndex {
  std::vector<std::string> columns;       // or an expression
  std::optional<std::string> name, type;  // the name may be longer than the server keeps
  std::vector<std::pair<std::string, JsonText>> options;
  bool unique = false;
  std::optional<std::string> expression = {};  // SQL: what stands between the parentheses
  std::optional<std::string> where = {};
  std::optional<std::string> prefix = {};  // of a name that carries the hash of the content
  bool states_unique = false;              // written in the form of Prisma 8
};
struct ContractForeignKey {
  std::vector<std::string> columns, target_columns;
  std::string target_namespace, target_table;
  std::optional<std::string> name, target_space;
  ReferentialAction on_delete = ReferentialAction::no_action, on_update = ReferentialAction::no_action;
  bool constraint = true;  // older eras keep entries that only ask for an index
};
/// A check of a column by a value set; in the form of Prisma 8, any expression.
struct ContractCheck {
  std::string name, column;
  Boxed<ValueSetReference> value_set = {};
  std::optional<std::string> expression = {}, prefix = {};
};
struct ContractTable {
  std::string name;
  std::vector<ContractColumn> columns;  // sorted by UTF-16 code unit, as the format sorts them
  std::optional<ContractKey> primary_key;
  std::vector<ContractKey> uniques;
  std::vector<ContractIndex> indexes;
  std::vector<ContractForeignKey> foreign_keys;
  std::vector<ContractCheck> checks;
  std::optional<Control> control;
  bool row_security = false;
};
struct ContractEnum {
  std::string type_name;
  std::vector<std::string> members;
  std::optional<Control> control;
};
struct ContractPolicy {
  std::string table, name, prefix;
  PolicyCommand command = PolicyCommand::all;
  std::vector<std::string> roles;
  std::optional<std::string> using_expression, check_expression;
  bool permissive = true;
};
struct ContractType {  // an entry of storage.types
  std::string codec_id, native_type;
  Boxed<TypeParameters> parameters;
};
/// A model of the domain, as far as it tells where its fields are stored.
struct ContractModel {
  std::string space, name;                    // the domain's namespace, the model
  std::string namespace_id, table;            // where it is stored
  std::map<std::string, std::string> fields;  // a field, its column
};
struct ContractNamespace {
  std::string id;  // `unbound_namespace` for names that the search path resolves
  std::vector<ContractTable> tables;
  std::vector<ContractEnum> enums;
  std::map<std::string, std::vector<JsonText>> value_sets;
  std::vector<ContractPolicy> policies;
};

/// The hashes of a contract, all in the style of the stored storageHash. If none is stored: `sha256:<hex>` for
/// documents with `extensionPacks`, bare hex for documents with `extensions`.
struct ContractHashes {
  std::string storage_hash;
  std::optional<std::string> execution_hash;
  std::string profile_hash;
  bool operator==(const ContractHashes&) const = default;
  static constexpr auto fields = std::tuple{field("storageHash", &ContractHashes::storage_hash),
                                            field("executionHash", &ContractHashes::execution_hash),
                                            field("profileHash", &ContractHashes::profile_hash)};
};

/// Which generation of Prisma's tools writes documents of this form: Prisma Next up to 0.16 (`extensionPacks`, hashes
/// with `sha256:`), or Prisma 8 and what led to it (`extensions`, bare hashes).
enum class ContractEra { prisma_next, prisma_8 };

struct Contract {
  ContractEra era = ContractEra::prisma_next;
  ContractHashes stored;                      // as the document spells them; computed where it says nothing
  std::vector<ContractNamespace> namespaces;  // sorted by id
  std::map<std::string, ContractType> types;
  std::vector<std::string> extension_packs;  // their ids, sorted
  std::vector<std::string> pack_types;       // the native types that they say they bring
  std::vector<ContractModel> models;         // sorted by space and name; those that are stored in a table
  std::optional<Control> default_control;
  std::string text;  // the document as it was read, byte for byte: what a package copies
  std::string file;  // where it was read from; empty when it came as a parameter
};

/// required: the contract must state a storage hash, and each stated hash must match. ignored: stated hashes are not
/// looked at, and `stored` holds the computed ones.
enum class Hashes { required, ignored };

/// Decodes and validates the text of a contract.json, and checks that the stored hashes are its own.
/// Errors: CONTRACT.INVALID_JSON, CONTRACT.VALIDATION_FAILED (with the exact path), CONTRACT.UNSUPPORTED_TARGET,
/// CONTRACT.MIXED_ERAS, CONTRACT.UNKNOWN_CODEC, CONTRACT.WIRE_NAME_MISMATCH, CONTRACT.HASH_MISMATCH (both hashes in
/// meta). O(text).
Contract parse_contract(std::string text, std::string file = {}, Hashes hashes = Hashes::required);
/// The same of a document that has been parsed, without its text.
Contract read_contract_document(const Json& document, std::string file, Hashes hashes);

/// The hashes of a contract document, computed; `stored` receives what the document claims, empty where it claims
/// nothing. Does not validate beyond what hashing needs. Source: Prisma Next 0.16.0, canonical contract form.
/// Errors: CONTRACT.INVALID_JSON, CONTRACT.VALIDATION_FAILED. O(text).
struct HashedContract {
  ContractHashes computed;
  ContractHashes stored;
};
HashedContract hash_contract(std::string_view text, std::string_view file = {});

/// The document with these hashes in it, in the form that emitters give it (two spaces, no line end added); the text as
/// it is where it states them already. The text is a contract.
std::string with_hashes(const std::string& text, const ContractHashes& hashes);

/// Whether a document has the form that Prisma Next 0.16 gives it; earlier versions have no domain, or keep tables
/// elsewhere.
bool is_of_prisma_next_0_16(const Json& document);

/// Whose spelling of hashes it is: with `sha256:`, or without.
ContractEra era_of_hash(std::string_view hash);
/// A hash, bare hex or a word, as an era spells it.
std::string spelt(std::string_view bare, ContractEra era);

/// `sha256:` and hex, or bare hex: the hex. For comparing hashes of different eras.
std::string_view bare_hash(std::string_view hash);

/// The namespace whose names the search path resolves.
inline constexpr std::string_view unbound_namespace = "__unbound__";
/// The schema in which a contract's namespace lives.
std::string schema_of_namespace(const std::string& namespace_id);

}  // namespace plinth
