#pragma once
// A real Postgres for the tests: one private server per test program, one database per case.
#include <string>

#include "runner/postgres/connection.h"
#include "runner/server/embedded.h"

namespace plinth::test {

/// A new directory below the system's one for temporary files, removed with all it holds.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The private server of this program: started when first asked for, stopped and removed at its end.
const EmbeddedServer& server();

/// A database of its own: empty, or a copy of another one to which nobody is connected.
class Database {
 public:
  explicit Database(const std::string& original = "template0");
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  const std::string& name() const { return name_; }
  const std::string& url() const { return url_; }
  Connection connect() const { return Connection(url_); }

 private:
  std::string name_, url_;
};

/// The rows of the last of these statements, columns with `|`, each row with a new line at its end.
std::string ask(const std::string& url, const std::string& sql);

}  // namespace plinth::test
