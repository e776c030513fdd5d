#include "runner/postgres/connection_url.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "runner/postgres/connection.h"
#include "runner/postgres/conninfo.h"
#include "runner/server/embedded.h"

namespace plinth {
namespace {

constexpr std::string_view stars = "***";
// A shorter password is hidden where a message quotes it, but not inside other words.
constexpr std::size_t shortest_replaced = 4;

struct Span {
  std::size_t begin, end;
};

bool is_secret_key(std::string_view key) { return key == "password" || key == "sslpassword"; }

/// Where the part after user and password starts in a URL: behind the first `@`, when one stands before the first `/`.
std::size_t host_start(std::string_view url) {
  const std::size_t start = url.find("://") + 3;
  const std::size_t stop = url.find_first_of("@/", start);
  return stop != std::string_view::npos && url[stop] == '@' ? stop + 1 : start;
}

std::vector<Span> secrets_of_url(std::string_view url) {
  std::vector<Span> out;
  const std::size_t start = url.find("://") + 3;
  const std::size_t colon = url.find(':', start);
  // The last `@`: a password that holds an unescaped one is no valid URL, but it is a password.
  const std::size_t at = url.rfind('@');
  const bool credentials = at != std::string_view::npos && at >= start;
  if (credentials && colon < at) out.push_back({colon + 1, at});
  std::size_t i = url.find('?', credentials ? at : start);
  while (i < url.size()) {
    const std::size_t end = std::min(url.find('&', ++i), url.size());
    const std::size_t equals = url.find('=', i);
    if (equals < end && is_secret_key(percent_decode(url.substr(i, equals - i)))) out.push_back({equals + 1, end});
    i = end;
  }
  return out;
}

std::vector<Span> secrets_of_keywords(std::string_view text) {
  std::vector<Span> out;
  const auto skip_blanks = [&](std::size_t i) { return std::min(text.find_first_not_of(" \t\r\n", i), text.size()); };
  for (std::size_t i = skip_blanks(0); i < text.size(); i = skip_blanks(i)) {
    const std::size_t key_end = std::min(text.find_first_of("= \t\r\n", i), text.size());
    const std::string_view key = text.substr(i, key_end - i);
    i = skip_blanks(key_end);
    if (i >= text.size() || text[i] != '=') continue;
    i = skip_blanks(i + 1);
    const bool quoted = i < text.size() && text[i] == '\'';
    const std::size_t begin = i;
    for (i += quoted ? 1 : 0; i < text.size() && text.find_first_of(quoted ? "'" : " \t\r\n", i) != i; ++i) {
      if (text[i] == '\\') ++i;
    }
    i = std::min(i + (quoted ? 1 : 0), text.size());
    if (is_secret_key(key)) out.push_back({begin, i});
  }
  return out;
}

/// Where the value of `password = …` or `pwd = …` starts, in whatever text and case; npos when there is none from `at`.
std::size_t loose_password(std::string_view text, std::size_t at) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  for (std::size_t equals = small.find('=', at); equals != std::string::npos; equals = small.find('=', equals + 1)) {
    const std::size_t key_end = small.find_last_not_of(" \t\r\n", equals == 0 ? 0 : equals - 1);
    const std::string_view before = std::string_view(small).substr(0, key_end + 1);
    if (before.ends_with("password") || before.ends_with("pwd")) return equals + 1;
  }
  return std::string_view::npos;
}

Conninfo parsed(std::string_view url) { return Conninfo(PQconninfoParse(std::string(url).c_str(), nullptr)); }

/// In order, apart from each other. What is neither a URL nor a list that libpq can read may hide a password anywhere
/// between its first colon and its last `@` (or its end), and behind `password=` up to its end.
std::vector<Span> secret_spans(std::string_view url) {
  const bool is_url = url.find("://") != std::string_view::npos;
  std::vector<Span> out = is_url ? secrets_of_url(url) : secrets_of_keywords(url);
  const std::size_t colon = url.find(':'), at = url.rfind('@');
  const bool malformed = !is_url && !is_embedded_url(std::string(url)) && !parsed(url);
  if (malformed && colon < at) out.push_back({colon + 1, std::min(at, url.size())});
  const auto hides = [&](std::size_t i) {
    return std::any_of(out.begin(), out.end(), [&](const Span& s) { return s.begin <= i && i <= s.end; });
  };
  for (std::size_t i = loose_password(url, 0); i < url.size(); i = loose_password(url, i)) {
    const std::size_t value = std::min(url.find_first_not_of(" \t\r\n", i), url.size());
    if (!hides(value)) out.push_back({i, url.size()});
  }
  std::sort(out.begin(), out.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::vector<Span> apart;
  for (const Span& s : out) {
    if (apart.empty() || apart.back().end < s.begin) apart.push_back(s);
    apart.back().end = std::max(apart.back().end, s.end);
  }
  return apart;
}

/// The secrets of a URL, and the names that a message may show even when they look like one.
struct Secrets {
  std::vector<std::string> values;
  std::vector<std::string> names;
};

/// What libpq may take for a host, a port or a parameter when it reads a secret in another way than it was meant.
std::vector<std::string> pieces_of(std::string_view secret) {
  constexpr std::string_view separators = "@/?#:&=;,[]'\"\\ \t\r\n";
  std::vector<std::string> out;
  for (std::size_t i = 0; (i = secret.find_first_not_of(separators, i)) < secret.size();) {
    const std::size_t end = std::min(secret.find_first_of(separators, i), secret.size());
    out.emplace_back(secret.substr(i, end - i));
    i = end;
  }
  return out;
}

Secrets collect_secrets(std::string_view url) {
  Secrets out;
  const auto add = [&](std::string value) {
    if (!value.empty()) out.values.push_back(std::move(value));
  };
  const Conninfo options = parsed(url);
  for (const PQconninfoOption* o = options.get(); o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val == nullptr) continue;
    const std::string_view key = o->keyword;
    if (is_secret_key(key)) add(o->val);
    if (key == "user" || key == "dbname" || key == "host") out.names.emplace_back(o->val);
  }
  const std::vector<std::string> understood = out.values;
  if (understood.empty()) out.names.clear();
  for (const Span s : secret_spans(url)) {
    // What follows a password in a keyword string that could not be read may be the rest of it.
    const std::size_t end = options || url.find("://") != std::string_view::npos ? s.end : url.size();
    const std::string_view text = url.substr(s.begin, end - s.begin);
    const std::string decoded = percent_decode(text);
    add(std::string(text));
    add(decoded);
    if (std::find(understood.begin(), understood.end(), decoded) != understood.end()) continue;
    out.names.clear();
    for (auto& piece : pieces_of(text)) add(std::move(piece));
    for (auto& piece : pieces_of(decoded)) add(std::move(piece));
  }
  if (const char* env = std::getenv("PGPASSWORD")) add(env);  // NOLINT(concurrency-mt-unsafe): nobody writes it
  return out;
}

bool shows(std::string_view fragment, const Secrets& secrets) {
  if (fragment.empty() || std::find(secrets.names.begin(), secrets.names.end(), fragment) != secrets.names.end()) {
    return false;
  }
  return std::any_of(secrets.values.begin(), secrets.values.end(), [&](const std::string& s) {
    return fragment.find(s) != std::string_view::npos || s.find(fragment) != std::string::npos;
  });
}

std::string hide_quoted(std::string_view message, const Secrets& secrets) {
  std::string out;
  for (;;) {
    const std::size_t open = message.find('"');
    const std::size_t close = open == std::string_view::npos ? open : message.find('"', open + 1);
    if (close == std::string_view::npos) return out.append(message);
    const std::string_view fragment = message.substr(open + 1, close - open - 1);
    out.append(message.substr(0, open + 1)).append(shows(fragment, secrets) ? stars : fragment).append("\"");
    message.remove_prefix(close + 1);
  }
}

std::string keyword_value(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// The text from `?` on without the parameter `dbname`.
std::string params_without_database(std::string_view params) {
  std::string out;
  for (std::size_t i = 0; i < params.size();) {
    const std::size_t end = std::min(params.find('&', i + 1), params.size());
    const std::string_view pair = params.substr(i + 1, end - i - 1);
    if (!pair.empty() && !pair.starts_with("dbname=")) out.append(out.empty() ? "?" : "&").append(pair);
    i = end;
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
    } else {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append("%").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
    }
  }
  return out;
}

std::string hide_secrets(std::string message, std::string_view url) {
  const Secrets secrets = collect_secrets(url);
  message = hide_quoted(message, secrets);
  for (const auto& s : secrets.values) {
    const bool name = std::find(secrets.names.begin(), secrets.names.end(), s) != secrets.names.end();
    if (name || s.size() < shortest_replaced) continue;
    for (std::size_t i = 0; (i = message.find(s, i)) != std::string::npos; i += stars.size()) {
      message.replace(i, s.size(), stars);
    }
  }
  return message;
}

std::string masked_url(const std::string& url) {
  std::string out = url;
  const std::vector<Span> spans = secret_spans(url);
  for (auto s = spans.rbegin(); s != spans.rend(); ++s) out.replace(s->begin, s->end - s->begin, stars);
  return out;
}

std::string with_database(const std::string& url, const std::string& database) {
  const bool embedded = is_embedded_url(url);
  if (!embedded && url.find("://") == std::string::npos) return url + " dbname=" + keyword_value(database);
  const std::size_t query = std::min(url.find('?', embedded ? 0 : host_start(url)), url.size());
  const std::string params = params_without_database(std::string_view(url).substr(query));
  if (embedded) {
    return url.substr(0, query) + params + (params.empty() ? "?" : "&") + "dbname=" + percent_encode(database);
  }
  const std::size_t path = std::min(url.find('/', host_start(url)), query);
  return url.substr(0, path) + "/" + percent_encode(database) + params;
}

}  // namespace plinth
