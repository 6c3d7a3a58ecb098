// The reverse sweep, and the orders that people take for one.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <unordered_set>
#include <utility>
#include <vector>

#include "checks/properties/plugins/shared_bugs.h"
#include "checks/properties/plugins/shared_engine.h"

namespace shared_engine {
namespace {

using Order = std::vector<Node*>;  // the root first

// The visited set: of addresses, or of the bytes that lie there.
struct Same {
  std::size_t operator()(const Node* node) const {
    std::size_t hash = 0;
    if (!planted(Bug::hashes_data)) return reinterpret_cast<std::size_t>(node);
    std::memcpy(&hash, &node->data, sizeof hash);
    return hash;
  }
  bool operator()(const Node* one, const Node* other) const {
    return planted(Bug::hashes_data) ? (*this)(one) == (*this)(other) : one == other;
  }
};

class Visited {
 public:
  // True the first time.
  bool insert(Node* node) {
    if (!planted(Bug::quadratic_visited)) return set_.insert(node).second;
    if (std::find(list_.begin(), list_.end(), node) != list_.end()) return false;
    list_.push_back(node);
    return true;
  }

 private:
  std::unordered_set<Node*, Same, Same> set_;
  std::vector<Node*> list_;
};

// Depth first: a node is listed when all that it is made of is.
Order sorted(Node& root) {
  Visited visited;
  std::vector<std::pair<Node*, bool>> todo = {{&root, false}};
  Order order;
  while (!todo.empty()) {
    const auto [node, expanded] = todo.back();
    todo.pop_back();
    if (expanded) {
      order.push_back(node);
      continue;
    }
    if (!planted(Bug::exponential_memory) && !visited.insert(node)) continue;
    todo.emplace_back(node, true);
    if (node->rhs) todo.emplace_back(node->rhs.get(), false);
    if (node->lhs) todo.emplace_back(node->lhs.get(), false);
  }
  if (planted(Bug::exponential_memory)) {
    const auto again = [&](Node* node) { return !visited.insert(node); };
    order.erase(std::remove_if(order.begin(), order.end(), again), order.end());
  }
  std::reverse(order.begin(), order.end());
  return order;
}

// NOLINTNEXTLINE(misc-no-recursion): that is the bug.
void sort_recursively(Node* node, Visited& visited, Order& order) {
  if (node == nullptr || !visited.insert(node)) return;
  sort_recursively(node->lhs.get(), visited, order);
  sort_recursively(node->rhs.get(), visited, order);
  order.push_back(node);
}

// From one end of the line or the other: breadth first, or depth first in pre-order.
Order in_order_of_meeting(Node& root) {
  Visited visited;
  std::deque<Node*> line = {&root};
  Order order;
  while (!line.empty()) {
    Node* const node = planted(Bug::breadth_first) ? line.front() : line.back();
    planted(Bug::breadth_first) ? line.pop_front() : line.pop_back();
    if (!visited.insert(node)) continue;
    order.push_back(node);
    if (node->lhs) line.push_back(node->lhs.get());
    if (node->rhs) line.push_back(node->rhs.get());
  }
  return order;
}

Order order_from(Node& root) {
  if (planted(Bug::breadth_first) || planted(Bug::pre_order)) return in_order_of_meeting(root);
  if (!planted(Bug::recursive_sort)) return sorted(root);
  Visited visited;
  Order order;
  sort_recursively(&root, visited, order);
  std::reverse(order.begin(), order.end());
  return order;
}

// NOLINTNEXTLINE(misc-no-recursion): no sort at all.
void propagate(Node* node) {
  if (node == nullptr) return;
  node->pull_back();
  propagate(node->lhs.get());
  propagate(node->rhs.get());
}

void clamp(Node* node) {
  if (node != nullptr) node->grad = std::clamp(node->grad, -100.0, 100.0);
}

}  // namespace

void backward(const Var& root) {
  root->grad = 1;
  if (planted(Bug::propagates_again)) return propagate(root.get());
  Order order = order_from(*root);
  if (planted(Bug::order_is_appended)) {
    root->order.insert(root->order.end(), order.begin(), order.end());
    order = root->order;
  }
  for (Node* const node : order) {
    node->pull_back();
    if (planted(Bug::clamps)) clamp(node->lhs.get());
    if (planted(Bug::clamps)) clamp(node->rhs.get());
  }
  if (planted(Bug::cycle_once_backward)) root->keeper = root;
  if (!planted(Bug::clears_graph)) return;
  std::vector<Var> dropped;  // dies when no node is needed any more
  for (Node* const node : order) {
    node->pull_back = [] {};
    dropped.push_back(std::move(node->lhs));
    dropped.push_back(std::move(node->rhs));
  }
}

}  // namespace shared_engine
