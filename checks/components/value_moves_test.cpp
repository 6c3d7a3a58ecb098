// Var's operators on operands that are given away: the new node takes their reference over, and
// counts are those of the same graph made from copies.
#include <gtest/gtest.h>
#include <microcrad/microcrad.hpp>

#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checks/components/counting_allocator.h"

namespace {

using microcrad::Var;

TEST(VarMoves, a_temporary_belongs_to_its_result_alone) {
  const Var a = 2.0;
  const Var y = (a + 1.0) * relu(a * 3.0);
  Value* const sum = y.get()->prev[0];
  Value* const open = y.get()->prev[1];
  EXPECT_EQ(sum->ref_count, 1U);
  EXPECT_EQ(open->ref_count, 1U);
  EXPECT_EQ(open->prev[0]->ref_count, 1U);
  EXPECT_EQ(a.get()->ref_count, 3U);  // a, the sum, the product
}

TEST(VarMoves, an_operand_given_away_is_empty) {
  Var a = 2.0;
  Var b = 3.0;
  const Var y = std::move(a) * std::move(b);
  EXPECT_THROW(a.data(), std::invalid_argument);  // NOLINT(bugprone-use-after-move)
  EXPECT_THROW(b.data(), std::invalid_argument);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(y.get()->prev[0]->ref_count, 1U);
  EXPECT_EQ(y.get()->prev[1]->ref_count, 1U);
  EXPECT_EQ(y.data(), 6.0);
}

TEST(VarMoves, one_var_as_both_operands_counts_twice) {
  for (const bool both : {false, true}) {
    Var a = 3.0;
    Value* const leaf = a.get();
    const Var kept = a;
    const Var y = both ? std::move(a) * std::move(a) : std::move(a) * a;
    EXPECT_EQ(leaf->ref_count, 3U) << both;  // kept, and twice the product
    y.backward();
    EXPECT_EQ(leaf->grad, 6.0) << both;
  }
  Var a = 3.0;
  Value* const leaf = a.get();
  a += a;
  EXPECT_EQ(leaf->ref_count, 2U);
  a *= a;
  EXPECT_EQ(a.data(), 36.0);
  EXPECT_EQ(leaf->ref_count, 2U);
}

TEST(VarMoves, a_sum_that_grows_keeps_one_reference_to_each_part) {
  const Var w = 2.0;
  Var sum = 1.0;
  for (int k = 0; k < 3; ++k) sum += w * static_cast<double>(k);
  EXPECT_EQ(sum.data(), 7.0);
  EXPECT_EQ(w.get()->ref_count, 4U);
  for (const Value* node = sum.get(); node->n_prevs == 2; node = node->prev[0]) {
    EXPECT_EQ(node->ref_count, 1U);
  }
}

TEST(VarMoves, disown_hands_the_reference_over) {
  Var a = 2.0;
  Value* const own = a.disown();
  EXPECT_EQ(own->ref_count, 1U);
  EXPECT_EQ(a.disown(), nullptr);
  value_release(own);
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(VarMoves, a_failure_gives_nothing_away) {
  CountingAllocator allocator;
  {
    Var sum = 1.0;
    const Var part = 2.0;
    allocator.fail_nth(1);
    EXPECT_THROW(sum += part, std::bad_alloc);
    EXPECT_EQ(sum.data(), 1.0);
    EXPECT_EQ(sum.get()->ref_count, 1U);
    EXPECT_EQ(part.get()->ref_count, 1U);
    sum += part;
    EXPECT_EQ(sum.data(), 3.0);
  }
  EXPECT_EQ(microcrad_live_values(), 0U);
}

TEST(VarMoves, a_stale_operand_is_complained_about_and_thrown) {
  std::vector<std::string> said;
  microcrad_set_complaint(
      [](const char* function, const Value*, void* user) {
        static_cast<std::vector<std::string>*>(user)->push_back(function);
      },
      &said);
  Var a = 2.0;
  const Var b = 3.0;
  Value* const stale = a.disown();
  value_release(stale);
  {
    // What a bug in C code leaves behind: a handle on a Value that is gone. It may not be counted
    // down a second time.
    Var handle = Var::adopt(stale);
    EXPECT_THROW(handle + b, std::invalid_argument);
    EXPECT_THROW(relu(handle), std::invalid_argument);
    EXPECT_THROW(exp(handle), std::invalid_argument);
    EXPECT_EQ(said.size(), 3U);
    handle.disown();
  }
  EXPECT_EQ(said.size(), 3U);
  EXPECT_EQ(b.get()->ref_count, 1U);
  microcrad_set_complaint(nullptr, nullptr);
}

}  // namespace
