#include "engine/ops/renaming.h"

#include "engine/scan.h"

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

bool uses(const Index& index, const std::string& column) {
  if (contains(index.include, column)) return true;
  if (index.predicate && mentions(*index.predicate, column)) return true;
  return std::any_of(index.keys.begin(), index.keys.end(), [&](const IndexKey& k) {
    return k.column == column || (k.column.empty() && mentions(k.expression, column));
  });
}

}  // namespace

std::string user_type_text(const Name& type) { return quote_if_needed(type.schema) + "." + quote_if_needed(type.name); }

void rename_column_type(Schema& schema, const std::string& from, const std::string& to) {
  for (auto& n : schema.namespaces) {
    for (auto& t : n.tables) {
      for (auto& c : t.columns) {
        if (c.type == from) c.type = to;
        if (c.type == from + "[]") c.type = to + "[]";
      }
    }
  }
}

void rename_referenced_table(Schema& schema, const Name& from, const std::string& to) {
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
  erase(table.checks,
        [&](const Check& c) { return c.membership ? c.membership->column == column : mentions(c.expression, column); });
  erase(table.foreign_keys, [&](const ForeignKey& fk) { return contains(fk.columns, column); });
  erase(table.indexes, [&](const Index& i) { return uses(i, column); });
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
