// An engine that clamps gradients by design is judged where it cannot have done so.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

void expect_no_alarm_of_clips(const Hand& hand, const Capabilities& capabilities,
                              std::uint64_t case_count) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    const GenerateOptions options = options_of(profile, hand_capabilities().ops);
    for (std::uint64_t index = 0; index < cases(case_count); ++index) {
      const Program program = sample(options, index);
      const Judgement judgement = judge_local(program, trace_by_hand(program, hand), capabilities);
      ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                      << describe(options, program);
    }
  }
}

// What may have been clipped is left undecided, and no more than that.
TEST(OracleClip, judges_an_engine_that_clips_wherever_it_has_not_clipped) {
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 2;
  Hand hand;
  hand.clip = 2;
  expect_no_alarm_of_clips(hand, clipping, 10'000);
  hand.clip = clipping.gradient_clip = 0.5;  // the root, too
  expect_no_alarm_of_clips(hand, clipping, 1'000);

  clipping.gradient_clip = hand.clip = 10;
  hand.scaled = Op::log;
  hand.factor = 1 + 0x1p-52;
  int decided = 0;
  int found = 0;
  for (std::uint64_t index = 0; index < 1'000; ++index) {
    const Program program = sample(options_of(Profile::safe, hand_capabilities().ops), index);
    Hand healthy = hand;
    healthy.scaled = Op::input;
    const Judgement right = judge_local(program, trace_by_hand(program, healthy), clipping);
    decided += right.verdict == Verdict::agree ? 1 : 0;
    const Judgement wrong = judge_local(program, trace_by_hand(program, hand), clipping);
    found += wrong.verdict == Verdict::disagree ? 1 : 0;
  }
  std::printf("local, clipped at 10: decides %d of 1000, finds an ulp in %d\n", decided, found);
  EXPECT_GT(decided, 600);
  EXPECT_GT(found, 150);
}

// 1.3 is no float: an engine of doubles leaves alone what is between it and the float below it.
TEST(OracleClip, is_at_the_number_that_the_engine_has) {
  const double just_below = 1.29999998;
  const Program program =
      program_of("%0 = input 1\n%1 = input " + print(just_below) + "\n%2 = mul %0 %1\n");
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 1.3;
  Trace trace = trace_by_hand(program, {});
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::agree);
  trace.after[0].nodes[0].grad = std::nextafter(just_below, 0.0);
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

// Clamped once the sweep is over, as optimisers do it: what reads 2 may have passed on more.
TEST(OracleClip, does_not_follow_what_was_clipped_since) {
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 2;
  const Program program =
      program_of("%0 = input 0.1\n%1 = input 1\n%2 = mul %0 %1\n%3 = input 5\n%4 = mul %2 %3\n");
  Trace trace = trace_by_hand(program);
  for (NodeState& node : trace.after[0].nodes) node.grad = std::clamp(node.grad, -2.0, 2.0);
  EXPECT_NE(judge_local(program, trace, clipping).verdict, Verdict::disagree);
  trace.after[0].nodes[3].grad = 0.2;  // what only the root passes on is known all the same
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

// a / b as a b^-1: the gradient of b^-1 is clipped, and nobody sees it.
TEST(OracleClip, does_not_follow_what_may_have_been_clipped_inside_an_op) {
  Capabilities clipping = hand_capabilities();
  clipping.ops |= bit(Op::div);
  clipping.gradient_clip = 2;
  clipping.as_declared = false;
  const Program program = program_of("%0 = input 100\n%1 = input 100\n%2 = div %0 %1\n");
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[0].grad = 0.01;
  trace.after[0].nodes[1].grad = -2e-4;
  EXPECT_NE(judge_local(program, trace, clipping).verdict, Verdict::disagree);
  EXPECT_NE(judge_global(program, trace, clipping).verdict, Verdict::disagree);
  clipping.as_declared = true;
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

TEST(OracleClip, knows_a_root_that_is_clipped_itself) {
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 0.1;
  const Program program = program_of("%0 = input 3\n%1 = neg %0\n");
  Trace trace = trace_by_hand(program);
  trace.after[0].nodes[0].grad = -0.1;
  for (const double seed : {0.1, 1.0, static_cast<double>(0.1f)}) {
    trace.after[0].nodes[1].grad = seed;
    EXPECT_NE(judge_local(program, trace, clipping).verdict, Verdict::disagree) << seed;
    EXPECT_TRUE(local_report(program, trace, clipping)[1].ok) << seed;
  }
  trace.after[0].nodes[1].grad = 0;
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

TEST(OracleClip, does_not_follow_what_was_clipped_on_its_way) {
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 2;
  const Program program = program_of("%0 = input 3\n%1 = neg %0\n%2 = mul %1 %0\n");
  Trace trace = trace_by_hand(program);  // %1 has 3, and would pass on -3
  trace.after[0].nodes[0].grad = -5;     // -2 and -3: it passed on -2
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::inconclusive);
  EXPECT_FALSE(local_report(program, trace, clipping)[0].judged);
  clipping.gradient_clip = 7;
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

}  // namespace
}  // namespace cradle
