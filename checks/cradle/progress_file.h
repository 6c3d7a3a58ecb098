// A long run that can be broken off: how far it has come, in a file.

#pragma once

#include <cstdint>
#include <string>

#include "checks/cradle/campaign.h"
#include "checks/cradle/result.h"

namespace cradle {

/// What must be the same for a run to go on: other cases would be other numbers. The build counts
/// too.
struct RunIdentity {
  std::string engine;
  std::uint64_t length = 0;
  bool actions = false;
  std::uint64_t shard = 1;
  std::uint64_t shard_count = 1;
};

struct StoredRun {
  CampaignState state;
  Result result;  // rows, findings and counts of all legs so far
};

/// Reads how far a run has come; an absent file is a run that has not begun.
/// Errors  throws UserError with kBadInput when the file holds anything else, or another run: its
///         message says what differs.
StoredRun read_progress(const std::string& path, const RunIdentity& identity);

/// Writes it, at once or not at all.
/// Errors  throws UserError with kBadInput.
void write_progress(const std::string& path, const RunIdentity& identity, const StoredRun& run);

}  // namespace cradle
