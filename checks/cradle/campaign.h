// A campaign: many cases on one engine, judged by several processes at once.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checks/cradle/cases.h"
#include "checks/cradle/result.h"
#include "checks/cradle/schedule.h"
#include "checks/engines/host.h"

namespace cradle {

class Progress;

struct CampaignOptions {
  const cradle_engine* engine = nullptr;
  Capabilities capabilities;
  CaseOptions cases;
  ScheduleOptions schedule;
  std::array<bool, kCheckCount> selected = {};
  std::vector<std::string> known;  // keys of findings that do not count, see known.h
  std::optional<double> seconds;   // stop then, whatever was scheduled
  unsigned jobs = 1;
  HostLimits limits;
  bool progress = true;
  // Not 0: every program of up to this length: in the pure stream, and with actions, if there are
  // verbs, in the lifetime stream.
  std::uint64_t exhaust_length = 0;
  VerbSet exhaust_verbs = 0;
};

/// Beyond every case.
inline constexpr std::uint64_t kNoLastCase = ~std::uint64_t{0};

/// How far a campaign has come that is run in legs, each of some seconds. It can be stored between
/// two.
struct CampaignState {
  std::uint64_t next_chunk = 0;  // all before it are done
  double seconds = 0;            // spent so far
  std::array<std::uint64_t, kStreamCount> cases_done = {};
  /// By stream and check: cases beyond this index are not judged any more, the check has its
  /// findings.
  std::array<std::array<std::uint64_t, kCheckCount>, kStreamCount> last_case;
  bool finished = false;

  CampaignState();
  std::uint64_t cases() const;
};

/// Runs the campaign and returns what was found, findings minimised and folded.
///
/// Ctrl-C, or the end of the time, stops it after the chunks under way; what was done until then is
/// returned.
/// Errors  throws std::system_error when no process can be started; a worker that dies is a failure
/// in
///         `failure`.
Result run_campaign(const CampaignOptions& options, std::string& failure);

/// Runs a campaign from where `state` says, for about so many seconds, and returns what this leg
/// found: findings are not folded and rows not completed, see `complete`.
Result run_leg(const CampaignOptions& options, double seconds, CampaignState& state,
               Progress& progress, std::string& failure);

/// Folds the findings of a campaign's merged legs, lets those of one bug share a program, puts the
/// rows in order, and adds those of the checks that do not apply.
void complete(const CampaignOptions& options, Result& result);

}  // namespace cradle
