// The types of contracts, against those that Prisma Next emitted.
#include "planner/render/types/contract_types.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/sql/reading/scan.h"
#include "planner/render/ts.h"
#include "test/files.h"
#include "test/planner/support/schemas.h"

using namespace plinth;
using namespace plinth::test;

namespace {

// The keys of an object type, or the elements of a tuple, in their order.
struct Tree {
  std::vector<std::pair<std::string, Tree>> members;
};

// Reads types as far as they are objects and tuples of objects; skips all others.
class TypeReader {
 public:
  TypeReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  Tree read() {
    skip_blanks();
    if (take("readonly [")) return tuple();
    if (take("{")) return object();
    skip_type();
    return {};
  }

 private:
  void skip_blanks() {
    while (is_blank(text_[at_])) ++at_;
  }
  bool take(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::size_t after_string(std::size_t at) const {
    const char quote = text_[at];
    for (++at; text_[at] != quote; ++at) at += text_[at] == '\\' ? 1 : 0;
    return at + 1;
  }
  void skip_type() {
    int depth = 0;
    for (;; ++at_) {
      while (text_[at_] == '\'' || text_[at_] == '"') at_ = after_string(at_);
      const char c = text_[at_];
      if (depth == 0 && (c == ';' || c == ',' || c == '}' || c == ']' || c == '>')) return;
      if (c == '{' || c == '[' || c == '<') ++depth;
      if (c == '}' || c == ']' || c == '>') --depth;
    }
  }
  std::string key() {
    const std::size_t start = at_;
    if (text_[at_] != '\'' && text_[at_] != '"') {
      while (text_[at_] != ':') ++at_;
      return std::string(text_.substr(start, at_++ - start));
    }
    at_ = after_string(at_);
    return std::string(text_.substr(start + 1, at_++ - start - 2));
  }
  Tree object() {
    Tree out;
    while (!take("}")) {
      take("readonly ");
      std::string name = key();
      out.members.emplace_back(std::move(name), read());
      take(";");
    }
    return out;
  }
  Tree tuple() {
    Tree out;
    while (!take("]")) {
      out.members.emplace_back("", read());
      take(",");
    }
    return out;
  }

  std::string_view text_;
  std::size_t at_;
};

// The document with its members in the order of the types, which is that of the source.
void reorder(Json& out, const Json& in, const Tree& order) {
  const auto at = JsonPath::root(Code::engine_internal, "contract");
  if (json::type(in) == json::Type::array) {
    json::make_array(out);
    std::size_t i = 0;
    json::each_element(in, at, [&](const Json& e, const JsonPath&) {
      reorder(json::push(out), e, i < order.members.size() ? order.members[i].second : Tree{});
      ++i;
    });
  } else if (json::type(in) == json::Type::object) {
    json::make_object(out);
    for (const auto& [name, inner] : order.members) {
      if (const Json* value = json::member(in, name)) reorder(json::put(out, name), *value, inner);
    }
    json::each_member(in, at, [&](std::string_view name, const Json& value, const JsonPath&) {
      if (json::member(out, name) == nullptr) json::set(json::put(out, name), value);
    });
  } else {
    json::set(out, in);
  }
}

Tree order_of(const std::string& types) {
  Tree out = TypeReader(types, types.find("> & {") + 4).read();
  out.members.emplace_back(
      "storage", TypeReader(types, types.find("ContractType<{") + std::string("ContractType<").size()).read());
  return out;
}

}  // namespace

TEST_CASE("the types of a contract are those that its own tool emits beside it") {
  const auto live = vectors(PLINTH_SOURCE_DIR, "prisma-next/live");
  if (!live) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  int pairs = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*live)) {
    std::filesystem::path contract = entry.path();
    if (!contract.string().ends_with("-contract.d.ts")) continue;
    contract.replace_extension().replace_extension(".json");
    CAPTURE(contract.string());
    const std::string types = read_file(entry.path());
    const auto document = json::parse(read_file(contract), Code::engine_internal), authored = json::null();
    reorder(*authored, *document, order_of(types));
    const Contract read = parse_contract(json::dump(*authored));
    CHECK(contract_types(read) == types);
    CHECK(are_types_of(types, read));
    ++pairs;
  }
  CHECK(pairs >= 22);
}

TEST_CASE("long types break as Prettier breaks them") {
  const auto laid_out = [](ts::Doc doc) { return js::lay_out(doc); };
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c');
  const auto alternatives = [&] {
    return js::list(ts::string_type(a), ts::string_type(b), ts::string_type(c), js::text("null"));
  };
  CHECK(laid_out(ts::object_type({{"k", ts::union_type({alternatives(), false})}})) ==
        "{\n  readonly k:\n    | '" + a + "'\n    | '" + b + "'\n    | '" + c + "'\n    | null;\n}");
  CHECK(laid_out(ts::object_type({{"a-b", ts::string_type("it's")}, {"c", ts::tuple_type({})}})) ==
        R"({ readonly 'a-b': "it's"; readonly c: readonly [] })");
  CHECK(laid_out(ts::string_type("a\nb\\'\"")) == R"('a\nb\\\'"')");
  CHECK(laid_out(ts::generic("T", js::list(ts::string_type(a), ts::string_type(b + c)))) ==
        "T<\n  '" + a + "',\n  '" + b + c + "'\n>");
}
