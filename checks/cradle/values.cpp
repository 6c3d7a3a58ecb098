// The words that the command understands as values.

#include <algorithm>
#include <array>

#include "checks/cradle/calibrate.h"
#include "checks/cradle/checks.h"
#include "checks/cradle/usage.h"
#include "checks/engines/engines.h"
#include "checks/engines/faulty.h"

namespace cradle {

bool is_file(std::string_view value) {
  static constexpr std::array<std::string_view, 3> kFiles = {"F", "FILE", "DIR"};
  return std::find(kFiles.begin(), kFiles.end(), value) != kFiles.end();
}

std::vector<std::string> words_of_value(std::string_view value) {
  std::vector<std::string> words;
  if (value == "E") {
    for (const EngineEntry& entry : engine_list()) words.push_back(entry.name);
  } else if (value == "CHECK") {
    for (std::size_t k = 0; k < kCheckCount; ++k) {
      words.emplace_back(name_of(static_cast<CheckId>(k)));
    }
  } else if (value == "PROFILE") {
    for (std::size_t k = 0; k < kProfileCount; ++k) {
      const auto profile = static_cast<Profile>(k);
      if (profile != Profile::raw) words.emplace_back(name_of(profile));
    }
  } else if (value == "PROFILES") {
    words = false_alarm_profiles();
  } else if (value == "PART") {
    words.assign(kPartNames.begin(), kPartNames.end());
  } else if (value == "ORACLE") {
    words.assign(kCalibratedOracles.begin(), kCalibratedOracles.end());
  } else if (value == "BUG") {
    for (const PlantedBug& bug : planted_bugs()) words.emplace_back(bug.name);
  } else if (value == "FORM") {
    words = {"text", "bytes"};
  } else if (value == "SHELL") {
    words = {"bash", "zsh"};
  }
  return words;
}

}  // namespace cradle
