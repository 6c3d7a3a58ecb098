// Leaks: what each session of a long stretch leaves behind, and nothing less.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/leaks.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// A session of the program, and those that are repeated.
std::vector<Trace> sessions_of(const Program& program, const cradle_engine& engine) {
  std::vector<Trace> traces = {run(program, engine)};
  for (const Program& one : repeated_sessions(program, capabilities_of(engine))) {
    traces.push_back(run(one, engine));
  }
  return traces;
}

TEST(OracleLeaks, needs_every_session_to_tell_one) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = leak_programs(capabilities).front();
  std::vector<Trace> traces = sessions_of(program, engine);
  EXPECT_EQ(judge_leaks(program, traces, capabilities).verdict, Verdict::agree);
  std::vector<Trace> leaky = traces;
  for (Trace& trace : leaky) trace.left_behind = 1;
  EXPECT_EQ(judge_leaks(program, leaky, capabilities).verdict, Verdict::disagree);
  leaky.back().left_behind = leaky[leaky.size() / 2].left_behind = -50;
  EXPECT_EQ(judge_leaks(program, leaky, capabilities).verdict, Verdict::agree)
      << "not in each stretch";
  for (Trace& trace : leaky) trace.left_behind = 1;
  EXPECT_NE(judge_leaks(program, leaky, capabilities).message.find(" 1 allocation "),
            std::string::npos)
      << judge_leaks(program, leaky, capabilities).message;
  traces.pop_back();
  EXPECT_EQ(judge_leaks(program, traces, capabilities).verdict, Verdict::inconclusive);
}

// An average over a stretch would make one more of one less.
TEST(OracleLeaks, tells_none_where_one_session_of_a_stretch_leaves_less) {
  Capabilities capabilities = capabilities_of(*find_engine("microcrad"));
  capabilities.can_release = false;  // sessions with a backward alone
  const Program program = leak_programs(capabilities).front();
  std::vector<Trace> traces(repeated_sessions(program, capabilities).size() + 1);
  for (Trace& trace : traces) trace.left_behind = 1;
  const Judgement leak = judge_leaks(program, traces, capabilities);
  EXPECT_EQ(leak.verdict, Verdict::disagree);
  EXPECT_EQ(leak.message, "each session (of 3 nodes) leaves 1 allocation behind");
  EXPECT_EQ(leak.op, program.code.back().op);
  for (std::size_t k = 0; k < traces.size(); ++k) {
    traces[k].left_behind = 0;
    const bool is_needed = judge_leaks(program, traces, capabilities).verdict == Verdict::agree;
    EXPECT_EQ(is_needed, k >= 8) << "while it warms up: " << k;
    traces[k].left_behind = 1;
  }
}

TEST(OracleLeaks, leaves_an_engine_that_died_in_any_session_to_survival) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = leak_programs(capabilities).front();
  const std::vector<Trace> traces = sessions_of(program, engine);
  for (const std::size_t session : {std::size_t{0}, std::size_t{1}, traces.size() - 1}) {
    std::vector<Trace> dead = traces;
    dead[session].death = Death::signal;
    EXPECT_EQ(judge_leaks(program, dead, capabilities).verdict, Verdict::inconclusive) << session;
  }
}

// What an engine leaves behind in each session: `loud` with a backward, `silent` without.
Judgement judge_what_is_left(std::int64_t loud, std::int64_t silent) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = leak_programs(capabilities).front();
  std::vector<Trace> traces = sessions_of(program, engine);
  // After the first trace come the sessions without a backward, as many as those with one.
  for (std::size_t k = 0; k < traces.size(); ++k) {
    const bool is_silent = k > 0 && k <= traces.size() / 2;
    traces[k].left_behind = is_silent ? silent : loud;
  }
  return judge_leaks(program, traces, capabilities);
}

