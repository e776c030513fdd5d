// The byte forms that identities are made of.
#include "engine/json/canonical.h"

#include <doctest/doctest.h>

using namespace plinth;  // NOLINT(google-build-using-namespace)

TEST_CASE("numbers are printed as ECMAScript prints them") {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "0"},
      {"-0.0", "0"},
      {"1.0", "1"},
      {"-1.50", "-1.5"},
      {"0.1", "0.1"},
      {"1e-6", "0.000001"},
      {"1.25e-7", "1.25e-7"},
      {"123456.789e3", "123456789"},
      {"9007199254740991", "9007199254740991"},
      {"9007199254740993", "9007199254740992"},
      {"-9223372036854775808", "-9223372036854776000"},
      {"18446744073709551615", "18446744073709552000"},
      {"1e20", "100000000000000000000"},
      {"1e21", "1e+21"},
      {"1.5e300", "1.5e+300"},
      {"5e-324", "5e-324"},
      {"1.7976931348623157e308", "1.7976931348623157e+308"},
  };
  for (const auto& [text, printed] : cases) CHECK(stringify_text(text, 0) == printed);
}

TEST_CASE("text is escaped as JSON.stringify escapes it") {
  CHECK(stringify_text(R"("\u0000\u001f\b\f\n\r\t\"\\\/\u007f\u2028é")", 0) ==
        "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7f\xe2\x80\xa8\xc3\xa9\"");
}

TEST_CASE("array indices come first among the keys, the rest as it stands or sorted") {
  const std::string text = R"({"b":1,"10":2,"a":{"d":1,"c":2},"9":3,"01":4,"4294967295":5,"4294967294":6})";
  CHECK(stringify_text(text, 0) == R"({"9":3,"10":2,"4294967294":6,"b":1,"a":{"d":1,"c":2},"01":4,"4294967295":5})");
  CHECK(canonical_json(*json::parse(text, Code::engine_internal)) ==
        R"({"9":3,"10":2,"4294967294":6,"01":4,"4294967295":5,"a":{"c":2,"d":1},"b":1})");
}

TEST_CASE("indentation is that of JSON.stringify") {
  CHECK(stringify_text(R"({"a":[1,{"b":[]}],"c":{}})", 2) ==
        "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
  CHECK(stringify_text("[]", 2) == "[]");
}

TEST_CASE("keys are compared by UTF-16 code unit") {
  CHECK(utf16_less("a", "b"));
  CHECK(utf16_less("a", "aa"));
  CHECK_FALSE(utf16_less("a", "a"));
  CHECK(utf16_less("Z", "a"));
  CHECK(utf16_less("z", "é"));
  CHECK(utf16_less("\xf0\x9f\x98\x80", "\xef\xbf\xbd"));  // U+1F600 is two surrogates, which precede U+FFFD
  CHECK_FALSE(utf16_less("\xef\xbf\xbd", "\xf0\x9f\x98\x80"));
  CHECK(utf16_less("\xed\x9f\xbf", "\xf0\x9f\x98\x80"));  // U+D7FF precedes the surrogates
  CHECK(utf16_less("\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"));
  CHECK(utf16_less("\xee\x80\x80", "\xef\xbf\xbd"));
  CHECK(js_key_less("9", "10"));
  CHECK(js_key_less("10", "!"));
  CHECK_FALSE(js_key_less("a", "a"));
  CHECK_FALSE(js_key_less("7", "7"));
}

TEST_CASE("hashes are those of their algorithms") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(fingerprint("") == "2d06800538d394c2");
}

TEST_CASE("the hash of a package covers its manifest, without the hash itself, and its operations") {
  const auto hash = [](std::string_view manifest, std::string_view operations) {
    return migration_hash_hex(*json::parse(manifest, Code::engine_internal),
                              *json::parse(operations, Code::engine_internal));
  };
  const std::string expected =
      sha256_hex("[\"" + sha256_hex(R"({"from":null,"to":{"migrationHash":1}})") + "\",\"" + sha256_hex("[1]") + "\"]");
  CHECK(hash(R"({"to":{"migrationHash":1},"from":null,"migrationHash":"x"})", "[1]") == expected);
  CHECK(hash(R"({"from":null,"to":{"migrationHash":1}})", "[1]") == expected);
  CHECK(hash(R"({"from":null,"to":{"migrationHash":1}})", "[2]") != expected);
}
