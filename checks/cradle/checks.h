// The checks of a campaign: which oracle, on which stream of cases, and when it does not apply.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/engines/engine.h"
#include "checks/engines/host.h"
#include "checks/engines/wire.h"
#include "checks/oracles/verdict.h"
#include "checks/program/capabilities.h"
#include "checks/program/generate.h"
#include "checks/program/trace.h"

namespace cradle {

enum class CheckId : std::uint8_t {
  survival,     // does the engine live through it?
  forward,      // are the values right?
  local,        // does each gradient follow from its consumers'?
  global,       // are the gradients of the inputs those of the function?
  difference,   // is it the derivative at all?
  metamorphic,  // do equal programs agree?
  deep,         // what does MPFR say of it, and of the other oracles? Only when asked for
  lifetime,     // is every reference accounted for?
  faults,       // what if memory runs out?
  leaks,        // does it give back what it took?
  mlp,          // do its networks compute what they should?
  corpus,       // the programs that are kept for ever
  depth,        // does it survive size? The last one, up to which they are counted
};
inline constexpr std::size_t kCheckCount = static_cast<std::size_t>(CheckId::depth) + 1;

/// The checks that ask of one trace whether values and gradients of a pure program are right.
inline constexpr std::array kNumberChecks = {CheckId::forward, CheckId::local, CheckId::global,
                                             CheckId::difference};

/// A stream of cases; case k of a stream is the same in every campaign with the same seed.
enum class Stream : std::uint8_t { pure, lifetime, mlp, corpus, depth, leaks, edges, faults };
inline constexpr std::size_t kStreamCount = 8;

std::string_view name_of(CheckId check);
std::string_view name_of(Stream stream);

/// Returns the check of that name, or kCheckCount as a number.
std::size_t check_named(std::string_view name);

/// Returns why the check cannot be made on an engine, or nothing.
std::string not_applicable(CheckId check, const Capabilities& capabilities);

/// Returns the checks that judge each case of a stream, survival first.
std::vector<CheckId> checks_of(Stream stream, const Program& program);

/// Returns a program as an engine is given it: neurons expanded where it has none, numbers in its
/// precision.
Program fitted(const Program& program, const Capabilities& capabilities);

/// Returns the programs that must run beside a case for a check to judge it: for a network the
/// same made op by op; for most checks none.
std::vector<Program> companions_of(CheckId check, const Job& job, const Capabilities& capabilities);

/// A case that was run, with the companions that ran beside it.
///
/// Shape  one trace more than companions: the case's own first.
struct Ran {
  const Job& job;
  std::span<const Program> companions;
  std::span<const Trace> traces;
};

/// Returns to how many random pure programs there is one that a check judges: what costs several
/// runs sees a share of them. Everywhere else a check judges every case.
std::uint64_t share_of(CheckId check);

/// Judges a case. A trace of a session that died disagrees in survival and is inconclusive
/// elsewhere.
Judgement judge(CheckId check, const Ran& ran, const Capabilities& capabilities);

/// The same for a case without companions: a check that needs them is inconclusive, or judges what
/// it can.
Judgement judge(CheckId check, const Job& job, const Trace& trace,
                const Capabilities& capabilities);

/// Runs a case and the companions that a check wants, and judges it. Requires no batch under way.
Judgement run_and_judge(Host& host, CheckId check, const Job& job,
                        const Capabilities& capabilities);

/// Settles what is found out rather than declared, by running small programs in a child, and
/// returns the completed capabilities.
Capabilities probe(const cradle_engine& engine, const HostLimits& limits = {});

}  // namespace cradle
