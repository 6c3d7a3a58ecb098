// Laws of the representation itself: equality is bitwise, well-formedness judges any bits, and
// purity and reach are what they say.

#include "checks/program/program.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "checks/program/text.h"
#include "checks/program/trace.h"
#include "checks/program/verbs.h"
#include "checks/properties/arbitrary_program.h"

namespace cradle {
namespace {

Program parsed(const std::string& text) {
  Parsed result = parse(text, "text");
  EXPECT_FALSE(result.error) << result.error->text();
  return result.program;
}

TEST(Program, tables_are_in_the_order_of_their_numbers) {
  for (std::size_t k = 0; k < kOpCount; ++k) {
    EXPECT_EQ(static_cast<std::size_t>(kOps[k].op), k) << kOps[k].name;
  }
  for (std::size_t k = 0; k < kVerbCount; ++k) {
    EXPECT_EQ(static_cast<std::size_t>(kVerbs[k].verb), k) << kVerbs[k].name;
  }
}

TEST(Program, numbers_are_compared_bit_by_bit) {
  const Program zero = parsed("%0 = input 0");
  const Program negative_zero = parsed("%0 = input -0");
  const Program nan = parsed("%0 = input nan");
  EXPECT_FALSE(zero == negative_zero);
  EXPECT_TRUE(nan == parsed("%0 = input -nan"));
  EXPECT_FALSE(nan == zero);
}

TEST(Program, is_pure_without_actions_or_with_a_backward_from_the_last_node_alone) {
  EXPECT_TRUE(is_pure(parsed("%0 = input 1\n%1 = exp %0\n")));
  EXPECT_TRUE(is_pure(parsed("%0 = input 1\n%1 = exp %0\nbackward %1\n")));
  EXPECT_FALSE(is_pure(parsed("%0 = input 1\n%1 = exp %0\nbackward %0\n")));
  EXPECT_FALSE(is_pure(parsed("%0 = input 1\nbackward %0\n%1 = exp %0\n")));
  EXPECT_FALSE(is_pure(parsed("%0 = input 1\nbackward %0\nbackward %0\n")));
  EXPECT_FALSE(is_pure(parsed("%0 = input 1\nzero_grad\n")));
}

TEST(Program, nodes_reach_a_root_through_operands) {
  const Program program =
      parsed("%0 = input 1\n%1 = input 2\n%2 = mul %0 %0\n%3 = exp %1\n%4 = neuron %0 %1 %2 1\n");
  EXPECT_EQ(reaching(program, 4), (std::vector<bool>{true, true, true, false, true}));
  EXPECT_EQ(reaching(program, 2), (std::vector<bool>{true, false, true, false, false}));
}

TEST(Program, slots_of_a_neuron_are_its_xs_its_ws_and_its_bias) {
  Instruction neuron;
  neuron.op = Op::neuron;
  neuron.count = 2;
  neuron.operands = {3, 7, 1};
  std::vector<NodeId> slots;
  for_each_operand(neuron, [&](std::uint32_t slot, NodeId node) {
    EXPECT_EQ(slot, slots.size());
    slots.push_back(node);
  });
  EXPECT_EQ(slots, (std::vector<NodeId>{3, 4, 7, 8, 1}));
  EXPECT_EQ(slot_count(neuron), 5u);
}

RC_GTEST_PROP(Program, generated_programs_fit_their_performed_actions, (const Program& program)) {
  RC_ASSERT(well_formed(program));
  const PerformedActions performed(program);
  RC_ASSERT(performed.size() > 0u);
  if (program.actions.empty()) RC_ASSERT(performed[0].target == program.code.size() - 1);
}

// Changes any field of any line to any bits.
void spoil(Choices& choices, Program& program) {
  const auto bits = [&] {
    return static_cast<std::uint32_t>(choices.below(std::uint64_t{1} << 32));
  };
  const auto small = [&] { return static_cast<std::uint32_t>(choices.below(12)); };
  const auto number = [&] { return choices.below(2) == 0 ? small() : bits(); };
  if (program.actions.empty() || choices.below(2) == 0) {
    Instruction& line = program.code[choices.below(program.code.size())];
    switch (choices.below(5)) {
      case 0:
        line.op = static_cast<Op>(choices.below(256));
        break;
      case 1:
        line.linear = !line.linear;
        break;
      case 2:
        line.count = static_cast<std::uint16_t>(number());
        break;
      case 3:
        line.operands[choices.below(3)] = number();
        break;
      default:
        line.immediate = choices.below(2) == 0 ? 1.5 : -std::numeric_limits<double>::quiet_NaN();
    }
    return;
  }
  Action& action = program.actions[choices.below(program.actions.size())];
  switch (choices.below(6)) {
    case 0:
      action.position = number();
      break;
    case 1:
      action.verb = static_cast<Verb>(choices.below(256));
      break;
    case 2:
      action.op = static_cast<Op>(choices.below(256));
      break;
    case 3:
      action.target = number();
      break;
    case 4:
      action.count = number();
      break;
    default:
      action.value = choices.below(2) == 0 ? 1.5 : -std::numeric_limits<double>::quiet_NaN();
  }
}

RC_GTEST_PROP(Program, well_formed_judges_any_bits_and_what_it_accepts_survives_its_text,
              (const Program& program, std::uint64_t seed)) {
  SeedChoices choices(seed);
  for (int k = 0; k < 20; ++k) {
    Program spoilt = program;
    spoil(choices, spoilt);
    if (choices.below(3) == 0) spoil(choices, spoilt);
    if (!well_formed(spoilt)) continue;
    const Parsed again = parse(print(spoilt), "spoilt");
    RC_ASSERT(!again.error);
    RC_ASSERT(again.program == spoilt);
  }
}

TEST(Program, a_trace_fits_only_the_program_whose_shape_it_has) {
  const Program program = parsed("%0 = input 1\nbackward %0\n%1 = exp %0\nzero_grad\n");
  Trace trace;
  trace.made = {true, true};
  trace.after.resize(2);
  trace.after[0].nodes.resize(1);
  trace.after[1].nodes.resize(2);
  trace.last.nodes.resize(2);
  EXPECT_TRUE(fits(trace, program));
  trace.identity = {0, 0};
  EXPECT_TRUE(fits(trace, program));
  for (int bend = 0; bend < 7; ++bend) {
    Trace bent = trace;
    if (bend == 0) bent.made.push_back(true);
    if (bend == 1) bent.after.pop_back();
    if (bend == 2) bent.after[0].nodes.clear();
    if (bend == 3) bent.last.nodes.clear();
    if (bend == 4) bent.end.nodes.resize(1);
    if (bend == 5) bent.identity = {1, 1};
    if (bend == 6) bent.death = Death::signal;
    EXPECT_FALSE(fits(bent, program)) << "bend " << bend;
  }
}

}  // namespace
}  // namespace cradle
