#include "runner/files/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "engine/error.h"

namespace plinth {
namespace {

namespace fs = std::filesystem;

/// What helps against some causes, where the code's own fix would not.
Error& advise(Error& e, const std::error_code& cause) {
  if (cause == std::errc::filename_too_long) e.fix("Shorten the path; a name has at most 255 bytes.");
  if (cause == std::errc::not_a_directory) e.fix("Name a directory; a part of this path is a file.");
  if (cause == std::errc::too_many_files_open) e.fix("Let the process open more files (ulimit -n).");
  if (cause == std::errc::file_too_large) e.fix("Let the process write larger files (ulimit -f); nothing was written.");
  return e;
}

[[noreturn]] void write_failed(const std::string& path, const std::error_code& cause) {
  Error e(Code::file_write_failed, "cannot write " + path + ": " + cause.message(), cause.message());
  throw advise(e, cause).at(path);
}

std::error_code last_error() { return {errno, std::generic_category()}; }

[[noreturn]] void unreadable(const std::string& path, const std::error_code& cause) {
  Error e(Code::file_unreadable, "cannot read " + path, cause.message());
  throw advise(e, cause).at(path);
}

/// What a walk through a directory ran into. That there is no directory is no failure: there is nothing in it.
void check_walk(const std::string& directory, const std::error_code& failed) {
  if (failed && failed != std::errc::no_such_file_or_directory) unreadable(directory, failed);
}

void write_synced(const std::string& path, const std::string& content, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) write_failed(path, last_error());
  std::size_t done = 0;
  int problem = 0;
  while (done < content.size() && problem == 0) {
    const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno != EINTR) problem = errno;
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  if (problem == 0 && ::fsync(fd) != 0 && errno != EINVAL) problem = errno;
  if (::close(fd) != 0 && problem == 0) problem = errno;
  if (problem != 0) write_failed(path, {problem, std::generic_category()});
}

void sync_directory(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return S_ISCHR(mode) || S_ISBLK(mode) ? "a device" : "no regular file";
}

[[noreturn]] void refuse_size(const std::string& path) {
  constexpr std::size_t mebibyte = std::size_t{1} << 20U;
  throw Error(Code::file_too_large, path + " is larger than " + std::to_string(max_file_bytes / mebibyte) + " MiB")
      .at(path)
      .with("maxBytes", static_cast<std::int64_t>(max_file_bytes));
}

// A directory for files until they are moved into place, removed again with what is left in it. It lies within another
// one beside the final directory: tools take every directory that holds a migration.json for a package.
class Staging {
 public:
  explicit Staging(const std::string& final_path) {
    std::error_code failed;
    const fs::path parent = fs::path(final_path).parent_path();
    if (!parent.empty()) fs::create_directories(parent, failed);
    if (failed) write_failed(final_path, failed);
    outer_ = (parent.empty() ? std::string(".") : parent.string()) + "/.plinth-" +
             fs::path(final_path).filename().string() + "-XXXXXX";
    if (::mkdtemp(outer_.data()) == nullptr) write_failed(final_path, last_error());
    path_ = outer_ + "/package";
    if (::mkdir(path_.c_str(), 0755) != 0) {
      const std::error_code reason = last_error();
      ::rmdir(outer_.c_str());
      write_failed(final_path, reason);
    }
    ::chmod(path_.c_str(), 0755);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(outer_, ignored);
  }
  const std::string& path() const { return path_; }
  /// Moves what was written into place, where nothing is; false, and errno says why, where it cannot be moved.
  bool move_to(const std::string& directory) const {
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, directory.c_str(), RENAME_NOREPLACE) != 0) return false;
    sync_directory(fs::path(directory).parent_path().string());
    return true;
  }
  void write(const std::map<std::string, std::string>& files) const {
    for (const auto& [name, content] : files) {
      std::error_code failed;
      fs::create_directories(fs::path(path_ + "/" + name).parent_path(), failed);
      if (failed) write_failed(path_ + "/" + name, failed);
      write_synced(path_ + "/" + name, content, name.ends_with(".ts") && !name.ends_with(".d.ts") ? 0755 : 0644);
    }
    sync_directory(path_);
  }

 private:
  std::string outer_, path_;
};

}  // namespace

