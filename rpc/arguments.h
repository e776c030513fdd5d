#pragma once
// The command line of plinth-engine.
#include <string>
#include <vector>

#include "rpc/log.h"
#include "rpc/stdio.h"

namespace plinth {

enum class Action { serve, print_help, print_version, print_types, print_errors, with_postgres };

struct Arguments {
  Action action = Action::serve;
  StdioOptions stdio;
  LogLevel log_level = LogLevel::warn;
  std::string postgres_directory;    // of --with-postgres; empty: a temporary one
  std::vector<std::string> command;  // of --with-postgres
};

/// Reads the arguments after the program's name. Returns what is wrong with them; an empty string when nothing is.
std::string read_arguments(Arguments& out, const std::vector<std::string>& words);

/// What `--help` prints.
std::string help_text();

}  // namespace plinth
