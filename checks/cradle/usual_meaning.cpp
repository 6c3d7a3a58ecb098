// What findings usually are: by kind, op and numbers.

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "checks/cradle/checks.h"
#include "checks/cradle/finding_words.h"
#include "checks/cradle/name_causes.h"
#include "checks/program/execute.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

// The exponent of the one pow that disagrees, as it may have been kept.
std::string of_pow(const Finding& finding) {
  const Judgement& judgement = finding.judgement;
  const Instruction& line = finding.program.code[judgement.node];
  if (line.op != Op::pow || judgement.kind != Kind::value) return {};
  const double x = execute<double>(finding.program)[line.operands[0]];
  const double e = line.immediate;
  const auto is = [&](double exponent) {
    const double value = std::pow(x, exponent);
    return exponent != e && std::fabs(judgement.got - value) <= 1e-12 * std::fabs(value);
  };
  if (is(std::trunc(e))) return "the exponent is kept as an integer";
  if (is(std::round(e))) return "the exponent is rounded to an integer";
  if (is(std::strtod(fmt::format("{:.2f}", e).c_str(), nullptr))) {
    return "the exponent is kept as text with two digits";
  }
  if (is(static_cast<double>(static_cast<float>(e)))) return "the exponent is kept as a float";
  return {};
}

std::string of_value(const Finding& finding) {
  const Judgement& judgement = finding.judgement;
  const Op op = judgement.op;
  if (std::isnan(judgement.got) && std::isfinite(judgement.expected) &&
      (op == Op::tanh || op == Op::sigmoid)) {
    return "e^x overflows in its formula: with the negative magnitude for x it cannot";
  }
  if (judgement.node < finding.program.code.size()) return of_pow(finding);
  return {};
}

// A power of ten, or five of it.
bool is_round(double x) {
  const double ten = std::pow(10.0, std::floor(std::log10(x) + 1e-9));
  return x == ten || x == 5 * ten;
}

std::string of_gradient(const Finding& finding, double least) {
  const Judgement& judgement = finding.judgement;
  const double got = std::fabs(judgement.got);
  if (!judgement.has_node || !std::isfinite(judgement.got)) return {};
  const bool same_side = judgement.got * judgement.expected > 0;
  for (const NodeRow& row : finding.nodes) {
    if (std::fabs(parse_number(row.grad).value_or(0)) > got) return {};
  }
  if (same_side && got < std::fabs(judgement.expected) && got >= least && is_round(got) &&
      judgement.ulps > 1e6) {
    return fmt::format("gradients are clamped to [-{0:g}, {0:g}]", got);
  }
  return {};
}

std::string of_death(const Finding& finding) {
  const std::string& message = finding.judgement.message;
  if (has(message, "it said: ")) return {};  // which is better
  if (has(message, "called exit(")) return "a check of the domain that ends the process";
  if (has(message, "was released at the end") || has(message, "when the session was closed")) {
    return finding.judgement.kind == Kind::depth
               ? "destructors that call each other, a frame of the stack for each node"
               : "something is given back twice, or was never there";
  }
  if (finding.judgement.kind == Kind::depth && has(message, " in backward ")) {
    return "a sort that calls itself, a frame of the stack for each node, or a table of a fixed "
           "size";
  }
  return {};
}

std::string of_cost(const Finding& finding) {
  if (finding.family.rfind("ladder", 0) == 0 && has(finding.judgement.message, "did not finish")) {
    return "a node is visited once for each path to it: paths double with each rung";
  }
  if (has(finding.judgement.message, "making the nodes grows")) {
    return "what exists is kept in a list, and each new node looked for in it, or put at its end";
  }
  if (has(finding.judgement.message, "release grows")) {
    return "what exists is kept in a list, and what dies is looked for from its beginning";
  }
  if (has(finding.judgement.message, "grows as the length")) {
    return "what was visited is kept in a list, and searched from its beginning";
  }
  return {};
}

}  // namespace

std::string usual_meaning(const Finding& finding, bool of_many) {
  if (is_after_others(finding)) {
    return "something is kept from one graph to the next: a tape, a counter, a flag";
  }
  switch (finding.judgement.kind) {
    case Kind::value:
      return of_value(finding);
    case Kind::gradient:
      return of_gradient(finding, of_many ? 1 : 10);
    case Kind::memory:
    case Kind::depth:
      return of_death(finding);
    case Kind::leak:
      return has(finding.judgement.message, "once backward was called")
                 ? "what backward leaves in a node owns the node"
                 : "a cycle of owners, or a constant made within an op that nobody gives back";
    case Kind::cost:
      return of_cost(finding);
    default:
      return {};
  }
}

}  // namespace cradle
