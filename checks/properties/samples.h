// Programs from numbered seeds, for laws that want many of them and fast: tens of thousands a
// second, the same on every machine. A law that wants small counterexamples takes
// arbitrary_program.h instead.

#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "checks/program/generate.h"
#include "checks/program/text.h"

namespace cradle {

inline constexpr std::uint64_t kSampleSeed = 2026;
inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// Returns the program that a test spells out.
inline Program program_of(std::string_view text) {
  Parsed parsed = parse(text, "test");
  EXPECT_FALSE(parsed.error) << parsed.error->text();
  return std::move(parsed.program);
}

inline GenerateOptions options_of(Profile profile, OpSet ops) {
  GenerateOptions options;
  options.profile = profile;
  options.ops = ops;
  return options;
}

/// Returns sample `index` of the given options.
inline Program sample(const GenerateOptions& options, std::uint64_t index) {
  SeedChoices choices(case_seed(kSampleSeed, static_cast<std::uint64_t>(options.profile), index));
  return generate(choices, options);
}

/// Returns what to print beside a failed expectation: the options and the program.
inline std::string describe(const GenerateOptions& options, const Program& program) {
  return std::string(name_of(options.profile)) + ", ops " + std::to_string(options.ops) +
         ", verbs " + std::to_string(options.verbs) + "\n" + print(program);
}

/// FNV-1a over bytes: a fingerprint that is the same everywhere.
/// Source  Fowler, Noll & Vo; RFC draft draft-eastlake-fnv.
inline std::uint64_t fingerprint(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325u) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3u;
  }
  return hash;
}

}  // namespace cradle
