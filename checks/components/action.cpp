// How RapidCheck draws and prints the steps of stateful properties.

#include "checks/components/action.h"

#include <ostream>

void showValue(const Action& action, std::ostream& out) {
  out << "{" << action.verb << ", " << action.first << ", " << action.second << "}";
}

namespace rc {

Gen<Action> Arbitrary<Action>::arbitrary() {
  return gen::build<Action>(gen::set(&Action::verb, gen::inRange(0, 10)),
                            gen::set(&Action::first, gen::inRange(0, 16)),
                            gen::set(&Action::second, gen::inRange(0, 16)));
}

namespace detail {
template void checkGTest<LawOfActions>(LawOfActions&&);
}  // namespace detail

}  // namespace rc
