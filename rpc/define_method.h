#pragma once
#include "rpc/method.h"
#include "rpc/session.h"

namespace plinth {

template <class F>
struct MethodSignature;
template <class R, class Context, class P>
struct MethodSignature<R (*)(Context&, const P&)> {
  using Result = R;
  using Params = P;
};

/// The table row of a job, `Result run(JobContext&, const Params&)`.
template <auto run>
constexpr Method method(std::string_view name, std::string_view about) {
  using S = MethodSignature<decltype(run)>;
  return {name, about,
          +[](Session& session, const Json& j, Json& result) {
            typename S::Params params{};
            decode(params, j, JsonPath::root(Code::rpc_invalid_params, "params"));
            encode(result, run(session, params));
          },
          &describe<typename S::Params>, &describe<typename S::Result>};
}

}  // namespace plinth
