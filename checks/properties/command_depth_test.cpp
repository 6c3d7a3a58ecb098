// The depth check: no program has more nodes than the engine says that it can hold.

#include "checks/cradle/depth.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <vector>

#include "checks/engines/capabilities_of.h"
#include "checks/engines/tape.h"

namespace cradle {
namespace {

constexpr std::uint64_t kNodesMax = 1000;

// As an engine of fixed arrays, which writes past them.
int input_of_fixed_size(void* session, std::uint32_t node, double value) {
  if (node >= kNodesMax) std::abort();
  return tape_engine()->input(session, node, value);
}
int apply_of_fixed_size(void* session, std::uint32_t node, const cradle_instruction* code) {
  if (node >= kNodesMax) std::abort();
  return tape_engine()->apply(session, node, code);
}

// The row of one family on a tape of a fixed size, which says so or does not.
Row grown(const Growth& growth, std::uint64_t declared) {
  cradle_capabilities record = *tape_engine()->capabilities;
  record.nodes_max = declared;
  cradle_engine table = *tape_engine();
  table.capabilities = &record;
  table.input = input_of_fixed_size;
  table.apply = apply_of_fixed_size;
  const std::atomic<bool> stop = false;
  Row row;
  std::vector<Finding> findings;
  check_growth(growth, table, capabilities_of(table), {}, stop, row, findings);
  EXPECT_EQ(findings.size(), row.disagree);
  return row;
}

TEST(Depth, asks_for_no_more_nodes_than_there_is_room_for) {
  for (const Growth& growth : growths()) {
    const Row row = grown(growth, kNodesMax);
    if (!row.applicable) continue;
    EXPECT_EQ(row.disagree, 0u) << growth.row();
    EXPECT_GT(row.agree, 1u) << growth.row();
  }
}

TEST(Depth, finds_the_end_of_an_engine_that_does_not_tell_of_it) {
  for (const Growth& growth : growths()) {
    if (growth.only_released) continue;
    EXPECT_EQ(grown(growth, 0).disagree, 1u) << growth.row();
  }
}

}  // namespace
}  // namespace cradle
