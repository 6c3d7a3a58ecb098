// One step of a stateful property, as data. What a verb means is up to the switch that executes it.
#pragma once

#include <rapidcheck.h>

#include <ostream>

struct Action {
  int verb;    // 0 to 9
  int first;   // 0 to 15: which of the things at hand; taken modulo their number
  int second;  // likewise
};

inline void showValue(const Action& action, std::ostream& out) {
  out << "{" << action.verb << ", " << action.first << ", " << action.second << "}";
}

namespace rc {

template <>
struct Arbitrary<Action> {
  static Gen<Action> arbitrary() {
    return gen::build<Action>(gen::set(&Action::verb, gen::inRange(0, 10)),
                              gen::set(&Action::first, gen::inRange(0, 16)),
                              gen::set(&Action::second, gen::inRange(0, 16)));
  }
};

}  // namespace rc
