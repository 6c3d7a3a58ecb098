// Laws of the edits of records: within bounds, the same for the same choices, and rich enough that
// what a bug of structure needs is made soon.

#include "checks/program/mutate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "checks/program/codec.h"
#include "checks/program/record.h"
#include "checks/program/text.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes start() {
  return *encode(parse("%0 = input 1\n%1 = exp %0\n%2 = mul %1 %0\n", "t").program, fuzz_options());
}

TEST(Mutate, keeps_to_whole_records_and_to_the_bound_whatever_the_input) {
  SeedChoices choices(kSampleSeed);
  for (int k = 0; k < 20'000; ++k) {
    Bytes bytes(choices.below(6 * kRecordBytes));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(choices.below(256));
    const std::size_t bound = choices.below(10 * kRecordBytes);
    GenerateOptions options = fuzz_options(static_cast<OpSet>(choices.below(kAllOps + 1)),
                                           static_cast<VerbSet>(choices.below(kAllVerbs + 1)));
    mutate(bytes, bound, choices, options);
    ASSERT_EQ(bytes.size() % kRecordBytes, 0u);
    ASSERT_LE(bytes.size(), bound);
    if (bound >= kRecordBytes) {
      ASSERT_GT(bytes.size(), 0u);
    }
    ASSERT_TRUE(well_formed(decode(bytes, options)));
  }
}

TEST(Mutate, is_the_same_for_the_same_choices_and_mostly_a_change) {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Bytes bytes = start();
    Bytes again = start();
    SeedChoices one(seed);
    SeedChoices other(seed);
    mutate(bytes, 4096, one, fuzz_options());
    mutate(again, 4096, other, fuzz_options());
    ASSERT_EQ(bytes, again);
    changed += bytes == start() ? 0 : 1;
  }
  EXPECT_GT(changed, 900);
}

TEST(Mutate, inserts_every_op_and_every_verb_that_is_offered_and_no_other) {
  const GenerateOptions options = fuzz_options(kSpecificationOps, kOrdinaryVerbs & ~bit(Verb::set));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    Bytes bytes = start();
    SeedChoices choices(seed);
    mutate(bytes, 4096, choices, options);
    const Program program = decode(bytes, options);
    for (const Instruction& line : program.code) seen.emplace(info(line.op).name);
    for (const Action& action : program.actions) seen.emplace(info(action.verb).name);
  }
  std::set<std::string> offered;
  for (const OpInfo& row : kOps) {
    if (contains(options.ops | bit(Op::input), row.op)) offered.emplace(row.name);
  }
  for (const VerbInfo& row : kVerbs) {
    if (contains(options.verbs, row.verb)) offered.emplace(row.name);
  }
  EXPECT_EQ(seen, offered);
}

// Depth of the graph under the last root of a backward, and how many nodes reach it.
struct Shape {
  std::size_t deepest = 0;
  std::size_t most = 0;
};

void see(const Program& program, Shape& shape) {
  for (const Action& action : program.actions) {
    if (action.verb != Verb::backward) continue;
    const std::vector<bool> reached = reaching(program, action.target);
    shape.most = std::max(
        shape.most, static_cast<std::size_t>(std::count(reached.begin(), reached.end(), true)));
    std::vector<std::size_t> depth(program.code.size(), 1);
    for (NodeId node = 0; node <= action.target; ++node) {
      for_each_operand(program.code[node], [&](std::uint32_t, NodeId operand) {
        depth[node] = std::max(depth[node], depth[operand] + 1);
      });
    }
    shape.deepest = std::max(shape.deepest, depth[action.target]);
  }
}

TEST(Mutate, makes_within_a_thousand_mutations_what_bugs_of_size_need) {
  Shape shape;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    Bytes bytes = start();
    SeedChoices choices(seed);
    mutate(bytes, 4096 * kRecordBytes, choices, fuzz_options());
    see(decode(bytes, fuzz_options()), shape);
  }
  EXPECT_GT(shape.most, 48u) << "a set that grows past 48 entries";
  EXPECT_GT(shape.deepest, 2000u) << "a recursion that overflows a small stack";
}

TEST(Splice, takes_records_of_both_and_nothing_else) {
  SeedChoices choices(kSampleSeed);
  const auto numbered = [](std::size_t count, std::uint64_t first) {
    Bytes bytes;
    for (std::size_t k = 0; k < count; ++k) {
      Record record;
      record.number = first + k;
      write_record(record, bytes);
    }
    return bytes;
  };
  std::size_t mixed = 0;
  for (int k = 0; k < 2000; ++k) {
    const Bytes first = numbered(choices.below(6), 100);
    const Bytes second = numbered(choices.below(6), 200);
    const Bytes both = splice(first, second, 8 * kRecordBytes, choices);
    ASSERT_LE(both.size(), 8 * kRecordBytes);
    std::array<std::size_t, 2> from = {};
    for (const Record& record : records_of(both)) ++from[record.number >= 200 ? 1 : 0];
    mixed += from[0] > 0 && from[1] > 0 ? 1u : 0u;
  }
  EXPECT_GT(mixed, 500u);
}

}  // namespace
}  // namespace cradle
