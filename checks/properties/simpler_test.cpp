// Laws of simplification: whatever is offered is well formed and strictly smaller, so that every
// descent ends; and a pure program only becomes pure ones.

#include "checks/program/simpler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

void expect_simpler_ones_are_smaller(const Program& program) {
  const SizeKey key = size_key(program);
  const bool pure = is_pure(program);
  for_each_simpler(program, [&](const Program& simpler_one) {
    // One expectation in place of four: there are a hundred thousand of these.
    const bool good = well_formed(simpler_one) && !simpler_one.code.empty() &&
                      size_key(simpler_one) < key && (!pure || is_pure(simpler_one));
    if (!good) ADD_FAILURE() << print(program) << "became\n" << print(simpler_one);
    return !good;
  });
}

RC_GTEST_PROP(Simpler, every_simpler_program_is_well_formed_and_smaller, (const Program& program)) {
  expect_simpler_ones_are_smaller(program);
}

TEST(Simpler, every_simpler_program_is_well_formed_and_smaller_for_every_profile) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    for (const VerbSet verbs : {VerbSet{0}, kAllVerbs}) {
      GenerateOptions options;
      options.profile = profile;
      options.ops = kAllOps;
      options.verbs = verbs;
      options.nodes_max = 40;
      for (std::uint64_t k = 0; k < 60; ++k) expect_simpler_ones_are_smaller(sample(options, k));
    }
  }
}

TEST(Simpler, visiting_stops_at_the_first_that_is_wanted) {
  const Program program = parse("%0 = input 3\n%1 = exp %0\n%2 = log %1\n", "t").program;
  int visited = 0;
  EXPECT_TRUE(for_each_simpler(program, [&](const Program&) { return ++visited == 3; }));
  EXPECT_EQ(visited, 3);
  EXPECT_FALSE(for_each_simpler(program, [](const Program&) { return false; }));
  EXPECT_GT(simpler(program).size(), 3u);
}

TEST(Simpler, the_simplest_program_has_nothing_simpler) {
  EXPECT_TRUE(simpler(parse("%0 = input 0\n", "t").program).empty());
}

TEST(Simpler, a_line_can_go_and_its_operand_stands_in) {
  const Program program = parse("%0 = input 3\n%1 = exp %0\n%2 = log %1\n", "t").program;
  std::set<std::string> texts;
  for (const Program& one : simpler(program)) texts.insert(print(one));
  EXPECT_TRUE(texts.contains("%0 = input 3\n%1 = log %0\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\n%1 = exp %0\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\n"));
  EXPECT_TRUE(texts.contains("%0 = input 0\n%1 = exp %0\n%2 = log %1\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\n%1 = exp %0\n%2 = log %0\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\n%1 = input 1\n%2 = log %1\n"));
}

TEST(Simpler, actions_keep_their_place_among_the_lines_that_stay) {
  const Program program =
      parse("%0 = input 3\nbackward %0\n%1 = exp %0\nzero_grad\n%2 = exp %1\nbackward %2\n", "t")
          .program;
  std::set<std::string> texts;
  for (const Program& one : simpler(program)) texts.insert(print(one));
  EXPECT_TRUE(texts.contains("%0 = input 3\nbackward %0\n%1 = exp %0\nzero_grad\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\nbackward %0\nzero_grad\n%1 = exp %0\nbackward %1\n"));
  EXPECT_TRUE(texts.contains("%0 = input 3\nbackward %0\nzero_grad\n"));
  EXPECT_FALSE(texts.contains("%0 = input 3\n%1 = exp %0\nbackward %0\nzero_grad\n"));
}

TEST(Simpler, fewer_lines_count_more_than_simpler_ops_than_earlier_operands_than_shorter_numbers) {
  const auto key = [](const char* text) { return size_key(parse(text, "t").program); };
  EXPECT_LT(key("%0 = input 0.123\n%1 = log %0\n"),
            key("%0 = input 0\n%1 = input 0\n%2 = input 0\n"));
  EXPECT_LT(key("%0 = input 9.5\n%1 = input 9.5\n%2 = add %1 %1\n"),
            key("%0 = input 0\n%1 = input 0\n%2 = mul %0 %0\n"));
  EXPECT_LT(key("%0 = input 9.5\n%1 = input 9.5\n%2 = add %0 %1\n"),
            key("%0 = input 0\n%1 = input 0\n%2 = add %1 %1\n"));
  EXPECT_LT(key("%0 = input 1\n"), key("%0 = input -1\n"));
  EXPECT_LT(key("%0 = input 2\n"), key("%0 = input 0.1234\n"));
}

}  // namespace
}  // namespace cradle
