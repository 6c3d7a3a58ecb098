// What reference counts should be: a graph of who holds whom, by index.
#pragma once

#include <microcrad/microcrad.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

/// Per node the references the test holds, and its operands, which come before it.
struct ModelNode {
  Value* value;
  std::uint32_t handles;
  std::vector<std::size_t> operands;
};

/// A node is alive when the test holds it or a living node uses it.
inline std::vector<std::uint32_t> expected_counts(const std::vector<ModelNode>& nodes) {
  std::vector<std::uint32_t> counts;
  for (const ModelNode& node : nodes) counts.push_back(node.handles);
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (counts[i] == 0) continue;
    for (const std::size_t operand : nodes[i].operands) ++counts[operand];
  }
  return counts;
}

/// Fails the property unless every count and the number of live Values are the model's.
inline void assert_counts(const std::vector<ModelNode>& nodes) {
  const std::vector<std::uint32_t> counts = expected_counts(nodes);
  std::size_t alive = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (counts[i] == 0) continue;
    ++alive;
    RC_ASSERT(nodes[i].value->ref_count == counts[i]);
  }
  RC_ASSERT(microcrad_live_values() == alive);
}

inline void release_all(std::vector<ModelNode>& nodes) {
  for (ModelNode& node : nodes) {
    for (; node.handles > 0; --node.handles) value_release(node.value);
  }
}
