// Engines by name, and the ops and actions that they offer.

#include "fuzz/subject.h"

#include <cstdio>
#include <cstdlib>
#include <numeric>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/program/choices.h"
#include "checks/program/codec.h"
#include "checks/program/verbs.h"

namespace cradle {
namespace {

// As `cradle check` ends when the engine cannot be had.
constexpr int kBadEngine = 3;

// An input spends no record on what the engine would refuse.
VerbSet verbs_offered(const cradle_engine& engine) {
  VerbSet verbs = 0;
  for (const VerbInfo& row : kVerbs) {
    Program program;
    program.actions.push_back({});
    program.actions.back().verb = row.verb;
    if (lacking(program, engine).empty()) verbs |= bit(row.verb);
  }
  return verbs;
}

}  // namespace

Subject subject_named(const std::string& name) {
  Subject found;
  found.name = name;
  found.engine = find_engine(name);
  if (found.engine == nullptr) {
    std::fprintf(stderr, "fuzz: there is no engine \"%s\": see cradle engines\n", name.c_str());
    std::exit(kBadEngine);
  }
  found.capabilities = capabilities_of(*found.engine);
  found.options = fuzz_options(found.capabilities.ops, verbs_offered(*found.engine));
  return found;
}

Subject subject_from_environment() {
  const char* const name = std::getenv("CRADLE_ENGINE");
  return subject_named(name == nullptr ? "microcrad" : name);
}

Subject without_actions(Subject chosen) {
  chosen.options.verbs = 0;
  return chosen;
}

Subject with_network(Subject chosen) {
  if (!chosen.capabilities.has_network) {
    std::fprintf(stderr, "fuzz: %s offers no network of its own\n", chosen.name.c_str());
    std::exit(kBadEngine);
  }
  chosen.input = InputKind::network;
  return chosen;
}

Subject without_engine(InputKind input) {
  Subject chosen;
  chosen.name = "no engine";
  chosen.input = input;
  return chosen;
}

Network network_of_input(std::span<const std::uint8_t> bytes) {
  ByteChoices choices(bytes);
  return draw_network(choices, 3, 6, 3);
}

const Subject& subject_or_single(const Subject& chosen, const Program& program,
                                 std::span<const std::uint8_t> bytes) {
  if (chosen.name != "microcrad") return chosen;
  static const Subject single = subject_named("microcrad:single");
  const std::uint64_t sum = std::accumulate(bytes.begin(), bytes.end(), std::uint64_t{0});
  return sum % 2 == 1 && lacking(program, *single.engine).empty() ? single : chosen;
}

}  // namespace cradle
