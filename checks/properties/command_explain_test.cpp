// What is said of a failure: the first node from the root, its consumers and what each passes on,
// the one that accounts for the residual, in 80 columns; and one bug told once, whoever found it.

#include "checks/cradle/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "checks/cradle/result.h"
#include "checks/cradle/terminal.h"
#include "checks/engines/capabilities_of.h"
#include "checks/engines/engines.h"
#include "checks/engines/run.h"
#include "checks/oracles/forward.h"
#include "checks/oracles/global.h"
#include "checks/oracles/local.h"
#include "checks/program/text.h"
#include "checks/properties/command_json.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

void expect_columns(const std::string& text, std::size_t columns = 80) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), columns) << line;
}

using Oracle = Judgement (*)(const Program&, const Trace&, const Capabilities&);

// What is said of a program on an engine, by an oracle that must disagree.
std::string explained(const char* engine, const char* text, Oracle oracle) {
  const Program program = parse(text, "test").program;
  const cradle_engine& table = *find_engine(engine);
  const Capabilities capabilities = capabilities_of(table);
  const Trace trace = run(program, table);
  const Judgement judgement = oracle(program, trace, capabilities);
  EXPECT_EQ(judgement.verdict, Verdict::disagree) << engine << judgement.message;
  const std::string told = explain(program, trace, judgement, capabilities);
  expect_columns(told);
  return told;
}

TEST(Explain, names_the_contribution_that_is_missing) {
  const std::string told =
      explained("faulty:add_same_operand", "%0 = input 3\n%1 = add %0 %0\n", judge_local);
  EXPECT_TRUE(has(told, "node         %0 = input 3\n")) << told;
  EXPECT_TRUE(has(told, "consumer     %1 = add %0 %0\n")) << told;
  EXPECT_TRUE(has(told, "to slot 0  1                         0x1p+0\n")) << told;
  EXPECT_TRUE(has(told, "to slot 1  1                         0x1p+0\n")) << told;
  EXPECT_TRUE(has(told, "as if what %1 passes to slot 0 were missing\n")) << told;
}

TEST(Explain, names_the_factor_that_is_too_large_and_the_error_in_ulps_and_tolerances) {
  const std::string told =
      explained("faulty:scale_log", "%0 = input 3\n%1 = log %0\n%2 = mul %1 %1\n", judge_local);
  EXPECT_TRUE(has(told, "consumer     %1 = log %0\n")) << told;
  EXPECT_TRUE(has(told, " ulp")) << told;
  EXPECT_TRUE(has(told, "what %1 passes to slot 0 is scaled by 1 + ")) << told;
  EXPECT_TRUE(has(told, "0x1.")) << told;
  EXPECT_TRUE(has(told, "condition    ")) << told;
  const std::string sign =
      explained("faulty:sign_lost", "%0 = input 3\n%1 = input 4\n%2 = add %0 %1\n", judge_local);
  EXPECT_TRUE(has(sign, "what %2 passes to slot 1 has the wrong sign\n")) << sign;
}

TEST(Explain, says_when_nothing_should_be_passed_on) {
  const std::string told =
      explained("faulty:relu_at_zero", "%0 = input 0\n%1 = relu %0\n", judge_local);
  EXPECT_TRUE(has(told, "no contribution accounts for it")) << told;
}

TEST(Explain, begins_at_the_first_node_from_the_root_whichever_the_oracle_names) {
  const char* const program =
      "%0 = input 3\n%1 = exp %0\n%2 = add %1 %1\n%3 = log %2\n%4 = mul %3 %3\n";
  const std::string told = explained("faulty:add_same_operand", program, judge_global);
  EXPECT_TRUE(has(told, "The first node from the root that does not follow")) << told;
  EXPECT_TRUE(has(told, "node         %1 = exp %0\n")) << told;
}

TEST(Explain, shows_the_operands_of_a_wrong_value) {
  const std::string told =
      explained("faulty:int_exponent", "%0 = input 9\n%1 = pow %0 0.5\n", judge_forward);
  EXPECT_TRUE(has(told, "operand 0    9 ")) << told;
  EXPECT_TRUE(has(told, "data         1 ")) << told;
  EXPECT_TRUE(has(told, "expected     3 ")) << told;
}