TEST(OracleLeaks, tells_what_a_backward_has_to_do_with_it) {
  EXPECT_EQ(judge_what_is_left(0, 0).verdict, Verdict::agree);
  const struct {
    std::int64_t loud, silent;
    const char* words;
    double got;
  } rows[] = {{3, 0, "leaves 3 allocations behind, once backward was called", 3},
              {3, 3, "leaves 3 allocations behind, with or without a backward", 3},
              {5, 2, "leaves 2 allocations behind, 5 with a backward", 5},
              {1, 2, "leaves 2 allocations behind, 1 with a backward", 2},
              {0, 1, "leaves 1 allocation behind, 0 with a backward", 1}};
  for (const auto& row : rows) {
    const Judgement judgement = judge_what_is_left(row.loud, row.silent);
    EXPECT_EQ(judgement.verdict, Verdict::disagree) << row.words;
    EXPECT_NE(judgement.message.find(row.words), std::string::npos) << judgement.message;
    EXPECT_EQ(judgement.got, row.got);
    EXPECT_EQ(judgement.kind, Kind::leak);
  }
}

TEST(OracleLeaks, are_looked_for_in_small_programs_of_each_op) {
  Capabilities capabilities;
  capabilities.ops = bit(Op::input) | bit(Op::sub) | bit(Op::pow) | bit(Op::exp) | bit(Op::neuron);
  const std::vector<Program> programs = leak_programs(capabilities);
  const char* const texts[] = {
      "%0 = input 0.75\n%1 = input 1.5\n%2 = sub %0 %1\n",
      "%0 = input 0.75\n%1 = sub %0 %0\n",
      "%0 = input 0.75\n%1 = sub %0 %0\n%2 = sub %1 %0\n%3 = sub %2 %1\n",
      "%0 = input 0.75\n%1 = input 1.5\n%2 = pow %0 2.5\n",
      "%0 = input 0.75\n%1 = pow %0 2.5\n%2 = pow %1 2.5\n%3 = pow %2 2.5\n",
      "%0 = input 0.75\n%1 = input 1.5\n%2 = exp %0\n",
      "%0 = input 0.75\n%1 = exp %0\n%2 = exp %1\n%3 = exp %2\n",
      "%0 = input 0.75\n",
  };
  ASSERT_EQ(programs.size(), std::size(texts));
  for (std::size_t k = 0; k < programs.size(); ++k) EXPECT_EQ(programs[k], program_of(texts[k]));
}

TEST(OracleLeaks, releases_the_root_in_sessions_without_a_backward_and_nothing_else) {
  Capabilities capabilities = capabilities_of(*find_engine("microcrad"));
  const Program program = program_of("%0 = input 2\n%1 = exp %0\n%2 = add %1 %0\n");
  const std::vector<Program> sessions = repeated_sessions(program, capabilities);
  const auto is_loud = [&](const Program& session) { return session == program; };
  EXPECT_EQ(std::count_if(sessions.begin(), sessions.end(), is_loud) + 1,
            static_cast<std::ptrdiff_t>(sessions.size() + 1) / 2);
  for (const Program& session : sessions) {
    if (is_loud(session)) continue;
    ASSERT_EQ(session.actions.size(), 1u);
    EXPECT_EQ(session.actions[0].verb, Verb::release);
    EXPECT_EQ(session.actions[0].position, 3u);
    EXPECT_EQ(session.actions[0].target, 2u);
  }
  capabilities.can_release = false;
  for (const Program& session : repeated_sessions(program, capabilities)) {
    EXPECT_TRUE(is_loud(session));
  }
}

TEST(OracleLeaks, are_not_looked_for_in_large_programs) {
  const Capabilities capabilities = capabilities_of(*find_engine("microcrad"));
  Program chain = program_of("%0 = input 2\n%1 = exp %0\n");
  while (chain.code.size() < 150) chain.code.push_back(chain.code.back());
  EXPECT_FALSE(repeated_sessions(chain, capabilities).empty());
  while (chain.code.size() < 300) chain.code.push_back(chain.code.back());
  EXPECT_TRUE(repeated_sessions(chain, capabilities).empty());
}

}  // namespace
}  // namespace cradle
