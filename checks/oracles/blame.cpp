// Which single consumer explains a wrong gradient?
//
// The residual g - sum C, divided by one consumer's C: -1 says that its contribution is missing, +1
// that it was added twice, -2 that its sign is wrong, another constant that its rule is off by that
// factor.

#include <cmath>

#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"

namespace cradle {
namespace {

// How near a ratio must be to an integer to be taken for it: far above rounding, far below any
// coincidence.
double nearness(unsigned precision_bits) { return precision_bits == 24 ? 1e-4 : 1e-9; }

struct Suspect {
  Use use;
  double contribution = 0;
  double ratio = 0;  // residual / contribution, or residual / gradient for a contribution of 0
  double near = 0;   // how near a ratio is to what it is taken for
};

// What a ratio says of a contribution; nothing when it is just some number.
const char* verdict_on(const Suspect& suspect) {
  const auto is_near = [&](double ratio) {
    return std::fabs(suspect.ratio - ratio) < suspect.near;
  };
  if (suspect.contribution == 0) return is_near(1) ? "is not 0" : nullptr;
  if (is_near(-1)) return "is missing";
  if (is_near(1)) return "was added twice";
  return is_near(-2) ? "has the wrong sign" : nullptr;
}

bool worse(const Suspect& lhs, const Suspect& rhs) {
  const bool lhs_known = verdict_on(lhs) != nullptr;
  const bool rhs_known = verdict_on(rhs) != nullptr;
  if (lhs_known != rhs_known) return lhs_known;
  return std::fabs(lhs.contribution) > std::fabs(rhs.contribution);
}

std::string explained(const Suspect& suspect, double got, std::size_t use_count) {
  // The sign of a zero of 113 bits is the library's.
  const std::string number = suspect.contribution == 0 ? "0" : signed_number(suspect.contribution);
  if (!std::isfinite(got) || !std::isfinite(suspect.contribution)) {
    return "a contribution is " + number;
  }
  const char* const verdict = verdict_on(suspect);
  if (verdict != nullptr && suspect.contribution == 0) {
    return "a contribution that should be 0 is not";
  }
  if (verdict != nullptr) return "a contribution of " + number + " " + verdict;
  if (use_count > 1) return "the largest contribution is " + number;
  if (suspect.contribution == 0) return "the contribution should be 0";
  return "a contribution of " + number + " is off by a factor of 1" + signed_number(suspect.ratio);
}

}  // namespace

Judgement blame(const Program& program, const Sweep& sweep, NodeId node, std::span<const Use> uses,
                const GradientSum& sum, const Capabilities& capabilities) {
  const double got = sweep.after[node].grad;
  Judgement judgement = disagreement(program, node, Kind::gradient, got,
                                     static_cast<double>(sum.exact()), sum.enclosure());
  judgement.ulps = ulps_between(got, judgement.expected, capabilities.precision_bits);
  const Float128 residual = Float128(got) - sum.exact();
  Suspect worst;
  const char* edge = nullptr;
  for (const Use& use : uses) {
    if (std::isnan(got) && use.slot == 0 &&
        is_hole_of_pow(program.code[use.consumer], sweep.after)) {
      edge = "NaN at a trivial exponent";
      worst.use = use;
      break;
    }
    const Float128 c = contribution(program, use.consumer, use.slot, sweep.after, capabilities,
                                    sweep.is_stale(use.consumer))
                           .exact;
    const double g = sweep.after[use.consumer].grad;
    const Suspect suspect = {use, static_cast<double>(c),
                             static_cast<double>(residual / (c == 0 ? Float128(g) : c)),
                             nearness(capabilities.precision_bits)};
    if (&use == &uses.front() || worse(suspect, worst)) worst = suspect;
  }
  judgement.op = program.code[worst.use.consumer].op;
  if (edge != nullptr) judgement.kind = Kind::edge;
  const std::string why = edge != nullptr ? edge : explained(worst, got, uses.size());
  judgement.message += " (" + std::string(info(judgement.op).name) + ", consumer %" +
                       std::to_string(worst.use.consumer) + ": " + why + ")";
  return judgement;
}

}  // namespace cradle
