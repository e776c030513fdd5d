// The migrations directory: what cannot be read is never passed over.
#include "runner/files/store.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "planner/compare/contract_schema.h"
#include "planner/plan/proof.h"
#include "planner/plan/typed_operation.h"
#include "runner/files/files.h"
#include "runner/jobs/sources/package_contracts.h"
#include "test/files.h"
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

TEST_CASE("a package on its way is no package, whoever looks") {
  const test::TemporaryDirectory scratch;
  const std::string space = scratch.path() + "/app";
  const std::map<std::string, std::string> files = {{"migration.json", "{}"}, {"ops.json", std::string(1 << 20, ' ')}};
  create_directory_with(space + "/a", files);
  std::atomic<bool> writes = true;
  std::set<std::string> seen;
  std::thread watcher([&] {
    while (writes) {
      for (const auto& name : subdirectories(space)) {
        if (file_exists(space + "/" + name + "/migration.json")) seen.insert(name);
      }
    }
  });
  for (int i = 0; i < 20; ++i) replace_files(space + "/a", files);
  writes = false;
  watcher.join();
  CHECK(seen == std::set<std::string>{"a"});
  CHECK(subdirectories(space) == std::vector<std::string>{"a"});
}

TEST_CASE("only regular files of a limited size are read") {
  const test::TemporaryDirectory scratch;
  const std::string pipe = scratch.path() + "/pipe", large = scratch.path() + "/large";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  std::ofstream(large) << "x";
  fs::resize_file(large, max_file_bytes + 1);
  CHECK(code_of([&] { plinth::read_file(pipe); }) == "FILE.UNREADABLE");
  CHECK(code_of([&] { plinth::read_file("/dev/zero"); }) == "FILE.UNREADABLE");
  CHECK(code_of([&] { plinth::read_file(scratch.path()); }) == "FILE.UNREADABLE");
  CHECK(code_of([&] { plinth::read_file(large); }) == "FILE.TOO_LARGE");
  CHECK(code_of([&] { plinth::read_file(scratch.path() + "/none"); }) == "FILE.NOT_FOUND");
  CHECK(code_of([&] { load_contract(pipe); }) == "FILE.UNREADABLE");
  const std::string package = scratch.path() + "/app/20260101T0000_a";
  fs::create_directories(package);
  std::ofstream(package + "/migration.json") << "{}";
  REQUIRE(mkfifo((package + "/ops.json").c_str(), 0600) == 0);
  CHECK(code_of([&] { load_packages(scratch.path() + "/app"); }) == "FILE.UNREADABLE");
}

TEST_CASE("a file is replaced as a whole, and keeps its permissions") {
  const test::TemporaryDirectory scratch;
  const std::string path = scratch.path() + "/contract.json";
  std::ofstream(path) << "before";
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  replace_file(path, "after");
  CHECK(plinth::read_file(path) == "after");
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(subdirectories(scratch.path()).empty());
  CHECK(files_below(scratch.path()) == std::vector<std::string>{"contract.json"});
  CHECK(code_of([&] { replace_file(scratch.path() + "/none", "x"); }) == "FILE.WRITE_FAILED");
}

TEST_CASE("a directory of spaces is told from a space") {
  const test::TemporaryDirectory scratch;
  fs::create_directories(scratch.path() + "/app/20260101T0000_a");
  fs::create_directories(scratch.path() + "/notes");
  std::ofstream(scratch.path() + "/app/20260101T0000_a/migration.json") << "{}";
  CHECK(spaces_in(scratch.path()) == std::vector<std::string>{"app"});
  CHECK(spaces_in(scratch.path() + "/app").empty());
  CHECK(spaces_in(scratch.path() + "/none").empty());
}

TEST_CASE("the recorded packages of Prisma 8 are understood to the last operation, and lead where they say") {
  const auto root = test::vectors(PLINTH_SOURCE_DIR, "prisma-8");
  if (!root) {
    MESSAGE("SKIPPED: vectors absent");
    return;
  }
  int packages = 0;
  for (const std::string name : {"blog", "plain", "types"}) {
    for (const auto& package : load_packages((*root / "packages" / name / "migrations/app").string())) {
      CAPTURE(package.name);
      check_integrity(package);
      const Contract end = end_contract_of(package);
      const auto start = start_contract_of(package);
      const Schema to = contract_schema(end), from = start ? contract_schema(*start) : Schema();
      std::vector<Operation> operations = typed_operations(package);
      for (auto& op : operations) op = as_typed(op, to);
      const Proof proof = prove(from, operations, to, Leftovers::extensions);
      CHECK(proof.ok);
      CHECK(proof.opaque.empty());
      ++packages;
    }
  }
  CHECK(packages == 8);
}

TEST_CASE("a directory is exchanged as a whole, and kept as it was") {
  const test::TemporaryDirectory scratch;
  const std::string space = scratch.path() + "/m/app", kept = scratch.path() + "/m.before/app";
  create_directory_with(space, {{"a/migration.json", "1"}, {"refs/deep/db.json", "2"}});
  fs::create_directories(space + "/refs/deep/empty");
  fs::create_symlink("a/migration.json", space + "/link");
  CHECK(entries_below(space) ==
        std::vector<std::string>{"a/migration.json", "link", "refs/deep/db.json", "refs/deep/empty"});
  create_directory_beside(space, {{{"a/migration.json", "3"}, {"b/c/d", "4"}}, {"link", "refs/deep/empty"}}, kept);
  exchange_directories(kept, space);
  CHECK(entries_below(space) == std::vector<std::string>{"a/migration.json", "b/c/d", "link", "refs/deep/empty"});
  CHECK(fs::read_symlink(space + "/link") == "a/migration.json");
  CHECK(read_file(space + "/a/migration.json") == "3");
  CHECK(entries_below(kept) ==
        std::vector<std::string>{"a/migration.json", "link", "refs/deep/db.json", "refs/deep/empty"});
  CHECK(read_file(kept + "/a/migration.json") == "1");

  // What is kept is never replaced, and nothing is left beside the directory.
  CHECK(code_of([&] { create_directory_beside(space, {{{"x", "5"}}, {}}, kept); }) == "MIGRATION.DIR_EXISTS");
  CHECK(code_of([&] { create_directory_beside(space, {{}, {"missing"}}, space + ".new"); }) == "FILE.WRITE_FAILED");
  CHECK(code_of([&] { exchange_directories(scratch.path() + "/missing", space); }) == "FILE.WRITE_FAILED");
  CHECK(read_file(space + "/a/migration.json") == "3");
  CHECK(subdirectories(scratch.path() + "/m") == std::vector<std::string>{"app"});
}
