#include "engine/ops/renaming.h"

#include "engine/sql/reading/scan.h"

namespace plinth {
namespace {

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
  std::replace(names.begin(), names.end(), from, to);
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Calls `found(begin, end)` for each identifier of the expression that is the given column.
template <class F>
void each_mention(std::string_view text, std::string_view column, F found) {
  const std::string quoted = Sql("{}", Ident{column}).text();
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = skip_quoted(text, i);
    if (end != i) {
      if (text.substr(i, end - i) == quoted) found(i, end);
    } else if (is_word_char(text[i])) {
      end = i;
      while (end < text.size() && is_word_char(text[end])) ++end;
      const bool is_call = end < text.size() && text[end] == '(';
      const bool is_type = i >= 2 && text.substr(i - 2, 2) == "::";
      if (text.substr(i, end - i) == column && !is_call && !is_type) found(i, end);
    } else {
      end = i + 1;
    }
    i = end;
  }
}

void replace(Expression& expression, const std::string& from, const std::string& to) {
  std::string out;
  std::size_t done = 0;
  each_mention(expression.text, from, [&](std::size_t begin, std::size_t end) {
    out.append(expression.text, done, begin - done).append(quote_if_needed(to));
    done = end;
  });
  expression.text = out + expression.text.substr(done);
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Every expression of a table.
template <class F>
void each_expression(Table& table, F f) {
  for (auto& c : table.columns) {
    if (c.generated) f(*c.generated);
  }
  for (auto& c : table.checks) f(c.expression);
  for (auto& i : table.indexes) {
    for (auto& k : i.keys) f(k.expression);
    if (i.predicate) f(*i.predicate);
  }
  for (auto& p : table.policies) {
    if (p.using_expression) f(*p.using_expression);
    if (p.check_expression) f(*p.check_expression);
  }
}

template <class F>
void each_table(Schema& schema, F f) {
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) f(t);
  }
}

// `::from`, but not `::from_which`, nor what a string says.
void replace_cast(std::string& text, const std::string& from, const std::string& to) {
  const std::string cast = "::" + from;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t behind = i + cast.size();
    if (text.compare(i, cast.size(), cast) == 0 && (behind >= text.size() || !is_word_char(text[behind]))) {
      out.append("::").append(to);
      i = behind;
    } else {
      const std::size_t end = std::max(skip_quoted(text, i), i + 1);
      out.append(text, i, end - i);
      i = end;
    }
  }
  text = std::move(out);
}

// `'from'::type` becomes `'to'::type`.
void replace_value(std::string& text, const std::string& type, const std::string& from, const std::string& to) {
  const std::string cast = "::" + type;
  replace_all(text, Sql("{}", Literal{from}).text() + cast, Sql("{}", Literal{to}).text() + cast);
}

void replace_in_literal(Json& out, const Json& value, const std::string& from, const std::string& to) {
  const auto at = JsonPath::root(Code::engine_internal, "default");
  if (json::type(value) == json::Type::array) {
    json::make_array(out);
    json::each_element(value, at,
                       [&](const Json& e, const JsonPath&) { replace_in_literal(json::push(out), e, from, to); });
  } else if (json::type(value) == json::Type::string && json::read_string(value, at) == from) {
    json::set(out, std::string_view(to));
  } else {
    json::set(out, value);
  }
}

void replace_value(Default& fallback, const std::string& type, const std::string& from, const std::string& to) {
  if (fallback.kind == Default::Kind::expression) return replace_value(fallback.value, type, from, to);
  const auto value = json::parse(fallback.value, Code::engine_internal);
  const auto out = json::null();
  replace_in_literal(*out, *value, from, to);
  fallback.value = json::dump(*out);
}

}  // namespace

std::string user_type_text(const Name& type) { return quote_if_needed(type.schema) + "." + quote_if_needed(type.name); }

void rename_column_type(Schema& schema, const std::string& from, const std::string& to) {
  const std::string array = from + "[]";
  each_table(schema, [&](Table& t) {
    for (auto& c : t.columns) {
      if (c.type == from) c.type = to;
      if (c.type == array) c.type = to + "[]";
      if (c.fallback && c.fallback->kind == Default::Kind::expression) replace_cast(c.fallback->value, from, to);
    }
    each_expression(t, [&](Expression& e) { replace_cast(e.text, from, to); });
  });
}

void rename_enum_value_uses(Schema& schema, const Name& type, const std::string& from, const std::string& to) {
  const std::string text = user_type_text(type), array = text + "[]";
  each_table(schema, [&](Table& t) {
    const auto is_of_type = [&](const Column& c) { return c.type == text || c.type == array; };
    for (auto& c : t.columns) {
      if (c.fallback && is_of_type(c)) replace_value(*c.fallback, text, from, to);
    }
    for (auto& c : t.checks) {
      const Column* column = c.membership ? find_named(t.columns, c.membership->column) : nullptr;
      if (column != nullptr && is_of_type(*column)) replace(c.membership->values, from, to);
    }
    each_expression(t, [&](Expression& e) { replace_value(e.text, text, from, to); });
  });
}

