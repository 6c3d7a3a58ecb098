// Laws of the ledger: its counts are those of a recount from nothing after every line, and death
// takes neither recursion nor order.

#include "checks/program/ledger.h"

#include <gtest/gtest.h>

#include <vector>

#include "checks/program/families.h"
#include "checks/program/verbs.h"
#include "checks/properties/arbitrary_program.h"
#include "checks/properties/samples.h"

namespace cradle {
namespace {

// Counts from the definition alone: held nodes live, what a live node reads lives, and a count is
// the held references plus the slots of live nodes.
struct Recount {
  std::vector<std::uint32_t> held;
  std::vector<bool> alive;
  std::vector<std::uint32_t> count;

  void settle(const Program& program) {
    alive.assign(held.size(), false);
    count = held;
    for (NodeId node = static_cast<NodeId>(held.size()); node-- > 0;) {
      alive[node] = count[node] > 0;  // every consumer is later, so its slots are counted already
      if (!alive[node]) continue;
      for_each_operand(program.code[node],
                       [&](std::uint32_t, NodeId operand) { ++count[operand]; });
    }
  }
};

void compare(const Ledger& ledger, const Recount& recount) {
  ASSERT_EQ(ledger.size(), recount.held.size());
  std::uint64_t live = 0;
  for (NodeId node = 0; node < ledger.size(); ++node) {
    ASSERT_EQ(ledger.held(node), recount.held[node]) << '%' << node;
    ASSERT_EQ(ledger.count(node), recount.count[node]) << '%' << node;
    ASSERT_EQ(ledger.alive(node), recount.alive[node]) << '%' << node;
    live += recount.alive[node];
  }
  ASSERT_EQ(ledger.live(), live);
}

void follow(const Program& program) {
  Ledger ledger(program);
  Recount recount;
  std::size_t next = 0;
  for (NodeId position = 0; position <= program.code.size(); ++position) {
    for (; next < program.actions.size() && program.actions[next].position == position; ++next) {
      const Action& action = program.actions[next];
      if (action.verb == Verb::retain) {
        ledger.retain(action.target);
        ++recount.held[action.target];
      } else if (action.verb == Verb::release || action.verb == Verb::misuse_over_release) {
        ledger.release(action.target);
        --recount.held[action.target];
      }
      recount.settle(program);
      compare(ledger, recount);
    }
    if (position == program.code.size()) break;
    ledger.make();
    recount.held.push_back(1);
    recount.settle(program);
    compare(ledger, recount);
  }
  for (NodeId node = 0; node < ledger.size(); ++node) {
    while (ledger.held(node) > 0) ledger.release(node);
  }
  ASSERT_EQ(ledger.live(), 0u) << "a program has no cycle, so nothing outlives its references";
}

RC_GTEST_PROP(Ledger, counts_are_those_of_a_recount_after_every_line, (const Program& program)) {
  follow(program);
  RC_ASSERT(!testing::Test::HasFatalFailure());
}

TEST(Ledger, counts_are_those_of_a_recount_in_thousands_of_lifetime_programs) {
  GenerateOptions options;
  options.ops = kAllOps;
  options.verbs = kAllVerbs;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const Program program = sample(options, k);
    follow(program);
    ASSERT_FALSE(HasFatalFailure()) << print(program);
  }
}

TEST(Ledger, a_chain_of_a_million_nodes_dies_in_one_release) {
  std::string error;
  const Program program = expand_family("chain", {1'000'000}, error);
  Ledger ledger(program);
  for (std::size_t node = 0; node < program.code.size(); ++node) ledger.make();
  const NodeId root = ledger.size() - 1;
  for (NodeId node = 0; node < root; ++node) ledger.release(node);
  EXPECT_EQ(ledger.live(), 1'000'000u) << "the root keeps all of it";
  ledger.release(root);
  EXPECT_EQ(ledger.live(), 0u);
}

TEST(Ledger, a_null_node_holds_nothing_and_nothing_happens_to_it) {
  const Program program = parse("%0 = input 1\n%1 = exp %0\n%2 = input 2\n", "t").program;
  Ledger ledger(program);
  ledger.make();
  ledger.make(false);
  EXPECT_TRUE(ledger.is_null(1));
  EXPECT_FALSE(ledger.alive(1));
  EXPECT_EQ(ledger.held(1), 1u) << "well-formedness does not depend on faults";
  EXPECT_EQ(ledger.count(0), 1u) << "it took no reference";
  ledger.retain(1);
  ledger.release(1);
  ledger.release(1);
  EXPECT_EQ(ledger.held(1), 0u);
  EXPECT_EQ(ledger.count(1), 0u);
  EXPECT_EQ(ledger.live(), 1u);
  EXPECT_FALSE(ledger.freshly_dead(1)) << "what never lived is not stale";
}

TEST(Ledger, a_dead_node_is_fresh_until_the_next_is_made) {
  const Program program = parse("%0 = input 1\n%1 = exp %0\n%2 = input 2\n", "t").program;
  Ledger ledger(program);
  ledger.make();
  ledger.make();
  ledger.release(0);
  EXPECT_FALSE(ledger.freshly_dead(0)) << "the exp keeps it";
  ledger.release(1);
  EXPECT_TRUE(ledger.freshly_dead(0));
  EXPECT_TRUE(ledger.freshly_dead(1));
  ledger.make();
  EXPECT_FALSE(ledger.freshly_dead(0));
}

}  // namespace
}  // namespace cradle
