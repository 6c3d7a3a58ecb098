// Sweeps with mistakes. Each says in which order nodes pass on what they have, and how it is taken;
// what is passed on is `contribution`, so that no rule stands here.

#include "checks/oracles/causes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "checks/oracles/contributions.h"
#include "checks/oracles/sweep.h"
#include "checks/program/execute.h"

namespace cradle {
namespace {

constexpr std::size_t kLinesMax = 64;
constexpr std::size_t kStepsMax = 20'000;  // of a sweep that passes a node once for each path

enum class Order : std::uint8_t {
  topological,
  breadth_first,
  preorder,
  leaves_first,     // a topological order that nobody turned round
  everything,       // all that was ever made
  by_path,          // as often as there are paths, each time with all that has come so far
  by_path_at_once,  // the same, an operand as soon as it has got its share
};

struct Mistake {
  std::string_view words;
  Order order = Order::topological;
  bool turned = false;       // last operands first
  bool overwrites = false;   // = for +=
  bool equal_once = false;   // of a op a one operand
  bool flags_stay = false;   // what a backward has visited is left out by the next
  bool order_grows = false;  // a backward goes through the order of those before it as well
  bool seed_added = false;   // the root gets 1 more, instead of 1
  bool seed_kept = false;    // the root keeps a gradient that it has
};

constexpr std::string_view kNotTopological =
    "the sweep is not in a topological order: a node passes its gradient on before it has heard "
    "from all of its consumers";

constexpr std::array kSweeps = {
    Mistake{"", Order::topological},
    Mistake{"the order of the sweep is not turned round: it goes from the leaves to the root",
            Order::leaves_first},
    Mistake{.words = "contributions are set, not added up (= for +=)", .overwrites = true},
    Mistake{.words = "where both operands are one node, only one of them is counted",
            .equal_once = true},
    Mistake{kNotTopological, Order::breadth_first},
    Mistake{kNotTopological, Order::breadth_first, true},
    Mistake{kNotTopological, Order::preorder},
    Mistake{kNotTopological, Order::preorder, true},
    Mistake{"a node is visited once for each path to it, and passes on each time all that it has",
            Order::by_path},
    Mistake{"a node is visited once for each path to it, and passes on each time all that it has",
            Order::by_path_at_once},
    Mistake{"a backward goes through everything that was ever made, not only through what leads to "
            "its root",
            Order::everything},
    Mistake{.words = "what a backward has visited is never forgotten: the next one leaves it out",
            .flags_stay = true},
    Mistake{.words = "the order of a backward is kept, and the next one goes through it again",
            .order_grows = true},
    Mistake{.words = "backward adds 1 to the gradient of its root, instead of setting it",
            .seed_added = true},
    Mistake{.words = "backward keeps the gradient that its root has, instead of setting it to 1",
            .seed_kept = true},
};

class MistakenSweep {
 public:
  MistakenSweep(const Program& program, const Trace& trace, const Capabilities& capabilities,
                const Mistake& mistake)
      : program_(program),
        trace_(trace),
        capabilities_(capabilities),
        mistake_(mistake),
        states_(program.code.size()),
        visited_(program.code.size(), false),
        values_(execute<double>(program, {capabilities.relu_slope, capabilities.leaky_slope})) {}

  bool explains() {
    const PerformedActions actions(program_);
    bool any = false;
    for (std::size_t k = 0; k < actions.size(); ++k) {
      const Snapshot& after = trace_.after[k];
      read_data(after.nodes);
      if (actions[k].verb == Verb::backward && after.status == 0) {
        if (!backward(actions[k].target)) return false;
        any = true;
      } else if (actions[k].verb == Verb::zero_grad) {
        zero(after.nodes);
      }
      if (!agrees(after.nodes)) return false;
    }
    return any;
  }

 private:
  void read_data(const std::vector<NodeState>& nodes) {
    for (NodeId node = 0; node < nodes.size(); ++node) {
      states_[node].data = nodes[node].has_data() ? nodes[node].data : values_[node];
    }
  }

  // What zero_grad reaches is for others to judge.
  void zero(const std::vector<NodeState>& nodes) {
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (!nodes[node].has_grad() || nodes[node].grad == 0) states_[node].grad = 0;
    }
  }

  bool agrees(const std::vector<NodeState>& nodes) const {
    const double share = capabilities_.precision_bits == 24 ? 1e-4 : 1e-9;
    for (NodeId node = 0; node < nodes.size(); ++node) {
      if (!nodes[node].has_grad()) continue;
      const double got = nodes[node].grad;
      const double mine = states_[node].grad;
      const double size = std::max(std::fabs(got), std::fabs(mine));
      if (!same(got, mine) && !(std::fabs(got - mine) <= share * size)) return false;
    }
    return true;
  }

