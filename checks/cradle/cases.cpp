// Making cases, and reading the corpus.

#include "checks/cradle/cases.h"

#include <algorithm>
#include <cassert>
#include <filesystem>

#include "checks/cradle/input.h"
#include "checks/oracles/faults.h"
#include "checks/oracles/leaks.h"
#include "checks/program/choices.h"
#include "checks/program/edges.h"
#include "checks/program/numbers.h"

namespace cradle {
namespace {

Case pure_case(Choices& choices, const CaseOptions& options, const Capabilities& capabilities) {
  Case made;
  GenerateOptions generate_options;
  generate_options.ops = capabilities.ops;
  const Profile drawn = draw_profile(choices);
  generate_options.profile = options.profile.value_or(drawn);
  if (capabilities.nodes_max > 0) {
    generate_options.nodes_max = std::min<std::size_t>(kGeneratedNodesMax, capabilities.nodes_max);
  }
  made.profile = name_of(generate_options.profile);
  made.job.program = generate(choices, generate_options);
  return made;
}

Case lifetime_case(Choices& choices, const Capabilities& capabilities) {
  Case made;
  GenerateOptions generate_options;
  generate_options.ops = capabilities.ops;
  generate_options.verbs = verbs_of(capabilities);
  made.profile = "actions";
  made.job.program = generate(choices, generate_options);
  return made;
}

// Few nodes and actions, so that every allocation can be made to fail.
Case faults_case(Choices& choices, const Capabilities& capabilities) {
  Case made;
  GenerateOptions generate_options;
  generate_options.ops = capabilities.ops;
  generate_options.verbs = verbs_of(capabilities) & ~bit(Verb::fail);
  generate_options.nodes_max = kFaultyNodesMax;
  generate_options.actions_max = kFaultyActionsMax;
  made.profile = "faults";
  made.job.program = generate(choices, generate_options);
  return made;
}

Case network_case(Choices& choices, const Capabilities& capabilities) {
  Case made;
  Network network = draw_checked_network(choices, capabilities.ops);
  made.profile = "networks";
  made.job.program = lower(network).program;
  made.job.network = std::move(network);
  return made;
}

}  // namespace

VerbSet verbs_of(const Capabilities& capabilities) {
  VerbSet verbs = bit(Verb::backward);
  if (capabilities.can_retain) verbs |= bit(Verb::retain);
  if (capabilities.can_release) verbs |= bit(Verb::release);
  if (capabilities.zero_grad == ZeroGrad::node) verbs |= bit(Verb::zero_grad);
  if (capabilities.can_set) verbs |= bit(Verb::set);
  if (capabilities.can_fail) verbs |= bit(Verb::fail);
  if (capabilities.tells_null) verbs |= bit(Verb::misuse_null);
  if (capabilities.tells_stale) verbs |= bit(Verb::misuse_stale);
  if (capabilities.tells_over_release) verbs |= bit(Verb::misuse_over_release);
  return verbs;
}

Case make_case(Stream stream, std::uint64_t index, const CaseOptions& options,
               const Capabilities& capabilities) {
  assert(stream != Stream::depth);
  SeedChoices choices(case_seed(options.seed, static_cast<std::uint64_t>(stream), index));
  Case made;
  if (stream == Stream::pure) made = pure_case(choices, options, capabilities);
  if (stream == Stream::lifetime) made = lifetime_case(choices, capabilities);
  if (stream == Stream::mlp) made = network_case(choices, capabilities);
  if (stream == Stream::faults) made = faults_case(choices, capabilities);
  if (stream == Stream::edges) {
    made.profile = "edges";
    made.job.program = edge_program(capabilities.ops, index);
  }
  if (stream == Stream::leaks) {
    made.profile = "sessions";
    made.job.program = leak_programs(capabilities)[index];
  }
  if (stream == Stream::corpus) {
    const CorpusEntry& entry = options.corpus[index];
    made.profile = "corpus";
    made.family = entry.family;
    made.job.program = entry.program;
  }
  // A network is one whole to the engine; its lowered program keeps its neurons.
  made.job.program = made.job.network
                         ? in_precision(std::move(made.job.program), capabilities.precision_bits)
                         : fitted(made.job.program, capabilities);
  made.stream = stream;
  made.index = index;
  return made;
}

std::vector<CorpusEntry> read_corpus(const std::string& folder, std::string& error) {
  std::vector<std::filesystem::path> files;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    if (entry.path().extension() == ".prog") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<CorpusEntry> corpus;
  for (const std::filesystem::path& file : files) {
    Parsed parsed = read_program(file.string());
    if (parsed.error) {
      error = parsed.error->text();
      return {};
    }
    corpus.push_back({file.filename().string(), parsed.family, std::move(parsed.program)});
  }
  return corpus;
}

}  // namespace cradle
