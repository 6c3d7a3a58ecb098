// Every allocation fails in turn: an engine that tells each failure passes, one that loses a
// reference over it, or says nothing, is found.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checks/oracles/faults.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

std::vector<Program> with_faults(const Program& program) {
  std::vector<Program> programs = {program};
  for (Program& each : failing_programs(program)) programs.push_back(std::move(each));
  return programs;
}

std::vector<Trace> traces_of(const std::vector<Program>& programs) {
  std::vector<Trace> traces;
  for (const Program& program : programs) traces.push_back(trace_by_hand(program));
  return traces;
}

const Program kProgram = program_of(
    "%0 = input 2\n"
    "%1 = mul %0 %0\n"
    "backward %1\n"
    "release %0\n");

TEST(OracleFaults, injects_each_of_the_first_32_and_every_pair_of_the_first_6) {
  const std::vector<Program> programs = failing_programs(kProgram);
  ASSERT_EQ(programs.size(), 32U + 15);
  EXPECT_EQ(print(programs[1]), "fail 2\n" + print(kProgram));
  EXPECT_EQ(print(programs.back()), "fail 5\nfail 6\n" + print(kProgram));
  for (const Program& program : programs) EXPECT_TRUE(well_formed(program));
}

TEST(OracleFaults, leaves_programs_alone_that_have_their_own_or_are_large) {
  EXPECT_TRUE(failing_programs(program_of("fail 1\n%0 = input 1\n")).empty());
  std::string text = "%0 = input 1\n";
  for (std::size_t k = 1; k <= kFaultyNodesMax; ++k) {
    EXPECT_FALSE(failing_programs(program_of(text)).empty()) << k << " nodes";
    text += "%" + std::to_string(k) + " = input 1\n";
  }
  EXPECT_TRUE(failing_programs(program_of(text)).empty());
  text = "%0 = input 1\n";
  for (std::size_t k = 0; k <= kFaultyActionsMax; ++k) {
    EXPECT_FALSE(failing_programs(program_of(text)).empty()) << k << " actions";
    text += "zero_grad\n";
  }
  EXPECT_TRUE(failing_programs(program_of(text)).empty());
}

TEST(OracleFaults, spells_out_the_backward_of_a_pure_program) {
  const Program pure = program_of("%0 = input 2\n%1 = exp %0\n");
  EXPECT_EQ(print(failing_programs(pure).front()), "fail 1\n" + print(pure) + "backward %1\n");
}

TEST(OracleFaults, agrees_with_an_engine_that_tells_each_failure) {
  GenerateOptions options;
  options.ops = hand_capabilities().ops;
  options.verbs = kAllVerbs & ~bit(Verb::fail);
  options.nodes_max = kFaultyNodesMax;
  options.actions_max = kFaultyActionsMax;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SeedChoices choices(seed);
    const Program program = generate(choices, options);
    const Judgement judgement =
        judge_faults(program, traces_of(with_faults(program)), hand_capabilities());
    ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << '\n' << print(program);
  }
}

TEST(OracleFaults, finds_a_reference_that_is_lost_over_a_failure) {
  const std::vector<Program> programs = with_faults(kProgram);
  std::vector<Trace> traces = traces_of(programs);
  EXPECT_EQ(judge_faults(kProgram, traces, hand_capabilities()).verdict, Verdict::agree);
  ASSERT_FALSE(traces[2].made[1]);  // the second allocation is that of %1
  ++traces[2].last.nodes[0].count;
  ++traces[2].end.live;
  const Judgement judgement = judge_faults(kProgram, traces, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.kind, Kind::leak);
  EXPECT_EQ(first_wrong(kProgram, traces, hand_capabilities()), programs[2]);
}

TEST(OracleFaults, finds_a_failure_that_no_fault_explains) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  traces.back().after.back().status = -1;
  EXPECT_EQ(judge_faults(kProgram, traces, hand_capabilities()).verdict, Verdict::disagree);
}

TEST(OracleFaults, finds_a_death_of_a_fault) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  traces[1] = Trace();
  traces[1].death = Death::signal;
  traces[1].death_code = 11;
  const Judgement judgement = judge_faults(kProgram, traces, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_NE(judgement.message.find("signal 11"), std::string::npos);
}

TEST(OracleFaults, says_when_allocations_were_left_that_did_not_fail) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  traces.front().end.allocations = 33;
  const Judgement judgement = judge_faults(kProgram, traces, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_EQ(judgement.message, "of 33 allocations the first 32 were made to fail");
}

TEST(OracleFaults, agrees_where_every_allocation_failed_or_the_program_has_faults_of_its_own) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  traces.front().end.allocations = 32;
  EXPECT_EQ(judge_faults(kProgram, traces, hand_capabilities()).verdict, Verdict::agree);
  const Program own = program_of("fail 1\n%0 = input 2\n%1 = input 3\n");
  std::vector<Trace> alone = traces_of({own});
  alone.front().end.allocations = 33;
  EXPECT_EQ(judge_faults(own, alone, hand_capabilities()).verdict, Verdict::agree);
}

TEST(OracleFaults, decides_nothing_where_the_program_by_itself_does_not) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  for (Trace& trace : traces) trace.identity = {0, 0};  // the op returned its own operand
  EXPECT_EQ(judge_faults(kProgram, traces, hand_capabilities()).verdict, Verdict::inconclusive);
}

TEST(OracleFaults, name_the_first_program_that_went_wrong_or_none) {
  const Capabilities engine = hand_capabilities();
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  EXPECT_EQ(first_wrong(kProgram, traces, engine), kProgram);
  std::vector<Trace> fewer = traces;
  fewer.pop_back();
  ++fewer[2].end.live;
  EXPECT_EQ(first_wrong(kProgram, fewer, engine), kProgram);
  EXPECT_EQ(judge_faults(kProgram, fewer, engine).message, "it was not run with every fault");
  ++traces[2].end.live;
  ++traces[5].end.live;
  EXPECT_EQ(first_wrong(kProgram, traces, engine), failing_programs(kProgram)[1]);
}

TEST(OracleFaults, tell_what_is_wrong_with_a_program_that_has_its_own) {
  const Program own = program_of("fail 1\n%0 = input 2\n%1 = input 3\n");
  std::vector<Trace> alone = traces_of({own});
  ++alone.front().end.live;
  EXPECT_EQ(judge_faults(own, alone, hand_capabilities()).verdict, Verdict::disagree);
  alone.clear();
  EXPECT_EQ(judge_faults(own, alone, hand_capabilities()).verdict, Verdict::inconclusive);
}

TEST(OracleFaults, leaves_what_is_wrong_without_a_fault_to_lifetime) {
  std::vector<Trace> traces = traces_of(with_faults(kProgram));
  ++traces.front().end.live;
  const Judgement judgement = judge_faults(kProgram, traces, hand_capabilities());
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive);
  EXPECT_NE(judgement.message.find("without a fault"), std::string::npos);
}

}  // namespace
}  // namespace cradle
