// Mistakes of a sweep have names: each planted one is told by its own, and right sweeps by none.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/causes.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

SweepSet explained(const std::string& engine, const std::string& text) {
  const cradle_engine& table = *find_engine(engine);
  const Program program = parse(text, "test").program;
  return sweeps_that_explain(program, run(program, table), capabilities_of(table));
}

struct Explained {
  std::string bug;
  std::string mistake;  // a part of its words
  std::string program;
};

constexpr const char* kMetTooSoon =
    "%0 = input 3\n%1 = add %0 %0\n%2 = mul %1 %1\n%3 = add %1 %2\n";
constexpr const char* kTwoBackwards = "%0 = input 3\n%1 = mul %0 %0\nbackward %1\nbackward %1\n";

const std::vector<Explained>& named() {
  static const std::vector<Explained> all = {
      {"breadth_first", "topological", kMetTooSoon},
      {"preorder", "topological", kMetTooSoon},
      {"revisited_node", "for each path", "%0 = input 3\n%1 = exp %0\n%2 = mul %1 %1\n"},
      {"overwrite_gradient", "set, not added", "%0 = input 3\n%1 = mul %0 %0\n"},
      {"add_same_operand", "only one of them", "%0 = input 3\n%1 = add %0 %0\n"},
      {"replays_old_tape", "everything that was ever made",
       "%0 = input 3\n%1 = mul %0 %0\n%2 = add %0 %0\nbackward %1\nbackward %2\n"},
      {"order_appended", "goes through it again", kTwoBackwards},
      {"visited_never_reset", "never forgotten", kTwoBackwards},
      {"root_accumulates", "adds 1", kTwoBackwards},
      {"root_kept", "keeps the gradient",
       "%0 = input 3\n%1 = mul %0 %0\n%2 = mul %1 %0\nbackward %2\nbackward %1\n"},
  };
  return all;
}

TEST(OracleCauses, of_planted_mistakes_have_their_names) {
  for (const Explained& row : named()) {
    SCOPED_TRACE(row.bug);
    EXPECT_NE(explained("textbook", row.program) & kRightSweep, 0U);
    const SweepSet sweeps = explained("faulty:" + row.bug, row.program);
    EXPECT_EQ(sweeps & kRightSweep, 0U);
    bool is_named = false;
    for (std::size_t k = 1; k < sweep_count(); ++k) {
      const bool explains = (sweeps >> k & 1) != 0;
      is_named |= explains && mistake_of(k).find(row.mistake) != std::string_view::npos;
    }
    EXPECT_TRUE(is_named);
  }
}

// A sweep by paths has so many steps and no more, each backward anew: 2^14 in either of these, in
// which nodes get a gradient of 0, however often they pass it on.
TEST(OracleCauses, are_looked_for_in_two_long_sweeps_too) {
  std::string text = "%0 = input 1\n";
  for (int k = 1; k <= 13; ++k) {
    const std::string before = "%" + std::to_string(k - 1);
    text += "%" + std::to_string(k) + " = add " + before + " " + before + "\n";
  }
  const auto by_path = [](const std::string& program) {
    const SweepSet sweeps = explained("textbook", program);
    bool is_named = false;
    for (std::size_t k = 1; k < sweep_count(); ++k) {
      is_named |= (sweeps >> k & 1) != 0 && mistake_of(k).find("each path") != std::string::npos;
    }
    return is_named;
  };
  const std::string last = "%14 = input 0\n%15 = mul %13 %14\n";
  EXPECT_TRUE(by_path(text + last + "backward %15\n"));
  EXPECT_TRUE(by_path(text + last + "backward %15\nzero_grad\nbackward %15\n"));
  const std::string more = "%14 = input 0\n%15 = add %13 %13\n%16 = mul %15 %14\n";
  EXPECT_FALSE(by_path(text + more + "backward %16\n")) << "these are too many";
}

TEST(OracleCauses, of_a_wrong_rule_are_none) {
  EXPECT_EQ(explained("faulty:pow_without_decrement", "%0 = input 3\n%1 = pow %0 2\n"), 0U);
  EXPECT_EQ(explained("faulty:sign_lost", "%0 = input 3\n%1 = input 2\n%2 = add %0 %1\n"), 0U);
}

TEST(OracleCauses, of_an_engine_that_is_right_are_none) {
  const cradle_engine& engine = *find_engine("microcrad");
  GenerateOptions options;
  options.verbs = bit(Verb::backward) | bit(Verb::release) | bit(Verb::zero_grad);
  options.nodes_max = 12;
  options.actions_max = 8;
  std::size_t explained_rightly = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    options.profile = seed % 2 == 0 ? Profile::safe : Profile::special;
    SeedChoices choices(seed);
    const Program program = generate(choices, options);
    const SweepSet sweeps =
        sweeps_that_explain(program, run(program, engine), capabilities_of(engine));
    // Nothing is explained where nothing was swept, or a gradient is not finite.
    EXPECT_TRUE(sweeps == 0 || (sweeps & kRightSweep) != 0) << print(program);
    explained_rightly += sweeps & kRightSweep;
  }
  EXPECT_GT(explained_rightly, 200U);
}

