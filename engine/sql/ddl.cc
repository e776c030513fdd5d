#include "engine/sql/ddl.h"

#include "engine/sql/sql_literal.h"
#include "engine/sql/type_name.h"

namespace plinth {
namespace {

Sql deferral_sql(const std::optional<Deferral>& d) {
  if (!d || *d == Deferral::immediate) return "";
  return *d == Deferral::deferrable ? Sql(" DEFERRABLE") : Sql(" DEFERRABLE INITIALLY DEFERRED");
}

Sql include_sql(const std::vector<std::string>& columns) {
  return columns.empty() ? Sql("") : Sql(" INCLUDE ({})", ident_list(columns));
}

// `{1,2}`; of more than one dimension `{{1,2},{3,4}}`. The server's own form: it keeps it, where it would keep
// ARRAY[1, 2] as an expression, which other tools do not take for a value.
std::string array_text(const Json& array, bool documents) {
  std::string out = "{";
  const auto at = JsonPath::root(Code::engine_internal, "default");
  json::each_element(array, at, [&](const Json& e, const JsonPath&) {
    if (out.size() > 1) out += ",";
    const json::Type type = json::type(e);
    if (type == json::Type::null) {
      out += "NULL";
    } else if (documents || type == json::Type::object) {
      out += quoted_array_element(json::dump(e));  // an array in a list of documents is a document
    } else if (type == json::Type::array) {
      out += array_text(e, documents);
    } else {
      out += type == json::Type::string ? quoted_array_element(json::read_string(e, at)) : json::dump(e);
    }
  });
  return out + "}";
}

Sql array_sql(const Json& array, const std::string& type, const TypeName& t) {
  if (json::is_empty(array)) return "'{}'";
  return {"{}::{}", Literal{array_text(array, is_json_type(t.base))}, type_sql(type)};
}

Sql key_sql(const IndexKey& k) {
  if (k.verbatim) return Sql::trusted(k.expression.text);
  Sql out = k.column.empty() ? Sql("({})", Sql::trusted(k.expression.text)) : Sql("{}", Ident{k.column});
  if (k.collation) out += Sql(" COLLATE {}", Sql::trusted(*k.collation));
  if (k.opclass) out += Sql(" {}", Sql::trusted(*k.opclass));
  if (k.descending) out += " DESC";
  if (k.nulls_first) out += *k.nulls_first ? Sql(" NULLS FIRST") : Sql(" NULLS LAST");
  return out;
}

Sql options_sql(const std::vector<std::string>& options) {
  std::vector<Sql> out;
  out.reserve(options.size());
  for (const auto& o : options) {
    const std::size_t equals = std::min(o.find('='), o.size());
    const std::string value = equals < o.size() ? o.substr(equals + 1) : "true";
    Sql option("{} = {}", Ident{std::string_view(o).substr(0, equals)},
               is_bare_option(value) ? Sql::trusted(value) : Sql("{}", Literal{value}));
    out.push_back(std::move(option));
  }
  return Sql::list(out);
}

}  // namespace

bool is_bare_option(std::string_view value) {
  if (value == "true" || value == "false") return true;
  const std::size_t digits = value.starts_with('-') ? 1 : 0;
  return value.size() > digits && value.find_first_not_of("0123456789.", digits) == std::string_view::npos &&
         std::count(value.begin(), value.end(), '.') <= 1;
}

Sql type_sql(const std::string& type) { return Sql::trusted(type); }

Sql default_sql(const Default& value, const std::string& type, bool cast) {
  if (value.kind == Default::Kind::expression) return {"({})", Sql::trusted(value.value)};
  const auto doc = json::parse(value.value, Code::engine_internal);
  const TypeName t = parse_type(type);
  const bool is_json = is_json_type(t.text());
  switch (json::type(*doc)) {
    case json::Type::null:
      if (!is_json) return "NULL";
      break;
    case json::Type::boolean:
    case json::Type::number:
      if (!is_json) return Sql::trusted(value.value);
      break;
    case json::Type::string:
      if (!is_json) {
        const std::string text = json::read_string(*doc, JsonPath::root(Code::engine_internal, "default"));
        const Sql literal("{}", Literal{text});
        return cast && !is_text_type(type) ? Sql("{}::{}", literal, type_sql(type)) : literal;
      }
      break;
    case json::Type::array:
      if (t.array) return array_sql(*doc, type, t);
      break;
    case json::Type::object: break;
  }
  return {"{}::{}", Literal{value.value}, type_sql(type)};
}

namespace {

/// How an option is stated, and what states its default; START has none of its own.
struct SequenceOption {
  std::optional<std::string> SequenceOptions::*member;
  std::string_view stated, reset;
};
constexpr SequenceOption sequence_options[] = {{&SequenceOptions::start, "START WITH ", ""},
                                               {&SequenceOptions::increment, "INCREMENT BY ", "INCREMENT BY 1"},
                                               {&SequenceOptions::minimum, "MINVALUE ", "NO MINVALUE"},
                                               {&SequenceOptions::maximum, "MAXVALUE ", "NO MAXVALUE"},
                                               {&SequenceOptions::cache, "CACHE ", "CACHE 1"}};

}  // namespace

bool descends(const std::optional<SequenceOptions>& options) {
  return options && options->increment && options->increment->starts_with('-');
}

Sql drawn_sequence_sql(const Name& table, const std::string& column) {
  return {
      "(SELECT s.oid::regclass FROM pg_attribute a LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum ="
      " a.attnum JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND"
      " d.deptype = 'i' AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum OR d.classid = 'pg_attrdef'::regclass"
      " AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass JOIN pg_class s ON s.relkind = 'S' AND s.oid = CASE"
      " d.deptype WHEN 'i' THEN d.objid ELSE d.refobjid END WHERE a.attrelid = {}::regclass AND a.attname = {})",
      Literal{Sql("{}", table).text()}, Literal{column}};
}

bool turns(const SequenceOptions& from, const SequenceOptions& to) { return descends(from) != descends(to); }

namespace {

// The least and the greatest number of a sequence.
std::pair<std::int64_t, std::int64_t> bounds_of(const SequenceOptions& o) {
  const std::int64_t greatest = greatest_integer(o.type.value_or("int8"));
  return {o.minimum     ? std::stoll(*o.minimum)
          : descends(o) ? -greatest - 1
                        : 1,
          o.maximum     ? std::stoll(*o.maximum)
          : descends(o) ? -1
                        : greatest};
}

}  // namespace

bool narrows(const SequenceOptions& from, const SequenceOptions& to) {
  const auto [least, most] = bounds_of(from);
  const auto [new_least, new_most] = bounds_of(to);
  return new_least > least || new_most < most || turns(from, to);
}

std::string sequence_start(const std::optional<SequenceOptions>& options) {
  const SequenceOptions o = options.value_or(SequenceOptions());
  return o.start.value_or(descends(o) ? o.maximum.value_or("-1") : o.minimum.value_or("1"));
}

namespace {

std::vector<Sql> stated_options(const SequenceOptions& options) {
  std::vector<Sql> out;
  for (const auto& o : sequence_options) {
    if (const auto& value = options.*o.member) out.push_back(Sql::trusted(std::string(o.stated) + *value));
  }
  if (options.cycle) out.emplace_back("CYCLE");
  return out;
}

std::vector<Sql> changed_options(const SequenceOptions& before, const SequenceOptions& after) {
  const bool other_way = turns(before, after);  // the server keeps bounds and start as they were
  std::vector<Sql> out;
  for (const auto& o : sequence_options) {
    const auto &was = before.*o.member, &is = after.*o.member;
    const bool is_start = o.member == &SequenceOptions::start;
    const bool is_bound = o.member == &SequenceOptions::minimum || o.member == &SequenceOptions::maximum;
    if (is_start ? sequence_start(before) == sequence_start(after) : was == is && !(other_way && is_bound)) continue;
    std::string value = is_start ? sequence_start(after) : is.value_or("");
    // With another type, the server takes NO MINVALUE and NO MAXVALUE for the limits of the type.
    if (is_bound && value.empty() && other_way && before.type != after.type) {
      const auto [least, most] = bounds_of(after);
      value = std::to_string(o.member == &SequenceOptions::minimum ? least : most);
    }
    out.push_back(Sql::trusted(value.empty() ? std::string(o.reset) : std::string(o.stated) + value));
  }
  if (before.cycle != after.cycle) out.push_back(after.cycle ? Sql("CYCLE") : Sql("NO CYCLE"));
  return out;
}

Sql clauses(const std::vector<Sql>& options) { return options.empty() ? Sql("") : Sql(" {}", Sql::list(options, " ")); }

}  // namespace

Sql sequence_options_sql(const std::optional<SequenceOptions>& options) {
  const std::vector<Sql> stated = stated_options(options.value_or(SequenceOptions()));
  return stated.empty() ? Sql("") : Sql(" ({})", Sql::list(stated, " "));
}

Sql changed_sequence_options_sql(const std::optional<SequenceOptions>& from, const std::optional<SequenceOptions>& to) {
  std::vector<Sql> out;
  for (const auto& o : changed_options(from.value_or(SequenceOptions()), to.value_or(SequenceOptions()))) {
    Sql set("SET {}", o);
    out.push_back(std::move(set));
  }
  if (turns(from.value_or(SequenceOptions()), to.value_or(SequenceOptions()))) out.emplace_back("RESTART");
  return Sql::list(out, " ");
}

Sql sequence_clauses_sql(const SequenceOptions& options) {
  return {"{}{}", options.type ? Sql(" AS {}", type_sql(*options.type)) : Sql(""), clauses(stated_options(options))};
}

Sql changed_sequence_clauses_sql(const SequenceOptions& from, const SequenceOptions& to) {
  const Sql type = from.type != to.type ? Sql(" AS {}", type_sql(to.type.value_or("int8"))) : Sql("");
  return {"{}{}{}", type, clauses(changed_options(from, to)), turns(from, to) ? Sql(" RESTART") : Sql("")};
}

Sql column_sql(const Column& c) {
  const bool serial = is_autoincrement(c.fallback);
  const std::string_view serial_name = serial ? serial_type(c.type) : std::string_view();
  Sql out("{} {}", Ident{c.name}, serial_name.empty() ? type_sql(c.type) : Sql::trusted(std::string(serial_name)));
  if (c.collation) out += Sql(" COLLATE {}", Sql::trusted(*c.collation));
  if (c.generated) out += Sql(" GENERATED ALWAYS AS ({}) STORED", Sql::trusted(c.generated->text));
  if (c.identity) {
    out += *c.identity == Identity::always ? Sql(" GENERATED ALWAYS AS IDENTITY")
                                           : Sql(" GENERATED BY DEFAULT AS IDENTITY");
    out += sequence_options_sql(c.identity_options);
  }
  if (c.fallback && !serial) out += Sql(" DEFAULT {}", default_sql(*c.fallback, c.type, true));
  if (!c.nullable) out += " NOT NULL";
  return out;
}

Sql primary_key_sql(const PrimaryKey& k) {
  return {"PRIMARY KEY ({}){}{}", ident_list(k.columns), include_sql(k.include), deferral_sql(k.deferral)};
}

Sql unique_sql(const Unique& u) {
  return {"UNIQUE {}({}){}{}", u.nulls_not_distinct ? Sql("NULLS NOT DISTINCT ") : Sql(""), ident_list(u.columns),
          include_sql(u.include), deferral_sql(u.deferral)};
}

Sql using_index_sql(const std::string& index, const std::optional<Deferral>& deferral) {
  return {"USING INDEX {}{}", Ident{index}, deferral_sql(deferral)};
}

std::string_view action_sql(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::no_action: return "NO ACTION";
    case ReferentialAction::restrict: return "RESTRICT";
    case ReferentialAction::cascade: return "CASCADE";
    case ReferentialAction::set_null: return "SET NULL";
    case ReferentialAction::set_default: return "SET DEFAULT";
  }
  return {};
}

