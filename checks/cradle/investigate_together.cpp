// One bug that several checks have met, told by one program.

#include <algorithm>
#include <tuple>

#include "checks/cradle/investigate.h"
#include "checks/program/simpler.h"

namespace cradle {

void Investigator::tell_together(std::vector<Finding>& findings) {
  struct Candidate {
    const Finding* of;
    std::vector<std::optional<Finding>> shown;  // by finding: as its program would show it
    std::ptrdiff_t count;
  };
  const auto movable = [](const Finding& finding) {
    const Kind kind = finding.judgement.kind;
    return finding.family.empty() && finding.check != name_of(CheckId::mlp) &&
           (kind == Kind::value || kind == Kind::gradient);
  };
  const std::vector<Finding> before = findings;
  std::vector<Candidate> candidates;
  for (const Finding& of : before) {
    if (!movable(of)) continue;
    Candidate candidate{&of, {}, 0};
    for (const Finding& finding : before) {
      const auto check = static_cast<CheckId>(check_named(finding.check));
      candidate.shown.push_back(movable(finding) ? shown_by({&of, 1}, check, finding.judgement)
                                                 : std::nullopt);
      candidate.count += candidate.shown.back() || &of == &finding ? 1 : 0;
    }
    candidates.push_back(std::move(candidate));
  }
  const auto place = [](const Candidate& candidate) {
    const Program& program = candidate.of->program;
    return std::make_tuple(program.code.size() + program.actions.size(), -candidate.count,
                           size_key(program));
  };
  std::stable_sort(
      candidates.begin(), candidates.end(),
      [&](const Candidate& lhs, const Candidate& rhs) { return place(lhs) < place(rhs); });
  for (std::size_t k = 0; k < findings.size(); ++k) {
    for (const Candidate& candidate : candidates) {
      if (candidate.of == &before[k]) break;  // its own comes first
      if (!candidate.shown[k]) continue;
      findings[k].program = candidate.shown[k]->program;
      findings[k].judgement = candidate.shown[k]->judgement;
      findings[k].explanation = candidate.of->explanation;
      findings[k].nodes = candidate.of->nodes;
      break;
    }
  }
}

}  // namespace cradle
