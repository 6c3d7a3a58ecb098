// Leaks: what each session of a long stretch leaves behind, and nothing less.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/leaks.h"

namespace cradle {
namespace {

TEST(OracleLeaks, needs_every_session_to_tell_one) {
  const cradle_engine& engine = *find_engine("microcrad");
  const Capabilities capabilities = capabilities_of(engine);
  const Program program = leak_programs(capabilities).front();
  std::vector<Trace> traces = {run(program, engine)};
  for (const Program& one : repeated_sessions(program, capabilities)) {
    traces.push_back(run(one, engine));
  }
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

}  // namespace
}  // namespace cradle
