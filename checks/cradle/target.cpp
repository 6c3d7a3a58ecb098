// Engines by name.

#include "checks/cradle/target.h"

#include "checks/cradle/checks.h"
#include "checks/cradle/input.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/environment.h"
#include "checks/program/lower.h"

namespace cradle {

Target find_target(const std::string& name) {
  const std::string fault = environment_fault();
  if (!fault.empty()) throw UserError{kBadEngine, "no engine can be judged here: " + fault};
  Target target;
  target.name = name;
  target.engine = find_engine(name);
  if (target.engine == nullptr) {
    const bool foreign = name.find('/') != std::string::npos || name.rfind("cmd:", 0) == 0;
    throw UserError{kBadEngine,
                    foreign ? "the engine " + in_quotes(name) +
                                  " cannot be loaded: this version tests built-in engines only"
                            : "there is no engine " + in_quotes(name) + ": see cradle engines"};
  }
  const std::string unusable = check_table(target.engine);
  if (!unusable.empty()) throw UserError{kBadEngine, "the engine " + name + ": " + unusable};
  target.capabilities = probe(*target.engine);
  target.policies = policies(capabilities_of(*target.engine), target.capabilities);
  return target;
}

std::string lacking_for(const Target& target, const Program& program) {
  if (contains(target.capabilities.ops, Op::neuron)) return lacking(program, *target.engine);
  return lacking(expand(program), *target.engine);
}

Program read_for(const Target& target, const std::string& path, std::string* family) {
  Parsed parsed = read_program(path);
  if (parsed.error) throw UserError{kBadInput, parsed.error->text()};
  if (family != nullptr) *family = parsed.family;
  Program program = std::move(parsed.program);
  program = fitted(program, target.capabilities);
  const std::string lacks = lacking(program, *target.engine);
  if (!lacks.empty()) throw UserError{kBadEngine, "the engine " + target.name + " lacks " + lacks};
  return program;
}

}  // namespace cradle
