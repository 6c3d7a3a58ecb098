// How small an error of one number an oracle refuses, op by op, against the table that is kept.
//
// The other tables have the bounds; this one has what is made of them: that an error is compared
// with the right bound, on either side of what is expected, and that nothing else lets it pass. A
// number of resolution.tsv is log2 of the fewest ulps that are refused, at each of the points
// below: "-" where 2^44 are not. Between floats there are doubles, which tell more of a bound.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/difference.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/ops_at_points.h"

namespace cradle {
namespace {

constexpr OpPoint kResolvedAt[] = {
    {{"0.7", "1.1"}, {"0.9", "1.3"}},
    {{"2.3", "0.9"}, {"-1.7", "1.1"}},
    {{"-5.5", "0.7"}, {"0.3", "0.13"}},
};
constexpr std::size_t kResolvedKinds[] = {0, 1, 2, 3, 5, 8, 10, 12, 13, 14};

using Judge = Judgement (*)(const Program&, const Trace&, const Capabilities&);

// An oracle, and the number that is wrong: the value of the op, or a gradient.
enum class Wrong { value, of_operand, of_other_operand, of_input };
struct Resolved {
  const char* name;
  Judge judge;
  Wrong wrong;
};
constexpr Resolved kResolved[] = {
    {"forward", judge_forward, Wrong::value},
    {"local", judge_local, Wrong::of_operand},
    {"local, other operand", judge_local, Wrong::of_other_operand},
    {"edges", judge_difference_edges, Wrong::of_operand},
    {"edges, other operand", judge_difference_edges, Wrong::of_other_operand},
    {"global", judge_global, Wrong::of_input},
    {"inputs", judge_difference_inputs, Wrong::of_input},
};

double& number_of(Trace& trace, const Program& program, Wrong wrong) {
  std::vector<NodeState>& nodes = trace.after.front().nodes;
  std::vector<NodeId> operands;
  for_each_operand(program.code[6],
                   [&](std::uint32_t, NodeId operand) { operands.push_back(operand); });
  switch (wrong) {
    case Wrong::value:
      return nodes[6].data;
    case Wrong::of_operand:
      return nodes[operands.front()].grad;
    case Wrong::of_other_operand:
      return nodes[operands[operands.size() / 2]].grad;
    case Wrong::of_input:
      break;
  }
  return nodes[0].grad;
}

// Returns log2 of the fewest ulps that are refused, upwards or downwards.
std::string resolution_of(const Resolved& resolved, const Program& program,
                          const Capabilities& engine, double sign) {
  Trace trace = trace_by_forms(program, engine);
  double& number = number_of(trace, program, resolved.wrong);
  const double right = number;
  const int parts = engine.precision_bits == 24 ? 6 : 0;  // 2^6 between two floats
  const bool has_place = right != 0 && std::isfinite(right);
  const int place = has_place ? std::ilogb(right) : -149;
  const int step = place - static_cast<int>(engine.precision_bits) + 1 - parts;
  const auto refuses = [&](double steps) {
    number = right + sign * std::ldexp(steps, step);
    return resolved.judge(program, trace, engine).verdict == Verdict::disagree;
  };
  EXPECT_FALSE(refuses(0)) << resolved.name << "\n" << print(program);
  double beyond = 1;
  while (beyond < 0x1p44 && !refuses(beyond)) beyond *= 2;
  if (beyond == 0x1p44) return "-";
  double within = std::floor(beyond / 2);
  while (beyond - within > 1) {
    const double middle = std::floor((within + beyond) / 2);
    (refuses(middle) ? beyond : within) = middle;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.2f", std::log2(beyond) - parts);
  return text;
}

std::string row_of_resolution(const OpLine& line, const EngineKind& kind,
                              const Resolved& resolved) {
  const Capabilities engine = engine_of_kind(kind);
  std::string text = std::string(line.name) + ", " + kind.name + ", " + resolved.name;
  for (const OpPoint& point : kResolvedAt) {
    Program program = program_at(point, line.line);
    if (engine.precision_bits == 24) program = in_floats(program);
    text += "\t" + resolution_of(resolved, program, engine, 1) + ":" +
            resolution_of(resolved, program, engine, -1);
  }
  return text;
}

bool takes_two(const OpLine& line) {
  std::size_t operands = 0;
  for_each_operand(program_at(kResolvedAt[0], line.line).code[6],
                   [&](std::uint32_t, NodeId) { ++operands; });
  return operands > 1;
}

TEST(OracleResolution, is_that_of_the_table) {
  std::vector<KeptRow> rows;
  for (const OpLine& line : kOpLines) {
    for (const std::size_t kind : kResolvedKinds) {
      for (const Resolved& resolved : kResolved) {
        if (resolved.wrong == Wrong::of_other_operand && !takes_two(line)) continue;
        rows.push_back({row_of_resolution(line, kEngineKinds[kind], resolved), 0.02});
      }
    }
  }
  expect_kept("resolution", rows, "An oracle that sees less, or more, needs a reason.");
}

}  // namespace
}  // namespace cradle
