// Traces that no gradient can be judged by: each oracle, each of its ways alone, and each filter
// says so itself, and in the same words.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "checks/oracles/causes.h"
#include "checks/oracles/deep.h"
#include "checks/oracles/difference.h"
#include "checks/oracles/global.h"
#include "checks/oracles/lifetime.h"
#include "checks/oracles/local.h"
#include "checks/oracles/metamorphic.h"
#include "checks/oracles/network.h"
#include "checks/oracles/relations.h"
#include "checks/oracles/sweep.h"
#include "checks/oracles/words.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

using JudgeOne = Judgement (*)(const Program&, const Trace&, const Capabilities&);

Judgement judge_with_no_relatives(const Program& program, const Trace& trace,
                                  const Capabilities& capabilities) {
  return judge_metamorphic(program, trace, {}, {}, capabilities);
}

constexpr JudgeOne kGradientJudges[] = {
    judge_local,
    judge_global,
    judge_global_by_float128,
    judge_difference_inputs,
    judge_difference_inputs_by_float128,
    judge_difference_edges,
    judge_difference_edges_by_float128,
    judge_difference,
    judge_deep,
    judge_with_no_relatives,
};

struct Unfit {
  const char* text;
  void (*bend)(Trace&);
  Verdict verdict;
  const char* words;
};
constexpr const char* kPure = "%0 = input 2\n%1 = exp %0\n";
constexpr Unfit kUnfit[] = {
    {kPure, [](Trace& t) { t.death = Death::signal, t.death_code = 11; }, Verdict::disagree,
     "the engine died: signal 11 (segmentation fault)"},
    {kPure, [](Trace& t) { t.death = Death::unrun; }, Verdict::inconclusive,
     "it was not run: others of its batch had hung"},
    {kPure, [](Trace& t) { t.after.clear(); }, Verdict::disagree,
     "the engine left a trace that cannot be one of the program"},
    {kPure, [](Trace& t) { t.made.pop_back(); }, Verdict::disagree,
     "the engine left a trace that cannot be one of the program"},
    {kPure, [](Trace& t) { t.after.front().status = -1; }, Verdict::disagree,
     "backward failed without a reason"},
    {"%0 = input 2\n%1 = exp %0\nretain %1\nbackward %1\n", [](Trace&) {}, Verdict::inconclusive,
     "the program is not pure"},
};

TEST(OracleUnfit, traces_are_told_by_each_way_of_judging) {
  for (const Unfit& unfit : kUnfit) {
    const Program program = program_of(unfit.text);
    Trace trace = trace_by_hand(program);
    unfit.bend(trace);
    for (const JudgeOne judge : kGradientJudges) {
      const Judgement judgement = judge(program, trace, hand_capabilities());
      EXPECT_EQ(judgement.verdict, unfit.verdict) << unfit.words;
      EXPECT_EQ(judgement.message.substr(0, std::string(unfit.words).size()), unfit.words);
    }
    EXPECT_FALSE(inputs_accepted_by_long_double(program, trace, hand_capabilities()));
    EXPECT_FALSE(edges_accepted_by_double_double(program, trace, hand_capabilities()));
    // What a backward that failed has left is shown, node by node.
    const bool has_failed = !trace.after.empty() && trace.after.front().status != 0;
    EXPECT_EQ(local_report(program, trace, hand_capabilities()).empty(), !has_failed)
        << unfit.words;
  }
}

TEST(OracleUnfit, programs_have_no_instruction) {
  const Program nothing;
  const Trace trace = trace_by_hand(nothing);
  for (const JudgeOne judge : kGradientJudges) {
    EXPECT_EQ(judge(nothing, trace, hand_capabilities()).verdict, Verdict::inconclusive);
  }
  EXPECT_TRUE(local_report(nothing, trace, hand_capabilities()).empty());
  EXPECT_TRUE(relatives(nothing, hand_capabilities()).empty());
  const Judgement wrong = disagreement(Kind::gradient, "made up");
  EXPECT_EQ(with_edge(wrong, nothing, trace, hand_capabilities()), wrong);
}

