// A campaign: many cases on one engine, judged by several processes at once.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "checks/cradle/cases.h"
#include "checks/cradle/result.h"
#include "checks/cradle/schedule.h"
#include "checks/engines/host.h"

namespace cradle {

struct CampaignOptions {
  const cradle_engine* engine = nullptr;
  Capabilities capabilities;
  CaseOptions cases;
  ScheduleOptions schedule;
  std::array<bool, kCheckCount> selected = {};
  std::optional<double> seconds;  // stop then, whatever was scheduled
  unsigned jobs = 1;
  HostLimits limits;
  bool progress = true;
  std::uint64_t exhaust_length = 0;  // not 0: the pure stream is every program of up to this length
};

/// Runs the campaign and returns what was found, findings minimised and folded.
///
/// Ctrl-C, or the end of the time, stops it after the chunks under way; what was done until then is
/// returned.
/// Errors  throws std::system_error when no process can be started; a worker that dies is a failure
/// in
///         `failure`.
Result run_campaign(const CampaignOptions& options, std::string& failure);

}  // namespace cradle
