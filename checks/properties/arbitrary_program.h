// Programs for RapidCheck: the one place that knows how the two meet.
//
// RapidCheck draws a seed, `generate` makes the program of it, and `simpler` says what to shrink
// to, so that a counterexample is as small here as anywhere else in the project. Replacing
// RapidCheck means replacing arbitrary_program.h and .cpp.

#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <ostream>
#include <vector>

#include "checks/program/generate.h"
#include "checks/program/program.h"

namespace cradle {

/// A program that is a function: no actions, the default mix of profiles, microcrad's ops.
struct PureProgram {
  Program program;
};

std::ostream& operator<<(std::ostream& out, const Program& program);
std::ostream& operator<<(std::ostream& out, const PureProgram& pure);

/// Returns the generator of programs with the given options, and, when `mixed`, of the profiles of
/// the default mix. They shrink through `simpler`. RapidCheck's size, 0 to 100, bounds the nodes:
/// small cases come first.
rc::Gen<Program> programs(const GenerateOptions& options, bool mixed = false);

}  // namespace cradle

/// Anything that the language can say: every op, every verb, half of it from raw records.
template <>
struct rc::Arbitrary<cradle::Program> {
  static Gen<cradle::Program> arbitrary();
};

template <>
struct rc::Arbitrary<cradle::PureProgram> {
  static Gen<cradle::PureProgram> arbitrary();
};

// RapidCheck's machinery for the laws that most tests state, compiled once: three seconds a file. A
// law with other arguments works as well; its file takes that much longer to build.
namespace rc::detail {
using LawOfSeeds = void (*)(std::uint64_t);
using LawOfBytes = void (*)(const std::vector<std::uint8_t>&, std::uint64_t);
using LawOfPrograms = void (*)(const cradle::Program&);
using LawOfProgramsAndSeeds = void (*)(const cradle::Program&, std::uint64_t);
using LawOfPurePrograms = void (*)(const cradle::PureProgram&);
extern template void checkGTest<LawOfSeeds>(LawOfSeeds&&);
extern template void checkGTest<LawOfBytes>(LawOfBytes&&);
extern template void checkGTest<LawOfPrograms>(LawOfPrograms&&);
extern template void checkGTest<LawOfProgramsAndSeeds>(LawOfProgramsAndSeeds&&);
extern template void checkGTest<LawOfPurePrograms>(LawOfPurePrograms&&);
}  // namespace rc::detail
