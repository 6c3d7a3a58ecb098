// An engine that clamps gradients by design is judged where it cannot have done so.

#include <gtest/gtest.h>

#include <cstdio>

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
  EXPECT_GT(decided, 300);
  EXPECT_GT(found, 30);
}

TEST(OracleClip, does_not_follow_what_was_clipped_on_its_way) {
  Capabilities clipping = hand_capabilities();
  clipping.gradient_clip = 2;
  const Program program = program_of("%0 = input 3\n%1 = neg %0\n%2 = mul %1 %0\n");
  Trace trace = trace_by_hand(program);  // %1 has 3, and would pass on -3
  trace.after[0].nodes[0].grad = -5;     // -2 and -3: it passed on -2
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::inconclusive);
  clipping.gradient_clip = 7;
  EXPECT_EQ(judge_local(program, trace, clipping).verdict, Verdict::disagree);
}

}  // namespace
}  // namespace cradle
