// The words that the command understands as values.

#include "checks/cradle/calibrate.h"
#include "checks/cradle/checks.h"
#include "checks/cradle/usage.h"
#include "checks/engines/engines.h"
#include "checks/engines/faulty.h"

namespace cradle {

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
  }
  return words;
}

}  // namespace cradle