PathKind path_kind(const std::string& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  switch (status.type()) {
    case fs::file_type::none: unreadable(path, failed);
    case fs::file_type::not_found: return PathKind::missing;
    case fs::file_type::regular: return PathKind::file;
    case fs::file_type::directory: return PathKind::directory;
    case fs::file_type::symlink:
    case fs::file_type::block:
    case fs::file_type::character:
    case fs::file_type::fifo:
    case fs::file_type::socket:
    case fs::file_type::unknown: return PathKind::other;
  }
  return PathKind::other;
}

bool file_exists(const std::string& path) { return path_kind(path) == PathKind::file; }

bool directory_exists(const std::string& path) {
  std::error_code unknown;
  return fs::is_directory(path, unknown);
}

bool same_directory(const std::string& a, const std::string& b) {
  std::error_code failed;
  return fs::equivalent(a, b, failed) && !failed;
}

bool on_one_file_system(const std::string& a, const std::string& b) {
  const auto device = [](fs::path path) {
    struct stat info {};
    while (::stat(path.c_str(), &info) != 0 && path.has_relative_path()) path = path.parent_path();
    return info.st_dev;
  };
  return device(a) == device(b);
}

std::string read_file(const std::string& path) {
  // Opening a FIFO would wait for its other end.
  const Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (in.number() < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    throw Error(Code::file_not_found, "there is no file " + path, "The path does not lead to a file.").at(path);
  }
  struct stat info {};
  if (in.number() < 0 || ::fstat(in.number(), &info) != 0) unreadable(path, last_error());
  if (!S_ISREG(info.st_mode)) {
    throw Error(Code::file_unreadable, path + " is " + kind_of(info.st_mode), "A file was expected.")
        .fix("Name a regular file.")
        .at(path);
  }
  if (static_cast<std::size_t>(info.st_size) > max_file_bytes) refuse_size(path);
  std::string out(static_cast<std::size_t>(info.st_size) + 1, '\0');
  for (std::size_t filled = 0;;) {
    if (filled == out.size()) out.resize(filled + std::size_t{64} * 1024);
    const ssize_t n = ::read(in.number(), out.data() + filled, out.size() - filled);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) unreadable(path, last_error());
    filled += static_cast<std::size_t>(n);
    if (filled > max_file_bytes) refuse_size(path);
    // A regular file gives all that it has: less than was asked for is its end.
    if (n > 0 && filled == out.size()) continue;
    out.resize(filled);
    return out;
  }
}

namespace {

// A new file takes the place of one of that name, with a mode of its own.
void rename_into_place(const std::string& path, const std::string& content, mode_t mode) {
  std::string other = path + ".plinth-XXXXXX";
  const int fd = ::mkostemp(other.data(), O_CLOEXEC);
  if (fd < 0) write_failed(path, last_error());
  ::close(fd);
  try {
    write_synced(other, content, 0644);
    if (::chmod(other.c_str(), mode) != 0 || ::rename(other.c_str(), path.c_str()) != 0) {
      write_failed(path, last_error());
    }
  } catch (const Error&) {
    ::unlink(other.c_str());
    throw;
  }
  sync_directory(fs::path(path).parent_path().string());
}

}  // namespace

void replace_file(const std::string& name, const std::string& content) {
  struct stat info {};
  if (::stat(name.c_str(), &info) != 0) write_failed(name, last_error());
  std::error_code unresolved;
  const fs::path real = fs::canonical(name, unresolved);  // a link stays, and its file is replaced
  rename_into_place(unresolved ? name : real.string(), content, info.st_mode & 07777U);
}

void write_file(const std::string& path, const std::string& content) {
  if (path_kind(path) == PathKind::file) return replace_file(path, content);
  std::error_code failed;
  fs::create_directories(fs::path(path).parent_path(), failed);
  if (failed) write_failed(path, failed);
  rename_into_place(path, content, 0644);
}

void remove_file(const std::string& path, const std::string& root) {
  std::error_code failed;
  fs::remove(path, failed);
  if (failed) write_failed(path, failed);
  fs::path parent = fs::path(path).parent_path();
  sync_directory(parent.string());
  for (; parent.string().size() >= root.size() && fs::is_empty(parent, failed) && !failed;
       parent = parent.parent_path()) {
    if (!fs::remove(parent, failed) || failed) return;
  }
}

