#pragma once
// A real Postgres for the tests: one private server per test program, one database per case.
#include <string>

#include "runner/connection.h"
#include "runner/embedded.h"

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

/// An empty database of its own.
class Database {
 public:
  Database();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  const std::string& url() const { return url_; }
  Connection connect() const { return Connection(url_); }

 private:
  std::string name_, url_;
};

}  // namespace plinth::test
