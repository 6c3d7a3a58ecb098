// Results are merged and folded by plain rules: counts add up, in any order of the parts; findings
// that show the same are one; few are kept of each check; and the verdict is the worst that counts.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "checks/cradle/json_result.h"
#include "checks/cradle/result.h"
#include "checks/program/text.h"

namespace cradle {
namespace {

Row row_of(const char* check, const char* profile, std::uint64_t agree, std::uint64_t disagree,
           std::uint64_t inconclusive) {
  Row row;
  row.check = check;
  row.profile = profile;
  row.cases = agree + disagree + inconclusive;
  row.agree = agree;
  row.disagree = disagree;
  row.inconclusive = inconclusive;
  return row;
}

Finding finding_of(const char* check, Kind kind, std::uint64_t index, Op op,
                   const char* text = "%0 = input 1\n") {
  Finding finding;
  finding.check = check;
  finding.index = index;
  finding.program = parse(text, "test").program;
  finding.judgement.verdict = Verdict::disagree;
  finding.judgement.kind = kind;
  finding.judgement.has_node = true;
  finding.judgement.op = op;
  return finding;
}

Result result_with(std::vector<Row> rows, std::vector<Finding> findings = {}) {
  Result result;
  result.rows = std::move(rows);
  result.findings = std::move(findings);
  return result;
}

TEST(Merge, adds_the_rows_of_equal_check_and_profile) {
  Result whole;
  Row threshold = row_of("depth", "chain", 0, 1, 0);
  threshold.threshold = 50;
  merge(whole, result_with({row_of("local", "safe", 3, 1, 2), threshold}));
  threshold.threshold = 40;
  merge(whole, result_with({row_of("local", "wild", 1, 0, 0), row_of("local", "safe", 10, 0, 5),
                            threshold}));
  ASSERT_EQ(whole.rows.size(), 3u);
  EXPECT_EQ(whole.rows[0].cases, 21u);
  EXPECT_EQ(whole.rows[0].agree, 13u);
  EXPECT_EQ(whole.rows[0].disagree, 1u);
  EXPECT_EQ(whole.rows[0].inconclusive, 7u);
  EXPECT_EQ(whole.rows[1].threshold, 40u);
  EXPECT_EQ(whole.rows[2].profile, "wild");
}

TEST(Merge, adds_deaths_and_histograms) {
  Result part;
  part.deaths = 2;
  part.histogram.ops[3] = 5;
  part.histogram.sizes[8] = 6;
  part.histogram.profiles[1] = 7;
  Result whole;
  merge(whole, part);
  merge(whole, part);
  EXPECT_EQ(whole.deaths, 4u);
  EXPECT_EQ(whole.histogram.ops[3], 10u);
  EXPECT_EQ(whole.histogram.sizes[8], 12u);
  EXPECT_EQ(whole.histogram.profiles[1], 14u);
}

TEST(Fold, takes_findings_of_one_check_kind_and_op_for_one_and_keeps_the_first_met) {
  std::vector<Finding> findings = {
      finding_of("local", Kind::gradient, 9, Op::add, "%0 = input 9\n"),
      finding_of("local", Kind::gradient, 4, Op::add, "%0 = input 4\n"),
      finding_of("local", Kind::gradient, 5, Op::mul, "%0 = input 5\n"),
      finding_of("difference", Kind::gradient, 6, Op::add, "%0 = input 4\n")};
  fold(findings);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_EQ(findings[1].index, 4u);
  EXPECT_EQ(findings[1].met, 2u);
  EXPECT_EQ(findings[2].judgement.op, Op::mul);
}

TEST(Fold, takes_equal_programs_for_one_whatever_the_op) {
  std::vector<Finding> findings = {finding_of("local", Kind::gradient, 1, Op::add),
                                   finding_of("local", Kind::gradient, 2, Op::mul)};
  fold(findings);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].met, 2u);
}

