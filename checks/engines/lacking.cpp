// What a program asks for that an engine does not offer.

#include <cstdint>
#include <string>

#include "checks/engines/run.h"
#include "checks/program/verbs.h"

namespace cradle {

std::string lacking(const Program& program, const cradle_engine& engine) {
  for (const Instruction& line : program.code) {
    if (!contains(engine.capabilities->ops, line.op)) {
      return "the op " + std::string(info(line.op).name);
    }
  }
  for (const Action& action : program.actions) {
    const std::uint32_t misuse = engine.misuse == nullptr ? 0 : engine.capabilities->misuse;
    const bool offered =
        action.verb == Verb::retain         ? engine.retain != nullptr
        : action.verb == Verb::release      ? engine.release != nullptr
        : action.verb == Verb::zero_grad    ? engine.zero_grad != nullptr
        : action.verb == Verb::set          ? engine.set != nullptr
        : action.verb == Verb::fail         ? engine.fail != nullptr
        : action.verb == Verb::misuse_null  ? (misuse & 1u << CRADLE_MISUSE_NULL) != 0
        : action.verb == Verb::misuse_stale ? (misuse & 1u << CRADLE_MISUSE_STALE) != 0
        : action.verb == Verb::misuse_over_release
            ? (misuse & 1u << CRADLE_MISUSE_OVER_RELEASE) != 0
            : true;
    if (!offered) return "the action " + std::string(info(action.verb).name);
  }
  return {};
}

}  // namespace cradle
