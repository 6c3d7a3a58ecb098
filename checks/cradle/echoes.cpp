// Which finding is the cause, and which the echo.

#include "checks/cradle/echoes.h"

#include <algorithm>

#include "checks/cradle/finding_words.h"
#include "checks/cradle/investigate.h"

namespace cradle {

void drop_echoes(std::vector<Finding>& findings) {
  std::size_t firm = 0;
  for (const Finding& finding : findings) {
    const Kind kind = finding.judgement.kind;
    firm += is_after_others(finding) || !counts(kind) ? 0u : 1u;
  }
  if (firm > 0) std::erase_if(findings, is_after_others);
  const std::vector<Finding> all = findings;
  std::erase_if(findings, [&](const Finding& finding) {
    if (!finding.family.empty() || finding.program.code.size() <= kReadableLines) return false;
    return std::any_of(all.begin(), all.end(), [&](const Finding& other) {
      if (other.family.empty()) return false;
      const Kind kind = finding.judgement.kind;
      // What kills a family is of kind depth; a network of its size dies of it too.
      const bool as_large = finding.program.code.size() >= other.program.code.size() / 2;
      return other.judgement.kind == kind ||
             (other.judgement.kind == Kind::depth && kind == Kind::memory && as_large);
    });
  });
}

}  // namespace cradle
