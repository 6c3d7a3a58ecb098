// Words of the command line: what is understood, to the number; and what is refused, which is
// everything else, with the word in the message.

#include "checks/cradle/arguments.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace cradle {
namespace {

// The message with which a word is refused; empty when it is not.
template <typename Read>
std::string refusal(Read read, const std::string& word) {
  try {
    read(word);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return {};
}

template <typename Read>
void expect_refused(Read read, std::initializer_list<const char*> words) {
  for (const char* word : words) EXPECT_NE(refusal(read, word), "") << "'" << word << "'";
}

TEST(Arguments, read_durations) {
  EXPECT_EQ(parse_duration("30s"), 30);
  EXPECT_EQ(parse_duration("5m"), 300);
  EXPECT_EQ(parse_duration("2h"), 7200);
  EXPECT_EQ(parse_duration("500ms"), 0.5);
  EXPECT_EQ(parse_duration("1.5"), 1.5);
  EXPECT_EQ(parse_duration("1e-3s"), 1e-3);
  expect_refused(parse_duration, {"", "s", "ms", "0", "0s", "-1s", "nan", "inf", "infs", "1e308h",
                                  "1 s", " 1s", "1s ", "1d", "1S", "30ss", "1,5s", "soon"});
  EXPECT_EQ(refusal(parse_duration, "soon"), "'soon' is no duration: write 30s, 5m, 2h or 500ms");
}

TEST(Arguments, read_sizes) {
  EXPECT_EQ(parse_size("1"), 1u);
  EXPECT_EQ(parse_size("64K"), 65536u);
  EXPECT_EQ(parse_size("512M"), std::size_t{512} << 20);
  EXPECT_EQ(parse_size("8G"), std::size_t{8} << 30);
  EXPECT_EQ(parse_size("1024G"), std::size_t{1} << 40);
  expect_refused(parse_size,
                 {"", "K", "0", "0K", "-1", "1.5G", "1k", "1KB", "1T", "1025G", " 1", "+1", "0x10",
                  "18446744073709551615", "18446744073709551616", "17179869184G"});
}

TEST(Arguments, read_shards) {
  CheckArguments arguments;
  parse_shard("2/3", arguments);
  EXPECT_EQ(arguments.shard, 2u);
  EXPECT_EQ(arguments.shard_count, 3u);
  parse_shard("1/1", arguments);
  EXPECT_EQ(arguments.shard_count, 1u);
  const auto read = [&](const std::string& word) { parse_shard(word, arguments); };
  expect_refused(read, {"", "/", "1", "1/", "/1", "0/3", "5/3", "4/3", "1/0", "-1/3", "1/3/5",
                        "1 /3", "a/b", "1.0/3", "18446744073709551617/3"});
}

TEST(Arguments, read_cases_and_keep_what_is_not_named) {
  CheckArguments arguments;
  const CheckArguments defaults;
  parse_cases("lifetime=7", arguments);
  EXPECT_EQ(arguments.lifetime, 7u);
  EXPECT_EQ(arguments.pure, defaults.pure);
  parse_cases("pure=0,lifetime=1,mlp=1099511627776", arguments);
  EXPECT_EQ(arguments.pure, 0u);
  EXPECT_EQ(arguments.lifetime, 1u);
  EXPECT_EQ(arguments.mlp, std::uint64_t{1} << 40);
  const auto read = [&](const std::string& words) { parse_cases(words, arguments); };
  expect_refused(read, {"", ",", "pure", "pure=", "=1", "pure=1,", ",pure=1", "pure=-1", "pure=1.5",
                        "pure=1e3", "depth=1", "PURE=1", "pure =1", "pure= 1", "pure=1;mlp=1",
                        "pure=1099511627777", "pure=18446744073709551616"});
}

TEST(Arguments, read_seeds_without_wrapping_around) {
  EXPECT_EQ(parse_seed("0"), 0u);
  EXPECT_EQ(parse_seed("18446744073709551615"), ~std::uint64_t{0});
  expect_refused(parse_seed, {"", "-1", "+1", "1e3", "0x1", " 1", "1 ", "18446744073709551616"});
}

TEST(Arguments, read_nodes) {
  EXPECT_EQ(parse_node("%7"), 7u);
  EXPECT_EQ(parse_node("0"), 0u);
  EXPECT_EQ(parse_node("%4294967295"), 4294967295u);
  expect_refused(parse_node, {"", "%", "%%1", "-1", "%-1", "1%", "n1", "%1.5", "%4294967296"});
}

TEST(Arguments, read_profiles_that_a_person_may_ask_for) {
  EXPECT_EQ(parse_profile("safe"), Profile::safe);
  EXPECT_EQ(parse_profile("mlp"), Profile::mlp);
  EXPECT_EQ(parse_profile("special"), Profile::special);
  EXPECT_EQ(parse_profile("wild"), Profile::wild);
  expect_refused(parse_profile, {"", "raw", "Safe", "safe ", "all"});
}

}  // namespace
}  // namespace cradle
