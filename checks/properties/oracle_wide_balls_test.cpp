// How wide GLOBAL's bounds are where an operand is uncertain in its first digits already: what is
// of second order among rounded numbers is of first order here. Against a table, wide.tsv.
//
// A cell is the logarithm, to base 2, of a radius in units of what it bounds: of the op's value,
// then of the gradients of the two inputs that its operands are made of.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "checks/oracles/global.h"
#include "checks/oracles/radius.h"
#include "checks/properties/engine_kinds.h"
#include "checks/properties/kept_table.h"
#include "checks/properties/ops_at_points.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// What is left of a power of e when nearly all of it is taken away: `part` of it may be wrong.
struct WideOperand {
  double exponent;
  double part;  // 0: the power itself
};

// Returns lines %first to %(first + 3), of which the last is the operand.
void add_operand(Program& program, const WideOperand& wide_one, const Capabilities& engine) {
  const auto first = static_cast<NodeId>(program.code.size());
  const auto line = [&](Op op, NodeId a, NodeId b, double immediate) {
    Instruction one;
    one.op = op;
    one.operands = {a, b, 0};
    one.immediate = immediate;
    program.code.push_back(one);
  };
  line(Op::input, 0, 0, wide_one.exponent);
  line(Op::exp, first, 0, 0);
  const GlobalReference reference = global_reference(program, engine);
  const Float128 value = reference.value[first + 1];
  const double taken =
      wide_one.part == 0
          ? 0
          : static_cast<double>(value - reference.value_radius[first + 1] / wide_one.part);
  line(Op::input, 0, 0, engine.precision_bits == 24 ? static_cast<float>(taken) : taken);
  line(Op::sub, first + 1, first + 2, 0);
}

std::string ratio_text(double radius, const Float128& size) {
  if (radius == 0) return "\t-";
  char text[40];
  const double ratio = radius / static_cast<double>(fabs(size));
  std::snprintf(text, sizeof text, "\t%.10f", std::log2(ratio));
  return text;
}

// %3 and %7 are the operands; the op's line names %2 and %5.
std::string row_of_wide(const OpLine& row, const EngineKind& kind, const WideOperand& x,
                        const WideOperand& y) {
  const Capabilities engine = engine_of_kind(kind);
  Program program;
  add_operand(program, x, engine);
  add_operand(program, y, engine);
  Instruction op = program_at(kOpPoints[0], row.line).code[6];
  if (op.op == Op::neuron) {
    op.operands = {3, 7, 4};
    op.count = 1;
  } else {
    for (NodeId& operand : op.operands) operand = operand == 5 ? 7 : 3;
  }
  program.code.push_back(op);
  const GlobalReference reference = global_reference(program, engine);
  if (!reference.decided) return "\tundecided";
  return ratio_text(reference.value_radius[8], reference.value[8]) +
         ratio_text(reference.gradient_radius[0], reference.gradient[0]) +
         ratio_text(reference.gradient_radius[4], reference.gradient[4]);
}

TEST(OracleWideBalls, are_those_of_the_table) {
  constexpr WideOperand kUncertain[] = {{30, 0.02}, {30, 0.2}, {30, 0.45}, {35, 0.2}};
  constexpr WideOperand kOther[] = {{0.7, 0}, {30.5, 0.1}};
  std::vector<KeptRow> rows;
  for (const OpLine& row : kOpLines) {
    for (const std::size_t kind : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 8u, 12u}) {
      std::string text = std::string(row.name) + ", " + kEngineKinds[kind].name;
      for (const WideOperand& x : kUncertain) {
        for (const WideOperand& y : kOther) text += row_of_wide(row, kEngineKinds[kind], x, y);
      }
      rows.push_back({text, 2e-9});
    }
  }
  expect_kept("wide", rows, "A bound that grew needs its derivation.");
}

// The kink itself may be all that an argument has to fear.
TEST(OracleWideBalls, take_no_side_where_an_end_is_the_kink) {
  const Capabilities engine = engine_of_kind(kEngineKinds[0]);
  const Model model = {engine, arithmetic_of(engine.precision_bits)};
  for (const Op op : {Op::relu, Op::abs, Op::leaky_relu}) {
    for (const double centre : {0.5, -0.5}) {
      double slope = 7;
      EXPECT_NE(decide_slope<Float128>(model, op, {centre, 0.5}, slope), nullptr);
      EXPECT_EQ(decide_slope<Float128>(model, op, {centre, 0.4999}, slope), nullptr);
      const double below = op == Op::abs ? -1 : op == Op::relu ? 0 : engine.leaky_slope;
      EXPECT_EQ(slope, centre > 0 ? 1 : below);
    }
  }
}

}  // namespace
}  // namespace cradle
