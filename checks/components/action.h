// One step of a stateful property, as data. What a verb means is up to the switch that executes it.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <iosfwd>
#include <vector>

struct Action {
  int verb;    // 0 to 9
  int first;   // 0 to 15: which of the things at hand; taken modulo their number
  int second;  // likewise
};

void showValue(const Action& action, std::ostream& out);

template <>
struct rc::Arbitrary<Action> {
  static Gen<Action> arbitrary();
};

// RapidCheck's machinery for laws of actions, compiled once: three seconds a file.
namespace rc::detail {
using LawOfActions = void (*)(const std::vector<Action>&);
extern template void checkGTest<LawOfActions>(LawOfActions&&);
}  // namespace rc::detail
