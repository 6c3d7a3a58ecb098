// Lifetime: programs with actions and faults pass, and each way of losing count of something is
// found.

#include <gtest/gtest.h>

#include <string>

#include "checks/oracles/environment.h"
#include "checks/oracles/lifetime.h"
#include "checks/properties/samples.h"
#include "checks/properties/sanitized.h"
#include "checks/properties/trace_by_hand.h"

namespace cradle {
namespace {

// %2 reads %0 twice; everything that can be done to a node is done.
constexpr const char* kText =
    "%0 = input 2\n"
    "%1 = input 3\n"
    "retain %0\n"  // 0
    "%2 = mul %0 %0\n"
    "%3 = add %2 %1\n"
    "backward %3\n"  // 1
    "release %2\n"   // 2: lives on in %3
    "set %1 5\n"     // 3
    "backward %3\n"  // 4
    "zero_grad\n"    // 5
    "release %3\n"   // 6: dies, and %2 with it
    "release %0\n"   // 7
    "%4 = exp %0\n";

Judgement judge_with_hand(const Program& program, const Trace& trace,
                          const Capabilities& capabilities = hand_capabilities()) {
  return judge_lifetime(program, trace, capabilities);
}

Judgement judge_bent(const std::string& text, void (*bend)(Trace&)) {
  const Program program = program_of(text);
  Trace trace = trace_by_hand(program);
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::agree)
      << judge_with_hand(program, trace).message;
  bend(trace);
  const Judgement judgement = judge_with_hand(program, trace);
  EXPECT_EQ(judgement.verdict, Verdict::disagree) << judgement.message;
  return judgement;
}

TEST(OracleLifetime, agrees_with_a_plain_engine_whatever_is_done_to_it) {
  GenerateOptions options;
  options.ops = hand_capabilities().ops;
  options.verbs = kAllVerbs;
  std::size_t inconclusive = 0;
  for (std::uint64_t index = 0; index < cases(100'000); ++index) {
    const Program program = sample(options, index);
    const Judgement judgement = judge_with_hand(program, trace_by_hand(program));
    ASSERT_NE(judgement.verdict, Verdict::disagree) << judgement.message << "\n"
                                                    << describe(options, program);
    inconclusive += judgement.verdict == Verdict::inconclusive ? 1 : 0;
  }
  EXPECT_LT(inconclusive, 100u);
}

TEST(OracleLifetime, agrees_with_a_plain_engine_on_pure_programs) {
  GenerateOptions options;
  options.ops = hand_capabilities().ops;
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    options.profile = profile;
    for (std::uint64_t index = 0; index < cases(5'000); ++index) {
      const Program program = sample(options, index);
      ASSERT_EQ(judge_with_hand(program, trace_by_hand(program)).verdict, Verdict::agree)
          << describe(options, program);
    }
  }
}

TEST(OracleLifetime, finds_a_wrong_reference_count) {
  const Judgement judgement =
      judge_bent(kText, [](Trace& trace) { --trace.after[1].nodes[0].count; });
  EXPECT_EQ(judgement.kind, Kind::memory);
  EXPECT_EQ(judgement.node, 0u);
  EXPECT_EQ(judgement.got, 3);
  EXPECT_EQ(judgement.expected, 4);
  EXPECT_EQ(judgement.message,
            "node %0 disagrees (its reference count is 3 after backward %3 and should be 4)");
}

TEST(OracleLifetime, finds_what_leaks_and_what_dies_too_early) {
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { ++trace.after[6].live; }).kind, Kind::leak);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { --trace.after[2].live; }).kind, Kind::memory);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { ++trace.last.live; }).kind, Kind::leak);
  const Judgement end = judge_bent(kText, [](Trace& trace) { trace.end.live = 2; });
  EXPECT_EQ(end.kind, Kind::leak);
  EXPECT_EQ(end.message, "2 nodes are alive after everything was released, and 0 should be");
  EXPECT_EQ(judge_bent("%0 = input 2\n", [](Trace& trace) { trace.end.live = 1; }).kind,
            Kind::leak);
}

TEST(OracleLifetime, finds_failures_without_a_reason) {
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[0].status = -1; }).kind, Kind::memory);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[1].status = -1; }).message,
            "backward %3 failed without a reason");
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.made[4] = false; }).node, 4u);
}