  bool backward(NodeId root) {
    if (capabilities_.second_backward == SecondBackward::resets) {
      for (NodeState& state : states_) state.grad = 0;
    }
    double& seed = states_[root].grad;
    if (mistake_.seed_added) {
      seed += 1;
    } else if (!mistake_.seed_kept || seed == 0) {
      seed = 1;
    }
    steps_ = 0;
    if (mistake_.order == Order::by_path || mistake_.order == Order::by_path_at_once) {
      return walk(root);
    }
    if (!mistake_.flags_stay) std::fill(visited_.begin(), visited_.end(), false);
    if (!mistake_.order_grows) order_.clear();
    append_order(root);
    for (const NodeId node : order_) {
      if (!pass_on(node, std::nullopt)) return false;
    }
    return true;
  }

  // In the order in which they pass on.
  void append_order(NodeId root) {
    std::vector<NodeId> order;
    switch (mistake_.order) {
      case Order::breadth_first:
        breadth_first(root, order);
        break;
      case Order::preorder:
        depth_first(root, true, order);
        break;
      case Order::everything:
        for (NodeId node = root + 1; node-- > 0;) order.push_back(node);
        break;
      default:
        depth_first(root, false, order);
        if (mistake_.order != Order::leaves_first) std::reverse(order.begin(), order.end());
        break;
    }
    // An order that grows is gone through from its end, where the newest root is.
    order_.insert(order_.begin(), order.begin(), order.end());
  }

  std::vector<NodeId> operands(NodeId node) const {
    std::vector<NodeId> all;
    for_each_operand(program_.code[node],
                     [&](std::uint32_t, NodeId operand) { all.push_back(operand); });
    if (mistake_.turned) std::reverse(all.begin(), all.end());
    return all;
  }

  void breadth_first(NodeId root, std::vector<NodeId>& order) {
    visited_[root] = true;
    order.push_back(root);
    for (std::size_t k = 0; k < order.size(); ++k) {
      for (const NodeId operand : operands(order[k])) {
        if (visited_[operand]) continue;
        visited_[operand] = true;
        order.push_back(operand);
      }
    }
  }

  // No deeper than the lines of a small program.
  void depth_first(NodeId node, bool first, std::vector<NodeId>& order) {
    if (visited_[node]) return;
    visited_[node] = true;
    if (first) order.push_back(node);
    for (const NodeId operand : operands(node)) depth_first(operand, first, order);
    if (!first) order.push_back(node);
  }

  bool walk(NodeId node) {
    if (++steps_ > kStepsMax) return false;
    std::uint32_t slots = 0;
    for_each_operand(program_.code[node], [&](std::uint32_t, NodeId) { ++slots; });
    const bool at_once = mistake_.order == Order::by_path_at_once;
    if (!at_once && !pass_on(node, std::nullopt)) return false;
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      if (at_once && !pass_on(node, slot)) return false;
      if (!walk(operand_in(program_.code[node], slot))) return false;
    }
    return true;
  }

  // To one slot, or to all, with the gradient that the node has now.
  bool pass_on(NodeId node, std::optional<std::uint32_t> only) {
    const Instruction& line = program_.code[node];
    bool decided = true;
    std::optional<NodeId> told;
    for_each_operand(line, [&](std::uint32_t slot, NodeId operand) {
      if (only && *only != slot) return;
      if (mistake_.equal_once && told == operand) return;
      told = operand;
      const Contribution c = contribution(program_, node, slot, states_, capabilities_);
      decided = decided && c.decided && (c.classes & kFinite) != 0;
      double& gradient = states_[operand].grad;
      gradient = static_cast<double>(c.exact) + (mistake_.overwrites ? 0 : gradient);
    });
    return decided;
  }

  const Program& program_;
  const Trace& trace_;
  const Capabilities& capabilities_;
  const Mistake& mistake_;
  std::vector<NodeState> states_;
  std::vector<bool> visited_;
  std::vector<NodeId> order_;
  std::vector<double> values_;
  std::size_t steps_ = 0;
};

}  // namespace

std::size_t sweep_count() { return kSweeps.size(); }

std::string_view mistake_of(std::size_t sweep) { return kSweeps[sweep].words; }

SweepSet sweeps_that_explain(const Program& program, const Trace& trace,
                             const Capabilities& capabilities) {
  if (trace.death != Death::none || !fits(trace, program) || has_merged_nodes(trace)) return 0;
  if (program.code.size() + program.actions.size() > kLinesMax) return 0;
  if (capabilities.mode == Mode::forward) return 0;
  if (std::find(trace.made.begin(), trace.made.end(), false) != trace.made.end()) return 0;
  SweepSet sweeps = 0;
  for (std::size_t k = 0; k < kSweeps.size(); ++k) {
    const bool explains = MistakenSweep(program, trace, capabilities, kSweeps[k]).explains();
    if (explains) sweeps |= SweepSet{1} << k;
  }
  return sweeps;
}

}  // namespace cradle