std::vector<std::string> subdirectories(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->is_directory(failed)) out.push_back(it->path().filename().string());
    failed.clear();  // a link that leads nowhere is no directory
  }
  check_walk(directory, failed);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> files_below(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->is_regular_file(failed)) out.push_back(it->path().lexically_relative(directory).string());
    failed.clear();
  }
  check_walk(directory, failed);
  std::sort(out.begin(), out.end());
  return out;
}

void create_directory_with(const std::string& directory, const std::map<std::string, std::string>& files) {
  const auto exists = [&] {
    return Error(Code::migration_dir_exists, directory + " exists already", "A package is never written over another.")
        .at(directory);
  };
  std::error_code ignored;
  if (fs::exists(directory, ignored)) throw exists();
  const Staging staging(directory);
  staging.write(files);
  if (staging.move_to(directory)) return;
  if (errno == EEXIST) throw exists();
  write_failed(directory, last_error());
}

void require_free(const std::string& path) {
  if (path_kind(path) == PathKind::missing) return;
  throw Error(Code::migration_dir_exists, path + " exists already", "The directory as it is now would be kept there.")
      .fix("Move it elsewhere, or remove it.")
      .at(path);
}

std::vector<std::string> entries_below(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    const bool is_directory = it->symlink_status(failed).type() == fs::file_type::directory;
    const bool holds_more = !failed && is_directory && !fs::is_empty(it->path(), failed);
    if (!failed && !holds_more) out.push_back(it->path().lexically_relative(directory).string());
  }
  check_walk(directory, failed);
  std::sort(out.begin(), out.end());
  return out;
}

namespace {

void copy_entry(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::create_directories(fs::path(to).parent_path(), failed);
  const bool is_directory = fs::symlink_status(from, failed).type() == fs::file_type::directory;
  if (!failed && is_directory) fs::create_directory(to, failed);
  if (!failed && !is_directory) fs::copy(from, to, fs::copy_options::copy_symlinks, failed);
  if (failed) write_failed(from, failed);
}

// All files and directories reach the disk.
void sync_below(const std::string& directory) {
  std::error_code failed;
  for (fs::recursive_directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    const fs::file_type type = it->symlink_status(failed).type();
    if (type == fs::file_type::directory) sync_directory(it->path().string());
    if (type != fs::file_type::regular) continue;
    const Descriptor file(::open(it->path().c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() >= 0) ::fsync(file.number());
  }
  check_walk(directory, failed);
}

}  // namespace

void create_directory_beside(const std::string& of, const DirectoryContent& content, const std::string& directory) {
  require_free(directory);
  const Staging staging(directory);
  for (const auto& name : content.carried) copy_entry(of + "/" + name, staging.path() + "/" + name);
  staging.write(content.files);
  sync_below(staging.path());
  std::error_code failed;
  fs::permissions(staging.path(), fs::status(of, failed).permissions(), failed);
  if (failed) write_failed(directory, failed);
  if (staging.move_to(directory)) return;
  if (errno == EEXIST) require_free(directory);
  write_failed(directory, last_error());
}

void exchange_directories(const std::string& a, const std::string& b) {
  if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) != 0) write_failed(b, last_error());
  for (const auto& path : {a, b}) sync_directory(fs::path(path).parent_path().string());
}

void remove_directory(const std::string& directory) {
  std::error_code ignored;
  fs::remove_all(directory, ignored);
}

void replace_files(const std::string& directory, const std::map<std::string, std::string>& files) {
  const Staging staging(directory);
  for (const auto& name : files_below(directory)) {
    if (files.count(name) > 0) continue;
    std::error_code failed;
    fs::create_directories(fs::path(staging.path() + "/" + name).parent_path(), failed);
    if (!failed) fs::create_hard_link(directory + "/" + name, staging.path() + "/" + name, failed);
    if (failed) fs::copy_file(directory + "/" + name, staging.path() + "/" + name, failed);
    if (failed) write_failed(directory + "/" + name, failed);
  }
  staging.write(files);
  if (::renameat2(AT_FDCWD, staging.path().c_str(), AT_FDCWD, directory.c_str(), RENAME_EXCHANGE) != 0) {
    write_failed(directory, last_error());
  }
  sync_directory(fs::path(directory).parent_path().string());
}

}  // namespace plinth
