// Names and distances for judgements.

#include "checks/oracles/verdict.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cradle {

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::agree:
      return "agree";
    case Verdict::disagree:
      return "disagree";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "?";
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::value:
      return "value";
    case Kind::gradient:
      return "gradient";
    case Kind::memory:
      return "memory";
    case Kind::leak:
      return "leak";
    case Kind::depth:
      return "depth";
    case Kind::cost:
      return "cost";
    case Kind::policy:
      return "policy";
    case Kind::edge:
      return "edge";
  }
  return "?";
}

Judgement judged(Verdict verdict, std::string message) {
  Judgement judgement;
  judgement.verdict = verdict;
  judgement.message = std::move(message);
  return judgement;
}

Judgement agreed(double share) {
  Judgement judgement;
  judgement.share = share;
  return judgement;
}

double share_of(double error, double tolerance) {
  const double size = std::fabs(error);
  // What was accepted beside a tolerance of 0, or lost in an underflow, is as near as can be told.
  return size == 0 ? 0 : tolerance > 0 ? std::min(size / tolerance, 1.0) : 1.0;
}

double ulps_between(double got, double expected, unsigned precision_bits) {
  if (std::isnan(got) && std::isnan(expected)) return 0;
  if (got == expected) return 0;
  if (!std::isfinite(got) || !std::isfinite(expected)) {
    return std::numeric_limits<double>::infinity();
  }
  // ulp(x) = 2^(exponent - precision), never below that of the smallest normal number.
  const int smallest = precision_bits == 24 ? -125 : -1021;
  int exponent = smallest;
  if (expected != 0) std::frexp(expected, &exponent);
  exponent = std::max(exponent, smallest);
  // Halved first where the difference may overflow: both are large, and no half underflows.
  const int halved = std::fabs(got) > 1 ? 1 : 0;
  const double part = std::fabs(std::ldexp(got, -halved) - std::ldexp(expected, -halved));
  return std::ldexp(part, static_cast<int>(precision_bits) + halved - exponent);
}

}  // namespace cradle
