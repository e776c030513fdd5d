// No room: for the files of a package, and for the rows of a database.
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "runner/files/files.h"
#include "test/faults/story.h"

using namespace plinth;
using namespace plinth::test;

namespace {

namespace fs = std::filesystem;

// A file system of so many bytes in memory, unmounted at the end; nothing where mounting is not permitted.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& size) {
    mounted_ = mount("plinth-test", directory_.path().c_str(), "tmpfs", 0, ("mode=0777,size=" + size).c_str()) == 0;
    if (!mounted_) MESSAGE("SKIPPED: no file system can be mounted: ", std::strerror(errno));
  }
  ~SmallDisk() {
    if (mounted_) umount2(directory_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool mounted() const { return mounted_; }
  const std::string& path() const { return directory_.path(); }
  // Leaves about so many bytes.
  void fill_up_to(std::uintmax_t left) const {
    std::ofstream out(path() + "/ballast", std::ios::binary);
    out << std::string(fs::space(path()).available - left, 'x') << std::flush;
  }

 private:
  TemporaryDirectory directory_;
  bool mounted_ = false;
};

// Every file below with its content.
std::map<std::string, std::string> content_of(const std::string& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = fs::relative(entry.path(), directory);
    if (name == "ballast") continue;
    out[name] = entry.is_regular_file() ? read_file(entry.path()) : "<directory>";
  }
  return out;
}

std::string plan_of(const std::string& space) {
  return R"({"from":{"kind":"contract","contract":)" + contract_1() + R"(},"to":{"kind":"contract","contract":)" +
         contract_2() + R"(},"createdAt":"2026-01-01T00:02:00.000Z","write":{"migrations":")" + space +
         R"(","name":"v2"}})";
}
std::string fill_of(const std::string& package) {
  return R"({"package":")" + package +
         R"(","write":true,"slots":[{"transform":"backfill-users-handle","run":[{"sql":"UPDATE public.users SET )"
         R"(handle = email WHERE handle IS NULL","params":[]}]}]})";
}

// An engine that may write files of so many bytes only.
Command limited(int bytes) {
  return {"/bin/sh",
          {"-c", "trap '' XFSZ; ulimit -f " + std::to_string(bytes / 512) + "; exec \"$0\"", built_engine().program}};
}

}  // namespace

TEST_CASE("a package for which there is no room is not written, not even in part") {
  const SmallDisk disk("64k");
  if (!disk.mounted()) return;
  fs::create_directory(disk.path() + "/app");
  Engine engine;
  for (const std::uintmax_t left : {0U, 4096U, 8192U, 12288U, 16384U}) {
    CAPTURE(left);
    disk.fill_up_to(left);
    const auto before = content_of(disk.path());
    const Reply r = engine.call("planWithDescriptors", plan_of(disk.path() + "/app"));
    CHECK_MESSAGE(r.code() == "FILE.WRITE_FAILED", r.line());
    CHECK(content_of(disk.path()) == before);
  }
  fs::remove(disk.path() + "/ballast");
  const Reply r = engine.call("planWithDescriptors", plan_of(disk.path() + "/app"));
  CHECK_MESSAGE(r.code().empty(), r.line());
}

TEST_CASE("a package that cannot be written again stays as it was") {
  const SmallDisk disk("64k");
  if (!disk.mounted()) return;
  Engine engine;
  const std::string package =
      engine.call("planWithDescriptors", plan_of(disk.path() + "/app")).at("result.package.dir");
  REQUIRE(!package.empty());
  const auto before = content_of(disk.path());
  for (const std::uintmax_t left : {0U, 4096U, 8192U}) {
    CAPTURE(left);
    disk.fill_up_to(left);
    const Reply r = engine.call("evaluateMigration", fill_of(package));
    CHECK_MESSAGE(r.code() == "FILE.WRITE_FAILED", r.line());
    CHECK(content_of(disk.path()) == before);
  }
  fs::remove(disk.path() + "/ballast");
  const Reply r = engine.call("evaluateMigration", fill_of(package));
  CHECK_MESSAGE(r.code().empty(), r.line());
}

TEST_CASE("files that may not grow are the same as a full disk") {
  const TemporaryDirectory directory;
  const std::string space = directory.path() + "/app";
  const Reply refused = Engine(limited(1024)).call("planWithDescriptors", plan_of(space));
  CHECK_MESSAGE(refused.code() == "FILE.WRITE_FAILED", refused.line());
  CHECK(fs::is_empty(space));
  const std::string package = Engine().call("planWithDescriptors", plan_of(space)).at("result.package.dir");
  const auto before = content_of(space);
  const Reply again = Engine(limited(1024)).call("evaluateMigration", fill_of(package));
  CHECK_MESSAGE(again.code() == "FILE.WRITE_FAILED", again.line());
  CHECK(content_of(space) == before);
}

TEST_CASE("a database without room rolls back and says so") {
  const SmallDisk disk("4m");
  if (!disk.mounted()) return;
  const Populated db;
  // The server's user owns the place.
  const std::string place = disk.path() + "/space";
  fs::create_directory(place);
  fs::permissions(disk.path(), fs::perms::all);
  struct stat data {};
  REQUIRE(stat((server().directory() + "/data").c_str(), &data) == 0);
  REQUIRE(chown(place.c_str(), data.st_uid, data.st_gid) == 0);
  db.connect().run(Sql::trusted("CREATE TABLESPACE small_disk LOCATION '" + place + "'"));
  db.connect().run("CREATE TABLE public.big (t text) TABLESPACE small_disk");
  const TemporaryDirectory packages;
  const std::string package = write_package(
      packages.path(), "big", contract_1(),
      {raw_operation("touch", OperationClass::data, {"UPDATE public.users SET legacy = 'touched'"}),
       raw_operation("big", OperationClass::data,
                     {"ALTER TABLE public.big ALTER t SET STORAGE EXTERNAL; INSERT INTO public.big SELECT repeat('x', "
                      "100000) FROM generate_series(1, 1000)"})});
  const std::string before = state_of(db.url());
  Engine engine;
  const Reply r = engine.call("applyMigration", apply_params(db.url(), "package", package));
  CHECK_MESSAGE(r.code() == "DATABASE.DISK_FULL", r.line());
  CHECK(r.at("error.data.meta.operationId") == "big");
  CHECK(r.at("error.data.meta.sqlState") == "53100");
  CHECK(state_of(db.url()) == before);
  const Reply next = engine.call("applyMigration", apply_params(db.url(), "migrations", migrations().path()));
  CHECK_MESSAGE(next.outcome() == "applied", next.line());
  db.connect().run("DROP TABLE public.big");
  db.connect().run("DROP TABLESPACE small_disk");
}