TEST(Fold, sorts_by_severity_and_keeps_three_of_a_check_and_every_family) {
  std::vector<Finding> findings;
  const Op ops[] = {Op::add, Op::mul, Op::pow, Op::exp, Op::log};
  for (std::uint64_t k = 0; k < 5; ++k) {
    const std::string text = "%0 = input " + std::to_string(k) + "\n";
    findings.push_back(finding_of("local", Kind::gradient, k, ops[k], text.c_str()));
  }
  for (const char* family : {"chain 10", "ladder 24", "chain 12"}) {
    findings.push_back(finding_of("local", Kind::depth, 1, Op::add));
    findings.back().family = family;
  }
  findings.push_back(finding_of("forward", Kind::value, 70, Op::add));
  fold(findings);
  std::vector<std::string> shown;
  for (const Finding& finding : findings) {
    shown.push_back(std::string(name_of(finding.judgement.kind)) + ' ' + finding.family);
  }
  EXPECT_EQ(shown, (std::vector<std::string>{"value ", "gradient ", "gradient ", "gradient ",
                                             "depth chain 10", "depth ladder 24"}));
}

TEST(Fold, gives_the_same_for_any_order_of_the_parts) {
  std::vector<Finding> findings = {
      finding_of("local", Kind::gradient, 3, Op::add, "%0 = input 3\n"),
      finding_of("local", Kind::gradient, 2, Op::add, "%0 = input 2\n"),
      finding_of("forward", Kind::value, 1, Op::exp, "%0 = input 1\n"),
      finding_of("local", Kind::gradient, 0, Op::log, "%0 = input 0\n")};
  std::vector<Finding> expected = findings;
  fold(expected);
  std::vector<int> order = {0, 1, 2, 3};
  do {
    std::vector<Finding> shuffled;
    for (const int k : order) shuffled.push_back(findings[static_cast<std::size_t>(k)]);
    fold(shuffled);
    ASSERT_EQ(shuffled.size(), expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      EXPECT_EQ(shuffled[k].program, expected[k].program);
      EXPECT_EQ(shuffled[k].met, expected[k].met);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Verdicts, are_the_worst_that_counts) {
  const Row good = row_of("local", "safe", 1, 0, 9);
  const Row undecided = row_of("difference", "wild", 0, 0, 5);
  EXPECT_EQ(result_with({good}).verdict(false), Verdict::agree);
  EXPECT_EQ(result_with({good, undecided}).verdict(false), Verdict::inconclusive);
  EXPECT_EQ(result_with({undecided, row_of("difference", "safe", 1, 0, 0)}).verdict(false),
            Verdict::agree);
  Row absent;
  absent.applicable = false;
  EXPECT_EQ(result_with({good, absent}).verdict(false), Verdict::agree);
  for (const Kind kind : {Kind::policy, Kind::edge}) {
    const Result soft = result_with({good}, {finding_of("local", kind, 1, Op::add)});
    EXPECT_EQ(soft.verdict(false), Verdict::agree);
    EXPECT_EQ(soft.verdict(true), Verdict::disagree);
  }
  EXPECT_EQ(result_with({good}, {finding_of("local", Kind::leak, 1, Op::add)}).verdict(false),
            Verdict::disagree);
}

TEST(Transport, carries_what_a_worker_found) {
  Result result = result_with({row_of("local", "safe", 3, 1, 2)},
                              {finding_of("local", Kind::gradient, 7, Op::log)});
  result.rows[0].reason = "a \"reason\"\n\xff";
  result.rows[0].threshold = 12;
  result.deaths = 3;
  result.histogram.ops[1] = 4;
  Finding& finding = result.findings[0];
  finding.met = 5;
  finding.family = "chain 9";
  finding.program = parse("family chain 9\n", "test").program;
  finding.judgement.got = -0.0;
  finding.judgement.upper = std::numeric_limits<double>::infinity();
  finding.judgement.ulps = 0x1p-1074;
  const auto read = from_transport(to_transport(result));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->rows[0].inconclusive, 2u);
  EXPECT_EQ(read->rows[0].threshold, 12u);
  EXPECT_EQ(read->deaths, 3u);
  EXPECT_EQ(read->histogram.ops[1], 4u);
  EXPECT_EQ(read->findings[0].program, finding.program);
  EXPECT_EQ(read->findings[0].family, finding.family);
  EXPECT_EQ(read->findings[0].met, 5u);
  EXPECT_EQ(read->findings[0].judgement, finding.judgement);
  EXPECT_TRUE(std::signbit(read->findings[0].judgement.got));
  EXPECT_FALSE(from_transport("").has_value());
  EXPECT_FALSE(from_transport("{\"rows\": [").has_value());
}

}  // namespace
}  // namespace cradle
