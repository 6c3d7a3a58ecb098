// One backward under judgement: which nodes it reached, from whom each gets its gradient, and
// whether it follows. What judge_local, judge_sweep, the report and the differences by edge have in
// common.

#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checks/oracles/gradient_sum.h"
#include "checks/oracles/local.h"

namespace cradle {

/// True for equal numbers and for two NaNs.
inline bool same(double lhs, double rhs) {
  return lhs == rhs || (std::isnan(lhs) && std::isnan(rhs));
}

/// One operand slot through which a node feeds a consumer.
struct Use {
  NodeId consumer = 0;
  std::uint32_t slot = 0;
};

/// Who uses whom among the nodes from which a root is reached.
class Uses {
 public:
  Uses(const Program& program, NodeId root, const std::vector<std::uint8_t>& reached);
  std::span<const Use> of(NodeId node) const {
    return {uses_.data() + first_[node], uses_.data() + first_[node + 1]};
  }

 private:
  std::vector<std::size_t> first_;
  std::vector<Use> uses_;
};

/// Returns for each node up to `root` whether it reaches it, 1 or 0.
std::vector<std::uint8_t> reached_from(const Program& program, NodeId root);
/// The same in memory that is there already.
void find_reached(const Program& program, NodeId root, std::vector<std::uint8_t>& reached);

/// Sets the marks of the nodes from which a backward went on that may have hidden nodes behind
/// them: an op made of others, as a - b of a + (-1) b. Their gradients accumulate, so that what
/// such a node passes on in another backward cannot be predicted.
void mark_composed(const Program& program, NodeId root, std::vector<std::uint8_t>& marks);

/// Returns what there is to say of a trace whose gradients cannot be judged as those of a pure
/// program: it died, the program is not pure, or its backward failed. Nothing when they can.
std::optional<Judgement> unfit_for_gradients(const Program& program, const Trace& trace);

/// True when an op returned its own operand, so that two node numbers share one gradient.
bool has_merged_nodes(const Trace& trace);

/// Returns why a backward of this engine cannot be judged node by node, or nothing.
std::string local_obstacle(const Capabilities& capabilities);

/// True for what the root's own gradient may be: 1, or a clip that is less.
bool is_seed(double grad, const Capabilities& capabilities);

/// True when an engine that clips gradients by design may have clipped one that cannot be read: of
/// a node behind this op, as b^-1 is behind a / b. A hidden gradient that is the op's own, but for
/// its sign, is none.
bool may_clip_inside(Op op, const Capabilities& capabilities);

/// True when what a node passed on is known to be its gradient as it is read: an engine that clips
/// may have clipped it on its way, or since.
bool passed_on_as_read(const Program& program, const Sweep& sweep, NodeId node,
                       const Capabilities& capabilities);

/// True when the engine clips gradients by design, and may have done so in this sum: of a
/// contribution, after an addition, or at the end.
bool may_be_clipped(const GradientSum& sum, const Capabilities& capabilities);

/// True when the gradient of `consumer` and the data that its rule reads are there.
bool readable(const Program& program, NodeId consumer, std::span<const NodeState> nodes);

/// True when consumer `line` has a formula with a hole where the function is smooth: e x^(e-1) as 0
/// * inf, or e out / x as 0 / 0, at the exponents 0 and 1.
bool is_hole_of_pow(const Instruction& line, std::span<const NodeState> nodes);

/// Returns the judgement as one of the edge of the domain when a NaN should be 0 and something is
/// not finite: a sweep that passes on zeros multiplies them by infinity. Both this and with_edge
/// are for engines that do not promise otherwise (`as_declared`).
Judgement with_infinity(Judgement judgement, std::span<const NodeState> nodes,
                        const Capabilities& capabilities);

/// Returns the judgement as one of the edge of the domain when a hole of a pow in the program may
/// have made what disagrees.
Judgement with_edge(Judgement judgement, const Program& program, std::span<const NodeState> nodes,
                    const Capabilities& capabilities);
/// The same for a pure program.
Judgement with_edge(Judgement judgement, const Program& program, const Trace& trace,
                    const Capabilities& capabilities);

/// Returns the gradient of `node` before the backward: 0 for a node made since, or a fresh one.
double gradient_before(const Sweep& sweep, NodeId node);

/// Returns the sum of what the consumers of `node` contribute, and of `before`.
GradientSum sum_of_uses(const Program& program, const Sweep& sweep, std::span<const Use> uses,
                        double before, const Capabilities& capabilities);

/// Returns the disagreement of a node whose sum does not accept its gradient: which consumer's op
/// explains it, and how.
Judgement blame(const Program& program, const Sweep& sweep, NodeId node, std::span<const Use> uses,
                const GradientSum& sum, const Capabilities& capabilities);

}  // namespace cradle
