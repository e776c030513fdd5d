// The migrations directory: what cannot be read is never passed over.
#include "runner/store.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "test/runner/errors.h"
#include "test/support/database.h"

using namespace plinth;
namespace fs = std::filesystem;
using test::code_of;

namespace {

/// Files are read as a user without rights while it lives: nothing is unreadable for root.
class Unprivileged {
 public:
  Unprivileged() {
    if (was_root_) REQUIRE(seteuid(65534) == 0);
  }
  ~Unprivileged() {
    if (was_root_) REQUIRE(seteuid(0) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  bool was_root_ = geteuid() == 0;
};

}  // namespace

TEST_CASE("a package or a space that cannot be read is told") {
  const test::TemporaryDirectory scratch;
  const std::string space = scratch.path() + "/app", package = space + "/20260101T0000_a";
  fs::create_directories(package);
  fs::permissions(scratch.path(), fs::perms::all);
  fs::permissions(space, fs::perms::all);
  CHECK(load_packages(space).empty());
  fs::permissions(package, fs::perms::none);
  {
    const Unprivileged user;
    CHECK(code_of([&] { load_packages(space); }) == "FILE.UNREADABLE");
    CHECK(code_of([&] { load_package(package); }) == "FILE.UNREADABLE");
  }
  fs::permissions(space, fs::perms::none);
  {
    const Unprivileged user;
    CHECK(code_of([&] { load_packages(space); }) == "FILE.UNREADABLE");
    CHECK(code_of([&] { load_refs(space); }) == "FILE.UNREADABLE");
  }
  fs::permissions(space, fs::perms::all);
  fs::permissions(package, fs::perms::all);
}

TEST_CASE("a directory with one file of a package is a package that lost the others") {
  const test::TemporaryDirectory scratch;
  for (const char* name : {"ops.json", "end-contract.json", "start-contract.json", "migration.json"}) {
    const std::string space = scratch.path() + "/" + name;
    fs::create_directories(space + "/a");
    std::ofstream(space + "/a/" + name) << "{}";
    CHECK(code_of([&] { load_packages(space); }) == "MIGRATION.FILE_MISSING");
  }
}

TEST_CASE("what is no package is left alone") {
  const test::TemporaryDirectory scratch;
  fs::create_directories(scratch.path() + "/notes");
  fs::create_directories(scratch.path() + "/.plinth-a-XXXXXX");
  std::ofstream(scratch.path() + "/.plinth-a-XXXXXX/ops.json") << "{}";
  fs::create_symlink("nowhere", scratch.path() + "/link");
  fs::create_symlink("circle", scratch.path() + "/circle");
  CHECK(load_packages(scratch.path()).empty());
  CHECK(load_packages(scratch.path() + "/none").empty());
  CHECK(load_refs(scratch.path()).empty());
}