TEST(OracleUnfit, relatives_are_not_those_of_the_program) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = mul %1 %0\n");
  const Capabilities engine = hand_capabilities();
  const Trace trace = trace_by_hand(program);
  const std::vector<Program> related = related_programs(program, engine);
  std::vector<Trace> traces;
  for (const Program& one : related) traces.push_back(trace_by_hand(one));
  EXPECT_EQ(judge_metamorphic(program, trace, related, traces, engine).verdict, Verdict::agree);
  const auto words = [&](const std::vector<Program>& programs, const std::vector<Trace>& shown) {
    const Judgement judgement = judge_metamorphic(program, trace, programs, shown, engine);
    EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
    return judgement.message;
  };
  std::vector<Program> fewer = related;
  fewer.pop_back();
  EXPECT_EQ(words(fewer, traces), "not every related program was run");
  std::vector<Trace> fewer_traces = traces;
  fewer_traces.pop_back();
  EXPECT_EQ(words(related, fewer_traces), "not every related program was run");
  std::vector<Program> others = related;
  others.front().code.front().immediate = 3;
  EXPECT_EQ(words(others, traces), "a program was run that is not related");
}

TEST(OracleUnfit, runs_beside_a_network_leave_it_to_its_own) {
  Network network;
  network.widths = {2, 2, 1};
  network.parameters = {0.7, -0.3, 0.5, 1.1, 0.4, 0.9, 0.6, 1.3, 0.25};
  network.samples = {{1.1, 2.3}};
  network.targets = {{0.4}};
  const Lowered lowered = lower(network);
  const Trace own = trace_by_hand(lowered.program);
  const Judgement alone = judge_network(lowered, own, nullptr, hand_capabilities());
  EXPECT_EQ(alone.verdict, Verdict::agree);
  EXPECT_GE(alone.share, 0);
  Trace beside = own;
  beside.death = Death::unrun;
  EXPECT_EQ(judge_network(lowered, own, &beside, hand_capabilities()), alone);
}

// Where a number is not finite, bits say nothing: NaNs have any.
TEST(OracleUnfit, numbers_of_a_network_are_not_held_to_bits) {
  Network network;
  network.widths = {1, 1};
  network.parameters = {1e200, 0};
  network.samples = {{1e200}};
  network.targets = {{0}};
  network.loss = Loss::sum;
  const Lowered lowered = lower(network);
  Trace own = trace_by_hand(lowered.program);
  const Trace beside = own;
  own.after[0].nodes[1].grad = std::nextafter(own.after[0].nodes[1].grad, 0);  // of the bias
  ASSERT_FALSE(std::isfinite(own.after[0].nodes.back().data));
  EXPECT_NE(judge_network(lowered, own, &beside, hand_capabilities()).verdict, Verdict::disagree);
}

// An op that returned its operand has the gradient that this has already.
TEST(OracleUnfit, gradients_of_merged_nodes_begin_where_they_are) {
  const Program program =
      program_of("%0 = input 2\n%1 = mul %0 %0\nbackward %1\n%2 = relu %1\nset %0 2\n");
  Trace trace = trace_by_hand(program);
  for (Snapshot* at : {&trace.after[1], &trace.last}) {
    at->nodes[2].grad = at->nodes[1].grad;
    at->live = kUnreadable;
    for (NodeState& node : at->nodes) node.readable &= ~NodeState::kCount;
  }
  EXPECT_EQ(judge_lifetime(program, trace, hand_capabilities()).verdict, Verdict::disagree);
  trace.identity = {0, 1, 1};
  const Judgement judgement = judge_lifetime(program, trace, hand_capabilities());
  EXPECT_NE(judgement.verdict, Verdict::disagree) << judgement.message;
}

TEST(OracleUnfit, sweeps_of_merged_nodes_explain_nothing) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = mul %1 %0\n");
  Trace trace = trace_by_hand(program);
  EXPECT_NE(sweeps_that_explain(program, trace, hand_capabilities()), 0U);
  trace.identity = {0, 1, 1};
  EXPECT_EQ(sweeps_that_explain(program, trace, hand_capabilities()), 0U);
}

// A backward that failed did nothing, whatever is wrong with one that did not.
TEST(OracleUnfit, sweeps_are_those_of_a_backward_that_failed) {
  const Program program =
      program_of("fail 3\n%0 = input 2\n%1 = mul %0 %0\nbackward %1\nbackward %1\nbackward %1\n");
  Hand overwrites;
  overwrites.overwrites = true;
  Trace trace = trace_by_hand(program, overwrites);
  ASSERT_NE(trace.after[1].status, 0);
  ASSERT_EQ(trace.after[2].status, 0);
  EXPECT_NE(sweeps_that_explain(program, trace, hand_capabilities()), 0U);
  trace = trace_by_hand(program);
  EXPECT_NE(sweeps_that_explain(program, trace, hand_capabilities()) & kRightSweep, 0U);
}

}  // namespace
}  // namespace cradle
