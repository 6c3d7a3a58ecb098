// The checks of a campaign: which oracle, on which stream of cases, and when it does not apply.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/wire.h"
#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/generate.h"
#include "checks/program/trace.h"

namespace cradle {

enum class CheckId : std::uint8_t {
  survival,    // does the engine live through it?
  forward,     // are the values right?
  local,       // does each gradient follow from its consumers'?
  difference,  // is it the derivative at all?
  lifetime,    // is every reference accounted for?
  mlp,         // do its networks compute what they should?
  corpus,      // the programs that are kept for ever
  depth,       // does it survive size?
};
inline constexpr std::size_t kCheckCount = 8;

/// A stream of cases; case k of a stream is the same in every campaign with the same seed.
enum class Stream : std::uint8_t { pure, lifetime, mlp, corpus, depth };
inline constexpr std::size_t kStreamCount = 5;

std::string_view name_of(CheckId check);
std::string_view name_of(Stream stream);

/// Returns the check of that name, or kCheckCount as a number.
std::size_t check_named(std::string_view name);

/// Returns why the check cannot be made on an engine, or nothing.
std::string not_applicable(CheckId check, const Capabilities& capabilities);

/// Returns the checks that judge each case of a stream, survival first.
std::vector<CheckId> checks_of(Stream stream, const Program& program);

/// Judges one trace. `beside` matters to mlp only: the same network made op by op, or null.
///
/// A trace of a session that died disagrees in survival and is inconclusive elsewhere.
Judgement judge(CheckId check, const Job& job, const Trace& trace, const Trace* beside,
                const Capabilities& capabilities);

/// Settles what is found out rather than declared, by running small programs in a child, and
/// returns the completed capabilities.
Capabilities probe(const cradle_engine& engine);

}  // namespace cradle