TEST(OracleCauses, of_an_engine_that_zeroed_its_gradients_are_none) {
  const char* const program = "%0 = input 3\n%1 = mul %0 %0\nbackward %1\nzero_grad\nbackward %1\n";
  EXPECT_NE(explained("textbook", program) & kRightSweep, 0U);
  EXPECT_EQ(explained("faulty:overwrite_gradient", program) & kRightSweep, 0U);
}

bool is_explained(const Program& program, const Trace& trace,
                  const Capabilities& capabilities = hand_capabilities()) {
  return (sweeps_that_explain(program, trace, capabilities) & kRightSweep) != 0;
}

TEST(OracleCauses, are_asked_of_gradients_alone) {
  const Program program = program_of(
      "%0 = input 2\n%1 = exp %0\n%2 = mul %1 %1\nbackward %2\nretain %0\nbackward %2\n");
  Trace trace = trace_by_hand(program);
  EXPECT_TRUE(is_explained(program, trace));
  for (Snapshot& after : trace.after) {  // values that are hidden are worked out
    after.nodes[1].data = 77;
    after.nodes[1].readable &= ~NodeState::kData;
  }
  EXPECT_TRUE(is_explained(program, trace));
  for (NodeState& node : trace.after[1].nodes) {  // and gradients that are hidden are not lost
    node.grad = 77;
    node.readable &= ~NodeState::kGrad;
  }
  EXPECT_TRUE(is_explained(program, trace));
  trace.after[2].nodes[1].grad *= 1 + 1e-6;
  EXPECT_FALSE(is_explained(program, trace));
}

TEST(OracleCauses, leave_to_others_what_zero_grad_reaches) {
  const Program program =
      program_of("%0 = input 2\n%1 = exp %0\nrelease %0\nbackward %1\nzero_grad\nbackward %1\n");
  Trace trace = trace_by_hand(program);
  ASSERT_NE(trace.after[2].nodes[0].grad, 0);  // it is not held
  EXPECT_TRUE(is_explained(program, trace));
  const Program held =
      program_of("%0 = input 2\n%1 = exp %0\nbackward %1\nzero_grad\nbackward %1\n");
  trace = trace_by_hand(held);
  EXPECT_TRUE(is_explained(held, trace));
  for (NodeState& node : trace.after[1].nodes) node = {.data = 77, .grad = 77};
  EXPECT_TRUE(is_explained(held, trace));
}

TEST(OracleCauses, of_engines_that_start_anew_are_looked_for_as_they_do) {
  const Program program = program_of(kTwoBackwards);
  Hand resets;
  resets.resets = true;
  Capabilities engine = hand_capabilities();
  EXPECT_FALSE(is_explained(program, trace_by_hand(program, resets), engine));
  engine.second_backward = SecondBackward::resets;
  EXPECT_TRUE(is_explained(program, trace_by_hand(program, resets), engine));
  EXPECT_FALSE(is_explained(program, trace_by_hand(program), engine));
}

TEST(OracleCauses, explain_to_nine_digits_and_floats_to_four) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\nbackward %1\n");
  Capabilities engine = hand_capabilities();
  for (const auto& [bits, share] : {std::pair{53U, 1e-9}, std::pair{24U, 1e-4}}) {
    engine.precision_bits = bits;
    for (const double part : {-1.5, -0.7, 0.7, 1.5}) {
      Trace trace = trace_by_hand(program);
      trace.after[0].nodes[0].grad *= 1 + part * share;
      EXPECT_EQ(is_explained(program, trace, engine), std::fabs(part) < 1) << part << " " << bits;
    }
  }
}

TEST(OracleCauses, are_none_without_a_backward_that_did_something) {
  const Program idle = program_of("%0 = input 2\n%1 = exp %0\nretain %1\n");
  EXPECT_EQ(sweeps_that_explain(idle, trace_by_hand(idle), hand_capabilities()), 0U);
  const Program failed = program_of("fail 3\n%0 = input 2\n%1 = exp %0\nbackward %1\n");
  const Trace trace = trace_by_hand(failed);
  ASSERT_NE(trace.after.back().status, 0);
  EXPECT_EQ(sweeps_that_explain(failed, trace, hand_capabilities()), 0U);
}

TEST(OracleCauses, are_not_asked_of_what_did_not_end_or_is_large) {
  const Program program = parse(kTwoBackwards, "test").program;
  const cradle_engine& engine = *find_engine("textbook");
  Trace trace = run(program, engine);
  EXPECT_NE(sweeps_that_explain(program, trace, capabilities_of(engine)), 0U);
  Trace unfit = trace;
  unfit.after.clear();
  EXPECT_EQ(sweeps_that_explain(program, unfit, capabilities_of(engine)), 0U);
  unfit = trace;
  unfit.after.back().nodes.pop_back();
  EXPECT_EQ(sweeps_that_explain(program, unfit, capabilities_of(engine)), 0U);
  unfit = trace;
  unfit.made.back() = false;
  EXPECT_EQ(sweeps_that_explain(program, unfit, capabilities_of(engine)), 0U);
  trace.death = Death::signal;
  EXPECT_EQ(sweeps_that_explain(program, trace, capabilities_of(engine)), 0U);
  EXPECT_EQ(explained("textbook", "family chain 100\n"), 0U);
}

}  // namespace
}  // namespace cradle
