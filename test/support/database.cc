#include "test/support/database.h"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace plinth::test {
namespace {

struct PrivateServer {
  TemporaryDirectory directory;
  EmbeddedServer server{"embedded:" + directory.path() + "?durable=off"};
  int databases = 0;
};

PrivateServer& private_server() {
  static PrivateServer s;
  return s;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : path_((std::filesystem::temp_directory_path() / "plinth-XXXXXX").string()) {
  if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary directory");
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

const EmbeddedServer& server() { return private_server().server; }

Database::Database(const std::string& original) : name_("case_" + std::to_string(++private_server().databases)) {
  Connection(server().url()).run(Sql("CREATE DATABASE {} TEMPLATE {}", Ident{name_}, Ident{original}));
  url_ = with_database(server().url(), name_);
}
Database::~Database() {
  try {
    Connection c(server().url());
    c.run(Query{"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", {name_}});
    c.run(Sql("DROP DATABASE IF EXISTS {}", Ident{name_}));
  } catch (const Error&) {
    url_.clear();  // the whole server goes with its directory
  }
}

std::string ask(const std::string& url, const std::string& sql) {
  Connection c(url);
  const Result r = c.run(Sql::trusted(sql));
  std::string out;
  for (int row = 0; row < r.rows(); ++row) {
    for (int column = 0; column < r.columns(); ++column) {
      if (column > 0) out += '|';
      out += r.is_null(row, column) ? "NULL" : std::string(r.at(row, column));
    }
    out += '\n';
  }
  return out;
}

}  // namespace plinth::test
