// Judgements in words.

#include "checks/oracles/words.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace cradle {

std::string at_node(NodeId node) { return "node %" + std::to_string(node) + " disagrees"; }

std::string plain_number(double x) {
  if (std::isnan(x)) return "nan";
  std::array<char, 32> text;
  const std::to_chars_result result = std::to_chars(text.data(), text.data() + text.size(), x);
  return {text.data(), result.ptr};
}

std::string signed_number(double x) {
  const std::string plain = plain_number(x);
  return std::isnan(x) || std::signbit(x) ? plain : "+" + plain;
}

Judgement disagreement(const Program& program, NodeId node, Kind kind, double got, double expected,
                       const Range& enclosure) {
  Judgement judgement = judged(Verdict::disagree, at_node(node));
  judgement.kind = kind;
  judgement.has_node = true;
  judgement.node = node;
  judgement.op = program.code[node].op;
  judgement.got = got;
  judgement.expected = expected;
  judgement.lower = enclosure.lower;
  judgement.upper = enclosure.upper;
  judgement.ulps = ulps_between(got, expected);
  return judgement;
}

Judgement disagreement(Kind kind, std::string message) {
  Judgement judgement = judged(Verdict::disagree, std::move(message));
  judgement.kind = kind;
  return judgement;
}

}  // namespace cradle
