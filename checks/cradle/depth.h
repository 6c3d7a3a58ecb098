// Bugs of size: families grown until something breaks, then the smallest length that breaks it.

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "checks/cradle/investigate.h"
#include "checks/cradle/result.h"

namespace cradle {

struct Growth {
  std::string_view family;
  std::uint64_t length_max;
  /// Without a backward: what is asked is whether the last reference, to the root, can be given up.
  /// Where that is a row of its own, a death on the way out is none of the other's.
  bool only_released = false;

  std::string_view row() const { return only_released ? "release" : family; }
};

/// Returns the families that the depth check grows, each threefold or tenfold until its
/// largest length: with a backward, and a chain once more that is only released.
const std::vector<Growth>& growths();

/// Returns the cases of the depth check: the families, and last the age of the process, see age.h.
std::size_t depth_case_count();

/// Grows one family on an engine: survival, values, gradients, counts and live nodes, and the time
/// of making the nodes and of the action, neither of which may grow like the square of the length.
///
/// The row counts one case a length. A failure is brought down to the smallest failing length (to a
/// tenth of it where the failure is a matter of time); where that is small, it is a matter of
/// values, not of size, and the finding is minimised like any other. When `stop`
/// becomes true, it ends after the length under way.
void check_growth(const Growth& growth, const cradle_engine& engine,
                  const Capabilities& capabilities, const HostLimits& limits,
                  const std::atomic<bool>& stop, Row& row, std::vector<Finding>& findings);

}  // namespace cradle
