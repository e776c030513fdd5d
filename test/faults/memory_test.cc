// No memory: a request that needs more of it than the system gives fails alone.
#include "test/support/engine_process.h"

using namespace plinth;
using namespace plinth::test;

TEST_CASE("a request that runs out of memory says so, and the next one is answered") {
#if defined(__SANITIZE_ADDRESS__)
  MESSAGE("SKIPPED: the address sanitizer needs all addresses");
#else
  Engine engine({"/bin/sh", {"-c", "ulimit -v 350000; exec \"$0\"", built_engine().program}});
  std::string many = "[1";
  for (int i = 0; i < 12'000'000; ++i) many += ",1";
  const Reply refused = engine.call("hashContract", R"({"contract":{"storage":)" + many + "]}}");
  CHECK_MESSAGE(refused.code() == "ENGINE.OUT_OF_MEMORY", refused.line().substr(0, 500));
  const Reply next = engine.call("hashContract", "{}");
  CHECK_MESSAGE(next.code() == "RPC.INVALID_PARAMS", next.line().substr(0, 500));
#endif
}