Sql foreign_key_sql(const ForeignKey& k) {
  Sql out("FOREIGN KEY ({})\nREFERENCES {} ({})", ident_list(k.columns), k.references(),
          ident_list(k.referenced_columns));
  if (k.match_full) out += "\nMATCH FULL";
  const auto action = [&](const Sql& on, ReferentialAction a) {
    if (a != ReferentialAction::no_action) out += Sql("\n{} {}", on, Sql::trusted(std::string(action_sql(a))));
  };
  action("ON DELETE", k.on_delete);
  action("ON UPDATE", k.on_update);
  out += deferral_sql(k.deferral);
  if (k.not_valid) out += " NOT VALID";
  return out;
}

Sql grantee_sql() { return "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END"; }
Sql grant_option_sql() { return "CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"; }

Sql guarded_block(const Sql& declarations, const Sql& body) {
  const Sql block(
      "DECLARE plinth_path text := pg_catalog.current_setting('search_path');{} BEGIN PERFORM"
      " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); {} PERFORM"
      " pg_catalog.set_config('search_path', plinth_path, true); END",
      declarations, body);
  return {"DO {}", Literal{block.text()}};
}

Sql check_condition(const Check& c) {
  if (c.membership) return {"{} IN ({})", Ident{c.membership->column}, literal_list(c.membership->values)};
  return Sql::trusted(c.expression.text);
}

