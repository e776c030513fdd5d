#include "runner/introspect.h"
#include "rpc/define_method.h"
#include "rpc/session.h"

namespace plinth {
namespace {

struct Params {
  std::string url;
  std::vector<std::string> schemas;
  static constexpr auto fields = std::tuple{field("url", &Params::url), field("schemas", &Params::schemas)};
};
struct Answer {
  Schema schema;
  std::vector<Unmodeled> unmodeled;
  std::int64_t server_version = 0;
  static constexpr auto fields = std::tuple{field("schema", &Answer::schema), field("unmodeled", &Answer::unmodeled),
                                            field("serverVersion", &Answer::server_version)};
};

Answer run(Session& session, const Params& p) {
  Connection connection = session.connect(p.url);
  Introspection found = introspect(connection, {p.schemas});
  return {std::move(found.schema), std::move(found.unmodeled), found.server_version};
}

}  // namespace

constinit const Method introspect_method =
    method<&run>("introspect", "The live schema of a database, read in one snapshot.");

}  // namespace plinth
