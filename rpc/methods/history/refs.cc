#include "runner/jobs/history/refs.h"
#include "rpc/define_method.h"

namespace plinth {

constinit const Method set_ref_method = method<&set_ref>("setRef", "Make a ref name a contract.");
constinit const Method list_refs_method = method<&list_refs>("listRefs", "The refs of a directory of migrations.");
constinit const Method delete_ref_method = method<&delete_ref>("deleteRef", "Remove a ref.");

}  // namespace plinth