Sql check_sql(const Check& c) {
  return {"CHECK ({}){}{}", check_condition(c), c.no_inherit ? Sql(" NO INHERIT") : Sql(""),
          c.not_valid ? Sql(" NOT VALID") : Sql("")};
}

Sql index_sql(const Index& i, const Name& table) {
  std::vector<Sql> keys;
  for (const auto& k : i.keys) keys.push_back(key_sql(k));
  Sql out("{} ON {}", Ident{i.name}, table);
  if (i.method != "btree") out += Sql(" USING {}", Ident{i.method});
  out += Sql(" ({}){}", Sql::list(keys), include_sql(i.include));
  if (i.nulls_not_distinct) out += " NULLS NOT DISTINCT";
  if (!i.options.empty()) out += Sql(" WITH ({})", options_sql(i.options));
  if (i.predicate) out += Sql(" WHERE ({})", Sql::trusted(i.predicate->text));
  return out;
}

Sql policy_sql(const Policy& p, const Name& table) {
  const auto command = [&]() -> Sql {
    switch (p.command) {
      case PolicyCommand::all: return "ALL";
      case PolicyCommand::select: return "SELECT";
      case PolicyCommand::insert: return "INSERT";
      case PolicyCommand::update: return "UPDATE";
      case PolicyCommand::del: return "DELETE";
    }
    return "";
  };
  std::vector<Sql> roles;
  for (const auto& r : p.roles) roles.push_back(Sql::trusted(quote_if_needed(r)));
  Sql out("CREATE POLICY {} ON {} AS {} FOR {} TO {}", Ident{p.name}, table,
          p.permissive ? Sql("PERMISSIVE") : Sql("RESTRICTIVE"), command(),
          roles.empty() ? Sql("PUBLIC") : Sql::list(roles));
  if (p.using_expression) out += Sql(" USING ({})", Sql::trusted(p.using_expression->text));
  if (p.check_expression) out += Sql(" WITH CHECK ({})", Sql::trusted(p.check_expression->text));
  return out;
}

}  // namespace plinth
