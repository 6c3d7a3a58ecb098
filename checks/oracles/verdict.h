// What an oracle says of a case, in words that a person can act on.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "checks/program/program.h"

namespace cradle {

/// Inconclusive is a result of its own: such cases are counted, printed and bounded.
enum class Verdict : std::uint8_t { agree, disagree, inconclusive };

/// Kinds of finding in order of severity, the worst first. The numbers appear in reports.
enum class Kind : std::uint8_t {
  value = 1,
  gradient = 2,
  memory = 3,
  leak = 4,
  depth = 5,
  cost = 6,
  policy = 7,
  edge = 8,
};

std::string_view name_of(Verdict verdict);
std::string_view name_of(Kind kind);

/// True for kinds of which a finding is a failure; policies and edges are, only for who is strict.
inline bool counts(Kind kind) { return kind != Kind::policy && kind != Kind::edge; }

/// The answer of one oracle to one case. The fields after `verdict` matter when it is `disagree`,
/// but for `message`, which also says why a case is inconclusive.
struct Judgement {
  Verdict verdict = Verdict::agree;
  Kind kind = Kind::gradient;
  bool has_node = false;  // the next six fields say something
  NodeId node = 0;        // where it disagrees
  Op op = Op::input;      // the op that is at fault: the consumer's, for a gradient
  double got = 0;
  double expected = 0;
  double lower = 0;  // the enclosure of what a correct engine may give
  double upper = 0;
  double ulps = 0;  // between got and expected, in units in the last place of expected
  // Where it agrees: the largest error in units of the tolerance, which is how far a correct engine
  // may be off. 0: each number is the expected one. Negative: nothing was measured.
  double share = -1;
  std::string message;  // one line, without a full stop

  bool operator==(const Judgement&) const = default;
};

/// Returns a judgement that says no more than its verdict and message.
Judgement judged(Verdict verdict, std::string message = {});

/// Returns a judgement that agrees, with the largest error in units of the tolerance.
Judgement agreed(double share);

/// Returns how much of the tolerance an error takes; 0 when there is none.
double share_of(double error, double tolerance);

/// Returns |got - expected| in units in the last place of `expected` (of the smallest normal number
/// where that is smaller, in a binary32 engine of its own); infinity when one of them is not finite
/// and they differ; 0 when both are NaN.
double ulps_between(double got, double expected, unsigned precision_bits = 53);

}  // namespace cradle
