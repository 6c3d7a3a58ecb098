// Programs for RapidCheck: the one file that knows how the two meet.
//
// RapidCheck draws a seed, `generate` makes the program of it, and `simpler` says what to shrink
// to, so that a counterexample is as small here as anywhere else in the project. Replacing
// RapidCheck means replacing this file.

#pragma once

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <utility>

#include "checks/program/choices.h"
#include "checks/program/generate.h"
#include "checks/program/program.h"
#include "checks/program/simpler.h"
#include "checks/program/text.h"

namespace cradle {

/// A program that is a function: no actions, the default mix of profiles, microcrad's ops.
struct PureProgram {
  Program program;
};

/// A program with ordinary actions over microcrad's ops: what any engine with counts may be asked.
struct LifetimeProgram {
  Program program;
};

inline std::ostream& operator<<(std::ostream& out, const Program& program) {
  return out << print(program);
}
inline std::ostream& operator<<(std::ostream& out, const PureProgram& pure) {
  return out << print(pure.program);
}
inline std::ostream& operator<<(std::ostream& out, const LifetimeProgram& lifetime) {
  return out << print(lifetime.program);
}

/// Returns a program of a seed that shrinks through `simpler`.
inline rc::Shrinkable<Program> shrinkable(Program program) {
  return rc::shrinkable::shrinkRecur(std::move(program), [](const Program& failing) {
    return rc::seq::fromContainer(simpler(failing));
  });
}

/// Returns the generator of programs with the given options, and, when `mixed`, of the profiles of
/// the default mix. RapidCheck's size, 0 to 100, bounds the nodes: small cases come first.
inline rc::Gen<Program> programs(GenerateOptions options, bool mixed = false) {
  return rc::Gen<Program>([options, mixed](rc::Random random, int size) {
    SeedChoices choices(random.next());
    GenerateOptions sized = options;
    if (mixed) sized.profile = draw_profile(choices);
    sized.nodes_max = std::min(options.nodes_max, 4 + 2 * static_cast<std::size_t>(size));
    return shrinkable(generate(choices, sized));
  });
}

}  // namespace cradle

/// Anything that the language can say: every op, every verb, half of it from raw records.
template <>
struct rc::Arbitrary<cradle::Program> {
  static Gen<cradle::Program> arbitrary() {
    return Gen<cradle::Program>([](Random random, int size) {
      cradle::SeedChoices choices(random.next());
      cradle::GenerateOptions options;
      options.ops = cradle::kAllOps;
      options.nodes_max = 4 + 2 * static_cast<std::size_t>(size);
      options.actions_max = options.nodes_max;
      options.profile =
          choices.below(2) == 0 ? cradle::Profile::raw : cradle::draw_profile(choices);
      options.verbs = static_cast<cradle::VerbSet>(choices.below(cradle::kAllVerbs + 1));
      return cradle::shrinkable(cradle::generate(choices, options));
    });
  }
};

template <>
struct rc::Arbitrary<cradle::PureProgram> {
  static Gen<cradle::PureProgram> arbitrary() {
    return gen::map(cradle::programs({}, true), [](cradle::Program&& program) {
      return cradle::PureProgram{std::move(program)};
    });
  }
};

template <>
struct rc::Arbitrary<cradle::LifetimeProgram> {
  static Gen<cradle::LifetimeProgram> arbitrary() {
    cradle::GenerateOptions options;
    options.verbs = cradle::kOrdinaryVerbs;
    return gen::map(cradle::programs(options), [](cradle::Program&& program) {
      return cradle::LifetimeProgram{std::move(program)};
    });
  }
};
