#include "engine/objects/view.h"

#include "engine/json/json.h"

namespace plinth {

void View::validate(const JsonPath& at) const {
  const JsonPath at_needs = at.member("needs");
  int i = 0;
  for (const auto& need : needs) {
    const JsonPath here = at_needs.element(i++);
    if (need.kind == ObjectKind::schema || need.kind == ObjectKind::extension) {
      here.member("kind").fail("a query reads nothing of kind " + std::string(name_of(need.kind)));
    }
  }
}

}  // namespace plinth
