// Engines by name.

#include "checks/cradle/target.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "checks/cradle/checks.h"
#include "checks/cradle/input.h"
#include "checks/cradle/nearest.h"
#include "checks/cradle/usage.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/environment.h"
#include "checks/program/lower.h"

namespace cradle {
namespace {

// What dlopen would look for in the system's folders is not what is meant.
bool is_foreign(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".so") || name.starts_with("cmd:");
}

// How many nodes the longest path has.
std::uint64_t depth_of(const Program& program) {
  std::vector<std::uint64_t> depth(program.code.size(), 1);
  for (NodeId node = 0; node < program.code.size(); ++node) {
    for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
      depth[node] = std::max(depth[node], depth[operand] + 1);
    });
  }
  return depth.empty() ? 0 : *std::max_element(depth.begin(), depth.end());
}

}  // namespace

Target find_target(const std::string& name, const HostLimits& limits) {
  const std::string fault = environment_fault();
  if (!fault.empty()) throw UserError{kBadEngine, "no engine can be judged here: " + fault};
  Target target;
  target.name = name;
  if (is_foreign(name)) {
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
    const std::string meant = did_you_mean(name, words_of_value("E"));
    throw UserError{kBadEngine, "there is no engine " + in_quotes(name) + meant +
                                    (meant.empty() ? ":" : "") +
                                    " see cradle engines, or give the path of a shared object"};
  }
  const std::string unusable = check_table(target.engine);
  if (!unusable.empty()) throw UserError{kBadEngine, "the engine " + name + ": " + unusable};
  target.capabilities = probe(*target.engine, limits);
  target.capabilities.heap_counted = target.foreign && target.foreign->counts_allocations;
  target.policies = policies(capabilities_of(*target.engine), target.capabilities);
  return target;
}

std::string lacking_for(const Target& target, const Program& program) {
  const std::uint64_t depth_max = target.capabilities.depth_max;
  if (depth_max > 0 && depth_of(program) > depth_max) {
    return "a depth of " + std::to_string(depth_of(program));
  }
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
