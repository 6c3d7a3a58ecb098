// Every oracle on one program: what run, show, minimise and reproduce have in common.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/cradle/checks.h"
#include "checks/cradle/result.h"
#include "checks/cradle/target.h"
#include "checks/engines/host.h"

namespace cradle {

struct SingleRun {
  Trace trace;
  std::vector<std::pair<CheckId, Judgement>> judgements;  // of every check that applies

  /// Returns the first check that disagrees, survival before values before gradients.
  std::optional<std::pair<CheckId, Judgement>> disagreement() const;
  /// Disagree if one does; inconclusive if none agrees; else agree.
  Verdict verdict() const;
};

/// Runs a program in a child and asks every oracle; `deep`, MPFR too.
SingleRun run_single(const Target& target, const Program& program, const HostLimits& limits,
                     bool deep = false);

/// Returns the result of a single run in the shape of a campaign's, for JSON.
Result single_result(const Target& target, const Program& program, const std::string& family,
                     const SingleRun& run, const std::string& command);

}  // namespace cradle