void rename_needed(Schema& schema, const ObjectId& from, const std::string& to) {
  for (auto& n : schema.namespaces) {
    for (auto& v : n.views) {
      for (auto& need : v.needs) {
        const bool in_it = from.kind == ObjectKind::table && need.kind == ObjectKind::column;
        const bool same = (need.kind == from.kind || in_it) && need.path.size() >= from.path.size() &&
                          std::equal(from.path.begin(), from.path.end(), need.path.begin());
        if (same) need.path[from.path.size() - 1] = to;
      }
    }
  }
}

namespace {

template <class F>
void each_sequence_of(Schema& schema, const Name& table, F f) {
  for (auto& n : schema.namespaces) {
    for (auto& s : n.sequences) {
      if (s.owner && s.owner->on() == table) f(s);
    }
  }
}

}  // namespace

void drop_owned_sequences(Schema& schema, const Name& table, const std::optional<std::string>& column) {
  for (auto& n : schema.namespaces) {
    std::erase_if(n.sequences, [&](const Sequence& s) {
      return s.owner && s.owner->on() == table && (!column || s.owner->column == *column);
    });
  }
}

void rename_referenced_table(Schema& schema, const Name& from, const std::string& to) {
  rename_needed(schema, {ObjectKind::table, {from.schema, from.name}}, to);
  each_sequence_of(schema, from, [&](Sequence& s) { s.owner->table = to; });
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) {
      for (auto& fk : t.foreign_keys) {
        if (fk.references() == from) fk.referenced_table = to;
      }
    }
  }
}

void rename_column_uses(Schema& schema, Table& table, const std::string& table_schema, const std::string& from,
                        const std::string& to) {
  if (table.primary_key) {
    replace(table.primary_key->columns, from, to);
    replace(table.primary_key->include, from, to);
  }
  for (auto& u : table.uniques) {
    replace(u.columns, from, to);
    replace(u.include, from, to);
  }
  for (auto& c : table.checks) {
    if (c.membership && c.membership->column == from) c.membership->column = to;
    replace(c.expression, from, to);
  }
  for (auto& i : table.indexes) {
    for (auto& k : i.keys) {
      if (k.column == from) k.column = to;
      replace(k.expression, from, to);
    }
    replace(i.include, from, to);
    if (i.predicate) replace(*i.predicate, from, to);
  }
  for (auto& c : table.columns) {
    if (c.generated) replace(*c.generated, from, to);
  }
  for (auto& p : table.policies) {
    if (p.using_expression) replace(*p.using_expression, from, to);
    if (p.check_expression) replace(*p.check_expression, from, to);
  }
  for (auto& fk : table.foreign_keys) replace(fk.columns, from, to);
  const Name self{table_schema, table.name};
  rename_needed(schema, {ObjectKind::column, {table_schema, table.name, from}}, to);
  each_sequence_of(schema, self, [&](Sequence& s) {
    if (s.owner->column == from) s.owner->column = to;
  });
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) {
      for (auto& fk : t.foreign_keys) {
        if (fk.references() == self) replace(fk.referenced_columns, from, to);
      }
    }
  }
}

void drop_dependents(Table& table, const std::string& column) {
  const auto erase = [](auto& list, const auto& condition) {
    list.erase(std::remove_if(list.begin(), list.end(), condition), list.end());
  };
  if (table.primary_key && contains(table.primary_key->columns, column)) table.primary_key.reset();
  erase(table.uniques, [&](const Unique& u) { return contains(u.columns, column) || contains(u.include, column); });
  erase(table.checks, [&](const Check& c) { return uses(c, column); });
  erase(table.foreign_keys, [&](const ForeignKey& fk) { return contains(fk.columns, column); });
  erase(table.indexes, [&](const Index& i) { return uses(i, column); });
}

bool uses(const Check& check, const std::string& column) {
  return check.membership ? check.membership->column == column : mentions(check.expression, column);
}

bool uses(const Index& index, const std::string& column) {
  if (contains(index.include, column)) return true;
  if (index.predicate && mentions(*index.predicate, column)) return true;
  return std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& k) {
    return k.column == column || (k.column.empty() && mentions(k.expression, column));
  });
}

bool mentions(const Expression& expression, std::string_view column) {
  bool found = false;
  each_mention(expression.text, column, [&](std::size_t, std::size_t) { found = true; });
  return found;
}

const Column& destination_column(const Schema& destination, const Name& table, std::string_view column) {
  const Column* c = find_named(destination_table(destination, table).columns, column);
  if (c == nullptr) unresolved("column " + q(table.name) + "." + q(column) + " is not in the destination");
  return *c;
}

}  // namespace plinth
