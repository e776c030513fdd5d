#pragma once
// The processes of a private server: its user, its programs, and the keeper that outlives the engine.
#include <sys/types.h>

#include <string>
#include <vector>

namespace plinth {

/// Who a server runs as: the engine's own user or, for root, an unprivileged one.
struct ServerUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};
ServerUser server_user();

/// Whether the user may enter a directory and all above it. Looks at mode bits only.
bool may_enter(const ServerUser& user, const std::string& directory);

/// A program to run as the server's user; no shell in between. Its environment holds little: PATH, TZ, HOME, LC_ALL,
/// and where the libraries are. Its output is appended to `log`.
struct Program {
  std::vector<std::string> arguments;  // the first is the program's path
  std::string library_path;            // for LD_LIBRARY_PATH; empty for none
  std::string home;
  std::string log;
};

/// Runs a program to its end. Its exit status; 128 + the signal that killed it.
int run_program(const Program& program, const ServerUser& user);

/// What the keeper looks after, beside the server: the two lock files, and a socket directory to remove afterwards
/// (empty for none).
struct Kept {
  std::string start_lock, users, socket_directory;
};

/// Starts a server under a keeper of its own: a process that waits for the server's end and, when no user holds the
/// lock on `users` any more, shuts the server down. The keeper's process id; it ends when the server has ended. The
/// caller holds both locks meanwhile.
pid_t start_kept(const Program& server, const ServerUser& user, const Kept& kept);

/// Whether a process works in a directory, as a server does in its data. False for one that has ended.
bool works_in(pid_t process, const std::string& directory);

/// Whether any process works in a directory: a server, or what a killed one left behind. O(processes).
bool anyone_works_in(const std::string& directory);

}  // namespace plinth
