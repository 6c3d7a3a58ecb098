// Growing families in a child of their own.

#include "checks/cradle/depth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "checks/program/families.h"
#include "checks/program/minimise.h"

namespace cradle {
namespace {

// Below this a program is small enough to be met, and minimised, by the other checks.
constexpr std::size_t kOfSizeNodes = 24;

// A hundred times the nodes take a linear engine a hundred times as long, some five hundred when
// they leave all caches on the way (exponent 1.35); a quadratic one takes ten thousand times.
constexpr double kSteep = 1.75;
constexpr double kMeasurableSeconds = 0.05;

// A backward of a millisecond is measured well enough that one decade more tells as much as two
// from the microseconds, in which what every call costs hides the growth.
constexpr double kSureSeconds = 0.001;
constexpr double kEnoughSeconds = 0.3;  // of looking again at one length

// Lengths grow tenfold, but threefold after a backward that took this long: ten times the length
// would take a quadratic engine seconds, or for ever, and its time be lost with the process.
constexpr double kSlowSeconds = 0.02;

// What a program takes: making its nodes, and its first action.
struct Seconds {
  double making = 0;
  double action = 0;
};
using Part = double Seconds::*;

bool died_on_the_way_out(const Trace& trace) {
  const Moment::What what = trace.died_at.what;
  return trace.death != Death::none &&
         (what == Moment::What::ending || what == Moment::What::closing);
}

// True where the depth of a release is asked for by itself.
bool released_alone(const Capabilities& capabilities) {
  return capabilities.can_release && capabilities.release == ReleaseKind::per_handle;
}

class Grower {
 public:
  Grower(const Growth& growth, const cradle_engine& engine, const Capabilities& capabilities,
         const HostLimits& limits, const std::atomic<bool>& stop)
      : growth_(growth), capabilities_(capabilities), stop_(stop), host_(engine, limits) {}

  Program member(std::uint64_t length) const {
    std::string error;
    Program program = fitted(expand_family(growth_.family, {length}, error), capabilities_);
    if (growth_.only_released) {  // the runner releases the rest in node order, the root last
      Action release;
      release.verb = Verb::release;
      release.position = static_cast<NodeId>(program.code.size());
      program.actions = {release};
    }
    return program;
  }

  // The first check that disagrees, or agreement, or what is inconclusive.
  Judgement judge_length(std::uint64_t length, CheckId* at_fault = nullptr) {
    const Job job{member(length), std::nullopt};
    const Trace trace = host_.run(job.program);
    seconds_ = {trace.making_seconds, trace.after.empty() ? 0 : trace.after.front().seconds};
    if (died_on_the_way_out(trace) && !growth_.only_released && released_alone(capabilities_)) {
      return judged(Verdict::inconclusive, "it died when it was released: see that row");
    }
    Judgement result = judged(Verdict::agree);
    for (const CheckId check :
         {CheckId::survival, CheckId::forward, CheckId::local, CheckId::lifetime}) {
      if (!not_applicable(check, capabilities_).empty()) continue;
      if (growth_.only_released && check == CheckId::local) continue;
      Judgement judgement = judge(check, job, trace, capabilities_);
      if (at_fault != nullptr) *at_fault = check;
      if (judgement.verdict == Verdict::disagree) return judgement;
      if (judgement.verdict == Verdict::inconclusive) result = judgement;
    }
    return result;
  }

  // Of the length that was judged last.
  Seconds seconds() const { return seconds_; }

  // The least of three, or of fewer that took long: what else the machine does can only add.
  double least_seconds(std::uint64_t length, Part part) {
    double least = std::numeric_limits<double>::infinity();
    double sum = 0;
    for (int k = 0; k < 3 && sum < kEnoughSeconds; ++k) {
      judge_length(length);
      least = std::min(least, seconds_.*part);
      sum += seconds_.*part;
    }
    return least;
  }

  // Exact, but to a tenth where the failure is a matter of time, and to a hundredth where it is one
  // of a stack that holds a hundred thousand frames.
  // `judgement` is that of `failing` and becomes that of the result.
  std::uint64_t smallest_failing(std::uint64_t passing, std::uint64_t failing, Judgement& judgement,
                                 CheckId& check) {
    const bool by_time = judgement.kind == Kind::cost;
    const auto near = [&] {
      if (by_time) return failing - passing <= failing / 10 + 1;
      return failing > 100'000 && failing - passing <= failing / 100;
    };
    while (failing - passing > 1 && !near() && !stop_.load()) {
      const std::uint64_t middle = passing + (failing - passing) / 2;
      CheckId at_fault = check;
      const Judgement probed = judge_length(middle, &at_fault);
      if (probed.verdict == Verdict::disagree) {
        failing = middle;
        judgement = probed;
        check = at_fault;
      } else {
        passing = middle;
      }
    }
    return failing;
  }

