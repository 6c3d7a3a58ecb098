// What a disagreement is called at the edges of a domain: only what a NaN or a hole may have made.

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "checks/oracles/libm.h"
#include "checks/oracles/sweep.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

Capabilities promising_nothing() {
  Capabilities capabilities = hand_capabilities();
  capabilities.as_declared = false;
  return capabilities;
}

Judgement wrong_gradient(NodeId node, double got, double expected) {
  Judgement judgement = judged(Verdict::disagree, "wrong");
  judgement.kind = Kind::gradient;
  judgement.node = node;
  judgement.got = got;
  judgement.expected = expected;
  return judgement;
}

std::vector<NodeState> states(std::initializer_list<NodeState> all) { return all; }

TEST(OracleSweep, forgives_a_nan_for_0_only_where_something_is_infinite) {
  const NodeState finite = {.data = 1, .grad = 1, .readable = 3};
  const NodeState overflown = {.data = kInfinity, .grad = 1, .readable = 3};
  const NodeState steep = {.data = 1, .grad = kInfinity, .readable = 3};
  const Capabilities lax = promising_nothing();
  const auto kind = [&](double got, double expected, const std::vector<NodeState>& nodes) {
    return with_infinity(wrong_gradient(0, got, expected), nodes, lax).kind;
  };
  EXPECT_EQ(kind(kNoNumber, 0, states({finite, overflown})), Kind::edge);
  EXPECT_EQ(kind(kNoNumber, 0, states({finite, steep})), Kind::edge);
  EXPECT_EQ(kind(kNoNumber, 0, states({finite, finite})), Kind::gradient);
  EXPECT_EQ(kind(kNoNumber, 0, states({steep, finite})), Kind::gradient) << "its own gradient";
  EXPECT_EQ(kind(1, 0, states({finite, overflown})), Kind::gradient) << "a number, not NaN";
  EXPECT_EQ(kind(kNoNumber, 2, states({finite, overflown})), Kind::gradient) << "0 is not expected";
  EXPECT_EQ(with_infinity(wrong_gradient(0, kNoNumber, 0), states({finite, overflown}),
                          hand_capabilities())
                .kind,
            Kind::gradient)
      << "the engine promises the edges, too";
}

TEST(OracleSweep, knows_when_an_op_gave_an_earlier_node) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = relu %1\n");
  Trace trace = trace_by_hand(program);
  trace.identity = {0, 1, 2};
  EXPECT_FALSE(has_merged_nodes(trace));
  trace.identity = {0, 1, 1};
  EXPECT_TRUE(has_merged_nodes(trace));
  trace.identity.clear();  // which cannot be read
  EXPECT_FALSE(has_merged_nodes(trace));
}

TEST(OracleSweep, forgives_a_hole_of_pow_only_below_it) {
  // Of %0 the base of a pow with a hole is made, of %1 another part.
  const Program program =
      program_of("%0 = input 0\n%1 = input 2\n%2 = add %0 %0\n%3 = pow %2 1\n%4 = mul %3 %1\n");
  Trace trace = trace_by_hand(program);
  const auto kind = [&](NodeId node, double got, const Capabilities& capabilities) {
    return with_edge(wrong_gradient(node, got, 1), program, trace.after[0].nodes, capabilities)
        .kind;
  };
  const Capabilities lax = promising_nothing();
  EXPECT_EQ(kind(0, kNoNumber, lax), Kind::edge);
  EXPECT_EQ(kind(2, kNoNumber, lax), Kind::edge);
  EXPECT_EQ(kind(1, kNoNumber, lax), Kind::gradient);
  EXPECT_EQ(kind(3, kNoNumber, lax), Kind::gradient);
  EXPECT_EQ(kind(0, 7, lax), Kind::gradient);
  EXPECT_EQ(kind(0, kNoNumber, hand_capabilities()), Kind::gradient);
  // Where a formula may divide by the base and nobody can look inside, any number is forgiven.
  Capabilities unknown = lax;
  unknown.pow_form = PowForm::unknown;
  EXPECT_EQ(kind(0, 7, unknown), Kind::gradient);
  unknown.interior_readable = false;
  EXPECT_EQ(kind(0, 7, unknown), Kind::edge);
  trace.after[0].nodes[2].data = 0.5;
  EXPECT_EQ(kind(0, kNoNumber, lax), Kind::gradient) << "no hole at 0.5";
}

TEST(OracleSweep, has_a_hole_of_pow_where_one_divided_by_the_base_overflows_and_not_before) {
  const Program program = program_of("%0 = input 0.5\n%1 = pow %0 1\n");
  const auto kind = [&](double base) {
    const NodeState node = {.data = base, .grad = 1, .readable = 3};
    return with_edge(wrong_gradient(0, kNoNumber, 1), program, states({node, node}),
                     promising_nothing())
        .kind;
  };
  EXPECT_EQ(kind(0x1p-1023), Kind::gradient);
  EXPECT_EQ(kind(0x0.4p-1022), Kind::edge);
  EXPECT_EQ(kind(kInfinity), Kind::edge);
}

TEST(OracleSweep, leaves_a_judgement_alone_whose_trace_does_not_fit) {
  const Program program = program_of("%0 = input 0\n%1 = pow %0 1\n");
  const Judgement wrong = wrong_gradient(0, kNoNumber, 1);
  EXPECT_EQ(with_edge(wrong, program, Trace{}, promising_nothing()).kind, Kind::gradient);
  EXPECT_EQ(with_edge(wrong, Program{}, trace_by_hand(program), promising_nothing()).kind,
            Kind::gradient);
  EXPECT_EQ(with_edge(wrong, program, trace_by_hand(program), promising_nothing()).kind,
            Kind::edge);
}

// What other engines make of other ops: a - b of a + (-1) b, say. An op of the specification is
// one, and so is tanh.
TEST(OracleSweep, takes_each_op_for_composed_that_the_specification_has_not) {
  for (const OpInfo& row : kOps) {
    if (row.op == Op::input || row.op == Op::neuron) continue;
    Program program = program_of("%0 = input 2\n%1 = add %0 %0\n%2 = exp %0\n");
    program.code[1].op = row.op;
    if (row.arity == 1) program.code[1].operands[1] = 0;
    std::vector<std::uint8_t> marks;
    mark_composed(program, 1, marks);
    const bool is_composed = !contains(kSpecificationOps | bit(Op::tanh), row.op);
    EXPECT_EQ(marks, (std::vector<std::uint8_t>{0, std::uint8_t{is_composed}})) << row.name;
    mark_composed(program, 2, marks);  // it does not lead to %1, and forgets nothing
    EXPECT_EQ(marks, (std::vector<std::uint8_t>{0, std::uint8_t{is_composed}, 0})) << row.name;
  }
}

TEST(OracleSweep, seeds_with_one_or_with_what_it_is_clipped_to) {
  Capabilities engine = hand_capabilities();
  const auto is_seed_if_clipped_to = [&](double clip, double grad) {
    engine.gradient_clip = clip;
    return is_seed(grad, engine);
  };
  for (const double clip : {0.0, 0.25, 1.0, 1.5}) EXPECT_TRUE(is_seed_if_clipped_to(clip, 1));
  EXPECT_TRUE(is_seed_if_clipped_to(0.25, 0.25));
  EXPECT_FALSE(is_seed_if_clipped_to(0.25, 0.5));
  EXPECT_FALSE(is_seed_if_clipped_to(0, 0));
  EXPECT_FALSE(is_seed_if_clipped_to(1.5, 1.5));
}

}  // namespace
}  // namespace cradle
