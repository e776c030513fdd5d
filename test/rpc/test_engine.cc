// The engine's own loop and command line, with the methods of methods.h.
#include <cstdio>

#include "rpc/arguments.h"
#include "rpc/stdio.h"
#include "test/rpc/methods.h"

int main(int argc, char** argv) {
  plinth::Arguments arguments;
  const std::string problem = plinth::read_arguments(arguments, {argv + 1, argv + argc});
  if (!problem.empty()) {
    std::fputs(problem.c_str(), stderr);
    return 2;
  }
  plinth::set_log_level(arguments.log_level);
  return plinth::serve(plinth::test::methods, arguments.stdio);
}
