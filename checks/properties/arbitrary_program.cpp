// How RapidCheck draws, shrinks and prints programs.

#include "checks/properties/arbitrary_program.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "checks/program/choices.h"
#include "checks/program/simpler.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

rc::Shrinkable<Program> shrinkable(Program program) {
  return rc::shrinkable::shrinkRecur(std::move(program), [](const Program& failing) {
    return rc::seq::fromContainer(simpler(failing));
  });
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Program& program) {
  return out << print(program);
}
std::ostream& operator<<(std::ostream& out, const PureProgram& pure) {
  return out << print(pure.program);
}

rc::Gen<Program> programs(const GenerateOptions& options, bool mixed) {
  return rc::Gen<Program>([options, mixed](rc::Random random, int size) {
    SeedChoices choices(random.next());
    GenerateOptions sized = options;
    if (mixed) sized.profile = draw_profile(choices);
    sized.nodes_max = std::min(options.nodes_max, 4 + 2 * static_cast<std::size_t>(size));
    return shrinkable(generate(choices, sized));
  });
}

}  // namespace cradle

namespace rc {

Gen<cradle::Program> Arbitrary<cradle::Program>::arbitrary() {
  return Gen<cradle::Program>([](Random random, int size) {
    cradle::SeedChoices choices(random.next());
    cradle::GenerateOptions options;
    options.ops = cradle::kAllOps;
    options.nodes_max = 4 + 2 * static_cast<std::size_t>(size);
    options.actions_max = options.nodes_max;
    options.profile = choices.below(2) == 0 ? cradle::Profile::raw : cradle::draw_profile(choices);
    options.verbs = static_cast<cradle::VerbSet>(choices.below(cradle::kAllVerbs + 1));
    return cradle::shrinkable(cradle::generate(choices, options));
  });
}

Gen<cradle::PureProgram> Arbitrary<cradle::PureProgram>::arbitrary() {
  return gen::map(cradle::programs({}, true), [](cradle::Program&& program) {
    return cradle::PureProgram{std::move(program)};
  });
}

namespace detail {
template void checkGTest<LawOfSeeds>(LawOfSeeds&&);
template void checkGTest<LawOfBytes>(LawOfBytes&&);
template void checkGTest<LawOfPrograms>(LawOfPrograms&&);
template void checkGTest<LawOfProgramsAndSeeds>(LawOfProgramsAndSeeds&&);
template void checkGTest<LawOfPurePrograms>(LawOfPurePrograms&&);
}  // namespace detail

}  // namespace rc
