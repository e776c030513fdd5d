#include "planner/compare/reconcile.h"

#include <map>

#include "engine/json/canonical.h"
#include "engine/names.h"
#include "engine/ops/renaming.h"
#include "engine/sql/normalize.h"
#include "engine/sql/reading/mentioned_names.h"
#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"
#include "planner/compare/control.h"

namespace plinth {
namespace {

// Takes over the name of an unclaimed node of the other side that is otherwise the same, or at least `alike`.
template <class Node, class Alike>
void adopt_names(std::vector<Node>& expected, const std::vector<Node>& actual, Alike alike) {
  std::vector<const Node*> free;
  for (const auto& a : actual) {
    const Node* e = find_named(expected, a.name);
    if (e == nullptr || !e->named) free.push_back(&a);
  }
  bool changed = false;
  const auto adopt = [&](Node& e, const auto& fits) {
    const auto it = std::find_if(free.begin(), free.end(), [&](const Node* a) { return fits(e, *a); });
    if (it == free.end()) return false;
    changed = changed || e.name != (*it)->name;
    e.name = (*it)->name;
    free.erase(it);
    return true;
  };
  const auto same = [](const Node& e, const Node& a) {
    Node renamed = e;
    renamed.name = a.name;
    renamed.named = a.named;
    return renamed == a;
  };
  std::vector<Node*> open;
  for (auto& e : expected) {
    const auto same_name = [&](const Node& x, const Node& a) { return x.name == a.name && same(x, a); };
    if (!e.named && !adopt(e, same_name)) open.push_back(&e);
  }
  std::vector<Node*> still_open;
  for (Node* e : open) {
    if (!adopt(*e, same)) still_open.push_back(e);
  }
  for (Node* e : still_open) adopt(*e, alike);
  if (changed) sort_by_name(expected);
}

bool same_keys(const Index& e, const Index& a) {
  return std::equal(
      e.keys.begin(), e.keys.end(), a.keys.begin(), a.keys.end(),
      [](const IndexKey& x, const IndexKey& y) { return x.column == y.column && x.expression == y.expression; });
}

// The document that a JSON string holds; nothing for other documents, and for strings that hold none.
std::optional<std::string> document_in(const std::string& json_text) {
  const auto document = json::parse(json_text, Code::engine_internal);
  if (json::type(*document) != json::Type::string) return {};
  try {
    const std::string text = json::read_string(*document, JsonPath::root(Code::engine_internal, "default"));
    return canonical_json(*json::parse(text, Code::contract_invalid_json));
  } catch (const Error& e) {
    if (e.code() != Code::contract_invalid_json) throw;
    return {};
  }
}

// Tools state the default of a json column as a document, or as a string that holds one.
bool is_same_document(const Column& e, const Column& a) {
  if (!e.fallback || !a.fallback || !is_json_type(e.type) || !is_json_type(a.type)) return false;
  if (e.fallback->kind != Default::Kind::literal || a.fallback->kind != Default::Kind::literal) return false;
  return document_in(e.fallback->value) == a.fallback->value || document_in(a.fallback->value) == e.fallback->value;
}

// A contract says nothing of the sequence behind an autoincrement column, which follows the type of the column.
void adopt_sequence(Column& e, const Column& a) {
  if (e.sequence.value) return;  // of a database
  SequenceOptions options = owned_sequence(a);
  if (e.type != a.type && !serial_type(e.type).empty()) options.type = e.type;
  set_owned_sequence(e, std::move(options));
  e.sequence = a.sequence;
}

// A numeric keeps the zeros at the end of its default. A contract that states none, as every one of Prisma Next 0.16,
// asks for none.
bool is_same_number(const Column& e, const Column& a) {
  if (!e.fallback || !a.fallback || e.fallback->kind != Default::Kind::literal) return false;
  if (a.fallback->kind != Default::Kind::literal || !is_number(e.fallback->value) || !is_number(a.fallback->value)) {
    return false;
  }
  return e.fallback->value == canonical_number(a.fallback->value);
}

// The bytes of a default, or of a list of them, as base64; nothing for others.
std::optional<std::string> bytes_of(const Default& d) {
  if (d.kind != Default::Kind::literal) return {};
  const auto value = json::parse(d.value, Code::engine_internal);
  const auto at = JsonPath::root(Code::engine_internal, "default");
  const auto base64 = [&](const Json& v) {
    return json::type(v) == json::Type::string ? base64_of_bytea(json::read_string(v, at)) : std::nullopt;
  };
  if (json::type(*value) != json::Type::array) return base64(*value);
  std::string out = "[";
  bool known = true;
  json::each_element(*value, at, [&](const Json& e, const JsonPath&) {
    const auto bytes = base64(e);
    known = known && bytes.has_value();
    out += bytes.value_or("") + ",";
  });
  return known ? std::optional(out) : std::nullopt;
}

// Bytes may be stated as hexadecimal digits of either case, or as text.
bool is_same_bytes(const Column& e, const Column& a) {
  if (element_type(e.type) != "bytea" || !e.fallback || !a.fallback) return false;
  const auto wanted = bytes_of(*e.fallback);
  return wanted && wanted == bytes_of(*a.fallback);
}

void reconcile_columns(Table& expected, const Table& actual) {
  for (auto& e : expected.columns) {
    const Column* a = find_named(actual.columns, e.name);
    if (a == nullptr) continue;
    if (is_same_number(e, *a) || is_same_bytes(e, *a)) e.fallback = a->fallback;
    if (is_autoincrement(e.fallback) && !e.sequence.value && a->identity && !a->fallback) {
      e.fallback.reset();
      e.identity = a->identity;
      e.identity_options = a->identity_options;
    }
    if (is_autoincrement(e.fallback) && is_autoincrement(a->fallback)) adopt_sequence(e, *a);
  }
}

// The check that no element of a list is NULL has several spellings.
void adopt_element_checks(Table& expected, const Table& actual) {
  std::map<std::string, const Check*> of_columns;
  for (const auto& a : actual.checks) {
    const auto column = element_checked_column(a.expression.text);
    const Column *e = column ? find_named(expected.columns, *column) : nullptr,
                 *found = column ? find_named(actual.columns, *column) : nullptr;
    if (e != nullptr && found != nullptr && e->type == found->type) of_columns.emplace(*column, &a);
  }
  if (of_columns.empty()) return;
  for (auto& e : expected.checks) {
    const auto column = element_checked_column(e.expression.text);
    const auto found = column ? of_columns.find(*column) : of_columns.end();
    if (found != of_columns.end()) e.expression = found->second->expression;
  }
}

void reconcile_checks(Table& expected, const Table& actual) {
  auto& checks = expected.checks;
  adopt_element_checks(expected, actual);
  const auto known = [&](const Check& c) {
    return std::any_of(actual.checks.begin(), actual.checks.end(),
                       [&](const Check& a) { return a.name == c.name || a.expression == c.expression; });
  };
  const auto absent = [&](const Check& c) {
    if (!c.implied || known(c)) return false;
    // A new column gets its check; only a column that has lived without is left alone.
    const auto lived = [&](const Column& column) {
      const Column* a = find_named(actual.columns, column.name);
      return a != nullptr && a->type.ends_with("[]") && c.name == element_check_name(expected.name, column.name);
    };
    return std::any_of(expected.columns.begin(), expected.columns.end(), lived);
  };
  checks.erase(std::remove_if(checks.begin(), checks.end(), absent), checks.end());
  for (auto& c : checks) {
    if (!c.implied || find_named(actual.checks, c.name) != nullptr) continue;
    for (const auto& a : actual.checks) {
      if (a.expression == c.expression) c.name = a.name;
    }
  }
  sort_by_name(checks);
}

std::vector<IndexKey> plain_keys(const std::vector<std::string>& columns) {
  std::vector<IndexKey> out;
  out.reserve(columns.size());
  for (const auto& c : columns) out.push_back(IndexKey::of(c));
  return out;
}

// A table that lacks a plain index on the columns of a unique constraint, which stays, has what the index is for.
void forget_covered_indexes(Table& expected, const Table& actual) {
  const auto has_unique = [](const Table& t, const std::vector<IndexKey>& keys) {
    return std::any_of(t.uniques.begin(), t.uniques.end(),
                       [&](const Unique& u) { return plain_keys(u.columns) == keys; });
  };
  std::erase_if(expected.indexes, [&](const Index& i) {
    Index plain;
    plain.name = i.name;
    plain.keys = i.keys;
    plain.named = i.named;
    const bool exists = std::any_of(actual.indexes.begin(), actual.indexes.end(),
                                    [&](const Index& a) { return a.name == i.name || same_keys(i, a); });
    return !exists && i == plain && has_unique(expected, i.keys) && has_unique(actual, i.keys);
  });
}

void reconcile_policies(Table& expected, const Table& actual) {
  for (auto& e : expected.policies) {
    const Policy* a = find_named(actual.policies, e.name);
    if (a == nullptr || hashed_prefix(e.name).empty()) continue;
    e.using_expression = a->using_expression;
    e.check_expression = a->check_expression;
  }
}

void reconcile_table(Table& expected, const Table& actual) {
  if (expected.primary_key && actual.primary_key && !expected.primary_key->named &&
      expected.primary_key->columns == actual.primary_key->columns) {
    expected.primary_key->name = actual.primary_key->name;
  }
  adopt_names(expected.uniques, actual.uniques,
              [](const Unique& e, const Unique& a) { return e.columns == a.columns; });
  adopt_names(expected.foreign_keys, actual.foreign_keys, [](const ForeignKey& e, const ForeignKey& a) {
    return e.columns == a.columns && e.references() == a.references() && e.referenced_columns == a.referenced_columns;
  });
  adopt_names(expected.indexes, actual.indexes, same_keys);
  forget_covered_indexes(expected, actual);
  reconcile_columns(expected, actual);
  reconcile_checks(expected, actual);
  reconcile_policies(expected, actual);
}

template <class Node>
const std::vector<Node>& nodes_of(const Namespace* n, const std::vector<Node> Namespace::*nodes) {
  static const std::vector<Node> none;
  return n != nullptr ? n->*nodes : none;
}

// The sequences that tables which are set apart own go with them.
void forget_owned(std::vector<Sequence>& sequences, Namespace& apart) {
  const auto stays = [&](const Sequence& s) {
    return !s.owner || s.owner->schema != apart.name || find_sorted(apart.tables, s.owner->table) == nullptr;
  };
  const auto first = std::stable_partition(sequences.begin(), sequences.end(), stays);
  apart.sequences.insert(apart.sequences.end(), std::make_move_iterator(first),
                         std::make_move_iterator(sequences.end()));
  sequences.erase(first, sequences.end());
}

// Moves what neither list names from one list to another.
template <class Node>
void forget(std::vector<Node>& actual, const std::vector<Node>& expected, const std::vector<Node>& before,
            const std::string& prefix, std::vector<Node>& forgotten, std::vector<std::string>& names) {
  const auto claimed = [&](const Node& a) {
    const Node* was = find_sorted(before, a.name);
    return find_sorted(expected, a.name) != nullptr || (was != nullptr && is_managed(*was));
  };
  const auto first = std::stable_partition(actual.begin(), actual.end(), claimed);
  for (auto it = first; it != actual.end(); ++it) {
    names.push_back(std::string(Node::node) + " " + prefix + it->name);
    forgotten.push_back(std::move(*it));
  }
  actual.erase(first, actual.end());
}

}  // namespace

namespace {

// An extension whose schema the expected side leaves open stays where it is, unless its schema goes.
void reconcile_extensions(Schema& expected, const Schema& actual) {
  for (auto& e : expected.extensions) {
    const Extension* a = find_sorted(actual.extensions, e.name);
    if (a == nullptr || e.schema || !a->schema) continue;
    const bool goes = actual.find_namespace(*a->schema) != nullptr && expected.find_namespace(*a->schema) == nullptr;
    e.schema = goes ? std::string(default_extension_schema) : *a->schema;
    e.version = a->version;
  }
}

}  // namespace

Namespace& named_namespace(Schema& schema, const std::string& name) {
  Namespace* found = schema.find_namespace(name);
  return found != nullptr ? *found : insert_sorted(schema.namespaces, Namespace{name});
}

namespace {

bool draws_from(const Default& value, const Name& sequence) {
  if (value.kind != Default::Kind::expression || !value.value.starts_with("nextval(")) return false;
  const auto mentioned = mentioned_names(value.value);
  return std::any_of(mentioned.begin(), mentioned.end(), [&](const MentionedName& m) {
    return m.kind == NamedKind::relation &&
           (m.text == user_type_text(sequence) || m.text == quote_if_needed(sequence.name));
  });
}

// A column that comes to own the sequence that it draws from already needs no other default: the sequence stays one of
// its own, with an owner, and goes on counting.
void keep_drawn_sequences(Schema& expected, const Schema& actual, const Namespace& n, Table& t, const Table& found) {
  for (auto& e : t.columns) {
    const Column* a = is_autoincrement(e.fallback) && e.sequence.value ? find_named(found.columns, e.name) : nullptr;
    if (a == nullptr || !a->fallback || !draws_from(*a->fallback, *e.sequence.value)) continue;
    const Name name = *e.sequence.value;
    if (actual.find_sequence(name) == nullptr || expected.find_namespace(name.schema) == nullptr) continue;
    SequenceOptions options = owned_sequence(e);
    if (options.type == "int8") options.type.reset();
    insert_sorted(expected.find_namespace(name.schema)->sequences,
                  Sequence{name.name, std::move(options), SequenceOwner{n.name, t.name, e.name}});
    e.fallback = a->fallback;
    e.sequence_options.reset();
    e.sequence.value.reset();
  }
}

}  // namespace

void reconcile(Schema& expected, const Schema& actual) {
  reconcile_extensions(expected, actual);
  for (auto& n : expected.namespaces) {
    const Namespace* other = actual.find_namespace(n.name);
    if (other == nullptr) continue;
    for (auto& t : n.tables) {
      const Table* a = find_sorted(other->tables, t.name);
      if (a == nullptr) continue;
      reconcile_table(t, *a);
      keep_drawn_sequences(expected, actual, n, t, *a);
    }
  }
}

namespace {

// A sequence goes with its owner; it becomes a part of one that draws from it.
bool stays(const Sequence& s, const Schema& stated) {
  if (!s.owner) return true;
  const Table* owner = stated.find_table(s.owner->on());
  const Column* column = owner != nullptr ? find_named(owner->columns, s.owner->column) : nullptr;
  if (column == nullptr) return false;
  return !is_autoincrement(column->fallback) || s.name != default_sequence(s.owner->on(), column->name).name;
}

}  // namespace

void adopt_unmanaged_kinds(Schema& stated, const Schema& found) {
  for (const auto& n : found.namespaces) {
    for (const auto& v : n.views) insert_sorted(named_namespace(stated, n.name).views, v);
    for (const auto& s : n.sequences) {
      if (stays(s, stated)) insert_sorted(named_namespace(stated, n.name).sequences, s);
    }
  }
}

void forget_unmanaged_kinds(Schema& schema) {
  for (auto& n : schema.namespaces) {
    n.views.clear();
    n.sequences.clear();
  }
}

Unclaimed forget_leftovers(Leftovers leftovers, const Schema& expected, Schema& actual, const Schema& before) {
  Unclaimed out;
  if (leftovers == Leftovers::nothing) return out;
  forget(actual.extensions, expected.extensions, before.extensions, "", out.schema.extensions, out.names);
  if (leftovers == Leftovers::extensions) return out;
  forget(actual.namespaces, expected.namespaces, before.namespaces, "", out.schema.namespaces, out.names);
  for (auto& n : actual.namespaces) {
    const Namespace *wanted = expected.find_namespace(n.name), *was = before.find_namespace(n.name);
    Namespace apart{n.name};
    const std::string prefix = n.name + ".";
    forget(n.enums, nodes_of(wanted, &Namespace::enums), nodes_of(was, &Namespace::enums), prefix, apart.enums,
           out.names);
    forget(n.tables, nodes_of(wanted, &Namespace::tables), nodes_of(was, &Namespace::tables), prefix, apart.tables,
           out.names);
    forget_owned(n.sequences, apart);
    if (!apart.empty()) insert_sorted(out.schema.namespaces, std::move(apart));
  }
  return out;
}

void adopt_json_defaults(Schema& expected, const Schema& live) {
  for (auto& n : expected.namespaces) {
    for (auto& t : n.tables) {
      const Table* found = live.find_table({n.name, t.name});
      if (found == nullptr) continue;
      for (auto& e : t.columns) {
        const Column* a = find_named(found->columns, e.name);
        if (a != nullptr && is_same_document(e, *a)) e.fallback = a->fallback;
      }
    }
  }
}

}  // namespace plinth