TEST(Explain, leaves_out_all_but_a_few_of_many_consumers) {
  std::string text = "%0 = input 3\n%1 = mul %0 %0\n";
  for (int k = 2; k < 40; ++k) {
    text += "%" + std::to_string(k) + " = add %0 %" + std::to_string(k - 1) + "\n";
  }
  const std::string told = explained("faulty:mul_same_operand", text.c_str(), judge_local);
  EXPECT_TRUE(has(told, "... and more, which contribute less")) << told;
  EXPECT_TRUE(has(told, "as if what %1 passes to slot ")) << told;
  EXPECT_LE(std::count(told.begin(), told.end(), '\n'), 40) << told;
}

TEST(Explain, says_no_more_than_the_judgement_where_there_is_no_trace_to_show) {
  const Program program = parse("%0 = input 3\n%1 = add %0 %0\n", "test").program;
  const Capabilities capabilities = capabilities_of(*find_engine("textbook"));
  Judgement judgement = judged(Verdict::disagree, "something");
  EXPECT_EQ(explain(program, Trace{}, judgement, capabilities), "");
  judgement.has_node = true;
  judgement.node = 7;  // beyond the program
  EXPECT_EQ(explain(program, Trace{}, judgement, capabilities), "");
  judgement.node = 1;
  judgement.got = 2;
  const std::string told = explain(program, Trace{}, judgement, capabilities);
  EXPECT_TRUE(has(told, "%1 = add %0 %0")) << told;
  EXPECT_TRUE(has(told, "gradient     2 ")) << told;
}

TEST(Wrapped, words_stay_whole_and_in_their_columns) {
  EXPECT_EQ(wrapped("", 2), "  \n");
  EXPECT_EQ(wrapped("one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(wrapped("incomprehensibilities", 2, 9), "  incomprehensibilities\n");
}

Finding finding_of(const char* check, Kind kind, const char* program) {
  Finding finding;
  finding.check = check;
  finding.program = parse(program, "test").program;
  finding.judgement = judged(Verdict::disagree, std::string("by ") + check);
  finding.judgement.kind = kind;
  return finding;
}

TEST(SamePrograms, are_told_once_by_the_most_severe_or_by_local) {
  const char* const one = "%0 = input 1\n%1 = exp %0\n";
  const char* const two = "%0 = input 1\n%1 = log %0\n";
  const std::vector<Finding> findings = {
      finding_of("forward", Kind::value, two), finding_of("difference", Kind::gradient, one),
      finding_of("global", Kind::gradient, one), finding_of("local", Kind::gradient, one),
      finding_of("local", Kind::gradient, two)};
  using Groups = std::vector<std::vector<std::size_t>>;
  EXPECT_EQ(same_programs(findings), (Groups{{0, 4}, {3, 2, 1}}));
  const std::string told = report_finding({&findings[0], &findings[4]}, 7, "textbook", false);
  EXPECT_EQ(told.rfind("Finding 7: value, by forward and local (gradient)\n  by forward\n", 0), 0u)
      << told;
  Finding family = findings[3];
  family.family = "chain 2";
  EXPECT_EQ(same_programs({findings[3], family}), (Groups{{0}, {1}}));
}

// Five bugs of different kinds, as a user meets them.
TEST(Report, tells_one_bug_once_in_eighty_columns_and_keeps_every_check_in_json) {
  for (const char* bug :
       {"add_same_operand", "scale_exp", "log_epsilon", "missing_retain", "root_accumulates"}) {
    const Folder folder;
    const std::string file = folder / "result.json";
    const Ended ended = run_cradle({"check", "--engine", std::string("faulty:") + bug, "--cases",
                                    "pure=2000,lifetime=500,mlp=0", "--json", file},
                                   folder);
    EXPECT_EQ(ended.status, 1) << bug << ended.err;
    const std::size_t begin = ended.out.find("Finding 1: ");
    ASSERT_NE(begin, std::string::npos) << bug << ended.out;
    const std::size_t end = ended.out.find("\ndisagree: ");
    expect_columns(ended.out.substr(begin, end - begin));
    EXPECT_FALSE(has(ended.out, "Finding 2: ")) << bug << '\n' << ended.out.substr(begin);
    const auto findings = parsed_json(contents(file))["findings"];
    for (const auto& finding : findings) {
      EXPECT_TRUE(has(ended.out, finding["check"].get<std::string>())) << bug;
      EXPECT_EQ(finding["program"], findings[0]["program"]) << bug;
    }
    if (std::string(bug) == "add_same_operand") {
      EXPECT_GE(findings.size(), 3u);
    }
  }
}

}  // namespace
}  // namespace cradle
