// Does an engine grow slower with the age of its process?
//
// A global tape that is swept from its beginning, a table of all nodes that ever were: each session
// takes longer than the one before, though all are equal and small.

#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "checks/cradle/result.h"
#include "checks/engines/engine.h"
#include "checks/engines/host.h"
#include "checks/program/capabilities.h"

namespace cradle {

/// The profile of its row, beside those of the families.
inline constexpr std::string_view kSessions = "sessions";

/// Repeats one small session in one process, and compares what it takes at last with what it took
/// at first. Returns whether it is several times as much, in two processes one after the other:
/// that is a finding of kind cost.
///
/// Source  the least of ten batches stands for a stretch: what else the machine does can only add.
bool check_age(const cradle_engine& engine, const Capabilities& capabilities,
               const HostLimits& limits, const std::atomic<bool>& stop, Row& row,
               std::vector<Finding>& findings);

}  // namespace cradle
