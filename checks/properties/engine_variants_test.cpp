// The healthy engines that are not the reference: known numbers, the same as the reference where
// arithmetic is exact and within the roundings of their formulas elsewhere, and each different in
// what it is there for.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/program/numbers.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"

namespace cradle {
namespace {

constexpr const char* kVariants[] = {"tape:depth_first", "tape:alternative", "tape:powers",
                                     "tape:recomputed",  "tape:binary32",    "tape:forward",
                                     "tape:resets",      "tape:refuses",     "tape:fast"};

Trace run_on(const char* engine, const std::string& text) {
  return run(program_of(text), *find_engine(engine));
}

double unit_roundoff(const char* engine) {
  return find_engine(engine)->capabilities->precision_bits == 24 ? 0x1p-24 : 0x1p-53;
}

// An op at a point: its value, and the slopes to its operands.
struct Known {
  std::string_view op;
  double x, y;
  double value, to_x, to_y;
};

const Known kKnown[] = {
    {"add %0 %1", 2, 3, 5, 1, 1},
    {"sub %0 %1", 2, 3, -1, 1, -1},
    {"mul %0 %1", 2, 3, 6, 3, 2},
    {"div %0 %1", 3, 4, 0.75, 0.25, -0.1875},
    {"neg %0", 2, 0, -2, -1, 0},
    {"pow %0 3", 2, 0, 8, 12, 0},
    {"pow %0 0", 2, 0, 1, 0, 0},
    {"pow %0 1", 2, 0, 2, 1, 0},
    {"pow %0 -1", 4, 0, 0.25, -0.0625, 0},
    {"powv %0 %1", 2, 3, 8, 12, 5.545177444479562},
    {"exp %0", 1, 0, 2.718281828459045, 2.718281828459045, 0},
    {"log %0", 4, 0, 1.3862943611198906, 0.25, 0},
    {"relu %0", 2, 0, 2, 1, 0},
    {"relu %0", -2, 0, 0, 0, 0},
    {"leaky_relu %0", 2, 0, 2, 1, 0},
    {"leaky_relu %0", -2, 0, -0.02, 0.01, 0},
    {"tanh %0", 1, 0, 0.7615941559557649, 0.41997434161402614, 0},
    {"sigmoid %0", 0, 0, 0.5, 0.25, 0},
    {"sigmoid %0", -1, 0, 0.2689414213699951, 0.19661193324148185, 0},
    {"sin %0", 1, 0, 0.8414709848078965, 0.5403023058681398, 0},
    {"cos %0", 1, 0, 0.5403023058681398, -0.8414709848078965, 0},
    {"sqrt %0", 4, 0, 2, 0.25, 0},
    {"abs %0", 3, 0, 3, 1, 0},
    {"abs %0", -3, 0, 3, -1, 0},
    // The last operand is the bias, and here the weight too.
    {"neuron %0 %1 %1 1", 2, 3, 9, 3, 3},
    {"neuron %0 %1 %1 1 linear", 2, -3, -9, -3, 3},
};

std::string program_text(const Known& known) {
  return "%0 = input " + print(known.x) + "\n%1 = input " + print(known.y) +
         "\n%2 = " + std::string(known.op) + "\n";
}

TEST(EngineVariants, give_known_values_and_slopes_of_every_op) {
  OpSet met = 0;
  for (const Known& known : kKnown) {
    const Program program = program_of(program_text(known));
    met |= bit(program.code[2].op) | bit(Op::input);
    for (const char* engine : kVariants) {
      SCOPED_TRACE(std::string(engine) + ": " + print(program));
      const double room = 16 * unit_roundoff(engine);
      const Snapshot after = run(program, *find_engine(engine)).after.at(0);
      EXPECT_NEAR(after.nodes[2].data, known.value, room * std::fabs(known.value));
      EXPECT_NEAR(after.nodes[0].grad, known.to_x, room * std::fmax(1, std::fabs(known.to_x)));
      EXPECT_NEAR(after.nodes[1].grad, known.to_y, room * std::fmax(1, std::fabs(known.to_y)));
    }
  }
  for (const OpInfo& row : cradle::kOps) {
    EXPECT_TRUE(contains(met, row.op)) << "kKnown has no row for " << row.name;
  }
}

// Each form rounds at most eight times and calls the library twice, at 2.5 ulps or 5 u the most:
// 16 u beside the true slope, relatively. What 1 - t^2 and s (1 - s) lose is absolute, and below 1.
TEST(EngineVariants, agree_with_the_reference_within_the_roundings_of_their_formulas) {
  SeedChoices choices(11);
  for (const Known& known : kKnown) {
    for (int round = 0; round < 30; ++round) {
      Known drawn = known;
      drawn.x = draw_in(choices, 0.25, 4);
      drawn.y = draw_in(choices, 0.25, 4);
      const Program program = in_precision(program_of(program_text(drawn)), 24);
      const Snapshot expected = run(program, *find_engine("tape")).after.at(0);
      for (const char* engine : kVariants) {
        SCOPED_TRACE(std::string(engine) + ": " + print(program));
        const double room = 32 * unit_roundoff(engine);
        const Snapshot after = run(program, *find_engine(engine)).after.at(0);
        EXPECT_NEAR(after.nodes[2].data, expected.nodes[2].data,
                    room * std::fmax(1, std::fabs(expected.nodes[2].data)));
        for (const NodeId node : {0U, 1U}) {
          EXPECT_NEAR(after.nodes[node].grad, expected.nodes[node].grad,
                      room * std::fmax(1, std::fabs(expected.nodes[node].grad)));
        }
      }
    }
  }
}

// A graph of whole numbers, so small that every sum and product is exact in both precisions.
Program whole_numbers(Choices& choices) {
  constexpr Op kOps[] = {Op::add, Op::sub, Op::mul, Op::neg, Op::relu, Op::abs};
  Program program;
  for (NodeId node = 0; node < 24; ++node) {
    Instruction line;
    if (node < 3) {
      line.immediate = static_cast<double>(choices.below(5)) - 2;
    } else {
      line.op = kOps[choices.below(std::size(kOps))];
      const NodeId window = std::min<NodeId>(node, 6);
      line.operands[0] = node - 1 - static_cast<NodeId>(choices.below(window));
      if (info(line.op).arity > 1) {
        line.operands[1] = node - 1 - static_cast<NodeId>(choices.below(window));
      }
    }
    program.code.push_back(line);
  }
  return program;
}

bool exact_in_binary32(const Snapshot& after) {
  return std::all_of(after.nodes.begin(), after.nodes.end(), [](const NodeState& node) {
    return std::fabs(node.data) < 0x1p20 && std::fabs(node.grad) < 0x1p20;
  });
}

TEST(EngineVariants, equal_the_reference_where_arithmetic_is_exact) {
  SeedChoices choices(5);
  int compared = 0;
  for (int round = 0; round < 300; ++round) {
    const Program program = whole_numbers(choices);
    const Snapshot expected = run(program, *find_engine("tape")).after.at(0);
    if (!exact_in_binary32(expected)) continue;
    ++compared;
    for (const char* engine : kVariants) {
      SCOPED_TRACE(std::string(engine) + "\n" + print(program));
      const Snapshot after = run(program, *find_engine(engine)).after.at(0);
      for (NodeId node = 0; node < program.code.size(); ++node) {
        EXPECT_EQ(after.nodes[node].data, expected.nodes[node].data) << "%" << node;
        if (!after.nodes[node].has_grad()) continue;
        EXPECT_EQ(after.nodes[node].grad, expected.nodes[node].grad) << "%" << node;
      }
    }
  }
  EXPECT_GT(compared, 100);
}

// Otherwise they would test nothing that the reference does not.
TEST(EngineVariants, differ_from_the_reference_in_some_bit) {
  for (const char* engine :
       {"tape:depth_first", "tape:alternative", "tape:powers", "tape:recomputed"}) {
    int different = 0;
    for (std::uint64_t index = 0; index < 200; ++index) {
      const Program program = sample({.profile = Profile::safe, .ops = kAllOps}, index);
      const Snapshot plain = run(program, *find_engine("tape")).after.at(0);
      const Snapshot after = run(program, *find_engine(engine)).after.at(0);
      different += plain.nodes[0].grad != after.nodes[0].grad ? 1 : 0;
    }
    EXPECT_GT(different, 10) << engine;
  }
}

constexpr const char* kTwice =
    "%0 = input 1\n%1 = add %0 %0\n%2 = add %1 %1\nbackward %2\nbackward %2\n";

TEST(EngineVariants, do_with_a_second_backward_what_they_say) {
  for (const char* engine : {"tape:resets", "tape:forward"}) {
    const Trace trace = run_on(engine, kTwice);
    EXPECT_EQ(trace.after.at(1).status, 0);
    EXPECT_EQ(trace.after.at(1).nodes[0].grad, 4) << engine;
  }
  const Trace refused = run_on("tape:refuses", kTwice);
  EXPECT_EQ(refused.after.at(0).status, 0);
  EXPECT_EQ(refused.after.at(1).status, -1);
  EXPECT_EQ(refused.after.at(1).nodes[0].grad, 4);
  const Trace other = run_on("tape:refuses",
                             "%0 = input 1\n%1 = add %0 %0\n%2 = neg %0\nbackward %1\nbackward %2\n"
                             "backward %0\nbackward %0\n");
  EXPECT_EQ(other.after.at(1).status, 0) << "its nodes are new, and its input adds up";
  EXPECT_EQ(other.after.at(1).nodes[0].grad, 1);
  EXPECT_EQ(other.after.at(3).status, 0) << "an input has nothing to pass on twice";
}

TEST(EngineVariants, in_forward_mode_know_the_gradients_of_inputs_only) {
  const Trace trace = run_on(
      "tape:forward", "%0 = input 0\n%1 = input 2\n%2 = log %0\n%3 = mul %1 %1\nbackward %3\n");
  const std::vector<NodeState>& nodes = trace.after.at(0).nodes;
  EXPECT_EQ(nodes[0].grad, 0) << "the infinite slope of log belongs to another output";
  EXPECT_EQ(nodes[1].grad, 4);
  EXPECT_FALSE(nodes[3].has_grad());
}

TEST(EngineVariants, of_binary32_hold_no_number_that_it_has_not) {
  for (std::uint64_t index = 0; index < 300; ++index) {
    const Profile profile = index % 2 == 0 ? Profile::safe : Profile::special;
    const Program program = sample({.profile = profile, .ops = kAllOps}, index);
    const Trace trace = run(program, *find_engine("tape:binary32"));
    for (NodeId node = 0; node < program.code.size(); ++node) {
      const NodeState& state = trace.after.at(0).nodes[node];
      for (const double number : {state.data, state.grad}) {
        EXPECT_TRUE(std::isnan(number) || number == double{static_cast<float>(number)});
      }
      if (program.code[node].op != Op::input) continue;
      EXPECT_EQ(print(state.data), print(in_precision(program, 24).code[node].immediate));
    }
  }
}

// b + w x with a product that does not fit: fused, it is rounded once.
TEST(EngineVariants, compiled_fast_are_fused_where_the_processor_can) {
#ifndef CRADLE_NATIVE
  GTEST_SKIP() << "this build is for any processor";
#elif defined(__x86_64__)
  if (!__builtin_cpu_supports("fma")) GTEST_SKIP() << "no fused multiply-add here";
#endif
  const double x = 1 + 0x1p-30;
  const std::string numbers = "%0 = input " + print(x) + "\n%1 = input " + print(-x * x) + "\n";
  const std::string neuron = numbers + "%2 = neuron %0 %0 %1 1 linear\n";
  EXPECT_EQ(run_on("tape", neuron).after.at(0).nodes[2].data, 0);
  EXPECT_EQ(run_on("tape:fast", neuron).after.at(0).nodes[2].data, std::fma(x, x, -x * x));
  // The gradient of x is a sum of three products, which seldom fit. Instrumented code keeps the
  // product and the sum in different functions, where nothing can be fused.
  if (kSanitized) return;
  const std::string sum =
      "%0 = input 1\n%1 = input 7.3\n%2 = mul %0 %1\n%3 = mul %0 %0\n%4 = add %2 %3\n"
      "%5 = pow %4 3\n";
  int fused = 0;
  for (int k = 1; k < 20; ++k) {
    Program program = program_of(sum);
    program.code[0].immediate = 1 + k * 0.1;
    const double plain = run(program, *find_engine("textbook")).after.at(0).nodes[0].grad;
    const double fast = run(program, *find_engine("textbook:fast")).after.at(0).nodes[0].grad;
    fused += plain != fast ? 1 : 0;
  }
  EXPECT_GT(fused, 0);
}

}  // namespace
}  // namespace cradle
