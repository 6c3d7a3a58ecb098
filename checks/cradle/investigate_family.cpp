// Is it a matter of size? Then a family shows it, by its smallest failing length.

#include <string>
#include <vector>

#include "checks/cradle/depth.h"
#include "checks/cradle/investigate.h"
#include "checks/program/families.h"
#include "checks/program/minimise.h"

namespace cradle {

std::optional<Finding> Investigator::as_family(CheckId check, const Judgement& judgement) {
  if (stopped()) return std::nullopt;
  // Of time only what doubles with each level is asked: slower growth is for the depth check.
  const bool hangs = judgement.kind == Kind::cost;
  const std::vector<Growth> grown =
      hangs
          ? std::vector<Growth>{{"ladder", 40}, {"dense", 40}}
          : std::vector<Growth>{{"chain", 2000}, {"fan_out", 1000}, {"ladder", 200}, {"dense", 40}};
  for (const Growth& growth : grown) {
    const auto member = [&](std::uint64_t length) {
      std::string error;
      return expand_family(growth.family, {length}, error);
    };
    const auto shows = [&](std::uint64_t length) {
      if (!hangs) return fails(check, member(length), judgement.kind);
      const Judgement alone = judge_alone(check, member(length), judgement.kind);
      return alone.verdict == Verdict::disagree && alone.kind == Kind::cost;
    };
    if (!shows(growth.length_max)) continue;
    const std::uint64_t length = smallest_failing_length(1, growth.length_max, shows);
    Finding finding;
    finding.check = name_of(check);
    finding.program = member(length);
    finding.family = std::string(growth.family) + ' ' + std::to_string(length);
    finding.judgement = judge_alone(check, finding.program, judgement.kind);
    if (finding.judgement.verdict == Verdict::disagree) return finding;
  }
  return std::nullopt;
}

}  // namespace cradle