TEST(OracleLifetime, wants_every_failure_explained_by_an_injected_fault) {
  const Program program = program_of(
      "%0 = input 2\nfail 1\n%1 = exp %0\n%2 = exp %1\nbackward %2\nfail 2\n%3 = exp %0\n"
      "backward %3\n");
  const Trace right = trace_by_hand(program);
  ASSERT_FALSE(right.made[1]);
  ASSERT_FALSE(right.made[2]);
  ASSERT_EQ(right.after[1].status, -1);
  ASSERT_EQ(right.after[3].status, -1);
  EXPECT_EQ(judge_with_hand(program, right).verdict, Verdict::agree)
      << judge_with_hand(program, right).message;

  Trace trace = right;  // two failures for one fault
  trace.made[0] = false;
  EXPECT_EQ(judge_with_hand(program, trace).node, 0u);
  trace = right;  // a result of NULL
  trace.made[2] = true;
  EXPECT_EQ(judge_with_hand(program, trace).node, 2u);
  trace = right;  // backward from NULL
  trace.after[1].status = 0;
  EXPECT_EQ(judge_with_hand(program, trace).kind, Kind::memory);
  trace = right;  // a failed backward that left gradients behind
  trace.after[3].nodes[0].grad = 1;
  EXPECT_EQ(judge_with_hand(program, trace).kind, Kind::gradient);
  trace = right;  // a failure that is not told
  trace.after[3].status = 0;
  EXPECT_EQ(judge_with_hand(program, trace).kind, Kind::gradient);
  trace = right;  // a fault that no allocation met may stay pending
  Program pending = program;
  pending.actions[2].count = 1000;
  const Trace later = trace_by_hand(pending);
  EXPECT_EQ(judge_with_hand(pending, later).verdict, Verdict::agree);
}

TEST(OracleLifetime, finds_gradients_that_changed_when_nothing_should_change_them) {
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[2].nodes[0].grad += 1; }).message,
            "node %0 disagrees (its gradient is 5 after release %2 and should be 4)");
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[3].nodes[1].grad = 0; }).kind,
            Kind::gradient);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[5].nodes[0].grad = 4; }).kind,
            Kind::gradient);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.last.nodes[4].grad = 1; }).kind,
            Kind::gradient);
  // A second backward adds to the first, and reads what `set` left behind.
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[4].nodes[1].grad = 1; }).kind,
            Kind::gradient);
}

// %0 lives on in %1, which alone is held when gradients are zeroed.
TEST(OracleLifetime, lets_zero_grad_go_on_to_nodes_that_are_not_held_as_declared) {
  const Program program =
      program_of("%0 = input 2\n%1 = exp %0\nrelease %0\nbackward %1\nzero_grad\nzero_grad\n");
  const Trace kept = trace_by_hand(program);
  ASSERT_NE(kept.after.back().nodes[0].grad, 0);
  Trace zeroed = kept;
  for (std::size_t k = 2; k < zeroed.after.size(); ++k) zeroed.after[k].nodes[0].grad = 0;
  zeroed.last = zeroed.after.back();
  Trace changed = kept;
  changed.after[2].nodes[0].grad += 1;
  Trace unread = changed;
  unread.after[1].nodes[0].readable &= ~NodeState::kGrad;
  unread.after[3].nodes[0] = unread.last.nodes[0] = unread.after[2].nodes[0];
  const struct {
    ZeroGrad zero_grad;
    Verdict kept, zeroed, changed, unread;
  } rows[] = {
      {ZeroGrad::none, Verdict::agree, Verdict::agree, Verdict::agree, Verdict::inconclusive},
      {ZeroGrad::node, Verdict::agree, Verdict::agree, Verdict::disagree, Verdict::inconclusive},
      {ZeroGrad::from_root, Verdict::disagree, Verdict::agree, Verdict::disagree,
       Verdict::disagree},
      {ZeroGrad::everything, Verdict::disagree, Verdict::agree, Verdict::disagree,
       Verdict::disagree},
  };
  for (const auto& row : rows) {
    Capabilities engine = hand_capabilities();
    engine.zero_grad = row.zero_grad;
    const auto name = static_cast<int>(row.zero_grad);
    EXPECT_EQ(judge_with_hand(program, kept, engine).verdict, row.kept) << name;
    EXPECT_EQ(judge_with_hand(program, zeroed, engine).verdict, row.zeroed) << name;
    EXPECT_EQ(judge_with_hand(program, changed, engine).verdict, row.changed) << name;
    EXPECT_EQ(judge_with_hand(program, unread, engine).verdict, row.unread) << name;
  }
}

TEST(OracleLifetime, finds_a_stale_value_and_a_lost_set) {
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[4].nodes[1].data = 3; }).kind,
            Kind::value);
  EXPECT_EQ(judge_bent(kText, [](Trace& trace) { trace.after[4].nodes[3].data = 9; }).kind,
            Kind::value);
}

