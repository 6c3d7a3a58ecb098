// Laws of the byte form: every byte string is a program, every program within the limits has bytes,
// and a change to one record leaves the others what they were.

#include "checks/program/codec.h"

#include <gtest/gtest.h>

#include <vector>

#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using Bytes = std::vector<std::uint8_t>;

bool within(const Program& program, const GenerateOptions& options) {
  bool fits = well_formed(program) && !program.code.empty() &&
              program.code.size() <= options.nodes_max &&
              program.actions.size() <= options.actions_max;
  for (const Instruction& instruction : program.code) {
    fits = fits && contains(options.ops | bit(Op::input), instruction.op);
  }
  for (const Action& action : program.actions) {
    fits = fits && contains(options.verbs, action.verb);
    fits = fits && (action.verb != Verb::misuse_null || contains(options.ops, action.op));
  }
  return fits;
}

RC_GTEST_PROP(Codec, decode_of_encode_is_the_program, (const Program& program)) {
  const GenerateOptions options = fuzz_options();
  const auto bytes = encode(program, options);
  RC_ASSERT(bytes.has_value());
  RC_ASSERT(bytes->size() == kRecordBytes * (program.code.size() + program.actions.size()));
  RC_ASSERT(decode(*bytes, options) == program);
}

TEST(Codec, decode_of_encode_is_the_program_for_thousands_of_every_profile) {
  for (const Profile profile : {Profile::safe, Profile::mlp, Profile::special, Profile::wild}) {
    for (const VerbSet verbs : {VerbSet{0}, kAllVerbs}) {
      GenerateOptions options;
      options.profile = profile;
      options.verbs = verbs;
      const GenerateOptions fuzzed = fuzz_options(kSpecificationOps, verbs);
      for (std::uint64_t k = 0; k < 2000; ++k) {
        const Program program = sample(options, k);
        const auto bytes = encode(program, fuzzed);
        ASSERT_TRUE(bytes.has_value()) << describe(options, program);
        ASSERT_TRUE(decode(*bytes, fuzzed) == program) << describe(options, program);
      }
    }
  }
}

RC_GTEST_PROP(Codec, decode_accepts_every_byte_string, (const Bytes& bytes, std::uint64_t seed)) {
  SeedChoices choices(seed);
  GenerateOptions options = fuzz_options(static_cast<OpSet>(choices.below(kAllOps + 1)),
                                         static_cast<VerbSet>(choices.below(kAllVerbs + 1)));
  if (choices.below(2) == 0) options.nodes_max = 1 + choices.below(5);
  if (choices.below(2) == 0) options.actions_max = choices.below(5);
  RC_ASSERT(within(decode(bytes, options), options));
  Bytes records(choices.below(60 * kRecordBytes));
  for (std::uint8_t& byte : records) {
    // Small numbers are likely: distances, counts and verbs that mean something.
    byte = static_cast<std::uint8_t>(choices.below(choices.below(3) == 0 ? 256 : 4));
  }
  for (std::size_t k = 0; k < records.size(); k += kRecordBytes) {
    records[k] = static_cast<std::uint8_t>(choices.below(256));
  }
  const Program program = decode(records, options);
  ByteChoices same(records);
  RC_ASSERT(generate(same, options) == program);
  if (!within(program, options)) RC_FAIL(describe(options, program));
  const auto again = encode(program, options);
  RC_ASSERT(again.has_value());
  RC_ASSERT(decode(*again, options) == program);
}

TEST(Codec, no_bytes_are_one_input) {
  const Program program = decode({}, fuzz_options());
  EXPECT_EQ(print(program), "%0 = input 0\n");
}

TEST(Codec, what_is_beyond_the_options_has_no_bytes) {
  const auto parsed = [](const char* text) { return parse(text, "text").program; };
  const GenerateOptions narrow =
      fuzz_options(kSpecificationOps, bit(Verb::backward) | bit(Verb::misuse_null));
  EXPECT_FALSE(encode(parsed("%0 = input 1\n%1 = sin %0\n"), narrow).has_value()) << "an op";
  EXPECT_FALSE(encode(parsed("%0 = input 1\nrelease %0\n"), narrow).has_value()) << "a verb";
  EXPECT_FALSE(encode(parsed("%0 = input 1\nmisuse null sin\n"), narrow).has_value()) << "its op";
  EXPECT_TRUE(encode(parsed("%0 = input 1\nmisuse null add\n"), narrow).has_value());
  GenerateOptions short_one = fuzz_options();
  short_one.nodes_max = 1;
  short_one.actions_max = 1;
  EXPECT_FALSE(encode(parsed("%0 = input 1\n%1 = exp %0\n"), short_one).has_value());
  EXPECT_FALSE(encode(parsed("%0 = input 1\nzero_grad\nzero_grad\n"), short_one).has_value());
}

TEST(Codec, removing_a_record_removes_one_line_and_keeps_the_ops_of_the_others) {
  GenerateOptions options;
  for (std::uint64_t k = 0; k < 500; ++k) {
    const Program program = sample(options, k);
    if (program.code.size() < 3) continue;
    Bytes bytes = *encode(program, fuzz_options());
    const std::size_t gone = 1 + k % (program.code.size() - 1);
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(gone * kRecordBytes);
    bytes.erase(begin, begin + static_cast<std::ptrdiff_t>(kRecordBytes));
    const Program rest = decode(bytes, fuzz_options());
    ASSERT_EQ(rest.code.size(), program.code.size() - 1);
    for (std::size_t node = 0; node < rest.code.size(); ++node) {
      EXPECT_EQ(rest.code[node].op, program.code[node < gone ? node : node + 1].op);
    }
  }
}

TEST(Codec, operands_that_are_not_held_become_the_nearest_held_node_back) {
  const GenerateOptions options = fuzz_options();
  // %0, %1, %2; release %1; then exp of distance 1, which was %1.
  Bytes bytes = *encode(
      parse("%0 = input 1\n%1 = input 2\n%2 = input 3\nrelease %1\n%3 = exp %2\n", "t").program,
      options);
  bytes[4 * kRecordBytes + 4] = 1;
  EXPECT_EQ(print(decode(bytes, options).code[3], 3), "%3 = exp %0");
}

}  // namespace
}  // namespace cradle
