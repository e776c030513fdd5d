#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "engine/error.h"
#include "rpc/arguments.h"
#include "rpc/describe.h"
#include "rpc/with_postgres.h"

namespace plinth {
namespace {

// A descriptor that the caller closed must not be handed out to a socket, which would then receive our replies.
// Read-only for all: writing to a closed stdout stays an error.
void fill_standard_descriptors() {
  int fd = 0;
  while (fd >= 0 && fd <= STDERR_FILENO) fd = open("/dev/null", O_RDONLY);
  if (fd > STDERR_FILENO) close(fd);
}

int print(const std::string& text) {
  const bool written = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return written ? 0 : 1;
}

int complain(const std::string& text, int exit_code) {
  std::fputs(("plinth-engine: " + text + "\n").c_str(), stderr);
  return exit_code;
}

int act(const Arguments& arguments) {
  switch (arguments.action) {
    case Action::serve: return serve(methods, arguments.stdio);
    case Action::print_help: return print(help_text());
    case Action::print_version: return print("plinth-engine " PLINTH_VERSION "\n");
    case Action::print_types: return print(typescript_module(methods));
    case Action::print_errors: return print(errors_markdown());
    case Action::with_postgres: return run_with_postgres(arguments.postgres_directory, arguments.command);
  }
  return 2;
}

}  // namespace
}  // namespace plinth

int main(int argc, char** argv) {
  plinth::fill_standard_descriptors();
  try {
    plinth::Arguments arguments;
    const std::string problem = plinth::read_arguments(arguments, {argv + (argc > 0 ? 1 : 0), argv + argc});
    if (!problem.empty()) return plinth::complain(problem + "; see --help", 2);
    plinth::set_log_level(arguments.log_level);
    return plinth::act(arguments);
  } catch (const plinth::Error& e) {
    return plinth::complain(std::string(e.what()) + "\n" + e.reason() + "\n" + e.remedy(), 1);
  } catch (const std::bad_alloc&) {
    return plinth::complain("the engine has run out of memory", 1);
  } catch (const std::exception& e) {
    return plinth::complain("this is a bug: " + std::string(e.what()), 1);
  }
}
