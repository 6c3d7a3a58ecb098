// From a disagreement to a finding: is it real, what is the smallest program that shows it, and is
// it a matter of size?

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/cradle/cases.h"
#include "checks/cradle/checks.h"
#include "checks/cradle/result.h"
#include "checks/engines/host.h"

namespace cradle {

class Investigator {
 public:
  /// `limits` are those of the campaign; minimising uses shorter ones, and ends early when `*stop`
  /// becomes true (null: never).
  Investigator(const cradle_engine& engine, const Capabilities& capabilities,
               const HostLimits& limits, const std::atomic<bool>* stop = nullptr);

  /// Confirms a disagreement in a fresh process, minimises it, and judges what is left.
  ///
  /// `before` are the jobs that ran in the same process earlier: when the case alone shows nothing,
  /// one of them may have damaged the memory. When that cannot be shown either, the finding is of
  /// kind memory and says so, and its program is the case's own; a time-out that does not happen
  /// again is none at all. Of the `known` findings of other checks the first whose program shows
  /// this one too is as small as it gets.
  std::optional<Finding> investigate(CheckId check, const Case& met, const Judgement& judgement,
                                     std::span<const Job> before,
                                     std::span<const Finding> known = {});

  /// Runs a program in a fresh child and judges it. `kind` is what is expected: a program that may
  /// damage memory is run several times in one child, one that may hang is not.
  Judgement judge_alone(CheckId check, const Program& program, Kind kind);

  /// Returns the smallest finding: a family where size is what matters, else a minimised program.
  Finding smallest(CheckId check, const Program& program, const Judgement& judgement);

  /// Lets findings of values and gradients of different checks share a program where one program
  /// shows both: of the shortest, the one that most of them show. One bug is then told once.
  void tell_together(std::vector<Finding>& findings);

  /// Gives a finding its explanation and the rows of its nodes, from one more run. What kills or
  /// hangs is not run again: it has neither.
  void add_explanation(Finding& finding);

  /// Minimises a program that disagrees with `check`, in this kind, and judges the result.
  Finding minimised(CheckId check, const Program& program, const Judgement& judgement);

  /// Returns the family whose growth shows the same, with the smallest failing length, if there is
  /// one.
  std::optional<Finding> as_family(CheckId check, const Judgement& judgement);

 private:
  std::optional<Finding> investigate_network(const Case& met);
  std::optional<Finding> by_one_trace(const Program& program);
  Finding plainer(Finding finding);
  Program faulty(CheckId check, const Program& program);
  std::optional<Finding> find_culprit(std::span<const Job> before);
  std::optional<Finding> shown_by(std::span<const Finding> known, CheckId check,
                                  const Judgement& judgement);
  bool fails(CheckId check, const Program& program, Kind kind);

  bool stopped() const { return stop_ != nullptr && stop_->load(); }

  Capabilities capabilities_;
  const std::atomic<bool>* stop_;
  Host confirming_;  // the campaign's limits
  Host quick_;       // a tenth of its time: hundreds of candidates may hang
};

/// Programs of more lines than this are shown by a family, where one shows the same.
inline constexpr std::size_t kReadableLines = 8;

}  // namespace cradle
