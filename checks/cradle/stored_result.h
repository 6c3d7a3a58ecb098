// Results read back from the JSON that the command wrote, this one or an earlier one.

#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "checks/cradle/calibrate.h"
#include "checks/cradle/result.h"

namespace cradle {

/// The machine and the build: a name and what it is, in the order to be told.
using Environment = std::vector<std::pair<std::string, std::string>>;

struct StoredResult {
  /// Of its findings, `explanation` and `nodes` are there where the file has them; of a family
  /// there is no program.
  Result result;
  Verdict verdict = Verdict::inconclusive;
  std::vector<std::string> ops;         // one a finding, as the file spells it; may be empty
  std::vector<std::string> known_keys;  // one of each that is known and was met
  Environment environment;
};

struct StoredCalibration {
  Calibration calibration;
  std::string engine;
  std::uint64_t seed = 1;
  std::uint64_t graphs = 0;
  std::uint64_t nodes = 0;
  std::string command;
  bool good = false;
  Environment environment;
};

using StoredFile = std::variant<StoredResult, StoredCalibration>;

/// Reads the JSON of check, run, exhaust or calibrate; `file` names it in errors.
/// Errors  throws UserError with kBadInput, the file and the place, when it is no such result.
StoredFile read_stored(const std::string& text, const std::string& file);

class Member;

/// Each reads an object of schema 1. Errors  as those of Member.
StoredResult read_result(const Member& file);
StoredCalibration read_calibration(const Member& file);
Environment read_environment(const Member& file);

}  // namespace cradle
