// Cases: number k of a stream, made from the seed and nothing else.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checks/cradle/checks.h"
#include "checks/engines/wire.h"

namespace cradle {

struct CorpusEntry {
  std::string name;    // the file's
  std::string family;  // "chain 1001", if it is one
  Program program;
};

struct CaseOptions {
  std::uint64_t seed = 1;
  std::optional<Profile> profile;  // of pure programs; drawn in the default mix otherwise
  std::vector<CorpusEntry> corpus;
};

struct Case {
  Stream stream = Stream::pure;
  std::uint64_t index = 0;
  std::string profile;  // the row it counts in
  std::string family;   // of a corpus entry
  Job job;
  std::vector<Program> companions;  // programs that run beside it, for a check that compares
};

/// Returns case `index` of a stream: the same for any number of jobs and shards.
/// Requires  not the depth stream, which makes its own programs; a corpus index that exists.
Case make_case(Stream stream, std::uint64_t index, const CaseOptions& options,
               const Capabilities& capabilities);

/// Returns the actions that make sense on an engine.
VerbSet verbs_of(const Capabilities& capabilities);

/// Reads every *.prog file of a folder, in the order of their names.
/// Errors  `error` names the first file that is no program; an absent folder is an empty corpus.
std::vector<CorpusEntry> read_corpus(const std::string& folder, std::string& error);

}  // namespace cradle
