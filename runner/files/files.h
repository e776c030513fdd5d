#pragma once
// Reading and writing whole files and directories; what is written appears at once or not at all.
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace plinth {

/// What a path leads to. Errors: FILE.UNREADABLE where that cannot be known.
enum class PathKind { missing, file, directory, other };
PathKind path_kind(const std::string& path);
/// Whether a regular file is there. Errors: FILE.UNREADABLE where that cannot be known.
bool file_exists(const std::string& path);
/// Whether a directory is there, as far as that can be known.
bool directory_exists(const std::string& path);
/// Whether two paths lead to one directory (or file).
bool same_directory(const std::string& a, const std::string& b);
/// Whether a path and another one, of which the first parts that exist count, are on one file system.
bool on_one_file_system(const std::string& a, const std::string& b);
/// The largest file that is read.
inline constexpr std::size_t max_file_bytes = std::size_t{256} << 20U;
/// Reads a regular file; never waits for a pipe or a device. Errors: FILE.NOT_FOUND, FILE.UNREADABLE, FILE.TOO_LARGE.
std::string read_file(const std::string& path);
/// The directories directly below, sorted. Empty when the directory does not exist. Errors: FILE.UNREADABLE.
std::vector<std::string> subdirectories(const std::string& directory);
/// The regular files below, at any depth, relative to the directory, sorted. Empty when it does not exist.
/// Errors: FILE.UNREADABLE.
std::vector<std::string> files_below(const std::string& directory);

/// Writes a file that may be there already, with the directories above it. It appears complete, by a rename, or not at
/// all. Errors: FILE.WRITE_FAILED.
void write_file(const std::string& path, const std::string& content);
/// Removes a file, and the directories above it that are left empty, up to `root`. Errors: FILE.WRITE_FAILED.
void remove_file(const std::string& path, const std::string& root);

/// Gives a file that is there another content, at once, by a rename. Errors: FILE.WRITE_FAILED.
void replace_file(const std::string& path, const std::string& content);

/// Makes a directory with these files (name → content). It appears complete, by a rename, or not at all.
/// Errors: MIGRATION.DIR_EXISTS, FILE.WRITE_FAILED.
void create_directory_with(const std::string& directory, const std::map<std::string, std::string>& files);

/// Removes a directory and all that is in it, as far as that is possible.
void remove_directory(const std::string& directory);

/// Errors: MIGRATION.DIR_EXISTS where something is at a path to which a directory is to be moved, FILE.UNREADABLE.
void require_free(const std::string& path);

/// All that is below a directory but for directories that hold something: files of any kind, links, empty directories.
/// Relative, sorted. Errors: FILE.UNREADABLE.
std::vector<std::string> entries_below(const std::string& directory);

/// What a directory is to hold: new files (relative name → content), and entries of before, which are copied as they
/// are.
struct DirectoryContent {
  std::map<std::string, std::string> files;
  std::vector<std::string> carried;
};
/// Makes a directory of what `of` is to hold, with its permissions; `of` is not changed. It appears complete, or not at
/// all. Errors: MIGRATION.DIR_EXISTS where something is there, FILE.WRITE_FAILED.
void create_directory_beside(const std::string& of, const DirectoryContent& content, const std::string& directory);
/// Exchanges two directories at once. Both are on one file system. Error: FILE.WRITE_FAILED; then nothing has changed.
void exchange_directories(const std::string& a, const std::string& b);

/// Replaces files of a directory; the others stay. All appear at once, by an exchange of directories, or none.
/// Errors: FILE.WRITE_FAILED.
void replace_files(const std::string& directory, const std::map<std::string, std::string>& files);

}  // namespace plinth
