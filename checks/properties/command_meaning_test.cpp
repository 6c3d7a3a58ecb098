// What findings usually are, from the words that the oracles themselves say: a message that is
// reworded must not lose its meaning.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "checks/cradle/finding_words.h"
#include "checks/cradle/name_causes.h"
#include "checks/oracles/death.h"
#include "checks/program/text.h"
#include "checks/properties/command_process.h"

namespace cradle {
namespace {

using What = Moment::What;

Finding finding_of(const std::string& text, Judgement judgement) {
  Finding finding;
  finding.program = parse(text, "test").program;
  finding.judgement = std::move(judgement);
  return finding;
}

constexpr const char* kExp = "%0 = input 1\n%1 = exp %0\n";

std::string meaning_of_death(Death death, Moment moment, Kind kind, const std::string& note = "") {
  Trace trace;
  trace.death = death;
  trace.death_note = note;
  trace.died_at = moment;
  Finding finding = finding_of(kExp, judge_death(parse(kExp, "test").program, trace));
  finding.judgement.kind = kind;
  return usual_meaning(finding);
}

TEST(UsualMeaning, of_deaths_follows_from_their_moments) {
  const Moment ending = {What::ending, 1};
  const Moment backward = {What::acting, 0};
  EXPECT_TRUE(has(meaning_of_death(Death::exit, {What::making, 1}, Kind::memory), "the domain"));
  EXPECT_TRUE(has(meaning_of_death(Death::signal, ending, Kind::depth), "destructors"));
  EXPECT_TRUE(has(meaning_of_death(Death::signal, {What::closing, 0}, Kind::depth), "destructors"));
  EXPECT_TRUE(has(meaning_of_death(Death::signal, ending, Kind::memory), "given back twice"));
  EXPECT_TRUE(has(meaning_of_death(Death::signal, backward, Kind::depth), "a sort that calls"));
  // What a sanitizer said is better.
  EXPECT_EQ(meaning_of_death(Death::exit, backward, Kind::memory, "ERROR: ..."), "");
}

Judgement wrong(Kind kind, NodeId node, Op op, double got, double expected) {
  Judgement judgement = judged(Verdict::disagree);
  judgement.kind = kind;
  judgement.has_node = true;
  judgement.node = node;
  judgement.op = op;
  judgement.got = got;
  judgement.expected = expected;
  judgement.ulps = ulps_between(got, expected);
  return judgement;
}

std::string meaning_of_pow(double exponent, double got) {
  const std::string text = "%0 = input 3\n%1 = pow %0 " + print(exponent) + "\n";
  return usual_meaning(
      finding_of(text, wrong(Kind::value, 1, Op::pow, got, std::pow(3.0, exponent))));
}

TEST(UsualMeaning, of_values_is_told_by_their_numbers) {
  EXPECT_TRUE(has(meaning_of_pow(2.7, 9), "kept as an integer"));
  EXPECT_TRUE(has(meaning_of_pow(2.7, 27), "rounded to an integer"));
  EXPECT_TRUE(has(meaning_of_pow(1.625, std::pow(3, 1.62)), "two digits"));
  EXPECT_EQ(meaning_of_pow(2.7, 10), "");
  const Judgement nan =
      wrong(Kind::value, 1, Op::tanh, std::numeric_limits<double>::quiet_NaN(), 1);
  EXPECT_TRUE(has(usual_meaning(finding_of("%0 = input 400\n%1 = tanh %0\n", nan)), "overflows"));
}

TEST(UsualMeaning, of_a_gradient_is_a_clamp_only_where_no_other_is_larger) {
  Finding finding =
      finding_of("%0 = input 1\n%1 = exp %0\n", wrong(Kind::gradient, 0, Op::exp, 10, 40));
  EXPECT_TRUE(has(usual_meaning(finding), "clamped to [-10, 10]"));
  finding.nodes = {{"1", "10", "", "", true}, {"1", "11", "", "", false}};
  EXPECT_EQ(usual_meaning(finding), "");
  finding.nodes.clear();
  finding.judgement.got = 9.5;
  EXPECT_EQ(usual_meaning(finding), "");
  finding.judgement.got = 5;  // may be chance, unless several have it in common
  EXPECT_EQ(usual_meaning(finding), "");
  EXPECT_TRUE(has(usual_meaning(finding, true), "clamped to [-5, 5]"));
}

TEST(UsualMeaning, of_what_needs_other_programs_is_something_kept) {
  Finding finding = finding_of(kExp, wrong(Kind::memory, 1, Op::exp, 0, 0));
  EXPECT_TRUE(shows_alone(finding));
  finding.judgement.message += kAfterOthers;
  EXPECT_FALSE(shows_alone(finding));
  EXPECT_TRUE(has(usual_meaning(finding), "from one graph to the next"));
}

}  // namespace
}  // namespace cradle
