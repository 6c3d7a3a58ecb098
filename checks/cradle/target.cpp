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
namespace {

// What dlopen would look for in the system's folders is not what is meant.
bool is_path(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".so");
}

}  // namespace

Target find_target(const std::string& name) {
  const std::string fault = environment_fault();
  if (!fault.empty()) throw UserError{kBadEngine, "no engine can be judged here: " + fault};
  Target target;
  target.name = name;
  if (is_path(name)) {
    LoadedPlugin loaded = load_plugin(name);
    if (!loaded.error.empty()) {
      throw UserError{kBadEngine, "the engine " + name + " cannot be loaded: " + loaded.error};
    }
    target.foreign = std::move(loaded.engine);
    target.engine = &target.foreign->table;
  } else {
    target.engine = find_engine(name);
  }
  if (target.engine == nullptr) {
    throw UserError{kBadEngine, "there is no engine " + in_quotes(name) +
                                    ": see cradle engines, or give the path of a shared object"};
  }
  const std::string unusable = check_table(target.engine);
  if (!unusable.empty()) throw UserError{kBadEngine, "the engine " + name + ": " + unusable};
  target.capabilities = probe(*target.engine);
  target.capabilities.heap_counted = target.foreign != nullptr;
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