 private:
  const Growth& growth_;
  const Capabilities& capabilities_;
  const std::atomic<bool>& stop_;
  Host host_;
  Seconds seconds_;
};

// What a failing length is brought down to, and reported as.
Finding failing_finding(Grower& grower, const Growth& growth, std::uint64_t passing,
                        std::uint64_t failing, const Judgement& met, CheckId& check, Row& row) {
  Finding finding;
  finding.judgement = met;
  const std::uint64_t threshold =
      grower.smallest_failing(passing, failing, finding.judgement, check);
  if (met.kind == Kind::cost && threshold == failing) {
    // Only one length hung, once: it must do so again, for machines are shared.
    finding.judgement = grower.judge_length(threshold, &check);
  }
  finding.program = grower.member(threshold);
  if (finding.judgement.kind == Kind::memory && finding.program.code.size() > kOfSizeNodes) {
    finding.judgement.kind = Kind::depth;
  }
  finding.check = name_of(CheckId::depth);
  finding.family = std::string(growth.family) + ' ' + std::to_string(threshold);
  row.threshold = threshold;
  return finding;
}

struct Measured {
  std::uint64_t length;
  Seconds seconds;
};

// The exponent of a part's time over the last decade or two, or a little more, when it is that of
// no linear engine.
std::optional<double> steep_exponent(Grower& grower, const std::vector<Measured>& measured,
                                     Part part) {
  Measured to = measured.back();
  const auto old = std::find_if(measured.rbegin(), measured.rend(), [&](const Measured& one) {
    return one.length <= to.length / (one.seconds.*part >= kSureSeconds ? 10 : 100);
  });
  if (old == measured.rend()) return std::nullopt;
  Measured from = *old;
  const auto exponent = [&] {
    return std::log(to.seconds.*part / from.seconds.*part) /
           std::log(static_cast<double>(to.length) / static_cast<double>(from.length));
  };
  const auto steep = [&] {
    return to.seconds.*part >= kMeasurableSeconds && from.seconds.*part > 0 && exponent() >= kSteep;
  };
  if (!steep()) return std::nullopt;
  from.seconds.*part = grower.least_seconds(from.length, part);
  to.seconds.*part = grower.least_seconds(to.length, part);
  return steep() ? std::optional(exponent()) : std::nullopt;
}

Finding steep_finding(const Growth& growth, const Grower& grower, std::uint64_t length,
                      const char* what, double exponent) {
  Finding finding;
  finding.check = name_of(CheckId::depth);
  finding.family = std::string(growth.family) + ' ' + std::to_string(length);
  finding.program = grower.member(length);
  finding.judgement =
      judged(Verdict::disagree,
             fmt::format("the time of {} grows as the length to the power {:.1f}", what, exponent));
  finding.judgement.kind = Kind::cost;
  finding.profile = growth.row();
  return finding;
}

// Whether the last length took what only a steep engine takes, and for which part.
std::optional<Finding> steepness(const Growth& growth, Grower& grower,
                                 const std::vector<Measured>& measured) {
  const std::uint64_t length = measured.back().length;
  if (const auto exponent = steep_exponent(grower, measured, &Seconds::making)) {
    return steep_finding(growth, grower, length, "making the nodes", *exponent);
  }
  const char* const action = growth.only_released ? "release" : "backward";
  if (const auto exponent = steep_exponent(grower, measured, &Seconds::action)) {
    return steep_finding(growth, grower, length, action, *exponent);
  }
  return std::nullopt;
}

// So that there is room for its nodes: up to four for each step of the length, but N (N - 1) + 1 of
// dense.
std::uint64_t length_max_of(const Growth& growth, std::uint64_t nodes_max) {
  if (nodes_max == 0) return growth.length_max;
  const bool is_square = growth.family == "dense";
  const double root = std::sqrt(static_cast<double>(nodes_max));
  return std::min(growth.length_max, is_square ? static_cast<std::uint64_t>(root) : nodes_max / 4);
}

}  // namespace

const std::vector<Growth>& growths() {
  static const std::vector<Growth> all = {{"chain", 1'000'000},
                                          {"chain", 1'000'000, true},
                                          {"ladder", 10'000},
                                          {"fan_out", 100'000},
                                          {"dense", 100}};
  return all;
}

std::size_t depth_case_count() { return growths().size() + 1; }

void check_growth(const Growth& growth, const cradle_engine& engine,
                  const Capabilities& capabilities, const HostLimits& limits,
                  const std::atomic<bool>& stop, Row& row, std::vector<Finding>& findings) {
  if (growth.only_released && !released_alone(capabilities)) {
    row.applicable = false;
    row.reason = "the engine gives memory back in another way than reference by reference";
    return;
  }
  Grower grower(growth, engine, capabilities, limits, stop);
  const std::uint64_t length_max = length_max_of(growth, capabilities.nodes_max);
  std::uint64_t passing = 0;
  std::vector<Measured> measured;
  std::uint64_t length = std::min<std::uint64_t>(10, length_max);
  while (!stop.load()) {
    CheckId check = CheckId::survival;
    const Judgement judgement = grower.judge_length(length, &check);
    ++row.cases;
    if (judgement.verdict == Verdict::disagree) {
      Finding finding = failing_finding(grower, growth, passing, length, judgement, check, row);
      if (finding.judgement.verdict != Verdict::disagree) {  // the machine was busy: look again
        row.threshold.reset();
        continue;
      }
      ++row.disagree;
      if (finding.program.code.size() <= kOfSizeNodes) {
        Investigator investigator(engine, capabilities, limits, &stop);
        finding = investigator.minimised(check, finding.program, finding.judgement);
        row.threshold.reset();
      }
      finding.profile = growth.row();
      findings.push_back(std::move(finding));
      return;
    }
    measured.push_back({length, grower.seconds()});
    if (auto steep = steepness(growth, grower, measured)) {
      ++row.disagree;
      row.threshold = length;
      findings.push_back(std::move(*steep));
      return;
    }
    ++(judgement.verdict == Verdict::agree ? row.agree : row.inconclusive);
    if (judgement.verdict == Verdict::inconclusive && row.reason.empty()) {
      row.reason = judgement.message;
    }
    passing = length;
    if (length == length_max) return;
    const Seconds last = measured.back().seconds;
    const bool slow = std::max(last.making, last.action) > kSlowSeconds;
    length = std::min(length_max, length * (slow ? 3 : 10));
  }
}

}  // namespace cradle