TEST(OracleLifetime, wants_misuse_told_and_without_effect) {
  constexpr const char* kMisuse =
      "%0 = input 2\n%1 = input 3\nrelease %1\nmisuse stale %1\nmisuse null add\n"
      "%2 = exp %0\nmisuse over_release %2\n%3 = exp %0\n";
  for (const std::size_t k : {1u, 2u, 3u}) {
    const Program program = program_of(kMisuse);
    Trace trace = trace_by_hand(program);
    ASSERT_EQ(judge_with_hand(program, trace).verdict, Verdict::agree)
        << judge_with_hand(program, trace).message;
    trace.after[k].status = -1;
    EXPECT_EQ(judge_with_hand(program, trace).kind, Kind::memory);
    Capabilities silent = hand_capabilities();
    silent.tells_null = silent.tells_stale = silent.tells_over_release = false;
    EXPECT_EQ(judge_with_hand(program, trace, silent).verdict, Verdict::agree);
    trace = trace_by_hand(program);
    ++trace.after[k].nodes[0].count;
    EXPECT_EQ(judge_with_hand(program, trace).node, 0u);
  }
}

// %1 could not be made, so that nobody held %0 any more while %2 was: a stale %0 may be %2 by now.
TEST(OracleLifetime, predicts_nothing_after_the_use_of_a_node_that_a_fault_freed_early) {
  const Program program = program_of(
      "%0 = input 2\nfail 1\n%1 = exp %0\nrelease %0\n%2 = input 3\nrelease %1\n"
      "misuse stale %0\n");
  Trace trace = trace_by_hand(program);
  ASSERT_FALSE(trace.made[1]);
  ++trace.after.back().nodes[2].count;
  ++trace.after.back().live;
  const Judgement judgement = judge_with_hand(program, trace);
  EXPECT_EQ(judgement.verdict, Verdict::inconclusive) << judgement.message;
  EXPECT_NE(judgement.message.find("freed early"), std::string::npos) << judgement.message;
  ++trace.after[2].nodes[2].count;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::disagree) << "before that it does";
}

TEST(OracleLifetime, judges_only_what_the_engine_offers) {
  const Program program = program_of(kText);
  Trace trace = trace_by_hand(program);
  trace.after[1].nodes[0].count = 77;
  trace.end.live = 3;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::disagree);
  Capabilities capabilities = hand_capabilities();
  capabilities.release = ReleaseKind::never;
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).verdict, Verdict::agree);
  trace.after[1].nodes[0].readable &= ~NodeState::kCount;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::disagree);
  trace.end.live = kUnreadable;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::agree);
  for (Snapshot& snapshot : trace.after) snapshot.live = kUnreadable;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::agree);
}

// An op that may be made of others hides what its nodes pass on in a second backward; one that is
// declared to be a node of its own does not.
TEST(OracleLifetime, judges_a_second_backward_through_what_is_declared_to_be_one_node) {
  const Program program = program_of(
      "%0 = input 2\n%1 = input 3\n%2 = sub %0 %1\n%3 = exp %2\nbackward %3\nbackward %3\n");
  Trace trace = trace_by_hand(program);
  Capabilities capabilities = hand_capabilities();
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).verdict, Verdict::agree);
  trace.after[1].nodes[0].grad *= 2;
  trace.last.nodes[0].grad *= 2;
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).verdict, Verdict::disagree);
  capabilities.as_declared = false;
  EXPECT_NE(judge_with_hand(program, trace, capabilities).verdict, Verdict::disagree)
      << judge_with_hand(program, trace, capabilities).message;
}

// Forward mode, or interior gradients that are hidden: references and inputs are judged.
TEST(OracleLifetime, judges_the_gradients_of_inputs_where_no_other_can_be_read) {
  Capabilities capabilities = hand_capabilities();
  capabilities.interior_readable = false;
  const Program program = program_of(
      "%0 = input 2\n%1 = mul %0 %0\n%2 = exp %1\nretain %1\nbackward %1\nbackward %1\n");
  Trace trace = trace_by_hand(program);
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).verdict, Verdict::agree);
  trace.after[1].nodes[0].grad = 5;  // 4: of the first backward, and of nothing else
  const Judgement judgement = judge_with_hand(program, trace, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree);
  EXPECT_EQ(judgement.node, 0u);
  trace = trace_by_hand(program);
  ++trace.after[2].nodes[1].count;
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).kind, Kind::memory);
}

TEST(OracleLifetime, lets_an_engine_refuse_a_second_backward_only_if_it_says_so) {
  const Program program = program_of("%0 = input 2\n%1 = exp %0\nbackward %1\nbackward %1\n");
  Trace trace = trace_by_hand(program);
  trace.after[1] = trace.after[0];
  trace.after[1].status = -1;
  trace.last.nodes = trace.after[0].nodes;
  EXPECT_EQ(judge_with_hand(program, trace).verdict, Verdict::disagree);
  Capabilities capabilities = hand_capabilities();
  capabilities.second_backward = SecondBackward::refuses;
  EXPECT_EQ(judge_with_hand(program, trace, capabilities).verdict, Verdict::agree);
}

}  // namespace
}  // namespace cradle
