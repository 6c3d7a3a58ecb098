// How large and how small numbers may be before an oracle says nothing more, op by op, against the
// table that is kept.
//
// A guard against overflow, or against what underflow loses, hurts nobody where it is too careful,
// but for what is not judged; and where it is too bold only numbers at the end tell. A number of
// reach.tsv is the last t, to a 64th, at which x, y or the gradient may be 2^t times as large, or
// as small, as at a plain point, and is still judged: "all" where none was too large, "-" where
// even the plain point is not.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/difference.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/oracles/quotient.h"
#include "checks/oracles/values.h"
#include "checks/properties/engine_by_forms.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/frozen_function.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/ops_at_points.h"

namespace cradle {
namespace {

constexpr OpPoint kPlainPoint = {{"0.7", "1.1"}, {"0.9", "1.3"}};
constexpr NodeId kScaled[] = {0, 3, 7};  // a factor of x, of y, and of the gradient

using Decides = bool (*)(const Program&, const Capabilities&);

bool global_decides(const Program& program, const Capabilities& engine) {
  return global_reference(program, engine).decided;
}

bool filter_decides(const Program& program, const Capabilities& engine) {
  return quick_radii(program, engine).decided;
}

template <typename Real>
bool frozen_decides(const Program& program, const Capabilities& engine) {
  if (!global_reference(program, engine).decided) return false;
  const double unit = unit_in_first_place(program.code[0].immediate);
  return frozen_function<Real>(program, engine).along({{0, unit}}, 0).defined;
}

template <typename Real>
bool hull_decides(const Program& program, const Capabilities& engine) {
  const Trace trace = trace_by_forms(program, engine);
  bool all = true;
  std::uint32_t slot = 0;
  for_each_operand(program.code[6], [&](std::uint32_t, NodeId) {
    all = all && quotient_term<Real>(program, 6, slot, trace.after[0].nodes, engine).decided;
    ++slot;
  });
  return all;
}

template <auto judge>
bool agrees(const Program& program, const Capabilities& engine) {
  return judge(program, trace_by_forms(program, engine), engine).verdict == Verdict::agree;
}

template <auto accepted>
bool accepts(const Program& program, const Capabilities& engine) {
  return accepted(program, trace_by_forms(program, engine), engine);
}

// That it says more than that anything finite is right.
bool local_decides(const Program& program, const Capabilities& engine) {
  for (const NodeReport& row : local_report(program, trace_by_forms(program, engine), engine)) {
    if (row.node != 2 && row.node != 5) continue;
    if (!row.judged || !std::isfinite(row.expected) || !std::isfinite(row.upper - row.lower)) {
      return false;
    }
  }
  return true;
}

bool forward_decides(const Program& program, const Capabilities& engine) {
  const Trace trace = trace_by_forms(program, engine);
  std::vector<double> values;
  for (const NodeState& state : trace.after[0].nodes) values.push_back(state.data);
  const LegalValues legal = legal_values(program, 6, values, engine);
  return std::isfinite(legal.range.lower) && std::isfinite(legal.range.upper);
}

struct Reach {
  const char* name;
  Decides decides;
};
constexpr Reach kReaches[] = {
    {"global", global_decides},
    {"its filter", filter_decides},
    {"difference", frozen_decides<Float128>},
    {"difference, filter", frozen_decides<DoubleDouble>},
    {"hull", hull_decides<Float128>},
    {"hull, filter", hull_decides<DoubleDouble>},
    {"inputs", agrees<judge_difference_inputs>},
    {"inputs, filter", accepts<inputs_accepted_by_long_double>},
    {"edges", agrees<judge_difference_edges>},
    {"edges, filter", accepts<edges_accepted_by_double_double>},
    {"local", local_decides},
    {"forward", forward_decides},
};

// 2^t, or nearly, by arithmetic that is the same everywhere.
double power_of(double t) {
  const double whole = std::floor(t);
  return std::ldexp(1 + (t - whole), static_cast<int>(whole));
}

// Bisects between where it decides and where it does not.
std::string reach_of(const Reach& reach, const Program& plain, const Capabilities& engine,
                     NodeId scaled, double sign) {
  const auto decides = [&](double t) {
    Program program = plain;
    program.code[scaled].immediate *= power_of(sign * t);
    if (engine.precision_bits == 24) program = in_floats(program);
    return reach.decides(program, engine);
  };
  if (!decides(0)) return "-";
  double within = 0;
  double beyond = 1000;
  if (decides(beyond)) return "all";
  while (beyond - within > 1. / 64) {
    const double middle = (within + beyond) / 2;
    (decides(middle) ? within : beyond) = middle;
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.2f", within);
  return text;
}

std::string row_of_reach(const OpLine& line, const EngineKind& kind, const Reach& reach) {
  const Capabilities engine = engine_of_kind(kind);
  const Program plain = program_at(kPlainPoint, line.line);
  std::string text = std::string(line.name) + ", " + kind.name + ", " + reach.name;
  for (const NodeId scaled : kScaled) {
    for (const double sign : {1.0, -1.0}) {
      text += "\t" + reach_of(reach, plain, engine, scaled, sign);
    }
  }
  return text;
}

TEST(OracleReach, is_that_of_the_table) {
  std::vector<KeptRow> rows;
  for (const OpLine& line : kOpLines) {
    for (const std::size_t kind : {0u, 1u, 2u, 5u, 6u, 12u, 15u}) {
      for (const Reach& reach : kReaches) {
        const bool is_forward = kEngineKinds[kind].mode == Mode::forward;
        if (is_forward && &reach > &kReaches[1]) break;  // global alone, and its filter
        rows.push_back({row_of_reach(line, kEngineKinds[kind], reach), 0.02});
      }
    }
  }
  expect_kept("reach", rows, "What is not judged any more, or is now, needs a reason.");
}

}  // namespace
}  // namespace cradle
