#include "rpc/arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>

namespace plinth {
namespace {

using Words = std::span<const std::string>;

// Takes what belongs to a flag off the front of `rest`; returns what is wrong.
using Read = std::string (*)(Arguments& out, Words& rest);

struct Flag {
  std::string_view name, values, about;
  Read read;
};

template <Action action>
std::string choose(Arguments& out, Words&) {
  out.action = action;
  return {};
}

std::string read_max_line_bytes(Arguments& out, Words& rest) {
  if (rest.empty()) return "--max-line-bytes needs a number of bytes";
  const std::string& word = rest.front();
  rest = rest.subspan(1);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), out.stdio.max_line_bytes);
  const bool whole = error == std::errc() && end == word.data() + word.size();
  return whole && out.stdio.max_line_bytes > 0 ? std::string()
                                               : "--max-line-bytes " + word + " is not a number of bytes";
}

std::string read_log_level(Arguments& out, Words& rest) {
  const std::string word = rest.empty() ? std::string() : rest.front();
  if (!rest.empty()) rest = rest.subspan(1);
  for (const auto& level : names(LogLevel{})) {
    if (level.name == word) {
      out.log_level = level.value;
      return {};
    }
  }
  return "--log-level needs one of error, warn, info, debug";
}

std::string read_with_postgres(Arguments& out, Words& rest) {
  out.action = Action::with_postgres;
  if (!rest.empty() && rest.front() != "--") {
    out.postgres_directory = rest.front();
    rest = rest.subspan(1);
  }
  if (rest.size() < 2 || rest.front() != "--") return "--with-postgres needs -- and a command";
  out.command.assign(rest.begin() + 1, rest.end());
  rest = {};
  return {};
}

constexpr std::array flags = {
    Flag{"--max-line-bytes", " N", "Refuse longer lines; 67108864 (64 MiB) unless given.", read_max_line_bytes},
    Flag{"--log-level", " LEVEL", "error, warn, info or debug; warn unless given.", read_log_level},
    Flag{"--with-postgres", " [DIR] -- COMMAND…",
         "Start a private Postgres (in DIR, or a temporary directory), run COMMAND with\n"
         "      PLINTH_DATABASE_URL, PGHOST, PGPORT, PGUSER and PGDATABASE, stop it, exit with COMMAND's code.",
         read_with_postgres},
    Flag{"--types", "", "Print the protocol as a TypeScript module.", choose<Action::print_types>},
    Flag{"--errors", "", "Print the table of errors as Markdown.", choose<Action::print_errors>},
    Flag{"--version", "", "Print the version.", choose<Action::print_version>},
    Flag{"--help", "", "Print this text; so does -h.", choose<Action::print_help>},
};

}  // namespace

std::string read_arguments(Arguments& out, const std::vector<std::string>& words) {
  Words rest(words);
  while (!rest.empty()) {
    const std::string& word = rest.front();
    const auto* flag = std::ranges::find(flags, word == "-h" ? "--help" : word, &Flag::name);
    if (flag == flags.end()) return "unknown argument " + word;
    rest = rest.subspan(1);
    if (std::string problem = flag->read(out, rest); !problem.empty()) return problem;
  }
  return {};
}

std::string help_text() {
  std::string out =
      "plinth-engine: a schema engine for Postgres. It reads JSON-RPC 2.0 requests from stdin, one a line, and writes\n"
      "replies to stdout; it logs JSON lines to stderr. The method rpc.discover describes the others.\n\nOptions:\n";
  for (const Flag& flag : flags) {
    out.append("  ").append(flag.name).append(flag.values).append("\n      ").append(flag.about).append("\n");
  }
  return out +
         "\nDatabases:\n"
         "  A method takes a libpq URL (postgresql://user@host:5432/database), or embedded: for a private server in a\n"
         "  directory of its own, embedded:DIR for one in DIR. PLINTH_PG_BIN names the directory of initdb and "
         "postgres.\n"
         "\nExit codes:\n"
         "  0  the input ended, or SIGTERM or SIGINT came; 1  nobody reads stdout, or the engine could not work;\n"
         "  2  the arguments are wrong; --with-postgres: that of COMMAND.\n"
         "\nExample:\n"
         "  echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"introspect\",\"params\":{\"url\":\"embedded:\"}}' | "
         "plinth-engine\n";
}

}  // namespace plinth
