#include "runner/introspect/introspect.h"
#include "engine/json/canonical.h"
#include "engine/json/place.h"
#include "rpc/define_method.h"
#include "rpc/session.h"

namespace plinth {
namespace {

struct IntrospectParams {
  DatabaseUrl url;
  std::vector<std::string> schemas;
  static constexpr auto fields =
      std::tuple{field("url", &IntrospectParams::url), field("schemas", &IntrospectParams::schemas)};
};
struct IntrospectAnswer {
  Schema schema;
  std::vector<Unmodeled> unmodeled;
  std::string fingerprint;  // the same for two databases whose schemas are
  std::int64_t server_version = 0;
  static constexpr auto fields = std::tuple{
      field("schema", &IntrospectAnswer::schema), field("unmodeled", &IntrospectAnswer::unmodeled),
      field("fingerprint", &IntrospectAnswer::fingerprint), field("serverVersion", &IntrospectAnswer::server_version)};
};

IntrospectAnswer run_introspect(JobContext& context, const IntrospectParams& p) {
  Connection connection = context.connect(p.url);
  Introspection found = introspect(connection, {p.schemas});
  std::string print = fingerprint(to_json(found.schema));
  return {std::move(found.schema), std::move(found.unmodeled), std::move(print), found.server_version};
}

}  // namespace

constinit const Method introspect_method =
    method<&run_introspect>("introspect", "The live schema of a database, read in one snapshot.");

}  // namespace plinth
